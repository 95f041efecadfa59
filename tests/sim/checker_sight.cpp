// What nodes know: what each may believe by what it was shown, which is what their demands are held
// against.

#include "tests/sim/checker.hpp"
#include "tests/sim/checker_limits.hpp"

#include <algorithm>

namespace holdover::sim {

void checker::node_started(std::size_t node, ms now) {
  node_since_[node] = now;
  for (auto& s : seen_[node])
    s = {};
  for (auto& per_host : contacts_)
    per_host[node] = {};
}

void checker::node_stopped(std::size_t node, ms now) {
  node_started(node, now);
  node_since_[node].reset();
}

void checker::node_read(const reading& r, ms) {
  auto& s = seen_[r.node][r.ups];
  if (s.last_sampled && r.sampled < *s.last_sampled) return;
  // After a gap nobody can say that it was online without a break.
  const bool broken = !s.last_sampled || r.sampled - *s.last_sampled > fresh_limit(r.ups) * 8 / 10;
  if (broken)  // A host that was down may have lost its power and come up meanwhile.
    for (std::size_t h = 0; h < what_.hosts.size(); ++h)
      for (const auto& supply : what_.hosts[h].supplies)
        if (supply.ups == r.ups) contacts_[h][r.node].last_word = false;
  const bool was_on_battery = s.on_battery;
  s.last_sampled = r.sampled;
  s.on_battery = r.on_battery;
  if (r.on_battery) {
    s.battery_sampled = r.sampled;
    s.online_since.reset();
  } else if (was_on_battery || broken || !s.online_since) {
    s.online_since = r.sampled;
  }
  s.recent.push_back(r);
  forget(s.recent, [&](const reading& old) { return old.sampled < r.sampled - projected; });
}

void checker::node_misled(const reading& r, ms) {
  auto& s = seen_[r.node][r.ups];
  s.misled = r.sampled;
  if (r.on_battery) s.misled_to_battery = r.sampled;
}

bool checker::misled(const seen& s, std::size_t ups, ms now) const {
  return s.misled && now - *s.misled <= stretched(2 * fresh_limit(ups));
}

/// Mains came back, and one path of two has not noticed: whatever was decided on the outage stands
/// until that battery has been seen not to get emptier.
bool checker::kept_in_dispute(const seen& s, std::size_t ups, ms now) const {
  return s.misled_to_battery && s.battery_sampled
         && now - *s.misled_to_battery <= stretched(blind_limit(ups))
         && now - *s.battery_sampled <= stretched(watched_in_dispute + blind_limit(ups));
}

/// The least that a node may believe to be left, from what a device said lately.
ms checker::claimed_left(const seen& s, std::size_t ups, ms now) const {
  ms least = endless;
  for (const auto& r : s.recent) {
    const ms age = now - r.sampled;
    if (r.left_seconds) least = std::min(least, seconds(*r.left_seconds) - age);
    if (r.low) least = std::min(least, 60'000 - age);  // "BATTERY LOW" is worth a minute.
  }
  if (what_.upses[ups].rated) {
    int flickers = 0;
    const ms half = *what_.upses[ups].rated / 2 - battery_time(ups, now, flickers);
    least = std::min(least, half);
  }
  return least;
}

/// Whether a node may presume that a UPS which it does not see has ended.
bool checker::presumed_lost(std::size_t node, std::size_t ups, ms now) const {
  const auto& s = seen_[node][ups];
  if (!node_since_[node] || what_.silent_supply == silence::ignored) return false;
  if (s.last_sampled && now - *s.last_sampled <= shortened(blind_limit(ups))) return false;
  return true;
}

/// Or may have, until it regained sight of it.
bool checker::lately_presumed_lost(std::size_t node, std::size_t ups, ms since, ms now) const {
  const auto& s = seen_[node][ups];
  if (presumed_lost(node, ups, now)) return true;
  if (what_.silent_supply == silence::ignored || !s.online_since || *s.online_since < since)
    return false;
  return true;
}

/// X9: on a presumption alone only the latest safe start of what is left in sight counts.
bool checker::presumption_may_shut_down(std::size_t node, std::size_t host, ms now) const {
  const auto& h = what_.hosts[host];
  const ms need = stretched(h.shutdown_time + later_stages(host) + what_.runtime_margin) + 5000;
  std::vector<ms> lefts;
  bool in_sight = false;
  for (const auto& supply : h.supplies) {
    const auto& s = seen_[node][supply.ups];
    const bool fresh =
        s.on_battery && now - *s.battery_sampled <= stretched(fresh_limit(supply.ups));
    const bool presumed = presumed_lost(node, supply.ups, now);
    in_sight = in_sight || fresh;
    const bool unpredicted = claimed_left(s, supply.ups, now) == endless;
    if (presumed && (unpredicted || !s.on_battery || what_.silent_supply == silence::as_lost))
      lefts.push_back(0);
    else if (fresh || presumed)
      lefts.push_back(claimed_left(s, supply.ups, now));
  }
  const auto fatal = h.supplies.size() - h.needed + 1;
  if (!in_sight || lefts.size() < fatal) return false;
  std::sort(lefts.begin(), lefts.end());
  return lefts[fatal - 1] <= need;
}

/// Whether the moment may have come at which waiting any longer is too late for a host, in the eyes
/// of one node or of any honest one.
bool checker::latest_safe_start_may_have_passed(std::size_t host, std::optional<std::size_t> node,
                                                ms now) const {
  const auto& h = what_.hosts[host];
  const ms need = stretched(h.shutdown_time + later_stages(host) + what_.runtime_margin) + 5000;
  for (std::size_t n = 0; n < what_.nodes; ++n) {
    if (node ? n != *node : !honest(n)) continue;
    for (const auto& supply : h.supplies) {
      const auto& s = seen_[n][supply.ups];
      if (claimed_left(s, supply.ups, now) <= need) return true;
      // A battery of which only the rated runtime is known is projected on like any other.
      if (const auto rated = what_.upses[supply.ups].rated; rated && s.on_battery) {
        int flickers = 0;
        const ms then = *rated / 2 - battery_time(supply.ups, *s.battery_sampled, flickers);
        if (then - (now - *s.battery_sampled) <= need) return true;
      }
    }
  }
  return false;
}

/// A stage that is due makes the earlier ones due, also for others that share power with it: so any
/// trigger from the host's own stage on, on any device, explains the level.
bool checker::trigger_may_have_matured(std::size_t node, std::size_t host, ms now) const {
  if (latest_safe_start_may_have_passed(host, node, now)) return true;
  const auto own = what_.hosts[host].stage;
  for (std::size_t i = own.value_or(what_.stages.size()); i < what_.stages.size(); ++i)
    for (std::size_t u = 0; u < what_.upses.size(); ++u)
      if (met(what_.stages[i], node, u, now)) return true;
  return false;
}

bool checker::met(const facts::stage& when, std::size_t node, std::size_t ups, ms now) const {
  const auto& s = seen_[node][ups];
  int flickers = 0;
  const ms on_battery = battery_time(ups, now, flickers);
  const ms unseen = flickers * fresh_limit(ups);
  if (when.on_battery_for && flickers > 0 && *when.on_battery_for <= stretched(on_battery) + unseen)
    return true;
  if (when.runtime_below && claimed_left(s, ups, now) <= stretched(*when.runtime_below))
    return true;
  return std::any_of(s.recent.begin(), s.recent.end(), [&](const reading& r) {
    return (when.battery_low && r.low)
           || (when.charge_below && r.charge_percent
               && *r.charge_percent <= *when.charge_below + 1);
  });
}

}  // namespace holdover::sim
