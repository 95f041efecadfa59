#include "io/device/modbus/sensor_manager.hpp"

#include <string>

namespace holdover::device::modbus {

namespace {

constexpr double volts_max = 10;

std::uint16_t beyond(std::uint16_t base, std::uint32_t index) {
  return static_cast<std::uint16_t>(base + index);
}

}  // namespace

std::vector<point> sensor_manager_points(const manager_settings& s) {
  std::vector<point> all;
  for (std::uint32_t i = 0; i < analog_inputs; ++i)
    all.push_back({.what = point::role::value,
                   .name = "analog." + std::to_string(i + 1),
                   .where = space::input,
                   .address = beyond(s.analog_at, i),
                   .as = shape::s16,
                   .divisor = s.counts_per_volt,
                   .raw = limits{0, volts_max * s.counts_per_volt}});
  for (std::uint32_t i = 0; i < digital_inputs; ++i)
    all.push_back({.what = point::role::contact,
                   .name = "digital." + std::to_string(i + 1),
                   .where = space::discrete,
                   .address = beyond(s.digital_at, i)});
  for (std::uint32_t i = 0; i < digital_outputs; ++i)
    all.push_back({.what = point::role::outlet,
                   .name = std::to_string(i + 1),
                   .where = space::coil,
                   .address = beyond(s.outputs_at, i)});
  return all;
}

point understood(point p, const channel_settings& how) {
  if (p.what == point::role::value) {
    // (raw / a + b) / divisor + offset, as one division and one addition.
    p.offset = p.offset / how.divisor + how.offset;
    p.divisor *= how.divisor;
  } else if (how.normally_closed) {
    p.equals = static_cast<std::uint16_t>(p.equals == 0 ? p.mask & -p.mask : 0);
  }
  return p;
}

}  // namespace holdover::device::modbus
