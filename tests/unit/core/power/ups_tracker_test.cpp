#include "core/power/ups_tracker.hpp"

#include <gtest/gtest.h>

#include <array>
#include <optional>

namespace holdover::power {
namespace {

// A UPS polled every 2 s under the default rules: fresh for 6 s, stale until 30 s, then blind.
class Tracker : public testing::Test {
protected:
  static constexpr time_point start{1000s};

  static observation seen(belief state) {
    observation made;
    made.state = state;
    return made;
  }
  static observation online() { return seen(belief::online); }
  static observation on_battery() { return seen(belief::on_battery); }
  static observation on_battery(duration runtime) {
    auto made = on_battery();
    made.runtime_left = runtime;
    return made;
  }
  static observation online(duration runtime) {
    auto made = online();
    made.runtime_left = runtime;
    return made;
  }
  static observation online_with(duration countdown) {
    auto made = online(600s);
    made.countdown = countdown;
    return made;
  }
  static observation on_battery_with(duration countdown) {
    auto made = on_battery(600s);
    made.countdown = countdown;
    return made;
  }
  static observation forced_online() {
    auto made = online(600s);
    made.forced_shutdown = true;
    return made;
  }
  static observation counting(duration counter) {
    auto made = on_battery();
    made.counter_on_battery = counter;
    return made;
  }

  /// An answer `at` seconds after the start.
  void at(duration when, const observation& what, duration age = 0s) {
    ups.observe(what, age, start + when);
  }
  /// The same answer every 2 s from `from` to `to`, both included.
  void steadily(duration from, duration to, const observation& what) {
    for (auto when = from; when <= to; when += 2s)
      at(when, what);
  }
  std::optional<duration> left(duration when) const { return ups.left(start + when); }

  observation_config rules;
  ups_tracker ups{2s, std::nullopt, rules, start};
};

// ---- Freshness
// -----------------------------------------------------------------------------------

TEST_F(Tracker, WhatWasNeverHeardIsUnknownSinceTheStart) {
  EXPECT_EQ(ups.fresh(start + 40s), freshness::never);
  EXPECT_EQ(ups.unknown_for(start + 40s), 40s);
  EXPECT_EQ(ups.state(), belief::unknown);
  EXPECT_FALSE(ups.fresh_online(start + 40s));
  EXPECT_FALSE(ups.fresh_on_battery(start + 40s));
  EXPECT_EQ(ups.age(start + 40s), std::nullopt);
  EXPECT_EQ(ups.left(start + 40s), std::nullopt);
  EXPECT_EQ(ups.next_change(start + 40s), std::nullopt);
}

TEST_F(Tracker, ABeliefIsFreshForThreePeriodsThenStaleThenBlind) {
  at(0s, online());
  EXPECT_EQ(ups.fresh(start + 6s), freshness::fresh);
  EXPECT_EQ(ups.fresh(start + 6s + 1ms), freshness::stale);
  EXPECT_EQ(ups.fresh(start + 30s), freshness::stale);
  EXPECT_EQ(ups.fresh(start + 30s + 1ms), freshness::blind);
}

TEST_F(Tracker, ASlowDeviceIsBlindAfterFivePeriods) {
  ups_tracker slow(10s, std::nullopt, rules, start);
  slow.observe(online(), 0s, start);
  EXPECT_EQ(slow.fresh(start + 30s), freshness::fresh);
  EXPECT_EQ(slow.fresh(start + 50s), freshness::stale);
  EXPECT_EQ(slow.fresh(start + 50s + 1ms), freshness::blind);
}

TEST_F(Tracker, TheAgeOfAnAnswerCountsAgainstItsFreshness) {
  at(4s, online(), 3s);
  EXPECT_EQ(ups.age(start + 4s), 3s);
  EXPECT_EQ(ups.fresh(start + 7s), freshness::fresh);
  EXPECT_EQ(ups.fresh(start + 7s + 1ms), freshness::stale);
}

TEST_F(Tracker, AnAgeBelowZeroIsZero) {
  at(4s, online(), -3s);
  EXPECT_EQ(ups.age(start + 4s), 0s);
}

TEST_F(Tracker, UnknownSinceCountsFromTheEndOfFreshness) {
  at(0s, online());
  EXPECT_EQ(ups.unknown_for(start + 6s), std::nullopt);
  EXPECT_EQ(ups.unknown_for(start + 46s), 40s);
}

TEST_F(Tracker, AnUnknownObservationDoesNotRefresh) {
  at(0s, online());
  at(5s, seen(belief::unknown));
  EXPECT_EQ(ups.fresh(start + 7s), freshness::stale);
  EXPECT_EQ(ups.state(), belief::online);
}

TEST_F(Tracker, TheNextChangeIsTheEndOfFreshnessThenOfSight) {
  at(0s, online());
  EXPECT_EQ(ups.next_change(start), start + 6s + 1ms);
  EXPECT_EQ(ups.next_change(start + 6s + 1ms), start + 30s + 1ms);
  EXPECT_EQ(ups.next_change(start + 30s + 1ms), std::nullopt);
}

TEST_F(Tracker, AnAnswerOvertakenByANewerOneIsIgnored) {
  at(4s, online());
  at(5s, on_battery(), 3s);
  EXPECT_EQ(ups.state(), belief::online);
  EXPECT_FALSE(ups.episode_open());
}

TEST_F(Tracker, TestAndBypassCarryAndOffDoesNot) {
  at(0s, seen(belief::test));
  EXPECT_TRUE(ups.fresh_online(start));
  at(2s, seen(belief::bypass));
  EXPECT_TRUE(ups.fresh_online(start + 2s));
  at(4s, seen(belief::off));
  EXPECT_FALSE(ups.fresh_online(start + 4s));
  EXPECT_FALSE(ups.fresh_on_battery(start + 4s));
}

TEST_F(Tracker, OnlyAFreshBeliefIsFreshOnBattery) {
  at(0s, on_battery());
  EXPECT_TRUE(ups.fresh_on_battery(start + 6s));
  EXPECT_FALSE(ups.fresh_on_battery(start + 6s + 1ms));
}

// ---- Confirmed time on battery
// -------------------------------------------------------------------

TEST_F(Tracker, TimeOnBatteryIsTheTimeBetweenObservations) {
  at(0s, online());
  at(2s, on_battery());
  EXPECT_TRUE(ups.episode_open());
  EXPECT_EQ(ups.confirmed_on_battery(), 0s);
  at(4s, on_battery());
  EXPECT_EQ(ups.confirmed_on_battery(), 2s);
  at(10s, on_battery());
  EXPECT_EQ(ups.confirmed_on_battery(), 8s);
}

TEST_F(Tracker, ConfirmedTimeStandsStillWithoutNews) {
  steadily(0s, 10s, on_battery());
  EXPECT_EQ(ups.confirmed_on_battery(), 10s);
  at(14s, seen(belief::unknown));
  EXPECT_EQ(ups.confirmed_on_battery(), 10s);
}

TEST_F(Tracker, AnUnknownAnswerBetweenTwoFreshOnesBreaksNothing) {
  at(0s, on_battery());
  at(2s, seen(belief::unknown));
  at(4s, on_battery());
  EXPECT_EQ(ups.confirmed_on_battery(), 4s);
}

TEST_F(Tracker, AGapStartsANewEpisode) {
  steadily(0s, 10s, on_battery());
  at(16s + 1ms, on_battery());
  EXPECT_TRUE(ups.episode_open());
  EXPECT_EQ(ups.confirmed_on_battery(), 0s);
}

TEST_F(Tracker, AGapThatEndsOnlineEndsTheEpisode) {
  steadily(0s, 10s, on_battery());
  at(20s, online());
  EXPECT_FALSE(ups.episode_open());
  EXPECT_EQ(ups.confirmed_on_battery(), 0s);
}

TEST_F(Tracker, AnAnswerThatArrivesTooLateCreditsNothing) {
  at(0s, on_battery());
  at(11s, on_battery(), 7s);
  EXPECT_EQ(ups.confirmed_on_battery(), 0s);
  EXPECT_EQ(ups.state(), belief::on_battery);
  at(12s, on_battery(), 6s);
  EXPECT_EQ(ups.confirmed_on_battery(), 0s) << "the answer before it was not fresh";
  at(14s, on_battery(), 6s);
  EXPECT_EQ(ups.confirmed_on_battery(), 2s);
}

TEST_F(Tracker, AFlickerOfMainsNeitherCountsNorEndsTheEpisode) {
  steadily(0s, 10s, on_battery());
  steadily(12s, 20s, online());
  EXPECT_TRUE(ups.episode_open());
  EXPECT_EQ(ups.confirmed_on_battery(), 10s);
  steadily(22s, 26s, on_battery());
  EXPECT_EQ(ups.confirmed_on_battery(), 14s);
}

TEST_F(Tracker, AMinuteOnlineEndsTheEpisode) {
  steadily(0s, 10s, on_battery());
  steadily(12s, 70s, online());
  EXPECT_TRUE(ups.episode_open());
  at(72s, online());
  EXPECT_FALSE(ups.episode_open());
  EXPECT_EQ(ups.confirmed_on_battery(), 0s);
}

TEST_F(Tracker, AnEpisodeEndsWhenItTurnsOutThatMainsHaveBeenThereForAMinute) {
  steadily(0s, 10s, on_battery());
  auto contradicted = on_battery();
  contradicted.disputed = true;
  steadily(12s, 70s, contradicted);
  at(72s, online());
  EXPECT_TRUE(ups.episode_open());
  EXPECT_EQ(ups.confirmed_on_battery(), 10s);
  ups.online_since(start + 30s);
  EXPECT_TRUE(ups.episode_open()) << "hardly a minute";
  ups.online_since(start + 12s);
  EXPECT_FALSE(ups.episode_open());
}

TEST_F(Tracker, AMinuteOfDisputeEndsWhatWasConfirmedBefore) {
  steadily(0s, 10s, on_battery());
  auto contradicted = on_battery();
  contradicted.disputed = true;
  steadily(12s, 72s, contradicted);
  steadily(74s, 80s, on_battery());
  EXPECT_EQ(ups.confirmed_on_battery(), 6s);
}

TEST_F(Tracker, ABatteryWithoutAPredictionGetsEmptierInADisputeToo) {
  ups = ups_tracker{2s, 10min, {}, start};
  auto contradicted = on_battery();
  contradicted.runtime_left.reset();
  contradicted.disputed = true;
  steadily(0s, 100s, contradicted);
  EXPECT_EQ(ups.confirmed_on_battery(), 0s);
  EXPECT_EQ(ups.left(start + 100s), 200s) << "half of what is rated, since the first word of it";
}

TEST_F(Tracker, OnePathsWordAloneDoesNotInterruptTheMinute) {
  steadily(0s, 10s, on_battery());
  steadily(12s, 40s, online());
  auto contradicted = on_battery();
  contradicted.disputed = true;
  at(42s, contradicted);
  steadily(44s, 72s, online());
  EXPECT_FALSE(ups.episode_open());
}

TEST_F(Tracker, ATestCountsAsOnlineAtTheEndOfAnEpisode) {
  steadily(0s, 10s, on_battery());
  steadily(12s, 72s, seen(belief::test));
  EXPECT_FALSE(ups.episode_open());
}

TEST_F(Tracker, MainsThatFlapForEverAddUp) {
  // The story of a hunting generator: 4 s on battery, 4 s online, for ever. The device's counter
  // restarts each time and must not hold the sum back.
  for (duration when = 0s; when < 800s; when += 8s) {
    at(when, counting(1s));
    at(when + 2s, counting(3s));
    at(when + 4s, online());
    at(when + 6s, online());
  }
  EXPECT_EQ(ups.confirmed_on_battery(), 200s);
}

TEST_F(Tracker, AnOutputThatIsOffIsNoTimeOnBattery) {
  at(0s, on_battery());
  at(2s, seen(belief::off));
  at(4s, on_battery());
  EXPECT_EQ(ups.confirmed_on_battery(), 0s);
  EXPECT_TRUE(ups.episode_open());
}

TEST_F(Tracker, OnlineTimeCountsFromTheFirstOnlineObservation) {
  at(0s, on_battery());
  at(2s, online());
  at(4s, online());
  EXPECT_EQ(ups.online_for(start + 5s), 3s);
  EXPECT_EQ(ups.online_for(start + 10s + 1ms), std::nullopt) << "it is stale";
  at(6s, on_battery());
  EXPECT_EQ(ups.online_for(start + 6s), std::nullopt);
}

TEST_F(Tracker, AGapBreaksTheOnlineTime) {
  steadily(0s, 20s, online());
  at(30s, online());
  EXPECT_EQ(ups.online_for(start + 30s), 0s);
}

TEST_F(Tracker, AnOutputThatIsOffBreaksTheOnlineTime) {
  steadily(0s, 20s, online());
  at(22s, seen(belief::off));
  at(24s, online());
  EXPECT_EQ(ups.online_for(start + 24s), 0s);
}

TEST_F(Tracker, AnOnlineAnswerThatArrivesTooLateStartsNoOnlineTime) {
  at(0s, on_battery());
  at(11s, online(), 7s);
  at(12s, online(), 6s);
  EXPECT_EQ(ups.online_for(start + 12s), 6s) << "from the answer that was fresh on arrival";
}

// ---- The device's counter and the peers' word
// ----------------------------------------------------

TEST_F(Tracker, TheDevicesCounterBoundsOurOwn) {
  at(0s, online());
  at(2s, counting(1s));
  at(4s, counting(1s));
  at(6s, counting(2s));
  EXPECT_EQ(ups.confirmed_on_battery(), 2s);
}

TEST_F(Tracker, OurOwnTimeBoundsTheDevicesCounter) {
  at(0s, online());
  at(2s, counting(500s));
  at(4s, counting(900s));
  EXPECT_EQ(ups.confirmed_on_battery(), 2s);
}

TEST_F(Tracker, ACounterThatStaysZeroIsNotKept) {
  at(0s, online());
  steadily(2s, 12s, counting(0s));
  EXPECT_EQ(ups.confirmed_on_battery(), 10s);
}

TEST_F(Tracker, ACounterThatVanishesTakesNothingAway) {
  at(0s, online());
  at(2s, counting(1s));
  at(4s, counting(3s));
  at(6s, on_battery());
  EXPECT_EQ(ups.confirmed_on_battery(), 4s);
}

TEST_F(Tracker, ACounterThatAppearsLateTakesNothingAway) {
  steadily(0s, 10s, on_battery());
  at(12s, counting(3s));
  EXPECT_EQ(ups.confirmed_on_battery(), 10s);
}

TEST_F(Tracker, ACounterThatFellToZeroCreditsNothing) {
  at(0s, online());
  at(2s, counting(2s));
  at(4s, counting(4s));
  at(6s, counting(0s));
  EXPECT_EQ(ups.confirmed_on_battery(), 2s);
}

TEST_F(Tracker, ACounterThatFellShowsThatMainsCameBackUnseen) {
  at(0s, online());
  at(2s, counting(2s));
  at(6s, counting(6s));
  EXPECT_EQ(ups.confirmed_on_battery(), 4s);
  at(8s, counting(1s));
  EXPECT_EQ(ups.confirmed_on_battery(), 5s);
  at(12s, counting(5s));
  EXPECT_EQ(ups.confirmed_on_battery(), 9s);
}

TEST_F(Tracker, AGapByWhichTheCounterGrewIsNoGap) {
  at(0s, online());
  at(2s, counting(2s));
  at(4s, counting(4s));
  at(64s, counting(63s));
  EXPECT_TRUE(ups.episode_open());
  EXPECT_EQ(ups.confirmed_on_battery(), 2s + 59s);
}

TEST_F(Tracker, AGapInWhichTheCounterRestartedIsAGap) {
  at(0s, online());
  at(2s, counting(2s));
  at(32s, counting(32s));
  at(62s, counting(20s));
  EXPECT_EQ(ups.confirmed_on_battery(), 0s);
}

TEST_F(Tracker, AGapInWhichTheCounterGrewTooMuchOrTooLittleIsAGap) {
  for (const duration later : {14s + 20s - 3s, 14s + 20s + 3s}) {
    ups_tracker other(2s, std::nullopt, rules, start);
    other.observe(online(), 0s, start);
    other.observe(counting(10s), 0s, start + 2s);
    other.observe(counting(14s), 0s, start + 6s);
    EXPECT_EQ(other.confirmed_on_battery(), 4s);
    other.observe(counting(later), 0s, start + 26s);
    EXPECT_EQ(other.confirmed_on_battery(), 0s);
  }
}

TEST_F(Tracker, AFrozenCounterBridgesNoGapHoweverShort) {
  ups_tracker quick(100ms, std::nullopt, rules, start);
  quick.observe(counting(7s), 0s, start);
  quick.observe(counting(7s), 0s, start + 100ms);
  quick.observe(counting(7s), 0s, start + 500ms);
  EXPECT_EQ(quick.confirmed_on_battery(), 0s);
}

TEST_F(Tracker, ALateAnswerBridgesNoGap) {
  at(0s, online());
  at(2s, counting(2s));
  at(4s, counting(4s));
  at(34s, counting(24s), 10s);
  EXPECT_EQ(ups.confirmed_on_battery(), 0s);
}

TEST_F(Tracker, AfterARestartTheCounterSpeaksOnceItKeptTime) {
  at(0s, counting(300s));
  at(2s, counting(302s));
  at(4s, counting(304s));
  EXPECT_EQ(ups.confirmed_on_battery(), 4s);
  at(6s, counting(306s));
  EXPECT_EQ(ups.confirmed_on_battery(), 306s);
  at(8s, counting(308s));
  EXPECT_EQ(ups.confirmed_on_battery(), 308s);
}

TEST_F(Tracker, AfterARestartAFrozenCounterSpeaksForNothing) {
  steadily(0s, 20s, counting(300s));
  EXPECT_EQ(ups.confirmed_on_battery(), 20s);
}

TEST_F(Tracker, ACounterSpeaksForTheTimeBeforeTheFirstObservationOnly) {
  at(0s, online());
  at(2s, counting(300s));
  for (duration when = 4s; when <= 20s; when += 2s)
    at(when, counting(298s + when));
  EXPECT_EQ(ups.confirmed_on_battery(), 18s);
}

TEST_F(Tracker, ARestartClaimDiesWithTheStretchThatMadeIt) {
  at(0s, counting(300s));
  at(2s, online());
  at(4s, counting(301s));
  for (duration when = 6s; when <= 20s; when += 2s)
    at(when, counting(297s + when));
  EXPECT_EQ(ups.confirmed_on_battery(), 16s);
}

TEST_F(Tracker, PeersVouchForTheTimeThatWasMissed) {
  at(0s, on_battery());
  at(2s, on_battery());
  ups.vouch(100s, start + 2s);
  EXPECT_EQ(ups.confirmed_on_battery(), 100s);
  at(4s, on_battery());
  EXPECT_EQ(ups.confirmed_on_battery(), 102s);
  ups.vouch(50s, start + 4s);
  EXPECT_EQ(ups.confirmed_on_battery(), 102s) << "they take nothing away";
}

TEST_F(Tracker, PeersCannotVouchWithoutAFreshObservationOfOurOwn) {
  ups.vouch(100s, start);
  EXPECT_EQ(ups.confirmed_on_battery(), 0s);
  at(0s, online());
  ups.vouch(100s, start);
  EXPECT_EQ(ups.confirmed_on_battery(), 0s);
  at(2s, on_battery());
  ups.vouch(100s, start + 9s);
  EXPECT_EQ(ups.confirmed_on_battery(), 0s);
  EXPECT_FALSE(ups.fresh_on_battery(start + 9s));
}

TEST_F(Tracker, WhatPeersVouchedForEndsWithTheEpisode) {
  at(0s, on_battery());
  ups.vouch(100s, start);
  at(20s, on_battery());
  EXPECT_EQ(ups.confirmed_on_battery(), 0s);
}

TEST_F(Tracker, TheCounterAndThePeersDoNotAddUp) {
  at(0s, counting(300s));
  ups.vouch(290s, start);
  for (duration when = 2s; when <= 10s; when += 2s)
    at(when, counting(300s + when));
  EXPECT_EQ(ups.confirmed_on_battery(), 310s);
}

// ---- Time left
// -----------------------------------------------------------------------------------

TEST_F(Tracker, OnlineTheLastRuntimeIsShownAtOnce) {
  at(0s, online(600s));
  EXPECT_EQ(left(0s), 600s);
  EXPECT_EQ(left(3s), 597s);
}

TEST_F(Tracker, OnBatteryASingleSampleIsNoPrediction) {
  at(0s, on_battery(600s));
  EXPECT_EQ(left(0s), std::nullopt);
  at(2s, on_battery(598s));
  EXPECT_EQ(left(2s), 598s);
  EXPECT_EQ(left(4s), 596s);
}

TEST_F(Tracker, TheRuntimeSeenOnlineHoldsOnBattery) {
  at(0s, online(600s));
  at(2s, on_battery(0s));
  EXPECT_EQ(left(2s), 598s) << "one absurd sample at the transfer";
  at(4s, on_battery(596s));
  EXPECT_EQ(left(4s), 596s);
}

TEST_F(Tracker, AWorseRuntimeCountsAfterTwoSamples) {
  steadily(0s, 6s, online(600s));
  at(8s, on_battery(100s));
  EXPECT_EQ(left(8s), 598s);
  at(10s, on_battery(60s));
  EXPECT_EQ(left(10s), 98s) << "the milder of the two";
}

TEST_F(Tracker, ABetterRuntimeCountsAfterThreeSamples) {
  for (duration when = 0s; when <= 6s; when += 2s)
    at(when, on_battery(100s - when));
  EXPECT_EQ(left(6s), 94s);
  at(8s, on_battery(900s));
  EXPECT_EQ(left(8s), 92s);
  at(10s, on_battery(898s));
  EXPECT_EQ(left(10s), 90s);
  at(12s, on_battery(896s));
  EXPECT_EQ(left(12s), 896s);
}

TEST_F(Tracker, WithoutARuntimeInTheAnswerTheProjectionRunsOn) {
  at(0s, on_battery(600s));
  at(2s, on_battery(598s));
  steadily(4s, 20s, on_battery());
  EXPECT_EQ(left(20s), 580s);
}

TEST_F(Tracker, OnlineTheRuntimeDoesNotRunDown) {
  at(0s, online(600s));
  at(2s, online(600s));
  steadily(4s, 100s, online());
  EXPECT_EQ(left(100s), 600s);
}

TEST_F(Tracker, WhileStaleTheProjectionRunsOnAndBlindItEnds) {
  at(0s, on_battery(600s));
  at(2s, on_battery(598s));
  EXPECT_EQ(left(32s), 568s);
  EXPECT_EQ(left(32s + 1ms), std::nullopt);
}

TEST_F(Tracker, TimeLeftDoesNotFallBelowZero) {
  at(0s, on_battery(3s));
  at(2s, on_battery(1s));
  EXPECT_EQ(left(8s), 0s);
}

TEST_F(Tracker, AfterAGapTheOldProjectionIsForgotten) {
  at(0s, on_battery(20s));
  at(2s, on_battery(18s));
  at(600s, on_battery(900s));
  EXPECT_EQ(left(600s), std::nullopt) << "mains may have been back in between";
  at(602s, on_battery(898s));
  EXPECT_EQ(left(602s), 898s);
}

TEST_F(Tracker, AfterAGapAnOldCountdownAndAnOldBatteryLowAreForgotten) {
  auto ending = on_battery(600s);
  ending.countdown = 90s;
  ending.battery_low = true;
  steadily(0s, 4s, ending);
  EXPECT_EQ(left(4s), 56s);
  auto low = on_battery(600s);
  low.battery_low = true;
  steadily(100s, 102s, low);
  EXPECT_EQ(left(102s), 58s) << "a minute from the new one";
  steadily(200s, 202s, on_battery(600s));
  EXPECT_EQ(left(202s), 600s);
}

TEST_F(Tracker, TheSameAnswerToldTwiceIsOneSample) {
  at(0s, on_battery(600s));
  at(1s, on_battery(600s), 1s);
  EXPECT_EQ(left(1s), std::nullopt);
}

TEST_F(Tracker, BatteryLowLeavesAMinuteFromItsSecondSample) {
  auto low = on_battery(600s);
  steadily(0s, 4s, on_battery(600s));
  low.battery_low = true;
  at(6s, low);
  EXPECT_GT(left(6s), 500s);
  at(8s, low);
  EXPECT_EQ(left(8s), 58s);
  steadily(10s, 28s, low);
  EXPECT_EQ(left(28s), 38s);
}

TEST_F(Tracker, BatteryLowRunsDownOnBatteryOnly) {
  auto low = on_battery();
  low.battery_low = true;
  auto recharging = online();
  recharging.battery_low = true;
  steadily(0s, 20s, low);
  EXPECT_EQ(left(20s), 40s);
  steadily(22s, 60s, recharging);
  EXPECT_EQ(left(60s), 38s);
  steadily(62s, 66s, low);
  EXPECT_EQ(left(66s), 32s);
}

TEST_F(Tracker, BatteryLowIsForgottenAfterThreeSamplesWithoutIt) {
  auto low = on_battery(600s);
  low.battery_low = true;
  steadily(0s, 10s, low);
  steadily(12s, 14s, on_battery(600s));
  EXPECT_LT(left(14s), 60s);
  at(16s, on_battery(600s));
  EXPECT_GT(left(16s), 500s);
  steadily(18s, 20s, low);
  EXPECT_EQ(left(20s), 58s) << "a new minute";
}

TEST_F(Tracker, AForcedShutdownCountsAsBatteryLow) {
  auto forced = on_battery(600s);
  forced.forced_shutdown = true;
  steadily(0s, 2s, forced);
  EXPECT_EQ(left(2s), 58s);
}

TEST_F(Tracker, TheDevicesCountdownBoundsTheTimeLeft) {
  at(-2s, on_battery(600s));
  at(0s, on_battery_with(90s));
  EXPECT_GT(left(0s), 500s) << "one look proves nothing";
  at(2s, on_battery_with(88s));
  EXPECT_EQ(left(2s), 88s);
  EXPECT_EQ(left(5s), 85s);
  steadily(4s, 8s, on_battery(600s));
  EXPECT_GT(left(8s), 500s) << "it was cancelled";
}

TEST_F(Tracker, ADelayThatIsSetInTheDeviceIsNoCountdownOnBatteryEither) {
  steadily(0s, 10min, on_battery_with(180s));
  EXPECT_GT(left(10min), 500s);
}

TEST_F(Tracker, ADelayThatAppearsWithTheOutageAndStandsStillIsNoCountdown) {
  steadily(0s, 10s, online(600s));
  steadily(12s, 2min, on_battery_with(180s));
  EXPECT_GT(left(2min), 500s);
}

TEST_F(Tracker, AJitteringConstantIsNoCountdownOnBattery) {
  int i = 0;
  const std::array<duration, 7> jitter{180s, 179s, 178s, 181s, 180s, 178s, 182s};
  for (duration t{}; t <= 10min; t += 2s, ++i) {
    at(t, on_battery_with(jitter[static_cast<std::size_t>(i) % jitter.size()]));
    EXPECT_GT(left(t).value_or(600s), 500s) << i;
  }
}

TEST_F(Tracker, ACountdownFoundRunningIsBelievedAtItsSecondFall) {
  at(0s, on_battery_with(90s));
  at(2s, on_battery_with(88s));
  EXPECT_GT(left(2s), 500s);
  at(4s, on_battery_with(86s));
  EXPECT_EQ(left(4s), 86s);
}

TEST_F(Tracker, ACountdownThatBeginsAfterAConstantIsBelievedAtItsThirdFall) {
  steadily(0s, 10min, on_battery_with(180s));
  at(10min + 2s, on_battery_with(178s));
  at(10min + 4s, on_battery_with(176s));
  EXPECT_GT(left(10min + 4s), 500s);
  at(10min + 6s, on_battery_with(174s));
  EXPECT_EQ(left(10min + 6s), 174s);
}

TEST_F(Tracker, ACountdownThatBeginsAfterAJitterIsBelievedOnceItIsBelowIt) {
  int i = 0;
  const std::array<duration, 3> jitter{180s, 181s, 179s};
  for (duration t{}; t < 1min; t += 2s, ++i)
    at(t, on_battery_with(jitter[static_cast<std::size_t>(i) % jitter.size()]));
  duration told = 178s;
  for (duration t = 1min; t < 1min + 6s; t += 2s, told -= 2s)
    at(t, on_battery_with(told));
  EXPECT_EQ(left(1min + 4s), 174s);
}

TEST_F(Tracker, ACountdownIsBelievedAgainAfterOneThatWasTakenBack) {
  at(-2s, on_battery(600s));
  duration told = 60s;
  for (duration t{}; t < 20s; t += 2s, told -= 2s)
    at(t, on_battery_with(told));
  EXPECT_EQ(left(18s), 42s);
  steadily(20s, 2min, on_battery_with(180s));
  EXPECT_GT(left(2min), 500s);
  at(2min + 2s, on_battery_with(178s));
  at(2min + 4s, on_battery_with(176s));
  at(2min + 6s, on_battery_with(174s));
  EXPECT_EQ(left(2min + 6s), 174s) << "not below what the first one had reached";
}

TEST_F(Tracker, ACountdownThatIsShownInStepsIsBelieved) {
  at(-2s, on_battery(600s));
  for (duration t{}; t <= 20s; t += 2s)
    at(t, on_battery_with(90s - t / 10s * 10s));
  EXPECT_EQ(left(20s), 70s);
}

// ---- A battery test that was ordered (X7)
// ----------------------------------------------------------

TEST_F(Tracker, WhileATestExplainsItTheBatteryCarriesInItsName) {
  at(0s, online(600s));
  ups.expect_test(0s, start + 1s);
  auto low = on_battery(600s);
  low.battery_low = true;
  steadily(2s, 20s, low);
  EXPECT_EQ(ups.state(), belief::test);
  EXPECT_TRUE(ups.fresh_online(start + 20s));
  EXPECT_FALSE(ups.fresh_failing(start + 20s));
  EXPECT_FALSE(ups.battery_low());
}

TEST_F(Tracker, AnOutageThatOutlastsTheWindowCountsFromItsBegin) {
  at(0s, online(600s));
  ups.expect_test(0s, start + 1s);
  auto low = on_battery(600s);
  low.battery_low = true;
  steadily(2s, 32s, low);
  ups.advance(start + 32s);
  EXPECT_EQ(ups.state(), belief::on_battery);
  EXPECT_TRUE(ups.fresh_failing(start + 32s));
  EXPECT_EQ(ups.confirmed_on_battery(), 30s);
  EXPECT_TRUE(ups.battery_low());
  EXPECT_EQ(left(32s), 30s) << "a minute, less the half that it was low already";
}

TEST_F(Tracker, ItWakesWhenTheWindowShuts) {
  at(0s, online(600s));
  ups.expect_test(0s, start + 1s);
  steadily(2s, 30s, on_battery(600s));
  EXPECT_EQ(ups.next_change(start + 30s), start + 31s);
}

TEST_F(Tracker, NoOrderExplainsAnOutageThatWasThereBefore) {
  at(0s, online(600s));
  steadily(2s, 10s, on_battery(600s));
  ups.expect_test(5s, start + 10s);
  EXPECT_EQ(ups.state(), belief::on_battery);
}

TEST_F(Tracker, AnOrderThatIsHeardAfterItsTestBeganExplainsIt) {
  at(0s, online(600s));
  steadily(4s, 6s, on_battery(600s));
  EXPECT_TRUE(ups.fresh_failing(start + 6s));
  ups.expect_test(5s, start + 6s);
  EXPECT_EQ(ups.state(), belief::test);
}

TEST_F(Tracker, ASupplyThatFallsSilentInItsTestIsOnBattery) {
  at(0s, online(600s));
  ups.expect_test(0s, start + 1s);
  steadily(2s, 6s, on_battery(600s));
  ups.advance(start + 20s);
  EXPECT_EQ(ups.state(), belief::on_battery);
}

TEST_F(Tracker, ADoubtedTestCountsAtOnce) {
  at(0s, online(600s));
  ups.expect_test(0s, start + 1s);
  steadily(2s, 6s, on_battery(600s));
  ups.doubt_test();
  EXPECT_TRUE(ups.fresh_failing(start + 6s));
  EXPECT_EQ(ups.confirmed_on_battery(), 4s);
}

// ---- An output that is about to end
// ---------------------------------------------------------------

TEST_F(Tracker, ACountdownThatRunsEndsASupplyWhoseInputIsGood) {
  at(-2s, online(600s));
  at(0s, online_with(90s));
  EXPECT_FALSE(ups.ending()) << "one look proves nothing";
  at(2s, online_with(88s));
  EXPECT_TRUE(ups.ending());
  EXPECT_TRUE(ups.fresh_failing(start + 2s));
  EXPECT_FALSE(ups.fresh_online(start + 2s));
  EXPECT_FALSE(ups.fresh_on_battery(start + 2s));
  EXPECT_EQ(left(2s), 88s) << "whatever its battery would last";
  EXPECT_EQ(left(5s), 85s);
}

TEST_F(Tracker, ANumberThatStandsStillIsNoCountdown) {
  steadily(0s, 60s, online_with(20s));
  EXPECT_FALSE(ups.ending());
  EXPECT_TRUE(ups.fresh_online(start + 60s));
}

TEST_F(Tracker, ANumberThatJumpsDownIsNoCountdown) {
  at(0s, online_with(600s));
  at(2s, online_with(60s));
  EXPECT_FALSE(ups.ending());
}

TEST_F(Tracker, ANumberThatWasAlwaysThereIsBelievedOnceItFellTwice) {
  at(0s, online_with(90s));
  at(2s, online_with(88s));
  EXPECT_FALSE(ups.ending());
  at(4s, online_with(86s));
  EXPECT_TRUE(ups.ending());
  EXPECT_EQ(left(4s), 86s);
}

TEST_F(Tracker, AConstantThatJittersIsNoCountdown) {
  for (auto t = 0s; t <= 60s; t += 2s) {
    at(t, online_with(20s));
    at(t + 1s, online_with(19s));
    EXPECT_FALSE(ups.ending()) << t.count();
  }
}

TEST_F(Tracker, ACountdownThatRisesOnceGoesOn) {
  at(-2s, online(600s));
  at(0s, online_with(292s));
  at(2s, online_with(290s));
  at(4s, online_with(291s));
  EXPECT_TRUE(ups.ending()) << "one look without the sign";
  EXPECT_EQ(left(4s), 291s);
  at(6s, online_with(292s));
  at(8s, online_with(293s));
  EXPECT_FALSE(ups.ending());
}

TEST_F(Tracker, ACountdownInStepsOfTenSecondsRuns) {
  at(-2s, online(600s));
  steadily(0s, 8s, online_with(120s));
  steadily(10s, 18s, online_with(110s));
  EXPECT_TRUE(ups.ending());
  steadily(20s, 28s, online_with(100s));
  EXPECT_TRUE(ups.ending()) << "between two steps, too";
}

TEST_F(Tracker, ACountdownThatStopsIsOneNoMore) {
  at(0s, online_with(90s));
  steadily(2s, 34s, online_with(88s));
  EXPECT_FALSE(ups.ending());
}

TEST_F(Tracker, ACountdownIsOverAfterThreeLooksWithoutIt) {
  at(-2s, online(600s));
  at(0s, online_with(90s));
  at(2s, online_with(88s));
  steadily(4s, 6s, online(600s));
  EXPECT_TRUE(ups.ending()) << "a look may miss a value";
  at(8s, online(600s));
  EXPECT_FALSE(ups.ending());
  EXPECT_EQ(ups.online_for(start + 8s), 0s) << "from here on it is online";
}

TEST_F(Tracker, AForcedShutdownThatWasSeenToBeginEndsASupply) {
  at(0s, online(600s));
  at(2s, forced_online());
  EXPECT_FALSE(ups.ending());
  at(4s, forced_online());
  EXPECT_TRUE(ups.ending());
  EXPECT_TRUE(ups.battery_low());
  EXPECT_EQ(left(4s), 58s);
}

TEST_F(Tracker, AForcedShutdownThatBeganWhileWeWereBlindIsLeftOver) {
  at(0s, online(600s));
  steadily(600s, 610s, forced_online());
  EXPECT_FALSE(ups.ending());
  EXPECT_TRUE(ups.forced_left_over());
}

TEST_F(Tracker, AForcedShutdownThatBeganInAShortGapEndsASupply) {
  at(0s, online(600s));
  steadily(20s, 22s, forced_online());
  EXPECT_TRUE(ups.ending());
}

TEST_F(Tracker, AForcedShutdownGoesOnWhenMainsReturn) {
  auto forced = on_battery(600s);
  forced.forced_shutdown = true;
  at(0s, on_battery(600s));
  steadily(2s, 4s, forced);
  EXPECT_FALSE(ups.ending()) << "on battery is enough";
  at(6s, forced_online());
  EXPECT_TRUE(ups.ending());
}

TEST_F(Tracker, AFlagThatWasThereAtTheFirstLookIsLeftOver) {
  steadily(0s, 20s, forced_online());
  EXPECT_FALSE(ups.ending());
  EXPECT_TRUE(ups.fresh_online(start + 20s));
}

TEST_F(Tracker, AFlagThatStandsForFiveMinutesWasLeftOver) {
  at(0s, online(600s));
  steadily(2s, 302s, forced_online());
  EXPECT_TRUE(ups.ending());
  at(304s, forced_online());
  EXPECT_FALSE(ups.ending());
}

TEST_F(Tracker, ACountdownWithoutARuntimeIsAPrediction) {
  auto counting_down = on_battery();
  at(-2s, counting_down);
  counting_down.countdown = 90s;
  at(0s, counting_down);
  counting_down.countdown = 88s;
  at(2s, counting_down);
  EXPECT_EQ(left(2s), 88s);
}

TEST_F(Tracker, WithoutAnyPredictionNothingIsKnown) {
  steadily(0s, 10s, on_battery());
  EXPECT_EQ(left(10s), std::nullopt);
}

class TrackerWithARating : public Tracker {
protected:
  TrackerWithARating() { ups = ups_tracker{2s, 20min, rules, start}; }
};

TEST_F(TrackerWithARating, WithoutAPredictionHalfOfTheRatedRuntimeIsLeft) {
  at(0s, online());
  EXPECT_EQ(left(0s), 10min);
  steadily(2s, 62s, on_battery());
  EXPECT_EQ(left(62s), 9min);
  EXPECT_EQ(left(65s), 9min - 3s);
}

TEST_F(TrackerWithARating, APredictionBeatsTheRating) {
  steadily(0s, 2s, on_battery(15min));
  EXPECT_EQ(left(2s), 15min - 0s);
}

TEST_F(TrackerWithARating, BatteryLowBeatsTheRating) {
  auto low = on_battery();
  low.battery_low = true;
  steadily(0s, 2s, low);
  EXPECT_EQ(left(2s), 58s);
}

TEST_F(TrackerWithARating, AnUnheardSupplyHasNoTimeLeft) {
  EXPECT_EQ(left(0s), std::nullopt);
}

TEST_F(Tracker, TheChargeIsTheLastOneSeen) {
  auto charged = online();
  charged.charge_percent = 77;
  at(0s, charged);
  EXPECT_EQ(ups.charge_percent(), 77);
  EXPECT_EQ(ups.last(), charged);
}

TEST_F(Tracker, EveryFreshnessHasAName) {
  EXPECT_EQ(to_string(freshness::never), "never");
  EXPECT_EQ(to_string(freshness::fresh), "fresh");
  EXPECT_EQ(to_string(freshness::stale), "stale");
  EXPECT_EQ(to_string(freshness::blind), "blind");
}

// ---- Battery low, settled
// ------------------------------------------------------------------------

TEST_F(Tracker, BatteryLowIsBelievedFromTheSecondSampleInARow) {
  auto low = on_battery();
  low.battery_low = true;
  at(0s, on_battery());
  at(2s, low);
  EXPECT_FALSE(ups.battery_low());
  at(4s, on_battery());
  at(6s, low);
  EXPECT_FALSE(ups.battery_low());
  at(8s, low);
  EXPECT_TRUE(ups.battery_low());
}

TEST_F(Tracker, BatteryLowIsTakenBackByThreeSamplesInARow) {
  auto low = on_battery();
  low.battery_low = true;
  steadily(0s, 4s, low);
  steadily(6s, 8s, on_battery());
  EXPECT_TRUE(ups.battery_low());
  at(10s, on_battery());
  EXPECT_FALSE(ups.battery_low());
}

TEST_F(Tracker, AForcedShutdownIsSettledLikeBatteryLow) {
  auto forced = on_battery();
  forced.forced_shutdown = true;
  steadily(0s, 2s, forced);
  EXPECT_TRUE(ups.battery_low());
}

TEST_F(Tracker, SamplesOnBothSidesOfAGapAreNotInARow) {
  auto low = on_battery();
  low.battery_low = true;
  at(0s, low);
  at(20s, low);
  EXPECT_FALSE(ups.battery_low());
}

TEST_F(Tracker, WithoutAnybodyWhoAsksItIsStaleAtOnceAndKeepsItsAge) {
  steadily(0s, 4s, on_battery());
  ups.lose(start + 5s);
  EXPECT_EQ(ups.fresh(start + 5s), freshness::stale);
  EXPECT_EQ(ups.age(start + 5s), 1s);
  EXPECT_EQ(ups.unknown_for(start + 7s), 2s);
  EXPECT_EQ(ups.state(), belief::on_battery);
  EXPECT_EQ(ups.fresh(start + 40s), freshness::blind);
}

TEST_F(Tracker, TheFirstLookOfASuccessorGoesOnWhereTheLastOneEnded) {
  steadily(0s, 4s, on_battery());
  ups.lose(start + 5s);
  at(6s, on_battery());
  EXPECT_EQ(ups.fresh(start + 6s), freshness::fresh);
  EXPECT_EQ(ups.confirmed_on_battery(), 6s);
}

TEST_F(Tracker, WhatWasNeverSeenIsNotKnownWhenItIsLost) {
  ups.lose(start + 1s);
  EXPECT_EQ(ups.fresh(start + 1s), freshness::never);
  at(2s, online());
  EXPECT_EQ(ups.fresh(start + 2s), freshness::fresh);
}

}  // namespace
}  // namespace holdover::power
