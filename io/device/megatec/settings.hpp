// How the serial line of a Megatec UPS runs. Always eight bits, no parity, one stop bit.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace holdover::device::megatec {

struct settings {
  std::uint32_t baud = 2400;
  std::string pass_through{};  ///< Path of a terminal for another program; empty: none.

  bool operator==(const settings&) const = default;
};

/// What is wrong, with the remedy; empty if nothing is.
std::string problem_with(const settings&);
std::string to_text(const settings&);
/// The settings, and what is wrong with the text or with them.
std::pair<settings, std::string> settings_from(std::string_view text);

}  // namespace holdover::device::megatec
