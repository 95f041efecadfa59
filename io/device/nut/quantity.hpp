// Tells which of NUT's variables are measurements, and which of their numbers can be true.
//
// A variable of RFC 9271 says what it measures by one of its words and what it qualifies by the
// words after it: "input.L1-N.voltage" and "battery.voltage.nominal" are both volts. So one short
// table by that word covers the names of every driver. A number outside the limits of its row is
// a device's way to say "unknown" (65535, 4294967295, -272), a scaling mistake, or a broken sensor;
// it is marked and its number dropped.

#pragma once

#include "core/power/reading.hpp"

#include <optional>
#include <string_view>

namespace holdover::device::nut {

/// The measurement that a variable gives; absent if it is a text, a setting or unknown to us.
std::optional<power::measurement> measure(std::string_view name, std::string_view value);

/// The number that a text is, all of it; absent if it is none.
std::optional<double> number_in(std::string_view text);

}  // namespace holdover::device::nut
