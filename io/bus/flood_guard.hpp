// Bounds what one member can make us do: messages beyond its share are dropped before anybody
// parses them or checks a signature, which is the expensive part.
//
// A bucket for each member: it fills at a steady rate up to a burst, and each message takes one.
// A member that floods us loses its own messages and nobody else's.

#pragma once

#include "core/membership.hpp"

#include <chrono>
#include <map>
#include <string>
#include <string_view>

namespace holdover::bus {

class flood_guard {
public:
  using time_point = std::chrono::steady_clock::time_point;

  struct rate {
    double per_second = 0;
    double burst = 0;
  };
  /// Nodes relay what many others say; everybody else speaks for itself.
  struct rates {
    rate of_nodes{5000, 20000};
    rate of_others{50, 500};
  };

  explicit flood_guard(rates allowed) : rates_{allowed} {}

  /// True if this member may be heard now.
  bool allows(std::string_view member, role as, time_point now);

private:
  struct bucket {
    double left = 0;
    time_point filled;
  };

  rates rates_;
  std::map<std::string, bucket, std::less<>> buckets_;
};

}  // namespace holdover::bus
