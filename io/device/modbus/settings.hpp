// What a site file says about a Modbus device beyond its address: which unit, which map, how its
// serial line runs, and how one channel of it is to be understood.
//
// As text it is one line of "key=value" words, then one line for each point of a map of the file's
// own. io/config writes it, the driver reads it; both ends are here, and so are the limits.
//
// Pure.

#pragma once

#include "core/time.hpp"
#include "io/device/modbus/point.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdover::device::modbus {

struct serial_settings {
  std::uint32_t baud = 19200;
  std::string frame = "8E1";  ///< Data bits, parity (N, E, O), stop bits.

  auto operator<=>(const serial_settings&) const = default;
};

/// Where a Sensor Manager keeps its inputs and outputs, and how it writes volts.
struct manager_settings {
  std::uint16_t analog_at = 0;    ///< Eight input registers.
  std::uint16_t digital_at = 0;   ///< Four discrete inputs.
  std::uint16_t outputs_at = 0;   ///< Four coils.
  double counts_per_volt = 1000;  ///< A raw number of 10000 is the full 10 V.

  bool operator==(const manager_settings&) const = default;
};

/// How one channel is to be understood; see sensor_manager.hpp for the formula.
struct channel_settings {
  double divisor = 1;
  double offset = 0;
  bool normally_closed = false;
  duration debounce = 50ms;
  std::string means;  ///< door, smoke, fire_fighting, air_conditioning_fault, intrusion, custom.

  bool operator==(const channel_settings&) const = default;
};

inline constexpr std::string_view map_cs141 = "cs141";
inline constexpr std::string_view map_sensor_manager = "sensor-manager";
inline constexpr std::string_view map_points = "points";

struct settings {
  std::uint8_t unit = 1;  ///< 1 to 247.
  std::string map{map_cs141};
  serial_settings line;
  manager_settings manager;
  channel_settings channel;
  std::vector<point> points;  ///< Of the map "points".

  bool operator==(const settings&) const = default;
};

const std::vector<std::string>& known_meanings();
const std::vector<std::string>& known_maps();

/// What is wrong with the settings, with the remedy; empty if nothing is.
std::string problem_with(const settings&);

std::string to_text(const settings&);
/// The settings, and what is wrong with the text or with them.
std::pair<settings, std::string> settings_from(std::string_view text);

/// All points of the map that was chosen.
std::vector<point> points_of(const settings&);

}  // namespace holdover::device::modbus
