#include "core/agent/outlet_executor.hpp"

#include "core/expects.hpp"
#include "core/words.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace holdover::agent {
namespace {

using power::outlet_state;
using vote::outlet_wish;

bool meets(outlet_state seen, outlet_wish wish) {
  return (wish == outlet_wish::on && seen == outlet_state::on)
         || (wish == outlet_wish::off && seen == outlet_state::off);
}

bool differs(const executor_beacon& a, const executor_beacon& b) {
  return !std::equal(a.outlets.begin(), a.outlets.end(), b.outlets.begin(), b.outlets.end(),
                     [](outlet_status x, outlet_status y) {
                       x.reading_age = y.reading_age = duration{};
                       return x == y;
                     });
}

/// Any fixed mixing of unit and node will do, if every node computes the same: FNV-1a over the
/// name, then the finalizer of splitmix64 over that and the number.
std::uint64_t weight(const std::string& unit, node_number node) {
  std::uint64_t h = 0xcbf29ce484222325u;
  for (const char c : unit) {
    h ^= static_cast<unsigned char>(c);
    h *= 0x100000001b3u;
  }
  h += (std::uint64_t{node} + 1) * 0x9e3779b97f4a7c15u;
  h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
  h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
  return h ^ (h >> 31);
}

}  // namespace

std::uint32_t rank_of(node_number self, const std::vector<node_number>& nodes,
                      const std::string& unit) {
  const auto mine = std::pair(weight(unit, self), self);
  return static_cast<std::uint32_t>(std::count_if(nodes.begin(), nodes.end(), [&](node_number n) {
    return std::pair(weight(unit, n), n) > mine;
  }));
}

outlet_executor::outlet_executor(executor_config config, random_id nonce, time_point now)
    : config_(std::move(config)),
      ticks_(nonce, config_.time_to_live),
      now_(now),
      next_beacon_(now) {
  expects(config_.beacon_period > 0s && config_.settle > 0s);
  for (const auto& outlet : config_.outlets)
    lines_.emplace_back(outlet,
                        vote::ballot_rules{.site = config_.site,
                                           .self = {target_kind::outlet, outlet.name, config_.node},
                                           .epoch = config_.epoch,
                                           .electorate = config_.electorate,
                                           .threshold = config_.threshold,
                                           .time_to_live = config_.time_to_live,
                                           .earlier = config_.earlier});
  if (config_.earlier) switch_over_ends_ = now + config_.switch_over;
}

outlet_executor::line::line(executor_outlet what, vote::ballot_rules rules)
    : outlet(std::move(what)), votes(std::move(rules)) {}

executor_decision outlet_executor::step(const executor_event& what, time_point now) {
  expects(now >= now_);
  now_ = now;
  executor_decision out;
  if (switch_over_ends_ && now_ >= *switch_over_ends_) {
    switch_over_ends_.reset();
    for (auto& l : lines_)
      l.votes.end_switch_over();
  }
  std::visit([&](const auto& fact) { learn(fact, out); }, what);
  for (auto& l : lines_)
    tend(l, out);
  beacon(out);
  out.wake_at = next_wake();
  expects(out.wake_at && *out.wake_at > now_);
  return out;
}

const vote::ballot_box* outlet_executor::votes(const std::string& outlet) const {
  for (const auto& l : lines_)
    if (l.outlet.name == outlet) return &l.votes;
  return nullptr;
}

// ---- Facts -------------------------------------------------------------------------------------

void outlet_executor::learn(const outlet_vote_received& event, executor_decision&) {
  for (auto& l : lines_)
    if (l.outlet.name == event.what.content.to.name) l.votes.accept(event.what, ticks_, now_);
}

void outlet_executor::learn(const outlets_read& event, executor_decision&) {
  for (auto& l : lines_) {
    for (const auto& reading : event.what.outlets) {
      if (reading.number != l.outlet.number || reading.state == outlet_state::unknown) continue;
      if (reading.state == outlet_state::on) l.off_since.reset();
      if (reading.state == outlet_state::off && !l.off_since) l.off_since = now_;
      l.seen = reading.state;
      l.read_at = now_;
      l.unknown = false;
    }
  }
}

void outlet_executor::learn(const switch_answered& answer, executor_decision& out) {
  for (auto& l : lines_) {
    if (l.outlet.number != answer.number || l.at != phase::sent) continue;
    // Whatever the driver says, only a reading tells what became of it (P1).
    l.detail =
        answer.ok ? "accepted, to be read back" : "unclear, to be read back: " + answer.detail;
    l.refused = answer.ok ? std::string{} : answer.detail;
    asked_at_.reset();
    ask_reading(out);
  }
}

void outlet_executor::learn(const unit_unattended&, executor_decision&) {
  for (auto& l : lines_)
    l.unknown = true;
  asked_at_.reset();  // Whom it was asked of has not answered.
}

void outlet_executor::learn(const executor_tick&, executor_decision&) {}

// ---- One outlet --------------------------------------------------------------------------------

void outlet_executor::tend(line& l, executor_decision& out) {
  if (l.at == phase::sent) await_effect(l, out);
  if (l.at == phase::sent) return;

  const auto wish = l.votes.effective_wish(now_);
  if (wish != outlet_wish::off && another_may_count_down(l)) return adopt_countdown(l, out);
  if (wish == outlet_wish::keep) return withdraw(l, out);
  const bool met = meets(l.seen, wish);
  if (l.at == phase::idle && l.wish == wish && met) return;  // Done before; nothing says otherwise.
  if (met && fresh(l)) {
    l.wish = wish;
    return satisfied(l, out);
  }
  if (l.at == phase::idle || l.wish != wish) want(l, wish);

  if (now_ >= alarm_at(l))
    set_alarm(
        l, true,
        "still not " + std::string(to_string(wish)) + " after " + in_words(now_ - l.wanted_since),
        out);
  if (now_ < turn(l)) return;
  if (!read_for_turn(l)) return ask_reading(out);
  send(l, out);
}

void outlet_executor::want(line& l, outlet_wish wish) {
  l.at = phase::wanted;
  l.wish = wish;
  l.wanted_since = now_;
  l.retry_at = now_;
  l.attempts = 0;
  l.switching = action_state::received;
  l.detail.clear();
}

void outlet_executor::withdraw(line& l, executor_decision& out) {
  if (l.at == phase::wanted) {
    if (l.switching == action_state::received) l.switching = action_state::unspecified;
    l.detail = "no longer wanted";
  }
  l.at = phase::idle;
  l.wish = outlet_wish::keep;
  set_alarm(l, false, "no longer wanted", out);
}

void outlet_executor::satisfied(line& l, executor_decision& out) {
  if (l.at == phase::wanted || l.switching == action_state::unspecified) {
    l.switching = action_state::done;
    l.detail = "is " + std::string(to_string(l.wish));
  }
  l.at = phase::idle;
  set_alarm(l, false, "is " + std::string(to_string(l.wish)), out);
}

void outlet_executor::send(line& l, executor_decision& out) {
  std::vector<std::string> evidence;
  for (const auto* b : l.votes.behind(l.wish, now_))
    evidence.push_back(b->what.signed_bytes);
  l.at = phase::sent;
  l.sent_at = now_;
  l.unwanted_since.reset();
  l.called_off_at.reset();
  l.switching = action_state::started;
  l.detail.clear();
  l.refused.clear();
  out.actions.emplace_back(record_intent{l.outlet.name, l.wish, std::move(evidence)});
  out.actions.emplace_back(switch_outlet{l.outlet.number, l.wish == outlet_wish::on});
}

void outlet_executor::await_effect(line& l, executor_decision& out) {
  if (unwanted_countdown(l)) return call_off(l, out);
  l.unwanted_since.reset();
  const auto settled = settled_at(l);
  // What was read before the SET did not meet the wish, or there would have been no SET.
  if (meets(l.seen, l.wish)) {
    conclude(l, true, "read back", out);
  } else if (*l.read_at >= settled) {
    conclude(l, false, "still " + std::string(to_string(l.seen)) + " when read back", out);
  } else if (now_ >= settled + config_.switch_deadline - config_.settle) {
    conclude(l, false, "could not be read back", out);
  } else if (now_ >= settled) {
    ask_reading(out);
  }
}

// Nobody wants it off any more, and it is not off yet.
bool outlet_executor::unwanted_countdown(const line& l) const {
  return l.outlet.countdown > 0s && l.wish == outlet_wish::off && l.seen != power::outlet_state::off
         && l.votes.effective_wish(now_) != outlet_wish::off;
}

/// We waited for our turn to tell it off, so an earlier one may have told it; and whoever it was
/// may be gone, like what it would call off.
bool outlet_executor::another_may_count_down(const line& l) const {
  return l.at == phase::wanted && l.wish == outlet_wish::off && l.outlet.countdown > 0s
         && config_.rank > 0 && l.seen == power::outlet_state::on;
}

void outlet_executor::adopt_countdown(line& l, executor_decision& out) {
  l.at = phase::sent;
  l.sent_at = now_;  // It cannot have been told later.
  l.unwanted_since.reset();
  l.called_off_at.reset();
  l.refused.clear();
  await_effect(l, out);
}

void outlet_executor::call_off(line& l, executor_decision& out) {
  // Votes also end because it is off, which others may have read before us.
  if (!l.unwanted_since) l.unwanted_since = now_;
  if (*l.read_at <= *l.unwanted_since && now_ < *l.unwanted_since + config_.settle)
    return ask_reading(out);
  const auto over = settled_at(l);
  if (now_ >= over && *l.read_at >= over) {
    l.wish = outlet_wish::on;
    return conclude(l, true, "called off; on when its countdown would be over", out);
  }
  if (now_ >= over + config_.switch_deadline - config_.settle)
    return conclude(l, false, "called off, and could not be read back", out);
  if (now_ >= over) return ask_reading(out);
  if (l.called_off_at && now_ < *l.called_off_at + config_.settle) return;
  l.called_off_at = now_;
  l.detail = "called off";
  out.actions.emplace_back(switch_outlet{l.outlet.number, true});
}

void outlet_executor::conclude(line& l, bool confirmed, std::string detail,
                               executor_decision& out) {
  // The reading says that it did not happen; the answer, why.
  if (!confirmed && !l.refused.empty()) detail += "; when it was told: " + l.refused;
  l.detail = detail;
  l.switching = confirmed ? action_state::done : action_state::failed;
  out.actions.emplace_back(record_result{l.outlet.name, l.wish, confirmed, detail});
  l.at = confirmed ? phase::idle : phase::wanted;
  if (confirmed) return set_alarm(l, false, detail, out);
  // Votes that ended meanwhile make the failure history, no longer anybody's problem.
  if (l.votes.effective_wish(now_) == l.wish)
    set_alarm(l, true, "switching " + std::string(to_string(l.wish)) + ": " + detail, out);
  duration pause = config_.settle;
  for (std::uint32_t n = 0; n < l.attempts && pause < config_.switch_deadline; ++n)
    pause *= 2;
  ++l.attempts;
  l.retry_at = now_ + std::min(pause, config_.switch_deadline);
}

void outlet_executor::set_alarm(line& l, bool raised, const std::string& text,
                                executor_decision& out) {
  if (l.alarmed == raised) return;
  l.alarmed = raised;
  out.actions.emplace_back(outlet_alarm{l.outlet.name, raised, text});
}

void outlet_executor::ask_reading(executor_decision& out) {
  if (asked_at_ && now_ < *asked_at_ + config_.settle) return;
  asked_at_ = now_;
  out.actions.emplace_back(read_outlets{});
}

// ---- When --------------------------------------------------------------------------------------

bool outlet_executor::fresh(const line& l) const {
  return !l.unknown && l.read_at && now_ < *l.read_at + config_.reading_fresh;
}

/// When the first rank may switch: at once, but off is never shorter than its minimum (X17).
time_point outlet_executor::allowed_at(const line& l) const {
  if (l.wish != outlet_wish::on || !l.off_since) return l.wanted_since;
  return std::max(l.wanted_since, *l.off_since + l.outlet.minimum_off);
}

time_point outlet_executor::turn(const line& l) const {
  // Whose predecessor counts down sees no effect before that is over.
  const auto pause = config_.take_over + (l.wish == outlet_wish::off ? l.outlet.countdown : 0s);
  return std::max(allowed_at(l) + config_.rank * pause, l.retry_at);
}

/// Nothing may take longer than this without being said.
time_point outlet_executor::alarm_at(const line& l) const {
  const auto counts = l.wish == outlet_wish::off ? (config_.rank + 1) * l.outlet.countdown : 0s;
  return allowed_at(l) + config_.switch_deadline + counts;
}

/// From here on what is read shows what became of a SET.
time_point outlet_executor::settled_at(const line& l) const {
  return l.sent_at + config_.settle + (l.wish == outlet_wish::off ? l.outlet.countdown : 0s);
}

bool outlet_executor::read_for_turn(const line& l) const {
  return fresh(l) && (config_.rank == 0 || *l.read_at >= turn(l));
}

// ---- What is said ------------------------------------------------------------------------------

executor_beacon outlet_executor::snapshot() const {
  executor_beacon b{config_.site, config_.unit, config_.node, ticks_.nonce(), 0,
                    echoes(),     {},           config_.epoch};
  for (const auto& l : lines_)
    b.outlets.push_back({l.outlet.name, l.unknown ? outlet_state::unknown : l.seen,
                         l.read_at ? now_ - *l.read_at : duration{}, l.votes.effective_wish(now_),
                         l.switching, l.detail});
  return b;
}

/// A node votes on each outlet apart; the challenge of its newest vote on any of them proves the
/// same.
std::vector<echo> outlet_executor::echoes() const {
  std::map<node_number, const vote::ballot_box::ballot*> newest;
  for (const auto& l : lines_) {
    for (node_number n = 0; n < node_number_limit; ++n) {
      const auto* b = l.votes.of(n);
      if (b == nullptr || now_ - b->accepted > config_.time_to_live) continue;
      const auto order = [](const vote::ballot_box::ballot& x) {
        return std::pair(x.accepted, x.what.content.challenge_tick);
      };
      auto& kept = newest[n];
      if (kept == nullptr || order(*b) > order(*kept)) kept = b;
    }
  }
  std::vector<echo> found;
  for (const auto& [n, b] : newest)
    found.push_back({n, b->what.content.incarnation, b->what.content.challenge_tick});
  return found;
}

void outlet_executor::beacon(executor_decision& out) {
  auto b = snapshot();
  if (now_ < next_beacon_ && said_ && !differs(*said_, b)) return;
  b.tick = ticks_.issue(now_);
  said_ = b;
  next_beacon_ = now_ + config_.beacon_period;
  out.actions.emplace_back(send_executor_beacon{std::move(b)});
}

std::optional<time_point> outlet_executor::next_wake() const {
  std::optional<time_point> next = earliest(next_beacon_, switch_over_ends_);
  const auto consider = [&](std::optional<time_point> at) {
    if (at && *at > now_) next = earliest(next, at);
  };
  for (const auto& l : lines_) {
    consider(l.votes.next_expiry(now_));
    if (l.at == phase::wanted) {
      consider(turn(l));
      consider(alarm_at(l));
    }
    if (l.at == phase::sent) {
      consider(settled_at(l));
      consider(settled_at(l) + config_.switch_deadline - config_.settle);
      for (const auto& since : {l.unwanted_since, l.called_off_at})
        if (since) consider(*since + config_.settle);
    }
    if (l.at != phase::idle && asked_at_) consider(*asked_at_ + config_.settle);
  }
  return next;
}

}  // namespace holdover::agent
