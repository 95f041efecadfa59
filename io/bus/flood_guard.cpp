#include "io/bus/flood_guard.hpp"

#include <algorithm>

namespace holdover::bus {

std::string_view to_string(lane by) {
  return by == lane::controls ? "controls" : "events";
}

const flood_guard::rate& flood_guard::rate_of(role as, lane by) const {
  if (by == lane::events) return rates_.of_events;
  return as == role::node || as == role::hub ? rates_.of_nodes : rates_.of_others;
}

flood_guard::verdict flood_guard::judge(std::string_view member, role as, lane by,
                                        std::size_t bytes, time_point now) {
  const auto& allowed = rate_of(as, by);
  auto& all = buckets_[static_cast<std::size_t>(by)];
  auto known = all.find(member);
  if (known == all.end())
    known = all.emplace(member, bucket{allowed.burst, allowed.bytes_burst, now, {}, {}}).first;
  auto& b = known->second;
  const double passed = std::chrono::duration<double>(now - b.filled).count();
  b.left = std::min(allowed.burst, b.left + passed * allowed.per_second);
  b.bytes_left = std::min(allowed.bytes_burst, b.bytes_left + passed * allowed.bytes_per_second);
  b.filled = now;
  const bool goes_on = b.refused_until && now < *b.refused_until;
  const auto weight = static_cast<double>(bytes);
  if (!goes_on && b.left >= 1 && b.bytes_left >= weight) {
    b.left -= 1;
    b.bytes_left -= weight;
    return {};
  }
  ++b.refused;
  if (!goes_on) b.refused_until = now + refused_for;
  if (goes_on || (b.told && now - *b.told < told_again_after)) return {false};
  b.told = now;
  return {false, b.refused};
}

// Never more than a second's worth behind: who stops is heard again soon.
void flood_guard::fine(std::string_view member, lane by) {
  auto& all = buckets_[static_cast<std::size_t>(by)];
  if (const auto known = all.find(member); known != all.end())
    known->second.left = std::max(known->second.left - messages_of_a_fine, -messages_of_a_fine);
}

}  // namespace holdover::bus
