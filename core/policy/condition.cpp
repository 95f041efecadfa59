#include "core/policy/condition.hpp"

#include <algorithm>
#include <functional>

namespace holdover::policy {

namespace {

vote::reason reason_of(condition_kind kind) {
  switch (kind) {
    case condition_kind::on_battery_for:
      return vote::reason::time_on_battery;
    case condition_kind::runtime_below:
      return vote::reason::runtime_below;
    case condition_kind::charge_below:
      return vote::reason::charge_below;
    case condition_kind::battery_low:
      return vote::reason::battery_low;
    case condition_kind::latest_safe:
      return vote::reason::latest_safe_start;
    case condition_kind::load_above:
    case condition_kind::overload:
    case condition_kind::bypass:
    case condition_kind::ups_fault:
    case condition_kind::outlet_load_above:
    case condition_kind::unit_load_above:
      return vote::reason::ups_state;
    case condition_kind::sensor_above:
    case condition_kind::sensor_below:
    case condition_kind::sensor_active:
    case condition_kind::sensor_inactive:
      return vote::reason::environment;
    case condition_kind::time_window:
      return vote::reason::schedule;
    case condition_kind::operator_switch:
      return vote::reason::operator_wish;
    case condition_kind::job_wish:
      return vote::reason::job;
    case condition_kind::all:
    case condition_kind::any:
    case condition_kind::at_least:
      break;
  }
  return vote::reason::unspecified;
}

/// What to name where several facts had a part: the later in this list says more.
int weight(vote::reason why) {
  switch (why) {
    case vote::reason::unspecified:
      return 0;
    case vote::reason::schedule:
      return 1;
    case vote::reason::operator_wish:
    case vote::reason::job:
      return 2;
    case vote::reason::ups_state:
      return 3;
    case vote::reason::environment:
      return 4;
    default:
      return 5;
  }
}

std::size_t needed(const condition_node& node, std::size_t children) {
  if (node.kind == condition_kind::all) return children;
  return node.kind == condition_kind::any ? 1 : node.needed;
}

}  // namespace

condition::condition(condition_tree tree) : tree_(tree), memory_(tree.root - tree.first + 1) {
  times_.reserve(memory_.size());
}

verdict condition::judge(const std::vector<condition_node>& nodes, leaf_source& source,
                         time_point now) {
  look_again_.reset();
  for (std::size_t i = 0; i < memory_.size(); ++i) {
    const auto& node = nodes[tree_.first + i];
    auto& known = memory_[i];
    finding value;
    grounds because;
    if (combines(node.kind)) {
      value = combine(nodes, i, because);
    } else {
      const auto leaf = source.ask(node, known.raw);
      value = {leaf.says, leaf.as_of, leaf.as_of, false};
      because = {asks_environment(node.kind), reason_of(node.kind)};
      if (value.says != truth::unknown) known.raw = value.says == truth::yes;
    }
    if (value.says == truth::yes) known.because = because;
    hold(node, known, value, now);
  }
  const auto& root = memory_.back();
  if (root.met != truth::yes)
    return {root.met, false, vote::reason::unspecified, false, look_again_};
  return {root.met, root.because.authorised, root.because.why, root.clearing, look_again_};
}

// With k needed of m children: true with k that are, false with m-k+1 that are not.
condition::finding condition::combine(const std::vector<condition_node>& nodes, std::size_t index,
                                      grounds& because) {
  std::size_t children = 0, unknown = 0;
  std::optional<time_point> denied_at;
  time_point newest_denial{}, newest{};
  bool clearing = false;
  times_.clear();
  for (std::size_t i = 0; i < index; ++i) {
    if (nodes[tree_.first + i].parent != tree_.first + index) continue;
    const auto& child = memory_[i];
    ++children;
    if (child.met == truth::unknown) ++unknown;
    if (child.met == truth::no) {
      denied_at = earliest(denied_at, child.as_of);
      newest_denial = std::max(newest_denial, child.newest);
    }
    if (child.met != truth::yes) continue;
    times_.push_back(child.as_of);
    newest = std::max(newest, child.newest);
    clearing = clearing || child.clearing;
    because.authorised = because.authorised || child.because.authorised;
    if (weight(child.because.why) > weight(because.why)) because.why = child.because.why;
  }
  const auto k = needed(nodes[tree_.first + index], children);
  if (k > 0 && times_.size() >= k) {
    const auto last_needed = times_.begin() + static_cast<std::ptrdiff_t>(k - 1);
    std::nth_element(times_.begin(), last_needed, times_.end(), std::greater<>{});
    return {truth::yes, *last_needed, newest, clearing};
  }
  if (times_.size() + unknown >= k) return {};
  return {truth::no, *denied_at, newest_denial};
}

void condition::hold(const condition_node& node, memory& known, const finding& value,
                     time_point now) {
  const bool was_met = known.met == truth::yes || (known.met == truth::unknown && known.since);
  known.as_of = value.as_of;
  known.newest = value.newest;
  known.clearing = value.clearing;
  if (value.says == truth::unknown) {
    // `since` is kept only by what had matured: that needs not mature again after the gap.
    if (!was_met) known.since.reset();
    known.clear_since.reset();
    known.met = truth::unknown;
    return;
  }
  if (value.says == truth::yes) {
    known.clear_since.reset();
    if (!known.since) known.since = value.newest;
    const bool at_once = was_met || node.hold == duration::zero();
    known.met = at_once || value.as_of - *known.since >= node.hold ? truth::yes : truth::no;
    if (const auto due = *known.since + node.hold; known.met == truth::no && due > now)
      look_again_ = earliest(look_again_, due);
    return;
  }
  if (was_met && node.clear_after > duration::zero()) {
    if (!known.clear_since) known.clear_since = value.newest;
    if (value.as_of - *known.clear_since < node.clear_after) {
      known.met = truth::yes;
      known.clearing = true;
      if (const auto due = *known.clear_since + node.clear_after; due > now)
        look_again_ = earliest(look_again_, due);
      return;
    }
  }
  known.met = truth::no;
  known.since.reset();
  known.clear_since.reset();
}

}  // namespace holdover::policy
