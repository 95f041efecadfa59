#include "core/agent/relay_table.hpp"

#include <algorithm>
#include <utility>

namespace holdover::agent {

relay_table::relay_table(node_number self, std::vector<node_number> nodes, duration remember)
    : self_(self), nodes_(std::move(nodes)), remember_(remember) {}

void relay_table::heard(const std::string& host, std::optional<node_number> by, time_point now) {
  auto& ways = hosts_[host];
  if (!by)
    ways.direct = now;
  else if (*by != self_)
    ways.by[*by] = now;
}

void relay_table::carried(const std::string& host, node_number voter, time_point now) {
  hosts_[host].carried[voter] = now;
}

std::vector<node_number> relay_table::in_need(const host_beacon& said, time_point now) const {
  std::vector<node_number> found;
  const auto known = hosts_.find(said.host);
  const bool last_word = said.state == host_state::down;
  for (const auto number : nodes_) {
    if (number == self_) continue;
    const bool echoed = std::any_of(said.echoes.begin(), said.echoes.end(),
                                    [&](const echo& e) { return e.controller == number; });
    bool through_us = false;
    if (known != hosts_.end()) {
      const auto carried = known->second.carried.find(number);
      through_us = carried != known->second.carried.end() && lately(carried->second, now);
    }
    if (!echoed || through_us || last_word) found.push_back(number);
  }
  return found;
}

std::vector<node_number> relay_table::ways(const std::string& host, time_point now) const {
  std::vector<node_number> found;
  const auto known = hosts_.find(host);
  if (known == hosts_.end() || lately(known->second.direct, now)) return found;
  for (const auto& [number, at] : known->second.by)
    if (lately(at, now)) found.push_back(number);
  return found;
}

}  // namespace holdover::agent
