// Who stops when: order, timeouts, and what beats the order (S2, X6, X15).

#include "tests/support/site_bench.hpp"

#include <gtest/gtest.h>

namespace holdover::policy {
namespace {

using agent::host_state;
using test::office;
using test::redundant;
using test::site_bench;
using test::ups_on_battery;
using test::ups_online;
using vote::level;
using vote::reason;

/// Five and a half minutes into an outage: clients and servers are due; the clients have not
/// committed yet. No stage has timed out.
struct SiteStages : testing::Test {
  static site patient() {
    auto s = office();
    s.stages[1].timeout = 10min;
    s.stages[2].timeout = 10min;
    return s;
  }
  void servers_due() {
    b.ups("main", ups_on_battery(1h));
    b.pass(330s);
  }
  void says(const std::string& host, host_state state) {
    b.host(host).state = state;
    b.pass(1s);
  }

  site_bench b{patient()};
};

TEST_F(SiteStages, ALaterStageWaitsForTheEarlierOne) {
  servers_due();
  EXPECT_EQ(b.level("web1"), level::shutdown);
  EXPECT_EQ(b.level("db1"), level::warn);
  EXPECT_EQ(b.why("db1"), reason::stage_order);
}

TEST_F(SiteStages, ALaterStageStopsWhenAllOfTheEarlierOneAreDown) {
  servers_due();
  b.last_word("web1");
  b.pass(1s);
  EXPECT_EQ(b.level("db1"), level::warn);
  b.last_word("web2");
  EXPECT_EQ(b.level("db1"), level::shutdown);
  EXPECT_EQ(b.why("db1"), reason::time_on_battery);
}

TEST_F(SiteStages, CommittedIsNotDown) {
  servers_due();
  says("web1", host_state::committed);
  says("web2", host_state::committed);
  EXPECT_EQ(b.level("db1"), level::warn);
}

TEST_F(SiteStages, AHostThatIsGoneFreesTheNextStageWithAnAlarm) {
  servers_due();
  b.last_word("web2");
  says("web1", host_state::committed);
  b.host("web1").talks = false;
  b.pass(58s);
  EXPECT_EQ(b.level("db1"), level::warn);
  b.pass(2s);
  EXPECT_EQ(b.phase("web1"), "gone");
  EXPECT_EQ(b.level("db1"), level::shutdown);
  EXPECT_TRUE(b.alarm(site_alarm::host_gone, "web1"));
}

TEST_F(SiteStages, SilenceWithoutCommitFreesNobodyBeforeTheTimeout) {
  b.ups("main", ups_on_battery(1h));
  b.pass(61s);
  b.host("web1").talks = b.host("web2").talks = false;
  b.pass(5min);
  EXPECT_EQ(b.level("db1"), level::warn);
  EXPECT_EQ(b.why("db1"), reason::stage_order);
}

TEST_F(SiteStages, AHostUnheardSinceAMinuteBeforeTheIncidentIsNotWaitedFor) {
  b.host("web1").talks = false;
  b.pass(70s);
  servers_due();
  b.last_word("web2");
  EXPECT_EQ(b.level("db1"), level::shutdown);
}

TEST_F(SiteStages, AHeldHostIsNotWaitedFor) {
  b.feed(operator_hold{0, 1h, "anna", ""});
  servers_due();
  b.last_word("web2");
  EXPECT_EQ(b.level("db1"), level::shutdown);
}

TEST_F(SiteStages, AnEarlierHostThatIsCarriedIsNotWaitedFor) {
  auto s = redundant();
  s.stages[1].when.on_battery_for = 2min;
  // db needs the left UPS only, as tape does; app1 and app2 have the right one, too.
  site_bench r(std::move(s));
  r.ups("left", ups_on_battery(1h));
  r.pass(3min);
  EXPECT_EQ(r.level("tape"), level::shutdown);
  EXPECT_EQ(r.level("app1"), level::run);
}

TEST(SiteStageTimeout, AfterItsTimeoutAStageIsNotWaitedForAnyLonger) {
  auto s = office();
  s.stages[1].timeout = 6min;
  site_bench b(std::move(s));
  b.ups("main", ups_on_battery(1h));
  b.pass(60s);  // The clients are told to stop.
  b.pass(6min - 1s);
  EXPECT_EQ(b.level("db1"), level::warn);
  b.pass(1s);
  EXPECT_EQ(b.level("db1"), level::shutdown);
  EXPECT_FALSE(b.alarm(site_alarm::order_broken, "db1"));
}

TEST_F(SiteStages, TheLatestSafeStartBeatsTheOrderAndSaysSo) {
  b.ups("main", ups_on_battery(155s));  // db1 must begin 150 s before empty.
  b.pass(3s);
  EXPECT_EQ(b.level("web1"), level::shutdown);
  EXPECT_EQ(b.level("db1"), level::warn);
  EXPECT_EQ(b.why("db1"), reason::stage_order);
  b.pass(3s);
  EXPECT_EQ(b.level("db1"), level::shutdown);
  EXPECT_EQ(b.why("db1"), reason::latest_safe_start);
  EXPECT_TRUE(b.alarm(site_alarm::order_broken, "db1"));
  EXPECT_EQ(b.level("nas1"), level::warn);
}

TEST_F(SiteStages, AStageInOrderRaisesNoAlarm) {
  servers_due();
  b.last_word("web1");
  b.last_word("web2");
  b.pass(5s);
  EXPECT_FALSE(b.alarm(site_alarm::order_broken, "db1"));
}

TEST_F(SiteStages, AStageThatIsDueMakesTheEarlierOnesDue) {
  auto s = office();
  s.stages[1].when = {
      .on_battery_for = 1h, .runtime_below = {}, .charge_below_percent = {}, .battery_low = false};
  site_bench r(std::move(s));
  r.ups("main", ups_on_battery(330s));  // The servers' runtime trigger alone.
  r.pass(3s);
  EXPECT_EQ(r.level("web1"), level::shutdown);
  EXPECT_EQ(r.level("db1"), level::warn);
  EXPECT_EQ(r.why("db1"), reason::stage_order);
}

TEST_F(SiteStages, AHostThatRebootsIsJudgedAfreshAndDoesNotPullTheNextStageBack) {
  servers_due();
  b.last_word("web1");
  b.last_word("web2");
  ASSERT_EQ(b.level("db1"), level::shutdown);
  b.boots("web1");
  b.pass(2s);
  EXPECT_EQ(b.phase("web1"), "running");
  EXPECT_EQ(b.level("web1"), level::shutdown);
  EXPECT_EQ(b.level("db1"), level::shutdown);
}

// ---- Redundant supplies ------------------------------------------------------------------------

TEST(SiteRedundancy, LosingOneOfTwoSuppliesStopsNobodyAndAlarms) {
  site_bench b(redundant());
  EXPECT_FALSE(b.alarm(site_alarm::redundancy_lost, "app1"));
  b.ups("left", ups_on_battery(3min));
  b.pass(2min);
  EXPECT_EQ(b.level("app1"), level::run);
  EXPECT_TRUE(b.alarm(site_alarm::redundancy_lost, "app1"));
  EXPECT_FALSE(b.alarm(site_alarm::redundancy_lost, "tape"));
  b.ups("left", ups_online());
  EXPECT_FALSE(b.alarm(site_alarm::redundancy_lost, "app1"));
}

TEST(SiteRedundancy, ASupplyThatIsNotKnownIsNoRedundancy) {
  site_bench b(redundant());
  b.ups("left", std::nullopt);
  b.pass(5s);
  EXPECT_EQ(b.level("app1"), level::run);
  EXPECT_FALSE(b.alarm(site_alarm::redundancy_lost, "app1")) << "it may carry as well";
  EXPECT_TRUE(b.alarm(site_alarm::redundancy_unknown, "app1"));
  b.ups("left", ups_online());
  EXPECT_FALSE(b.alarm(site_alarm::redundancy_unknown, "app1"));
}

TEST(SiteRedundancy, ThatASupplyIsSilentIsToldWithSinceWhenAndByWhichRuleItCounts) {
  for (const auto& [rule, word, how] :
       {std::tuple{silent_supply_rule::ignore, "ignore", "unknown"},
        std::tuple{silent_supply_rule::as_last_seen, "as_last_seen", "unknown"},
        std::tuple{silent_supply_rule::as_lost, "as_lost", "lost"}}) {
    auto about = redundant();
    about.observing.silent_supply = rule;
    site_bench b(about);
    b.ups("left", std::nullopt);
    b.pass(5s);
    b.forget();
    b.pass(35s);
    EXPECT_EQ(b.level("app1"), level::run);
    for (const auto& told : b.all<redundancy_changed>()) {
      if (told.what.host != "app1" || !told.what.raised) continue;
      EXPECT_EQ(told.what.what, how);
      ASSERT_EQ(told.what.supplies.size(), 2u);
      EXPECT_EQ(told.what.supplies[0].how, how);
      EXPECT_EQ(told.what.supplies[0].rule, word);
      EXPECT_GE(told.what.supplies[0].unknown_for, 25s);
      EXPECT_EQ(told.what.supplies[1].how, "carries");
    }
    EXPECT_EQ(b.alarm(site_alarm::redundancy_lost, "app1"), rule == silent_supply_rule::as_lost);
    EXPECT_EQ(b.alarm(site_alarm::redundancy_unknown, "app1"), rule != silent_supply_rule::as_lost);
  }
}

TEST(SiteRedundancy, ASupplyThatFellSilentOnBatteryIsLostByWhatWasLastSeen) {
  site_bench b(redundant());
  b.ups("left", ups_on_battery(3min));
  b.pass(10s);
  b.ups("left", std::nullopt);
  b.pass(40s);
  EXPECT_EQ(b.level("app1"), level::run);
  EXPECT_TRUE(b.alarm(site_alarm::redundancy_lost, "app1"));
  EXPECT_FALSE(b.alarm(site_alarm::redundancy_unknown, "app1"));
}

TEST(SiteRedundancy, InItsFirstHalfMinuteANodeCallsNothingUnknown) {
  site_bench b(redundant(), false);
  b.ups("left", std::nullopt);
  b.pass(20s);
  EXPECT_FALSE(b.alarm(site_alarm::redundancy_unknown, "app1"));
  b.pass(15s);
  EXPECT_TRUE(b.alarm(site_alarm::redundancy_unknown, "app1"));
}

TEST(SiteRedundancy, AHostThatIsTakenOutOfTheFileHasNothingToLose) {
  site_bench b(redundant());
  b.ups("left", ups_on_battery(30min));
  b.pass(2s);
  ASSERT_TRUE(b.alarm(site_alarm::redundancy_lost, "app2"));
  auto less = redundant();
  less.stages[1].hosts = {0};
  less.hosts[1].name = "app3";
  b.adopt(less);
  b.pass(1s);
  EXPECT_FALSE(b.alarm(site_alarm::redundancy_lost, "app2"));
  EXPECT_TRUE(b.alarm(site_alarm::redundancy_lost, "app3"));
}

TEST(SiteRedundancy, LosingBothStopsByTheOneThatLastsLonger) {
  site_bench b(redundant());
  b.ups("left", ups_on_battery(4min));
  b.ups("right", ups_on_battery(5min + 10s));
  b.pass(5s);
  EXPECT_EQ(b.level("app1"), level::warn);
  b.pass(7s);
  EXPECT_EQ(b.level("app1"), level::warn);
  EXPECT_EQ(b.why("app1"), reason::stage_order);
  b.last_word("tape");
  EXPECT_EQ(b.level("app1"), level::shutdown);
  EXPECT_EQ(b.why("app1"), reason::runtime_below);
}

TEST(SiteRedundancy, AHostThatNeedsBothIsStoppedByTheFirst) {
  auto s = redundant();
  s.hosts[0].needed = 2;
  site_bench b(std::move(s));
  b.last_word("tape");
  b.ups("left", ups_on_battery(4min));
  b.pass(3s);
  EXPECT_EQ(b.level("app1"), level::shutdown);
  EXPECT_EQ(b.level("app2"), level::run);
}

// ---- Shedding and commands of a stage ----------------------------------------------------------

TEST(SiteShedding, AHostIsToldToShedFromItsStageOnAndToStopLater) {
  auto s = office();
  s.stages[0].shed_hosts = {2};
  site_bench b(std::move(s));
  b.ups("main", ups_on_battery(1h));
  b.pass(29s);
  EXPECT_EQ(b.level("db1"), level::warn);
  b.pass(1s);
  EXPECT_EQ(b.level("db1"), level::shed);
  EXPECT_EQ(b.why("db1"), reason::shed_load);
  EXPECT_EQ(b.level("web1"), level::warn);
  b.ups("main", ups_online());
  EXPECT_EQ(b.level("db1"), level::run);
}

TEST(SiteShedding, CommandsOfADueStageAreNamedInTheVotesUntilMainsIsBack) {
  site_bench b;
  b.ups("main", ups_on_battery(1h));
  b.pass(29s);
  ASSERT_FALSE(b.votes_to("db1").empty());
  EXPECT_TRUE(b.votes_to("db1").back().actions.empty());
  b.pass(1s);
  const vote::named_action message{"message", "on battery: the printer goes off"};
  EXPECT_EQ(b.votes_to("db1").back().actions, std::vector<vote::named_action>{message});
  EXPECT_TRUE(b.votes_to("web1").back().actions.empty());
  b.ups("main", ups_online());
  EXPECT_TRUE(b.votes_to("db1").back().actions.empty());
}

}  // namespace
}  // namespace holdover::policy
