// Reads UPSes, sensors and digital outputs over Modbus TCP and RTU, by a map of registers.
//
// The address' host is a name or address for TCP, the path of a serial line for RTU; `settings` are
// those of settings.hpp. Devices on one line or behind one gateway share its thread. Digital
// outputs are outlets: written as a coil and read back in the same breath.
//
// A failed question is a failure and nothing else: what was read before grows old at the actor, and
// silence is never an outage.

#pragma once

#include "core/site.hpp"
#include "io/device/driver.hpp"

#include <memory>
#include <string>

namespace holdover::device {

/// `channel` names a contact or an analog input of a sensor.
std::unique_ptr<driver> make_modbus_driver(const device_address&, device_kind,
                                           const std::string& channel = {});

/// What is wrong with the address' settings, or with the channel by them; empty if nothing is.
std::string problem_with_modbus(const device_address&, device_kind, const std::string& channel);

}  // namespace holdover::device
