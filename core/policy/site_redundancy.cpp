// Spare supplies of a host: whether one is lost, or only nobody can tell of it. An event of its own
// and no reason to stop anybody: a host goes down only when too few of its supplies carry.
//
//   carries   seen freshly and carrying
//   lost      seen failing, or silent and counted as failing by the rule of the site (X9)
//   unknown   everything else: not seen freshly, or the device itself does not know
//
// In the first half minute of a node nothing is unknown yet: it has only not been asked for long.

#include "core/policy/site_state.hpp"

#include <algorithm>

namespace holdover::policy {

namespace {

std::string_view word_of(silent_supply_rule rule) {
  switch (rule) {
    case silent_supply_rule::ignore:
      return "ignore";
    case silent_supply_rule::as_last_seen:
      return "as_last_seen";
    case silent_supply_rule::as_lost:
      return "as_lost";
  }
  return "as_last_seen";
}

}  // namespace

supply_standing site_machine::state::standing_of(const supply_config& supply) {
  if (supply.ups == no_ups) return {{}, "carries", {}, {}};
  const auto& tracker = trackers_[supply.ups];
  const auto seen = tracker.fresh(now_);
  const auto last = tracker.state();
  const bool silent = seen == power::freshness::never || seen == power::freshness::blind;
  const bool failed =
      tracker.ending() || last == power::belief::on_battery || last == power::belief::off;
  supply_standing found{site_.upses[supply.ups].name, "carries", tracker.unknown_for(now_), {}};
  if (seen == power::freshness::fresh) {
    if (failed) found.how = "lost";
    if (!failed && !power::carries(last)) found.how = "unknown";
    return found;
  }
  if (seen == power::freshness::never && !reached(started_ + site_.observing.blind_floor)) {
    found.how = "not_seen_yet";
    return found;
  }
  // For as long as it is merely stale, it counts as last seen whatever the site says of silence.
  const auto rule = silent ? site_.observing.silent_supply : silent_supply_rule::as_last_seen;
  const bool counts_as_lost =
      rule == silent_supply_rule::as_lost || (rule == silent_supply_rule::as_last_seen && failed);
  const bool lost = counts_as_lost && !(silent && peer_sees_it_carry(supply.ups));
  found.how = lost ? "lost" : "unknown";
  found.rule = word_of(rule);
  return found;
}

redundancy_event site_machine::state::redundancy_of(host_index index) {
  const auto& config = site_.hosts[index];
  redundancy_event found{config.name, {}, true, config.needed, {}};
  for (const auto& supply : config.supplies)
    found.supplies.push_back(standing_of(supply));
  return found;
}

void site_machine::state::alarms_of_redundancy(host_index index) {
  const auto found = redundancy_of(index);
  const auto any = [&](std::string_view how) {
    return std::any_of(found.supplies.begin(), found.supplies.end(),
                       [&](const supply_standing& supply) { return supply.how == how; });
  };
  auto& alarms = hosts_[index].alarms;
  if (any("lost")) expect_alarm(alarms, site_alarm::redundancy_lost, found.host, to_string(found));
  if (any("unknown"))
    expect_alarm(alarms, site_alarm::redundancy_unknown, found.host, to_string(found));
}

/// A host that the site file no longer knows has no supplies to tell of.
void site_machine::state::tell_redundancy(site_alarm what, const std::string& host, bool raised) {
  redundancy_event told;
  for (host_index i = 0; i < site_.hosts.size(); ++i)
    if (site_.hosts[i].name == host) told = redundancy_of(i);
  told.host = host;
  told.what = what == site_alarm::redundancy_lost ? "lost" : "unknown";
  told.raised = raised;
  emit(redundancy_changed{std::move(told)});
}

}  // namespace holdover::policy
