// From a command to what an agent must be told, by the rows of its families. Pure.
//
// A command is carried out by the first of the device's families that has rows for it. Before
// anything is set, the objects are read: one that is not there ends the command with a clear answer
// instead of half of it, and a lock must be given back as it was found.

#pragma once

#include "io/device/driver.hpp"
#include "io/device/snmp/profile.hpp"
#include "io/device/snmp/value.hpp"

#include <vector>

namespace holdover::device::snmp {

using order = std::vector<const order_row*>;

/// The rows for a command; a failure if no family has any, or none that can wait so long.
answer<order> order_for(const std::vector<const family*>&, const power::ups_command&);

/// What to read before setting.
std::vector<object_id> order_objects(const order&);

/// What to set, given what was read.
answer<std::vector<binding>> order_bindings(const order&, const power::ups_command&,
                                            const snapshot& read);

}  // namespace holdover::device::snmp
