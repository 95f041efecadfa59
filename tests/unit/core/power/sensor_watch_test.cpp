#include "core/power/sensor_watch.hpp"

#include <gtest/gtest.h>

namespace holdover::power {
namespace {

class SensorWatch : public testing::Test {
protected:
  SensorWatch() {
    config.name = "rack";
    config.kind = sensor_kind::temperature_celsius;
    config.alarm_low = 5;
    config.pre_alarm_low = 10;
    config.pre_alarm_high = 30;
    config.alarm_high = 40;
    config.accuracy = 2;
    config.hysteresis = 2;
  }

  /// The words of what a reading brings, "-" for nothing.
  std::string read(double number) {
    if (!watch) watch.emplace(config);
    sensor_reading reading;
    reading.kind = config.kind;
    reading.value.number = number;
    std::string words;
    for (const auto& change : watch->read(reading)) {
      words += (words.empty() ? "" : " ") + change.what.what;
      how = change.how;
    }
    return words.empty() ? "-" : words;
  }

  sensor_config config;
  std::optional<sensor_watch> watch;
  severity how = severity::debug;
};

TEST_F(SensorWatch, WarnsBeforeItAlarms) {
  EXPECT_EQ(read(22), "-");
  EXPECT_EQ(read(30), "pre_alarm_high");
  EXPECT_EQ(how, severity::warning);
  EXPECT_EQ(read(40), "alarm_high");
  EXPECT_EQ(how, severity::alarm);
}

TEST_F(SensorWatch, TheLowEndIsLikeTheHighOne) {
  EXPECT_EQ(read(10), "pre_alarm_low");
  EXPECT_EQ(read(5), "alarm_low");
  EXPECT_EQ(read(7), "-");
  EXPECT_EQ(read(7.1), "pre_alarm_low");
  EXPECT_EQ(read(12), "-");
  EXPECT_EQ(read(12.1), "normal");
  EXPECT_EQ(how, severity::info);
}

TEST_F(SensorWatch, StepsDownThroughThePreAlarmBeyondTheHysteresis) {
  read(41);
  EXPECT_EQ(read(38), "-");
  EXPECT_EQ(read(37.9), "pre_alarm_high");
  EXPECT_EQ(read(28), "-");
  EXPECT_EQ(read(27.9), "normal");
}

TEST_F(SensorWatch, ItsOwnErrorNeitherRaisesNorClearsAnAlarmTwice) {
  EXPECT_EQ(read(40), "alarm_high");
  for (const double noise : {38.5, 40.5, 38.1, 41.9, 38.0})
    EXPECT_EQ(read(noise), "-") << noise;
}

TEST_F(SensorWatch, AJumpFromOneEndToTheOtherIsOneChange) {
  read(41);
  EXPECT_EQ(read(4), "alarm_low");
  EXPECT_EQ(read(22), "normal");
}

TEST_F(SensorWatch, ABadStartIsTold) {
  EXPECT_EQ(read(45), "alarm_high");
}

TEST_F(SensorWatch, AContactHasNoThresholds) {
  config.kind = sensor_kind::contact;
  EXPECT_EQ(read(0), "-");
  EXPECT_EQ(read(1), "active");
  EXPECT_EQ(read(0), "inactive");
}

TEST_F(SensorWatch, ASuccessorSaysHowItIsSoThatWhatWasSaidBeforeIsOver) {
  watch.emplace(config, true);
  EXPECT_EQ(read(22), "communication_restored normal");
  EXPECT_EQ(read(22), "-");
}

TEST_F(SensorWatch, ASuccessorThatHearsNothingSaysSoOnce) {
  watch.emplace(config, true);
  EXPECT_EQ(watch->lost().size(), 1u);
  EXPECT_TRUE(watch->lost().empty());
}

}  // namespace
}  // namespace holdover::power
