#include "core/power/load_profile.hpp"

#include <algorithm>
#include <cmath>

namespace holdover::power {

namespace {

constexpr duration memory = 1h;
constexpr duration time_to_learn = 10min;
constexpr duration longest_interval = 1min;  // Between two readings that belong together.
constexpr double least_step = 10;            // Percent of what the UPS can carry.
constexpr double deviations = 4;
constexpr std::uint32_t readings_in_a_row = 3;

}  // namespace

void load_profile::read(double percent, time_point taken) {
  if (!mean_) {
    mean_ = percent;
    last_ = taken;
    return;
  }
  const auto elapsed =
      last_ ? std::clamp(taken - *last_, duration::zero(), longest_interval) : duration::zero();
  last_ = taken;
  const double margin = std::max(least_step, deviations * deviation_);
  // Once it stands out, it does so until it is half the way back.
  const bool high = percent > *mean_ + (step_ ? margin / 2 : margin);
  high_ = high ? high_ + 1 : 0;
  if (!high)
    step_.reset();
  else if (step_)
    step_->now = percent;
  else if (high_ >= readings_in_a_row && learned_for_ >= time_to_learn)
    step_ = step{*mean_, percent};
  learn(percent, elapsed);
}

void load_profile::learn(double percent, duration elapsed) {
  const auto weight =
      static_cast<double>(elapsed.count()) / static_cast<double>((memory + elapsed).count());
  deviation_ += weight * (std::abs(percent - *mean_) - deviation_);
  *mean_ += weight * (percent - *mean_);
  learned_for_ += elapsed;
}

}  // namespace holdover::power
