#include "tools/holdover/what_if.hpp"

#include <charconv>
#include <optional>

namespace holdover::tool {

namespace {

constexpr const char* usage =
    "write load=80% or load=+20%, charge=60% or charge=-10%, battery-age=4y, with commas between";

std::optional<double> number(std::string_view text, std::string_view unit) {
  if (!text.ends_with(unit)) return std::nullopt;
  text.remove_suffix(unit.size());
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// A value, or a change of the value that is there.
bool take(std::string_view text, std::optional<double>& instead, double& factor) {
  const auto value = number(text, "%");
  if (!value) return false;
  if (text.starts_with('+') || text.starts_with('-')) {
    factor = 1 + *value / 100;
    return factor >= 0;
  }
  instead = value;
  return *value <= 300;
}

bool take_one(std::string_view wish, rehearsal::what_if& out) {
  const auto equals = wish.find('=');
  if (equals == wish.npos) return false;
  const auto name = wish.substr(0, equals), value = wish.substr(equals + 1);
  if (name == "load") return take(value, out.load_percent, out.load_factor);
  if (name == "charge") return take(value, out.charge_percent, out.charge_factor);
  if (name != "battery-age") return false;
  out.battery_age_years = number(value, "y");
  return out.battery_age_years && *out.battery_age_years >= 0 && *out.battery_age_years <= 30;
}

}  // namespace

std::variant<rehearsal::what_if, std::string> read_what_if(std::string_view text) {
  rehearsal::what_if out;
  while (!text.empty()) {
    const auto comma = text.find(',');
    const auto wish = text.substr(0, comma);
    if (!take_one(wish, out))
      return "--what-if: cannot read \"" + std::string{wish} + "\"; " + usage;
    text.remove_prefix(comma == text.npos ? text.size() : comma + 1);
  }
  return out;
}

}  // namespace holdover::tool
