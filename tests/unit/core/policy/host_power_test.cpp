#include "core/policy/host_power.hpp"

#include "tests/support/site_bench.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace holdover::policy {
namespace {

using power::belief;
using test::ups_on_battery;
using test::ups_online;

// Four UPSes read every second: fresh for 3 s, stale until 30 s.
struct HostPower : testing::Test {
  HostPower() {
    for (int i = 0; i < 4; ++i)
      upses.emplace_back(1s, std::nullopt, observation_config{}, now);
  }
  /// Three looks, a second apart, the last one now.
  void says(ups_index which, power::observation what) {
    for (const duration before : {2s, 1s, 0s}) {
      auto sample = what;
      if (what.runtime_left) sample.runtime_left = *what.runtime_left + before;
      upses[which].observe(sample, 0s, now - before);
    }
  }
  /// Mains are fine, its output is about to be cut.
  void counts_down(ups_index which, duration left) {
    for (const duration before : {4s, 3s, 2s, 1s, 0s}) {
      auto sample = ups_online();
      sample.countdown = left + before;
      upses[which].observe(sample, 0s, now - before);
    }
  }
  host_power look(std::vector<ups_index> on, std::uint32_t needed) const {
    std::vector<supply_config> supplies;
    for (const auto ups : on)
      supplies.push_back({ups, {}});
    return look_at(supplies, needed, upses, now);
  }

  time_point now{1000s};
  std::vector<power::ups_tracker> upses;
};

TEST_F(HostPower, AHostWhoseOnlySupplyWasNeverHeardIsUndetermined) {
  const auto view = look({0}, 1);
  EXPECT_EQ(view.how, feed::undetermined);
  EXPECT_TRUE(view.blind);
}

TEST_F(HostPower, AHostWhoseOnlySupplyCarriesIsCarried) {
  says(0, ups_online());
  const auto view = look({0}, 1);
  EXPECT_EQ(view.how, feed::carried);
  EXPECT_TRUE(view.fresh);
  EXPECT_TRUE(view.all_carry);
  EXPECT_EQ(view.left, std::nullopt);
}

TEST_F(HostPower, AnOutputThatIsAboutToBeCutFailsAndTheTimeLeftIsTheCountdowns) {
  counts_down(0, 40s);
  const auto view = look({0}, 1);
  EXPECT_EQ(view.how, feed::threatened);
  EXPECT_TRUE(view.fresh);
  EXPECT_EQ(view.left, 40s);
  EXPECT_EQ(view.confirmed_on_battery, 0s) << "no second of it was on battery";
}

TEST_F(HostPower, OneOutputThatIsCutThreatensNobodyWhomAnotherCarries) {
  counts_down(0, 40s);
  says(1, ups_online());
  EXPECT_EQ(look({0, 1}, 1).how, feed::carried);
  EXPECT_EQ(look({0, 1}, 2).how, feed::threatened);
  counts_down(2, 90s);
  EXPECT_EQ(look({0, 2}, 1).left, 90s);
}

TEST_F(HostPower, TestAndBypassCarry) {
  auto what = ups_online();
  for (const auto state : {belief::test, belief::bypass}) {
    what.state = state;
    says(0, what);
    EXPECT_EQ(look({0}, 1).how, feed::carried);
  }
}

TEST_F(HostPower, AHostWhoseOnlySupplyIsOnBatteryIsThreatened) {
  says(0, ups_on_battery(10min, 55));
  const auto view = look({0}, 1);
  EXPECT_EQ(view.how, feed::threatened);
  EXPECT_TRUE(view.fresh);
  EXPECT_EQ(view.left, 10min);
  EXPECT_EQ(view.charge_percent, 55);
  EXPECT_EQ(view.confirmed_on_battery, 2s);
}

TEST_F(HostPower, AStaleBeliefCountsAsLastSeenButIsNotFresh) {
  says(0, ups_on_battery());
  now += 10s;
  const auto view = look({0}, 1);
  EXPECT_EQ(view.how, feed::threatened);
  EXPECT_FALSE(view.fresh);
}

TEST_F(HostPower, ABlindBeliefCountsAsUnknown) {
  says(0, ups_on_battery());
  now += 31s;
  EXPECT_EQ(look({0}, 1).how, feed::undetermined);
}

TEST_F(HostPower, OneOfTwoSuppliesMayFail) {
  says(0, ups_on_battery());
  says(1, ups_online());
  const auto view = look({0, 1}, 1);
  EXPECT_EQ(view.how, feed::carried);
  EXPECT_FALSE(view.all_carry);
}

TEST_F(HostPower, AHostThatNeedsBothIsThreatenedByOne) {
  says(0, ups_on_battery(10min));
  says(1, ups_online());
  const auto view = look({0, 1}, 2);
  EXPECT_EQ(view.how, feed::threatened);
  EXPECT_EQ(view.left, 10min);
}

TEST_F(HostPower, OnlyFreshSuppliesSayHowLongItLastsAndStaleOnesHowLongAtWorst) {
  says(0, ups_on_battery(10min));
  now += 10s;
  says(1, ups_on_battery(25min));
  const auto view = look({0, 1}, 2);
  EXPECT_TRUE(view.fresh);
  EXPECT_EQ(view.left, 25min);
  EXPECT_EQ(view.left_at_worst, 9min + 50s);
}

TEST_F(HostPower, ARedundantHostLastsAsLongAsItsLongestSupply) {
  says(0, ups_on_battery(10min));
  says(1, ups_on_battery(25min));
  EXPECT_EQ(look({0, 1}, 1).left, 25min);
}

TEST_F(HostPower, TwoOfThreeLastUntilTheSecondSupplyEnds) {
  says(0, ups_on_battery(30min));
  says(1, ups_on_battery(10min));
  says(2, ups_on_battery(20min));
  EXPECT_EQ(look({0, 1, 2}, 2).left, 20min);
}

TEST_F(HostPower, TwoOfThreeAreThreatenedWhenTwoFail) {
  says(0, ups_on_battery());
  says(1, ups_online());
  says(2, ups_online());
  EXPECT_EQ(look({0, 1, 2}, 2).how, feed::carried);
  says(1, ups_on_battery());
  EXPECT_EQ(look({0, 1, 2}, 2).how, feed::threatened);
}

TEST_F(HostPower, ThreeOfFourAreThreatenedWhenTwoFail) {
  for (ups_index i = 0; i < 3; ++i)
    says(i, i < 2 ? ups_online() : ups_on_battery(5min));
  says(3, ups_on_battery(9min));
  EXPECT_EQ(look({0, 1, 2}, 2).how, feed::carried);
  const auto view = look({0, 1, 2, 3}, 3);
  EXPECT_EQ(view.how, feed::threatened);
  EXPECT_EQ(view.left, 9min);
}

TEST_F(HostPower, TheTimeOnBatteryIsThatOfTheSupplyWhoseFailureCounted) {
  says(0, ups_on_battery());
  now += 1s;
  for (int i = 0; i < 60; ++i, now += 1s)
    upses[0].observe(ups_on_battery(), 0s, now);
  now -= 1s;
  says(1, ups_on_battery());
  EXPECT_EQ(look({0, 1}, 1).confirmed_on_battery, 2s);
  EXPECT_EQ(look({0, 1}, 2).confirmed_on_battery, 62s);
}

TEST_F(HostPower, AnUnknownSupplyThatDecidesLeavesItUndetermined) {
  says(0, ups_on_battery());
  const auto view = look({0, 1}, 1);
  EXPECT_EQ(view.how, feed::undetermined);
  EXPECT_TRUE(view.blind);
}

TEST_F(HostPower, AnUnknownSupplyThatDoesNotDecideIsNotWaitedFor) {
  says(0, ups_on_battery());
  EXPECT_EQ(look({0, 1}, 2).how, feed::threatened);
  says(0, ups_online());
  EXPECT_EQ(look({0, 1}, 1).how, feed::carried);
}

TEST_F(HostPower, AnOutputThatIsOffCountsAsFailedAndEnded) {
  auto off = ups_online();
  off.state = belief::off;
  says(0, off);
  says(1, ups_on_battery(10min));
  const auto both = look({0, 1}, 1);
  EXPECT_EQ(both.how, feed::threatened);
  EXPECT_EQ(both.left, 10min);
  EXPECT_EQ(look({0, 1}, 2).left, 0s);
}

TEST_F(HostPower, AnOutputThatIsOffIsNotBelievedOfTheOnlySupply) {
  auto off = ups_online();
  off.state = belief::off;
  says(0, off);
  EXPECT_EQ(look({0}, 1).how, feed::undetermined);
}

TEST_F(HostPower, OnBatteryIsBelievedOfTheOnlySupplyThatAlsoSaysItsOutputIsOff) {
  auto both = ups_on_battery(4min);
  both.output_off = true;
  says(0, both);
  EXPECT_EQ(look({0}, 1).how, feed::threatened);
  EXPECT_EQ(look({0}, 1).left, 4min);
  EXPECT_EQ(look({0, 1}, 2).left, 0s) << "beside another supply OFF may be true";
}

TEST_F(HostPower, ASupplyWithoutAPredictionDoesNotCountAsLasting) {
  auto silent = ups_on_battery();
  silent.runtime_left.reset();
  says(0, silent);
  says(1, ups_on_battery(10min));
  EXPECT_EQ(look({0, 1}, 2).left, 10min);
  EXPECT_EQ(look({0, 1}, 1).left, std::nullopt);
}

TEST_F(HostPower, TheChargeIsThatOfTheSupplyWithWhichTheHostEnds) {
  says(0, ups_on_battery(10min, 60));
  says(1, ups_on_battery(10min, 40));
  says(2, ups_online(10min, 5));
  EXPECT_EQ(look({0, 1, 2}, 2).charge_percent, 60);
  EXPECT_EQ(look({0, 1, 2}, 3).charge_percent, 40);
}

TEST_F(HostPower, BatteryLowOfASupplyThatCarriesDoesNotCount) {
  auto low = ups_online();
  low.battery_low = true;
  says(0, low);
  says(1, ups_on_battery());
  EXPECT_FALSE(look({0, 1}, 2).battery_low);
  low.state = belief::on_battery;
  says(0, low);
  EXPECT_TRUE(look({0, 1}, 2).battery_low);
}

TEST_F(HostPower, ALongEmptySupplyDoesNotStopAHostWhoseOtherOneHasJustFailed) {
  auto empty = ups_on_battery(10s, 2);
  empty.battery_low = true;
  says(0, empty);
  says(1, ups_on_battery(30min, 99));
  const auto view = look({0, 1}, 1);
  EXPECT_EQ(view.how, feed::threatened);
  EXPECT_FALSE(view.battery_low);
  EXPECT_EQ(view.charge_percent, 99);
  EXPECT_EQ(view.left, 30min);
}

TEST_F(HostPower, ARedundantHostIsLowWhenAsManyAreLowAsItCannotSpare) {
  auto low = ups_on_battery(10s, 2);
  low.battery_low = true;
  says(0, low);
  says(1, ups_on_battery(30min, 89));
  says(2, ups_on_battery(30min, 88));
  EXPECT_FALSE(look({0, 1, 2}, 2).battery_low);
  EXPECT_EQ(look({0, 1, 2}, 2).charge_percent, 88);
  now += 3s;
  says(1, low);
  EXPECT_TRUE(look({0, 1, 2}, 2).battery_low);
  EXPECT_EQ(look({0, 1, 2}, 2).charge_percent, 2);
}

TEST_F(HostPower, AnOutputThatIsOffIsAsGoodAsEmpty) {
  auto off = ups_online();
  off.state = belief::off;
  says(0, off);
  auto low = ups_on_battery(1min, 8);
  low.battery_low = true;
  says(1, low);
  EXPECT_TRUE(look({0, 1}, 1).battery_low);
  EXPECT_EQ(look({0, 1}, 1).charge_percent, 8);
}

TEST_F(HostPower, BatteryLowSaidOnceDoesNotCount) {
  says(0, ups_on_battery());
  auto low = ups_on_battery();
  low.battery_low = true;
  now += 1s;
  upses[0].observe(low, 0s, now);
  EXPECT_FALSE(look({0}, 1).battery_low);
}

TEST_F(HostPower, OnlineForCountsSinceAsManyAsAreNeededCarry) {
  says(0, ups_online());
  for (int i = 0; i < 10; ++i) {
    now += 1s;
    upses[0].observe(ups_online(), 0s, now);
  }
  says(1, ups_online());
  EXPECT_EQ(look({0, 1}, 1).online_for, 12s);
  EXPECT_EQ(look({0, 1}, 2).online_for, 2s);
}

TEST_F(HostPower, AHostWithVeryManySuppliesIsJudgedLikeAnyOther) {
  for (int i = 4; i < 12; ++i)
    upses.emplace_back(1s, std::nullopt, observation_config{}, now);
  std::vector<ups_index> all;
  for (ups_index i = 0; i < 12; ++i) {
    says(i, ups_on_battery(20min - i * 1min));
    all.push_back(i);
  }
  EXPECT_EQ(look(all, 12).left, 9min) << "the first end is the end";
  EXPECT_EQ(look(all, 1).left, 20min) << "the last one is";
  EXPECT_EQ(look(all, 4).left, 17min);
}

}  // namespace
}  // namespace holdover::policy
