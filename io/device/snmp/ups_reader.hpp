// From what an agent said to a reading of a UPS, by the tables of its profile. Pure.
//
// Cards have bad habits, seen in recordings of real ones, and the reader knows them:
//   - values that mean "unknown": -1 where nothing can be negative, 4294967295, 2147483647; they
//     become absent, never numbers;
//   - impossible values: suspect, and nothing is decided on them;
//   - volts given times ten: if any circuit shows more than a thousand volts, all are divided, so
//     that a failing input at 30 V is not taken for 300;
//   - rows of phases that do not exist: beyond the number of lines, or 2 and up without any value
//     above zero; tables whose index has another ".0" behind it;
//   - a power of 0 W beside a current or a load: not measured.

#pragma once

#include "io/device/snmp/profile.hpp"
#include "io/device/snmp/value.hpp"

#include <optional>
#include <vector>

namespace holdover::device::snmp {

/// What to ask for by name.
std::vector<object_id> scalars(const ups_profile&);
/// Those of them that are asked for every time.
std::vector<object_id> vital_scalars(const ups_profile&);
/// The columns of the phases' tables.
std::vector<object_id> phase_columns(const ups_profile&);

/// Whether the alarm table may hold anything.
bool may_have_alarms(const ups_profile&, const snapshot&);

/// The reading; nothing if the agent has none of the profile's landmarks.
std::optional<power::ups_reading> read_ups(const ups_profile&, const snapshot&);

}  // namespace holdover::device::snmp
