// Power under machines and outlets: crashes with their cause (L-MISSED), and who may open what
// (I-AUTH, I-ONCE, I-OUTLET).

#include "tests/sim/checker.hpp"
#include "tests/sim/checker_limits.hpp"

#include <algorithm>

namespace holdover::sim {

void checker::host_phase(std::size_t host, phase from, phase to, bool collapsed, ms now) {
  auto& m = machines_[host];
  if (to == phase::unpowered && from != phase::halted) judge_crash(host, from, collapsed, now);
  if (to == phase::booting) {
    m.durable = m.durable_later = m.committed_in_life = m.begun = false;
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
  else if (!all_honest() && !owed(m.in_touch_quorum, host, now, m.talked_out.value_or(0)))
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
bool checker::owed(const std::vector<span>& in_touch, std::size_t host, ms empty,
                   ms not_before) const {
  const ms latest = empty - stretched(what_.hosts[host].shutdown_time) - 25'000;
  const ms began = std::max(machines_[host].insufficient.back().from, not_before);
  return std::any_of(in_touch.begin(), in_touch.end(), [&](const span& s) {
    return std::min(s.to.value_or(empty), latest) - std::max(s.from, began) >= 75'000;
  });
}

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

}  // namespace holdover::sim
