// When a node votes an outlet OFF: never under a host that may live (P3, X2, X6, X17).

#include "tests/support/site_bench.hpp"

#include <gtest/gtest.h>

namespace holdover::policy {
namespace {

using agent::host_state;
using power::outlet_state;
using test::id;
using test::office;
using test::redundant;
using test::site_bench;
using test::ups_on_battery;
using test::ups_online;
using vote::outlet_wish;
using vote::reason;

/// A minute into an outage: the clients are told to stop. ss4.2 feeds web1.
struct SiteOutlets : testing::Test {
  SiteOutlets() {
    b.ups("main", ups_on_battery(1h));
    b.pass(61s);
  }
  site_bench b;
};

TEST_F(SiteOutlets, AnOutletIsVotedOffAfterTheLastWordAndThePowerOffDelay) {
  b.last_word("web1");
  EXPECT_EQ(b.wish("ss4.2"), outlet_wish::keep);
  b.pass(5s - 1ms);
  EXPECT_EQ(b.wish("ss4.2"), outlet_wish::keep);
  b.pass(1ms);
  EXPECT_EQ(b.wish("ss4.2"), outlet_wish::off);
  EXPECT_EQ(b.snapshot().outlets[1].why, reason::host_is_down);
  EXPECT_EQ(b.wish("ss4.3"), outlet_wish::keep);
}

TEST_F(SiteOutlets, OffIsVotedUntilItIsReadAndNoLonger) {
  b.last_word("web1");
  b.pass(10s);
  ASSERT_EQ(b.wish("ss4.2"), outlet_wish::off);
  b.set_outlet("ss4.2", outlet_state::off);
  b.pass(1s);
  EXPECT_EQ(b.wish("ss4.2"), outlet_wish::keep);
}

TEST_F(SiteOutlets, AHostThatIsGoneKeepsItsOutlet) {
  b.host("web1").state = host_state::committed;
  b.pass(1s);
  b.host("web1").talks = false;
  b.pass(10min);
  ASSERT_EQ(b.phase("web1"), "gone");
  EXPECT_EQ(b.wish("ss4.2"), outlet_wish::keep);
}

TEST_F(SiteOutlets, SilenceAloneNeverOpensAnOutlet) {
  b.host("web1").talks = false;
  b.pass(30min);
  EXPECT_EQ(b.wish("ss4.2"), outlet_wish::keep);
}

TEST_F(SiteOutlets, ALastWordThatDoesNotEchoUsOpensNothing) {
  b.host("web1").echoes = false;
  b.last_word("web1");
  b.pass(1min);
  EXPECT_EQ(b.wish("ss4.2"), outlet_wish::keep);
}

TEST_F(SiteOutlets, AnUnknownLifeForbidsOffUntilItWasSilentForItsTime) {
  b.last_word("web1");
  b.pass(2s);
  auto& host = b.host("web1");
  const auto old = host.nonce;
  host.nonce = id(0x77);
  host.echoes = false;
  host.state = host_state::running;
  b.beacon("web1");
  host.nonce = old;
  b.pass(9s);
  EXPECT_EQ(b.wish("ss4.2"), outlet_wish::keep);
  b.pass(2s);
  EXPECT_EQ(b.wish("ss4.2"), outlet_wish::off);
}

TEST_F(SiteOutlets, AHostThatLivesAgainWithdrawsTheWish) {
  b.last_word("web1");
  b.pass(6s);
  ASSERT_EQ(b.wish("ss4.2"), outlet_wish::off);
  b.boots("web1");
  EXPECT_EQ(b.wish("ss4.2"), outlet_wish::keep);
}

TEST_F(SiteOutlets, ALastWordStopsCountingWhenThePowerMayHaveBeenAway) {
  b.last_word("web1");
  b.pass(2s);
  b.ups("main", std::nullopt);
  b.unit_answers(false);
  b.pass(31s);  // Blind: it may have been empty and come back.
  EXPECT_EQ(b.wish("ss4.2"), outlet_wish::keep);
  b.ups("main", ups_on_battery(20min));
  b.pass(5s);
  EXPECT_EQ(b.wish("ss4.2"), outlet_wish::keep);
}

TEST_F(SiteOutlets, ALastWordThatComesWhileItsUpsIsUnseenForAMomentStillCounts) {
  b.ups("main", std::nullopt);
  b.pass(31s);  // Blind, but the host speaks, so there is power.
  b.last_word("web1");
  b.pass(2s);
  b.ups("main", ups_on_battery(9min));
  b.pass(6s);
  EXPECT_EQ(b.wish("ss4.2"), outlet_wish::off);
}

TEST_F(SiteOutlets, AfterADoubtAnOutletThatIsReadOnMeansBooting) {
  b.last_word("web1");
  b.pass(2s);
  b.ups("main", std::nullopt);
  b.pass(31s);
  b.ups("main", ups_online());
  b.pass(2s);
  EXPECT_EQ(b.phase("web1"), "booting");
  EXPECT_EQ(b.wish("ss4.2"), outlet_wish::keep);
}

TEST_F(SiteOutlets, AfterADoubtAnOutletThatIsReadOffMeansStillDown) {
  b.last_word("web1");
  b.pass(6s);
  b.set_outlet("ss4.2", outlet_state::off);
  b.pass(1s);
  b.ups("main", std::nullopt);
  b.pass(31s);
  b.ups("main", ups_on_battery(20min));
  b.pass(2s);
  EXPECT_EQ(b.phase("web1"), "down");
}

/// Both UPSes on battery, app1 down by its own word, its outlets about to be opened.
struct LastWordOfARedundantHost : testing::Test {
  void SetUp() override {
    b.ups("left", ups_on_battery(7min));
    b.ups("right", ups_on_battery(7min));
    b.pass(3s);
    b.last_word("app1");
    b.pass(6s);
    ASSERT_EQ(b.wish("ul.1"), outlet_wish::off);
  }
  site_bench b{redundant()};
};

TEST_F(LastWordOfARedundantHost, CountsWhereTheOtherSupplyCarriedAllTheTime) {
  b.ups("left", std::nullopt);
  b.pass(40s);
  EXPECT_EQ(b.wish("ul.1"), outlet_wish::keep) << "left may come back at any moment";
  b.ups("left", ups_on_battery(5min));
  b.pass(5s);
  EXPECT_EQ(b.wish("ul.1"), outlet_wish::off);
}

TEST_F(LastWordOfARedundantHost, StopsCountingWhereBothMayHaveFailedAtOneTime) {
  b.ups("left", std::nullopt);
  b.pass(20s);
  b.ups("right", std::nullopt);
  b.pass(20s);  // Left is blind, right may have ended since it was last seen.
  b.ups("left", ups_on_battery(5min));
  b.pass(15s);
  EXPECT_EQ(b.wish("ul.1"), outlet_wish::keep);
}

TEST_F(LastWordOfARedundantHost, StopsCountingWhereItsOtherLeadWasOff) {
  b.set_outlet("ur.1", outlet_state::off);
  b.ups("left", std::nullopt);
  b.pass(40s);
  b.ups("left", ups_on_battery(5min));
  b.pass(5s);
  EXPECT_EQ(b.wish("ul.1"), outlet_wish::keep);
}

TEST_F(SiteOutlets, AnOutletOfTwoHostsWaitsForBoth) {
  auto s = office();
  s.hosts[1].supplies = {{0, outlet_index{1}}};  // web2 beside web1.
  s.outlets[1].feeds = {0, 1};
  s.outlets[2].feeds.clear();
  site_bench r(std::move(s));
  r.ups("main", ups_on_battery(1h));
  r.pass(61s);
  r.last_word("web1");
  r.pass(1min);
  EXPECT_EQ(r.wish("ss4.2"), outlet_wish::keep);
  r.last_word("web2");
  r.pass(5s);
  EXPECT_EQ(r.wish("ss4.2"), outlet_wish::off);
}

TEST_F(SiteOutlets, BothOutletsOfARedundantHostGoOff) {
  site_bench r(redundant());
  r.last_word("tape");
  r.ups("left", ups_on_battery(4min));
  r.ups("right", ups_on_battery(4min));
  r.pass(5s);
  r.last_word("app1");
  r.pass(6s);
  EXPECT_EQ(r.wish("ul.1"), outlet_wish::off);
  EXPECT_EQ(r.wish("ur.1"), outlet_wish::off);
  EXPECT_EQ(r.wish("ul.2"), outlet_wish::keep);
}

TEST_F(SiteOutlets, NothingIsSwitchedOffInCalm) {
  site_bench calm;
  calm.host("web1").talks = false;
  calm.pass(5min);
  EXPECT_EQ(calm.wish("ss4.2"), outlet_wish::keep);
  EXPECT_EQ(calm.incident(), incident_state::calm);
}

// ---- Shedding ----------------------------------------------------------------------------------

TEST(SiteShedOutlets, AShedOutletGoesOffInItsStage) {
  site_bench b;
  b.ups("main", ups_on_battery(1h));
  b.pass(29s);
  EXPECT_EQ(b.wish("printer"), outlet_wish::keep);
  b.pass(1s);
  EXPECT_EQ(b.wish("printer"), outlet_wish::off);
  EXPECT_EQ(b.snapshot().outlets[0].why, reason::shed_load);
}

TEST(SiteShedOutlets, AShedOutletUnderALiveHostIsNotOpened) {
  auto s = office();
  s.stages[0].shed.push_back(3);  // db1's.
  site_bench b(std::move(s));
  b.ups("main", ups_on_battery(1h));
  b.pass(2min);
  EXPECT_EQ(b.wish("printer"), outlet_wish::off);
  EXPECT_EQ(b.wish("ss4.4"), outlet_wish::keep);
}

TEST(SiteShedOutlets, ReturningMainsWithdrawsAWishThatWasNotCarriedOut) {
  site_bench b;
  b.ups("main", ups_on_battery(1h));
  b.pass(31s);
  b.ups("main", ups_online());
  EXPECT_EQ(b.wish("printer"), outlet_wish::keep);
  b.pass(61s);
  EXPECT_EQ(b.incident(), incident_state::calm);
}

TEST(SiteShedOutlets, AfterBlindnessSheddingIsReachedAnew) {
  site_bench b;
  b.ups("main", ups_on_battery(1h));
  b.pass(31s);
  ASSERT_EQ(b.wish("printer"), outlet_wish::off);
  b.ups("main", std::nullopt);
  b.pass(25s);
  EXPECT_EQ(b.wish("printer"), outlet_wish::off);  // Kept while stale.
  b.pass(6s);
  EXPECT_EQ(b.wish("printer"), outlet_wish::keep);
  b.ups("main", ups_on_battery(50min));
  b.pass(5s);
  EXPECT_EQ(b.wish("printer"), outlet_wish::keep);
}

TEST(SiteShedOutlets, AnOutletThatDoesNotFollowItsVotesIsAnAlarm) {
  site_bench b;
  b.ups("main", ups_on_battery(1h));
  b.pass(31s + 60s);
  EXPECT_TRUE(b.alarm(site_alarm::outlet_unconfirmed, "printer"));
  b.set_outlet("printer", outlet_state::off);
  b.pass(1s);
  EXPECT_FALSE(b.alarm(site_alarm::outlet_unconfirmed, "printer"));
}

TEST(SiteOutletsInStatus, AnOutletWhoseUnitIsOutOfSightIsShownAsUnknown) {
  site_bench b;
  const auto printer = [&] { return b.snapshot().outlets[0].state; };
  EXPECT_EQ(printer(), power::outlet_state::on);
  b.unit_answers(false);
  b.pass(30s);
  EXPECT_EQ(printer(), power::outlet_state::on);
  b.pass(2s);
  EXPECT_EQ(printer(), power::outlet_state::unknown);
  b.unit_answers(true);
  b.pass(2s);
  EXPECT_EQ(printer(), power::outlet_state::on);
}

}  // namespace
}  // namespace holdover::policy
