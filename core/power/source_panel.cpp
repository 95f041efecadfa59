#include "core/power/source_panel.hpp"

#include "core/expects.hpp"

#include <algorithm>
#include <tuple>

namespace holdover::power {

namespace {

// How long the next fall of a number is waited for: half as long again as it should take.
constexpr duration movement_least = 60s;
constexpr duration movement_most = 300s;
constexpr std::uint32_t movement_polls = 30;
constexpr int runtime_fall_parts = 5;  // A fifth: less may be noise.

const std::string& first_group(const ups_config& ups) {
  return ups.independence_group.empty() ? ups.name : ups.independence_group;
}

/// The worse of two, the middle of three: `values` in the order from worse to better.
template <class T>
std::optional<T> middle(std::vector<T> values) {
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  return values[(values.size() - 1) / 2];
}

template <class Sources, class Field>
auto middle_of(const Sources& sources, Field observation::*field) {
  std::vector<typename Field::value_type> values;
  for (const auto* one : sources)
    if (one->said.*field) values.push_back(*(one->said.*field));
  return middle(std::move(values));
}

template <class Sources>
bool half_say(const Sources& sources, bool observation::*flag) {
  const auto saying = std::count_if(sources.begin(), sources.end(),
                                    [&](const auto* one) { return one->said.*flag; });
  return 2 * static_cast<std::size_t>(saying) >= sources.size();
}

}  // namespace

source_panel::source_panel(const ups_config& ups, const observation_config& rules, time_point now)
    : fresh_limit_(ups.poll_period * rules.fresh_periods),
      silent_limit_(
          std::max({rules.blind_floor, ups.poll_period * rules.blind_periods, fresh_limit_})),
      movement_(std::max<duration>(movement_least, ups.poll_period * movement_polls)),
      started_(now) {
  const auto add = [this](const std::string& group) {
    const auto known = std::find_if(sources_.begin(), sources_.end(),
                                    [&](const source& one) { return one.group == group; });
    group_of_path_.push_back(static_cast<std::size_t>(known - sources_.begin()));
    if (known == sources_.end()) sources_.emplace_back().group = group;
  };
  add(first_group(ups));
  voices_ = {sources_.front().group};
  for (const auto& path : ups.paths)
    add(path.group);
}

source_panel::side source_panel::side_of(belief state) {
  if (carries(state)) return side::carries;
  return state == belief::off ? side::off : side::on_battery;
}

source_panel::finding source_panel::observe(std::uint32_t path, const observation& seen,
                                            duration age, time_point now) {
  expects(path < group_of_path_.size());
  age = std::max(age, duration::zero());
  auto& from = sources_[group_of_path_[path]];
  if (seen.state == belief::unknown) return {seen, age, std::nullopt};
  if (!from.taken || now - age >= *from.taken) hear(from, seen, now - age);
  if (single()) return {seen, age, std::nullopt};
  // An answer that is out of date says nothing of now, but its UPS may have no better one.
  const auto verdict = fresh(from, now) ? judge(now) : seen;
  if (!fresh(from, now) && std::any_of(sources_.begin(), sources_.end(), [&](const source& one) {
        return fresh(one, now);
      }))
    return {{}, age, std::nullopt};
  told_ = std::max(told_.value_or(now - age), now - age);
  return {verdict, now - *told_, carries(verdict.state) ? carries_since() : std::nullopt};
}

/// By the last of those who were believed.
std::optional<time_point> source_panel::carries_since() const {
  std::optional<time_point> last;
  for (const auto& one : sources_)
    if (std::find(voices_.begin(), voices_.end(), one.group) != voices_.end())
      last = std::max(last, one.carries_since);
  return last;
}

void source_panel::hear(source& from, const observation& seen, time_point taken) {
  const auto numbers = [](const observation& o) {
    return std::tuple{o.charge_percent, o.load_percent, o.runtime_left, o.counter_on_battery};
  };
  // A number that appears or disappears tells that somebody lives there, too.
  if (!from.taken || numbers(seen) != numbers(from.said)) from.moved = taken;
  const bool goes_on = from.taken && from.said.state == belief::on_battery
                       && seen.state == belief::on_battery && taken - *from.taken <= fresh_limit_;
  if (side_of(seen.state) != side::carries)
    from.carries_since.reset();
  else if (!from.carries_since || taken - *from.taken > fresh_limit_)
    from.carries_since = taken;
  if (!goes_on) {
    from.least_charge.reset();
    from.least_runtime.reset();
    from.fell.reset();
    from.since.reset();
    if (seen.state == belief::on_battery) from.since = taken;
  }
  if (seen.state == belief::on_battery) {
    const bool charge_fell =
        seen.charge_percent && from.least_charge && *seen.charge_percent < *from.least_charge;
    const bool runtime_fell =
        !seen.charge_percent && seen.runtime_left && from.least_runtime
        && *seen.runtime_left <= *from.least_runtime - *from.least_runtime / runtime_fall_parts;
    if (charge_fell || runtime_fell) from.fell = taken;
    if (seen.charge_percent && (charge_fell || !from.least_charge))
      from.least_charge = seen.charge_percent;
    if (seen.runtime_left && (runtime_fell || !from.least_runtime))
      from.least_runtime = seen.runtime_left;
  }
  from.said = seen;
  from.taken = taken;
}

bool source_panel::fresh(const source& from, time_point now) const {
  return from.taken && now - *from.taken <= fresh_limit_;
}

bool source_panel::has_numbers(const source& from) const {
  return from.said.charge_percent || from.said.runtime_left;
}

duration source_panel::patience(const source& from) const {
  const auto& said = from.said;
  auto next = movement_most;
  if (said.runtime_left && !said.charge_percent)
    next = *said.runtime_left / runtime_fall_parts;
  else if (said.runtime_left && *said.charge_percent >= 1)
    next = *said.runtime_left / static_cast<duration::rep>(*said.charge_percent);
  return std::clamp<duration>(next + next / 2, movement_, std::max(movement_, movement_most));
}

bool source_panel::moves(const source& from, time_point now) const {
  return from.moved && now - *from.moved <= patience(from);
}

bool source_panel::discharges(const source& from, time_point now) const {
  return from.fell && now - *from.fell <= patience(from);
}

bool source_panel::stands_still(const source& from, time_point now) const {
  if (!has_numbers(from) || !from.since) return false;
  return now - std::max(*from.since, from.fell.value_or(*from.since)) > patience(from);
}

std::vector<const source_panel::source*> source_panel::of(side wanted, time_point now) const {
  std::vector<const source*> found;
  for (const auto& one : sources_)
    if (fresh(one, now) && side_of(one.said.state) == wanted) found.push_back(&one);
  return found;
}

observation source_panel::merged(const std::vector<const source*>& sources, time_point now) const {
  const auto newest = *std::max_element(
      sources.begin(), sources.end(),
      [](const auto* one, const auto* other) { return *one->taken < *other->taken; });
  auto sum = newest->said;
  sum.battery_low = half_say(sources, &observation::battery_low);
  sum.overload = half_say(sources, &observation::overload);
  sum.forced_shutdown = half_say(sources, &observation::forced_shutdown);
  sum.charge_percent = middle_of(sources, &observation::charge_percent);
  sum.runtime_left = middle_of(sources, &observation::runtime_left);
  sum.countdown = middle_of(sources, &observation::countdown);
  sum.counter_on_battery = middle_of(sources, &observation::counter_on_battery);
  sum.stands_still = std::all_of(sources.begin(), sources.end(),
                                 [&](const auto* one) { return stands_still(*one, now); });
  sum.discharging = std::any_of(sources.begin(), sources.end(),
                                [&](const auto* one) { return discharges(*one, now); });
  return sum;
}

void source_panel::agree_on(const std::vector<const source*>& winners, time_point now) {
  voices_.clear();
  dissent_.clear();
  for (const auto& one : sources_)
    if (std::find(winners.begin(), winners.end(), &one) != winners.end())
      voices_.push_back(one.group);
    else if (fresh(one, now))
      dissent_.push_back(one.group);
}

// At least one group is fresh.
observation source_panel::judge(time_point now) {
  const auto carrying = of(side::carries, now);
  const auto on_battery = of(side::on_battery, now);
  const auto off = of(side::off, now);
  const auto all = carrying.size() + on_battery.size() + off.size();
  for (const auto* group : {&on_battery, &carrying, &off}) {
    if (2 * group->size() <= all) continue;
    agree_on(*group, now);
    auto sum = merged(*group, now);
    const bool hasty = 2 * group->size() <= sources_.size() && now - started_ < silent_limit_;
    sum.disputed = group == &on_battery && hasty;
    return sum;
  }
  // No majority. Whoever says "off" beside somebody who sees it carry is not believed; beside a
  // battery in use it makes no difference to the load.
  if (on_battery.empty()) {
    agree_on(carrying, now);
    return merged(carrying, now);
  }
  const auto still = [&](const source* one) { return has_numbers(*one) && !moves(*one, now); };
  const bool frozen = std::all_of(on_battery.begin(), on_battery.end(), still);
  const bool denied = std::any_of(carrying.begin(), carrying.end(),
                                  [&](const source* one) { return moves(*one, now); });
  const bool refuted = frozen && denied;
  agree_on(refuted ? carrying : on_battery, now);
  auto sum = merged(refuted ? carrying : on_battery, now);
  sum.disputed = !refuted && !carrying.empty();
  if (sum.disputed) {
    if (!disputed_at_ || now - *disputed_at_ > fresh_limit_) contradicted_ = now;
    disputed_at_ = now;
    sum.discharging = std::any_of(on_battery.begin(), on_battery.end(), [&](const source* one) {
      return discharges(*one, now) && *one->fell > *contradicted_;
    });
  }
  return sum;
}

std::vector<std::string> source_panel::silent(time_point now) const {
  std::vector<std::string> groups;
  if (single()) return groups;
  for (const auto& one : sources_)
    if (now - one.taken.value_or(started_) > silent_limit_) groups.push_back(one.group);
  return groups;
}

std::optional<time_point> source_panel::next_silent(time_point now) const {
  std::optional<time_point> next;
  if (single()) return next;
  for (const auto& one : sources_) {
    const auto at = one.taken.value_or(started_) + silent_limit_ + duration{1};
    if (at > now) next = earliest(next, at);
  }
  return next;
}

void source_panel::inherit(const source_panel& old) {
  bool all = true;
  for (auto& one : sources_) {
    const auto known = std::find_if(old.sources_.begin(), old.sources_.end(),
                                    [&](const source& other) { return other.group == one.group; });
    all = all && known != old.sources_.end();
    if (known != old.sources_.end()) one = *known;
  }
  told_ = old.told_;
  if (all) started_ = old.started_;
}

}  // namespace holdover::power
