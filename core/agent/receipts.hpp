// From beacons of one host to receipts: each step of each action once (received, started, done…).
//
// Beacons repeat everything that they know, so that losing one costs nothing; the journal wants
// each step once. A host that makes up steps as fast as it can is told of at a bounded pace: what
// is not told now is told later, if it still holds. Pure. One per host on each node; asked only
// with beacons that were verified.

#pragma once

#include "core/agent/beacon.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace holdover::agent {

class receipts {
public:
  /// The steps that this beacon tells for the first time in the host's present life.
  std::vector<action_report> read(const host_beacon&, time_point now);

private:
  void refill(time_point now);

  random_id life_;
  std::uint32_t allowance_ = 0;
  std::optional<time_point> refilled_at_;
  std::map<std::string, action_report> last_;
};

}  // namespace holdover::agent
