// What counts, for how long, and what k of them say.

#include "core/vote/ballot_box.hpp"

#include "tests/support/votes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace holdover::vote {
namespace {

using test::id;
using test::voter;

constexpr time_point t0{};

struct TickClock : testing::Test {
  tick_clock ticks{id(1), 10s};
};

TEST_F(TickClock, CountsFromOneAndRemembersWhen) {
  EXPECT_EQ(ticks.last(), 0u);
  EXPECT_EQ(ticks.issue(t0), 1u);
  EXPECT_EQ(ticks.issue(t0 + 3s), 2u);
  EXPECT_EQ(ticks.issued(1), t0);
  EXPECT_EQ(ticks.issued(2), t0 + 3s);
}

TEST_F(TickClock, KnowsNothingOfTicksThatItNeverIssued) {
  EXPECT_EQ(ticks.issued(0), std::nullopt);
  EXPECT_EQ(ticks.issued(1), std::nullopt);
  ticks.issue(t0);
  EXPECT_EQ(ticks.issued(0), std::nullopt);
  EXPECT_EQ(ticks.issued(2), std::nullopt);
}

TEST_F(TickClock, ForgetsWhatIsOlderThanItMustRemember) {
  ticks.issue(t0);
  ticks.issue(t0 + 5s);
  ticks.issue(t0 + 10s);
  EXPECT_EQ(ticks.issued(1), t0);
  ticks.issue(t0 + 12s);
  EXPECT_EQ(ticks.issued(1), std::nullopt);
  EXPECT_EQ(ticks.issued(2), t0 + 5s);
}

TEST_F(TickClock, ANewLifeVoidsEveryOutstandingTickAndReusesNone) {
  ticks.issue(t0);
  ticks.issue(t0);
  ticks.renew(id(2));
  EXPECT_EQ(ticks.nonce(), id(2));
  EXPECT_EQ(ticks.issued(1), std::nullopt);
  EXPECT_EQ(ticks.issued(2), std::nullopt);
  EXPECT_EQ(ticks.issue(t0 + 1s), 3u);
  EXPECT_EQ(ticks.issued(3), t0 + 1s);
}

/// A box of `n` controllers, k of which decide.
struct room {
  room(node_number n, std::uint32_t k) : box{rules(n, k)} {
    for (node_number number = 0; number < n; ++number)
      voters.push_back({.number = number});
    ticks.issue(t0);
  }

  static ballot_rules rules(node_number n, std::uint32_t k) {
    ballot_rules r;
    r.site = "lab";
    r.self = test::host("web1");
    r.threshold = k;
    for (node_number number = 0; number < n; ++number)
      r.electorate.push_back(number);
    return r;
  }

  received_vote vote_of(node_number number, level l) {
    return voters[number].cast(test::host("web1"), ticks.nonce(), ticks.last(), l);
  }
  std::optional<refusal> hear(const received_vote& v, time_point now = t0) {
    return box.accept(v, ticks, now);
  }
  void vote(node_number number, level l, time_point now = t0) {
    ASSERT_EQ(hear(vote_of(number, l), now), std::nullopt);
  }

  ballot_box box;
  tick_clock ticks{id(1), 10s};
  std::vector<voter> voters;
};

struct Refusal : testing::Test {
  room r{3, 2};
  received_vote v = r.vote_of(0, level::shutdown);
};

TEST_F(Refusal, AVoteOfAnotherSiteIsRefused) {
  v.content.site = "elsewhere";
  EXPECT_EQ(r.hear(v), refusal::wrong_site);
}
TEST_F(Refusal, AVoteForAnotherTargetIsRefused) {
  v.content.to = test::host("web2");
  EXPECT_EQ(r.hear(v), refusal::wrong_target);
  v.content.to = test::outlet("web1", 0);
  EXPECT_EQ(r.hear(v), refusal::wrong_target);
}
TEST_F(Refusal, AVoteOfAnotherEpochIsRefused) {
  v.content.epoch = 2;
  EXPECT_EQ(r.hear(v), refusal::wrong_epoch);
}
TEST_F(Refusal, ADrillIsRefusedByWhatIsReal) {
  v.content.drill = "drill-7";
  EXPECT_EQ(r.hear(v), refusal::drill);
}
TEST_F(Refusal, AControllerOutsideTheElectorateIsRefused) {
  v.content.controller = 3;
  EXPECT_EQ(r.hear(v), refusal::unknown_controller);
  v.content.controller = node_number_limit;
  EXPECT_EQ(r.hear(v), refusal::unknown_controller);
}
TEST_F(Refusal, ABadSignatureIsRefused) {
  v.signature_valid = false;
  EXPECT_EQ(r.hear(v), refusal::bad_signature);
}
TEST_F(Refusal, AVoteForAnotherLifeOfTheTargetIsRefused) {
  v.content.nonce = id(9);
  EXPECT_EQ(r.hear(v), refusal::wrong_nonce);
}
TEST_F(Refusal, ATickThatWasNeverIssuedIsRefused) {
  v.content.tick = 2;
  EXPECT_EQ(r.hear(v), refusal::future_tick);
}
TEST_F(Refusal, ATickIsGoodUntilTheTimeToLiveIsOver) {
  EXPECT_EQ(r.hear(v, t0 + 9999ms), std::nullopt);
  EXPECT_EQ(r.hear(r.vote_of(1, level::shutdown), t0 + 10s), refusal::expired_tick);
}
TEST_F(Refusal, AForgottenTickCountsAsExpired) {
  r.ticks.issue(t0 + 30s);
  EXPECT_EQ(r.hear(v, t0 + 30s), refusal::expired_tick);
  v.content.tick = 0;
  EXPECT_EQ(r.hear(v, t0 + 30s), refusal::expired_tick);
}
TEST_F(Refusal, AReplayedVoteIsRefused) {
  EXPECT_EQ(r.hear(v), std::nullopt);
  EXPECT_EQ(r.hear(v), refusal::old_sequence);
}
TEST_F(Refusal, AnOvertakenVoteIsRefused) {
  const auto newer = r.vote_of(0, level::run);
  EXPECT_EQ(r.hear(newer), std::nullopt);
  EXPECT_EQ(r.hear(v), refusal::old_sequence);
  EXPECT_EQ(r.box.of(0)->what.content.host_level, level::run);
}
TEST_F(Refusal, AReplacedIncarnationNeverReturns) {
  EXPECT_EQ(r.hear(v), std::nullopt);
  auto& restarted = r.voters[0];
  const auto old_life = r.vote_of(0, level::shutdown);
  restarted.incarnation = id(77);
  restarted.sequence = 0;
  r.ticks.issue(t0 + 1s);
  EXPECT_EQ(r.hear(r.vote_of(0, level::run), t0 + 1s), std::nullopt);
  auto returned = old_life;
  returned.content.tick = r.ticks.last();
  returned.content.sequence = 1000;
  EXPECT_EQ(r.hear(returned, t0 + 1s), refusal::replaced_incarnation);
  EXPECT_EQ(r.box.of(0)->what.content.host_level, level::run);
}
TEST_F(Refusal, AnUnknownIncarnationWithAnOlderTickDoesNotLockOutTheLivingOne) {
  const auto delayed_vote_of_the_dead_process = v;
  r.voters[0].incarnation = id(77);
  r.ticks.issue(t0 + 1s);
  EXPECT_EQ(r.hear(r.vote_of(0, level::run), t0 + 1s), std::nullopt);
  EXPECT_EQ(r.hear(delayed_vote_of_the_dead_process, t0 + 2s), refusal::old_sequence);
  EXPECT_EQ(r.hear(r.vote_of(0, level::warn), t0 + 2s), std::nullopt);
}
TEST_F(Refusal, AnUnknownIncarnationWithTheSameTickHasToProveItselfByTheNext) {
  EXPECT_EQ(r.hear(v), std::nullopt);
  r.voters[0].incarnation = id(77);
  EXPECT_EQ(r.hear(r.vote_of(0, level::run)), refusal::old_sequence);
  r.ticks.issue(t0 + 1s);
  EXPECT_EQ(r.hear(r.vote_of(0, level::run), t0 + 1s), std::nullopt);
}
TEST_F(Refusal, ReplacedIncarnationsStayReplacedWhenTheTargetBeginsANewLife) {
  EXPECT_EQ(r.hear(v), std::nullopt);
  r.ticks.issue(t0);
  r.voters[0].incarnation = id(77);
  EXPECT_EQ(r.hear(r.vote_of(0, level::run)), std::nullopt);
  r.box.clear();
  r.ticks.renew(id(2));
  r.ticks.issue(t0);
  r.voters[0].incarnation = {};
  EXPECT_EQ(r.hear(r.vote_of(0, level::shutdown)), refusal::replaced_incarnation);
}
TEST_F(Refusal, ItsMemoryOfIncarnationsIsBoundedAndForgetsTheOldest) {
  EXPECT_EQ(r.hear(v), std::nullopt);
  for (std::uint8_t life = 1; life <= 65; ++life) {
    r.voters[0].incarnation = id(life);
    r.ticks.issue(t0);
    EXPECT_EQ(r.hear(r.vote_of(0, level::run)), std::nullopt);
  }
  r.ticks.issue(t0);
  r.voters[0].incarnation = id(1);
  EXPECT_EQ(r.hear(r.vote_of(0, level::run)), refusal::replaced_incarnation);
  r.voters[0].incarnation = {};
  EXPECT_EQ(r.hear(r.vote_of(0, level::run)), std::nullopt);
}
TEST_F(Refusal, EveryReasonIsCountedAndTheFirstThatAppliesIsGiven) {
  v.content.site = "elsewhere";
  v.signature_valid = false;
  r.hear(v);
  r.hear(v);
  const auto& counts = r.box.refused();
  EXPECT_EQ(counts[static_cast<std::size_t>(refusal::wrong_site)], 2u);
  EXPECT_EQ(counts[static_cast<std::size_t>(refusal::bad_signature)], 0u);
}
TEST_F(Refusal, ARefusedVoteChangesNothing) {
  v.signature_valid = false;
  r.hear(v);
  EXPECT_EQ(r.box.of(0), nullptr);
  r.vote(1, level::shutdown);
  EXPECT_EQ(r.box.effective_level(t0), level::run);
}
TEST(RefusalNames, AreDistinctAndComplete) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < refusal_count; ++i)
    names.insert(to_string(static_cast<refusal>(i)));
  EXPECT_EQ(names.size(), refusal_count);
  EXPECT_EQ(names.count("invalid refusal"), 0u);
}

TEST(Expiry, RunsFromTheTickAndNotFromArrival) {
  room r{1, 1};
  r.vote(0, level::shutdown, t0 + 9s);
  EXPECT_EQ(r.box.effective_level(t0 + 9s), level::shutdown);
  EXPECT_TRUE(r.box.unexpired(0, t0 + 9999ms));
  EXPECT_FALSE(r.box.unexpired(0, t0 + 10s));
  EXPECT_EQ(r.box.effective_level(t0 + 10s), level::run);
}

TEST(Expiry, IsAnnouncedAsTheNextMomentAtWhichACountChanges) {
  room r{3, 2};
  EXPECT_EQ(r.box.next_expiry(t0), std::nullopt);
  r.vote(0, level::warn);
  r.ticks.issue(t0 + 4s);
  r.vote(1, level::warn, t0 + 4s);
  EXPECT_EQ(r.box.next_expiry(t0 + 4s), t0 + 10s);
  EXPECT_EQ(r.box.next_expiry(t0 + 10s), t0 + 14s);
  EXPECT_EQ(r.box.next_expiry(t0 + 14s), std::nullopt);
}

TEST(Expiry, LeavesTheExpiredBallotAsAMemory) {
  room r{1, 1};
  r.vote(0, level::warn);
  ASSERT_NE(r.box.of(0), nullptr);
  EXPECT_EQ(r.box.of(0)->expires, t0 + 10s);
  EXPECT_TRUE(r.box.behind(level::run, t0 + 11s).empty());
  r.box.clear();
  EXPECT_EQ(r.box.of(0), nullptr);
}

struct kth_highest {
  node_number n;
  std::uint32_t k;
  std::vector<level> votes;
  level effective;
};

TEST(EffectiveLevel, IsTheKthHighestOfDistinctControllers) {
  using enum level;
  const std::vector<kth_highest> cases{
      {1, 1, {}, run},
      {1, 1, {shutdown}, shutdown},
      {1, 1, {no_view}, run},
      {2, 2, {shutdown}, run},
      {2, 2, {shutdown, warn}, warn},
      {2, 2, {shutdown, no_view}, run},
      {2, 2, {power_off, shutdown}, shutdown},
      {3, 2, {power_off}, run},
      {3, 2, {power_off, run, run}, run},
      {3, 2, {run, shutdown, warn}, warn},
      {3, 2, {shutdown, shutdown, run}, shutdown},
      {3, 2, {shutdown, no_view, shed}, shed},
      {3, 2, {no_view, no_view, power_off}, run},
      {5, 3, {shutdown, shutdown, run, run, run}, run},
      {5, 3, {shutdown, shed, warn, run, run}, warn},
      {5, 3, {shutdown, shutdown, shutdown, run, no_view}, shutdown},
      {5, 3, {shutdown, shutdown, no_view, no_view, no_view}, run},
      {5, 3, {shutdown, warn, run, no_view, no_view}, run},
      {4, 2, {shutdown, shutdown, run, run}, shutdown},
  };
  for (const auto& c : cases) {
    room r{c.n, c.k};
    for (node_number number = 0; number < c.votes.size(); ++number)
      r.vote(number, c.votes[number]);
    EXPECT_EQ(r.box.effective_level(t0), c.effective)
        << c.k << " of " << c.n << ", case " << &c - cases.data();
  }
}

TEST(EffectiveLevel, CountsAControllerThatSpeaksTwiceOnce) {
  room r{3, 2};
  r.vote(0, level::shutdown);
  r.vote(0, level::shutdown);
  EXPECT_EQ(r.box.effective_level(t0), level::run);
  r.vote(1, level::shutdown);
  EXPECT_EQ(r.box.effective_level(t0), level::shutdown);
}

TEST(EffectiveLevel, FollowsTheLastWordOfEach) {
  room r{3, 2};
  r.vote(0, level::shutdown);
  r.vote(1, level::shutdown);
  r.vote(1, level::run);
  EXPECT_EQ(r.box.effective_level(t0), level::run);
}

TEST(EffectiveLevel, FallsWhenAVoiceExpires) {
  room r{3, 2};
  r.vote(0, level::shutdown);
  r.ticks.issue(t0 + 4s);
  r.vote(1, level::shutdown, t0 + 4s);
  EXPECT_EQ(r.box.effective_level(t0 + 9999ms), level::shutdown);
  EXPECT_EQ(r.box.effective_level(t0 + 10s), level::run);
}

TEST(Quorate, NeedsKVoicesWithAView) {
  room r{3, 2};
  r.vote(0, level::run);
  r.vote(1, level::no_view);
  EXPECT_FALSE(r.box.quorate(t0));
  r.vote(2, level::run);
  EXPECT_TRUE(r.box.quorate(t0));
  EXPECT_FALSE(r.box.quorate(t0 + 10s));
}

TEST(Behind, ListsTheVotesThatCarryAnEffectInOrder) {
  room r{3, 2};
  r.vote(2, level::shutdown);
  r.vote(0, level::power_off);
  r.vote(1, level::warn);
  const auto behind = r.box.behind(level::shutdown, t0);
  ASSERT_EQ(behind.size(), 2u);
  EXPECT_EQ(behind[0]->what.content.controller, 0u);
  EXPECT_EQ(behind[1]->what.content.controller, 2u);
}

struct wish_case {
  node_number n;
  std::uint32_t k;
  std::vector<outlet_wish> votes;
  outlet_wish effective;
};

TEST(EffectiveWish, IsWhatKShareAndNothingWhenBothHaveK) {
  using enum outlet_wish;
  const std::vector<wish_case> cases{
      {1, 1, {}, keep},
      {1, 1, {off}, off},
      {3, 2, {off}, keep},
      {3, 2, {off, on}, keep},
      {3, 2, {off, keep, off}, off},
      {3, 2, {on, off, on}, on},
      {2, 1, {on, off}, keep},
      {4, 2, {on, on, off, off}, keep},
      {3, 2, {keep, keep, keep}, keep},
  };
  for (const auto& c : cases) {
    room r{c.n, c.k};
    for (node_number number = 0; number < c.votes.size(); ++number) {
      auto v = r.vote_of(number, level::no_view);
      v.content.outlet = c.votes[number];
      ASSERT_EQ(r.hear(v), std::nullopt);
    }
    EXPECT_EQ(r.box.effective_wish(t0), c.effective) << "case " << &c - cases.data();
    EXPECT_EQ(r.box.effective_wish(t0 + 10s), keep);
  }
}

struct EffectiveActions : testing::Test {
  void name(node_number number, std::vector<named_action> actions) {
    auto v = r.vote_of(number, level::warn);
    v.content.actions = std::move(actions);
    ASSERT_EQ(r.hear(v), std::nullopt);
  }
  room r{3, 2};
};

TEST_F(EffectiveActions, NeedKVotesThatNameThem) {
  name(0, {{"backup", ""}, {"message", "on battery"}});
  EXPECT_TRUE(r.box.effective_actions(t0).empty());
  name(1, {{"message", "on battery"}});
  EXPECT_EQ(r.box.effective_actions(t0), (std::vector<named_action>{{"message", "on battery"}}));
  EXPECT_TRUE(r.box.effective_actions(t0 + 10s).empty());
}
TEST_F(EffectiveActions, CountAVoteThatNamesOneTwiceOnce) {
  name(0, {{"backup", ""}, {"backup", ""}});
  EXPECT_TRUE(r.box.effective_actions(t0).empty());
}
TEST_F(EffectiveActions, AreListedOnce) {
  for (node_number n = 0; n < 3; ++n)
    name(n, {{"backup", ""}});
  EXPECT_EQ(r.box.effective_actions(t0).size(), 1u);
}
TEST_F(EffectiveActions, LetNoSingleVoterChooseTheText) {
  name(0, {{"message", "all is well"}});
  name(1, {{"message", "on battery"}});
  EXPECT_TRUE(r.box.effective_actions(t0).empty());
  name(2, {{"message", "on battery"}});
  EXPECT_EQ(r.box.effective_actions(t0), (std::vector<named_action>{{"message", "on battery"}}));
}

}  // namespace
}  // namespace holdover::vote
