// From beacons of one host to receipts: each step of each action once (received, started, done…).
//
// Beacons repeat everything that they know, so that losing one costs nothing; the journal wants
// each step once. Pure. One per host on each node; asked only with beacons that were verified.

#pragma once

#include "core/agent/beacon.hpp"

#include <map>
#include <string>
#include <vector>

namespace holdover::agent {

class receipts {
public:
  /// The steps that this beacon tells for the first time in the host's present life.
  std::vector<action_report> read(const host_beacon&);

private:
  random_id life_;
  std::map<std::string, action_report> last_;
};

}  // namespace holdover::agent
