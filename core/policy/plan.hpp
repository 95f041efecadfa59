// What can be worked out of a site file before anything happens: who shares power with whom, who
// goes down before whom and how long that takes, which stages may act on a host or an outlet.
//
// Two orders are one here: stages go one after the other, and a host goes down before those that it
// depends on. Both hold among hosts that share power; the second also among those that do not.
//
// Hosts that nodes run on are a stage of their own behind all others, whatever stage lists them
// (X16): they outlive all that they vote on, if their own battery lets them, and begin together, as
// k of them are needed until the end. That is counted into everybody else's latest safe start.

#pragma once

#include "core/site.hpp"
#include "core/time.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace holdover::policy {

using domain_index = std::uint32_t;

/// Everybody with the same supplies has the same view of the power.
struct power_domain {
  std::vector<supply_config> supplies;
  std::uint32_t needed = 1;

  bool operator==(const power_domain&) const = default;
};

struct host_plan {
  std::optional<stage_index> step;  ///< The stage of an outage that stops it.
  duration before{};  ///< Shutdown times of what goes before it, the longest chain (X4).
  duration after{};   ///< Likewise of what goes after it.
  std::vector<outlet_index> outlets;  ///< That feed it.
  std::vector<host_index> earlier;    ///< Hosts that go down before it.
  duration slow_look{};  ///< By how much its slowest UPS is polled more seldom than usual (O2).
  domain_index domain = 0;
  std::vector<stage_index> conditional;  ///< Stages with a tree that name it, in order.
  /// Of a host that a node runs on: the others of any stage. It waits for them and hurries none.
  std::vector<host_index> outlived;
};

struct outlet_plan {
  std::optional<stage_index> shed_in;      ///< The first stage of an outage that does.
  std::optional<stage_index> restored_in;  ///< The first stage of any kind.
  std::optional<ups_index> ups;
  std::optional<domain_index> domain;    ///< Where a stage may shed it and a UPS feeds it.
  std::vector<stage_index> conditional;  ///< Stages with a tree that shed it, in order.
};

struct plan {
  std::vector<power_domain> domains;
  std::vector<host_plan> hosts;
  std::vector<outlet_plan> outlets;
  std::vector<host_index> start_order;     ///< Each after those that it depends on.
  std::vector<outlet_index> return_order;  ///< What was shed first comes last.
  /// For stages that ask for it: how long before empty each domain's hosts must begin.
  std::vector<std::vector<duration>> latest_safe;
};

plan make_plan(const site&);

/// The moment, counted back from empty, at which a host must begin to go down. The margin covers
/// polls and a hold of up to five seconds; what is above is added.
inline duration latest_safe_start(const host_config& host, const host_plan& timing,
                                  const observation_config& rules) {
  const auto long_hold = std::max<duration>(host.hold - 5s, duration::zero());
  return host.shutdown_time + timing.after + rules.runtime_margin + long_hold + timing.slow_look;
}

}  // namespace holdover::policy
