// From what an agent said to probes and contacts, by the rows of its family. Pure.

#pragma once

#include "io/device/snmp/profile.hpp"
#include "io/device/snmp/value.hpp"

#include <vector>

namespace holdover::device::snmp {

/// The objects to ask for by name, and the columns to walk, for a family's sensors.
std::vector<object_id> sensor_scalars(const family&);
std::vector<object_id> sensor_columns(const family&);
/// Of these the columns that never change while a probe stays plugged in: labels, units, types.
std::vector<object_id> settled_columns(const family&);

/// Adds the sensors that show a number, or a contact's state; a probe that is named but shows none
/// is there with the quality absent or suspect.
void read_sensors(const family&, const snapshot&, std::vector<power::sensor_reading>&);

}  // namespace holdover::device::snmp
