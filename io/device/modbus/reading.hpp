// From what was read of a Modbus device to a reading, by the map that was chosen.
//
// Pure. What the device did not give is absent; a device that gave nothing of its map is a failure,
// never a reading without flags.

#pragma once

#include "io/device/driver.hpp"
#include "io/device/modbus/point.hpp"

#include <string>
#include <vector>

namespace holdover::device::modbus {

/// What to read; `points` are those that the subject needs.
struct subject {
  device_kind kind = device_kind::ups;
  std::string channel;  ///< Of a sensor.
  std::string means;    ///< Of a contact, for people.
  std::string name;     ///< "unit 3 on 10.0.0.5:502", for failure texts.
  std::string map;
  std::vector<point> points;
};

answer<power::device_reading> read(const image&, const subject&);

power::ups_reading read_ups(const image&, const subject&);
power::outlet_unit_reading read_outlets(const image&, const subject&);
power::sensor_reading read_sensor(const image&, const point&, const std::string& means);

/// The names of the channels of a map, for an operator who looks for one.
std::string channels_of(const std::vector<point>&);

/// Whether a point is a channel of a sensor: every contact, and the analog inputs.
bool is_channel(const point&);

}  // namespace holdover::device::modbus
