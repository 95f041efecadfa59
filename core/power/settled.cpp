#include "core/power/settled.hpp"

#include <algorithm>

namespace holdover::power {

void settled::push(duration sample) {
  std::shift_right(samples_.begin(), samples_.end(), 1);
  samples_.front() = sample;
  count_ = std::min(count_ + 1, samples_max);

  if (count_ >= 2) {
    const auto said_twice = std::max(samples_[0], samples_[1]);
    if (!value_ || said_twice < *value_) value_ = said_twice;
  }
  if (count_ >= 3) {
    const auto said_thrice = std::min({samples_[0], samples_[1], samples_[2]});
    if (said_thrice > *value_) value_ = said_thrice;
  }
}

void settled::drain(duration elapsed) {
  const auto age = [&](duration& left) {
    if (left != never) left = std::max(left - elapsed, duration::zero());
  };
  std::for_each_n(samples_.begin(), count_, age);
  if (value_) age(*value_);
}

std::optional<duration> settled::latest() const {
  if (count_ == 0) return std::nullopt;
  return samples_.front();
}

}  // namespace holdover::power
