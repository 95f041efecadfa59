#include "tests/sim/checker.hpp"

#include <algorithm>

namespace holdover::sim {

namespace {

// Clocks run up to a percent wrong, timers and steps are quantised: what is exact on one clock is
// within this on another.
constexpr double clock_slack = 1.03;
constexpr ms step_slack = 1500;

constexpr ms remembered = 120'000;  // Votes older than this explain nothing.

// A prediction runs on while the device is silent, and better ones count only after three.
constexpr ms projected = 600'000;
constexpr ms endless = 1'000'000'000;

ms shortened(ms limit) {
  return static_cast<ms>(static_cast<double>(limit) / clock_slack) - step_slack;
}

ms stretched(ms limit) {
  return static_cast<ms>(static_cast<double>(limit) * clock_slack) + step_slack;
}

template <class T, class Older>
void forget(std::deque<T>& items, Older older) {
  while (!items.empty() && older(items.front()))
    items.pop_front();
}

}  // namespace

const char* to_string(crash_cause cause) {
  switch (cause) {
    case crash_cause::program_hung:
      return "program hung";
    case crash_cause::battery_collapsed:
      return "battery collapsed";
    case crash_cause::not_in_plan:
      return "not in the plan";
    case crash_cause::while_booting:
      return "while booting";
    case crash_cause::too_short:
      return "too short";
    case crash_cause::faulty_node:
      return "faulty node";
    case crash_cause::agent_restarted:
      return "agent restarted";
    case crash_cause::out_of_touch:
      return "out of touch";
    case crash_cause::unexplained:
      return "unexplained";
  }
  return "?";
}

const char* to_string(restore_excuse why) {
  switch (why) {
    case restore_excuse::still_stopping:
      return "still stopping";
    case restore_excuse::no_outlet:
      return "no outlet";
    case restore_excuse::last_word_lost:
      return "last word lost";
    case restore_excuse::forgotten:
      return "forgotten";
    case restore_excuse::not_woken:
      return "not woken";
  }
  return "?";
}

checker::checker(facts what, const ground_truth& truth)
    : what_(std::move(what)),
      truth_(truth),
      on_battery_(what_.upses.size()),
      seen_(what_.nodes, std::vector<seen>(what_.upses.size())),
      contacts_(what_.hosts.size(), std::vector<contact>(what_.nodes)),
      machines_(what_.hosts.size()),
      outlets_(what_.outlets.size()),
      node_since_(what_.nodes),
      first_demand_(what_.stages.size()) {}

void checker::fail(ms now, std::string invariant, std::string text) {
  violations_.push_back({now, std::move(invariant), std::move(text)});
}

bool checker::all_honest() const {
  return std::all_of(what_.honest.begin(), what_.honest.end(), [](bool b) { return b; });
}

std::size_t checker::honest_count() const {
  return static_cast<std::size_t>(std::count(what_.honest.begin(), what_.honest.end(), true));
}

// ---- Facts about the truth
// -----------------------------------------------------------------------

bool checker::sufficient(std::size_t host) const {
  return truth_.on_mains(host) >= what_.hosts[host].needed;
}

void checker::mains(std::size_t ups, bool on, ms now) {
  auto& spans = on_battery_[ups];
  const bool open = !spans.empty() && !spans.back().to;
  if (on && open) spans.back().to = now;
  if (!on && !open) spans.push_back({now, {}});
  for (std::size_t h = 0; h < machines_.size(); ++h) {
    auto& lacking = machines_[h].insufficient;
    const bool was = !lacking.empty() && !lacking.back().to;
    if (sufficient(h) && was) lacking.back().to = now;
    if (!sufficient(h) && !was) lacking.push_back({now, {}});
    if (!on) machines_[h].good_since.reset();
  }
  const bool all_on = std::all_of(on_battery_.begin(), on_battery_.end(), [](const auto& s) {
    return s.empty() || s.back().to.has_value();
  });
  if (all_on) std::fill(first_demand_.begin(), first_demand_.end(), std::nullopt);
}

std::optional<ms> checker::last_insufficient(std::size_t host, ms now) const {
  const auto& lacking = machines_[host].insufficient;
  if (lacking.empty()) return {};
  return lacking.back().to.value_or(now);
}

bool checker::outage_within(std::size_t ups, ms from, ms to) const {
  return std::any_of(on_battery_[ups].begin(), on_battery_[ups].end(),
                     [&](const span& s) { return s.from <= to && (!s.to || *s.to > from); });
}

/// How many supplies of a host have been on battery since a moment.
std::size_t checker::failed_since(std::size_t host, ms since, ms now) const {
  const auto& supplies = what_.hosts[host].supplies;
  return static_cast<std::size_t>(
      std::count_if(supplies.begin(), supplies.end(),
                    [&](const supply_truth& s) { return outage_within(s.ups, since, now); }));
}

ms checker::fresh_limit(std::size_t ups) const {
  return what_.upses[ups].poll * what_.fresh_periods;
}

ms checker::blind_limit(std::size_t ups) const {
  return std::max(what_.blind_floor, what_.upses[ups].poll * what_.blind_periods);
}

/// True time on battery in this episode: at least as long as anybody can have confirmed. Stretches
/// of mains shorter than the poll may have gone unseen; they are counted.
ms checker::battery_time(std::size_t ups, ms now, int& flickers) const {
  const auto& spans = on_battery_[ups];
  ms total = 0;
  ms later = now;
  for (auto it = spans.rbegin(); it != spans.rend(); ++it) {
    const ms end = it->to.value_or(now);
    if (later - end > what_.episode_end + blind_limit(ups)) break;
    total += end - it->from;
    later = it->from;
    ++flickers;
  }
  return total;
}

ms checker::later_stages(std::size_t host) const {
  const auto stage = what_.hosts[host].stage;
  if (!stage) return 0;
  ms total = 0;
  for (std::size_t i = *stage + 1; i < what_.stages.size(); ++i) {
    ms slowest = 0;
    for (const auto h : what_.stages[i].hosts)
      slowest = std::max(slowest, what_.hosts[h].shutdown_time);
    total += slowest;
  }
  return total;
}

// ---- What nodes know
// -----------------------------------------------------------------------------

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

// ---- Votes
// ---------------------------------------------------------------------------------------

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
    lost += battery || hardly_back ? 1 : 0;
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
  for (const auto& supply : h.supplies) {
    const auto& s = seen_[node][supply.ups];
    fresh += s.on_battery && s.battery_sampled
                     && now - *s.battery_sampled <= stretched(fresh_limit(supply.ups))
                 ? 1
                 : 0;
  }
  if (presumption_may_shut_down(node, host, now)) return;
  if (fresh < h.supplies.size() - h.needed + 1)
    return fail(now, "I-FALSE", who + "without having seen it on battery just now");
  if (!trigger_may_have_matured(node, host, now))
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
    online = online && !s.on_battery && truth_.upses[supply.ups].mains;
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

// ---- Commits
// -------------------------------------------------------------------------------------

void checker::agent_started(std::size_t host, ms now) {
  auto& m = machines_[host];
  m.agent = true;
  m.committed_in_life = false;
  m.votes.clear();
  m.mood = m.durable ? agent_mood::committed : agent_mood::running;
  m.quiet = true;
  m.said = now;
  m.good_since.reset();
  m.undisturbed_since.reset();
  if (!m.durable && !m.begun) m.committed_at.reset();  // Nothing came of it.
  if (m.durable) m.undisturbed_since = now;
  m.in_touch_one.clear();  // What it was told before it has forgotten.
  m.in_touch_quorum.clear();
  m.agent_restarted = !sufficient(host);
  for (auto& c : contacts_[host])
    c.able = c.good = c.challenged = std::nullopt;
}

void checker::agent_paused(std::size_t host, ms until) {
  auto& m = machines_[host];
  if (m.undisturbed_since) m.undisturbed_since = until;
}

void checker::agent_resumed(std::size_t host, ms now) {
  auto& m = machines_[host];
  if (m.undisturbed_since) m.undisturbed_since = now;
}

void checker::agent_stopped(std::size_t host, ms) {
  auto& m = machines_[host];
  m.agent = false;
  m.good_since.reset();
  m.undisturbed_since.reset();
}

void checker::agent_said(std::size_t host, agent_mood mood, bool quiet, ms now) {
  auto& m = machines_[host];
  // Until its record is written it says "armed": recorded first, then reported.
  const bool bound = m.committed_in_life || m.durable;
  const bool recorded = m.durable || (m.committed_in_life && m.begun);
  if ((bound && mood == agent_mood::running) || (recorded && mood == agent_mood::armed))
    fail(now, "I-PNR", "host " + std::to_string(host) + " came back from its commit");
  m.mood = mood;
  m.quiet = quiet;
  m.said = now;
}

void checker::committed(std::size_t host, commit_cause cause, ms now) {
  auto& m = machines_[host];
  if (m.durable || m.committed_in_life)
    fail(now, "I-ONCE", "host " + std::to_string(host) + " commits twice in one boot");
  m.committed_in_life = true;
  m.ever_committed = true;
  m.committed_at = now;
  m.undisturbed_since = now;
  m.begun = false;
  if (cause == commit_cause::vote) {
    judge_vote_commit(host, now);
    judge_order(host, now);
  } else {
    judge_fallback_commit(host, now);
  }
}

void checker::commit_durable(std::size_t host, ms) {
  machines_[host].durable = true;
}

void checker::shutdown_begun(std::size_t host, ms) {
  machines_[host].begun = true;
}

void checker::judge_vote_commit(std::size_t host, ms now) {
  const auto& m = machines_[host];
  const auto& h = what_.hosts[host];
  // Now and, as far as a percent of clock error lets us say, at the start of the hold.
  const ms hold_start =
      now - std::max<ms>(0, static_cast<ms>(static_cast<double>(h.hold) * 0.97) - 200);
  for (const ms moment : {now, hold_start}) {
    std::size_t keys = 0;
    for (const auto& [node, votes] : m.votes)
      keys += std::any_of(votes.begin(), votes.end(),
                          [&](const cast& c) {
                            return c.demands && c.reached <= moment + 100
                                   && c.made >= moment - stretched(what_.time_to_live);
                          })
                  ? 1
                  : 0;
    if (keys < what_.threshold)
      return fail(
          now, "I-AUTH",
          "host " + std::to_string(host) + " commits by vote on " + std::to_string(keys) + " keys");
  }
  // Whoever voted may have been stale until blind, and slow to believe in mains after the latest
  // safe start; the votes travelled and lived for their time.
  ms window = what_.time_to_live + h.hold + what_.late_cancel + 2 * what_.network_delay;
  ms slowest = 0;
  for (const auto& supply : h.supplies)
    slowest = std::max(slowest, blind_limit(supply.ups) + 3 * what_.upses[supply.ups].poll);
  const ms since = now - stretched(window + slowest);
  const auto last = last_insufficient(host, now);
  const bool failed = failed_since(host, m.booted, now) >= h.supplies.size() - h.needed + 1;
  if (failed && last && *last >= since) return;
  if (presumed_commit(host, since, now))
    ++presumed_commits_;
  else if (!failed)
    fail(now, "I-FALSE",
         "host " + std::to_string(host)
             + " goes down by vote; its power has not failed since it booted");
  else
    fail(now, "I-FALSE",
         "host " + std::to_string(host) + " goes down by vote; its power was fine"
             + (last ? " for " + std::to_string((now - *last) / 1000) + " s" : ""));
}

/// A UPS that ran empty takes its card with it. That mains have returned to it nobody can know
/// until the card answers; so what voters presume of it is no falsehood, if the rest of the
/// supplies really was on battery.
bool checker::presumed_commit(std::size_t host, ms since, ms now) const {
  const auto& h = what_.hosts[host];
  for (std::size_t n = 0; n < what_.nodes; ++n) {
    if (!honest(n) || !contacts_[host][n].demanding) continue;
    std::size_t really = 0, presumed = 0;
    for (const auto& supply : h.supplies) {
      if (outage_within(supply.ups, since, now))
        ++really;
      else if (lately_presumed_lost(n, supply.ups, since, now))
        ++presumed;
    }
    if (really > 0 && really + presumed >= h.supplies.size() - h.needed + 1) return true;
  }
  return false;
}

/// The last word of a node that then fell silent stands, what it presumed included: the host has
/// nobody else to ask.
bool checker::presumed_until_silence(std::size_t host, ms since, ms now) const {
  const auto& h = what_.hosts[host];
  for (std::size_t n = 0; n < what_.nodes; ++n) {
    const auto votes = machines_[host].votes.find(n);
    if (!honest(n) || votes == machines_[host].votes.end() || votes->second.empty()) continue;
    const ms last_word = votes->second.back().made;
    std::size_t really = 0, presumed = 0;
    for (const auto& supply : h.supplies) {
      if (outage_within(supply.ups, since, now))
        ++really;
      else if (lately_presumed_lost(n, supply.ups, last_word, now))
        ++presumed;
    }
    if (really > 0 && really + presumed >= h.supplies.size() - h.needed + 1) return true;
  }
  return false;
}

bool checker::could_have_been_voted(std::size_t host, ms now) const {
  std::size_t able = 0;
  for (std::size_t n = 0; n < what_.nodes; ++n) {
    const auto& votes = machines_[host].votes;
    const auto found = votes.find(n);
    const bool touch = found != votes.end() && !found->second.empty()
                       && now - found->second.back().reached <= 5000;
    bool sees = false;
    for (const auto& supply : what_.hosts[host].supplies) {
      const auto& s = seen_[n][supply.ups];
      sees = sees || (s.on_battery && now - *s.battery_sampled <= fresh_limit(supply.ups));
    }
    able += honest(n) && touch && sees ? 1 : 0;
  }
  return able >= what_.threshold;
}

/// Enough of its supplies must have been on battery since the host booted and since k nodes last
/// proved to it that all is well. With a faulty node in the world a sole witness may be that node,
/// unless k others were heard just before.
void checker::judge_fallback_commit(std::size_t host, ms now) {
  const auto& m = machines_[host];
  const auto& h = what_.hosts[host];
  if (could_have_been_voted(host, now)) ++fallback_in_sight_;
  const ms since = std::max(m.booted, m.last_proven_good.value_or(0));
  if (failed_since(host, since, now) >= h.supplies.size() - h.needed + 1) return;
  if (presumed_until_silence(host, since, now)) {
    ++presumed_commits_;
    return;
  }
  const bool k_in_touch = m.last_proven_good && now - *m.last_proven_good < 20'000;
  if (!all_honest() && !k_in_touch) {
    ++fallback_by_liar_;
    return;
  }
  fail(now, "I-FALSE-F1",
       "host " + std::to_string(host) + " goes down by fallback although its power has not failed "
           + (m.last_proven_good ? "since k able nodes told it so for 30 s" : "since it booted"));
}

bool checker::share_power(std::size_t a, std::size_t b) const {
  for (const auto& x : what_.hosts[a].supplies)
    for (const auto& y : what_.hosts[b].supplies)
      if (x.ups == y.ups) return true;
  return false;
}

/// Of every earlier stage each host must be down, or released by time, silence or absence.
void checker::judge_order(std::size_t host, ms now) {
  const auto stage = what_.hosts[host].stage;
  if (!stage || latest_safe_start_may_have_passed(host, std::nullopt, now)) return;
  for (std::size_t i = 0; i < *stage; ++i) {
    const auto first = first_demand_[i];
    for (const auto g : what_.stages[i].hosts) {
      if (!share_power(host, g)) continue;  // Who has other batteries has another plan.
      const auto& other = machines_[g];
      const auto is = truth_.hosts[g].now;
      if (is != phase::up && is != phase::stopping) continue;
      if (other.mood == agent_mood::down || !other.agent) continue;
      if (first && now - *first >= shortened(what_.stages[i].timeout)) continue;
      if (other.committed_at
          && now - *other.committed_at >= shortened(what_.hosts[g].shutdown_time))
        continue;
      const auto lacking = last_insufficient(g, now);  // It is not in this incident.
      if (!lacking || now - *lacking > stretched(blind_limit(0) + what_.time_to_live)) continue;
      const ms known = what_.hosts[host].hold + what_.time_to_live + 2 * what_.network_delay
                       + 3 * fresh_limit(what_.hosts[g].supplies[0].ups);
      if (now - other.insufficient.back().from < known) continue;  // It has hardly begun for it.
      bool absent = false;  // Unheard or unseen by somebody whose vote may have been the one.
      for (std::size_t n = 0; n < what_.nodes; ++n) {
        absent = absent || contacts_[host][n].absent_then.count(g) != 0 || !contacts_[g][n].heard
                 || now - *contacts_[g][n].heard > 30'000 || !node_since_[n]
                 || now - *node_since_[n] < remembered;
        for (const auto& supply : what_.hosts[g].supplies)
          absent = absent || !seen_[n][supply.ups].last_sampled
                   || now - *seen_[n][supply.ups].last_sampled > fresh_limit(supply.ups);
      }
      if (absent) continue;
      fail(now, "I-ORDER",
           "host " + std::to_string(host) + " of stage " + std::to_string(*stage)
               + " goes down by vote before host " + std::to_string(g) + " of stage "
               + std::to_string(i) + ", which is " + to_string(is));
    }
  }
}

// ---- Machines
// ------------------------------------------------------------------------------------

void checker::host_phase(std::size_t host, phase from, phase to, bool collapsed, ms now) {
  auto& m = machines_[host];
  if (to == phase::unpowered && from != phase::halted) judge_crash(host, from, collapsed, now);
  if (to == phase::booting) {
    m.durable = m.committed_in_life = m.begun = false;
    m.committed_at.reset();
    m.booted = now;
    m.last_proven_good.reset();
    for (auto& c : contacts_[host])
      c.last_word = false;
  }
  if (to == phase::halted || to == phase::unpowered) {
    m.in_touch_one.clear();
    m.in_touch_quorum.clear();
  }
}

void checker::judge_crash(std::size_t host, phase was, bool collapsed, ms now) {
  const auto& h = what_.hosts[host];
  const auto& m = machines_[host];
  auto cause = crash_cause::unexplained;
  const auto& lacking = m.insufficient;
  const ms began = lacking.empty() ? now : lacking.back().from;
  const ms enough = stretched(h.shutdown_time) + h.hold + what_.time_to_live + what_.runtime_margin
                    + 2 * what_.network_delay + 10'000;
  if (h.erratic_programs && m.begun)
    cause = crash_cause::program_hung;
  else if (collapsed)
    cause = crash_cause::battery_collapsed;
  else if (!h.stage)
    cause = crash_cause::not_in_plan;
  else if (was == phase::booting || now - m.booted < enough)
    cause = crash_cause::while_booting;
  else if (now - began < enough)
    cause = crash_cause::too_short;
  else if (!owed(m.in_touch_quorum, host, now) && !owed(m.in_touch_one, host, now))
    cause = m.agent_restarted ? crash_cause::agent_restarted : crash_cause::out_of_touch;
  else if (!all_honest() && !owed(m.in_touch_quorum, host, now))
    cause = crash_cause::faulty_node;
  ++crashes_[static_cast<std::size_t>(cause)];
  if (cause == crash_cause::unexplained)
    fail(now, "L-MISSED",
         "host " + std::to_string(host) + " crashed " + std::to_string((now - began) / 1000)
             + " s into an outage although it was in touch"
             + (m.committed_at
                    ? ", " + std::to_string((now - *m.committed_at) / 1000) + " s after its commit"
                    : ""));
}

/// 75 s in touch during the outage, ended at least 25 s before the latest moment to begin.
bool checker::owed(const std::vector<span>& in_touch, std::size_t host, ms empty) const {
  const ms latest = empty - stretched(what_.hosts[host].shutdown_time) - 25'000;
  const ms began = machines_[host].insufficient.back().from;
  return std::any_of(in_touch.begin(), in_touch.end(), [&](const span& s) {
    return std::min(s.to.value_or(empty), latest) - std::max(s.from, began) >= 75'000;
  });
}

// ---- Outlets
// -------------------------------------------------------------------------------------

void checker::outlet_vote_reached(const outlet_vote& v, ms now) {
  if (!v.usable) return;
  auto& votes = outlets_[v.outlet].votes[{v.executor, v.node}];
  votes.push_back({v.made, now, v.closes});
  forget(votes, [now](const cast& old) { return old.reached < now - remembered; });
}

void checker::outlet(std::size_t outlet, bool closed, std::size_t executor, ms now) {
  auto& o = outlets_[outlet];
  std::size_t keys = 0;
  for (const auto& [who, votes] : o.votes)
    keys +=
        who.first == executor
                && std::any_of(votes.begin(), votes.end(),
                               [&](const cast& c) {
                                 // The card may have been slow to obey.
                                 return c.demands == closed
                                        && c.made >= now - stretched(what_.time_to_live) - 35'000;
                               })
            ? 1
            : 0;
  const auto name = "outlet " + std::to_string(outlet);
  if (keys < what_.threshold)
    fail(now, "I-AUTH",
         name + (closed ? " closes on " : " opens on ") + std::to_string(keys) + " keys");
  if (closed == o.closed) return;
  if (closed && o.ever && now - o.at < shortened(what_.outlets[outlet].minimum_off))
    fail(now, "I-OUTLET", name + " was off for " + std::to_string(now - o.at) + " ms only");
  if (!closed) {
    judge_opening(outlet, now);
    const ms grace = blind_limit(what_.outlets[outlet].ups) + what_.time_to_live + 60'000;
    bool cause = false;  // An outage anywhere: a host behind it may hang on another supply too.
    for (std::size_t u = 0; u < what_.upses.size(); ++u)
      cause = cause || outage_within(u, o.at - grace, now);
    if (o.ever && now - o.at < 60'000 && !cause)
      fail(now, "I-ONCE",
           name + " opens again " + std::to_string(now - o.at) + " ms after it closed");
  }
  o.closed = closed;
  o.at = now;
  o.ever = true;
  if (closed) o.remembered_by.clear();
}

void checker::outlet_decided(std::size_t node, std::size_t outlet, bool opens, ms) {
  if (opens && honest(node)) outlets_[outlet].remembered_by.insert(node);
}

void checker::incident_over(std::size_t node, ms) {
  for (std::size_t o = 0; o < outlets_.size(); ++o)
    if (truth_.outlets[o].closed) outlets_[o].remembered_by.erase(node);
}

void checker::judge_opening(std::size_t outlet, ms now) {
  for (const auto h : what_.outlets[outlet].hosts) {
    const auto is = truth_.hosts[h].now;
    if (is == phase::booting || is == phase::up || is == phase::stopping)
      fail(now, "I-OUTLET",
           "outlet " + std::to_string(outlet) + " opens under host " + std::to_string(h)
               + ", which is " + to_string(is));
  }
}

// ---- What is owed by now
// -------------------------------------------------------------------------

void checker::look_around(ms now) {
  for (std::size_t h = 0; h < machines_.size(); ++h) {
    update_touch(h, now);
    owed_cancel(h, now);
    owed_going_down(h, now);
  }
}

void checker::update_touch(std::size_t host, ms now) {
  auto& m = machines_[host];
  // Calm nodes speak every five seconds; half as long again is still in touch.
  const auto count = [&](auto member) {
    std::size_t in_touch = 0;
    for (std::size_t n = 0; n < what_.nodes; ++n) {
      const auto& last = contacts_[host][n].*member;
      in_touch += honest(n) && last && now - *last <= 7500 ? 1 : 0;
    }
    return in_touch;
  };
  const auto note = [now](std::vector<span>& spans, bool holds) {
    const bool open = !spans.empty() && !spans.back().to;
    if (holds && !open) spans.push_back({now, {}});
    if (!holds && open) spans.back().to = now;
  };
  const bool alive = m.agent && truth_.hosts[host].now == phase::up;
  const auto able = count(&contact::able);
  note(m.in_touch_quorum, alive && able >= what_.threshold);
  note(m.in_touch_one, alive && able >= 1);
  bool fine = alive && !m.committed_at;
  for (const auto& supply : what_.hosts[host].supplies)
    fine = fine && truth_.upses[supply.ups].mains;
  if (!fine || count(&contact::good) < what_.threshold) {
    m.good_since.reset();
    return;
  }
  if (!m.good_since) m.good_since = now;
  if (now - *m.good_since >= 30'000) m.last_proven_good = now;
}

void checker::owed_cancel(std::size_t host, ms now) {
  auto& m = machines_[host];
  if (!m.good_since || now - *m.good_since < 25'000 || m.said < *m.good_since + 20'000) return;
  if (m.mood == agent_mood::running && m.quiet) return;
  fail(now, "L-CANCEL",
       "host " + std::to_string(host) + " is still "
           + (m.mood == agent_mood::running ? "warned" : "armed") + " 25 s after mains came back");
}

/// X5: from commit to halted within its time, as long as its agent is there to drive it.
void checker::owed_going_down(std::size_t host, ms now) {
  auto& m = machines_[host];
  const auto is = truth_.hosts[host].now;
  if (!m.committed_at || !m.agent || !m.undisturbed_since) return;
  if (is != phase::up && is != phase::stopping) return;
  const ms since = now - *m.undisturbed_since;
  if (!m.begun && since > 6000) {
    fail(now, "I-PNR", "host " + std::to_string(host) + " committed but does not begin to go down");
    m.undisturbed_since.reset();
  } else if (since > stretched(what_.hosts[host].shutdown_time) + 20'000) {
    fail(now, "I-PNR", "host " + std::to_string(host) + " is still up long after its commit");
    m.undisturbed_since.reset();
  }
}

/// Whoever owes a restoration must know of it: k honest nodes that switched off the outlet, and
/// that heard the last word of a host which stands halted behind a closed one.
void checker::finish(ms now) {
  const auto excused = [this](restore_excuse why) {
    ++restores_excused_[static_cast<std::size_t>(why)];
  };
  for (std::size_t h = 0; h < machines_.size(); ++h) {
    const auto is = truth_.hosts[h].now;
    if (is == phase::up || is == phase::booting) continue;
    if (const auto why = excuse(h))
      excused(*why);
    else
      fail(now, "L-CANCEL",
           "host " + std::to_string(h) + " is " + to_string(is)
               + " at the end although power is back");
  }
  for (std::size_t o = 0; o < outlets_.size(); ++o) {
    if (truth_.outlets[o].closed) continue;
    if (outlets_[o].remembered_by.size() < what_.threshold)
      excused(restore_excuse::forgotten);
    else
      fail(now, "L-CANCEL", "outlet " + std::to_string(o) + " is still off at the end");
  }
}

std::optional<restore_excuse> checker::excuse(std::size_t host) const {
  const bool going = truth_.hosts[host].now == phase::stopping;
  if (going && what_.hosts[host].erratic_programs) return restore_excuse::still_stopping;
  for (const auto& s : what_.hosts[host].supplies) {
    if (!s.outlet) {
      // One honest node that has heard its last word can wake it, and needs nobody for it.
      const bool known = std::any_of(contacts_[host].begin(), contacts_[host].end(),
                                     [](const contact& c) { return c.last_word; });
      return !what_.hosts[host].wakes || !known ? restore_excuse::no_outlet
                                                : restore_excuse::not_woken;
    }
    const auto& outlet = outlets_[*s.outlet];
    if (!truth_.outlets[*s.outlet].closed && outlet.remembered_by.size() < what_.threshold)
      return restore_excuse::forgotten;
  }
  if (truth_.hosts[host].now != phase::halted) return std::nullopt;
  std::size_t witnesses = 0;
  for (std::size_t n = 0; n < what_.nodes; ++n)
    witnesses += honest(n) && contacts_[host][n].last_word ? 1 : 0;
  return witnesses < what_.threshold ? std::optional{restore_excuse::last_word_lost} : std::nullopt;
}

}  // namespace holdover::sim
