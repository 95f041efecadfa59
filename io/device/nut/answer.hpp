// Puts together upsd's answer to one request, line by line.
//
//   LIST VAR rack   ->  BEGIN LIST VAR rack / VAR rack NAME "VALUE" ... / END LIST VAR rack
//   anything else   ->  one line
//   a refusal       ->  ERR WORD, in place of either
//
// Pure. A refusal leaves the stream usable; after an answer out of step nobody knows to which
// question the next line belongs, and the connection has to go.

#pragma once

#include "io/device/driver.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace holdover::device::nut {

/// More than any driver of NUT gives by two orders of magnitude.
inline constexpr std::size_t variables_max = 8192;
inline constexpr std::size_t answer_bytes_max = 1u << 20;

struct variable {
  std::string name;
  std::string value;

  bool operator==(const variable&) const = default;
};
using variables = std::vector<variable>;

/// The value of a variable; absent if it is not in the list.
std::optional<std::string_view> value_of(const variables&, std::string_view name);

/// upsd's "ERR WORD".
struct refusal {
  std::string word;

  bool operator==(const refusal&) const = default;
};

/// The answer cannot be understood.
struct out_of_step {
  std::string what;
};

/// The answer to a request other than a list.
struct one_line {
  std::string text;
};

using complete = std::variant<variables, one_line, refusal, out_of_step>;

class answer_reader {
public:
  /// For LIST VAR of a UPS.
  static answer_reader list_of_variables(std::string ups);
  static answer_reader line() { return answer_reader{}; }

  /// Takes the next line; absent means that more have to come.
  std::optional<complete> feed(std::string_view line);

private:
  std::optional<complete> first(const std::vector<std::string>& words);
  std::optional<complete> listed(std::vector<std::string> words);

  std::optional<std::string> ups_;  ///< Absent: one line answers.
  bool begun_ = false;
  std::size_t bytes_ = 0;
  variables found_;
};

}  // namespace holdover::device::nut
