// The Sensor Manager: eight analog inputs of 0 to 10 V, four digital inputs, four digital outputs.
//
// An analog input tells volts; what they mean is said by two numbers of the operator's:
//
//   volts = raw / counts_per_volt
//   value = volts / divisor + offset
//
// A sensor of 0 to 10 V for -25 to +100 degrees has the divisor 0.08 (volts per degree) and the
// offset -25. A divisor of zero is refused. Volts outside of 0 to 10 are a broken wire or a wrong
// sensor: the value is then `suspect` and carries no number.
//
// A digital input is active when it differs from how it rests: normally open is active closed
// (reads 1), normally closed is active open (reads 0), so that a cut wire of a normally closed loop
// shows. Channels are "analog.1" to "analog.8" and "digital.1" to "digital.4".
//
// Pure.

#pragma once

#include "io/device/modbus/settings.hpp"

#include <string_view>
#include <vector>

namespace holdover::device::modbus {

inline constexpr std::uint32_t analog_inputs = 8;
inline constexpr std::uint32_t digital_inputs = 4;
inline constexpr std::uint32_t digital_outputs = 4;

std::vector<point> sensor_manager_points(const manager_settings&);

/// A channel's point as an operator wants it understood.
point understood(point, const channel_settings&);

}  // namespace holdover::device::modbus
