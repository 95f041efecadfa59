#include "core/review/review.hpp"

#include "core/review/rules.hpp"

namespace holdover {

namespace {

/// Without what points nowhere, so that no rule reads past a list.
site with_known_things(site s) {
  const auto beyond = [](std::size_t size) { return [=](std::uint32_t i) { return i >= size; }; };
  for (auto& unit : s.units)
    if (unit.feed && *unit.feed >= s.upses.size()) unit.feed.reset();
  for (auto& host : s.hosts) {
    std::erase_if(host.supplies, [&](const supply_config& supply) {
      return supply.ups >= s.upses.size() || (supply.outlet && *supply.outlet >= s.outlets.size());
    });
    if (host.stage && *host.stage >= s.stages.size()) host.stage.reset();
  }
  for (auto& node : s.nodes)
    for (auto& lead : node.supplies)
      if (lead.outlet && *lead.outlet >= s.outlets.size()) lead.outlet.reset();
  for (auto& stage : s.stages) {
    std::erase_if(stage.hosts, beyond(s.hosts.size()));
    std::erase_if(stage.shed_hosts, beyond(s.hosts.size()));
    std::erase_if(stage.shed, [&](outlet_index i) {
      return i >= s.outlets.size() || s.outlets[i].unit >= s.units.size();
    });
    std::erase_if(stage.commands, [&](const host_command& c) { return c.host >= s.hosts.size(); });
  }
  return s;
}

}  // namespace

std::vector<site_problem> review(const site& given_site, const site_assets& given) {
  namespace rules = review_rules;
  const auto s = with_known_things(given_site);
  auto assets = given;
  assets.nodes.resize(s.nodes.size());
  assets.upses.resize(s.upses.size());
  assets.units.resize(s.units.size());
  assets.sensors.resize(s.sensors.size());
  assets.host_switches.resize(s.hosts.size());
  checks::findings found;
  for (const auto rule : {rules::stages_that_never_come, rules::stages_that_come_at_once,
                          rules::plans_longer_than_batteries, rules::holds_shorter_than_a_look,
                          rules::nodes_stopped_too_early, rules::nodes_that_all_power_off,
                          rules::watchers_without_power, rules::quorums_on_one_ups,
                          rules::switches_that_matter, rules::wake_ups_that_nobody_sends,
                          rules::names_of_assets, rules::interfaces, rules::units, rules::sensors})
    rule(s, assets, found);
  return found.take();
}

}  // namespace holdover
