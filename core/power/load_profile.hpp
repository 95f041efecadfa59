// Has somebody plugged in a stove? What a UPS usually carries, learned, and steps above it.
//
// A mean and a mean deviation with a memory of about an hour. A load that stands out from them for
// three readings in a row is a step: an alarm before it is an overload. If it stays, it becomes
// usual by itself within some hours, and the alarm ends.
//
// Nothing is said before there was time to learn, and nothing is learned while an outage or its
// aftermath changes the load: the caller leaves those readings out.
//
// Pure. One per UPS in each node's site_machine.

#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <optional>

namespace holdover::power {

class load_profile {
public:
  void read(double percent, time_point taken);
  /// After a break, so that the time without readings counts for nothing.
  void pause() { last_.reset(); }

  struct step {
    double usual = 0;
    double now = 0;
  };
  /// While a step lasts.
  const std::optional<step>& standing_out() const { return step_; }

private:
  void learn(double percent, duration elapsed);

  std::optional<double> mean_;
  double deviation_ = 0;
  duration learned_for_{};
  std::optional<time_point> last_;
  std::uint32_t high_ = 0;  ///< Readings in a row.
  std::optional<step> step_;
};

}  // namespace holdover::power
