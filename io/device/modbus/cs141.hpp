// The register map of a CS141 with the maker's default layout (function 3, registers 97 to 150).
//
//   97-99 output V x10     104-106 input V x10    110 battery V x10       139-142 AUX 1-4
//   100-102 load %         107 temperature x10    111-113 input Hz x10    143-150 Sensor Manager
//   1-8 103 battery %          108 autonomy, minutes  114 failures of the mains 109 status word
//   115-138 the 24 alarms of RFC 1628, in their order
//
// Decisions worth knowing:
//   - In the status word a running battery test sets 0x40 beside "backup mode" 0x08, so an outage
//   is
//     0x08 without 0x40. Whether the mains are there during a test is told by the input voltage.
//   - "Communication lost" (0x4000) makes the whole reading stale: the card then repeats old
//   values.
//   - A device of one phase fills rows 2 and 3 with zeros; these are absent, not zero volts.
//
// Pure.

#pragma once

#include "io/device/modbus/point.hpp"

#include <vector>

namespace holdover::device::modbus {

const std::vector<point>& cs141_points();

/// Takes away the phases that the device does not have, and says the load of the fullest phase.
void settle_phases(power::ups_reading&);

}  // namespace holdover::device::modbus
