#include "io/device/modbus/reading.hpp"

#include "io/device/modbus/cs141.hpp"
#include "io/device/modbus/settings.hpp"
#include "io/device/nut/quantity.hpp"
#include "io/device/nut/reading.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace holdover::device::modbus {

namespace {

constexpr std::uint32_t outlet_number_max = 512;
constexpr std::size_t shown_characters_max = 200;

/// What a variable of this name can be at all: the limits that every family shares.
power::measurement plausible(power::measurement value) {
  if (value.how != power::quality::good) return value;
  std::array<char, 40> digits;
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(),
                                          value.number, std::chars_format::fixed, 6);
  if (error != std::errc{}) return value;
  const auto judged = nut::measure(value.name, {digits.data(), end});
  if (judged && judged->how != power::quality::good) {
    value.how = judged->how;
    value.number = 0;
  }
  return value;
}

power::sensor_kind kind_of(const point& p) {
  if (p.what == point::role::contact) return power::sensor_kind::contact;
  if (p.name.find("humidity") != std::string::npos) return power::sensor_kind::humidity_percent;
  if (p.name.find("temperature") != std::string::npos)
    return power::sensor_kind::temperature_celsius;
  return power::sensor_kind::unspecified;
}

power::whole_reading read_whole(const image& read, const subject& what) {
  power::whole_reading all;
  all.power = read_ups(read, what);
  for (const auto& p : what.points) {
    if (p.what == point::role::flag && holds(p, read).has_value())
      all.told = power::ups_flags(all.told.bits() | nut::flags_from(p.name).bits());
    if (is_channel(p)) all.sensors.push_back(read_sensor(read, p, {}));
  }
  all.outlets = read_outlets(read, what).outlets;
  all.families = {"modbus " + what.map};
  return all;
}

}  // namespace

bool is_channel(const point& p) {
  return p.what == point::role::contact
         || (p.what == point::role::value && p.name.starts_with("analog."));
}

std::string channels_of(const std::vector<point>& points) {
  std::string names;
  for (const auto& p : points) {
    const bool readable = p.what == point::role::contact || p.what == point::role::value;
    if (!readable || names.size() > shown_characters_max) continue;
    names += (names.empty() ? "" : ", ") + p.name;
  }
  return names.empty() ? "nothing" : names;
}

power::ups_reading read_ups(const image& read, const subject& what) {
  power::ups_reading reading;
  for (const auto& p : what.points) {
    if (p.what == point::role::value && !is_channel(p))
      reading.values.push_back(plausible(measure(p, read)));
    if (p.what != point::role::flag && p.what != point::role::alarm) continue;
    if (!holds(p, read).value_or(false)) continue;
    if (p.what == point::role::flag && p.name == "STALE")
      reading.stale = true;
    else if (p.what == point::role::flag)
      reading.flags = power::ups_flags(reading.flags.bits() | nut::flags_from(p.name).bits());
    else if (std::ranges::find(reading.alarms, p.name) == reading.alarms.end())
      reading.alarms.push_back(p.name);
  }
  if (what.map == map_cs141) settle_phases(reading);
  return reading;
}

power::outlet_unit_reading read_outlets(const image& read, const subject& what) {
  power::outlet_unit_reading reading;
  for (const auto& p : what.points) {
    if (p.what != point::role::outlet) continue;
    std::uint32_t number = 0;
    std::from_chars(p.name.data(), p.name.data() + p.name.size(), number);
    if (number == 0 || number > outlet_number_max) continue;
    power::outlet_reading outlet;
    outlet.number = number;
    if (const auto on = holds(p, read))
      outlet.state = *on ? power::outlet_state::on : power::outlet_state::off;
    outlet.source = source_of(p);
    reading.outlets.push_back(std::move(outlet));
  }
  std::ranges::sort(reading.outlets, {}, &power::outlet_reading::number);
  return reading;
}

power::sensor_reading read_sensor(const image& read, const point& p, const std::string& means) {
  power::sensor_reading reading{.kind = kind_of(p), .value = {}, .label = means};
  if (p.what != point::role::contact) {
    reading.value = plausible(measure(p, read));
    return reading;
  }
  const auto active = holds(p, read);
  reading.value = {.name = p.name,
                   .number = active.value_or(false) ? 1.0 : 0.0,
                   .how = active ? power::quality::good : power::quality::absent,
                   .source = source_of(p)};
  return reading;
}

answer<power::device_reading> read(const image& read, const subject& what) {
  if (read.empty())
    return failure{failure_kind::unsupported,
                   what.name + " answers, but has no register of the map \"" + what.map
                       + "\"; correct the map, or the addresses in it"};
  switch (what.kind) {
    case device_kind::ups: {
      auto reading = read_ups(read, what);
      const bool state_read = std::ranges::any_of(what.points, [&](const point& p) {
        return p.what == point::role::flag && holds(p, read).has_value();
      });
      if (!state_read)
        return failure{failure_kind::unsupported, what.name
                                                      + " has no register for the state of a UPS; "
                                                        "its map needs flags such as OL and OB"};
      return reading;
    }
    case device_kind::outlet_unit:
      return read_outlets(read, what);
    case device_kind::sensor: {
      const auto found = std::ranges::find(what.points, what.channel, &point::name);
      if (found != what.points.end()) return read_sensor(read, *found, what.means);
      return failure{failure_kind::unknown_unit, what.name + " has no channel \"" + what.channel
                                                     + "\"; its map has "
                                                     + channels_of(what.points)};
    }
    case device_kind::whole:
      return read_whole(read, what);
    case device_kind::interface:
      break;
  }
  return failure{failure_kind::unsupported,
                 what.name + " is not read as a device; ask for its interface"};
}

}  // namespace holdover::device::modbus
