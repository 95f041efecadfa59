// What a node wants of a host, from what it sees of the power alone (X1, X8, X13, O3, O4).

#include "tests/support/site_bench.hpp"

#include <gtest/gtest.h>

namespace holdover::policy {
namespace {

using power::belief;
using test::office;
using test::redundant;
using test::site_bench;
using test::ups_on_battery;
using test::ups_online;
using vote::level;
using vote::reason;

std::string errors_of(const site& s) {
  std::string text;
  for (const auto& problem : validate(s))
    if (problem.how == site_problem::weight::error)
      text += problem.path + ": " + problem.text + "\n";
  return text;
}

TEST(SiteLevels, TheSitesOfTheseTestsAreValid) {
  EXPECT_EQ(errors_of(office()), "");
  EXPECT_EQ(errors_of(redundant()), "");
}

TEST(SiteLevels, ASupplyNeverHeardGivesNoView) {
  site_bench b(office(), false);
  for (const auto& ups : b.about().upses)
    b.ups(ups.name, std::nullopt);
  b.pass(10s);
  EXPECT_EQ(b.level("web1"), level::no_view);
  EXPECT_EQ(b.why("web1"), reason::no_view);
  ASSERT_FALSE(b.votes_to("web1").empty());
  EXPECT_EQ(b.votes_to("web1").back().host_level, level::no_view);
}

TEST(SiteLevels, PowerThatIsFineMeansRun) {
  site_bench b;
  EXPECT_EQ(b.level("web1"), level::run);
  EXPECT_EQ(b.why("web1"), reason::power_fine);
  EXPECT_EQ(b.incident(), incident_state::calm);
}

TEST(SiteLevels, OnBatteryMeansWarnAtOnceAndOpensTheIncident) {
  site_bench b;
  b.ups("main", ups_on_battery());
  EXPECT_EQ(b.level("web1"), level::warn);
  EXPECT_EQ(b.level("nas1"), level::warn);
  EXPECT_EQ(b.incident(), incident_state::open);
}

TEST(SiteLevels, AStageIsDueWhenItsTimeOnBatteryHasBeenConfirmed) {
  site_bench b;
  b.ups("main", ups_on_battery());
  b.pass(59s);
  EXPECT_EQ(b.level("web1"), level::warn);
  b.pass(1s);
  EXPECT_EQ(b.level("web1"), level::shutdown);
  EXPECT_EQ(b.why("web1"), reason::time_on_battery);
  EXPECT_EQ(b.level("db1"), level::warn);
}

TEST(SiteLevels, NoTimeOnBatteryMaturesWhileTheUpsIsSilent) {
  site_bench b;
  b.ups("main", ups_on_battery());
  b.pass(50s);
  b.ups("main", std::nullopt);
  b.pass(25s);
  EXPECT_EQ(b.level("web1"), level::warn);
  EXPECT_EQ(b.why("web1"), reason::kept_while_stale);
}

TEST(SiteLevels, NoLatestSafeStartIsReachedOnAStaleBelief) {
  site_bench b;
  b.ups("main", ups_on_battery(11min));
  b.pass(5s);
  b.ups("main", ups_on_battery(11min));
  b.pass(2s);
  b.ups("main", std::nullopt);
  b.pass(27s);
  EXPECT_EQ(b.level("web1"), level::warn);
}

TEST(SiteLevels, NoStageBecomesDueOnAStaleBelief) {
  site_bench b;
  b.ups("main", ups_on_battery(10min + 15s));
  b.pass(3s);
  b.ups("main", std::nullopt);
  b.pass(20s);  // Projected, its runtime is below ten minutes by now.
  b.ups("main", ups_on_battery(30min));
  b.pass(3s);
  EXPECT_EQ(b.level("web1"), level::warn);
}

TEST(SiteLevels, ARuntimeThatFallsOnMainsRaisesNothing) {
  site_bench b;
  b.ups("main", ups_online(10s, 3));
  b.pass(2min);
  EXPECT_EQ(b.level("web1"), level::run);
  EXPECT_EQ(b.level("nas1"), level::run);
  EXPECT_EQ(b.incident(), incident_state::calm);
}

TEST(SiteLevels, TheRuntimeTriggerFiresOnTheReportedRuntime) {
  site_bench b;
  b.ups("main", ups_on_battery(10min + 10s));
  b.pass(9s);
  EXPECT_EQ(b.level("web1"), level::warn);
  b.pass(2s);
  EXPECT_EQ(b.level("web1"), level::shutdown);
  EXPECT_EQ(b.why("web1"), reason::runtime_below);
}

TEST(SiteLevels, ASingleWorseRuntimeFiresNothing) {
  site_bench b;
  b.ups("main", ups_on_battery(30min));
  b.pass(5s);
  b.ups("main", ups_on_battery(1min));
  b.ups("main", ups_on_battery(30min));
  b.pass(5s);
  EXPECT_EQ(b.level("web1"), level::warn);
}

TEST(SiteLevels, BatteryLowFiresOnTheSecondSampleAndNotOnTheFirst) {
  site_bench b;
  b.ups("main", ups_on_battery(30min));
  b.pass(5s);
  auto low = ups_on_battery(30min);
  low.battery_low = true;
  b.ups("main", low);
  EXPECT_EQ(b.level("web1"), level::warn);
  EXPECT_EQ(b.level("nas1"), level::warn);
  b.pass(1s);
  EXPECT_EQ(b.level("web1"), level::shutdown);
}

TEST(SiteLevels, ABatteryLowThatIsTakenBackFiresNothing) {
  site_bench b;
  b.ups("main", ups_on_battery(30min));
  b.pass(5s);
  auto low = ups_on_battery(30min);
  low.battery_low = true;
  for (int i = 0; i < 5; ++i) {
    b.ups("main", low);
    b.ups("main", ups_on_battery(30min));
    b.pass(1s);
  }
  EXPECT_EQ(b.level("web1"), level::warn);
  EXPECT_FALSE(b.alarm(site_alarm::battery_low, "main"));
}

TEST(SiteLevels, ALevelOnceReachedIsKeptWhileTheBeliefIsStale) {
  site_bench b;
  b.ups("main", ups_on_battery());
  b.pass(61s);
  b.ups("main", std::nullopt);
  b.pass(20s);
  EXPECT_EQ(b.level("web1"), level::shutdown);
  EXPECT_EQ(b.why("web1"), reason::kept_while_stale);
  EXPECT_TRUE(b.alarm(site_alarm::ups_stale, "main"));
}

TEST(SiteLevels, AKeptLevelSaysItsReasonAgainWhenTheBeliefIsFreshAgain) {
  site_bench b;
  b.ups("main", ups_on_battery());
  b.pass(61s);
  b.ups("main", std::nullopt);
  b.pass(10s);
  b.ups("main", ups_on_battery(25min));
  EXPECT_EQ(b.level("web1"), level::shutdown);
  EXPECT_NE(b.why("web1"), reason::kept_while_stale);
}

TEST(SiteLevels, ABlindNodeHasNoViewWhateverItWantedBefore) {
  site_bench b;
  b.ups("main", ups_on_battery());
  b.pass(61s);
  b.ups("main", std::nullopt);
  b.pass(31s);
  EXPECT_EQ(b.level("web1"), level::no_view);
  EXPECT_TRUE(b.alarm(site_alarm::ups_blind, "main"));
}

TEST(SiteLevels, AfterBlindnessEveryLevelIsReachedAnew) {
  site_bench b;
  b.ups("main", ups_on_battery());
  b.pass(61s);
  b.ups("main", std::nullopt);
  b.pass(31s);
  b.ups("main", ups_on_battery());
  EXPECT_EQ(b.level("web1"), level::warn);
  b.pass(59s);
  EXPECT_EQ(b.level("web1"), level::warn);
  b.pass(1s);
  EXPECT_EQ(b.level("web1"), level::shutdown);
}

TEST(SiteLevels, ABetterRuntimeAloneNeverLowersALevel) {
  site_bench b;
  b.ups("main", ups_on_battery(9min));
  b.pass(5s);
  ASSERT_EQ(b.level("web1"), level::shutdown);
  b.ups("main", ups_on_battery(5h));
  b.pass(30s);
  EXPECT_EQ(b.level("web1"), level::shutdown);
}

TEST(SiteLevels, AFreshOnlineCancelsAtOnce) {
  auto s = office();
  s.stages[0].shed.clear();  // Else there would be something to restore.
  site_bench b(std::move(s));
  b.ups("main", ups_on_battery(9min));
  b.pass(5s);
  ASSERT_EQ(b.level("web1"), level::shutdown);
  b.ups("main", ups_online());
  EXPECT_EQ(b.level("web1"), level::run);
  EXPECT_TRUE(b.snapshot().called_off);
  EXPECT_EQ(b.all<incident_changed>().back().why, "mains is back: called off");
}

TEST(SiteLevels, AnIncidentThatWasCalledOffEndsWhenItsEpisodeDoes) {
  site_bench b;
  b.ups("main", ups_on_battery(1h));
  b.pass(5s);
  b.ups("main", ups_online());
  b.pass(59s);
  EXPECT_EQ(b.incident(), incident_state::open);
  b.pass(2s);
  EXPECT_EQ(b.incident(), incident_state::calm);
  EXPECT_FALSE(b.snapshot().called_off);
  EXPECT_EQ(b.all<incident_changed>().back().why, "mains stays");
}

TEST(SiteLevels, MainsThatFlapAreOneIncident) {
  site_bench b;
  b.ups("main", ups_on_battery(1h));
  const auto label = b.snapshot().incident_id;
  b.forget();
  for (int i = 0; i < 3; ++i) {
    b.ups("main", ups_online());
    b.pass(20s);
    EXPECT_EQ(b.level("web1"), level::run);
    b.ups("main", ups_on_battery(1h));
    EXPECT_EQ(b.level("web1"), level::warn);
    EXPECT_FALSE(b.snapshot().called_off);
    EXPECT_EQ(b.snapshot().incident_id, label);
    b.pass(3s);
  }
  const auto news = b.all<incident_changed>();
  ASSERT_EQ(news.size(), 6u);
  for (const auto& one : news)
    EXPECT_EQ(one.to, incident_state::open);
  EXPECT_EQ(news.back().why, "on battery again");
}

TEST(SiteLevels, AUpsThatFallsSilentAfterTheCallingOffKeepsNoIncidentOpen) {
  site_bench b;
  b.ups("main", ups_on_battery(1h));
  b.ups("main", ups_online());
  ASSERT_TRUE(b.snapshot().called_off);
  b.ups("main", std::nullopt);
  b.pass(31s);
  EXPECT_EQ(b.incident(), incident_state::calm);
}

TEST(SiteLevels, ATestOfTheBatteryIsNoOutage) {
  site_bench b;
  auto testing = ups_online(5min);
  testing.state = belief::test;
  b.ups("main", testing);
  b.pass(2min);
  EXPECT_EQ(b.level("web1"), level::run);
  EXPECT_EQ(b.incident(), incident_state::calm);
}

TEST(SiteLevels, PastTheLatestSafeStartOnlyTenSecondsOnlineCancel) {
  site_bench b;
  b.ups("main", ups_on_battery(3min));  // web1 must begin 210 s before empty.
  b.pass(3s);
  ASSERT_EQ(b.level("web1"), level::shutdown);
  b.ups("main", ups_online());
  b.pass(9s);
  EXPECT_EQ(b.level("web1"), level::shutdown);
  b.pass(1s);
  EXPECT_EQ(b.level("web1"), level::run);
}

TEST(SiteLevels, AShortBreakOfTheOutageDoesNotCancelPastTheLatestSafeStart) {
  site_bench b;
  b.ups("main", ups_on_battery(3min));
  b.pass(3s);
  for (int i = 0; i < 6; ++i) {
    b.ups("main", ups_online(3min));
    b.pass(9s);
    b.ups("main", ups_on_battery(2min));
    b.pass(4s);
    ASSERT_EQ(b.level("web1"), level::shutdown);
  }
}

TEST(SiteLevels, ConfirmedTimeAddsUpOverFlappingMains) {
  site_bench b;
  for (int i = 0; i < 12; ++i) {
    b.ups("main", ups_on_battery());
    b.pass(6s);
    ASSERT_LE(b.level("web1"), i < 9 ? level::warn : level::shutdown);
    if (i < 11) b.ups("main", ups_online());
    if (i < 11) b.pass(4s);
  }
  EXPECT_EQ(b.level("web1"), level::shutdown);
}

TEST(SiteLevels, AMinuteOnlineEndsTheEpisode) {
  site_bench b;
  b.ups("main", ups_on_battery());
  b.pass(55s);
  b.ups("main", ups_online());
  b.pass(61s);
  b.ups("main", ups_on_battery());
  b.pass(55s);
  EXPECT_EQ(b.level("web1"), level::warn);
}

TEST(SiteLevels, AHostInNoStageStopsAtItsLatestSafeStart) {
  auto s = office();
  s.stages[3].hosts.clear();
  s.hosts[3].stage.reset();
  site_bench b(std::move(s));
  b.ups("main", ups_on_battery(95s));
  b.pass(3s);
  EXPECT_EQ(b.level("nas1"), level::warn);
  b.pass(4s);
  EXPECT_EQ(b.level("nas1"), level::shutdown);
  EXPECT_EQ(b.why("nas1"), reason::latest_safe_start);
}

TEST(SiteLevels, ExplainsADecisionByTheFactsUsed) {
  site_bench b;
  b.ups("main", ups_on_battery(20min, 88));
  b.pass(1min);
  const auto told = b.all<decided>();
  ASSERT_FALSE(told.empty());
  const auto& text = told.back().explanation;
  EXPECT_NE(text.find("main on_battery (fresh"), std::string::npos) << text;
  EXPECT_NE(text.find("charge 88 %"), std::string::npos) << text;
  EXPECT_NE(text.find("60 s confirmed"), std::string::npos) << text;
  EXPECT_NE(text.find("stage clients due"), std::string::npos) << text;
}

// ---- An operator's hold ------------------------------------------------------------------------

TEST(SiteLevels, AHoldKeepsAHostBelowShutdown) {
  site_bench b;
  b.feed(operator_hold{0, 10min, "anna", "demo running"});
  b.ups("main", ups_on_battery());
  b.pass(2min);
  EXPECT_EQ(b.level("web1"), level::warn);
  EXPECT_EQ(b.why("web1"), reason::held_by_operator);
  EXPECT_EQ(b.level("web2"), level::shutdown);
}

TEST(SiteLevels, AHoldLowersAHostThatWasToldToStop) {
  site_bench b;
  b.ups("main", ups_on_battery());
  b.pass(61s);
  ASSERT_EQ(b.level("web1"), level::shutdown);
  b.feed(operator_hold{0, 10min, "anna", ""});
  EXPECT_EQ(b.level("web1"), level::warn);
}

TEST(SiteLevels, AHoldEndsByItself) {
  site_bench b;
  b.feed(operator_hold{0, 2min, "anna", ""});
  b.ups("main", ups_on_battery());
  b.pass(119s);
  EXPECT_EQ(b.level("web1"), level::warn);
  b.pass(1s);
  EXPECT_EQ(b.level("web1"), level::shutdown);
}

TEST(SiteLevels, AReleaseEndsAHoldAtOnce) {
  site_bench b;
  b.feed(operator_hold{0, 1h, "anna", ""});
  b.ups("main", ups_on_battery());
  b.pass(2min);
  b.feed(operator_hold{0, 0s, "anna", ""});
  EXPECT_EQ(b.level("web1"), level::shutdown);
}

TEST(SiteLevels, AHoldEndsWhereTheBatteryIsLow) {
  site_bench b;
  b.feed(operator_hold{0, 1h, "anna", ""});
  auto unpredicted = ups_on_battery(30min, 80);
  unpredicted.runtime_left.reset();
  b.ups("main", unpredicted);
  b.pass(3min);
  ASSERT_EQ(b.why("web1"), reason::held_by_operator);
  unpredicted.battery_low = true;
  b.ups("main", unpredicted);
  b.pass(2s);
  EXPECT_EQ(b.level("web1"), level::shutdown);
}

TEST(SiteLevels, AHoldEndsAtALowChargeWhereNothingTellsTheTimeLeft) {
  site_bench b(office(), false);
  auto unpredicted = ups_online();
  unpredicted.runtime_left.reset();
  b.ups("main", unpredicted);
  b.pass(5s);
  b.feed(operator_hold{0, 1h, "anna", ""});
  unpredicted.state = power::belief::on_battery;
  unpredicted.charge_percent = 21;
  b.ups("main", unpredicted);
  b.pass(3min);
  ASSERT_EQ(b.why("web1"), reason::held_by_operator);
  unpredicted.charge_percent = 20;
  b.ups("main", unpredicted);
  b.pass(2s);
  EXPECT_EQ(b.level("web1"), level::shutdown);
}

TEST(SiteLevels, AHoldNeverReachesPastTheLatestSafeStart) {
  site_bench b;
  b.feed(operator_hold{0, 1h, "anna", ""});
  b.ups("main", ups_on_battery(5min));
  b.pass(89s);
  EXPECT_EQ(b.level("web1"), level::warn);
  b.pass(2s);
  EXPECT_EQ(b.level("web1"), level::shutdown);
  EXPECT_EQ(b.why("web1"), reason::latest_safe_start);
}

}  // namespace
}  // namespace holdover::policy
