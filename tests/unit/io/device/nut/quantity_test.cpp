#include "io/device/nut/quantity.hpp"

#include <gtest/gtest.h>

namespace holdover::device::nut {
namespace {

using power::quality;

TEST(NutQuantity, NumbersOfKnownQuantitiesAreMeasurements) {
  for (const auto* name :
       {"battery.charge", "battery.runtime.low", "battery.voltage.nominal", "input.voltage",
        "input.L1-N.voltage", "input.2.frequency", "input.bypass.L3.current", "input.transfer.high",
        "input.transfer.trim.low", "output.L2.power.percent", "ups.load", "ups.realpower.nominal",
        "ups.timer.shutdown", "ups.delay.start", "ambient.1.humidity", "outlet.3.realpower"}) {
    auto measured = measure(name, "12.5");
    ASSERT_TRUE(measured) << name;
    EXPECT_EQ(measured->name, name);
    EXPECT_EQ(measured->source, name);
    EXPECT_EQ(measured->number, 12.5) << name;
    EXPECT_EQ(measured->how, quality::good) << name;
  }
}

TEST(NutQuantity, TextsAndSettingsAreNone) {
  for (const auto* name :
       {"ups.status", "ups.serial", "ups.model", "ups.productid", "driver.parameter.pollinterval",
        "input.transfer.reason", "battery.charger.status", "ups.test.interval", "battery.packs",
        "input.phases", "battery.mfr.date", "input.voltage.extended", "outlet.1.status",
        "outlet.1.battery.charge.low", "ups.load.status", "voltage", "", "."})
    EXPECT_FALSE(measure(name, "12.5")) << name;
}

TEST(NutQuantity, AMagicNumberIsNoMeasurement) {
  const std::vector<std::pair<std::string, std::string>> magic{
      {"battery.runtime", "65535"},
      {"battery.runtime", "3932100"},
      {"battery.runtime", "4294967295"},
      {"battery.runtime", "-1"},
      {"battery.charge", "255"},
      {"battery.charge", "-143.2"},
      {"battery.temperature", "-272"},
      {"battery.temperature", "3022999999999999855"},
      {"input.voltage", "-6437.0"},
      {"input.voltage", "2320"},
      {"ups.load", "660"},
      {"ups.timer.shutdown", "4294967295"}};
  for (const auto& [name, value] : magic) {
    auto measured = measure(name, value);
    ASSERT_TRUE(measured) << name;
    EXPECT_EQ(measured->how, quality::suspect) << name << ' ' << value;
    EXPECT_EQ(measured->number, 0) << name << ' ' << value;
  }
}

TEST(NutQuantity, WhatIsNoNumberIsSuspectAndNothingIsAbsent) {
  for (const auto* text : {"1:57", "XX.X", "nan", "inf", "0x10", "12,5", "12 V", "1e999", "--1"})
    EXPECT_EQ(measure("battery.runtime", text)->how, quality::suspect) << text;
  EXPECT_EQ(measure("battery.runtime", "")->how, quality::absent);
  EXPECT_EQ(measure("battery.runtime", "  ")->how, quality::absent);
}

TEST(NutQuantity, NumbersComeWithZerosSignsAndBlanks) {
  EXPECT_EQ(number_in("042.0"), 42);
  EXPECT_EQ(number_in(" +5 "), 5);
  EXPECT_EQ(number_in("-0.5"), -0.5);
  EXPECT_EQ(number_in("1e3"), 1000);
  EXPECT_EQ(number_in("+"), std::nullopt);
  EXPECT_EQ(number_in("++5"), std::nullopt);
}

TEST(NutQuantity, ACountdownThatDoesNotRunMayBeNegative) {
  EXPECT_EQ(measure("ups.timer.shutdown", "-1")->number, -1);
  EXPECT_EQ(measure("ups.timer.shutdown", "-1")->how, quality::good);
}

}  // namespace
}  // namespace holdover::device::nut
