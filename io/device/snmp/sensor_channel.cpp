#include "io/device/snmp/sensor_channel.hpp"

#include <charconv>
#include <cmath>
#include <optional>
#include <string>

namespace holdover::device::snmp {

namespace {

std::string without_blanks(std::string_view text) {
  std::string tight;
  for (char c : text)
    if (c != ' ' && c != '\t') tight += c;
  return tight;
}

failure misspelt(std::string_view text) {
  return {failure_kind::unsupported, "channel \"" + std::string(text)
                                         + "\" is not an object; write it like "
                                           "1.3.6.1.2.1.33.1.12.1.1.0*0.1"};
}

/// Takes a number off the front.
std::optional<double> take_number(std::string_view& text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double parsed = 0;
  auto [next, error] =
      std::from_chars(text.data(), text.data() + text.size(), parsed, std::chars_format::fixed);
  if (error != std::errc{} || !std::isfinite(parsed)) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(next - text.data()));
  return parsed;
}

}  // namespace

answer<sensor_channel> parse_channel(std::string_view text) {
  const auto tight = without_blanks(text);
  std::string_view rest = tight;
  const auto end = std::min(rest.find_first_of("*/+-"), rest.size());
  const auto object = object_id::parse(rest.substr(0, end));
  if (!object) return misspelt(text);
  sensor_channel channel{*object, 1, 0};
  rest.remove_prefix(end);
  if (rest.starts_with('*') || rest.starts_with('/')) {
    const bool divides = rest.starts_with('/');
    rest.remove_prefix(1);
    const auto given = take_number(rest);
    if (!given || *given == 0) return misspelt(text);
    channel.factor = divides ? 1 / *given : *given;
  }
  if (!rest.empty()) {
    const bool signed_offset = rest.starts_with('+') || rest.starts_with('-');
    const auto given = signed_offset ? take_number(rest) : std::nullopt;
    if (!given || !rest.empty()) return misspelt(text);
    channel.offset = *given;
  }
  return channel;
}

power::sensor_reading read_sensor(const sensor_channel& channel, const value& what) {
  constexpr double unknown_unsigned = 4294967295.0;
  constexpr double unknown_signed = 2147483647.0;
  power::sensor_reading reading;
  reading.value.name = "sensor";
  reading.value.source = to_string(channel.object);
  const auto raw = number(what);
  if (!raw || *raw == unknown_unsigned || *raw == unknown_signed)
    reading.value.how = power::quality::absent;
  else
    reading.value.number = *raw * channel.factor + channel.offset;
  return reading;
}

}  // namespace holdover::device::snmp
