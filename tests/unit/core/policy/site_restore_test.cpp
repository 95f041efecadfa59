// After mains is back: finish, cycle, start again in order and behind gates (S3, S5, S6, S7).

#include "tests/support/site_bench.hpp"

#include <gtest/gtest.h>

namespace holdover::policy {
namespace {

using agent::host_state;
using power::outlet_state;
using test::office;
using test::site_bench;
using test::ups_on_battery;
using test::ups_online;
using vote::level;
using vote::outlet_wish;

/// An outage in which the clients went down and were switched off; nothing was shed.
struct SiteRestore : testing::Test {
  static site without_shedding() {
    auto s = office();
    s.stages[0].shed.clear();
    return s;
  }
  void clients_off() {
    b.outlets_obey();
    b.ups("main", ups_on_battery(1h));
    b.pass(61s);
    b.last_word("web1");
    b.last_word("web2");
    b.pass(10s);
    b.forget();
  }
  site_bench b{without_shedding()};
};

TEST_F(SiteRestore, ReturningMainsAfterACommitMeansRestoring) {
  clients_off();
  ASSERT_EQ(b.incident(), incident_state::committed);
  b.ups("main", ups_online());
  EXPECT_EQ(b.incident(), incident_state::restoring);
}

TEST_F(SiteRestore, ACommittedHostFinishesAndIsCycledThoughMainsIsBack) {
  b.outlets_obey();
  b.ups("main", ups_on_battery(1h));
  b.pass(61s);
  b.host("web1").state = host_state::committed;
  b.pass(1s);
  b.ups("main", ups_online());
  b.pass(20s);
  EXPECT_EQ(b.wish("ss4.2"), outlet_wish::keep);
  b.last_word("web1");
  b.pass(5s);
  EXPECT_EQ(b.wish("ss4.2"), outlet_wish::off);
  b.pass(1min);
  EXPECT_EQ(b.phase("web1"), "booting");
}

TEST_F(SiteRestore, NothingIsStartedBeforeMainsHasBeenStable) {
  clients_off();
  b.ups("main", ups_online());
  b.pass(59s);
  EXPECT_EQ(b.wish("ss4.2"), outlet_wish::keep);
  b.pass(1s);
  EXPECT_EQ(b.wish("ss4.2"), outlet_wish::on);
}

TEST_F(SiteRestore, NothingIsStartedBeforeTheChargeIsReached) {
  clients_off();
  b.ups("main", ups_online(30min, 19));
  b.pass(5min);
  EXPECT_EQ(b.wish("ss4.2"), outlet_wish::keep);
  b.ups("main", ups_online(30min, 20));
  EXPECT_EQ(b.wish("ss4.2"), outlet_wish::on);
}

TEST_F(SiteRestore, NothingIsStartedThatCouldNotBeStoppedAgain) {
  clients_off();
  b.ups("main", ups_online(149s));  // Boot 60 s, stop 60 s, margin 30 s.
  b.pass(5min);
  EXPECT_EQ(b.wish("ss4.2"), outlet_wish::keep);
  b.ups("main", ups_online(151s));
  b.pass(5s);
  EXPECT_EQ(b.phase("web1"), "booting");
}

TEST_F(SiteRestore, AnUnknownChargeOpensTheGateByTimeAloneAndAlarms) {
  clients_off();
  auto says = ups_online();
  says.charge_percent.reset();
  b.ups("main", says);
  b.pass(30min - 1s);
  EXPECT_EQ(b.wish("ss4.2"), outlet_wish::keep);
  b.pass(1s);
  EXPECT_EQ(b.wish("ss4.2"), outlet_wish::on);
  EXPECT_TRUE(b.alarm(site_alarm::charge_unknown, "office"));
}

TEST_F(SiteRestore, HostsOfAStageStartOneAfterTheOther) {
  clients_off();
  b.ups("main", ups_online());
  b.pass(60s);
  EXPECT_EQ(b.wish("ss4.2"), outlet_wish::on);
  EXPECT_EQ(b.wish("ss4.3"), outlet_wish::keep);
  b.pass(4s);
  EXPECT_EQ(b.wish("ss4.3"), outlet_wish::keep);
  b.pass(1s);
  EXPECT_EQ(b.wish("ss4.3"), outlet_wish::on);
}

TEST_F(SiteRestore, AnOutletStaysOffForItsMinimum) {
  auto s = without_shedding();
  for (auto& outlet : s.outlets)
    outlet.minimum_off = 2min;
  site_bench r(std::move(s));
  r.outlets_obey();
  r.ups("main", ups_on_battery(1h));
  r.pass(61s);
  r.last_word("web1");
  r.pass(7s);  // Read off now.
  r.ups("main", ups_online());
  r.pass(2min - 2s);
  EXPECT_EQ(r.phase("web1"), "down");
  r.pass(3s);
  EXPECT_EQ(r.phase("web1"), "booting");
}

TEST_F(SiteRestore, LaterStagesStartFirstAndEarlierOnesWhenTheyAreUp) {
  b.outlets_obey();
  b.ups("main", ups_on_battery(330s));
  b.pass(3s);
  b.last_word("web1");
  b.last_word("web2");
  b.pass(1s);
  b.last_word("db1");
  b.pass(10s);
  b.ups("main", ups_online());
  b.pass(61s);
  EXPECT_EQ(b.phase("db1"), "booting");
  b.pass(20s);
  EXPECT_EQ(b.phase("web1"), "down");
  EXPECT_EQ(b.wish("ss4.2"), outlet_wish::keep);
  b.boots("db1");
  b.pass(1s);
  EXPECT_EQ(b.phase("web1"), "booting");
}

TEST_F(SiteRestore, TheIncidentEndsWhenEverythingIsUpAgain) {
  clients_off();
  b.ups("main", ups_online());
  b.pass(70s);
  b.boots("web1");
  b.pass(1s);
  EXPECT_EQ(b.incident(), incident_state::restoring);
  b.boots("web2");
  b.pass(2s);
  EXPECT_EQ(b.incident(), incident_state::calm);
  EXPECT_EQ(b.all<incident_changed>().back().why, "everything that was stopped is up again");
  EXPECT_EQ(b.level("web1"), level::run);
}

TEST_F(SiteRestore, AHostThatDoesNotComeBackIsAnAlarmUntilItIsHeard) {
  clients_off();
  b.ups("main", ups_online());
  b.pass(70s);
  b.boots("web2");
  b.pass(112s);
  EXPECT_TRUE(b.alarm(site_alarm::host_not_back, "web1"));
  EXPECT_EQ(b.incident(), incident_state::calm);
  b.boots("web1");
  b.pass(1s);
  EXPECT_FALSE(b.alarm(site_alarm::host_not_back, "web1"));
}

TEST_F(SiteRestore, AHostThatIsGoneIsNotCycledButAlarmed) {
  b.outlets_obey();
  b.ups("main", ups_on_battery(1h));
  b.pass(61s);
  b.host("web1").state = host_state::committed;
  b.pass(1s);
  b.host("web1").talks = false;
  b.pass(61s);
  b.ups("main", ups_online());
  b.pass(5s);
  EXPECT_EQ(b.wish("ss4.2"), outlet_wish::keep);
  EXPECT_TRUE(b.alarm(site_alarm::host_cannot_start, "web1"));
  b.pass(2min);
  EXPECT_EQ(b.wish("ss4.2"), outlet_wish::keep);
  EXPECT_TRUE(b.alarm(site_alarm::host_not_back, "web1"));
}

TEST_F(SiteRestore, AHostWithoutAnOutletWaitsForAHandAndTheOthersDoNotWaitForIt) {
  b.outlets_obey();
  b.ups("main", ups_on_battery(80s));
  b.pass(3s);
  for (const auto* host : {"web1", "web2", "db1", "nas1"})
    b.last_word(host);
  b.pass(10s);
  b.ups("main", ups_online());
  b.pass(61s);
  EXPECT_TRUE(b.alarm(site_alarm::host_cannot_start, "nas1"));
  EXPECT_EQ(b.phase("db1"), "booting");
}

TEST_F(SiteRestore, AShedOutletIsRestoredLast) {
  site_bench r;
  r.outlets_obey();
  r.ups("main", ups_on_battery(1h));
  r.pass(61s);
  r.last_word("web1");
  r.pass(10s);
  r.ups("main", ups_online());
  r.pass(90s);
  EXPECT_EQ(r.wish("printer"), outlet_wish::keep);
  r.boots("web1");
  r.pass(1s);
  EXPECT_EQ(r.wish("printer"), outlet_wish::on);
  r.pass(3s);
  EXPECT_EQ(r.incident(), incident_state::calm);
}

TEST_F(SiteRestore, AHostThatStoppedWithoutAnOutageInOurSightIsStartedAgain) {
  b.outlets_obey();
  b.host("web1").state = host_state::committed;  // By its local rule, perhaps.
  b.pass(1s);
  EXPECT_NE(b.incident(), incident_state::calm);
  b.last_word("web1");
  b.pass(2min);
  EXPECT_EQ(b.phase("web1"), "booting");
}

TEST(SiteRestoreOfTwo, AUpsThatDiedDoesNotKeepTheHostsOfTheOtherDown) {
  site_bench b(test::redundant());
  b.outlets_obey();
  b.last_word("tape");
  b.ups("left", ups_on_battery(4min));
  b.ups("right", ups_on_battery(4min));
  b.pass(5s);
  b.last_word("app1");
  b.pass(10s);
  ASSERT_EQ(b.phase("app1"), "down");
  b.ups("left", std::nullopt);
  b.pass(40s);
  b.ups("right", ups_online());
  b.pass(62s);
  EXPECT_EQ(b.incident(), incident_state::restoring);
  EXPECT_EQ(b.phase("app1"), "booting");
  b.boots("app1");
  b.pass(2s);
  EXPECT_EQ(b.phase("tape"), "down");
  EXPECT_TRUE(b.alarm(site_alarm::host_cannot_start, "tape"));
}

// ---- A second outage during the restore --------------------------------------------------------

TEST_F(SiteRestore, ASecondOutageLeavesOffWhatIsNotYetOn) {
  clients_off();
  b.ups("main", ups_online());
  b.pass(61s);  // web1 boots, web2 is next.
  ASSERT_EQ(b.phase("web1"), "booting");
  b.ups("main", ups_on_battery(20min));
  EXPECT_EQ(b.incident(), incident_state::committed);
  b.pass(2min);
  EXPECT_EQ(b.wish("ss4.3"), outlet_wish::keep);
  EXPECT_EQ(b.phase("web2"), "down");
}

TEST_F(SiteRestore, ASecondOutageProtectsAtOnceWhatIsUp) {
  clients_off();
  b.ups("main", ups_online());
  b.pass(61s);
  b.boots("web1");
  b.pass(1s);
  b.ups("main", ups_on_battery(20min));
  EXPECT_EQ(b.level("web1"), level::warn);
  b.ups("main", ups_on_battery(3min));
  b.pass(3s);
  EXPECT_EQ(b.level("web1"), level::shutdown);
}

TEST_F(SiteRestore, AHostWhoseStartWasCalledOffIsNotWaitedForOnceItsOutletIsReadOff) {
  clients_off();
  b.outlets_obey(false);
  b.ups("main", ups_online());
  b.pass(61s);
  ASSERT_EQ(b.phase("web1"), "booting");
  b.ups("main", ups_on_battery(5min));
  b.pass(5s);
  EXPECT_EQ(b.why("db1"), vote::reason::stage_order);  // A vote for ON may still be on its way.
  b.pass(10s);
  EXPECT_EQ(b.level("db1"), level::shutdown);
}

TEST_F(SiteRestore, AHostWhoseStartWasCalledOffIsWaitedForWhileItsOutletIsOn) {
  clients_off();
  b.ups("main", ups_online());
  b.pass(61s);
  b.ups("main", ups_on_battery(5min));
  b.pass(30s);
  EXPECT_EQ(b.why("db1"), vote::reason::stage_order);
}

TEST_F(SiteRestore, AfterASecondOutageTheRestoreGoesOn) {
  clients_off();
  b.ups("main", ups_online());
  b.pass(61s);
  b.boots("web1");
  b.ups("main", ups_on_battery(20min));
  b.pass(10s);
  b.ups("main", ups_online());
  b.pass(60s);
  EXPECT_EQ(b.wish("ss4.3"), outlet_wish::on);
}

// ---- The journal -------------------------------------------------------------------------------

TEST_F(SiteRestore, TheJournalAuthorisesNothing) {
  site_bench r(without_shedding(), false);
  r.ups("main", std::nullopt);
  r.feed(journal_recalled{test::id(9), {0}, {1}});
  r.pass(1min);
  EXPECT_EQ(r.incident(), incident_state::committed);
  EXPECT_EQ(r.level("web1"), level::no_view);
  EXPECT_EQ(r.level("db1"), level::no_view);
  EXPECT_EQ(r.wish("ss4.2"), outlet_wish::keep);
}

TEST_F(SiteRestore, WhatTheJournalRecallsIsStartedAgain) {
  site_bench r(without_shedding(), false);
  r.outlets_obey();
  r.host("web1").talks = false;
  r.set_outlet("ss4.2", outlet_state::off);
  r.feed(journal_recalled{test::id(9), {0}, {1}});
  r.pass(2s);
  EXPECT_EQ(r.incident(), incident_state::restoring);
  EXPECT_EQ(r.snapshot().incident_id, test::id(9));
  r.pass(61s);
  EXPECT_EQ(r.phase("web1"), "booting");
  r.boots("web1");
  r.pass(2s);
  EXPECT_EQ(r.incident(), incident_state::calm);
}

TEST_F(SiteRestore, AHostKnownFromTheJournalAloneIsNotCut) {
  site_bench r(without_shedding(), false);
  r.host("web1").talks = false;
  r.feed(journal_recalled{test::id(9), {0}, {}});
  r.pass(5min);
  for (const auto& told : r.all<decided>())
    EXPECT_NE(told.outlet, outlet_wish::off);
}

// It may well have said its last word, to nodes that have been started anew since.
TEST_F(SiteRestore, OfAHostKnownFromTheJournalAloneNothingIsClaimedThatNobodyKnows) {
  site_bench r(without_shedding(), false);
  r.host("web1").talks = false;
  r.feed(journal_recalled{test::id(9), {0}, {}});
  r.pass(20min);
  std::string cannot_start;
  for (const auto& alarm : r.all<raise_alarm>())
    if (alarm.what == site_alarm::host_cannot_start) cannot_start = alarm.text;
  EXPECT_EQ(
      cannot_start,
      "its outlet may not be cycled, as no node has heard its last word since it was started: "
      "start it by hand");
  ASSERT_FALSE(r.all<incident_changed>().empty());
  EXPECT_EQ(r.incident(), incident_state::calm);
  EXPECT_EQ(r.all<incident_changed>().back().why, "not back: web1");
}

TEST_F(SiteRestore, AnEmptyJournalOpensNoIncident) {
  site_bench r(without_shedding(), false);
  r.feed(journal_recalled{test::id(9), {}, {}});
  EXPECT_EQ(r.incident(), incident_state::calm);
}

// ---- Wake-on-LAN -------------------------------------------------------------------------------

/// nas1 hangs straight on the UPS; it went down, and mains came back before the UPS was empty.
struct SiteWake : testing::Test {
  static site with_wake_address() {
    auto s = office();
    s.stages[0].shed.clear();
    s.hosts[test::index_of(s.hosts, "nas1")].wake_address = "02:00:00:00:00:01";
    s.hosts[test::index_of(s.hosts, "web1")].wake_address = "02:00:00:00:00:02";
    return s;
  }
  void nas_is_down() {
    for (const auto* host : {"web1", "web2", "db1"})
      b.host(host).talks = false;  // Nobody waits for them.
    b.pass(2min);
    b.ups("main", ups_on_battery(3min));
    b.pass(5s);
    ASSERT_EQ(b.level("nas1"), level::shutdown);
    b.last_word("nas1");
    b.pass(2s);
    b.forget();
  }
  site_bench b{with_wake_address()};
};

TEST_F(SiteWake, AHostWithoutOutletIsWokenWhenTheGatesAreOpen) {
  nas_is_down();
  b.ups("main", ups_online());
  b.pass(58s);
  EXPECT_TRUE(b.all<wake_host>().empty());
  b.pass(5s);
  ASSERT_EQ(b.all<wake_host>().size(), 1u);
  EXPECT_EQ(b.all<wake_host>()[0].host, test::index_of(b.about().hosts, "nas1"));
  EXPECT_EQ(b.phase("nas1"), "booting");
  EXPECT_FALSE(b.alarm(site_alarm::host_cannot_start, "nas1"));
}

TEST_F(SiteWake, AHostThatMayHaveComeUpUnseenIsWokenByTheSameGates) {
  nas_is_down();
  b.ups("main", std::nullopt);
  b.pass(40s);
  b.ups("main", ups_online());
  b.pass(50s);
  ASSERT_EQ(b.phase("nas1"), "booting");
  EXPECT_TRUE(b.all<wake_host>().empty());
  b.pass(15s);
  EXPECT_EQ(b.all<wake_host>().size(), 1u);
}

TEST_F(SiteWake, MagicPacketsAreRepeatedUntilItIsHeard) {
  nas_is_down();
  b.ups("main", ups_online());
  b.pass(62s + 31s);
  EXPECT_EQ(b.all<wake_host>().size(), 3u);
  b.boots("nas1");
  b.pass(3s);
  b.forget();
  b.pass(1min);
  EXPECT_TRUE(b.all<wake_host>().empty());
  EXPECT_EQ(b.incident(), incident_state::calm);
}

TEST_F(SiteWake, AHostThatDoesNotWakeIsAnAlarmAfterTwoBoots) {
  nas_is_down();
  b.ups("main", ups_online());
  b.pass(62s + 2 * 60s);
  EXPECT_TRUE(b.alarm(site_alarm::host_not_back, "nas1"));
  b.forget();
  b.pass(1min);
  EXPECT_TRUE(b.all<wake_host>().empty());
}

TEST(SiteWakeBesideAStage, GoesOnWhileAnOutletOfALaterStageIsRestored) {
  auto s = test::server_room();
  s.stages[0].shed.clear();
  for (auto& stage : s.stages)
    if (stage.name == "hot") stage.hosts.clear();
  s.hosts[test::index_of(s.hosts, "nas1")].wake_address = "02:00:00:00:00:01";
  site_bench b{std::move(s)};
  b.outlets_obey();
  for (const auto* host : {"web1", "web2", "db1"})
    b.host(host).talks = false;
  b.pass(2min);
  b.ups("main", ups_on_battery(3min));
  b.pass(5s);
  b.last_word("nas1");
  b.pass(2s);
  b.ups("main", ups_online());
  for (const auto* rack : {"rack1", "rack2", "rack3"})
    b.sensor(rack, 45.0);
  b.pass(65s);  // nas1 is woken, and the printer was shed in the heat.
  ASSERT_EQ(b.all<wake_host>().size(), 1u);
  for (const auto* rack : {"rack1", "rack2", "rack3"})
    b.sensor(rack, 22.0);
  b.pass(28s);  // The printer stays off for its minimum.
  EXPECT_EQ(b.all<wake_host>().size(), 3u);
}

TEST_F(SiteWake, ASecondOutageEndsTheWaking) {
  nas_is_down();
  b.ups("main", ups_online());
  b.pass(62s);
  b.ups("main", ups_on_battery(3min));
  b.forget();
  b.pass(1min);
  EXPECT_TRUE(b.all<wake_host>().empty());
}

TEST_F(SiteWake, AHostThatPowerAloneDidNotStartIsWokenNext) {
  b.outlets_obey();
  b.ups("main", ups_on_battery(1h));
  b.pass(61s);
  b.last_word("web1");
  b.pass(10s);
  b.ups("main", ups_online());
  b.pass(70s);
  ASSERT_EQ(b.phase("web1"), "booting");
  EXPECT_TRUE(b.all<wake_host>().empty());
  b.pass(2min);
  EXPECT_FALSE(b.all<wake_host>().empty());
  EXPECT_FALSE(b.alarm(site_alarm::host_not_back, "web1"));
  b.pass(2min);
  EXPECT_TRUE(b.alarm(site_alarm::host_not_back, "web1"));
}

TEST_F(SiteWake, AStartThatAnOutageInterruptedIsTriedAgainWithAPacket) {
  b.outlets_obey();
  b.ups("main", ups_on_battery(1h));
  b.pass(61s);
  b.last_word("web1");
  b.pass(10s);
  b.ups("main", ups_online());
  b.pass(70s);
  ASSERT_EQ(b.phase("web1"), "booting");
  b.ups("main", ups_on_battery(1h));
  b.pass(10min);
  b.forget();
  b.ups("main", ups_online());
  b.pass(90s);
  EXPECT_FALSE(b.alarm(site_alarm::host_not_back, "web1"));
  b.pass(2min);
  EXPECT_FALSE(b.all<wake_host>().empty());
  b.boots("web1");
  b.pass(3s);
  EXPECT_EQ(b.phase("web1"), "running");
}

// ---- Next to a stage of surroundings -----------------------------------------------------------

/// guest runs on db1 and goes down when it is hot. Its stage has no place in the order of an
/// outage.
struct SiteRestoreOfAGuest : testing::Test {
  static site with_guest() {
    auto s = office();
    s.stages[0].shed.clear();
    const auto rack = test::add_sensor(s, "rack", power::sensor_kind::temperature_celsius);
    stage_config hot;
    hot.name = "hot";
    hot.condition = test::plant(s, test::above(rack, 40));
    s.stages.push_back(hot);
    const auto outlet = test::add_outlet(s, 0, 5);
    const auto guest = test::add_host(s, "guest", {{0, outlet}}, 4);
    s.hosts[guest].depends_on = {test::index_of(s.hosts, "db1")};
    return s;
  }
  site_bench b{with_guest()};
};

TEST_F(SiteRestoreOfAGuest, WhatItDependsOnStartsThoughItsStageComesLater) {
  b.outlets_obey();
  b.sensor("rack", 45);
  b.ups("main", ups_on_battery(1h));
  b.pass(330s);
  for (const auto* host : {"guest", "web1", "web2"})
    b.last_word(host);
  b.pass(5s);
  b.last_word("db1");
  b.pass(10s);
  b.sensor("rack", 22);
  b.ups("main", ups_online());
  b.pass(2min);
  EXPECT_EQ(b.phase("db1"), "booting");
  b.boots("db1");
  b.pass(30s);
  EXPECT_EQ(b.phase("guest"), "booting");
}

// ---- Hosts that stand by (X3) -------------------------------------------------------------------

/// The clients stand by, although an outlet feeds each of them.
struct StandingBy : testing::Test {
  static site with_clients_standing_by() {
    auto s = SiteRestore::without_shedding();
    s.hosts[0].stands_by = s.hosts[1].stands_by = true;
    return s;
  }
  StandingBy() {
    b.outlets_obey();
    b.ups("main", ups_on_battery(1h));
    b.pass(61s);
    b.host("web1").state = b.host("web2").state = host_state::committed;
    b.pass(10s);
    b.host("web1").state = b.host("web2").state = host_state::down;
    b.pass(10s);
    b.forget();
  }
  site_bench b{with_clients_standing_by()};
  level said(const std::string& host) const {
    const auto votes = b.votes_to(host);
    return votes.empty() ? level::no_view : votes.back().host_level;
  }
};

TEST_F(StandingBy, AreNotCutFromTheirPower) {
  b.pass(5min);
  EXPECT_EQ(b.phase("web1"), "down");
  EXPECT_EQ(b.wish("ss4.2"), outlet_wish::keep);
}

TEST_F(StandingBy, AreNotToldToRunBeforeTheGatesOfRestoreAreOpen) {
  b.ups("main", ups_online());
  b.pass(59s);
  EXPECT_EQ(said("web1"), level::warn);
  EXPECT_EQ(said("web2"), level::warn);
}

TEST_F(StandingBy, AreToldToRunOneAfterTheOther) {
  b.ups("main", ups_online());
  b.pass(62s);
  EXPECT_EQ(said("web1"), level::run);
  EXPECT_EQ(said("web2"), level::warn);
  b.pass(5s);
  EXPECT_EQ(said("web2"), level::run);
  EXPECT_EQ(b.wish("ss4.2"), outlet_wish::keep);
}

TEST_F(StandingBy, AreUpWhenTheirNewLifeIsHeard) {
  b.ups("main", ups_online());
  b.pass(70s);
  b.boots("web1");
  b.boots("web2");
  b.pass(70s);
  EXPECT_EQ(b.phase("web1"), "running");
  EXPECT_EQ(b.incident(), incident_state::calm);
}

TEST_F(StandingBy, AreTheAlarmNotBackIfTheyDoNotReboot) {
  b.ups("main", ups_online());
  b.pass(190s);
  EXPECT_TRUE(b.alarm(site_alarm::host_not_back, "web1"));
  EXPECT_EQ(said("web1"), level::run) << "in case it can after all";
}

TEST_F(StandingBy, AreToldToWaitAgainIfTheNextOutageComesFirst) {
  b.ups("main", ups_online());
  b.pass(62s);
  b.ups("main", ups_on_battery(1h));
  b.pass(2s);
  EXPECT_EQ(said("web1"), level::warn);
  b.ups("main", ups_online());
  b.pass(70s);
  EXPECT_EQ(said("web1"), level::run);
}

TEST(StandingByInSilence, IsTreatedAsAnyHostWhoseLastWordNobodyHeard) {
  site_bench b{StandingBy::with_clients_standing_by()};
  b.ups("main", ups_on_battery(1h));
  b.pass(61s);
  b.host("web1").state = host_state::committed;
  b.pass(2s);
  b.host("web1").talks = false;
  b.pass(2min);
  b.ups("main", ups_online());
  b.pass(62s);
  EXPECT_TRUE(b.alarm(site_alarm::host_cannot_start, "web1"));
}

}  // namespace
}  // namespace holdover::policy
