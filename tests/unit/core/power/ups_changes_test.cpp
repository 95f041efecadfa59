#include "core/power/ups_changes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <vector>

namespace holdover::power {
namespace {

using testing::ElementsAre;
using enum ups_flag;

struct UpsChanges : testing::Test {
  void says(std::initializer_list<ups_flag> flags) {
    ups_reading reading;
    for (const auto flag : flags)
      reading.flags.set(flag);
    for (const auto& change : changes.read(reading))
      told.push_back(change.what.what);
  }

  ups_changes changes{"main"};
  std::vector<std::string> told;
};

TEST_F(UpsChanges, AnOutputThatEndsOnBatteryIsOff) {
  says({online});
  says({on_battery, discharging});
  says({on_battery, discharging, low_battery});
  says({on_battery, off});
  says({on_battery, off});
  EXPECT_THAT(told, ElementsAre("on_battery", "low_battery", "off"));
}

TEST_F(UpsChanges, ABatteryIsNotWellBecauseItsUpsIsOff) {
  says({on_battery, low_battery});
  says({off});
  says({online, charging, low_battery});
  says({online});
  EXPECT_THAT(told, ElementsAre("on_battery", "low_battery", "off", "online", "battery_ok"));
}

TEST_F(UpsChanges, WhatIsOnAgainWithAGoodBatterySaysBoth) {
  says({on_battery, low_battery});
  says({on_battery, off});
  says({online, charging});
  EXPECT_THAT(told, ElementsAre("on_battery", "low_battery", "off", "online", "battery_ok"));
}

TEST_F(UpsChanges, SilenceIsToldOnceAndWhatChangedMeanwhileAfterwards) {
  says({online});
  for (int twice = 0; twice < 2; ++twice)
    for (const auto& change : changes.lost())
      told.push_back(change.what.what);
  says({on_battery});
  EXPECT_THAT(told, ElementsAre("communication_lost", "communication_restored", "on_battery"));
}

}  // namespace
}  // namespace holdover::power
