// What is owed by now or at the end: cancelling and restoring (L-CANCEL), going down in time
// (I-PNR).

#include "tests/sim/checker.hpp"
#include "tests/sim/checker_limits.hpp"

#include <algorithm>

namespace holdover::sim {

void checker::look_around(ms now) {
  for (std::size_t h = 0; h < machines_.size(); ++h) {
    update_touch(h, now);
    owed_cancel(h, now);
    owed_going_down(h, now);
    owed_cut_off(h, now);
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
  auto able_for_both = able;
  if (const auto& changed = what_.keys;
      changed && now >= changed->from && now < changed->to && honest(changed->node)) {
    const auto& last = contacts_[host][changed->node].able;
    able_for_both -= last && now - *last <= 7500 ? 1 : 0;
  }
  note(m.in_touch_quorum, alive && able_for_both >= what_.threshold);
  note(m.in_touch_one, alive && able >= 1);
  update_liar_alone(host, !alive || able >= 1, now);
  const bool warned_by_cables = what_.hosts[host].no_carrier_after && m.no_carrier_since;
  bool fine = alive && !m.committed_at && !warned_by_cables;
  for (const auto& supply : what_.hosts[host].supplies) {
    fine = fine && truth_.upses[supply.ups].mains;
    for (std::size_t n = 0; n < what_.nodes; ++n)  // Whoever is misled may warn.
      fine = fine && !misled(seen_[n][supply.ups], supply.ups, now);
  }
  if (!fine || count(&contact::good) < what_.threshold) {
    m.good_since.reset();
    return;
  }
  if (!m.good_since) m.good_since = now;
  if (now - *m.good_since >= 30'000) m.last_proven_good = now;
}

/// F1: who is heard alone, and says that mains are there, ends what is known of an outage; a
/// quarter of a minute later than the others, whose last word counts as long, fell silent.
void checker::update_liar_alone(std::size_t host, bool one_able, ms now) {
  constexpr ms believed_after = 20'000;
  auto& m = machines_[host];
  const bool lied_to = std::any_of(m.votes.begin(), m.votes.end(), [&](const auto& from) {
    return !honest(from.first) && !from.second.empty() && now - from.second.back().reached <= 7500;
  });
  if (one_able || !lied_to)
    m.liar_alone_since.reset();
  else if (!m.liar_alone_since)
    m.liar_alone_since = now;
  if (m.liar_alone_since && now - *m.liar_alone_since >= believed_after) m.talked_out = now;
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

/// F2: an agent that was there when the carrier went, and was not disturbed since.
void checker::owed_cut_off(std::size_t host, ms now) {
  auto& m = machines_[host];
  const auto after = what_.hosts[host].no_carrier_after;
  if (!after || !m.no_carrier_since || !m.watches_cables_since || m.committed_at) return;
  const bool had_one = *m.watches_cables_since + 3000 < *m.no_carrier_since;
  if (!had_one || truth_.hosts[host].now != phase::up) return;
  if (now - *m.no_carrier_since < stretched(*after) + 3000) return;
  fail(now, "I-CUT-OFF",
       "host " + std::to_string(host) + " has had no carrier for "
           + std::to_string(now - *m.no_carrier_since) + " ms, and stays up");
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
  if (machines_[host].cut_off) return restore_excuse::cut_off;
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
