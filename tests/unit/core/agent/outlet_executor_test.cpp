// When an executor drives its unit, what it wants to see first, and what it believes afterwards.

#include "core/agent/outlet_executor.hpp"

#include "tests/support/votes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace holdover::agent {
namespace {

using power::outlet_state;
using test::voter;
using vote::outlet_wish;

executor_config two_outlets(std::uint32_t rank = 0) {
  executor_config c;
  c.site = "lab";
  c.unit = "rack1";
  c.node = 4;
  c.electorate = {0, 1, 2};
  c.threshold = 2;
  c.rank = rank;
  c.outlets = {{"rack1.1", 1, 30s}, {"rack1.2", 2, 30s}};
  return c;
}

/// An executor, the votes for its first outlet and the answers of its unit.
struct Executor : testing::Test {
  void begin(executor_config config) {
    executor.emplace(std::move(config), test::id(1), now);
    feed(executor_tick{});
    done.clear();
  }
  Executor() { begin(two_outlets()); }

  void feed(const executor_event& event) {
    auto decided = executor->step(event, now);
    wake = decided.wake_at;
    ASSERT_TRUE(wake && *wake > now);
    for (auto& action : decided.actions) {
      if (const auto* said = std::get_if<send_executor_beacon>(&action)) beacon = said->what;
      done.push_back(std::move(action));
    }
  }
  void pass(duration time) {
    const auto until = now + time;
    while (*wake <= until) {
      now = *wake;
      feed(executor_tick{});
    }
    now = until;
    feed(executor_tick{});
  }

  void vote(node_number from, outlet_wish wish, const std::string& outlet = "rack1.1") {
    feed(outlet_vote_received{
        voters[from].cast(test::outlet(outlet, 4), test::id(1), beacon.tick, wish)});
  }
  void votes(outlet_wish wish) {
    vote(0, wish);
    vote(1, wish);
  }
  /// Two controllers keep wanting it while time passes; the unit is read as often, if it answers.
  void keep_voting(outlet_wish wish, duration time, std::optional<outlet_state> reads = {}) {
    const auto until = now + time;
    for (votes(wish); now < until; votes(wish)) {
      if (reads) read(*reads);
      pass(std::min<duration>(1s, until - now));
    }
  }
  void read(outlet_state first, outlet_state second = outlet_state::on) {
    feed(outlets_read{{{{1, first, {}}, {2, second, {}}}, {}}});
  }

  template <class T>
  std::vector<T> all() const {
    std::vector<T> found;
    for (const auto& action : done)
      if (const auto* match = std::get_if<T>(&action)) found.push_back(*match);
    return found;
  }
  std::size_t sets() const { return all<switch_outlet>().size(); }
  const outlet_status& status() const { return beacon.outlets.at(0); }

  std::vector<voter> voters{{.number = 0}, {.number = 1}, {.number = 2}};
  time_point now{1000s};
  std::optional<outlet_executor> executor;
  executor_beacon beacon;
  std::optional<time_point> wake;
  std::vector<executor_action> done;
};

// ---- When it switches --------------------------------------------------------------------------

TEST_F(Executor, SwitchesWhenKControllersWantItAndTheReadingSaysThatItIsNeeded) {
  read(outlet_state::on);
  vote(0, outlet_wish::off);
  EXPECT_EQ(sets(), 0u);
  vote(1, outlet_wish::off);
  ASSERT_EQ(sets(), 1u);
  EXPECT_EQ(all<switch_outlet>()[0].number, 1u);
  EXPECT_FALSE(all<switch_outlet>()[0].on);
  EXPECT_EQ(status().effective, outlet_wish::off);
  EXPECT_EQ(status().switching, action_state::started);
}

TEST_F(Executor, RecordsTheIntentWithItsEvidenceBeforeTheSet) {
  read(outlet_state::on);
  done.clear();
  votes(outlet_wish::off);
  const auto intent = std::find_if(done.begin(), done.end(), [](const auto& action) {
    return std::holds_alternative<record_intent>(action);
  });
  const auto set = std::find_if(done.begin(), done.end(), [](const auto& action) {
    return std::holds_alternative<switch_outlet>(action);
  });
  ASSERT_NE(intent, done.end());
  ASSERT_NE(set, done.end());
  EXPECT_LT(intent, set);
  const auto& recorded = std::get<record_intent>(*intent);
  EXPECT_EQ(recorded.outlet, "rack1.1");
  EXPECT_EQ(recorded.wish, outlet_wish::off);
  EXPECT_EQ(recorded.evidence, (std::vector<std::string>{"signed by 0 #1", "signed by 1 #1"}));
}

TEST_F(Executor, DoesNothingOnOneControllersWishHoweverOftenItIsRepeated) {
  for (int i = 0; i < 60; ++i) {
    read(outlet_state::on);
    vote(0, outlet_wish::off);
    vote(1, outlet_wish::keep);
    vote(2, outlet_wish::on);
    pass(1s);
  }
  EXPECT_EQ(sets(), 0u);
}

TEST_F(Executor, DoesNotCountVotesForAnotherExecutorOrAnotherLife) {
  read(outlet_state::on);
  for (node_number from = 0; from < 3; ++from) {
    auto elsewhere =
        voters[from].cast(test::outlet("rack1.1", 5), test::id(1), beacon.tick, outlet_wish::off);
    feed(outlet_vote_received{elsewhere});
    auto before =
        voters[from].cast(test::outlet("rack1.1", 4), test::id(2), beacon.tick, outlet_wish::off);
    feed(outlet_vote_received{before});
  }
  EXPECT_EQ(sets(), 0u);
  const auto& refused = executor->votes("rack1.1")->refused();
  EXPECT_EQ(refused[static_cast<std::size_t>(vote::refusal::wrong_target)], 3u);
  EXPECT_EQ(refused[static_cast<std::size_t>(vote::refusal::wrong_nonce)], 3u);
  EXPECT_EQ(executor->votes("rack9.1"), nullptr);
}

TEST_F(Executor, LeavesTheOtherOutletsAlone) {
  read(outlet_state::on);
  vote(0, outlet_wish::off, "rack1.2");
  vote(1, outlet_wish::off, "rack1.2");
  ASSERT_EQ(sets(), 1u);
  EXPECT_EQ(all<switch_outlet>()[0].number, 2u);
}

TEST_F(Executor, DoesNothingIfTheOutletIsAlreadyAsWanted) {
  read(outlet_state::on);
  keep_voting(outlet_wish::on, 60s, outlet_state::on);
  EXPECT_EQ(sets(), 0u);
  EXPECT_TRUE(all<record_intent>().empty());
  EXPECT_TRUE(all<outlet_alarm>().empty());
  EXPECT_EQ(status().switching, action_state::done);
}

TEST_F(Executor, AsksForAReadingInsteadOfSwitchingBlindly) {
  votes(outlet_wish::off);
  EXPECT_EQ(sets(), 0u);
  EXPECT_EQ(all<read_outlets>().size(), 1u);
  read(outlet_state::on);
  EXPECT_EQ(sets(), 1u);
}

TEST_F(Executor, DoesNotTrustAnOldReading) {
  read(outlet_state::on);
  pass(6s);
  votes(outlet_wish::off);
  EXPECT_EQ(sets(), 0u);
  EXPECT_EQ(all<read_outlets>().size(), 1u);
  read(outlet_state::off);
  EXPECT_EQ(sets(), 0u) << "it was not needed any more";
  EXPECT_EQ(status().switching, action_state::done);
}

TEST_F(Executor, AReadingThatDoesNotKnowTheStateIsNoReading) {
  read(outlet_state::unknown);
  votes(outlet_wish::off);
  read(outlet_state::unknown);
  EXPECT_EQ(sets(), 0u);
  EXPECT_EQ(status().state, outlet_state::unknown);
}

TEST_F(Executor, AsksASilentUnitAgainOnlyEverySettleTime) {
  votes(outlet_wish::off);
  keep_voting(outlet_wish::off, 9s);
  EXPECT_EQ(all<read_outlets>().size(), 4u);
}

TEST_F(Executor, VotesThatEndJustBeforeTheSetStopIt) {
  votes(outlet_wish::off);  // Waits for a reading.
  vote(1, outlet_wish::keep);
  read(outlet_state::on);
  EXPECT_EQ(sets(), 0u);
  EXPECT_EQ(status().detail, "no longer wanted");
}

TEST_F(Executor, VotesThatExpireJustBeforeTheSetStopIt) {
  votes(outlet_wish::off);
  pass(10s);
  read(outlet_state::on);
  EXPECT_EQ(sets(), 0u);
}

// ---- Whose turn it is --------------------------------------------------------------------------

TEST_F(Executor, TheNextRankTakesOverAfterFiveSecondsOnAReadingOfItsOwn) {
  begin(two_outlets(1));
  keep_voting(outlet_wish::off, 4s, outlet_state::on);
  done.clear();
  pass(999ms);
  EXPECT_TRUE(all<read_outlets>().empty());
  pass(1ms);
  EXPECT_EQ(sets(), 0u);
  EXPECT_EQ(all<read_outlets>().size(), 1u);
  read(outlet_state::on);
  EXPECT_EQ(sets(), 1u);
}

TEST_F(Executor, TheNextRankStaysQuietIfTheFirstOneWorked) {
  begin(two_outlets(1));
  read(outlet_state::on);
  votes(outlet_wish::off);
  pass(2s);
  read(outlet_state::off);
  keep_voting(outlet_wish::off, 30s, outlet_state::off);
  EXPECT_EQ(sets(), 0u);
  EXPECT_EQ(status().switching, action_state::done);
}

TEST_F(Executor, TheThirdRankWaitsTwiceAsLong) {
  begin(two_outlets(2));
  keep_voting(outlet_wish::off, 9999ms, outlet_state::on);
  EXPECT_EQ(sets(), 0u);
  pass(1ms);
  read(outlet_state::on);
  EXPECT_EQ(sets(), 1u);
}

TEST(RankOf, IsAPermutationThatEveryNodeComputesAlike) {
  const std::vector<node_number> nodes{0, 1, 2, 3, 4};
  for (const std::string unit : {"rack1", "rack2", "", "siteswitch"}) {
    std::vector<std::uint32_t> ranks;
    for (const auto n : nodes)
      ranks.push_back(rank_of(n, nodes, unit));
    auto reversed = nodes;
    std::reverse(reversed.begin(), reversed.end());
    for (const auto n : nodes)
      EXPECT_EQ(rank_of(n, reversed, unit), ranks[n]);
    std::sort(ranks.begin(), ranks.end());
    EXPECT_EQ(ranks, (std::vector<std::uint32_t>{0, 1, 2, 3, 4}));
  }
}

TEST(RankOf, SpreadsUnitsEvenlyOverNodes) {
  std::array<int, 3> first{};
  for (int i = 0; i < 3000; ++i)
    for (node_number n = 0; n < 3; ++n)
      if (rank_of(n, {0, 1, 2}, "unit" + std::to_string(i)) == 0) ++first[n];
  for (const int count : first)
    EXPECT_NEAR(count, 1000, 100);
}

TEST(RankOf, LeavesTheOthersInOrderWhenANodeIsRemoved) {
  for (int i = 0; i < 50; ++i) {
    const auto unit = "unit" + std::to_string(i);
    const bool before = rank_of(0, {0, 1, 2}, unit) < rank_of(1, {0, 1, 2}, unit);
    const bool after = rank_of(0, {0, 1}, unit) < rank_of(1, {0, 1}, unit);
    EXPECT_EQ(before, after);
  }
}

TEST(RankOf, IsFixedAcrossVersions) {
  // Nodes of mixed versions must agree, so these values may not change.
  const std::vector<node_number> nodes{0, 1, 2};
  std::string order;
  for (const std::string unit : {"rack1", "rack2", "rack3", "rack4"})
    for (const auto n : nodes)
      order += std::to_string(rank_of(n, nodes, unit));
  EXPECT_EQ(order, "210102102102");
}

// ---- After the SET -----------------------------------------------------------------------------

struct ExecutorSent : Executor {
  ExecutorSent() {
    read(outlet_state::on);
    votes(outlet_wish::off);
    EXPECT_EQ(sets(), 1u);
  }
};

TEST_F(ExecutorSent, ConfirmsByReadBack) {
  feed(switch_answered{1, true, ""});
  EXPECT_EQ(all<read_outlets>().size(), 1u);
  EXPECT_TRUE(all<record_result>().empty()) << "an accepted SET proves nothing";
  pass(500ms);
  read(outlet_state::off);
  const auto results = all<record_result>();
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].outlet, "rack1.1");
  EXPECT_EQ(results[0].wish, outlet_wish::off);
  EXPECT_TRUE(results[0].confirmed);
  EXPECT_EQ(status().switching, action_state::done);
  EXPECT_EQ(status().state, outlet_state::off);
  keep_voting(outlet_wish::off, 60s, outlet_state::off);
  EXPECT_EQ(sets(), 1u);
  EXPECT_TRUE(all<outlet_alarm>().empty());
}

TEST_F(ExecutorSent, AnAmbiguousAnswerLeadsToAReadBackOnly) {
  feed(switch_answered{1, false, "timeout"});
  EXPECT_EQ(sets(), 1u);
  EXPECT_EQ(all<read_outlets>().size(), 1u);
  EXPECT_EQ(status().detail, "unclear, to be read back: timeout");
  pass(1s);
  read(outlet_state::off);
  EXPECT_TRUE(all<record_result>().at(0).confirmed);
}

TEST_F(Executor, AnAnswerIsReadBackAtOnceEvenIfAReadingWasJustAskedFor) {
  votes(outlet_wish::off);
  ASSERT_EQ(all<read_outlets>().size(), 1u);
  pass(100ms);
  read(outlet_state::on);
  ASSERT_EQ(sets(), 1u);
  pass(100ms);
  feed(switch_answered{1, true, ""});
  EXPECT_EQ(all<read_outlets>().size(), 2u);
  feed(switch_answered{2, true, ""});
  EXPECT_EQ(all<read_outlets>().size(), 2u) << "nothing was sent to that one";
}

TEST_F(ExecutorSent, DoesNotRetryWithinTheSettleTime) {
  keep_voting(outlet_wish::off, 2999ms, outlet_state::on);
  EXPECT_EQ(sets(), 1u);
  EXPECT_TRUE(all<record_result>().empty());
}

TEST_F(ExecutorSent, ReadsBackByItselfAfterTheSettleTime) {
  done.clear();
  pass(2999ms);
  EXPECT_TRUE(all<read_outlets>().empty());
  pass(1ms);
  EXPECT_EQ(all<read_outlets>().size(), 1u);
}

TEST_F(ExecutorSent, AReadBackThatDiffersAfterTheSettleTimeIsAFailureAndAnAlarm) {
  pass(3s);
  votes(outlet_wish::off);
  read(outlet_state::on);
  const auto results = all<record_result>();
  ASSERT_EQ(results.size(), 1u);
  EXPECT_FALSE(results[0].confirmed);
  ASSERT_EQ(all<outlet_alarm>().size(), 1u);
  EXPECT_TRUE(all<outlet_alarm>()[0].raised);
  EXPECT_EQ(all<outlet_alarm>()[0].text, "switching off: still on when read back");
  EXPECT_EQ(status().switching, action_state::failed);
}

TEST_F(ExecutorSent, AFailureSaysWhatTheDeviceAnsweredWithAndANewAttemptForgetsIt) {
  feed(switch_answered{1, false, "no write access"});
  keep_voting(outlet_wish::off, 3s, outlet_state::on);
  read(outlet_state::on);
  ASSERT_EQ(all<record_result>().size(), 1u);
  const std::string both = "still on when read back; when it was told: no write access";
  EXPECT_EQ(all<record_result>()[0].detail, both);
  EXPECT_EQ(all<outlet_alarm>().at(0).text, "switching off: " + both);
  EXPECT_EQ(status().detail, both);
  done.clear();
  keep_voting(outlet_wish::off, 20s, outlet_state::on);
  ASSERT_GE(all<record_result>().size(), 1u);
  EXPECT_EQ(all<record_result>()[0].detail, "still on when read back");
}

TEST_F(ExecutorSent, RetriesWithGrowingPausesWhileItIsWanted) {
  std::vector<time_point> sent{now};
  const auto start = now;
  while (now < start + 120s) {
    const auto before = sets();
    read(outlet_state::on);
    votes(outlet_wish::off);
    pass(500ms);
    if (sets() > before) sent.push_back(now);
  }
  ASSERT_GE(sent.size(), 5u);
  for (std::size_t i = 1; i < sent.size(); ++i)
    EXPECT_GE(sent[i] - sent[i - 1], 6s) << "settle time and pause";
  EXPECT_GE(sent[3] - sent[2], sent[2] - sent[1]);
  EXPECT_LE(sent.size(), 8u);
  EXPECT_EQ(all<outlet_alarm>().size(), 1u) << "one alarm, not one per attempt";
  EXPECT_EQ(all<record_intent>().size(), sent.size());
}

TEST_F(ExecutorSent, ALaterSuccessClearsTheAlarm) {
  pass(3s);
  votes(outlet_wish::off);
  read(outlet_state::on);
  ASSERT_EQ(all<outlet_alarm>().size(), 1u);
  pass(1s);
  read(outlet_state::off);
  ASSERT_EQ(all<outlet_alarm>().size(), 2u);
  EXPECT_FALSE(all<outlet_alarm>()[1].raised);
}

TEST_F(ExecutorSent, AUnitThatCannotBeReadBackIsAnAlarmAndNoBlindRetry) {
  keep_voting(outlet_wish::off, 29s);
  EXPECT_TRUE(all<outlet_alarm>().empty());
  keep_voting(outlet_wish::off, 60s);
  EXPECT_EQ(sets(), 1u);
  ASSERT_EQ(all<outlet_alarm>().size(), 1u);
  EXPECT_EQ(all<outlet_alarm>()[0].text, "switching off: could not be read back");
  EXPECT_FALSE(all<record_result>().at(0).confirmed);
}

TEST_F(ExecutorSent, VotesThatEndAfterTheSetStillGetTheirResult) {
  votes(outlet_wish::keep);
  pass(1s);
  read(outlet_state::off);
  EXPECT_TRUE(all<record_result>().at(0).confirmed);
  EXPECT_EQ(status().effective, outlet_wish::keep);
}

TEST_F(ExecutorSent, AFailureThatNobodyWantsAnyMoreIsRecordedButNoAlarm) {
  votes(outlet_wish::keep);
  pass(3s);
  read(outlet_state::on);
  EXPECT_FALSE(all<record_result>().at(0).confirmed);
  EXPECT_TRUE(all<outlet_alarm>().empty());
  pass(60s);
  EXPECT_EQ(sets(), 1u);
}

TEST_F(ExecutorSent, AnOppositeWishWaitsForTheOutcome) {
  votes(outlet_wish::on);
  read(outlet_state::on);
  EXPECT_EQ(sets(), 1u) << "the reading may be older than the effect of the SET";
  pass(1s);
  EXPECT_EQ(sets(), 1u);
}

TEST_F(ExecutorSent, SwitchesAgainIfSomebodyElseUndoesIt) {
  pass(1s);
  read(outlet_state::off);
  keep_voting(outlet_wish::off, 5s, outlet_state::off);
  read(outlet_state::on);
  EXPECT_EQ(sets(), 2u);
}

// ---- Minimum off -------------------------------------------------------------------------------

struct ExecutorOff : Executor {
  ExecutorOff() {
    read(outlet_state::on);
    votes(outlet_wish::off);
    pass(1s);
    read(outlet_state::off);
    done.clear();
  }
};

TEST_F(ExecutorOff, OffIsNeverShorterThanItsMinimum) {
  keep_voting(outlet_wish::on, 29s, outlet_state::off);
  read(outlet_state::off);
  pass(999ms);
  EXPECT_EQ(sets(), 0u);
  pass(1ms);
  ASSERT_EQ(sets(), 1u);
  EXPECT_TRUE(all<switch_outlet>()[0].on);
  EXPECT_TRUE(all<outlet_alarm>().empty()) << "waiting as it should is nothing to be alarmed about";
}

TEST_F(ExecutorOff, AnOffOfUnknownAgeCountsFromItsFirstReading) {
  begin(two_outlets());
  read(outlet_state::off);
  const auto seen = now;
  while (sets() == 0 && now < seen + 60s)
    keep_voting(outlet_wish::on, 500ms, outlet_state::off);
  EXPECT_EQ(now, seen + 30s);
}

TEST_F(ExecutorOff, AnOutletThatWasOnInBetweenBeginsItsMinimumAnew) {
  pass(20s);
  read(outlet_state::on);
  pass(1s);
  read(outlet_state::off);
  keep_voting(outlet_wish::on, 29s, outlet_state::off);
  EXPECT_EQ(sets(), 0u);
}

TEST_F(ExecutorOff, LaterRanksCountTheirTurnFromTheEndOfTheMinimum) {
  begin(two_outlets(1));
  read(outlet_state::off);
  keep_voting(outlet_wish::on, 34s, outlet_state::off);
  EXPECT_EQ(sets(), 0u);
  keep_voting(outlet_wish::on, 2s, outlet_state::off);
  EXPECT_EQ(sets(), 1u);
}

// ---- Alarms and beacons ------------------------------------------------------------------------

TEST_F(Executor, AnOutletThatNeverGetsThereIsAnAlarmWhateverTheRank) {
  begin(two_outlets(2));
  keep_voting(outlet_wish::off, 29s);
  EXPECT_TRUE(all<outlet_alarm>().empty());
  keep_voting(outlet_wish::off, 2s);
  ASSERT_EQ(all<outlet_alarm>().size(), 1u);
  EXPECT_EQ(all<outlet_alarm>()[0].text, "still not off after 30 s");
  votes(outlet_wish::keep);
  ASSERT_EQ(all<outlet_alarm>().size(), 2u);
  EXPECT_FALSE(all<outlet_alarm>()[1].raised);
}

TEST_F(Executor, ConfirmedAndThenUnreadableIsNotWantedAnew) {
  read(outlet_state::off);
  votes(outlet_wish::off);
  keep_voting(outlet_wish::off, 60s);
  EXPECT_TRUE(all<outlet_alarm>().empty());
  EXPECT_EQ(sets(), 0u);
}

// ---- Outputs of UPSes, which count down ---------------------------------------------------------

struct ExecutorCountdown : Executor {
  ExecutorCountdown() {
    auto config = two_outlets();
    config.outlets[0].countdown = 20s;
    begin(std::move(config));
    read(outlet_state::on);
    keep_voting(outlet_wish::off, 1s, outlet_state::on);
  }
};

TEST_F(ExecutorCountdown, IsNoFailureBeforeItIsOver) {
  EXPECT_EQ(sets(), 1u);
  keep_voting(outlet_wish::off, 20s, outlet_state::on);
  EXPECT_EQ(sets(), 1u);
  EXPECT_TRUE(all<record_result>().empty());
  keep_voting(outlet_wish::off, 4s, outlet_state::on);
  ASSERT_EQ(all<record_result>().size(), 1u);
  EXPECT_FALSE(all<record_result>()[0].confirmed);
}

TEST_F(ExecutorCountdown, ThatEndedInTimeIsConfirmed) {
  keep_voting(outlet_wish::off, 20s, outlet_state::on);
  read(outlet_state::off);
  ASSERT_EQ(all<record_result>().size(), 1u);
  EXPECT_TRUE(all<record_result>()[0].confirmed);
}

TEST_F(ExecutorCountdown, IsCalledOffAgainAndAgainWhenTheVotesEnd) {
  votes(outlet_wish::keep);
  read(outlet_state::on);
  EXPECT_EQ(sets(), 1u);
  pass(1s);
  read(outlet_state::on);
  ASSERT_GE(sets(), 2u);
  EXPECT_TRUE(all<switch_outlet>()[1].on);
  pass(30s);
  EXPECT_GE(sets(), 6u);
  for (std::size_t i = 1; i < sets(); ++i)
    EXPECT_TRUE(all<switch_outlet>()[i].on);
  read(outlet_state::on);
  ASSERT_EQ(all<record_result>().size(), 1u);
  EXPECT_EQ(all<record_result>()[0].wish, outlet_wish::on);
  EXPECT_TRUE(all<record_result>()[0].confirmed);
}

TEST_F(ExecutorCountdown, IsNotCalledOffIfTheVotesEndedBecauseItIsOff) {
  pass(1s);
  votes(outlet_wish::keep);
  pass(1s);
  read(outlet_state::off);
  ASSERT_EQ(all<record_result>().size(), 1u);
  EXPECT_EQ(all<record_result>()[0].wish, outlet_wish::off);
  EXPECT_EQ(sets(), 1u);
}

TEST_F(Executor, ALaterRankWaitsUntilThePredecessorsCountdownIsOver) {
  auto config = two_outlets(1);
  config.outlets[0].countdown = 20s;
  begin(std::move(config));
  keep_voting(outlet_wish::off, 24s, outlet_state::on);
  EXPECT_EQ(sets(), 0u);
  keep_voting(outlet_wish::off, 3s, outlet_state::on);
  EXPECT_EQ(sets(), 1u);
}

/// An executor of a later rank, whose predecessor has told the UPS and then died.
struct ExecutorBehindADeadOne : Executor {
  ExecutorBehindADeadOne() {
    auto config = two_outlets(1);
    config.outlets[0].countdown = 20s;
    begin(std::move(config));
    read(outlet_state::on);
    keep_voting(outlet_wish::off, 2s, outlet_state::on);
  }
};

TEST_F(ExecutorBehindADeadOne, CallsOffWhatThatOneBeganWhenTheVotesEnd) {
  EXPECT_EQ(sets(), 0u);
  votes(outlet_wish::keep);
  pass(1s);
  read(outlet_state::on);
  ASSERT_EQ(sets(), 1u);
  EXPECT_TRUE(all<switch_outlet>()[0].on);
  pass(10s);
  EXPECT_GE(sets(), 3u);
  pass(15s);
  read(outlet_state::on);
  const auto results = all<record_result>();
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].wish, outlet_wish::on);
  EXPECT_TRUE(results[0].confirmed);
  const auto before = sets();
  pass(60s);
  EXPECT_EQ(sets(), before);
}

TEST_F(ExecutorBehindADeadOne, CallsNothingOffThatIsOffAlready) {
  votes(outlet_wish::keep);
  pass(1s);
  read(outlet_state::off);
  EXPECT_EQ(sets(), 0u);
  ASSERT_EQ(all<record_result>().size(), 1u);
  EXPECT_EQ(all<record_result>()[0].wish, outlet_wish::off);
}

TEST_F(ExecutorBehindADeadOne, SwitchesAsWishedWhenTheVotesTurnInstead) {
  keep_voting(outlet_wish::on, 40s, outlet_state::on);
  ASSERT_GE(sets(), 1u);
  for (const auto& set : all<switch_outlet>())
    EXPECT_TRUE(set.on);
  EXPECT_EQ(status().switching, action_state::done);
  const auto before = sets();
  keep_voting(outlet_wish::on, 30s, outlet_state::on);
  EXPECT_EQ(sets(), before);
}

TEST_F(Executor, OfALaterRankWithoutACountdownHasNothingToCallOff) {
  begin(two_outlets(1));
  read(outlet_state::on);
  keep_voting(outlet_wish::off, 2s, outlet_state::on);
  votes(outlet_wish::keep);
  pass(30s);
  EXPECT_EQ(sets(), 0u);
}

TEST_F(Executor, WakesInTimeForEverythingThatItWaitsFor) {
  auto config = two_outlets(1);
  config.beacon_period = 1h;
  begin(config);
  read(outlet_state::on);
  const auto start = now;
  votes(outlet_wish::off);
  EXPECT_EQ(*wake, start + 5s) << "its turn";
  pass(5s);
  EXPECT_EQ(*wake, start + 8s) << "it may ask again";
  read(outlet_state::on);
  ASSERT_EQ(sets(), 1u);
  EXPECT_EQ(*wake, start + 8s) << "the settle time";
  read(outlet_state::off);
  EXPECT_EQ(*wake, start + 10s) << "the votes expire";
  pass(5s);
  EXPECT_EQ(status().effective, outlet_wish::keep);
}

TEST_F(Executor, WakesWhenAnUnansweredSetHasSettled) {
  auto config = two_outlets();
  config.beacon_period = 1h;
  begin(config);
  read(outlet_state::on);
  votes(outlet_wish::off);
  ASSERT_EQ(sets(), 1u);
  EXPECT_EQ(*wake, now + 3s);
}

TEST_F(Executor, TellsItselfEveryPeriodAndOnEveryChange) {
  pass(5s);
  EXPECT_EQ(all<send_executor_beacon>().size(), 5u);
  const auto tick = beacon.tick;
  done.clear();
  read(outlet_state::on);
  EXPECT_EQ(all<send_executor_beacon>().size(), 1u);
  EXPECT_GT(beacon.tick, tick);
  read(outlet_state::on);
  EXPECT_EQ(all<send_executor_beacon>().size(), 1u) << "nothing new";
  EXPECT_EQ(beacon.site, "lab");
  EXPECT_EQ(beacon.unit, "rack1");
  EXPECT_EQ(beacon.node, 4u);
  EXPECT_EQ(beacon.nonce, test::id(1));
  ASSERT_EQ(beacon.outlets.size(), 2u);
  EXPECT_EQ(beacon.outlets[1].outlet, "rack1.2");
  pass(1s);
  EXPECT_EQ(beacon.outlets[0].reading_age, 1s);
}

TEST_F(Executor, EchoesTheNewestChallengeOfEachControllerOverAllOutlets) {
  vote(0, outlet_wish::keep, "rack1.2");
  vote(0, outlet_wish::keep, "rack1.1");
  vote(2, outlet_wish::keep, "rack1.2");
  pass(1s);
  EXPECT_EQ(beacon.echoes, (std::vector<echo>{{0, test::id(0xc0), 2}, {2, test::id(0xc2), 1}}));
  pass(10s);
  EXPECT_TRUE(beacon.echoes.empty());
}

TEST_F(Executor, WhenNobodyAsksTheUnitASetWaitsForAReadingBySomebodyNew) {
  read(outlet_state::on);
  feed(unit_unattended{});
  EXPECT_EQ(status().state, outlet_state::unknown);
  votes(outlet_wish::off);
  EXPECT_EQ(sets(), 0u);
  EXPECT_EQ(all<read_outlets>().size(), 1u);
  read(outlet_state::on);
  EXPECT_EQ(sets(), 1u);
}

TEST_F(Executor, WhenWhoeverWasAskedHasEndedItAsksAgainAtOnce) {
  votes(outlet_wish::off);
  ASSERT_EQ(all<read_outlets>().size(), 1u);
  feed(unit_unattended{});
  EXPECT_EQ(all<read_outlets>().size(), 2u);
}

TEST_F(Executor, ASetUnderWayIsReadBackThoughItsUnitWasUnattendedMeanwhile) {
  read(outlet_state::on);
  votes(outlet_wish::off);
  ASSERT_EQ(sets(), 1u);
  feed(unit_unattended{});
  read(outlet_state::off);
  EXPECT_TRUE(all<record_result>().back().confirmed);
}

}  // namespace
}  // namespace holdover::agent
