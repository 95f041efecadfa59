#include "core/power/command.hpp"

#include "core/power/names.hpp"

#include <gtest/gtest.h>

namespace holdover::power {
namespace {

using verb = ups_command::verb;

ups_reading saying(std::initializer_list<ups_flag> flags) {
  ups_reading made;
  for (const auto flag : flags)
    made.flags.set(flag);
  return made;
}

TEST(UpsCommand, EveryWordIsReadBack) {
  for (const auto what : {verb::test_quick, verb::test_general, verb::test_deep, verb::test_abort,
                          verb::shutdown, verb::stay_off, verb::startup, verb::reboot, verb::cancel,
                          verb::buzzer_on, verb::buzzer_off, verb::buzzer_mute})
    EXPECT_EQ(ups_verb(to_string(what)), what);
  EXPECT_EQ(ups_verb("explode"), std::nullopt);
}

TEST(UpsCommand, WhatEndsAnOutputOrEmptiesABatteryIsNoOperatorsToTell) {
  for (const auto what :
       {verb::shutdown, verb::stay_off, verb::startup, verb::reboot, verb::test_deep})
    EXPECT_FALSE(keeps_output(what)) << to_string(what);
  for (const auto what : {verb::test_quick, verb::test_abort, verb::cancel, verb::buzzer_off})
    EXPECT_TRUE(keeps_output(what)) << to_string(what);
}

TEST(UpsCommand, ATestShowsByItsFlag) {
  EXPECT_EQ(shows_effect(saying({ups_flag::online}), verb::test_quick), false);
  EXPECT_EQ(shows_effect(saying({ups_flag::online, ups_flag::testing}), verb::test_quick), true);
  EXPECT_EQ(shows_effect(saying({ups_flag::online, ups_flag::testing}), verb::test_abort), false);
  EXPECT_EQ(shows_effect(saying({ups_flag::online}), verb::test_abort), true);
}

TEST(UpsCommand, ACountdownThatIsCalledOffShowsWhereTheDeviceTellsIt) {
  auto reading = saying({ups_flag::online});
  EXPECT_EQ(shows_effect(reading, verb::cancel), std::nullopt);
  reading.values = {{std::string(names::ups_timer_shutdown), 60, quality::good, "x"}};
  EXPECT_EQ(shows_effect(reading, verb::cancel), false);
  reading.values[0].number = -1;
  EXPECT_EQ(shows_effect(reading, verb::cancel), true);
}

TEST(UpsCommand, NoDeviceTellsOfItsBuzzer) {
  EXPECT_EQ(shows_effect(saying({ups_flag::online}), verb::buzzer_off), std::nullopt);
}

}  // namespace
}  // namespace holdover::power
