#include "io/device/nut/reading.hpp"

#include "core/power/names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdover::device::nut {
namespace {

using power::quality;
using power::ups_flag;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const variables eaton{
    {"battery.charge", "98"},       {"battery.runtime", "1598"},     {"device.mfr", "EATON"},
    {"device.model", "Eaton 5SC"},  {"device.serial", "G147H18055"}, {"input.voltage", "231.0"},
    {"outlet.1.status", "on"},      {"ups.firmware", "01.06.0005"},  {"ups.load", "17"},
    {"ups.status", "OB DISCHRG LB"}};

subject sensor(std::string channel) {
  return {device_kind::sensor, std::move(channel), "\"rack\" on here:3493"};
}

TEST(NutReading, StatusWordsBecomeFlags) {
  auto flags = flags_from("OL CHRG  TRIM");
  EXPECT_TRUE(flags.has(ups_flag::online));
  EXPECT_TRUE(flags.has(ups_flag::charging));
  EXPECT_TRUE(flags.has(ups_flag::trimming));
  EXPECT_FALSE(flags.has(ups_flag::on_battery));
}

TEST(NutReading, EveryStatusWordIsKnown) {
  EXPECT_EQ(to_string(flags_from(
                "FSD OL OB LB RB CHRG DISCHRG BYPASS CAL TEST OFF OVER TRIM BOOST ALARM ECO")),
            "FSD OL OB LB RB CHRG DISCHRG BYPASS CAL TEST OFF OVER TRIM BOOST ALARM ECO");
}

TEST(NutReading, WordsThatDecideNothingArePassedOver) {
  EXPECT_EQ(flags_from("HB OL HE ol O"), flags_from("OL"));
  EXPECT_EQ(flags_from(""), power::ups_flags());
}

TEST(NutReading, AUpsIsItsFlagsValuesAndIdentity) {
  auto reading = read_ups(eaton);
  EXPECT_EQ(to_string(reading.flags), "OB LB DISCHRG");
  EXPECT_EQ(number(reading, power::names::battery_charge), 98);
  EXPECT_EQ(number(reading, power::names::battery_runtime), 1598);
  EXPECT_EQ(number(reading, power::names::input_voltage), 231);
  EXPECT_EQ(reading.values.size(), 4u);
  EXPECT_EQ(reading.who, (power::identity{"EATON", "Eaton 5SC", "G147H18055", "01.06.0005"}));
  EXPECT_FALSE(reading.stale);
}

TEST(NutReading, EveryNameThatWeInterpretPassesThrough) {
  using namespace power::names;
  for (auto name : {battery_charge,
                    battery_runtime,
                    battery_voltage,
                    battery_current,
                    battery_temperature,
                    battery_charge_low,
                    battery_runtime_low,
                    battery_voltage_nominal,
                    input_voltage,
                    input_voltage_nominal,
                    input_voltage_l1,
                    input_voltage_l2,
                    input_voltage_l3,
                    input_frequency,
                    input_current,
                    input_realpower,
                    output_voltage,
                    output_voltage_nominal,
                    output_frequency,
                    output_current,
                    bypass_voltage,
                    bypass_frequency,
                    ups_load,
                    ups_power,
                    ups_realpower,
                    ups_power_nominal,
                    ups_realpower_nominal,
                    ups_temperature,
                    ups_timer_shutdown,
                    ups_timer_start,
                    ups_timer_reboot,
                    ups_delay_shutdown,
                    ambient_temperature,
                    ambient_humidity})
    EXPECT_EQ(number(read_ups({{std::string(name), "42"}}), name), 42) << name;
}

TEST(NutReading, WhatADeviceLeavesOutStaysOut) {
  auto reading = read_ups({});
  EXPECT_EQ(reading, power::ups_reading{});
}

TEST(NutReading, AValueThatCannotBeTrueHasNoNumber) {
  auto reading = read_ups({{"battery.runtime", "65535"}});
  EXPECT_EQ(number(reading, power::names::battery_runtime), std::nullopt);
  EXPECT_EQ(reading.values.at(0).how, quality::suspect);
}

TEST(NutReading, TheOlderNamesOfAnIdentityCountFirst) {
  auto reading = read_ups(
      {{"device.serial", "...."}, {"ups.serial", "AS13"}, {"ups.mfr", " "}, {"device.mfr", "APC"}});
  EXPECT_EQ(reading.who.serial, "AS13");
  EXPECT_EQ(reading.who.manufacturer, "APC");
}

TEST(NutReading, TextOfADeviceIsMadeFitToShow) {
  auto reading =
      read_ups({{"ups.model", " 750\x1b[2J \xe9tage "}, {"ups.serial", std::string(5000, 'x')}});
  EXPECT_EQ(reading.who.model, "750 [2J \xef\xbf\xbdtage");
  EXPECT_EQ(reading.who.serial.size(), 128u);
}

TEST(NutReading, AlarmsBecomeTheWordsOfTheStandardMib) {
  EXPECT_THAT(alarms_from("Replace battery! Shutdown imminent!"),
              ElementsAre("upsAlarmBatteryBad", "upsAlarmShutdownImminent"));
  EXPECT_THAT(alarms_from("[Fan failure!] [Something new]"),
              ElementsAre("upsAlarmFanFailure", "Something new"));
  EXPECT_THAT(alarms_from("Input Bad "), ElementsAre("upsAlarmInputBad"));
}

TEST(NutReading, NoAlarmIsNoAlarm) {
  for (const auto* text : {"", " ", "0", "none", "!!", "[]"})
    EXPECT_THAT(alarms_from(text), IsEmpty());
}

TEST(NutReading, AnAlarmIsListedOnce) {
  EXPECT_THAT(alarms_from("Replace battery! No battery installed!"),
              ElementsAre("upsAlarmBatteryBad"));
}

TEST(NutReading, OutletsComeInTheOrderOfTheirNumbers) {
  auto unit = read_outlets({{"outlet.10.status", "off"},
                            {"outlet.2.status", "on"},
                            {"outlet.2.realpower", "120"},
                            {"outlet.0.desc", "Main Outlet"},
                            {"outlet.status", "on"},
                            {"outlet.group.1.status", "on"},
                            {"outlet.3.id", "3"},
                            {"ups.mfr", "Raritan"}});
  ASSERT_EQ(unit.outlets.size(), 3u);
  EXPECT_EQ(unit.outlets[0], (power::outlet_reading{2, power::outlet_state::on, 120}));
  EXPECT_EQ(unit.outlets[1], (power::outlet_reading{3, power::outlet_state::unknown, {}}));
  EXPECT_EQ(unit.outlets[2], (power::outlet_reading{10, power::outlet_state::off, {}}));
  EXPECT_EQ(unit.who.manufacturer, "Raritan");
}

TEST(NutReading, AnOutletsStateMayNameItsRelay) {
  auto unit = read_outlets({{"outlet.1.status", "on/closed"},
                            {"outlet.2.status", "off/open"},
                            {"outlet.3.status", "pending"}});
  EXPECT_EQ(unit.outlets[0].state, power::outlet_state::on);
  EXPECT_EQ(unit.outlets[1].state, power::outlet_state::off);
  EXPECT_EQ(unit.outlets[2].state, power::outlet_state::unknown);
}

TEST(NutReading, AnAbsurdOutletNumberIsNoOutlet) {
  EXPECT_TRUE(read_outlets({{"outlet.4294967297.status", "on"},
                            {"outlet.100000.status", "on"},
                            {"outlet.-1.status", "on"}})
                  .outlets.empty());
}

TEST(NutReading, ASensorIsTheVariableOfItsChannel) {
  auto came = read_sensor({{"ambient.1.humidity", "41.5"}}, sensor("ambient.1.humidity"));
  auto reading = std::get<power::sensor_reading>(std::get<power::device_reading>(came));
  EXPECT_EQ(reading.kind, power::sensor_kind::humidity_percent);
  EXPECT_EQ(reading.value.number, 41.5);
  EXPECT_EQ(reading.value.source, "ambient.1.humidity");
}

TEST(NutReading, AContactIsActiveWhenItLeftItsRest) {
  const std::vector<std::tuple<std::string, std::string, double>> cases{
      {"closed", "", 1},
      {"opened", "", 0},
      {"active", "", 1},
      {"closed", "normal-closed", 0},
      {"open", "normal-closed", 1},
      {"inactive", "", 0}};
  for (const auto& [state, rest, expected] : cases) {
    variables list{{"ambient.contacts.1.status", state}};
    if (!rest.empty()) list.push_back({"ambient.contacts.1.config", rest});
    auto came = read_sensor(list, sensor("ambient.contacts.1.status"));
    auto reading = std::get<power::sensor_reading>(std::get<power::device_reading>(came));
    EXPECT_EQ(reading.kind, power::sensor_kind::contact);
    EXPECT_EQ(reading.value.number, expected) << state << ' ' << rest;
  }
}

TEST(NutReading, ASensorThatIsNotPluggedInIsAbsent) {
  auto came = read_sensor({{"ambient.temperature", "0"}, {"ambient.present", "no"}},
                          sensor("ambient.temperature"));
  auto reading = std::get<power::sensor_reading>(std::get<power::device_reading>(came));
  EXPECT_EQ(reading.value.how, quality::absent);
}

TEST(NutReading, AnUnknownChannelIsAFailureThatNamesTheKnownOnes) {
  auto came = read_sensor({{"ambient.temperature", "21"}, {"ambient.temperature.high", "40"}},
                          sensor("ambient.temp"));
  ASSERT_TRUE(std::holds_alternative<failure>(came));
  EXPECT_EQ(std::get<failure>(came).kind, failure_kind::unknown_unit);
  EXPECT_EQ(std::get<failure>(came).text,
            "\"rack\" on here:3493 has no variable \"ambient.temp\"; it gives ambient.temperature");
}

TEST(NutReading, ADriverWithoutItsFirstDataIsStaleWhateverIsAsked) {
  for (auto kind : {device_kind::ups, device_kind::outlet_unit, device_kind::sensor}) {
    auto came = read({{"ups.status", "WAIT"}}, {kind, "ambient.temperature", "rack"});
    ASSERT_TRUE(std::holds_alternative<failure>(came));
    EXPECT_EQ(std::get<failure>(came).kind, failure_kind::stale);
  }
}

TEST(NutReading, AnOutletUnitWhoseDriverNeverGivesAStatusIsRead) {
  auto came = read({{"ups.status", "WAIT"}, {"outlet.1.status", "on"}},
                   {device_kind::outlet_unit, "", "pdu"});
  EXPECT_TRUE(std::holds_alternative<power::device_reading>(came));
}

TEST(NutReading, EachKindIsAnsweredWithItsReading) {
  auto ups = std::get<power::device_reading>(read(eaton, {device_kind::ups, "", "rack"}));
  EXPECT_TRUE(std::holds_alternative<power::ups_reading>(ups));
  auto unit = std::get<power::device_reading>(read(eaton, {device_kind::outlet_unit, "", "rack"}));
  EXPECT_TRUE(std::holds_alternative<power::outlet_unit_reading>(unit));
}

}  // namespace
}  // namespace holdover::device::nut
