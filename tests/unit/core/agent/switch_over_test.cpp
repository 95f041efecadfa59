// One membership takes over from another while hosts are protected (E2, X20).

#include "core/agent/agent_machine.hpp"
#include "core/agent/fallback.hpp"
#include "core/agent/outlet_executor.hpp"
#include "tests/support/agent_bench.hpp"

#include <gtest/gtest.h>

namespace holdover::agent {
namespace {

using test::agent_bench;
using test::on_battery;
using test::online;
using vote::level;

/// Controllers 0 to 2 until now; from the switch on 2 to 4, of whom 2 has kept its key.
struct replaced : agent_bench {
  replaced() {
    for (node_number number = 3; number < 5; ++number)
      voters.push_back({.number = number});
  }
  void switch_over(std::vector<node_number> same_keys = {2}) {
    feed(membership_changed{2, {2, 3, 4}, 2, std::move(same_keys)});
  }
  /// Signed by a key of the new document, of the old one, or of both.
  void says(node_number from, level what, std::vector<vote::supply_view> supplies = {}) {
    auto cast = make(from, what, std::move(supplies));
    cast.content.epoch = machine().epoch();
    cast.signature_valid = from >= 2;
    cast.valid_before = from <= 2;
    feed(vote_received{cast});
  }
  void keep_saying(const std::vector<node_number>& who, level what, duration time,
                   const std::vector<vote::supply_view>& supplies = {}) {
    for (duration gone = 0s; gone < time; gone += 1s) {
      for (const auto from : who)
        says(from, what, supplies);
      pass(1s);
    }
  }
};

TEST(SwitchOver, NeitherTheOldNorTheNewElectorateDecidesAlone) {
  replaced b;
  b.switch_over();
  b.keep_saying({3, 4}, level::shutdown, 15s);
  EXPECT_EQ(b.state(), host_state::running) << "k of the new ones, one short of the old ones";
  b.pass(15s);
  b.keep_saying({0, 1}, level::shutdown, 15s);
  EXPECT_EQ(b.state(), host_state::running) << "k of the old ones, none of the new ones";
}

TEST(SwitchOver, KOfBothDecideAndWhoStayedCountsForBoth) {
  replaced b;
  b.switch_over();
  b.keep_saying({1, 2, 3}, level::shutdown, 6s);
  EXPECT_EQ(b.state(), host_state::committed);
}

TEST(SwitchOver, AfterTenMinutesTheNewElectorateDecidesAlone) {
  replaced b;
  b.switch_over();
  EXPECT_TRUE(b.machine().switching_over());
  b.pass(10min);
  EXPECT_FALSE(b.machine().switching_over());
  b.keep_saying({0, 1}, level::shutdown, 15s);
  EXPECT_EQ(b.state(), host_state::running) << "they have no seat any more";
  b.keep_saying({3, 4}, level::shutdown, 6s);
  EXPECT_EQ(b.state(), host_state::committed);
}

TEST(SwitchOver, VotesOfBothEpochsCountMeanwhileAndOldOnesNeverAgain) {
  replaced b;
  b.switch_over();
  auto old_epoch = b.make(2, level::warn);
  old_epoch.content.epoch = 1;
  old_epoch.valid_before = true;
  b.feed(vote_received{old_epoch});
  EXPECT_NE(b.machine().votes().of(2), nullptr);
  b.pass(10min);
  auto again = b.make(2, level::warn);
  again.content.epoch = 1;
  b.feed(vote_received{again});
  const auto& refused = b.machine().votes().refused();
  EXPECT_EQ(refused[static_cast<std::size_t>(vote::refusal::wrong_epoch)], 1u);
}

TEST(SwitchOver, WhatWasArmedStaysArmedWhereTheVotersKeepTheirKeys) {
  agent_bench b;
  b.votes({level::shutdown, level::shutdown});
  ASSERT_EQ(b.state(), host_state::armed);
  b.pass(2s);
  b.feed(membership_changed{2, {0, 1, 2}, 2, {0, 1}});
  EXPECT_EQ(b.state(), host_state::armed);
  b.pass(3s);
  EXPECT_EQ(b.state(), host_state::committed);
}

TEST(SwitchOver, AnotherKeyUnderTheSameNumberIsAnotherVoter) {
  agent_bench b;
  b.votes({level::shutdown, level::shutdown});
  ASSERT_EQ(b.state(), host_state::armed);
  b.feed(membership_changed{2, {0, 1, 2}, 2, {0, 2}});
  EXPECT_EQ(b.state(), host_state::running) << "of the new electorate 0 alone has spoken";
}

TEST(SwitchOver, AnEpochThatIsNotHigherIsRefused) {
  agent_bench b;
  b.feed(membership_changed{1, {7}, 1, {}});
  EXPECT_EQ(b.machine().epoch(), 1u);
  EXPECT_FALSE(b.machine().switching_over());
  b.keep_voting({level::shutdown, level::shutdown}, 6s);
  EXPECT_EQ(b.state(), host_state::committed);
}

TEST(SwitchOver, TheBeaconSaysInWhichEpochTheHostLives) {
  replaced b;
  EXPECT_EQ(b.beacon().epoch, 1u);
  b.switch_over();
  b.pass(1s);
  EXPECT_EQ(b.beacon().epoch, 2u);
}

TEST(SwitchOver, TheLocalRuleCountsTheElectorateOfWhichMoreAreAble) {
  replaced b;
  b.keep_voting({level::warn, level::warn, level::warn}, 3s, {on_battery("u1", 30min)});
  b.switch_over();
  b.keep_saying({0, 1}, level::warn, 30s, {on_battery("u1", 30min)});
  EXPECT_FALSE(b.machine().local_rule().degraded(b.now())) << "k of the old ones see it";
  EXPECT_FALSE(b.machine().local_rule().deadline());
  b.keep_saying({3, 4}, level::run, 30s, {online("u1", 30min)});
  EXPECT_FALSE(b.machine().local_rule().on_battery()) << "and now k of the new ones do";
}

TEST(SwitchOver, WhoIsNotOfTheNewElectorateIsForgottenAtItsEnd) {
  replaced b;
  b.keep_voting({level::warn, level::warn}, 3s, {on_battery("u1", 3h)});
  b.switch_over();
  b.keep_saying({2, 3}, level::warn, 9min + 58s, {on_battery("u1", 3h)});
  b.pass(3s);
  ASSERT_FALSE(b.machine().switching_over());
  EXPECT_TRUE(b.machine().local_rule().on_battery());
  EXPECT_EQ(b.machine().local_rule().able(b.now()), 2u);
}

TEST(SwitchOver, AnExecutorNeedsBothElectoratesToo) {
  executor_config c;
  c.site = "lab";
  c.unit = "ss4";
  c.node = 1;
  c.epoch = 2;
  c.electorate = {2, 3, 4};
  c.threshold = 2;
  c.earlier = vote::earlier_electorate{1, {0, 1, 2}, 2};
  c.outlets = {{.name = "ss4.1", .number = 1}};
  time_point now{1000s};
  outlet_executor unit{c, test::id(9), now};
  std::uint64_t tick = 0;
  const auto feed = [&](const executor_event& what) {
    for (const auto& action : unit.step(what, now).actions)
      if (const auto* said = std::get_if<send_executor_beacon>(&action)) {
        tick = said->what.tick;
        EXPECT_EQ(said->what.epoch, 2u);
      }
  };
  feed(executor_tick{});
  const auto off = [&](node_number from) {
    auto cast = test::voter{.number = from, .epoch = 2, .sequence = tick}.cast(
        test::outlet("ss4.1", 1), test::id(9), tick, vote::outlet_wish::off);
    cast.signature_valid = from >= 2;
    cast.valid_before = from <= 2;
    feed(outlet_vote_received{cast});
  };
  off(3);
  off(4);
  EXPECT_EQ(unit.votes("ss4.1")->effective_wish(now), vote::outlet_wish::keep);
  off(1);
  off(2);
  EXPECT_EQ(unit.votes("ss4.1")->effective_wish(now), vote::outlet_wish::off);
  now += 10min;
  feed(executor_tick{});
  off(3);
  off(4);
  EXPECT_EQ(unit.votes("ss4.1")->effective_wish(now), vote::outlet_wish::off) << "by itself now";
}

}  // namespace
}  // namespace holdover::agent
