#include "core/power/reading.hpp"

#include <array>
#include <utility>

namespace holdover::power {

namespace {

constexpr std::array<std::pair<ups_flag, std::string_view>, 16> words{{
    {ups_flag::forced_shutdown, "FSD"},
    {ups_flag::online, "OL"},
    {ups_flag::on_battery, "OB"},
    {ups_flag::low_battery, "LB"},
    {ups_flag::replace_battery, "RB"},
    {ups_flag::charging, "CHRG"},
    {ups_flag::discharging, "DISCHRG"},
    {ups_flag::bypass, "BYPASS"},
    {ups_flag::calibrating, "CAL"},
    {ups_flag::testing, "TEST"},
    {ups_flag::off, "OFF"},
    {ups_flag::overload, "OVER"},
    {ups_flag::trimming, "TRIM"},
    {ups_flag::boosting, "BOOST"},
    {ups_flag::alarm, "ALARM"},
    {ups_flag::eco, "ECO"},
}};

}  // namespace

std::string to_string(ups_flags flags) {
  std::string text;
  for (const auto& [flag, word] : words) {
    if (!flags.has(flag)) continue;
    if (!text.empty()) text += ' ';
    text += word;
  }
  return text.empty() ? "none" : text;
}

std::string_view to_string(outlet_state state) {
  switch (state) {
    case outlet_state::on:
      return "on";
    case outlet_state::off:
      return "off";
    case outlet_state::unknown:
      break;
  }
  return "unknown";
}

std::string_view to_string(sensor_kind kind) {
  switch (kind) {
    case sensor_kind::temperature_celsius:
      return "temperature";
    case sensor_kind::humidity_percent:
      return "humidity";
    case sensor_kind::contact:
      return "contact";
    case sensor_kind::unspecified:
      break;
  }
  return "unspecified";
}

std::optional<double> number(const ups_reading& reading, std::string_view name) {
  for (const auto& value : reading.values)
    if (value.name == name && (value.how == quality::good || value.how == quality::stale))
      return value.number;
  return std::nullopt;
}

}  // namespace holdover::power
