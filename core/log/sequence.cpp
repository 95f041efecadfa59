#include "core/log/sequence.hpp"

#include "core/expects.hpp"

#include <algorithm>
#include <iterator>

namespace holdover::log {

sequence_tracker::sequence_tracker(std::uint64_t prefix, duration patience, duration retry,
                                   std::uint64_t batch)
    : highest_(prefix), patience_(patience), retry_(retry), batch_(batch) {
  expects(batch > 0);
}

arrival sequence_tracker::arrived(std::uint64_t sequence, time_point now) {
  if (sequence > highest_) {
    if (sequence - 1 > highest_) extend(sequence - 1, now);
    highest_ = sequence;
    return arrival::new_one;
  }
  auto at = holes_.upper_bound(sequence);
  if (at == holes_.begin()) return arrival::duplicate;
  --at;
  const auto first = at->first;
  const auto within = at->second;
  if (sequence > within.last) return arrival::duplicate;

  holes_.erase(at);
  if (first < sequence) {
    auto before = within;
    before.last = sequence - 1;
    holes_.emplace(first, before);
  }
  if (sequence < within.last) holes_.emplace(sequence + 1, within);
  return arrival::new_one;
}

void sequence_tracker::announced(std::uint64_t last, time_point now) {
  if (last > highest_) extend(last, now);
}

std::vector<range> sequence_tracker::skipped(range gone) {
  std::vector<range> closed;
  auto at = holes_.upper_bound(gone.first);
  if (at != holes_.begin()) --at;
  while (at != holes_.end() && at->first <= gone.last) {
    const range was{at->first, at->second.last};
    const auto within = at->second;
    if (was.last < gone.first) {
      ++at;
      continue;
    }
    const range shut{std::max(was.first, gone.first), std::min(was.last, gone.last)};
    closed.push_back(shut);
    at = holes_.erase(at);
    if (was.first < shut.first) {
      auto before = within;
      before.last = shut.first - 1;
      holes_.emplace(was.first, before);
    }
    if (shut.last < was.last) at = holes_.emplace(shut.last + 1, within).first;
  }
  return closed;
}

// Neighbours that are lost one after the other make one hole, and so one question.
void sequence_tracker::lost(std::uint64_t sequence, time_point now, duration wait) {
  if (sequence == 0 || sequence > highest_) return;
  auto after = holes_.upper_bound(sequence);
  if (after != holes_.begin()) {
    auto& before = std::prev(after)->second;
    if (sequence <= before.last) return;
    if (before.last + 1 == sequence && !before.asked) {
      before.last = sequence;
      before.worth_asking = std::max(before.worth_asking, now + wait);
      return;
    }
  }
  holes_.emplace(sequence, hole{.last = sequence, .worth_asking = now + wait});
}

/// Everything from the highest number so far to `last` is missing. Announcements that grow while
/// nothing arrives make one hole, not one each: its oldest part has waited, so all of it may go.
void sequence_tracker::extend(std::uint64_t last, time_point now) {
  const auto first = highest_ + 1;
  highest_ = last;
  if (!holes_.empty()) {
    auto& newest = std::prev(holes_.end())->second;
    if (newest.last + 1 == first && !newest.asked) {
      newest.last = last;
      return;
    }
  }
  holes_.emplace(first, hole{.last = last, .worth_asking = now + patience_});
}

std::optional<range> sequence_tracker::ask(time_point now) {
  const auto open = unanswered(now);
  const auto window = batch_ * questions_max;
  if (open >= window) return std::nullopt;
  const auto at = std::find_if(holes_.begin(), holes_.end(),
                               [&](const auto& entry) { return entry.second.worth_asking <= now; });
  if (at == holes_.end()) return std::nullopt;

  // The difference is one less than the count: a hole may span all numbers.
  const auto most = std::min(batch_, window - open);
  const auto first = at->first;
  const auto last = first + std::min(at->second.last - first, most - 1);
  if (last < at->second.last) holes_.emplace(last + 1, at->second);
  at->second = {.last = last, .worth_asking = now + retry_, .asked = true};
  return range{first, last};
}

std::uint64_t sequence_tracker::unanswered(time_point now) const {
  std::uint64_t sum = 0;
  for (const auto& [first, gap] : holes_)
    if (gap.asked && gap.worth_asking > now) sum += gap.last - first + 1;
  return sum;
}

std::optional<time_point> sequence_tracker::next_change(time_point now) const {
  const bool may_ask = unanswered(now) < batch_ * questions_max;
  std::optional<time_point> next;
  for (const auto& [first, gap] : holes_)
    if (may_ask || gap.asked) next = earliest(next, gap.worth_asking);
  return next;
}

}  // namespace holdover::log
