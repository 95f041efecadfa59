// Reads and commands a UPS by Megatec's protocol on a serial line: one computer, one cable, and no
// other program.
//
// The address' host is the path of the line; `settings` are those of settings.hpp. A UPS that says
// nothing is asked again, as these lines are noisy; after that the answer is a failure. Silence, a
// lost cable and nonsense are never an outage: the state grows old and is then unknown.
//
// Commands are sent once. A UPS that obeys says nothing; one that does not know the words repeats
// them.

#pragma once

#include "core/site.hpp"
#include "io/device/driver.hpp"

#include <memory>
#include <string>

namespace holdover::device {

std::unique_ptr<driver> make_megatec_driver(const device_address&, device_kind,
                                            const std::string& channel = {});

/// What is wrong with the address by the words of this family; empty if nothing is.
std::string problem_with_megatec(const device_address&, device_kind);

}  // namespace holdover::device
