#include "tests/sim/network.hpp"

#include <algorithm>

namespace holdover::sim {

network::network(network_plan plan, std::size_t parties, dice random)
    : plan_(plan), parties_(parties), random_(random), cuts_(parties * parties), gates_(parties) {}

std::vector<ms> network::send(party from, party to, ms now) {
  if (is_cut(from, to) || gated(from, now) || gated(to, now)) return {};
  if (random_.chance(plan_.loss)) return {};
  std::vector<ms> arrivals;
  const int copies = random_.chance(plan_.duplicates) ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    const ms limit = random_.chance(plan_.spike) ? plan_.spike_high : plan_.delay_high;
    arrivals.push_back(now + random_.pick(plan_.delay_low, std::max(plan_.delay_low, limit)));
  }
  return arrivals;
}

void network::become_perfect() {
  plan_ = {};
  std::fill(cuts_.begin(), cuts_.end(), 0);
  std::fill(gates_.begin(), gates_.end(), gating{});
}

bool network::gated(party who, ms now) const {
  const auto& g = gates_[who];
  return g.period > 0 && now % g.period >= g.open;
}

}  // namespace holdover::sim
