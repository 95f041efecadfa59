// Who plays in bench/policy_value: fixed rules, Holdover, and the oracle.

#pragma once

#include "bench/policy_value/world.hpp"

#include <string>
#include <vector>

namespace holdover::bench {

struct score {
  double host_minutes = 0;
  std::size_t crashes = 0;
  std::size_t plays = 0;

  score& operator+=(const score& more) {
    host_minutes += more.host_minutes;
    crashes += more.crashes;
    plays += more.plays;
    return *this;
  }
};

enum class player {
  fixed_time,
  low_charge,
  low_runtime,
  holdover,
  holdover_own_model,
  known_end,  ///< Holdover's rule, told at each moment how long the battery really lasts.
  oracle,
};
std::string to_string(player);
/// Values of its one parameter, from the bold to the timid: percent for charge, otherwise seconds.
std::vector<double> parameters(player);
bool is_fixed_rule(player);

score judge(player, double parameter, const arena&, const drawn_outage&, const course&);

}  // namespace holdover::bench
