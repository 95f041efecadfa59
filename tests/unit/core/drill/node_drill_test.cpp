// A drill from its first call to its end, with the parts of all nodes and hosts.

#include "core/drill/node_drill.hpp"

#include "tests/unit/core/drill/drill_bench.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdover::drill {
namespace {

using namespace holdover::test;
using ::testing::Contains;
using ::testing::Each;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

exercise stop_of(std::string node, duration at) {
  return {exercise_kind::stop_process, std::move(node), {}, at, 14s};
}

TEST(NodeDrill, EveryHostIsHeardBeforeTheStoryBegins) {
  drill_bench b{office(), outage(20min)};
  b.pass(9s);
  for (const auto* host : {"web1", "web2", "db1", "nas1"}) {
    ASSERT_TRUE(b.seen_by(0, host).heard) << host;
    EXPECT_LT(*b.seen_by(0, host).heard, 0s) << host;
    EXPECT_FALSE(b.seen_by(0, host).warned) << host;
  }
}

TEST(NodeDrill, HostsGoInTheOrderOfTheirStagesWithTheirTimesAndMargins) {
  drill_bench b{office(), outage(20min)};
  b.pass(20min);
  const auto web = b.seen_by(1, "web1"), db = b.seen_by(1, "db1"), nas = b.seen_by(1, "nas1");
  ASSERT_TRUE(web.wanted_down && web.committed && web.down && web.left);
  ASSERT_TRUE(db.committed && nas.committed);
  EXPECT_GE(*web.wanted_down, 70s) << "ten seconds until mains fails, a minute on battery";
  EXPECT_LE(*web.wanted_down, 76s);
  EXPECT_GE(*web.committed, *web.wanted_down + 5s) << "the hold";
  EXPECT_EQ(web.why, vote::reason::time_on_battery);
  EXPECT_GE(*web.down, *web.committed + 60s) << "as long as the site allows it";
  EXPECT_NEAR(static_cast<double>(web.left->count()), 1'125'000, 15'000);
  EXPECT_LT(*web.committed, *db.committed);
  EXPECT_LT(*db.committed, *nas.committed);
}

TEST(NodeDrill, EveryVoteNamesItsDrillAndNoneIsForAnOutlet) {
  drill_bench b{office(), outage(20min)};
  b.pass(15min);
  EXPECT_THAT(b.votes, Not(IsEmpty()));
  EXPECT_THAT(b.votes, Each(Field(&vote::vote::drill, "drill-1")));
  for (const auto& one : b.votes)
    EXPECT_EQ(one.to.kind, target_kind::host);
}

TEST(NodeDrill, ProgramsAreLookedAtAndWhatIsMissingIsReported) {
  drill_bench b{office(), outage(20min)};
  b.broken = {"shutdown"};
  b.pass(3min);
  EXPECT_THAT(b.looks, Contains("web1 shutdown"));
  const auto checks = b.seen_by(0, "web1").checks;
  EXPECT_THAT(checks, Contains(Field(&agent::action_report::detail, HasSubstr("is not there"))));
}

TEST(NodeDrill, TheFirstRealTroubleAtOneNodeEndsItEverywhereAtOnce) {
  drill_bench b{office(), outage(20min)};
  b.pass(2min);
  b.to_node(2, real_trouble{"UPS main is on battery"});
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(b.node(i).over()) << i;
    EXPECT_EQ(b.node(i).view(b.now()).state, drill_state::aborted);
    EXPECT_THAT(b.node(i).view(b.now()).why, HasSubstr("UPS main is on battery"));
  }
  for (std::size_t i = 0; i < 4; ++i)
    EXPECT_FALSE(b.host(i).rehearsing()) << i;
  EXPECT_EQ(b.healed, 3);
  const auto votes = b.votes.size();
  b.pass(1min);
  EXPECT_EQ(b.votes.size(), votes) << "nothing comes after its end";
}

TEST(NodeDrill, AnOperatorStopsItForAll) {
  drill_bench b{office(), outage(20min)};
  b.pass(30s);
  b.to_node(0, stopped{"anna", "enough"});
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_TRUE(b.node(i).over()) << i;
  EXPECT_THAT(b.node(0).view(b.now()).why, HasSubstr("anna: enough"));
}

TEST(NodeDrill, ItEndsWithItsStory) {
  drill_bench b{office(), outage(2min)};
  b.pass(10s + 2min);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(b.node(i).view(b.now()).state, drill_state::done) << i;
  b.pass(20s);
  for (std::size_t i = 0; i < 4; ++i)
    EXPECT_FALSE(b.host(i).rehearsing()) << i;
}

TEST(NodeDrill, AHostWithoutAnAgentIsSeenAsNeverHeard) {
  drill_bench b{office(), outage(3min)};
  b.absent = {1};
  b.pass(2min);
  EXPECT_FALSE(b.seen_by(0, "web2").heard);
  EXPECT_TRUE(b.seen_by(0, "web1").heard);
}

TEST(NodeDrill, AStoppedNodesVotesAreMissedAndTheOthersCarryOn) {
  auto wish = order_for("drill-1");
  wish.exercises = {stop_of("gamma", 20s)};
  drill_bench b{office(), outage(20min), wish};
  b.pass(30s);
  ASSERT_EQ(b.begun.size(), 1u) << "by gamma alone";
  b.frozen = {2};
  b.pass(14s);
  b.frozen.clear();
  b.to_node(2, exercise_over{0, true, "stopped for 14 s"});
  b.pass(30s);
  const auto seen = b.node(0).view(b.now());
  const auto missed = [&](const std::string& host) {
    for (const auto& one : seen.missing)
      if (one.host == host && one.node == 3 && one.from > 20s && one.to) return true;
    return false;
  };
  EXPECT_TRUE(missed("web1"));
  EXPECT_TRUE(missed("nas1"));
  for (const auto& one : seen.missing)
    EXPECT_TRUE(one.from < 0s || one.node == 3u) << "node " << one.node;
  const auto own = b.node(2).view(b.now()).exercises;
  ASSERT_EQ(own.size(), 1u);
  EXPECT_TRUE(own[0].began && own[0].ended);
  EXPECT_EQ(own[0].evidence, "stopped for 14 s");
  b.pass(2min);
  EXPECT_TRUE(b.seen_by(0, "web1").committed);
}

TEST(NodeDrill, AnExerciseThatWasNotDoneSaysWhyAndIsNotTriedAgain) {
  auto wish = order_for("drill-1");
  wish.exercises = {stop_of("alpha", 20s)};
  drill_bench b{office(), outage(20min), wish};
  b.pass(30s);
  ASSERT_EQ(b.begun.size(), 1u);
  b.to_node(0, exercise_over{0, false, "beta is not connected"});
  b.pass(1min);
  EXPECT_EQ(b.begun.size(), 1u);
  const auto own = b.node(0).view(b.now()).exercises;
  EXPECT_FALSE(own.at(0).began);
  EXPECT_EQ(own.at(0).evidence, "beta is not connected");
}

TEST(NodeDrill, AStorysDeadNodeFallsSilentAndTwoOfThreeDecide) {
  auto told = outage(20min);
  story_event killed;
  killed.at = 20s;
  killed.what = story_verb::node_killed;
  killed.subjects = {1};
  killed.named = "beta";
  told.events.push_back(killed);
  drill_bench b{office(), told};
  b.pass(3min);
  EXPECT_TRUE(b.seen_by(0, "web1").committed);
  for (const auto& one : b.votes)
    EXPECT_TRUE(one.controller != 2 || one.host_level < vote::level::shutdown);
}

TEST(NodeDrill, WhatADrillCannotPlayIsSaid) {
  auto told = outage(20min);
  story_event hangs;
  hangs.at = 20s;
  hangs.what = story_verb::program_hangs;
  hangs.subjects = {0};
  hangs.named = "web1";
  told.events.push_back(hangs);
  drill_bench b{office(), told};
  b.pass(1min);
  EXPECT_THAT(b.node(0).view(b.now()).not_played, Contains("program hangs web1"));
}

// ---- What is refused ---------------------------------------------------------------------------

TEST(NodeDrill, AnExerciseIsRefusedWhereNoNodeCanBeSpared) {
  auto about = office();
  about.nodes.pop_back();
  auto wish = order_for("drill-1");
  wish.exercises = {stop_of("alpha", 20s)};
  const auto why = objection(wish, outage(20min), about);
  ASSERT_TRUE(why);
  EXPECT_THAT(*why, HasSubstr("none to spare"));
  wish.exercises.clear();
  EXPECT_FALSE(objection(wish, outage(20min), about));
}

TEST(NodeDrill, TwoExercisesAtOnceALongOneAndALongStoryAreRefused) {
  auto wish = order_for("drill-1");
  wish.exercises = {stop_of("alpha", 20s), stop_of("beta", 30s)};
  EXPECT_THAT(objection(wish, outage(20min), office()).value_or(""),
              HasSubstr("one after the other"));
  wish.exercises = {{exercise_kind::stop_process, "alpha", {}, 20s, 21s}};
  EXPECT_THAT(objection(wish, outage(20min), office()).value_or(""), HasSubstr("up to 20 s"));
  wish.exercises.clear();
  EXPECT_THAT(objection(wish, outage(5h), office()).value_or(""), HasSubstr("at most"));
}

}  // namespace
}  // namespace holdover::drill
