#include "io/bus/flood_guard.hpp"

#include <algorithm>

namespace holdover::bus {

bool flood_guard::allows(std::string_view member, role as, time_point now) {
  const auto& allowed = as == role::node || as == role::hub ? rates_.of_nodes : rates_.of_others;
  auto known = buckets_.find(member);
  if (known == buckets_.end()) known = buckets_.emplace(member, bucket{allowed.burst, now}).first;
  auto& b = known->second;
  const std::chrono::duration<double> passed = now - b.filled;
  b.left = std::min(allowed.burst, b.left + passed.count() * allowed.per_second);
  b.filled = now;
  if (b.left < 1) return false;
  b.left -= 1;
  return true;
}

}  // namespace holdover::bus
