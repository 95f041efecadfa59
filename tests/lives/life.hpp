// What a seed means: a site with its policy, its batteries and sensors, and what happens to it.
//
// Everything that the policy can say is drawn: stages by trigger and by tree, what batteries,
// loads, sensors, the calendar and operators are asked for, holds and hysteresis, dependencies,
// shedding, a generator, hosts of nodes, hosts that stand by. Times are those of a small room, so
// that a life is some minutes long and many can be played. At the end all is well again for long
// enough that whatever was stopped can be back.

#pragma once

#include "core/site.hpp"
#include "tests/sim/random.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace holdover::lives {

using sim::dice;
using sim::ms;
using sim::seconds;

struct battery {
  double full_runtime_ms = 300'000;  ///< At the usual load.
  double charge = 1;                 ///< At the beginning.
  double recharge_ms = 120'000;      ///< From empty to full.
  double error = 0;                  ///< Of what it predicts: a share, always the same way.
};

struct sensor_nature {
  double usual = 22;
  double noise = 0;  ///< At most, either way.
};

struct host_nature {
  ms stops_in = 0;
  ms halts_in = 0;  ///< After its last word.
  ms boots_in = 0;
  bool hangs = false;  ///< Its shutdown program never ends; forced off in the end.
  bool off_at_start = false;
};

enum class happening_kind : std::uint8_t {
  mains_fails,
  mains_returns,
  card_falls_silent,
  card_answers,
  sensor_moves,  ///< What it is really like there from now on.
  sensor_falls_silent,
  sensor_answers,
  load_becomes,  ///< A share of the usual.
  overload_begins,
  overload_ends,
  switch_set,
  switch_cleared,
  host_held,     ///< By an operator, for so many ms.
  outlet_draws,  ///< So many watts, whatever was declared.
};

struct happening {
  ms at = 0;
  happening_kind what{};
  std::uint32_t subject = 0;
  double value = 0;
};

struct life {
  std::uint64_t seed = 0;
  site about;
  std::vector<battery> batteries;
  std::vector<sensor_nature> sensors;
  std::vector<host_nature> hosts;
  std::vector<bool> outlets_on;       ///< At the beginning.
  std::vector<happening> happenings;  ///< In order.
  std::uint32_t first_minute = 0;     ///< Of a Wednesday.
  ms calm_from = 0;                   ///< All is well from here on.
  ms ends = 0;
  bool in_two_orders = false;  ///< A second mind is told the same in another order.
};

life draw(std::uint64_t seed);
/// What came to be drawn later, from dice of its own, so that the rest of a life stays as it was:
/// ratings and loads that were not declared, what a generator carries, values within a hysteresis,
/// large batteries that are nearly empty, cards that stay silent, operators who hold hosts.
void draw_more(life&);

/// How long before a battery's end this host must be told to go, as an installer would reckon it
/// from the file; independent of core/policy/plan.
ms needs(const site&, host_index);

/// Those that must be down before it goes, where they are threatened too.
std::vector<host_index> before_it(const site&, host_index);

}  // namespace holdover::lives
