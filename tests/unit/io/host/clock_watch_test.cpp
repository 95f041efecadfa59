#include "io/host/clock_watch.hpp"

#include <gtest/gtest.h>

namespace holdover::host {
namespace {

using namespace std::chrono_literals;

constexpr auto limit = 10s;
constexpr clock_readings start{100s, 120s, 1'700'000'000s};

clock_readings later(std::chrono::milliseconds monotonic, std::chrono::milliseconds slept = 0s,
                     std::chrono::milliseconds wall_jump = 0s) {
  return {start.monotonic + monotonic, start.since_boot + monotonic + slept,
          start.wall + monotonic + slept + wall_jump};
}

TEST(ClockWatch, ClocksThatRunTogetherAreNoNewsHoweverLongItTakes) {
  clock_watch watch{limit, start};
  EXPECT_EQ(watch.look(later(1s)), std::nullopt);
  EXPECT_EQ(watch.look(later(3600s)), std::nullopt);
}

TEST(ClockWatch, ASleepingHostIsNoticedOnce) {
  clock_watch watch{limit, start};
  EXPECT_EQ(watch.look(later(1s, 600s)), "this host slept for 600 s");
  EXPECT_EQ(watch.look(later(2s, 600s)), std::nullopt);
}

TEST(ClockWatch, AWallClockThatJumpsIsNoticedInBothDirections) {
  clock_watch watch{limit, start};
  EXPECT_EQ(watch.look(later(1s, 0s, 30s)), "the wall clock went 30 s ahead at once");
  EXPECT_EQ(watch.look(later(2s, 0s, 0s)), "the wall clock went 30 s back at once");
}

TEST(ClockWatch, WhatIsShorterThanAVotesLifeDoesNotMatter) {
  clock_watch watch{limit, start};
  EXPECT_EQ(watch.look(later(1s, 9'999ms)), std::nullopt);
  EXPECT_EQ(watch.look(later(2s, 9'999ms, -9'999ms)), std::nullopt);
  EXPECT_EQ(watch.look(later(3s, 19'999ms)), "this host slept for 10 s") << "exactly the limit";
}

TEST(ClockWatch, TheKernelsClocksAgreeWhileWeRun) {
  clock_watch watch{limit};
  EXPECT_EQ(watch.look(read_clocks()), std::nullopt);
}

}  // namespace
}  // namespace holdover::host
