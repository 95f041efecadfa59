#include "io/device/nut/quantity.hpp"

#include "io/device/nut/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>

namespace holdover::device::nut {

namespace {

struct quantity {
  std::string_view word;
  std::string_view domain;  ///< First word of the name; empty for any of `domains`.
  double least;
  double most;
};

// The first row that fits counts.
constexpr std::array quantities{
    quantity{"charge", "battery", 0, 120},  // percent; some count beyond their nominal capacity
    quantity{"runtime", "battery", 0, 30.0 * 86400},  // seconds
    quantity{"voltage", "battery", 0, 1000},          // volts
    quantity{"current", "battery", -2000, 2000},      // amperes, negative in one direction
    quantity{"capacity", "battery", 0, 100000},       // ampere-hours
    quantity{"transfer", "input", 0, 1000},           // volts
    quantity{"temperature", "", -55, 150},            // Celsius
    quantity{"humidity", "", 0, 100},                 // percent
    quantity{"voltage", "", 0, 1000},                 // volts
    quantity{"current", "", 0, 5000},                 // amperes
    quantity{"frequency", "", 0, 440},                // hertz
    quantity{"realpower", "", 0, 1e7},                // watts
    quantity{"power", "", 0, 1e7},                    // volt-amperes; percent if so qualified
    quantity{"load", "", 0, 200},                     // percent
    quantity{"powerfactor", "", -1, 1},               //
    quantity{"efficiency", "", 0, 100},               // percent
    quantity{"timer", "", -86400, 1e8},               // seconds; zero or less: not running
    quantity{"delay", "", -86400, 1e8},               // seconds
};

constexpr std::array<std::string_view, 6> domains{"battery", "input",   "output",
                                                  "ups",     "ambient", "outlet"};

// What may stand after the word; anything else, such as "reason" or "status", makes it a text.
constexpr std::array<std::string_view, 14> qualifiers{
    "nominal", "minimum", "maximum", "low",   "high",     "min",    "max",
    "warning", "restart", "percent", "start", "shutdown", "reboot", "fault"};
constexpr std::array<std::string_view, 2> transfer_parts{"trim", "boost"};

// 16 bits of "I do not know", in seconds and in minutes.
constexpr std::array<double, 2> runtime_unknown{65535, 65535 * 60.0};

std::string_view cut_word(std::string_view& name) {
  auto dot = name.find('.');
  auto word = name.substr(0, dot);
  name.remove_prefix(dot == std::string_view::npos ? name.size() : dot + 1);
  return word;
}

bool only_qualifiers(std::string_view rest) {
  while (!rest.empty()) {
    auto word = cut_word(rest);
    if (std::ranges::find(qualifiers, word) == qualifiers.end()
        && std::ranges::find(transfer_parts, word) == transfer_parts.end())
      return false;
  }
  return true;
}

const quantity* quantity_of(std::string_view name) {
  auto domain = cut_word(name);
  if (std::ranges::find(domains, domain) == domains.end()) return nullptr;
  while (!name.empty()) {
    auto word = cut_word(name);
    auto found = std::ranges::find_if(quantities, [&](const quantity& q) {
      return q.word == word && (q.domain.empty() || q.domain == domain);
    });
    if (found != quantities.end()) return only_qualifiers(name) ? &*found : nullptr;
  }
  return nullptr;
}

bool plausible(const quantity& what, double number) {
  if (number < what.least || number > what.most) return false;
  return what.word != "runtime"
         || std::ranges::find(runtime_unknown, number) == runtime_unknown.end();
}

}  // namespace

std::optional<double> number_in(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  bool all = end == text.data() + text.size();
  if (error != std::errc{} || !all || text.empty() || !std::isfinite(number)) return std::nullopt;
  return number;
}

std::optional<power::measurement> measure(std::string_view name, std::string_view value) {
  const auto* what = quantity_of(name);
  if (what == nullptr) return std::nullopt;
  power::measurement result;
  result.name = std::string(name);
  result.source = result.name;
  auto number = number_in(value);
  if (number && plausible(*what, *number)) {
    result.number = *number;
  } else {
    result.how = trimmed(value).empty() ? power::quality::absent : power::quality::suspect;
  }
  return result;
}

}  // namespace holdover::device::nut
