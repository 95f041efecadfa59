#include "core/power/observation.hpp"

#include "core/power/names.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace holdover::power {
namespace {

using enum ups_flag;
using values = std::initializer_list<std::pair<std::string_view, double>>;

ups_reading reading(std::initializer_list<ups_flag> flags, values given = {}) {
  ups_reading made;
  for (const auto flag : flags)
    made.flags.set(flag);
  for (const auto& [name, number] : given)
    made.values.push_back({.name = std::string(name), .number = number, .source = "test"});
  return made;
}

belief state(std::initializer_list<ups_flag> flags, values given = {}) {
  return observe(reading(flags, given)).state;
}

TEST(Observation, TheDeviceIsTakenAtItsWordWhenItSaysOneThing) {
  EXPECT_EQ(state({online}), belief::online);
  EXPECT_EQ(state({on_battery}), belief::on_battery);
  EXPECT_EQ(state({off}), belief::off);
  EXPECT_EQ(state({}), belief::unknown);
}

TEST(Observation, WordsBesideTheSourceDoNotChangeIt) {
  EXPECT_EQ(state({online, charging}), belief::online);
  EXPECT_EQ(state({online, discharging}), belief::online);
  EXPECT_EQ(state({online, trimming}), belief::online);
  EXPECT_EQ(state({online, boosting, low_battery, overload, replace_battery}), belief::online);
  EXPECT_EQ(state({online, eco}), belief::online);
  EXPECT_EQ(state({online, forced_shutdown}), belief::online);
  EXPECT_EQ(state({on_battery, discharging, alarm}), belief::on_battery);
  EXPECT_EQ(state({off, online}), belief::off);
}

TEST(Observation, OffBesideOnBatteryIsOnBatteryAndToldAsAContradiction) {
  const auto seen = observe(reading({on_battery, low_battery, off}, {}));
  EXPECT_EQ(seen.state, belief::on_battery);
  EXPECT_TRUE(seen.output_off);
  EXPECT_FALSE(observe(reading({off}, {})).output_off);
  EXPECT_FALSE(observe(reading({on_battery}, {})).output_off);
}

TEST(Observation, OneThatIsOffTellsWhetherMainsAreThere) {
  using names::input_voltage;
  EXPECT_EQ(observe(reading({off, online}, {})).input_good, true);
  EXPECT_EQ(observe(reading({off}, {{input_voltage, 231}})).input_good, true);
  EXPECT_EQ(observe(reading({off}, {{input_voltage, 3}})).input_good, false);
  EXPECT_EQ(observe(reading({off}, {})).input_good, std::nullopt);
  EXPECT_EQ(observe(reading({online}, {{input_voltage, 231}})).input_good, std::nullopt);
}

TEST(Observation, ATestWithGoodInputIsNoOutage) {
  EXPECT_EQ(state({testing, online, discharging}), belief::test);
  EXPECT_EQ(state({testing, online, on_battery}), belief::test);
  EXPECT_EQ(state({calibrating, on_battery}, {{names::input_voltage, 230}}), belief::test);
  EXPECT_EQ(state({calibrating, online}), belief::test);
  EXPECT_TRUE(carries(belief::test));
}

TEST(Observation, ATestWhoseInputIsNotKnownGoodIsAnOutage) {
  EXPECT_EQ(state({testing, on_battery}), belief::on_battery);
  EXPECT_EQ(state({testing, on_battery}, {{names::input_voltage, 3}}), belief::on_battery);
  EXPECT_EQ(state({calibrating, on_battery, discharging}), belief::on_battery);
}

TEST(Observation, AnInputMeasuredDeadEndsATestEvenIfTheDeviceStillSaysOnline) {
  EXPECT_EQ(state({testing, online, on_battery}, {{names::input_voltage, 0}}), belief::on_battery);
}

TEST(Observation, ATestThatNamesNoSourceIsUnknown) {
  EXPECT_EQ(state({testing}), belief::unknown);
  EXPECT_EQ(state({testing}, {{names::input_voltage, 0}}), belief::unknown);
  EXPECT_EQ(state({testing}, {{names::input_voltage, 121}}), belief::test);
}

TEST(Observation, GoodVoltageIsAboveHalfOfTheNominalOne) {
  const auto tested = [](double volts, double nominal) {
    return state({testing, on_battery},
                 {{names::input_voltage, volts}, {names::input_voltage_nominal, nominal}});
  };
  EXPECT_EQ(tested(116, 230), belief::test);
  EXPECT_EQ(tested(115, 230), belief::on_battery);
  EXPECT_EQ(tested(40, 48), belief::test);
}

TEST(Observation, WithoutANominalVoltageGoodIsAboveEightyVolts) {
  EXPECT_EQ(state({testing, on_battery}, {{names::input_voltage, 81}}), belief::test);
  EXPECT_EQ(state({testing, on_battery}, {{names::input_voltage, 80}}), belief::on_battery);
  EXPECT_EQ(
      state({testing, on_battery}, {{names::input_voltage, 60}, {names::input_voltage_nominal, 0}}),
      belief::on_battery);
}

TEST(Observation, EveryFittedPhaseMustBeGood) {
  const auto tested = [](double l1, double l2, double l3) {
    return state({testing, on_battery}, {{names::input_voltage_l1, l1},
                                         {names::input_voltage_l2, l2},
                                         {names::input_voltage_l3, l3}});
  };
  EXPECT_EQ(tested(230, 231, 229), belief::test);
  EXPECT_EQ(tested(230, 20, 229), belief::on_battery);
  EXPECT_EQ(tested(230, 231, 20), belief::on_battery);
  EXPECT_EQ(tested(0, 231, 229), belief::on_battery);
  EXPECT_EQ(tested(230, 0, 0), belief::test) << "rows of phases that are not fitted read zero";
}

TEST(Observation, AnOldVoltageProvesNothing) {
  auto old = reading({testing, on_battery}, {{names::input_voltage, 230}});
  old.values.front().how = quality::stale;
  EXPECT_EQ(observe(old).state, belief::on_battery);
}

TEST(Observation, BypassCarriesWhileItsInputIsGood) {
  EXPECT_EQ(state({bypass, online}), belief::bypass);
  EXPECT_EQ(state({bypass, boosting}, {{names::input_voltage, 210}}), belief::bypass);
  EXPECT_EQ(state({bypass, off, online}), belief::bypass);
  EXPECT_TRUE(carries(belief::bypass));
}

TEST(Observation, BypassWithoutInputIsWhateverIsLeft) {
  EXPECT_EQ(state({bypass, on_battery}), belief::on_battery);
  EXPECT_EQ(state({bypass, off}), belief::off);
  EXPECT_EQ(state({bypass}, {{names::input_voltage, 0}}), belief::off);
  EXPECT_EQ(state({bypass}), belief::unknown);
}

TEST(Observation, AnOutputThatIsOffIsOffDuringATestToo) {
  EXPECT_EQ(state({off, testing, online}), belief::off);
}

TEST(Observation, ADeviceThatContradictsItselfIsUnknownUnlessItsVoltageSettlesIt) {
  EXPECT_EQ(state({online, on_battery}), belief::unknown);
  EXPECT_EQ(state({online, on_battery}, {{names::input_voltage, 229}}), belief::online);
  EXPECT_EQ(state({online, on_battery}, {{names::input_voltage, 2}}), belief::on_battery);
}

TEST(Observation, AMeasuredZeroAloneDoesNotContradictOnline) {
  EXPECT_EQ(state({online}, {{names::input_voltage, 0}}), belief::online);
}

TEST(Observation, GoodVoltageAloneDoesNotContradictOnBattery) {
  EXPECT_EQ(state({on_battery}, {{names::input_voltage, 230}}), belief::on_battery)
      << "mains out of tolerance in frequency or shape look good in volts";
}

TEST(Observation, DataThatTheServerCallsOldSaysNothing) {
  auto stale = reading({online, low_battery}, {{names::battery_charge, 50}});
  stale.stale = true;
  EXPECT_EQ(observe(stale), observation{});
}

TEST(Observation, FlagsAreCarriedOver) {
  EXPECT_TRUE(observe(reading({low_battery})).battery_low);
  EXPECT_TRUE(observe(reading({overload})).overload);
  EXPECT_TRUE(observe(reading({replace_battery})).replace_battery);
  EXPECT_TRUE(observe(reading({forced_shutdown})).forced_shutdown);
  const auto calm = observe(reading({online}));
  EXPECT_FALSE(calm.battery_low || calm.overload || calm.replace_battery || calm.forced_shutdown);
}

TEST(Observation, NumbersAreCarriedOver) {
  const auto seen = observe(reading({on_battery}, {{names::battery_charge, 81.5},
                                                   {names::ups_load, 40},
                                                   {names::battery_runtime, 600.5},
                                                   {names::ups_timer_shutdown, 120},
                                                   {names::seconds_on_battery, 17}}));
  EXPECT_EQ(seen.charge_percent, 81.5);
  EXPECT_EQ(seen.load_percent, 40);
  EXPECT_EQ(seen.runtime_left, 600500ms);
  EXPECT_EQ(seen.countdown, 120s);
  EXPECT_EQ(seen.counter_on_battery, 17s);
}

TEST(Observation, ImpossibleNumbersAreAbsent) {
  const auto none = std::numeric_limits<double>::quiet_NaN();
  const auto endless = std::numeric_limits<double>::infinity();
  for (const double wrong : {-5.1, 105.1, none, endless})
    EXPECT_FALSE(observe(reading({online}, {{names::battery_charge, wrong}})).charge_percent)
        << wrong;
  for (const double wrong : {-1.0, 604801.0, 4294967295.0, none, endless})
    EXPECT_FALSE(observe(reading({online}, {{names::battery_runtime, wrong}})).runtime_left)
        << wrong;
  for (const double wrong : {-1.0, 501.0, none})
    EXPECT_FALSE(observe(reading({online}, {{names::ups_load, wrong}})).load_percent) << wrong;
  for (const double wrong : {-1.0, 1e12, none})
    EXPECT_FALSE(
        observe(reading({online}, {{names::seconds_on_battery, wrong}})).counter_on_battery)
        << wrong;
}

TEST(Observation, AChargeJustOutsideItsScaleIsItsEnd) {
  EXPECT_EQ(observe(reading({online}, {{names::battery_charge, 104}})).charge_percent, 100);
  EXPECT_EQ(observe(reading({online}, {{names::battery_charge, -3}})).charge_percent, 0);
}

TEST(Observation, AWeekOfRuntimeIsTheMost) {
  EXPECT_EQ(observe(reading({online}, {{names::battery_runtime, 604800}})).runtime_left, 168h);
}

TEST(Observation, AFullBatteryThatLastsNoTimeIsNotBelievedOnline) {
  const auto runtime = [](ups_flag source, double charge) {
    return observe(
               reading({source}, {{names::battery_charge, charge}, {names::battery_runtime, 0}}))
        .runtime_left;
  };
  EXPECT_EQ(runtime(online, 51), std::nullopt);
  EXPECT_EQ(runtime(online, 50), 0s);
  EXPECT_EQ(runtime(on_battery, 90), 0s) << "on battery stopping early is the safe side";
}

TEST(Observation, ACountdownThatIsNotRunningIsAbsent) {
  EXPECT_FALSE(observe(reading({online}, {{names::ups_timer_shutdown, -1}})).countdown);
  EXPECT_FALSE(observe(reading({online}, {{names::ups_timer_shutdown, 0}})).countdown);
}

TEST(Observation, OldAndSuspectNumbersAreAbsent) {
  for (const auto how : {quality::stale, quality::suspect, quality::absent}) {
    auto seen = reading({online}, {{names::battery_charge, 50}});
    seen.values.front().how = how;
    EXPECT_FALSE(observe(seen).charge_percent);
  }
}

TEST(Observation, EveryBeliefHasAName) {
  EXPECT_EQ(to_string(belief::on_battery), "on_battery");
  EXPECT_EQ(to_string(belief::unknown), "unknown");
  EXPECT_EQ(to_string(belief::online), "online");
  EXPECT_EQ(to_string(belief::test), "test");
  EXPECT_EQ(to_string(belief::bypass), "bypass");
  EXPECT_EQ(to_string(belief::off), "off");
}

}  // namespace
}  // namespace holdover::power
