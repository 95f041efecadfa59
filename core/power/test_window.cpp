#include "core/power/test_window.hpp"

#include <algorithm>

namespace holdover::power {

void test_window::order(duration ago, time_point now) {
  ago = std::max(ago, duration::zero());
  if (ago >= lasts || rests_for(now - ago) > duration::zero()) return;
  ordered_at_ = now - ago;
  open_ = true;
  seen_ = false;
}

void test_window::observe(const observation& seen) {
  if (seen.state == belief::on_battery) {
    seen_ = true;
    if (seen.forced_shutdown || seen.output_off || seen.input_lost) shut();
  } else if (seen_ || seen.state != belief::online) {
    shut();  // Over, or the device has a name for what it does.
  }
}

void test_window::advance(time_point now) {
  if (open_ && now >= *ordered_at_ + lasts) shut();
}

std::optional<time_point> test_window::until() const {
  return open_ ? std::optional{*ordered_at_ + lasts} : std::nullopt;
}

duration test_window::rests_for(time_point now) const {
  return ordered_at_ ? std::max(*ordered_at_ + rest - now, duration::zero()) : duration::zero();
}

}  // namespace holdover::power
