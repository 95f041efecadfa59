// Time as a value.
//
// `core_clock` has a time_point but deliberately no now(): code in core/ can store, compare and add
// times, but the current one always arrives as an argument. Times of other clocks do not convert,
// and tools/check_layers.py bans reading clocks here. That single omission is what makes every
// machine replayable from a journal and testable without sleeping.
//
// A core time is a monotonic time of whoever measures. It never travels between processes: ages do.

#pragma once

#include <chrono>
#include <optional>

namespace holdover {

using namespace std::chrono_literals;

struct core_clock {
  using duration = std::chrono::milliseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<core_clock, duration>;
  static constexpr bool is_steady = true;
};

using time_point = core_clock::time_point;
using duration = core_clock::duration;

/// The earlier of two optional deadlines; an absent deadline never wins.
constexpr std::optional<time_point> earliest(std::optional<time_point> a,
                                             std::optional<time_point> b) {
  if (!a) return b;
  if (!b) return a;
  return *a < *b ? a : b;
}

}  // namespace holdover
