#include "io/device/megatec/reading.hpp"

#include "core/power/observation.hpp"
#include "io/device/megatec/settings.hpp"

#include <gtest/gtest.h>

namespace holdover::device::megatec {
namespace {

using verb = power::ups_command::verb;

power::ups_reading reading(const std::string& line, std::optional<rating> rated = {}) {
  const auto s = status_from(line);
  EXPECT_TRUE(s) << line;
  return reading_of(s.value_or(status{}), rated, std::nullopt);
}

std::string flags(const std::string& line) {
  return to_string(reading(line).flags);
}

std::string told(verb what, duration delay = {}, std::optional<status> s = {}) {
  auto words = words_for({what, delay}, s);
  const auto* text = std::get_if<std::string>(&words);
  return text == nullptr ? "no: " + std::get<failure>(words).text : *text;
}

TEST(MegatecReading, BitsBecomeFlags) {
  EXPECT_EQ(flags("(230.0 000.0 230.0 010 50.0 27.1 25.0 00001001"), "OL");
  EXPECT_EQ(flags("(000.0 000.0 230.0 010 50.0 25.1 25.0 10001000"), "OB DISCHRG");
  EXPECT_EQ(flags("(000.0 000.0 230.0 010 50.0 22.1 25.0 11001000"), "OB LB DISCHRG");
  EXPECT_EQ(flags("(230.0 000.0 230.0 010 50.0 2.25 25.0 00100000"), "OL BYPASS");
  EXPECT_EQ(flags("(200.0 000.0 230.0 010 50.0 27.1 25.0 00101000"), "OL BOOST");
  EXPECT_EQ(flags("(255.0 000.0 230.0 010 50.0 27.1 25.0 00101000"), "OL TRIM");
  EXPECT_EQ(flags("(230.0 000.0 000.0 000 50.0 27.1 25.0 00001010"), "OFF");
}

TEST(MegatecReading, ATestWithMainsThereIsNoOutage) {
  EXPECT_EQ(observe(reading("(230.0 000.0 230.0 010 50.0 26.1 25.0 10001100")).state,
            power::belief::test);
  EXPECT_EQ(observe(reading("(000.0 000.0 230.0 010 50.0 26.1 25.0 10001100")).state,
            power::belief::on_battery);
}

TEST(MegatecReading, TheVoltageOfACellBecomesThatOfTheBattery) {
  const std::string line = "(230.0 000.0 230.0 010 50.0 2.25 25.0 00000000";
  EXPECT_EQ(power::number(reading(line, rating{230.0, 4.0, 24.0, 50.0}), "battery.voltage"), 27);
  EXPECT_EQ(power::number(reading(line), "battery.voltage"), std::nullopt);
}

TEST(MegatecReading, WhatCannotBeIsSuspectAndWhatIsNotSaidIsAbsent) {
  const auto got = reading("(230.0 ---.- 230.0 999 50.0 27.1 --.- 00000000");
  for (const auto& value : got.values) {
    const bool too_much = value.name == "ups.load";
    const bool unsaid = value.name == "ups.temperature" || value.name == "input.voltage.fault";
    EXPECT_EQ(value.how, too_much ? power::quality::suspect
                         : unsaid ? power::quality::absent
                                  : power::quality::good);
  }
  EXPECT_EQ(power::number(got, "ups.load"), std::nullopt);
}

TEST(MegatecReading, DelaysAreNeverShorterThanAsked) {
  EXPECT_EQ(told(verb::shutdown), "S.2R0003");
  EXPECT_EQ(told(verb::shutdown, 13s), "S.3R0003");
  EXPECT_EQ(told(verb::shutdown, 54s), "S.9R0003");
  EXPECT_EQ(told(verb::shutdown, 55s), "S01R0003");
  EXPECT_EQ(told(verb::shutdown, 61s), "S02R0003");
  EXPECT_EQ(told(verb::stay_off, 600s), "S10R0000");
  EXPECT_EQ(told(verb::shutdown, 601s).substr(0, 3), "no:");
  EXPECT_EQ(told(verb::reboot, 90s), "S.2R0003");
  EXPECT_EQ(told(verb::startup), "C");
  EXPECT_EQ(told(verb::startup, 5s).substr(0, 3), "no:");
}

TEST(MegatecReading, AnUnknownBeeperIsNotToggled) {
  EXPECT_EQ(told(verb::buzzer_off).substr(0, 3), "no:");
}

TEST(MegatecReading, NothingAndAckAreYesAndTheRestIsNo) {
  EXPECT_FALSE(refusal_in("", "T"));
  EXPECT_FALSE(refusal_in("(ACK", "T"));
  EXPECT_TRUE(refusal_in("(NAK", "T"));
  EXPECT_TRUE(refusal_in("T", "T"));
  EXPECT_TRUE(refusal_in("(230.0", "T"));
}

TEST(MegatecSettings, ReadWhatTheyWroteAndRefuseTheRest) {
  EXPECT_EQ(settings_from(to_text({9600})).first, settings{9600});
  EXPECT_EQ(settings_from("").second, "");
  EXPECT_NE(settings_from("baud=77").second, "");
  EXPECT_NE(settings_from("parity=odd").second, "");
}

}  // namespace
}  // namespace holdover::device::megatec
