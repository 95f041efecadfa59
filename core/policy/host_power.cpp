#include "core/policy/host_power.hpp"

#include <algorithm>
#include <array>

namespace holdover::policy {

namespace {

enum class standing { unknown, carrying, disputed, failing };

struct supply_standing {
  standing how = standing::unknown;
  bool fresh = false;
};

supply_standing judge(const power::ups_tracker& ups, bool only_supply, time_point now) {
  const auto seen = ups.fresh(now);
  if (seen == power::freshness::never || seen == power::freshness::blind) return {};
  const bool fresh = seen == power::freshness::fresh;
  const auto state = ups.state();
  if (ups.disputed() && state == power::belief::on_battery) return {standing::disputed, fresh};
  if (ups.ending()) return {standing::failing, fresh};
  if (power::carries(state)) return {standing::carrying, fresh};
  if (state == power::belief::on_battery) return {standing::failing, fresh};
  if (state == power::belief::off && !only_supply) return {standing::failing, fresh};
  return {};
}

/// Values of the supplies of one host. As many as hosts have in life cost no allocation, for views
/// are made all day.
template <class T>
class few {
public:
  void add(T value) {
    if (far_.empty() && size_ == near_.size()) far_.assign(near_.begin(), near_.end());
    if (size_ < near_.size())
      near_[size_] = value;
    else
      far_.push_back(value);
    ++size_;
  }
  void add(const few& others) {
    const auto* first = others.far_.empty() ? others.near_.data() : others.far_.data();
    for (std::size_t i = 0; i < others.size_; ++i)
      add(first[i]);
  }
  std::size_t size() const { return size_; }
  /// The value at a position from the end that matters, if there are so many.
  std::optional<T> nth(std::size_t position, bool descending) {
    if (position >= size_) return std::nullopt;
    auto* first = far_.empty() ? near_.data() : far_.data();
    std::sort(first, first + size_);
    return first[descending ? size_ - 1 - position : position];
  }

private:
  std::array<T, 8> near_{};
  std::vector<T> far_;  ///< All of them, once there are more.
  std::size_t size_ = 0;
};

}  // namespace

host_power look_at(std::span<const supply_config> supplies, std::uint32_t needed,
                   const std::vector<power::ups_tracker>& upses, time_point now,
                   const presumption& presume, bool holds_in_dispute) {
  const std::size_t all = supplies.size();
  const std::size_t fatal = all - needed + 1;  // So many failures leave fewer than needed.
  std::size_t carrying = 0, carrying_fresh = 0, failing = 0, failing_fresh = 0, blind = 0, low = 0;
  std::size_t disputed = 0, disputed_fresh = 0, idle = 0;
  few<duration> ends, fresh_ends, presumed_ends, disputed_ends, confirmed, online;
  few<double> charges;
  host_power view;
  for (const auto& supply : supplies) {
    if (supply.ups == no_ups) {  // Nothing tells how it is; that somebody runs on it, it carries.
      ++carrying;
      ++carrying_fresh;
      continue;
    }
    const auto& ups = upses[supply.ups];
    const auto found = judge(ups, all == 1, now);
    if (found.how == standing::carrying) {
      ++carrying;
      carrying_fresh += found.fresh ? 1 : 0;
      if (const auto since = ups.online_for(now)) online.add(*since);
    } else if (found.how == standing::failing) {
      ++failing;
      failing_fresh += found.fresh ? 1 : 0;
      confirmed.add(ups.confirmed_on_battery());
      const bool off = ups.state() == power::belief::off || (ups.last().output_off && all > 1);
      if (const auto left = off ? duration::zero() : ups.left(now)) {
        ends.add(*left);
        if (found.fresh) fresh_ends.add(*left);
      }
      // A battery that is not in use says nothing about an output that somebody is about to cut.
      const bool in_use = !ups.ending();
      const bool forced = ups.last().forced_shutdown && !ups.forced_left_over();
      low += off || (ups.battery_low() && (in_use || forced)) ? 1 : 0;
      if (const auto charge = off ? 0.0 : ups.charge_percent(); charge && (off || in_use))
        charges.add(*charge);
    } else if (found.how == standing::disputed) {
      ++disputed;
      disputed_fresh += found.fresh ? 1 : 0;
      idle += ups.last().stands_still ? 1 : 0;
      const bool emptier = ups.last().discharging && !holds_in_dispute;
      if (const auto left = emptier ? ups.left(now) : std::nullopt) disputed_ends.add(*left);
    } else {
      ++blind;
      if (const auto left = presume ? presume(supply.ups) : std::nullopt) presumed_ends.add(*left);
    }
  }
  // Beside one that is seen on battery alone may a silent one be presumed to be lost.
  const std::size_t silent = failing > 0 ? presumed_ends.size() : 0;
  view.disputed = disputed > 0;
  if (carrying >= needed) {
    view.how = feed::carried;
    view.fresh = carrying_fresh >= needed;
  } else if (failing >= fatal) {
    view.how = feed::threatened;
    view.fresh = failing_fresh >= fatal;
  } else if (failing + disputed > 0 && failing + disputed + silent >= fatal) {
    view.how = feed::threatened;
    view.presumed = true;
    view.silent_lost = silent > 0;
    const auto seen = failing_fresh + disputed_fresh;
    view.fresh = seen > 0 && seen + silent >= fatal;
    view.idle = failing + disputed + silent - idle < fatal;
    if (failing > 0) ends.add(presumed_ends);
    ends.add(disputed_ends);
  } else {
    view.blind = blind > 0;
  }
  view.all_carry = carrying_fresh == all;
  if (view.how == feed::threatened) {
    view.confirmed_on_battery = confirmed.nth(fatal - 1, true).value_or(duration::zero());
    view.left_at_worst = ends.nth(fatal - 1, false);
    view.charge_percent = charges.nth(fatal - 1, false);
    view.battery_low = low >= fatal;
    const bool by_fresh_alone = view.fresh && !view.presumed;
    view.left = by_fresh_alone ? fresh_ends.nth(fatal - 1, false) : view.left_at_worst;
  }
  view.online_for = online.nth(needed - 1, true);
  return view;
}

}  // namespace holdover::policy
