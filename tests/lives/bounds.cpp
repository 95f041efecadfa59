#include "tests/lives/bounds.hpp"

#include <algorithm>

namespace holdover::lives {

namespace {

// Polls, the minute's telling of the clock, and a hold that is measured between readings.
constexpr ms reaction = 8'000;
// Between two readings of the slowest sensor it may have been false for a moment, unseen.
constexpr ms unseen = 4'000;
constexpr ms minute = 60'000;
constexpr ms acts_on_unseen = 28'000;  // A node acts on what was true for a little longer.

/// The k-th smallest of those that are set; nothing if fewer are.
std::optional<ms> kth(std::vector<std::optional<ms>> of, std::size_t k) {
  std::vector<ms> set;
  for (const auto& one : of)
    if (one) set.push_back(*one);
  if (k == 0 || set.size() < k) return std::nullopt;
  std::sort(set.begin(), set.end());
  return set[k - 1];
}

std::size_t needed_of(const condition_node& node, std::size_t children) {
  if (node.kind == condition_kind::all) return children;
  return node.kind == condition_kind::any ? 1 : node.needed;
}

}  // namespace

condition_bounds::condition_bounds(const life& of, stage_index stage, perspective seen_by)
    : of_(of), tree_(*of.about.stages[stage].condition), seen_by_(std::move(seen_by)) {
  nodes_.resize(tree_.root - tree_.first + 1);
}

void condition_bounds::look(const truth& is, const battery_bounds& batteries, ms now) {
  bool another = false;  // A leaf that comes to be true, if only again, may be a cause of its own.
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const auto& config = of_.about.conditions[tree_.first + i];
    const auto found = combines(config.kind) ? combine(i) : look_at_leaf(i, is, batteries, now);
    another = another || (found.may && !nodes_[i].raw_may);
    hold(i, found, now);
  }
  const bool is_now = may_be_true(now, reaction);
  if (is_now && (!was_ || another)) ++onsets_;
  was_ = is_now;
}

// May: true for as long as the hold, or true before and not clear for long enough. Must: for the
// hold and the time that a reading takes, and then until it is surely clear.
void condition_bounds::hold(std::size_t i, answer found, ms now) {
  const auto& config = of_.about.conditions[tree_.first + i];
  auto& node = nodes_[i];
  const ms holds = config.hold.count(), clears = config.clear_after.count();
  if (found.may) {
    if (now - node.last_raw_may > unseen) node.may_since = now;
    node.last_raw_may = now;
  }
  node.raw_may = found.may;
  const bool matured = found.may && now - node.may_since >= holds - 1000;
  const bool kept = now - node.last_met <= clears + unseen;
  node.may = matured || kept;
  if (matured || (found.may && kept)) node.last_met = now;
  if (node.may) node.last_may = now;

  if (found.sure) node.last_raw_sure = now;
  const bool was_matured = node.sure && node.sure_from && *node.sure_from <= now;
  node.sure = found.sure || (was_matured && now - node.last_raw_sure < clears - 1000);
  if (!node.sure) {
    node.sure_since.reset();
    node.sure_from.reset();
    return;
  }
  if (!node.sure_since) node.sure_since = now;
  if (!found.sure) return;
  if (!combines(config.kind))
    node.sure_from = *node.sure_since + holds + reaction;
  else if (const auto from = children_sure_from(i))
    node.sure_from = std::max(*from + holds, node.sure_from.value_or(0));
}

answer condition_bounds::look_at_leaf(std::size_t i, const truth& is,
                                      const battery_bounds& batteries, ms now) {
  const auto& config = of_.about.conditions[tree_.first + i];
  switch (config.kind) {
    case condition_kind::sensor_above:
    case condition_kind::sensor_active:
      return look_at_sensor(i, is, now);
    case condition_kind::operator_switch:
      return {is.switch_set(config.subject), is.switch_set(config.subject)};
    case condition_kind::time_window:
      return look_at_window(i, now);
    default:
      break;
  }
  // A load is judged elsewhere.
  if (!asks_battery(config.kind) || seen_by_.supplies.empty()) return {true, false};
  const ms time =
      config.kind == condition_kind::latest_safe ? seen_by_.latest_safe : config.time.count();
  return batteries.ask({config.kind, time, config.limit, config.hysteresis}, seen_by_.supplies,
                       seen_by_.needed);
}

// Within the hysteresis it stays what it was; silent, too, for a while.
answer condition_bounds::look_at_sensor(std::size_t i, const truth& is, ms now) {
  const auto& config = of_.about.conditions[tree_.first + i];
  auto& node = nodes_[i];
  const auto& sensor = is.sensor(config.subject);
  const bool number = config.kind == condition_kind::sensor_above;
  const auto noise = of_.sensors[config.subject].noise;
  const auto limit = number ? config.limit : 0.5;
  const auto width = number ? std::max(config.hysteresis, noise) : 0;
  node.silent_for = sensor.silent ? node.silent_for + 1000 : 0;
  const bool was_seen = node.sure_since && now - *node.sure_since > reaction;
  const bool acts = nodes_.back().sure && nodes_.back().sure_from && *nodes_.back().sure_from < now;
  answer found;
  if (sensor.silent) {
    found.may = node.raw_may;
    found.sure = node.sure && acts && node.silent_for <= acts_on_unseen;
    return found;
  }
  const bool in_band = number && sensor.value > limit - width - noise;
  found.may = sensor.value + noise > limit || (node.raw_may && in_band);
  const bool held = number && was_seen && sensor.value - noise > limit - config.hysteresis;
  found.sure = sensor.value - noise > limit || (node.sure && held);
  return found;
}

answer condition_bounds::look_at_window(std::size_t i, ms now) const {
  const auto& window = of_.about.windows[of_.about.conditions[tree_.first + i].subject];
  const auto within = [&](ms at) {
    const auto total = of_.first_minute + static_cast<std::uint32_t>(at / minute);
    const auto of_day = total % (24 * 60);
    const auto day = (2 + total / (24 * 60)) % 7;
    if (window.from_minute <= window.to_minute)
      return window.days[day] && of_day >= window.from_minute && of_day < window.to_minute;
    return (window.days[day] && of_day >= window.from_minute)
           || (window.days[(day + 6) % 7] && of_day < window.to_minute);
  };
  return {within(now) || within(std::max<ms>(now - minute, 0)), within(now) && within(now + 2000)};
}

answer condition_bounds::combine(std::size_t i) const {
  std::size_t children = 0, may = 0, sure = 0;
  for (std::size_t c = 0; c < i; ++c) {
    if (of_.about.conditions[tree_.first + c].parent != tree_.first + i) continue;
    ++children;
    may += nodes_[c].may ? 1 : 0;
    sure += nodes_[c].sure ? 1 : 0;
  }
  const auto needed = needed_of(of_.about.conditions[tree_.first + i], children);
  return {may >= needed, sure >= needed};
}

std::optional<ms> condition_bounds::children_sure_from(std::size_t i) const {
  std::size_t children = 0;
  std::vector<std::optional<ms>> since;
  for (std::size_t c = 0; c < i; ++c) {
    if (of_.about.conditions[tree_.first + c].parent != tree_.first + i) continue;
    ++children;
    since.push_back(nodes_[c].sure ? nodes_[c].sure_from : std::nullopt);
  }
  return kth(since, needed_of(of_.about.conditions[tree_.first + i], children));
}

}  // namespace holdover::lives
