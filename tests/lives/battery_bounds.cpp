// What batteries may be seen to say.

#include "tests/lives/bounds.hpp"

#include <algorithm>

namespace holdover::lives {

namespace {

constexpr ms beat = 1000;
constexpr ms endless = ms{1} << 40;
constexpr ms unsettled = 12'000;  // A better number counts after three readings.
constexpr ms seen_late = 4'000;   // A reading and the next one.
constexpr double low_charge = 0.12;

/// What so many of them need: the n-th best.
template <class T>
T nth_best(std::vector<T> of, std::uint32_t needed) {
  std::sort(of.begin(), of.end());
  return of[of.size() - needed];
}

}  // namespace

battery_bounds::battery_bounds(const life& of) : of_(of), upses_(of.about.upses.size()) {}

void battery_bounds::look(const truth& is, ms now) {
  is_ = &is;
  now_ = now;
  const ms episode = of_.about.observing.episode_end.count();
  for (ups_index i = 0; i < upses_.size(); ++i) {
    auto& notes = upses_[i];
    const auto& ups = is.ups(i);
    notes.silent_for = ups.silent || !ups.output ? notes.silent_for + beat : 0;
    if (ups.load_moved_at == now) notes.loaded_anew_at = now;
    if (ups.mains) {
      notes.mains_for += beat;
      notes.at_least = 0;
      if (notes.mains_for > episode + unsettled) notes.up_to = 0;
      continue;
    }
    notes.mains_for = 0;
    notes.up_to += beat;
    notes.at_least = notes.silent_for > 0 ? 0 : notes.at_least + beat;
  }
  if (!of_.about.generator) return;
  if (is.sensor(*of_.about.generator->contact).value > 0.5) {
    // Whether it is the same run as before cannot be told near the end of an episode.
    const bool again = generator_off_for_ >= episode + unsettled;
    if (!generator_first_ || again) {
      generator_first_ = now;
      generator_unclear_ = false;
    } else if (generator_off_for_ > episode - unsettled) {
      generator_unclear_ = true;
    }
    generator_on_for_ += beat;
    generator_off_for_ = 0;
  } else {
    generator_on_for_ = 0;
    generator_off_for_ += beat;
  }
}

bool battery_bounds::generator_surely_holds() const {
  return of_.about.generator && generator_first_ && !generator_unclear_
         && generator_on_for_ > seen_late
         && now_ < *generator_first_ + of_.about.generator->hold.count() - seen_late;
}

bool battery_bounds::fails(ups_index i, bool surely) const {
  if (i == no_ups) return false;
  if (surely) return upses_[i].at_least > 2 * seen_late;
  return !is_->ups(i).mains || upses_[i].mains_for <= seen_late;
}

bool battery_bounds::out_of_sight(const std::vector<supply_config>& supplies, ms within) const {
  return std::any_of(supplies.begin(), supplies.end(), [&](const supply_config& supply) {
    return supply.ups != no_ups && is_->ups(supply.ups).last_silent >= 0
           && now_ - is_->ups(supply.ups).last_silent <= within;
  });
}

bool battery_bounds::stale(ups_index i) const {
  const auto& about = of_.about;
  return upses_[i].silent_for
         > about.observing.fresh_periods * about.upses[i].poll_period.count() + beat;
}

ms battery_bounds::least_left(const std::vector<supply_config>& supplies,
                              std::uint32_t needed) const {
  std::vector<ms> left;
  for (const auto& supply : supplies) {
    if (!fails(supply.ups, false)) {
      left.push_back(endless);
      continue;
    }
    const auto i = supply.ups;
    // It counts for less than it says while its number rises: by the load, or recharging.
    const bool moved = now_ - upses_[i].loaded_anew_at <= unsettled
                       || (now_ - is_->ups(i).failed_at <= unsettled && is_->ups(i).charge < 0.98);
    const bool low = is_->ups(i).charge < low_charge + 0.01;
    const auto said = static_cast<double>(is_->left(i)) * (1 + of_.batteries[i].error);
    left.push_back(moved || low ? 0 : static_cast<ms>(said) - seen_late);
  }
  return nth_best(left, needed);
}

answer battery_bounds::ask(const question& what, const std::vector<supply_config>& supplies,
                           std::uint32_t needed) const {
  answer found;
  const std::size_t fatal = supplies.size() - needed + 1;
  std::size_t failing = 0, surely = 0, low = 0;
  std::vector<ms> times;
  std::vector<double> charges;
  ms least_time = endless, most_left = 0;
  double most_charge = 0;
  for (const auto& supply : supplies) {
    surely += fails(supply.ups, true) ? 1 : 0;
    if (!fails(supply.ups, false)) {
      charges.push_back(1e6);
      continue;
    }
    ++failing;
    const auto& ups = is_->ups(supply.ups);
    times.push_back(upses_[supply.ups].up_to);
    charges.push_back(100 * ups.charge);
    low += ups.charge < low_charge + 0.01 ? 1 : 0;
    least_time = std::min(least_time, upses_[supply.ups].at_least);
    most_charge = std::max(most_charge, 100 * ups.charge);
    most_left = std::max(most_left, is_->left(supply.ups) * 105 / 100);
  }
  const bool all_surely = surely == supplies.size();
  const bool in_doubt = out_of_sight(supplies, 45'000);
  if (failing < fatal && !in_doubt) return found;
  std::sort(times.rbegin(), times.rend());
  switch (what.kind) {
    case condition_kind::on_battery_for:
      found.may =
          failing >= fatal && times[fatal - 1] >= what.time - beat && !generator_surely_holds();
      found.sure = all_surely && least_time >= what.time + seen_late && !of_.about.generator;
      break;
    case condition_kind::runtime_below:
      found.may = least_left(supplies, needed) <= what.time;
      found.sure = all_surely && most_left <= what.time - seen_late;
      break;
    case condition_kind::latest_safe:
      found.may = least_left(supplies, needed) <= what.time;
      break;
    case condition_kind::charge_below:
      found.may = nth_best(charges, needed) <= what.percent + what.hysteresis + 1;
      found.sure = all_surely && most_charge <= what.percent - 2;
      break;
    default:
      found.may = low >= fatal;
      found.sure = all_surely && most_charge <= 100 * low_charge - 2;
  }
  found.may = found.may || in_doubt;
  found.sure = found.sure && !in_doubt;
  return found;
}

}  // namespace holdover::lives
