// The lamps on the front of an outlet unit, as they would have to burn: one for its mains and one
// for each of its outlets, from what the nodes see.
//
// A lamp that nobody can vouch for says so: `unknown` is a state of its own, and nodes that
// contradict each other make it unknown, too.

#pragma once

#include "core/policy/site_machine.hpp"
#include "core/site.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace holdover::tool {

/// What the unit's own feed is worth.
enum class mains_lamp : std::uint8_t {
  unknown,
  good,
  on_battery,
  ending,  ///< On battery and low, or its output is about to be cut.
  off,     ///< The UPS behind it has no output.
};
std::string_view to_string(mains_lamp);

enum class outlet_lamp : std::uint8_t {
  unknown,
  on,
  off,
  switching,  ///< Wished otherwise than it is.
  stuck,      ///< Does not follow its votes.
};
std::string_view to_string(outlet_lamp);

struct unit_lamps {
  struct one {
    std::uint32_t number = 0;
    std::string name;
    outlet_lamp lamp = outlet_lamp::unknown;
  };
  std::string unit;
  mains_lamp mains = mains_lamp::unknown;
  std::vector<one> outlets;  ///< By number.
};

/// @param seen what each node that answers has told.
std::vector<unit_lamps> lamps_of(const site&, const std::vector<const policy::status*>& seen);

}  // namespace holdover::tool
