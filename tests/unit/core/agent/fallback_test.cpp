// The local rule, clause by clause: what sets a supply's state, when a deadline arises and what may
// move it.

#include "core/agent/fallback.hpp"

#include "tests/support/votes.hpp"

#include <gtest/gtest.h>

namespace holdover::agent {
namespace {

using test::blind;
using test::on_battery;
using test::online;
using test::voter;
using views = std::vector<vote::supply_view>;

constexpr time_point t0{};
constexpr duration day = 24h;

/// Three controllers, two of which decide. Reports count from the moment that they are heard.
struct Fallback : testing::Test {
  void say(node_number who, const views& supplies, time_point now,
           std::optional<time_point> as_of = {}) {
    auto v = voters[who].cast(test::host("web1"), test::id(1), 1, vote::level::run, supplies);
    rule.learn(v.content, as_of.value_or(now), now);
  }
  void all_say(const views& supplies, time_point now) {
    for (node_number who = 0; who < 3; ++who)
      say(who, supplies, now);
  }
  /// Repeats a report each second, so that its sender stays able.
  void keep_saying(node_number who, const views& supplies, time_point from, time_point until) {
    for (auto at = from; at <= until; at += 1s)
      say(who, supplies, at);
  }
  void let(time_point now) { rule.advance(now); }

  /// On battery by all three with `left` at arming, which is at t0 + 15 s: they fall silent at t0.
  void armed_with(std::optional<duration> left) {
    all_say({on_battery("u1", left ? std::optional(*left + 15s) : std::nullopt)}, t0);
    let(t0 + 15s);
    ASSERT_TRUE(rule.degraded(t0 + 15s));
  }

  std::vector<voter> voters{{.number = 0}, {.number = 1}, {.number = 2}};
  fallback rule{{.threshold = 2}, t0};
};

// ---- Able, degraded, heard ---------------------------------------------------------------------

TEST_F(Fallback, NobodyIsAbleBeforeAnybodyIsHeard) {
  let(t0 + 1s);
  EXPECT_EQ(rule.able(t0 + 1s), 0u);
  EXPECT_TRUE(rule.degraded(t0 + 1s));
  EXPECT_FALSE(rule.heard_anybody(t0 + 1s));
  EXPECT_FALSE(rule.on_battery());
  EXPECT_EQ(rule.deadline(), std::nullopt);
}

TEST_F(Fallback, AControllerIsAbleForFifteenSecondsAfterTheTickOfItsVote) {
  say(0, {online("u1")}, t0 + 3s, t0 + 1s);
  EXPECT_EQ(rule.able(t0 + 3s), 1u);
  EXPECT_EQ(rule.able(t0 + 15999ms), 1u);
  EXPECT_TRUE(rule.heard_anybody(t0 + 15999ms));
  EXPECT_EQ(rule.able(t0 + 16s), 0u);
  EXPECT_FALSE(rule.heard_anybody(t0 + 16s));
}

TEST_F(Fallback, OnBareMainsToBeHeardByKIsEnough) {
  say(0, {}, t0);
  EXPECT_TRUE(rule.degraded(t0));
  say(1, {}, t0);
  EXPECT_FALSE(rule.degraded(t0));
  EXPECT_TRUE(rule.degraded(t0 + 15s));
  EXPECT_EQ(rule.deadline(), std::nullopt);
}

TEST_F(Fallback, ASupplyThatOneControllerNamesIsNoBareMains) {
  say(0, {}, t0);
  say(1, {}, t0);
  say(2, {online("u1")}, t0);
  EXPECT_TRUE(rule.degraded(t0));
}

TEST_F(Fallback, ABlindControllerIsHeardButNotAble) {
  say(0, {blind("u1")}, t0);
  EXPECT_EQ(rule.able(t0), 0u);
  EXPECT_TRUE(rule.heard_anybody(t0));
}

TEST_F(Fallback, NeitherUnknownNorOffIsAJudgement) {
  say(0, {test::supply("u1", power::belief::unknown)}, t0);
  say(1, {test::supply("u1", power::belief::off)}, t0);
  EXPECT_EQ(rule.able(t0), 0u);
  EXPECT_FALSE(rule.on_battery());
}

TEST_F(Fallback, TestAndBypassCountAsCarrying) {
  say(0, {test::supply("u1", power::belief::test)}, t0);
  say(1, {test::supply("u1", power::belief::bypass)}, t0);
  EXPECT_EQ(rule.able(t0), 2u);
  EXPECT_FALSE(rule.degraded(t0));
}

TEST_F(Fallback, TheSupplyThatTheFewestCanJudgeDecidesHowManyAreAble) {
  say(0, {online("u1"), online("u2")}, t0);
  say(1, {online("u1"), blind("u2")}, t0);
  EXPECT_EQ(rule.able(t0), 1u);
  EXPECT_TRUE(rule.degraded(t0));
}

// ---- The quorum view ---------------------------------------------------------------------------

TEST_F(Fallback, KAbleThatAgreeSetTheStateAtOnce) {
  say(0, {on_battery("u1", 600s)}, t0);
  EXPECT_FALSE(rule.on_battery());
  say(1, {on_battery("u1", 600s)}, t0);
  EXPECT_TRUE(rule.on_battery());
  EXPECT_FALSE(rule.degraded(t0));
  EXPECT_EQ(rule.deadline(), std::nullopt) << "k able controllers vote: nothing to fall back from";
}

TEST_F(Fallback, TheMajorityOfTheAbleDecides) {
  say(0, {online("u1")}, t0);
  say(1, {online("u1")}, t0);
  say(2, {on_battery("u1", 600s)}, t0);
  EXPECT_FALSE(rule.on_battery());
  say(1, {on_battery("u1", 600s)}, t0 + 1s);
  EXPECT_TRUE(rule.on_battery());
}

TEST_F(Fallback, ATieIsDegradedAndLeavesAKnownOnBatteryStanding) {
  say(0, {on_battery("u1", 600s)}, t0);
  say(1, {on_battery("u1", 600s)}, t0);
  say(1, {online("u1")}, t0 + 1s);
  EXPECT_EQ(rule.able(t0 + 1s), 2u);
  EXPECT_TRUE(rule.degraded(t0 + 1s));
  EXPECT_TRUE(rule.on_battery());
  EXPECT_NE(rule.deadline(), std::nullopt);
}

TEST_F(Fallback, SilenceWhileOnLineNeverActs) {
  all_say({online("u1", 600s)}, t0);
  for (auto at = t0; at < t0 + day; at += 60s) {
    let(at);
    ASSERT_EQ(rule.deadline(), std::nullopt);
    ASSERT_FALSE(rule.on_battery());
  }
  EXPECT_TRUE(rule.degraded(t0 + day));
}

TEST_F(Fallback, BlindnessWhileOnLineNeverActs) {
  all_say({online("u1", 600s)}, t0);
  for (auto at = t0 + 1s; at < t0 + 1h; at += 1s)
    all_say({blind("u1")}, at);
  EXPECT_FALSE(rule.on_battery());
  EXPECT_EQ(rule.deadline(), std::nullopt);
}

// ---- The deadline ------------------------------------------------------------------------------

struct deadline_case {
  duration left, shutdown_time, before, after, waits;
};

TEST_F(Fallback, TheDeadlineFollowsTheFormulaWithItsFloors) {
  const std::vector<deadline_case> cases{
      {600s, 120s, 0s, 0s, 300s},    // Half of what is left.
      {600s, 120s, 60s, 0s, 360s},   // Earlier stages go first.
      {400s, 120s, 500s, 0s, 220s},  // But the latest safe start bounds that.
      {600s, 120s, 0s, 200s, 220s},  // Later stages need their time.
      {600s, 400s, 0s, 0s, 140s},    // A slow stop.
      {240s, 120s, 0s, 0s, 60s},     {220s, 120s, 0s, 0s, 40s}, {200s, 120s, 0s, 0s, 20s},
      {190s, 120s, 0s, 0s, 17500ms},  // Floor: a quarter of the spare time.
      {260s, 120s, 0s, 200s, 30s},    // Floor: never more than 30 s.
      {130s, 120s, 0s, 0s, 5s},       // Floor: never less than 5 s.
      {60s, 120s, 0s, 0s, 5s},       {0s, 120s, 0s, 0s, 5s},
  };
  for (const auto& c : cases) {
    fallback fresh{{.threshold = 2}, t0};
    rule = fresh;
    for (auto& v : voters)
      v.shutdown_time = c.shutdown_time, v.before = c.before, v.after = c.after;
    armed_with(c.left);
    EXPECT_EQ(rule.deadline(), t0 + 15s + c.waits) << "case " << &c - cases.data();
  }
}

TEST_F(Fallback, ADeadlineIsExplained) {
  armed_with(600s);
  EXPECT_EQ(rule.explanation(),
            "on battery with 0 of 2 controllers needed; 10 min left, a stop takes 2 min");
}

TEST_F(Fallback, WithoutAnyPredictionItActsAfterTheHighFloor) {
  armed_with(std::nullopt);
  EXPECT_EQ(rule.deadline(), t0 + 45s);
  EXPECT_EQ(rule.empty(), std::nullopt);
}

TEST_F(Fallback, AReportWithoutAPredictionKeepsTheOneBefore) {
  all_say({on_battery("u1", 616s)}, t0);
  all_say({on_battery("u1")}, t0 + 1s);
  let(t0 + 16s);
  EXPECT_EQ(rule.deadline(), t0 + 16s + 300s);
}

TEST_F(Fallback, LeftIsTheMidValueOfAllReportsSilentOnesIncluded) {
  say(0, {on_battery("u1", 600s)}, t0);
  say(1, {on_battery("u1", 1000s)}, t0);
  say(2, {on_battery("u1", 800s)}, t0);
  EXPECT_EQ(rule.empty(), t0 + 800s);
}

TEST_F(Fallback, TheMidValueOfAnEvenCountIsTheLowerOne) {
  say(0, {on_battery("u1", 600s)}, t0);
  say(1, {on_battery("u1", 1000s)}, t0);
  EXPECT_EQ(rule.empty(), t0 + 600s);
}

TEST_F(Fallback, ADelayedVoteDoesNotMakeTheBatteryLastLonger) {
  say(0, {on_battery("u1", 600s)}, t0 + 9s, t0);
  say(1, {on_battery("u1", 600s)}, t0 + 9s, t0);
  EXPECT_EQ(rule.empty(), t0 + 600s);
}

TEST_F(Fallback, AnIsolatedLiarCannotStretchTheDeadline) {
  armed_with(600s);
  const auto before = rule.deadline();
  keep_saying(2, {on_battery("u1", day)}, t0 + 16s, t0 + 300s);
  EXPECT_EQ(rule.deadline(), before);
}

TEST_F(Fallback, AnIsolatedLiarThatSpeaksBeforeArmingCannotStretchItEither) {
  all_say({on_battery("u1", 615s)}, t0);
  keep_saying(2, {on_battery("u1", day)}, t0 + 1s, t0 + 20s);
  EXPECT_EQ(rule.deadline(), t0 + 15s + 300s);
}

TEST_F(Fallback, WorseReportsBringTheDeadlineForward) {
  armed_with(600s);
  say(0, {on_battery("u1", 200s)}, t0 + 16s);
  EXPECT_EQ(rule.deadline(), t0 + 315s) << "one of three reports is not the mid-value";
  say(1, {on_battery("u1", 200s)}, t0 + 16s);
  EXPECT_FALSE(rule.degraded(t0 + 16s));
  let(t0 + 31s);
  EXPECT_EQ(rule.empty(), t0 + 216s);
  EXPECT_EQ(rule.deadline(), t0 + 15s + 201s - 180s) << "counted from the first arming";
}

TEST_F(Fallback, AShortQuorumViewSuspendsTheDeadlineAndDoesNotMoveIt) {
  armed_with(600s);
  const auto before = rule.deadline();
  say(0, {on_battery("u1", 2000s)}, t0 + 20s, t0 + 18s);
  say(1, {on_battery("u1", 2000s)}, t0 + 20s, t0 + 18s);
  EXPECT_EQ(rule.deadline(), std::nullopt);
  let(t0 + 33s);
  EXPECT_TRUE(rule.degraded(t0 + 33s));
  EXPECT_EQ(rule.deadline(), before);
}

TEST_F(Fallback, AQuorumViewThatHoldsMovesTheDeadline) {
  armed_with(600s);
  for (auto at = t0 + 20s; at <= t0 + 35s; at += 1s)
    all_say({on_battery("u1", 2000s)}, at);
  let(t0 + 50s);
  ASSERT_TRUE(rule.degraded(t0 + 50s));
  EXPECT_EQ(rule.deadline(), t0 + 50s + 992500ms);
}

TEST_F(Fallback, KAbleOnLineDisarm) {
  armed_with(600s);
  say(0, {online("u1")}, t0 + 60s);
  EXPECT_NE(rule.deadline(), std::nullopt);
  say(1, {online("u1")}, t0 + 60s);
  EXPECT_EQ(rule.deadline(), std::nullopt);
  EXPECT_FALSE(rule.on_battery());
  EXPECT_EQ(rule.explanation(), "");
  let(t0 + day);
  EXPECT_EQ(rule.deadline(), std::nullopt);
}

TEST_F(Fallback, ABlindReturnOfTheControllersLeavesTheDeadline) {
  armed_with(600s);
  const auto before = rule.deadline();
  for (auto at = t0 + 16s; at < t0 + 200s; at += 1s)
    all_say({blind("u1")}, at);
  EXPECT_EQ(rule.deadline(), before);
}

// ---- Degraded: one witness, one denial ---------------------------------------------------------

TEST_F(Fallback, ASingleWitnessSetsOnBatteryAfterThirtySeconds) {
  all_say({online("u1", 900s)}, t0);
  let(t0 + 15s);
  keep_saying(0, {on_battery("u1", 600s)}, t0 + 15s, t0 + 44s);
  let(t0 + 44999ms);
  EXPECT_FALSE(rule.on_battery());
  let(t0 + 45s);
  EXPECT_TRUE(rule.on_battery());
  EXPECT_NE(rule.deadline(), std::nullopt);
}

TEST_F(Fallback, TheTimeOfAWitnessBeforeTheHostWasDegradedDoesNotCount) {
  all_say({online("u1")}, t0);
  keep_saying(0, {on_battery("u1", 600s)}, t0 + 1s, t0 + 44s);  // The others are able until 15 s.
  EXPECT_FALSE(rule.on_battery());
  say(0, {on_battery("u1", 600s)}, t0 + 45s);
  EXPECT_TRUE(rule.on_battery());
}

TEST_F(Fallback, AnAbleOnlineVoiceKeepsAWitnessFromSettingOnBattery) {
  fallback three_needed{{.threshold = 3}, t0};
  rule = three_needed;
  for (auto at = t0; at < t0 + 120s; at += 1s) {
    say(0, {on_battery("u1", 600s)}, at);
    say(1, {online("u1")}, at);
  }
  EXPECT_FALSE(rule.on_battery());
}

TEST_F(Fallback, AWitnessThatFallsSilentInBetweenBeginsAnew) {
  keep_saying(0, {on_battery("u1", 600s)}, t0, t0 + 10s);
  keep_saying(0, {on_battery("u1", 600s)}, t0 + 28s, t0 + 57s);
  EXPECT_FALSE(rule.on_battery());
  say(0, {on_battery("u1", 600s)}, t0 + 58s);
  EXPECT_TRUE(rule.on_battery());
}

TEST_F(Fallback, AQuorumViewInBetweenEndsTheTimeOfAWitness) {
  keep_saying(0, {on_battery("u1", 600s)}, t0, t0 + 10s);
  all_say({on_battery("u1", 600s)}, t0 + 10s);
  say(1, {online("u1")}, t0 + 12s);
  say(2, {online("u1")}, t0 + 12s);
  keep_saying(0, {on_battery("u1", 600s)}, t0 + 12s, t0 + 56s);  // Degraded again from 27 s.
  EXPECT_FALSE(rule.on_battery());
  say(0, {on_battery("u1", 600s)}, t0 + 57s);
  EXPECT_TRUE(rule.on_battery());
}

TEST_F(Fallback, ASingleWitnessDoesNotSayHowFast) {
  all_say({online("u1", 3000s)}, t0);
  all_say({online("u1", 915s)}, t0);
  let(t0 + 15s);
  keep_saying(0, {on_battery("u1", 1s)}, t0 + 15s, t0 + 45s);
  ASSERT_TRUE(rule.on_battery());
  EXPECT_EQ(rule.empty(), t0 + 15s + 915s) << "as the last quorum view saw it, from its first word";
  EXPECT_EQ(rule.deadline(), t0 + 45s + 442500ms);
}

TEST_F(Fallback, AWitnessIsTakenAtItsWordWhereNoQuorumEverSpoke) {
  keep_saying(0, {on_battery("u1", 600s)}, t0, t0 + 30s);
  ASSERT_TRUE(rule.on_battery());
  EXPECT_EQ(rule.empty(), t0 + 630s);
}

TEST_F(Fallback, AQuorumViewReplacesWhatAWitnessStarted) {
  all_say({online("u1", 915s)}, t0);
  let(t0 + 15s);
  keep_saying(0, {on_battery("u1", 300s)}, t0 + 15s, t0 + 45s);
  say(1, {on_battery("u1", 300s)}, t0 + 45s);
  EXPECT_EQ(rule.empty(), t0 + 345s);
}

TEST_F(Fallback, AnAbleOnlineVoiceClearsAfterFifteenSeconds) {
  armed_with(600s);
  keep_saying(0, {online("u1")}, t0 + 20s, t0 + 34s);
  let(t0 + 34999ms);
  EXPECT_TRUE(rule.on_battery());
  let(t0 + 35s);
  EXPECT_FALSE(rule.on_battery());
  EXPECT_EQ(rule.deadline(), std::nullopt);
}

TEST_F(Fallback, AnAbleOnBatteryVoiceKeepsItFromBeingCleared) {
  armed_with(600s);
  for (auto at = t0 + 20s; at < t0 + 100s; at += 1s) {
    say(0, {online("u1")}, at);
    say(1, {on_battery("u1", 500s)}, at);
  }
  EXPECT_TRUE(rule.on_battery());
}

TEST_F(Fallback, AWitnessThatLooksNoMoreDoesNotContradictOneThatDoes) {
  armed_with(600s);
  auto kept = on_battery("u1", 500s);
  for (auto at = t0 + 20s; at < t0 + 35s; at += 1s) {
    say(0, {online("u1")}, at);
    kept.observation_age = 7s + (at - t0);
    say(1, {kept}, at);
    EXPECT_TRUE(rule.on_battery()) << "what was known stays until the denial has lasted";
    EXPECT_EQ(rule.able(at), 1u);
  }
  say(0, {online("u1")}, t0 + 35s);
  EXPECT_FALSE(rule.on_battery());
  EXPECT_EQ(rule.deadline(), std::nullopt);
}

TEST_F(Fallback, AStaleOnBatteryStillCountsWhereNobodyContradictsIt) {
  auto kept = on_battery("u1", 500s);
  kept.observation_age = 20s;
  say(0, {kept}, t0 + 30s);
  say(1, {kept}, t0 + 30s);
  EXPECT_TRUE(rule.on_battery());
  EXPECT_FALSE(rule.degraded(t0 + 30s));
}

TEST_F(Fallback, ATieIsToldAsATie) {
  say(0, {on_battery("u1", 600s)}, t0);
  say(1, {on_battery("u1", 600s)}, t0);
  say(1, {online("u1")}, t0 + 1s);
  EXPECT_NE(rule.explanation().find("the 2 controllers in sight of two minds"), std::string::npos)
      << rule.explanation();
}

TEST_F(Fallback, ADenialThatFallsSilentInBetweenBeginsAnew) {
  armed_with(600s);
  say(0, {online("u1")}, t0 + 20s, t0 + 10s);  // Able until 25 s.
  say(0, {online("u1")}, t0 + 30s);
  let(t0 + 40s);
  EXPECT_TRUE(rule.on_battery());
  say(0, {online("u1")}, t0 + 44s);
  EXPECT_TRUE(rule.on_battery());
  let(t0 + 45s);
  EXPECT_FALSE(rule.on_battery());
}

// ---- Episodes ----------------------------------------------------------------------------------

TEST_F(Fallback, ReportsOfAnEarlierEpisodeDoNotSetTheDeadline) {
  all_say({on_battery("u1", 100s)}, t0);
  say(1, {online("u1")}, t0 + 10s);
  say(2, {online("u1")}, t0 + 10s);  // Controller 0 is gone; its report stays from then.
  ASSERT_FALSE(rule.on_battery());
  let(t0 + 20s);
  say(1, {on_battery("u1", 1000s)}, t0 + 24s);
  say(2, {on_battery("u1", 1000s)}, t0 + 24s);
  ASSERT_TRUE(rule.on_battery());
  EXPECT_EQ(rule.empty(), t0 + 1024s);
}

TEST_F(Fallback, ReportsOfAnEpisodeThatWasClearedDoNotSetTheNextDeadline) {
  armed_with(9000s);
  keep_saying(0, {online("u1")}, t0 + 20s, t0 + 35s);
  ASSERT_FALSE(rule.on_battery());
  say(0, {on_battery("u1", 1000s)}, t0 + 60s);
  say(1, {on_battery("u1", 2000s)}, t0 + 60s);
  EXPECT_EQ(rule.empty(), t0 + 1060s);
}

TEST_F(Fallback, AControllerThatSeesPowerEndsItsOwnReport) {
  all_say({on_battery("u1", 9000s)}, t0);
  say(0, {online("u1")}, t0 + 1s);
  say(1, {on_battery("u1", 600s)}, t0 + 1s);
  say(2, {on_battery("u1", 700s)}, t0 + 1s);
  EXPECT_EQ(rule.empty(), t0 + 601s);
}

TEST_F(Fallback, AMinoritysReportEndsWhenItFallsSilentUnderAQuorumOnLine) {
  say(2, {on_battery("u1", 9000s)}, t0);
  for (auto at = t0; at <= t0 + 20s; at += 1s) {
    say(0, {online("u1")}, at);
    say(1, {online("u1")}, at);
  }
  say(0, {on_battery("u1", 1000s)}, t0 + 21s);
  say(1, {on_battery("u1", 2000s)}, t0 + 21s);
  EXPECT_EQ(rule.empty(), t0 + 1021s);
}

TEST_F(Fallback, TheFirstToSeeAnOutageCountsEvenIfItFallsSilentAtOnce) {
  all_say({online("u1")}, t0);
  say(0, {on_battery("u1", 300s)}, t0 + 5s);
  say(1, {on_battery("u1", 800s)}, t0 + 5s);
  ASSERT_TRUE(rule.on_battery());
  EXPECT_EQ(rule.empty(), t0 + 305s);
}

// ---- Before the boot ---------------------------------------------------------------------------

TEST_F(Fallback, EvidenceOlderThanTheBootIsIgnored) {
  auto seen_before = on_battery("u1", 600s);
  seen_before.observation_age = 6s;
  all_say({seen_before}, t0 + 5999ms);
  EXPECT_EQ(rule.able(t0 + 5999ms), 0u);
  EXPECT_FALSE(rule.on_battery());
  EXPECT_EQ(rule.empty(), std::nullopt);
  all_say({seen_before}, t0 + 6s);
  EXPECT_TRUE(rule.on_battery());
}

TEST_F(Fallback, TheAgeOfEvidenceCountsFromTheTickAndNotFromArrival) {
  auto seen_before = on_battery("u1", 600s);
  seen_before.observation_age = 6s;
  say(0, {seen_before}, t0 + 10s, t0 + 5s);
  EXPECT_EQ(rule.able(t0 + 10s), 0u);
}

TEST_F(Fallback, AVoteIsOlderThanTheBootOnlyIfAllItShowsIs) {
  auto old = on_battery("u1");
  old.observation_age = 20s;
  const auto judged = [&](const views& supplies) {
    const auto v =
        voters[0].cast(test::host("web1"), test::id(1), 1, vote::level::shutdown, supplies);
    return rule.older_than_boot(v.content, t0 + 10s);
  };
  EXPECT_TRUE(judged({old}));
  EXPECT_TRUE(judged({old, blind("u2")}));
  EXPECT_FALSE(judged({old, on_battery("u2")}));
  EXPECT_FALSE(judged({blind("u1")}));
  EXPECT_FALSE(judged({}));
}

// ---- Several supplies --------------------------------------------------------------------------

TEST_F(Fallback, OneOfTwoSuppliesSufficesAHostThatNeedsOne) {
  all_say({on_battery("u1", 300s), online("u2")}, t0);
  EXPECT_FALSE(rule.on_battery());
  all_say({on_battery("u1", 300s), on_battery("u2", 900s)}, t0 + 1s);
  EXPECT_TRUE(rule.on_battery());
  EXPECT_EQ(rule.empty(), t0 + 901s) << "it lasts as long as the better of the two";
}

TEST_F(Fallback, AHostThatNeedsBothLastsAsLongAsTheWorse) {
  for (auto& v : voters)
    v.needed_supplies = 2;
  all_say({on_battery("u1", 300s), online("u2")}, t0);
  EXPECT_TRUE(rule.on_battery());
  EXPECT_EQ(rule.empty(), t0 + 300s);
  all_say({on_battery("u1", 900s), on_battery("u2", 300s)}, t0);
  EXPECT_EQ(rule.empty(), t0 + 300s);
}

TEST_F(Fallback, ABatteryWithoutAPredictionIsTakenToEndFirst) {
  all_say({on_battery("u1"), on_battery("u2", 900s)}, t0);
  EXPECT_EQ(rule.empty(), t0 + 900s) << "one of two suffices";
  for (auto& v : voters)
    v.needed_supplies = 2;
  all_say({on_battery("u1"), on_battery("u2", 900s)}, t0);
  EXPECT_EQ(rule.empty(), std::nullopt) << "both are needed";
}

TEST_F(Fallback, ASupplyOfWhichNothingIsKnownDoesNotArm) {
  all_say({on_battery("u1", 300s), blind("u2")}, t0);
  let(t0 + 60s);
  EXPECT_FALSE(rule.on_battery());
  EXPECT_EQ(rule.deadline(), std::nullopt);
}

TEST_F(Fallback, ASupplyLastSeenOnBatteryCountsWhenItIsSeenNoMore) {
  all_say({online("u1"), on_battery("u2", 900s)}, t0);
  for (auto at = t0 + 1s; at < t0 + 40s; at += 1s)
    all_say({on_battery("u1", 300s), blind("u2")}, at);
  EXPECT_TRUE(rule.on_battery());
  EXPECT_TRUE(rule.degraded(t0 + 40s));
  EXPECT_NE(rule.deadline(), std::nullopt);
}

TEST_F(Fallback, TwoSuppliesOnOneUpsAreTwo) {
  for (auto& v : voters)
    v.needed_supplies = 2;
  all_say({online("u1"), online("u1"), on_battery("u2", 300s)}, t0);
  EXPECT_FALSE(rule.on_battery());
  all_say({on_battery("u1", 300s), on_battery("u1", 300s), online("u2")}, t0);
  EXPECT_TRUE(rule.on_battery());
}

TEST_F(Fallback, ALoneLiarCannotInventASupply) {
  all_say({online("u1")}, t0);
  say(2, {online("u1"), on_battery("u9", 10s)}, t0 + 1s);
  EXPECT_FALSE(rule.degraded(t0 + 1s));
  for (auto& v : voters)
    v.needed_supplies = 2;
  keep_saying(2, {on_battery("u9", 10s)}, t0 + 2s, t0 + 80s);
  EXPECT_FALSE(rule.on_battery());
}

TEST_F(Fallback, ALoneLiarCannotHideASupply) {
  armed_with(600s);
  const auto before = rule.deadline();
  keep_saying(2, {online("u9")}, t0 + 16s, t0 + 60s);
  EXPECT_TRUE(rule.on_battery());
  EXPECT_EQ(rule.deadline(), before);
}

// ---- Presumptions ------------------------------------------------------------------------------

constexpr time_point t1 = t0 + 100s;

/// What a controller says of a supply that it has not seen for long beside one on battery (X9).
vote::supply_view presumed(const std::string& ups) {
  auto told = on_battery(ups, 0s);
  told.observation_age = 40s;
  return told;
}

TEST_F(Fallback, APresumptionWaitsForTheLatestMoment) {
  for (auto& v : voters)
    v.shutdown_time = 60s;
  all_say({on_battery("u1", 615s), presumed("u2")}, t1);
  let(t1 + 15s);
  EXPECT_EQ(rule.deadline(), t1 + 15s + 600s - 60s - 60s) << "left, stop, reserve";
}

TEST_F(Fallback, ASupplySeenOnBatteryOnceIsNoPresumptionLater) {
  for (auto& v : voters)
    v.shutdown_time = 60s;
  all_say({on_battery("u1", 615s), on_battery("u2", 600s)}, t1 - 5s);
  all_say({on_battery("u1", 615s), presumed("u2")}, t1);
  let(t1 + 15s);
  EXPECT_EQ(rule.deadline(), t1 + 15s + 300s) << "half of what is left";
}

TEST_F(Fallback, WhatWasSeenInAnEarlierEpisodeIsForgotten) {
  for (auto& v : voters)
    v.shutdown_time = 60s;
  all_say({on_battery("u1", 615s), on_battery("u2", 600s)}, t1 - 30s);
  all_say({online("u1"), online("u2")}, t1 - 20s);
  all_say({on_battery("u1", 615s), presumed("u2")}, t1);
  let(t1 + 15s);
  EXPECT_EQ(rule.deadline(), t1 + 15s + 600s - 60s - 60s);
}

// ---- Time --------------------------------------------------------------------------------------

TEST_F(Fallback, NumbersOfAnySizeDoNotOverflow) {
  auto absurd = on_battery("u1", duration::max());
  absurd.observation_age = duration::min();
  for (auto& v : voters)
    v.shutdown_time = v.before = v.after = duration::max(), v.needed_supplies = 0xffffffff;
  all_say({absurd}, t0);
  let(t0 + 15s);
  ASSERT_NE(rule.deadline(), std::nullopt);
  EXPECT_EQ(rule.deadline(), t0 + 20s);
}

TEST_F(Fallback, TheNextChangeIsTheEarliestThatTimeAloneBrings) {
  EXPECT_EQ(rule.next_change(t0), std::nullopt);
  all_say({on_battery("u1", 615s)}, t0);
  EXPECT_EQ(rule.next_change(t0), t0 + 15s) << "they cease to be able";
  let(t0 + 15s);
  EXPECT_EQ(rule.next_change(t0 + 15s), t0 + 315s) << "the deadline";
  let(t0 + 315s);
  EXPECT_EQ(rule.next_change(t0 + 315s), std::nullopt);
  say(0, {online("u1")}, t0 + 320s, t0 + 318s);
  EXPECT_EQ(rule.next_change(t0 + 320s), t0 + 333s);
  say(0, {online("u1")}, t0 + 324s, t0 + 324s);
  EXPECT_EQ(rule.next_change(t0 + 324s), t0 + 335s) << "the denial clears";
}

TEST_F(Fallback, TheNextChangeAnnouncesAWitnessAndASettledQuorum) {
  say(0, {on_battery("u1", 600s)}, t0);
  say(0, {on_battery("u1", 600s)}, t0 + 14s);
  say(0, {on_battery("u1", 600s)}, t0 + 28s);
  EXPECT_EQ(rule.next_change(t0 + 28s), t0 + 30s);
  let(t0 + 30s);
  ASSERT_TRUE(rule.on_battery());
  say(0, {on_battery("u1", 600s)}, t0 + 40s);
  say(1, {on_battery("u1", 600s)}, t0 + 40s);
  say(0, {on_battery("u1", 600s)}, t0 + 50s);
  say(1, {on_battery("u1", 600s)}, t0 + 50s);
  EXPECT_EQ(rule.next_change(t0 + 50s), t0 + 55s);
}

// ---- Outliving its process ---------------------------------------------------------------------

TEST_F(Fallback, WhatItRemembersIsAllThatItKnows) {
  all_say({on_battery("u 1", 600s), online("u2")}, t0);
  say(1, {on_battery("u 1"), blind("u2")}, t0 + 1s);
  let(t0 + 20s);
  ASSERT_TRUE(rule.worth_keeping());
  fallback other{{.threshold = 2}, t0};
  ASSERT_TRUE(other.recall(rule.remember()));
  EXPECT_EQ(other.remember(), rule.remember());
  other.advance(t0 + 30s);
  let(t0 + 30s);
  EXPECT_EQ(other.deadline(), rule.deadline());
  EXPECT_EQ(other.empty(), rule.empty());
  EXPECT_EQ(other.explanation(), rule.explanation());
}

TEST_F(Fallback, ANameThatLooksLikeLinesOfTheMemoryIsOneNameStill) {
  const std::string forged = "u1\nsupply 1 1 1 - - - - u9\n100%\x7f";
  all_say({on_battery("u1", 600s), on_battery(forged, 300s)}, t0);
  const auto text = rule.remember();
  EXPECT_EQ(text.find("\nsupply 1 1 1 - - - - u9"), std::string::npos) << text;
  fallback other{{.threshold = 2}, t0};
  ASSERT_TRUE(other.recall(text)) << text;
  EXPECT_EQ(other.remember(), text);
  EXPECT_FALSE(other.recall("armed - - -\nsupply 1 1 1 - - - - u%0\n"));
  EXPECT_FALSE(other.recall("armed - - -\nsupply 1 1 1 - - - - u%zz\n"));
}

TEST_F(Fallback, OnLineNothingIsWorthKeeping) {
  all_say({online("u1")}, t0);
  EXPECT_FALSE(rule.worth_keeping());
}

TEST_F(Fallback, ASpoiltMemoryIsRefusedWholeWhereverItIsSpoilt) {
  all_say({on_battery("u1", 600s)}, t0);
  const auto whole = rule.remember();
  for (std::size_t cut = 1; cut < whole.size(); ++cut) {
    fallback other{{.threshold = 2}, t0};
    auto spoilt = whole;
    spoilt[cut] = '!';
    const auto before = other.remember();
    const bool taken = other.recall(spoilt);
    EXPECT_TRUE(taken || other.remember() == before) << spoilt;
  }
  fallback other{{.threshold = 2}, t0};
  EXPECT_FALSE(other.recall("armed - - -\nview 0 2 - 0 u1\n")) << "of an unknown controller";
  EXPECT_FALSE(other.recall("armed 1 2 99999999999999999999\n"));
  EXPECT_FALSE(other.recall("nonsense 1\n"));
}

}  // namespace
}  // namespace holdover::agent
