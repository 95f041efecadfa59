// Chooses the driver for an address: the only list of the families of devices.
//
// A driver is made without touching the device. What can be seen to be wrong in the address itself
// is told here, at once; everything else is the answer to the first question.

#pragma once

#include "core/site.hpp"
#include "io/device/driver.hpp"

#include <memory>
#include <string>
#include <variant>

namespace holdover::device {

/// Starts what drivers of a family share (net-snmp and its thread). To be called before a program
/// has any other thread, because that library wants a variable of the environment, which nobody may
/// read meanwhile; a device of that family may come with a changed site file later.
///
/// @param snmp_identity file that keeps who we are to senders of SNMP informs; empty: new each
/// time.
/// @return what does not work of that; empty if all does.
std::string start_families(const std::string& snmp_identity = {});

/// A driver, or what to mend in the address. `channel` counts for sensors alone.
std::variant<std::unique_ptr<driver>, std::string> make_driver(const device_address&, device_kind,
                                                               const std::string& channel = {});

}  // namespace holdover::device
