#include "core/vote/ballot_box.hpp"

#include "core/expects.hpp"

#include <algorithm>
#include <utility>

namespace holdover::vote {
namespace {

/// Restarts of a controller that are remembered. Forgetting older ones is safe: a vote of theirs
/// would have to echo a tick younger than the time to live after as many restarts.
constexpr std::size_t replaced_limit = 64;

}  // namespace

tick_clock::tick_clock(random_id nonce, duration remember) : nonce_(nonce), remember_(remember) {
  expects(static_cast<bool>(nonce_));
}

void tick_clock::renew(random_id nonce) {
  expects(static_cast<bool>(nonce) && nonce != nonce_);
  nonce_ = nonce;
  recent_.clear();
}

std::uint64_t tick_clock::issue(time_point now) {
  expects(recent_.empty() || now >= recent_.back().at);
  while (!recent_.empty() && now - recent_.front().at > remember_)
    recent_.pop_front();
  recent_.push_back({++last_, now});
  return last_;
}

std::optional<time_point> tick_clock::issued(std::uint64_t tick) const {
  // Ticks are dense within one life, so the position follows from the number.
  if (recent_.empty() || tick < recent_.front().tick || tick > last_) return std::nullopt;
  return recent_[static_cast<std::size_t>(tick - recent_.front().tick)].at;
}

std::string_view to_string(refusal r) {
  switch (r) {
    case refusal::wrong_site:
      return "wrong_site";
    case refusal::wrong_target:
      return "wrong_target";
    case refusal::wrong_epoch:
      return "wrong_epoch";
    case refusal::drill:
      return "drill";
    case refusal::unknown_controller:
      return "unknown_controller";
    case refusal::bad_signature:
      return "bad_signature";
    case refusal::wrong_nonce:
      return "wrong_nonce";
    case refusal::future_tick:
      return "future_tick";
    case refusal::expired_tick:
      return "expired_tick";
    case refusal::replaced_incarnation:
      return "replaced_incarnation";
    case refusal::old_sequence:
      return "old_sequence";
  }
  return "invalid refusal";
}

ballot_box::ballot_box(ballot_rules rules) : rules_(std::move(rules)) {
  expects(rules_.threshold >= 1);
  for (const auto number : rules_.electorate) {
    expects(number < node_number_limit);
    seats_[number].emplace();
  }
  if (!rules_.earlier) return;
  for (const auto number : rules_.earlier->electorate)
    if (!seats_[number]) seats_[number].emplace();
}

void ballot_box::begin_switch_over(std::uint64_t epoch, std::vector<node_number> electorate,
                                   std::uint32_t threshold,
                                   const std::vector<node_number>& same_keys) {
  expects(threshold >= 1);
  if (rules_.earlier) end_switch_over();
  rules_.earlier = {rules_.epoch, std::move(rules_.electorate), rules_.threshold};
  rules_.epoch = epoch;
  rules_.electorate = std::move(electorate);
  rules_.threshold = threshold;
  for (const auto number : rules_.electorate) {
    expects(number < node_number_limit);
    if (!seats_[number]) seats_[number].emplace();
  }
  for (node_number number = 0; number < node_number_limit; ++number) {
    if (!seats_[number] || !seats_[number]->last) continue;
    auto& last = *seats_[number]->last;
    last.counted = true;
    last.counts =
        seated(number) && std::find(same_keys.begin(), same_keys.end(), number) != same_keys.end();
  }
}

void ballot_box::end_switch_over() {
  rules_.earlier.reset();
  for (node_number number = 0; number < node_number_limit; ++number) {
    auto& s = seats_[number];
    if (s && !seated(number)) s.reset();
    if (!s || !s->last) continue;
    if (!s->last->counts)
      s->last.reset();
    else
      s->last->counted = false;
  }
}

bool ballot_box::seated(node_number number) const {
  const auto& all = rules_.electorate;
  return std::find(all.begin(), all.end(), number) != all.end();
}

bool ballot_box::was_seated(node_number number) const {
  if (!rules_.earlier) return false;
  const auto& all = rules_.earlier->electorate;
  return std::find(all.begin(), all.end(), number) != all.end();
}

std::optional<refusal> ballot_box::accept(const received_vote& what, const tick_clock& ticks,
                                          time_point now) {
  if (const auto why = judge(what, ticks, now)) {
    ++refused_[static_cast<std::size_t>(*why)];
    return why;
  }
  auto& sender = *seats_[what.content.controller];
  if (sender.last && sender.last->what.content.incarnation != what.content.incarnation) {
    sender.replaced.push_back(sender.last->what.content.incarnation);
    if (sender.replaced.size() > replaced_limit) sender.replaced.pop_front();
  }
  // The lease runs from the issue of the tick, not from arrival: a delayed vote dies on time (V5).
  const auto number = what.content.controller;
  sender.last =
      ballot{what, now, *ticks.issued(what.content.tick) + rules_.time_to_live,
             what.signature_valid && seated(number), what.valid_before && was_seated(number)};
  return std::nullopt;
}

std::optional<refusal> ballot_box::judge(const received_vote& what, const tick_clock& ticks,
                                         time_point now) const {
  const auto& v = what.content;
  if (v.site != rules_.site) return refusal::wrong_site;
  if (v.to != rules_.self) return refusal::wrong_target;
  const bool before = rules_.earlier && v.epoch == rules_.earlier->epoch;
  if (v.epoch != rules_.epoch && !before) return refusal::wrong_epoch;
  if (!v.drill.empty()) return refusal::drill;
  if (v.controller >= node_number_limit || !seats_[v.controller])
    return refusal::unknown_controller;
  const bool valid = (what.signature_valid && seated(v.controller))
                     || (what.valid_before && was_seated(v.controller));
  if (!valid) return refusal::bad_signature;
  if (v.nonce != ticks.nonce()) return refusal::wrong_nonce;
  if (v.tick > ticks.last()) return refusal::future_tick;
  const auto issued = ticks.issued(v.tick);
  if (!issued || now - *issued >= rules_.time_to_live) return refusal::expired_tick;
  return judge_order(v, *seats_[v.controller]);
}

std::optional<refusal> ballot_box::judge_order(const vote& v, const seat& s) const {
  if (std::find(s.replaced.begin(), s.replaced.end(), v.incarnation) != s.replaced.end())
    return refusal::replaced_incarnation;
  if (!s.last) return std::nullopt;
  const auto& last = s.last->what.content;
  if (v.incarnation == last.incarnation)
    return v.sequence > last.sequence ? std::nullopt : std::optional(refusal::old_sequence);
  // An incarnation that we never heard may be older than the one that we know: a vote delayed
  // across the restart of its sender. Taking it would lock the living process out as "replaced". A
  // process that really is new echoes a newer tick within one beacon.
  return v.tick > last.tick ? std::nullopt : std::optional(refusal::old_sequence);
}

template <class Condition>
std::vector<const ballot_box::ballot*> ballot_box::select(time_point now,
                                                          Condition condition) const {
  std::vector<const ballot*> found;
  for (const auto& s : seats_)
    if (s && s->last && now < s->last->expires && condition(s->last->what.content))
      found.push_back(&*s->last);
  return found;
}

template <class Condition>
bool ballot_box::enough(time_point now, Condition condition) const {
  std::size_t by_all = 0, by_earlier = 0;
  for (const auto* b : select(now, condition)) {
    by_all += b->counts ? 1 : 0;
    by_earlier += b->counted ? 1 : 0;
  }
  return by_all >= rules_.threshold && (!rules_.earlier || by_earlier >= rules_.earlier->threshold);
}

level ballot_box::kth_highest(time_point now, bool earlier) const {
  const auto threshold = earlier ? rules_.earlier->threshold : rules_.threshold;
  std::vector<level> levels;
  for (const auto* b : select(now, [](const vote& v) { return v.host_level != level::no_view; }))
    if (earlier ? b->counted : b->counts) levels.push_back(b->what.content.host_level);
  if (levels.size() < threshold) return level::run;
  std::sort(levels.rbegin(), levels.rend());
  return levels[threshold - 1];
}

level ballot_box::effective_level(time_point now) const {
  const auto by_all = kth_highest(now, false);
  return rules_.earlier ? std::min(by_all, kth_highest(now, true)) : by_all;
}

outlet_wish ballot_box::effective_wish(time_point now) const {
  const bool on = enough(now, [](const vote& v) { return v.outlet == outlet_wish::on; });
  const bool off = enough(now, [](const vote& v) { return v.outlet == outlet_wish::off; });
  // With a threshold of half the electorate or less both may have k: then nobody is obeyed.
  if (on == off) return outlet_wish::keep;
  return on ? outlet_wish::on : outlet_wish::off;
}

std::vector<named_action> ballot_box::effective_actions(time_point now) const {
  std::vector<named_action> found;
  for (const auto* b : unexpired(now))
    for (const auto& wanted : b->what.content.actions)
      if (std::find(found.begin(), found.end(), wanted) == found.end()
          && enough(now, [&](const vote& v) {
               return std::find(v.actions.begin(), v.actions.end(), wanted) != v.actions.end();
             }))
        found.push_back(wanted);
  return found;
}

const ballot_box::ballot* ballot_box::of(node_number number) const {
  if (number >= node_number_limit || !seats_[number] || !seats_[number]->last) return nullptr;
  return &*seats_[number]->last;
}

bool ballot_box::unexpired(node_number number, time_point now) const {
  const auto* last = of(number);
  return last != nullptr && now < last->expires;
}

std::vector<const ballot_box::ballot*> ballot_box::unexpired(time_point now) const {
  return select(now, [](const vote&) { return true; });
}

bool ballot_box::quorate(time_point now) const {
  return enough(now, [](const vote& v) { return v.host_level >= level::run; });
}

bool ballot_box::agreed_on(level wanted, time_point now) const {
  return enough(now, [&](const vote& v) { return v.host_level == wanted; });
}

std::vector<const ballot_box::ballot*> ballot_box::behind(level least, time_point now) const {
  return select(
      now, [&](const vote& v) { return v.host_level != level::no_view && v.host_level >= least; });
}

std::vector<const ballot_box::ballot*> ballot_box::behind(outlet_wish wish, time_point now) const {
  return select(now, [&](const vote& v) { return v.outlet == wish; });
}

std::vector<const ballot_box::ballot*> ballot_box::behind(const named_action& wanted,
                                                          time_point now) const {
  return select(now, [&](const vote& v) {
    return std::find(v.actions.begin(), v.actions.end(), wanted) != v.actions.end();
  });
}

std::optional<time_point> ballot_box::next_expiry(time_point now) const {
  std::optional<time_point> next;
  for (const auto* b : unexpired(now))
    next = earliest(next, b->expires);
  return next;
}

void ballot_box::clear() {
  for (auto& s : seats_)
    if (s) s->last.reset();
}

}  // namespace holdover::vote
