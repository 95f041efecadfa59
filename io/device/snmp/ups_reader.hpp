// From what an agent said to a reading, by the tables of its family. Pure: no network, no memory.
//
// Whatever an agent says ends in a reading or in nothing; never in a guess. Numbers out of range
// are suspect, negative ones that cannot be are absent, rows of phases that are not fitted are left
// out.

#pragma once

#include "io/device/snmp/pattern.hpp"
#include "io/device/snmp/profile.hpp"
#include "io/device/snmp/value.hpp"

#include <optional>
#include <vector>

namespace holdover::device::snmp {

/// The objects to ask for by their exact names: all of them; the numbers that decisions rest on,
/// which are asked for however often they were missing; and those that tell the state.
std::vector<object_id> scalars(const family&);
std::vector<object_id> vital_scalars(const family&);
std::vector<object_id> state_scalars(const family&);

/// The columns to walk in order to find out which rows there are; of which of them the rows are
/// vital.
std::vector<object_id> columns(const family&);
std::vector<object_id> vital_columns(const family&);

/// The places of the phases' values.
std::vector<const pattern*> phase_places(const family&);

/// Whether the alarm table has to be walked: unless the agent counts no alarm.
bool may_have_alarms(const family&, const snapshot&);

/// What one family's terms make of a snapshot.
struct spoken {
  power::ups_reading reading;
  power::ups_flags told;  ///< Which flags something was said about.
};

/// Nothing if the agent does not speak of anything in the family's terms.
std::optional<spoken> listen(const family&, const snapshot&);
std::optional<power::ups_reading> read_ups(const family&, const snapshot&);

}  // namespace holdover::device::snmp
