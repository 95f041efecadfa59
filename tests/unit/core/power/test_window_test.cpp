#include "core/power/test_window.hpp"

#include <gtest/gtest.h>

namespace holdover::power {
namespace {

struct TestWindow : testing::Test {
  static constexpr time_point start{1000s};
  static observation seen(belief state) {
    observation made;
    made.state = state;
    return made;
  }
  test_window window;
};

TEST_F(TestWindow, AnOrderOpensItForHalfAMinute) {
  window.order(0s, start);
  EXPECT_TRUE(window.open());
  EXPECT_EQ(window.until(), start + 30s);
  window.advance(start + 29s);
  EXPECT_TRUE(window.open());
  window.advance(start + 30s);
  EXPECT_FALSE(window.open());
}

TEST_F(TestWindow, TimeSinceTheOrderCounts) {
  window.order(20s, start);
  EXPECT_EQ(window.until(), start + 10s);
}

TEST_F(TestWindow, AnOldOrderOpensNothing) {
  window.order(30s, start);
  EXPECT_FALSE(window.open());
}

TEST_F(TestWindow, ItExplainsOneStretchOnBattery) {
  window.order(0s, start);
  window.observe(seen(belief::online));
  EXPECT_TRUE(window.open()) << "the test has yet to begin";
  window.observe(seen(belief::on_battery));
  EXPECT_TRUE(window.open());
  window.observe(seen(belief::online));
  EXPECT_FALSE(window.open());
}

TEST_F(TestWindow, ATestByNameNeedsNoExcuse) {
  window.order(0s, start);
  window.observe(seen(belief::test));
  EXPECT_FALSE(window.open());
}

TEST_F(TestWindow, SignsOfARealOutageShutItAtOnce) {
  for (const auto sign :
       {&observation::forced_shutdown, &observation::output_off, &observation::input_lost}) {
    test_window fresh;
    fresh.order(0s, start);
    auto bad = seen(belief::on_battery);
    bad.*sign = true;
    fresh.observe(bad);
    EXPECT_FALSE(fresh.open());
  }
}

TEST_F(TestWindow, ARepeatedOrderDoesNotProlongIt) {
  window.order(0s, start);
  window.order(0s, start + 20s);
  EXPECT_EQ(window.until(), start + 30s);
  window.advance(start + 30s);
  window.order(0s, start + 31s);
  EXPECT_FALSE(window.open());
  EXPECT_EQ(window.rests_for(start + 31s), 5min - 31s);
  window.order(0s, start + 5min);
  EXPECT_TRUE(window.open());
}

TEST_F(TestWindow, WhatItsSenderDatesIntoTheFutureIsOfNow) {
  window.order(-10min, start);
  EXPECT_EQ(window.until(), start + 30s);
}

}  // namespace
}  // namespace holdover::power
