#include "core/policy/plan.hpp"

#include <algorithm>

namespace holdover::policy {

namespace {

bool share_power(const host_config& a, const host_config& b) {
  return std::any_of(a.supplies.begin(), a.supplies.end(), [&](const supply_config& x) {
    return std::any_of(b.supplies.begin(), b.supplies.end(),
                       [&](const supply_config& y) { return x.ups == y.ups; });
  });
}

// Hosts of one stage go down side by side: the slowest one sets its time.
duration slowest(const site& s, const stage_config& stage, const host_config& about) {
  duration time{};
  for (const auto index : stage.hosts)
    if (share_power(s.hosts[index], about)) time = std::max(time, s.hosts[index].shutdown_time);
  return time;
}

host_plan plan_host(const site& s, const host_config& host) {
  host_plan timing;
  for (stage_index i = 0; i < s.stages.size() && host.stage; ++i) {
    if (i < *host.stage) timing.before += slowest(s, s.stages[i], host);
    if (i > *host.stage) timing.after += slowest(s, s.stages[i], host);
    if (i < *host.stage)
      for (const auto index : s.stages[i].hosts)
        if (share_power(s.hosts[index], host)) timing.earlier.push_back(index);
  }
  for (const auto& supply : host.supplies)
    if (supply.outlet) timing.outlets.push_back(*supply.outlet);
  return timing;
}

}  // namespace

plan make_plan(const site& s) {
  plan made;
  for (const auto& host : s.hosts)
    made.hosts.push_back(plan_host(s, host));
  for (const auto& outlet : s.outlets)
    made.outlets.push_back({std::nullopt, s.units[outlet.unit].feed});
  for (stage_index i = 0; i < s.stages.size(); ++i)
    for (const auto outlet : s.stages[i].shed)
      if (!made.outlets[outlet].shed_in) made.outlets[outlet].shed_in = i;
  return made;
}

}  // namespace holdover::policy
