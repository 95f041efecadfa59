// From what an agent said to everything that it says, in the terms of all its families. Pure.
//
// Several MIBs in one device are merged by one rule: families are heard in order, those first below
// whose names the agent's sysObjectID is, then in the order of the catalogue (makers before the
// standard); each fact is taken from the first that tells it. A fact is one variable, one flag, one
// word of the identity. Alarms are collected from all; one family that calls its data old makes the
// whole old.

#pragma once

#include "io/device/snmp/profile.hpp"
#include "io/device/snmp/value.hpp"

#include <vector>

namespace holdover::device::snmp {

using family_list = std::vector<const family*>;

/// The families in the order in which they are heard.
family_list ranked(family_list, const object_id& system_identity);

/// Of the families, the ones whose landmarks are below these names.
family_list recognised(const std::vector<binding>& landmarks_found);
/// The families that an agent's sysObjectID speaks of, whatever it answers.
family_list claimed_by(const object_id& system_identity);
/// The columns to look into for the landmarks of all families.
std::vector<object_id> landmarks();

power::whole_reading read_whole(const family_list&, const snapshot&);

/// Puts the rows of the outlets' profiles that the agent has into the reading.
void read_outlet_states(const snapshot&, power::whole_reading&);

}  // namespace holdover::device::snmp
