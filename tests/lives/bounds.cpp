// Between which bounds a tree of conditions is true.

#include "tests/lives/oracle.hpp"
#include "tests/lives/truth.hpp"

#include <algorithm>

namespace holdover::lives {

namespace {

// Polls, the minute's telling of the clock, and a hold that is measured between readings.
constexpr ms reaction = 8'000;
constexpr ms minute = 60'000;

/// The k-th smallest of those that are set; nothing if fewer are.
std::optional<ms> kth(std::vector<std::optional<ms>> of, std::size_t k) {
  std::vector<ms> set;
  for (const auto& one : of)
    if (one) set.push_back(*one);
  if (set.size() < k) return std::nullopt;
  std::sort(set.begin(), set.end());
  return set[k - 1];
}

}  // namespace

condition_bounds::condition_bounds(const life& of, stage_index stage)
    : of_(of), tree_(*of.about.stages[stage].condition) {
  nodes_.resize(tree_.root - tree_.first + 1);
  for (auto n = tree_.first; n <= tree_.root; ++n)
    clear_after_ += of.about.conditions[n].clear_after.count();
}

void condition_bounds::look(const truth& is, ms now) {
  bool another = false;  // A leaf that comes to be true may be a cause of its own.
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const auto& config = of_.about.conditions[tree_.first + i];
    if (combines(config.kind))
      combine(i);
    else
      look_at_leaf(i, is, now);
    auto& node = nodes_[i];
    another = another || (node.may && node.last_may < now - reaction);
    if (node.may) node.last_may = now;
    if (!node.sure) {
      node.sure_since.reset();
      node.sure_from.reset();
    } else if (!node.sure_since) {
      node.sure_since = now;
    }
    if (combines(config.kind) && node.sure_from)
      node.sure_from = *node.sure_from + config.hold.count();
    else if (node.sure_since)
      node.sure_from = *node.sure_since + config.hold.count() + reaction;
  }
  const bool is_now = may_be_true(now, reaction);
  if (is_now && (!was_ || another)) ++onsets_;
  was_ = is_now;
}

void condition_bounds::look_at_leaf(std::size_t i, const truth& is, ms now) {
  const auto& config = of_.about.conditions[tree_.first + i];
  auto& node = nodes_[i];
  switch (config.kind) {
    case condition_kind::sensor_above: {
      const auto& sensor = is.sensor(config.subject);
      const auto noise = of_.sensors[config.subject].noise;
      const auto back = config.limit - std::max(config.hysteresis, noise) - noise;
      // Within the hysteresis it stays what it was; silent, too.
      const bool kept = node.may && (sensor.value > back || sensor.silent);
      node.may = kept || (!sensor.silent && sensor.value + noise > config.limit);
      node.sure = !sensor.silent && sensor.value - noise > config.limit;
      return;
    }
    case condition_kind::sensor_active: {
      const auto& sensor = is.sensor(config.subject);
      node.may = (sensor.value > 0.5 && !sensor.silent) || (node.may && sensor.silent);
      node.sure = sensor.value > 0.5 && !sensor.silent;
      return;
    }
    case condition_kind::operator_switch:
      node.may = node.sure = is.switch_set(config.subject);
      return;
    case condition_kind::time_window: {
      const auto& window = of_.about.windows[config.subject];
      const auto within = [&](ms at) {
        const auto total = of_.first_minute + static_cast<std::uint32_t>(at / minute);
        const auto of_day = total % (24 * 60);
        const auto day = (2 + total / (24 * 60)) % 7;
        if (window.from_minute <= window.to_minute)
          return window.days[day] && of_day >= window.from_minute && of_day < window.to_minute;
        return (window.days[day] && of_day >= window.from_minute)
               || (window.days[(day + 6) % 7] && of_day < window.to_minute);
      };
      node.may = within(now) || within(std::max<ms>(now - minute, 0));
      node.sure = within(now) && within(now + 2000);
      return;
    }
    default:
      node.may = true;  // A battery's or a load's: judged elsewhere.
      node.sure = false;
  }
}

void condition_bounds::combine(std::size_t i) {
  const auto& config = of_.about.conditions[tree_.first + i];
  std::size_t children = 0, may = 0, sure = 0;
  std::vector<std::optional<ms>> since;
  for (std::size_t c = 0; c < i; ++c) {
    if (of_.about.conditions[tree_.first + c].parent != tree_.first + i) continue;
    ++children;
    may += nodes_[c].may ? 1 : 0;
    sure += nodes_[c].sure ? 1 : 0;
    since.push_back(nodes_[c].sure ? nodes_[c].sure_from : std::nullopt);
  }
  const std::size_t needed = config.kind == condition_kind::all   ? children
                             : config.kind == condition_kind::any ? 1
                                                                  : config.needed;
  auto& node = nodes_[i];
  node.may = may >= needed;
  node.sure = sure >= needed;
  node.sure_from = kth(since, needed);
}

bool condition_bounds::may_be_true(ms now, ms window) const {
  return now - nodes_.back().last_may <= window + clear_after_;
}

}  // namespace holdover::lives
