// Recorded agents and what a reader should make of them: a .snmprec file as a snapshot, and a JSON
// of expected readings compared with a reading, field by field.
//
//   expected: { "mibs": [..], "values": {"battery.charge_pct": 100, "input.1.voltage_v": 230, ..},
//     "flags": {..}, "outlets": {"states": {"1": "on"}}, "sensors": [{"kind", "oid", "value"}],
//     "ambiguous": [{"field", "accept": [..]}], "accept_also": {"field": [..]} }

#pragma once

#include "core/power/reading.hpp"
#include "io/device/snmp/value.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

namespace holdover::support {

/// What a recording's agent would say to a walk from the beginning.
device::snmp::snapshot load_recording(const std::filesystem::path&);
/// The same from its text; lines that are none are left out.
device::snmp::snapshot parse_recording(std::istream&);

/// A reading by nothing but the pure parts: identity, landmarks, tables.
power::whole_reading read_recording(const device::snmp::snapshot&);

struct score {
  int right = 0;
  int asked = 0;
  std::vector<std::string> wrong;

  void count(bool hit, const std::string& about);
  score& operator+=(const score&);
  double percent() const { return asked == 0 ? 100 : 100.0 * right / asked; }
};

/// Every field that the expectation settles.
score compare(const power::whole_reading&, const nlohmann::json& expected);

nlohmann::json load_json(const std::filesystem::path&);

}  // namespace holdover::support
