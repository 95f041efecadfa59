// What the parts of the checker share: how exact two clocks agree, and how long is long ago.

#pragma once

#include "tests/sim/ground_truth.hpp"

#include <deque>

namespace holdover::sim {

// Clocks run up to a percent wrong, timers and steps are quantised: what is exact on one clock is
// within this on another.
inline constexpr double clock_slack = 1.03;
inline constexpr ms step_slack = 1500;

inline constexpr ms remembered = 120'000;  // Votes older than this explain nothing.

// A battery whose paths contradict each other is watched for so long to see whether it gets
// emptier.
inline constexpr ms watched_in_dispute = 300'000;

// A prediction runs on while the device is silent, and better ones count only after three.
inline constexpr ms projected = 600'000;
inline constexpr ms endless = 1'000'000'000;

inline ms shortened(ms limit) {
  return static_cast<ms>(static_cast<double>(limit) / clock_slack) - step_slack;
}

inline ms stretched(ms limit) {
  return static_cast<ms>(static_cast<double>(limit) * clock_slack) + step_slack;
}

template <class T, class Older>
void forget(std::deque<T>& items, Older older) {
  while (!items.empty() && older(items.front()))
    items.pop_front();
}

}  // namespace holdover::sim
