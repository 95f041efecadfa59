// From what an agent said to the states of its outlets, and from an order to what it must be told,
// by the table row of its profile. Pure.

#pragma once

#include "io/device/snmp/profile.hpp"
#include "io/device/snmp/value.hpp"

#include <cstdint>
#include <vector>

namespace holdover::device::snmp {

/// The column to walk in order to find a unit's outlets.
object_id outlet_column(const outlet_profile&);

/// Which of the names found there are outlets' states.
std::vector<object_id> outlet_states(const outlet_profile&, const std::vector<binding>& walked);

/// What belongs to these outlets beside their states: loads, the unit's model.
std::vector<object_id> outlet_extras(const outlet_profile&, const std::vector<object_id>& states);

/// The reading, in the order of the outlets' numbers. A state that is neither on nor off (pending,
/// in reboot) is unknown.
power::outlet_unit_reading read_outlets(const outlet_profile&, const std::vector<object_id>& states,
                                        const snapshot&);

/// What to set in order to switch an outlet.
binding outlet_command(const outlet_profile&, std::uint32_t number, bool on);

}  // namespace holdover::device::snmp
