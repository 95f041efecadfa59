// From what an agent said to the states of its outlets, and from an order to what it must be told,
// by the table row of its profile. Pure.
//
// An outlet of a first unit has the number printed on it. Later units of a chain (towers, infeeds,
// strips) count on in thousands, fixed by their own index, so that no outlet changes its number
// when a unit is taken away: outlet 3 of the second infeed is 1003, of the second tower 10003.

#pragma once

#include "io/device/snmp/profile.hpp"
#include "io/device/snmp/value.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace holdover::device::snmp {

/// The column to walk in order to find a unit's outlets.
object_id outlet_column(const outlet_profile&);

/// The profile for this agent: with the arcs of a state that was found in place of '*'.
outlet_profile settled_on(const outlet_profile&, const object_id& state);

/// Which of the names found there are outlets' states.
std::vector<object_id> outlet_states(const outlet_profile&, const std::vector<binding>& walked);

/// What belongs to these outlets beside their states: meters, labels, the unit's model.
std::vector<object_id> outlet_extras(const outlet_profile&, const std::vector<object_id>& states);

/// The reading, in the order of the outlets' numbers. A state that is neither on nor off (pending,
/// in reboot) is unknown.
power::outlet_unit_reading read_outlets(const outlet_profile&, const std::vector<object_id>& states,
                                        const snapshot&);

/// What to set in order to switch an outlet; the profile must be one that can.
binding outlet_command(const outlet_profile&, std::uint32_t number, bool on);

/// The same for every command; nothing if the family has no way to do it.
std::optional<binding> outlet_command(const outlet_profile&, const power::outlet_command&);

}  // namespace holdover::device::snmp
