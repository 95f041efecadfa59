// What an agent commits to: I-AUTH and I-FALSE by vote, I-FALSE-F1 by fallback, I-ONCE, I-ORDER,
// and that it does not come back (I-PNR).

#include "tests/sim/checker.hpp"
#include "tests/sim/checker_limits.hpp"

#include <algorithm>

namespace holdover::sim {

void checker::agent_started(std::size_t host, ms now) {
  auto& m = machines_[host];
  m.agent = true;
  m.watches_cables_since = now;
  m.committed_in_life = false;
  m.durable = m.durable || m.durable_later;
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
  m.watches_cables_since = until;
}

void checker::agent_resumed(std::size_t host, ms now) {
  auto& m = machines_[host];
  if (m.undisturbed_since) m.undisturbed_since = now;
  m.watches_cables_since = now;
}

void checker::agent_stopped(std::size_t host, ms) {
  auto& m = machines_[host];
  m.agent = false;
  m.watches_cables_since.reset();
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
  m.cut_off = cause == commit_cause::cut_off;
  if (cause == commit_cause::cut_off) {
    judge_cut_off(host, now);
  } else if (cause == commit_cause::vote) {
    judge_vote_commit(host, now);
    judge_order(host, now);
  } else {
    judge_fallback_commit(host, now);
  }
}

void checker::commit_durable(std::size_t host, ms) {
  auto& m = machines_[host];
  (m.committed_in_life ? m.durable : m.durable_later) = true;
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
  bool disputed = false;
  for (std::size_t n = 0; n < what_.nodes; ++n)
    for (const auto& supply : h.supplies)
      disputed = disputed || (honest(n) && kept_in_dispute(seen_[n][supply.ups], supply.ups, now));
  if (failed && disputed && last && *last >= since - stretched(watched_in_dispute)) return;
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

void checker::carrier(std::size_t host, bool has, ms now) {
  auto& m = machines_[host];
  m.no_carrier_since = has ? std::nullopt : std::optional{now};
}

void checker::judge_cut_off(std::size_t host, ms now) {
  const auto& m = machines_[host];
  const auto after = what_.hosts[host].no_carrier_after;
  if (after && m.no_carrier_since && now - *m.no_carrier_since >= shortened(*after)) return;
  fail(now, "I-CUT-OFF",
       "host " + std::to_string(host) + " goes down for want of a carrier"
           + (m.no_carrier_since ? " that it has lacked for "
                                       + std::to_string(now - *m.no_carrier_since) + " ms only"
                                 : ", which it has"));
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
      // Unheard, unseen or disputed for somebody whose vote may have been the one.
      bool absent = false;
      for (std::size_t n = 0; n < what_.nodes; ++n) {
        absent = absent || contacts_[host][n].absent_then.count(g) != 0 || !contacts_[g][n].heard
                 || now - *contacts_[g][n].heard > 30'000 || !node_since_[n]
                 || now - *node_since_[n] < remembered;
        for (const auto& supply : what_.hosts[g].supplies)
          absent = absent || !seen_[n][supply.ups].last_sampled
                   || now - *seen_[n][supply.ups].last_sampled > fresh_limit(supply.ups)
                   || misled(seen_[n][supply.ups], supply.ups, now);
      }
      if (absent) continue;
      fail(now, "I-ORDER",
           "host " + std::to_string(host) + " of stage " + std::to_string(*stage)
               + " goes down by vote before host " + std::to_string(g) + " of stage "
               + std::to_string(i) + ", which is " + to_string(is));
    }
  }
}

}  // namespace holdover::sim
