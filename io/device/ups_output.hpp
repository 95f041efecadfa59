// The output of a UPS as an outlet unit with one outlet.
//
// A UPS is commanded in its own words: a shutdown after a delay, a startup, a cancel. Whoever
// switches outlets knows on and off, votes behind each, and reads back what became of it. This
// driver stands between the two: outlet 1 is the output, off is a shutdown, on is a startup; and
// on, told to an output that is on, calls off what counts down to its end.
//
// Decisions worth knowing:
//   - It knows nothing of votes or hosts. It is given to an outlet executor, as every other unit
//   is.
//   - A device that takes no delay is told the shutdown without: hosts behind it are down before
//   anybody votes for it, so earlier is no harm.
//   - What counts is the state that is read: off, if the UPS says OFF; on, if it says what carries
//   its load; else unknown.

#pragma once

#include "core/site.hpp"
#include "io/device/driver.hpp"

#include <memory>

namespace holdover::device {

/// What an output reading says of outlet 1.
power::outlet_reading output_of(const power::ups_reading&);

/// @param ups a driver for the UPS itself.
std::unique_ptr<driver> make_ups_output_driver(std::unique_ptr<driver> ups,
                                               const outlet_unit_config& about);

}  // namespace holdover::device
