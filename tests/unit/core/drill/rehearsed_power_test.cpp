#include "core/drill/rehearsed_power.hpp"

#include "tests/unit/core/drill/drill_bench.hpp"

#include <gtest/gtest.h>

namespace holdover::drill {
namespace {

using namespace holdover::test;

story_event at(duration when, story_verb what, ups_index ups = 0) {
  story_event made;
  made.at = when;
  made.what = what;
  made.subjects = {ups};
  return made;
}

TEST(RehearsedPower, ABatteryRunsOutAtTheRateThatItPredicts) {
  rehearsed_power p{office(), outage(1h, 10min)};
  p.advance(0s);
  EXPECT_EQ(p.ups(0)->state, power::belief::online);
  EXPECT_EQ(p.ups(0)->runtime_left, 10min);
  p.advance(10s);
  EXPECT_EQ(p.ups(0)->state, power::belief::on_battery);
  p.advance(10s + 4min);
  EXPECT_NEAR(static_cast<double>(p.ups(0)->runtime_left->count()), 360'000, 10'000);
  EXPECT_NEAR(*p.ups(0)->charge_percent, 60, 2);
  p.advance(10s + 11min);
  EXPECT_FALSE(p.ups(0)) << "empty: it says nothing more";
  EXPECT_FALSE(p.carries(0));
}

TEST(RehearsedPower, ASilentCardSaysNothingAndMainsChargesAgain) {
  auto told = outage(8h, 10min);
  told.events.push_back(at(1min, story_verb::card_silent));
  told.events.push_back(at(2min, story_verb::card_answers));
  told.events.push_back(at(5min, story_verb::mains_on));
  rehearsed_power p{office(), told};
  p.advance(90s);
  EXPECT_FALSE(p.ups(0));
  p.advance(3min);
  EXPECT_TRUE(p.ups(0));
  p.advance(5min);
  const auto low = *p.ups(0)->charge_percent;
  p.advance(1h + 5min);
  EXPECT_EQ(p.ups(0)->state, power::belief::online);
  EXPECT_NEAR(*p.ups(0)->charge_percent, low + 25, 1);
}

TEST(RehearsedPower, WhatAStorySetsHoldsAndOtherEventsAreHandedOver) {
  auto told = outage(1h);
  auto set = at(1min, story_verb::set);
  set.values.runtime = 90s;
  set.values.battery_low = true;
  told.events.push_back(set);
  told.events.push_back(at(2min, story_verb::node_killed, 1));
  rehearsed_power p{office(), told};
  EXPECT_TRUE(p.advance(1min).empty());
  EXPECT_TRUE(p.ups(0)->battery_low);
  EXPECT_EQ(p.ups(0)->runtime_left, 90s);
  EXPECT_EQ(p.next(), 2min);
  EXPECT_EQ(p.advance(2min).size(), 1u);
  EXPECT_EQ(p.ups(0)->runtime_left, 30s);
  EXPECT_FALSE(p.next());
}

}  // namespace
}  // namespace holdover::drill
