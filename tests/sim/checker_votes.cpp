// I-FALSE of each vote: no honest node demands what its own eyes deny, or before a trigger.

#include "tests/sim/checker.hpp"
#include "tests/sim/checker_limits.hpp"

namespace holdover::sim {

void checker::decided(std::size_t node, std::size_t host, bool demands, ms now) {
  if (!honest(node)) return;
  auto& c = contacts_[host][node];
  const bool rises = demands && !c.demanding;
  c.demanding = demands;
  if (rises) {  // X15: whoever is absent when a stage is released stays behind it.
    c.absent_then.clear();
    for (std::size_t g = 0; g < what_.hosts.size(); ++g)
      if (const auto heard = contacts_[g][node].heard; !heard || now - *heard > 30'000)
        c.absent_then.insert(g);
  }
  if (const auto stage = what_.hosts[host].stage; demands && stage && !first_demand_[*stage])
    first_demand_[*stage] = now;
  if (rises && !machines_[host].committed_at) judge_rise(node, host, now);
}

void checker::vote_cast(const host_vote& v, ms now) {
  if (!honest(v.node) || !v.demands || machines_[v.host].committed_at) return;
  if (!contacts_[v.host][v.node].demanding)
    fail(now, "I-FALSE",
         "node " + std::to_string(v.node) + " votes against host " + std::to_string(v.host)
             + " without having decided so");
  const auto& h = what_.hosts[v.host];
  std::size_t lost = 0;
  for (const auto& supply : h.supplies) {
    const auto& s = seen_[v.node][supply.ups];
    const bool battery = s.on_battery && s.battery_sampled
                         && now - *s.battery_sampled <= stretched(blind_limit(supply.ups));
    // X13: past the latest safe start only ten seconds of seeing mains count.
    const bool hardly_back = !s.on_battery && s.battery_sampled && s.online_since
                             && *s.last_sampled - *s.online_since <= stretched(what_.late_cancel)
                             && now - *s.last_sampled <= stretched(blind_limit(supply.ups));
    lost += battery || hardly_back || kept_in_dispute(s, supply.ups, now) ? 1 : 0;
  }
  if (lost > 0)
    for (const auto& supply : h.supplies) {
      const auto& s = seen_[v.node][supply.ups];  // Kept, whatever the site makes of silence.
      const bool long_ago =
          s.on_battery && now - *s.battery_sampled > stretched(blind_limit(supply.ups));
      lost += long_ago || presumed_lost(v.node, supply.ups, now) ? 1 : 0;
    }
  if (lost < h.supplies.size() - h.needed + 1)
    fail(now, "I-FALSE",
         "node " + std::to_string(v.node) + " demands that host " + std::to_string(v.host)
             + " goes down, which its own eyes deny");
}

/// X8 and the triggers: only what was seen freshly, and for long enough, raises a level.
void checker::judge_rise(std::size_t node, std::size_t host, ms now) {
  const auto& h = what_.hosts[host];
  const auto who = "node " + std::to_string(node) + " begins to demand that host "
                   + std::to_string(host) + " goes down ";
  std::size_t fresh = 0;
  bool counts_from_a_lie = false;
  for (const auto& supply : h.supplies) {
    const auto& s = seen_[node][supply.ups];
    // A path that was wrong until just now may be right by chance.
    fresh += (s.on_battery || misled(s, supply.ups, now)) && s.battery_sampled
                     && now - *s.battery_sampled <= stretched(fresh_limit(supply.ups))
                 ? 1
             : kept_in_dispute(s, supply.ups, now) ? 1
                                                   : 0;
    // Without a prediction the time counts from the first word of battery, a false one as well.
    const auto& ups = what_.upses[supply.ups];
    counts_from_a_lie =
        counts_from_a_lie || (ups.rated && !ups.gives_runtime && misled(s, supply.ups, now));
  }
  if (presumption_may_shut_down(node, host, now)) return;
  if (fresh < h.supplies.size() - h.needed + 1)
    return fail(now, "I-FALSE", who + "without having seen it on battery just now");
  if (!counts_from_a_lie && !trigger_may_have_matured(node, host, now))
    fail(now, "I-FALSE", who + "before any trigger can have matured");
}

void checker::vote_reached(const host_vote& v, ms now) {
  auto& m = machines_[v.host];
  auto& c = contacts_[v.host][v.node];
  if (v.usable) {
    auto& votes = m.votes[v.node];
    votes.push_back({v.made, now, v.demands});
    forget(votes, [now](const cast& old) { return old.reached < now - remembered; });
  }
  if (!v.usable || !honest(v.node) || !node_since_[v.node]) return;
  contacts_[v.host][v.node].challenged = v.made;
  bool sees = v.clear_view, online = true;
  for (const auto& supply : what_.hosts[v.host].supplies) {
    const auto& s = seen_[v.node][supply.ups];
    sees = sees && s.last_sampled && v.made - *s.last_sampled <= fresh_limit(supply.ups);
    online =
        online && !s.on_battery && truth_.upses[supply.ups].mains && !misled(s, supply.ups, v.made);
  }
  if (sees) c.able = now;
  if (sees && online) c.good = now;
}

void checker::node_heard(std::size_t node, std::size_t host, bool last_word, ms now) {
  auto& c = contacts_[host][node];
  c.heard = now;
  // Without a challenge of its own, freshly echoed, a node cannot rely on a last word.
  if (last_word && c.challenged && now - *c.challenged < shortened(what_.time_to_live))
    c.last_word = true;
}

}  // namespace holdover::sim
