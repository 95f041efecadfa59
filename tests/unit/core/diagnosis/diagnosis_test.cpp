// What a look at a UPS and its journal come to.

#include "core/diagnosis/diagnosis.hpp"

#include "core/power/names.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace holdover::diagnosis {
namespace {

using power::belief;
using power::ups_flag;
namespace names = power::names;

power::measurement value(std::string_view name, double number,
                         power::quality how = power::quality::good) {
  return {std::string{name}, number, how, "1.2.3", {}};
}

std::vector<power::measurement> told(double runtime, double load = 50, double charge = 100) {
  return {value(names::battery_runtime, runtime), value(names::ups_load, load),
          value(names::battery_charge, charge)};
}

evidence healthy() {
  evidence about;
  about.device = "main";
  about.now.flags.set(ups_flag::online, true);
  about.now.values = told(1800, 40);
  return about;
}

past_event ups(duration ago, std::string what, belief state,
               std::vector<power::measurement> values = {}) {
  return {ago, ups_event{"main", std::move(what), state, {}, std::move(values)}};
}

std::string codes(const evidence& about) {
  std::string all;
  for (const auto& one : diagnose(about))
    all += (all.empty() ? "" : " ") + one.code;
  return all;
}

TEST(Diagnosis, AHealthyUpsHasNoFinding) {
  EXPECT_EQ(codes(healthy()), "");
}

TEST(Diagnosis, EachFindingSaysWhatIsSoAndWhatToDo) {
  auto about = healthy();
  about.now.values = told(300, 97);
  about.now.alarms = {"BatteryBad", "FanFailure"};
  for (const auto& one : diagnose(about)) {
    EXPECT_FALSE(one.text.empty()) << one.code;
    EXPECT_FALSE(one.remedy.empty()) << one.code;
  }
  EXPECT_EQ(codes(about), "battery_due load_at_limit fan_failed");
}

TEST(Diagnosis, AnOverloadBesideASmallLoadSaysThatBothAreTold) {
  auto about = healthy();
  about.now.values = told(300, 35);
  about.now.flags.set(ups_flag::overload, true);
  ASSERT_EQ(codes(about), "load_at_limit");
  const auto text = diagnose(about)[0].text;
  EXPECT_NE(text.find("reports an overload"), std::string::npos) << text;
  EXPECT_NE(text.find("35 %"), std::string::npos) << text;
}

TEST(Diagnosis, AWordAndAnAlarmForOneThingAreOneFinding) {
  auto about = healthy();
  about.now.alarms = {"BatteryBad"};
  about.now.flags.set(ups_flag::replace_battery, true);
  EXPECT_EQ(codes(about), "battery_due");
}

TEST(Diagnosis, LoadNearTheRatingIsAWarningAndAtItAnAlarm) {
  auto about = healthy();
  about.now.values = told(1800, 80);
  ASSERT_EQ(codes(about), "load_near_limit");
  EXPECT_EQ(diagnose(about)[0].how, weight::warning);
  about.now.values = told(1800, 79);
  EXPECT_EQ(codes(about), "");
}

TEST(Diagnosis, AWarmBatteryIsTold) {
  auto about = healthy();
  about.now.values.push_back(value(names::battery_temperature, 34));
  EXPECT_EQ(codes(about), "battery_warm");
}

TEST(Diagnosis, NumbersOfBadQualityAreTheFindingAndNoGroundForAnother) {
  auto about = healthy();
  about.now.values = {value(names::ups_load, 99, power::quality::suspect),
                      value(names::battery_temperature, 80, power::quality::stale),
                      value(names::battery_charge, 0, power::quality::absent)};
  EXPECT_EQ(codes(about), "stale_values suspect_values");
  EXPECT_NE(diagnose(about)[1].text.find("ups.load"), std::string::npos);
}

TEST(Diagnosis, ADeviceThatSaysNothingOfMainsIsAnAlarm) {
  auto about = healthy();
  about.now.flags = {};
  EXPECT_EQ(codes(about), "state_unknown");
  about.now.flags.set(ups_flag::bypass, true);
  about.now.flags.set(ups_flag::online, true);
  EXPECT_EQ(codes(about), "bypass");
  about.now.stale = true;
  EXPECT_EQ(codes(about), "no_data");
}

TEST(Diagnosis, AnOldBatteryIsDueAndOneThatIsNearlyOldIsSaidEarly) {
  auto about = healthy();
  about.battery_age = 4 * 365 * 24h;
  EXPECT_EQ(codes(about), "");
  about.battery_age = 1700 * 24h;
  EXPECT_EQ(codes(about), "battery_due_soon");
  about.battery_age = 1900 * 24h;
  EXPECT_EQ(codes(about), "battery_due");
}

TEST(Diagnosis, AClockThatIsWrongIsToldInItsDirection) {
  auto about = healthy();
  about.card_clock_ahead = 90s;
  EXPECT_EQ(codes(about), "");
  about.card_clock_ahead = -3h;
  ASSERT_EQ(codes(about), "card_clock_wrong");
  EXPECT_NE(diagnose(about)[0].text.find("3 h behind"), std::string::npos);
}

TEST(Diagnosis, OneFailedTestIsAWarningAndTwoAreAnAlarm) {
  auto about = healthy();
  about.past = {{40 * 24h, operator_event{"anna", "test_quick_failed", "main", "no"}}};
  ASSERT_EQ(codes(about), "self_tests_fail");
  EXPECT_EQ(diagnose(about)[0].how, weight::warning);
  about.past.push_back(ups(10 * 24h, "test_started", belief::test));
  about.past.push_back(ups(10 * 24h - 5s, "replace_battery", belief::test));
  about.past.push_back(ups(10 * 24h - 9s, "test_ended", belief::online));
  EXPECT_EQ(diagnose(about)[0].how, weight::alarm);
}

TEST(Diagnosis, TestsOfOthersAndTestsThatEndedWellAreNoFinding) {
  auto about = healthy();
  about.past = {{40 * 24h, operator_event{"anna", "test_quick_failed", "other", "no"}},
                {30 * 24h, operator_event{"anna", "test_quick_done", "main", "yes"}},
                ups(10 * 24h, "test_started", belief::test),
                ups(10 * 24h - 9s, "test_ended", belief::online),
                ups(9 * 24h, "low_battery", belief::on_battery)};
  EXPECT_EQ(codes(about), "");
}

TEST(Diagnosis, ThreeLossesOfContactWithinAMonthAreTold) {
  auto about = healthy();
  for (const auto days : {40, 20, 10})
    about.past.push_back(ups(days * 24h, "communication_lost", belief::online));
  EXPECT_EQ(codes(about), "");
  about.past.push_back(ups(5 * 24h, "communication_lost", belief::online));
  EXPECT_EQ(codes(about), "contact_lost");
}

TEST(Diagnosis, RestartsOfTheCardAndItsNewFirmwareAreTold) {
  auto about = healthy();
  const auto card = [](std::string what, std::string firmware) {
    return interface_event{
        "main", std::move(what), {"Maker", "card", "1", std::move(firmware)}, ""};
  };
  about.past = {{300 * 24h, card("identified", "1.0")}, {9 * 24h, card("restarted", "1.0")}};
  EXPECT_EQ(codes(about), "");
  about.past.push_back({8 * 24h, card("restarted", "1.1")});
  EXPECT_EQ(codes(about), "firmware_changed");
  about.past.push_back({7 * 24h, card("restarted", "1.1")});
  EXPECT_EQ(codes(about), "card_restarts firmware_changed");
}

/// Six looks on mains, ten days apart, the last a day ago.
void tell_runtimes(evidence& about, std::initializer_list<std::pair<double, double>> runtime_load) {
  auto days = static_cast<int>(runtime_load.size()) * 10;
  for (const auto& [runtime, at_load] : runtime_load) {
    about.past.push_back(ups(days * 24h, "online", belief::online, told(runtime, at_load)));
    days -= 10;
  }
}

TEST(Diagnosis, ARuntimeThatShrinksAtOneLoadIsTold) {
  auto about = healthy();
  about.now.values = told(1200, 50);
  tell_runtimes(about, {{1800, 50}, {1790, 50}, {1600, 50}, {1500, 50}, {1300, 50}, {1250, 50}});
  ASSERT_EQ(codes(about), "runtime_shrinks");
  EXPECT_NE(diagnose(about)[0].text.find("69 %"), std::string::npos) << diagnose(about)[0].text;
}

TEST(Diagnosis, ARuntimeThatIsShorterBecauseOfMoreLoadIsNoFinding) {
  auto about = healthy();
  about.now.values = told(850, 100);
  about.now.values[1].number = 70;
  about.now.values[0].number = 1270;
  tell_runtimes(about, {{1800, 50}, {1800, 50}, {1800, 50}, {1270, 70}, {1270, 70}, {1270, 70}});
  EXPECT_EQ(codes(about), "");
}

TEST(Diagnosis, FewSamplesOrAWeekOfThemAreNoTrend) {
  auto about = healthy();
  about.now.values = told(900, 50);
  tell_runtimes(about, {{1800, 50}, {1700, 50}, {900, 50}});
  EXPECT_EQ(codes(about), "");
  about.past.clear();
  for (int i = 8; i > 0; --i)
    about.past.push_back(ups(i * 12h, "online", belief::online, told(i > 4 ? 1800 : 900, 50)));
  EXPECT_EQ(codes(about), "");
}

TEST(Diagnosis, ARuntimeThatDischargesDoNotBearOutIsTold) {
  auto about = healthy();
  about.now.values = told(3600, 50);
  for (const auto days : {60, 30}) {
    const duration ago = days * 24h;
    about.past.push_back(ups(ago, "on_battery", belief::on_battery, told(3000, 50, 100)));
    about.past.push_back(ups(ago - 10min, "online", belief::online, told(1500, 50, 50)));
  }
  ASSERT_EQ(codes(about), "runtime_overstated");
  EXPECT_NE(diagnose(about)[0].text.find("2 discharges"), std::string::npos);
}

TEST(Diagnosis, ARuntimeThatDischargesBearOutIsNoFinding) {
  auto about = healthy();
  about.now.values = told(1200, 50);
  about.past.push_back(ups(240h, "on_battery", belief::on_battery, told(1200, 50, 100)));
  about.past.push_back(ups(240h - 10min, "online", belief::online, told(600, 50, 50)));
  EXPECT_EQ(codes(about), "");
}

TEST(Diagnosis, TheGravestComesFirst) {
  auto about = healthy();
  about.battery_age = 1700 * 24h;
  about.now.values = told(600, 85);
  about.now.alarms = {"ChargerFailed"};
  EXPECT_EQ(codes(about), "charger_failed load_near_limit battery_due_soon");
}

}  // namespace
}  // namespace holdover::diagnosis
