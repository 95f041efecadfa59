// The values that a row of a table stands for: one object, or the filled places of a column. Pure.

#pragma once

#include "core/power/reading.hpp"
#include "io/device/snmp/value.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace holdover::device::snmp {

struct instance {
  object_id name;
  const value* what = nullptr;
  std::vector<std::uint32_t> arcs;   ///< What stands in the holes.
  std::vector<std::uint32_t> index;  ///< Of these, what goes into a variable's name.
  std::uint32_t unit = 1;            ///< In a chain of units, counted from the first.

  /// A variable's name with the row in it, and the unit in front: "device.2.outlet.5.current".
  std::string variable(std::string_view name_pattern) const;
};

/// Those of which the agent gave a value, by name.
std::vector<instance> instances(std::string_view place, const snapshot&);

/// The value of another column in the same row; null if there is none.
const value* beside(std::string_view place, const instance&, const snapshot&);

/// What the agent says elsewhere about a number's scale: decimal digits, a unit with a prefix.
double scale_by(std::string_view digits, std::string_view unit, const instance&, const snapshot&);

/// Adds a value, unless there is one of that name that is as good.
void keep_better(std::vector<power::measurement>&, power::measurement);

}  // namespace holdover::device::snmp
