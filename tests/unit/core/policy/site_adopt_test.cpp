// A changed site file in the middle of an outage: what is known goes over by name, and no vote
// changes but by the changed rules.

#include "tests/support/site_bench.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace holdover::test {
namespace {

using policy::incident_state;
using vote::level;

/// The office with every list turned around, so that no index is what it was.
site turned_office() {
  auto s = office();
  const auto last_host = static_cast<host_index>(s.hosts.size() - 1);
  const auto last_outlet = static_cast<outlet_index>(s.outlets.size() - 1);
  std::reverse(s.hosts.begin(), s.hosts.end());
  std::reverse(s.outlets.begin(), s.outlets.end());
  for (auto& host : s.hosts)
    for (auto& supply : host.supplies)
      if (supply.outlet) supply.outlet = last_outlet - *supply.outlet;
  for (auto& outlet : s.outlets)
    for (auto& host : outlet.feeds)
      host = last_host - host;
  for (auto& stage : s.stages) {
    for (auto& host : stage.hosts)
      host = last_host - host;
    for (auto& outlet : stage.shed)
      outlet = last_outlet - outlet;
    for (auto& command : stage.commands)
      command.host = last_host - command.host;
  }
  return s;
}

std::map<std::string, level> levels(const site_bench& b) {
  std::map<std::string, level> out;
  for (const auto& host : b.snapshot().hosts)
    out[host.name] = host.wanted;
  return out;
}

/// When a host is first wanted down, counted from now; a second at most of error.
duration until_shutdown(site_bench& b, const std::string& host) {
  duration passed{};
  while (b.level(host) < level::shutdown && passed < 20min) {
    b.pass(1s);
    passed += 1s;
  }
  return passed;
}

TEST(SiteAdopt, TheSameFileInAnOutageChangesNoVote) {
  site_bench changed{office()}, unchanged{office()};
  for (auto* b : {&changed, &unchanged}) {
    b->ups("main", ups_on_battery(30min));
    b->pass(45s);
  }
  changed.adopt(office());
  for (int second = 0; second < 600; ++second) {
    changed.pass(1s);
    unchanged.pass(1s);
    ASSERT_EQ(levels(changed), levels(unchanged)) << second;
  }
}

TEST(SiteAdopt, ThingsAreKnownByTheirNamesAndNotByTheirPlaces) {
  site_bench changed{office()}, unchanged{office()};
  for (auto* b : {&changed, &unchanged}) {
    b->ups("main", ups_on_battery(30min));
    b->pass(45s);
  }
  changed.adopt(turned_office());
  for (int second = 0; second < 600; ++second) {
    changed.pass(1s);
    unchanged.pass(1s);
    ASSERT_EQ(levels(changed), levels(unchanged)) << second;
    ASSERT_EQ(changed.wish("printer"), unchanged.wish("printer")) << second;
  }
  EXPECT_EQ(changed.incident(), incident_state::open);
}

TEST(SiteAdopt, TimeOnBatteryRunsOn) {
  site_bench b{office()};
  b.ups("main", ups_on_battery(30min));
  b.pass(50s);
  b.adopt(turned_office());
  EXPECT_EQ(b.snapshot().upses[0].confirmed_on_battery, 50s);
  EXPECT_LE(until_shutdown(b, "web1"), 11s);
}

TEST(SiteAdopt, AShorterTimeThatHasPassedAlreadyActsInTheNextStep) {
  site_bench b{office()};
  b.ups("main", ups_on_battery(30min));
  b.pass(50s);
  auto changed = office();
  changed.stages[1].when.on_battery_for = 40s;
  EXPECT_EQ(b.level("web1"), level::warn);
  b.adopt(changed);
  EXPECT_EQ(b.level("web1"), level::shutdown);
  EXPECT_EQ(b.level("db1"), level::warn);
}

TEST(SiteAdopt, ALongerTimeLowersWhatIsNotCommittedYet) {
  site_bench b{office()};
  b.ups("main", ups_on_battery(30min));
  b.pass(65s);
  EXPECT_EQ(b.level("web1"), level::shutdown);
  auto changed = office();
  changed.stages[1].when.on_battery_for = 4min;
  b.adopt(changed);
  EXPECT_EQ(b.level("web1"), level::warn);
  EXPECT_EQ(b.level("web2"), level::warn);
}

TEST(SiteAdopt, OnAStaleViewALevelStaysWhateverTheNewFileSays) {
  site_bench b{office()};
  b.ups("main", ups_on_battery(30min));
  b.pass(65s);
  b.ups("main", std::nullopt);
  b.pass(8s);
  auto changed = office();
  changed.stages[1].when.on_battery_for = 4min;
  b.adopt(changed);
  EXPECT_EQ(b.level("web1"), level::shutdown);
}

TEST(SiteAdopt, AHostThatTheFileTreatsAsBeforeKeepsItsLevel) {
  site_bench b{office()};
  b.ups("main", ups_on_battery(30min));
  b.pass(65s);
  b.ups("main", ups_on_battery(11min));
  auto changed = office();
  changed.stages[0].when.on_battery_for = 4min;  // The printer's stage alone.
  b.adopt(changed);
  EXPECT_EQ(b.level("web1"), level::shutdown);
}

TEST(SiteAdopt, AnOperatorsHoldStays) {
  site_bench b{office()};
  b.ups("main", ups_on_battery(30min));
  b.pass(20s);
  b.feed(policy::operator_hold{index_of(b.about().hosts, "web1"), 10min, "oper", "backup runs"});
  b.adopt(turned_office());
  b.pass(60s);
  EXPECT_EQ(b.level("web1"), level::warn);
  EXPECT_EQ(b.level("web2"), level::shutdown);
}

TEST(SiteAdopt, WhatWasStoppedIsStartedUnderTheNewFile) {
  auto before = office(), after = turned_office();
  before.stages[0].shed.clear();
  after.stages[0].shed.clear();
  site_bench b{before};
  b.outlets_obey();
  b.ups("main", ups_on_battery(1h));
  b.pass(61s);
  b.last_word("web1");
  b.last_word("web2");
  b.pass(10s);
  ASSERT_EQ(b.incident(), incident_state::committed);
  b.adopt(after);
  EXPECT_EQ(b.incident(), incident_state::committed);
  EXPECT_EQ(b.phase("web1"), "down");
  b.pass(5s);
  b.ups("main", ups_online());
  EXPECT_EQ(b.incident(), incident_state::restoring);
  b.pass(60s);
  EXPECT_TRUE(b.wish("ss4.2") == vote::outlet_wish::on || b.wish("ss4.3") == vote::outlet_wish::on);
  b.pass(30s);
  EXPECT_EQ(b.phase("web1"), "booting");
  EXPECT_EQ(b.phase("web2"), "booting");
}

TEST(SiteAdopt, ACommittedHostIsNotTakenBack) {
  site_bench b{office()};
  b.ups("main", ups_on_battery(30min));
  b.pass(65s);
  b.host("web1").state = agent::host_state::committed;
  b.pass(5s);
  auto changed = office();
  changed.stages[1].when.on_battery_for = 20min;
  b.adopt(changed);
  EXPECT_EQ(b.level("web1"), level::shutdown);
}

TEST(SiteAdopt, WhoIsNewIsProtectedAndWhoIsGoneIsForgotten) {
  site_bench b{office()};
  b.ups("main", ups_on_battery(30min));
  b.pass(50s);
  auto changed = office();
  changed.hosts[index_of(changed.hosts, "web2")].name = "web3";
  b.adopt(changed);
  b.boots("web3");
  b.pass(15s);
  EXPECT_EQ(b.level("web3"), level::shutdown);
  EXPECT_EQ(b.level("web1"), level::shutdown);
  b.forget();
  b.pass(5s);
  EXPECT_TRUE(b.votes_to("web2").empty());
}

TEST(SiteAdopt, VotesGoOnInOneSequenceUnderOneIncarnation) {
  site_bench b{office()};
  b.ups("main", ups_on_battery(30min));
  b.pass(10s);
  const auto before = b.votes_to("web1");
  b.adopt(turned_office());
  b.forget();
  b.pass(3s);
  const auto after = b.votes_to("web1");
  ASSERT_FALSE(before.empty());
  ASSERT_FALSE(after.empty());
  EXPECT_EQ(after.front().sequence, before.back().sequence + 1);
  EXPECT_EQ(after.front().incarnation, before.back().incarnation);
}

TEST(SiteAdopt, NewDevicesAreToldToLookAlert) {
  site_bench b{office()};
  b.ups("main", ups_on_battery(30min));
  b.pass(10s);
  b.forget();
  b.adopt(office());
  const auto told = b.all<policy::set_polling>();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_TRUE(told[0].alert);
}

TEST(SiteAdopt, InCalmNothingIsSaid) {
  site_bench b{office()};
  b.forget();
  b.adopt(turned_office());
  EXPECT_TRUE(b.all<policy::decided>().empty());
  EXPECT_TRUE(b.all<policy::incident_changed>().empty());
  EXPECT_TRUE(b.all<policy::host_changed>().empty());
  EXPECT_TRUE(b.all<policy::raise_alarm>().empty());
}

}  // namespace
}  // namespace holdover::test
