#include "core/policy/plan.hpp"

#include "tests/support/sites.hpp"

#include <gtest/gtest.h>

namespace holdover::policy {
namespace {

using test::index_of;
using test::office;
using test::redundant;

const host_plan& plan_of(const plan& made, const site& s, const char* host) {
  return made.hosts[index_of(s.hosts, host)];
}

TEST(Plan, CountsTheStagesBeforeAndAfterByTheirSlowestHost) {
  auto s = office();
  s.hosts[0].shutdown_time = 90s;
  const auto made = make_plan(s);
  EXPECT_EQ(plan_of(made, s, "web2").before, 0s);
  EXPECT_EQ(plan_of(made, s, "web2").after, 2min);
  EXPECT_EQ(plan_of(made, s, "db1").before, 90s);
  EXPECT_EQ(plan_of(made, s, "db1").after, 1min);
  EXPECT_EQ(plan_of(made, s, "nas1").before, 150s);
  EXPECT_EQ(plan_of(made, s, "nas1").after, 0s);
}

TEST(Plan, HostsThatShareNoPowerDoNotWaitForEachOther) {
  auto s = redundant();
  s.hosts[0].supplies.erase(s.hosts[0].supplies.begin());  // app1 on the right UPS alone.
  const auto made = make_plan(s);
  EXPECT_EQ(plan_of(made, s, "app1").before, 0s);
  EXPECT_TRUE(plan_of(made, s, "app1").earlier.empty());
  EXPECT_EQ(plan_of(made, s, "app2").before, 60s);
  EXPECT_EQ(plan_of(made, s, "app2").earlier, std::vector<host_index>{2});
}

TEST(Plan, WhatALongHoldAndASlowPollTakeIsAddedToTheLatestSafeStart) {
  auto s = office();
  s.observing.runtime_margin = 30s;
  auto& host = s.hosts[index_of(s.hosts, "nas1")];
  const auto usual = host.shutdown_time + 30s;
  const auto safe_start = [&] {
    return latest_safe_start(host, plan_of(make_plan(s), s, "nas1"), s.observing);
  };
  host.hold = 5s;
  EXPECT_EQ(safe_start(), usual);
  host.hold = 20s;
  EXPECT_EQ(safe_start(), usual + 15s);
  s.upses[host.supplies[0].ups].poll_period = 12s;
  EXPECT_EQ(safe_start(), usual + 15s + 7s);
}

TEST(Plan, AHostInNoStageWaitsForNobody) {
  auto s = office();
  s.hosts[3].stage.reset();
  const auto made = make_plan(s);
  EXPECT_EQ(made.hosts[3].before, 0s);
  EXPECT_TRUE(made.hosts[3].earlier.empty());
}

TEST(Plan, NamesTheOutletsThatFeedAHost) {
  const auto s = redundant();
  const auto made = make_plan(s);
  EXPECT_EQ(plan_of(made, s, "app1").outlets,
            (std::vector<outlet_index>{index_of(s.outlets, "ul.1"), index_of(s.outlets, "ur.1")}));
}

TEST(Plan, AnOutletIsShedInTheFirstStageThatNamesIt) {
  auto s = office();
  s.stages[2].shed = {0};
  const auto made = make_plan(s);
  EXPECT_EQ(made.outlets[0].shed_in, stage_index{0});
  EXPECT_EQ(made.outlets[1].shed_in, std::nullopt);
  EXPECT_EQ(made.outlets[0].ups, ups_index{0});
}

TEST(Plan, TheLatestSafeStartLeavesTimeForTheHostTheLaterStagesAndTheMargin) {
  const auto s = office();
  const auto made = make_plan(s);
  EXPECT_EQ(latest_safe_start(s.hosts[0], made.hosts[0], s.observing), 60s + 120s + 30s);
  EXPECT_EQ(latest_safe_start(s.hosts[3], made.hosts[3], s.observing), 60s + 30s);
}

TEST(Plan, WithinAStageTheChainOfDependenciesSetsTheTime) {
  const auto s = test::chain();
  const auto made = make_plan(s);
  EXPECT_EQ(plan_of(made, s, "web1").before, 0s);
  EXPECT_EQ(plan_of(made, s, "web1").after, 2min);
  EXPECT_EQ(plan_of(made, s, "db1").before, 1min);
  EXPECT_EQ(plan_of(made, s, "db1").after, 1min);
  EXPECT_EQ(plan_of(made, s, "nas1").before, 2min);
  EXPECT_EQ(plan_of(made, s, "nas1").after, 0s);
  EXPECT_EQ(plan_of(made, s, "nas1").earlier, (std::vector<host_index>{0, 1, 2}));
  EXPECT_TRUE(plan_of(made, s, "web2").earlier.empty());
}

TEST(Plan, AHostStartsAfterWhatItDependsOn) {
  const auto made = make_plan(test::chain());
  EXPECT_EQ(made.start_order, (std::vector<host_index>{3, 2, 0, 1}));
}

TEST(Plan, ADependentWithoutCommonPowerGoesFirstAllTheSame) {
  auto s = redundant();
  s.hosts[2].supplies = {{.ups = 0, .outlet = {}}};
  s.hosts[0].supplies = {{.ups = 1, .outlet = {}}};
  s.hosts[0].stage = s.hosts[2].stage = 0;
  s.stages[0].hosts = {0, 2};
  s.hosts[0].depends_on = {2};
  const auto made = make_plan(s);
  EXPECT_EQ(plan_of(made, s, "tape").earlier, std::vector<host_index>{0});
}

TEST(Plan, AsLateAsIsSafeIsTheFirstNeedOfTheStagesHosts) {
  const auto s = test::chain();
  const auto made = make_plan(s);
  ASSERT_EQ(made.latest_safe.at(0).size(), made.domains.size());
  EXPECT_EQ(made.latest_safe[0][made.hosts[0].domain], 3min + 30s);
}

TEST(Plan, EverybodyWithTheSameSuppliesIsInOnePowerDomain) {
  const auto s = redundant();
  const auto made = make_plan(s);
  EXPECT_EQ(plan_of(made, s, "app1").domain, plan_of(made, s, "app2").domain);
  EXPECT_NE(plan_of(made, s, "app1").domain, plan_of(made, s, "tape").domain);
  EXPECT_EQ(made.domains.size(), 2u);
}

/// app2 and tape run the nodes; app2 takes 90 s, tape 60 s, and each lives on another UPS.
site with_nodes() {
  auto s = redundant();
  const auto app2 = index_of(s.hosts, "app2"), tape = index_of(s.hosts, "tape");
  s.nodes[0].host = app2;
  s.nodes[1].host = tape;
  s.hosts[app2].supplies.erase(s.hosts[app2].supplies.begin());
  s.hosts[app2].shutdown_time = 90s;
  return s;
}

TEST(Plan, HostsOfNodesBeginTogetherAMinuteBeforeTheSlowestOfThemMust) {
  const auto s = with_nodes();
  const auto made = make_plan(s);
  EXPECT_EQ(plan_of(made, s, "app2").after, 60s);
  EXPECT_EQ(plan_of(made, s, "tape").after, 90s);
}

TEST(Plan, HostsOfNodesOutliveEverybodyOfAnyStageAlsoOnOtherPower) {
  const auto s = with_nodes();
  const auto made = make_plan(s);
  const auto app1 = index_of(s.hosts, "app1");
  for (const auto* node : {"app2", "tape"}) {
    EXPECT_EQ(plan_of(made, s, node).outlived, std::vector<host_index>{app1}) << node;
    EXPECT_EQ(plan_of(made, s, node).earlier, std::vector<host_index>{}) << node;
  }
  EXPECT_TRUE(plan_of(made, s, "app1").earlier.empty()) << "nobody waits for a node";
}

TEST(Plan, WhoSharesPowerWithANodeGoesBeforeItsLastTimeBegins) {
  auto s = with_nodes();
  EXPECT_EQ(plan_of(make_plan(s), s, "app1").after, 150s);
  EXPECT_EQ(plan_of(make_plan(s), s, "tape").before, 60s);
  s.hosts[index_of(s.hosts, "app1")].supplies.pop_back();
  s.nodes[1].host.reset();
  EXPECT_EQ(plan_of(make_plan(s), s, "app1").after, 0s) << "on the left one alone";
}

TEST(Plan, ANodeGoesBeforeTheHostThatItRunsIn) {
  auto s = with_nodes();
  const auto app1 = index_of(s.hosts, "app1"), app2 = index_of(s.hosts, "app2");
  s.hosts[app2].depends_on = {app1};
  const auto made = make_plan(s);
  EXPECT_EQ(made.hosts[app1].earlier, std::vector<host_index>{app2});
  EXPECT_TRUE(made.hosts[app2].outlived.empty());
}

}  // namespace
}  // namespace holdover::policy
