#include "core/policy/difference.hpp"

#include "tests/support/sites.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace holdover::policy {
namespace {

std::vector<std::string> told(const site& before, const site& after) {
  std::vector<std::string> out;
  for (const auto& one : differences(before, after))
    out.push_back(to_string(one));
  return out;
}

using lines = std::vector<std::string>;

TEST(Difference, OfTheSameSiteIsNothing) {
  EXPECT_EQ(told(test::office(), test::office()), lines{});
}

TEST(Difference, TextThatMeansTheSameIsNothing) {
  auto after = test::office();
  after.revision = 9;
  after.hash[0] = 1;
  for (auto& stage : after.stages)
    stage.name += " renamed";
  EXPECT_EQ(told(test::office(), after), lines{});
}

TEST(Difference, OfAJobIsWhatCallsItWhenAndWhatItDoes) {
  jobs::job_config job;
  job.name = "powerfail";
  job.on = jobs::event_source{jobs::origin::ups, "main", "on_battery"};
  job.actions.resize(1);
  job.actions[0].text = "gone";
  auto before = test::office(), after = test::office();
  before.jobs = {job};
  job.when.after = 30s;
  job.actions[0].text = "really gone";
  after.jobs = {job};
  const auto all = told(before, after);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_NE(all[0].find("at once, over after 10 s"), std::string::npos) << all[0];
  EXPECT_NE(all[0].find("after 30 s, over after 10 s"), std::string::npos) << all[0];
  EXPECT_NE(all[1].find("log \"really gone\""), std::string::npos) << all[1];
  EXPECT_EQ(told(test::office(), after).size(), 1u) << "a new one is one line";
}

TEST(Difference, HostsThatGoAtAnotherTimeAreToldTogether) {
  auto after = test::office();
  after.stages[1].when.on_battery_for = 2min;
  const auto all = differences(test::office(), after);
  const auto goes = std::find_if(all.begin(), all.end(),
                                 [](const difference& one) { return one.what == "goes"; });
  ASSERT_NE(goes, all.end());
  EXPECT_EQ(goes->kind, "host");
  EXPECT_EQ(goes->subjects, (lines{"web1", "web2"}));
  EXPECT_TRUE(goes->before.starts_with("on battery for 1 min")) << goes->before;
  EXPECT_TRUE(goes->after.starts_with("on battery for 2 min")) << goes->after;
}

TEST(Difference, AConditionThatAnotherOvertakesAnywayChangesNothing) {
  // Whatever makes a later stage due makes the printer's due, too, and that one comes at 30 s.
  auto after = test::office();
  after.stages[1].when.on_battery_for = 2min;
  for (const auto& one : differences(test::office(), after))
    EXPECT_EQ(one.what, "goes") << to_string(one);
  after = test::office();
  after.stages[2].when.on_battery_for = 7min;  // db1's own.
  const auto all = differences(test::office(), after);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(to_string(all[0]),
            "host db1: goes: on battery for 5 min or runtime below 6 min or battery low  ->  on "
            "battery for 7 min or runtime below 6 min or battery low");
}

TEST(Difference, WhatASilentSupplyCountsForIsARule) {
  auto after = test::office();
  after.observing.silent_supply = silent_supply_rule::as_lost;
  EXPECT_EQ(told(test::office(), after),
            (lines{"site: observing: a silent supply counts: as last seen  ->  as lost"}));
}

TEST(Difference, AHostInAnotherStageWaitsForOthersAndMustStartAtAnotherTime) {
  auto after = test::office();
  const auto web2 = test::index_of(after.hosts, "web2");
  std::erase(after.stages[1].hosts, web2);
  after.stages[2].hosts.push_back(web2);
  after.hosts[web2].stage = 2;
  const auto all = told(test::office(), after);
  EXPECT_NE(
      std::find(all.begin(), all.end(), "host web2: waits at most for: nobody  ->  web1 (2 min)"),
      all.end());
  EXPECT_NE(std::find(all.begin(), all.end(),
                      "host web2: latest safe start before empty: 3 min 30 s  ->  2 min 30 s"),
            all.end());
}

TEST(Difference, OneLineOfTheQuorumTellsThatNodesCameOrWent) {
  auto after = test::office();
  after.nodes.push_back({4, "delta", "tcp://10.0.0.4:7400", "tcp://10.0.0.4:7401"});
  EXPECT_EQ(told(test::office(), after),
            (lines{"site: quorum: 2 of 3 nodes  ->  3 of 4 nodes", "node delta: is new: 4"}));
}

TEST(Difference, AnOutletThatIsNoLongerShedSaysSo) {
  auto after = test::office();
  after.stages[0].shed.clear();
  const auto all = told(test::office(), after);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].find("outlet printer: is shed: on battery for 30 s"), 0u);
  EXPECT_TRUE(all[0].ends_with("->  never"));
}

TEST(Difference, SuppliesAreComparedAsASet) {
  auto after = test::redundant();
  auto& app1 = after.hosts[test::index_of(after.hosts, "app1")];
  std::swap(app1.supplies[0], app1.supplies[1]);
  EXPECT_EQ(told(test::redundant(), after), lines{});
  app1.needed = 2;
  EXPECT_EQ(told(test::redundant(), after), (lines{"host app1: needs: 1 of 2  ->  2 of 2"}));
}

TEST(Difference, ADeviceReadElsewhereIsTold) {
  auto after = test::office();
  after.upses[0].address = {.driver = "nut",
                            .host = "10.0.0.9",
                            .port = 3493,
                            .unit = "u1",
                            .credentials = {},
                            .version = {}};
  const auto all = told(test::office(), after);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_TRUE(all[0].ends_with("->  nut 10.0.0.9:3493 u1")) << all[0];
}

TEST(Difference, RulesOfVoteSightAndReturnAreTold) {
  auto after = test::office();
  after.votes.time_to_live = 12s;
  after.restore.charge_minimum_percent = 40;
  EXPECT_EQ(told(test::office(), after), (lines{"site: restore: charge at least: 20 %  ->  40 %",
                                                "site: votes: time to live: 10 s  ->  12 s"}));
}

}  // namespace
}  // namespace holdover::policy
