// A host whose ports have all lost their carrier (F2).

#include "core/agent/isolation.hpp"

#include "tests/support/agent_bench.hpp"

#include <gtest/gtest.h>

namespace holdover::agent {
namespace {

using test::agent_bench;
using test::online;
using vote::level;

agent_config with_rule(std::optional<duration> after = 8min) {
  auto c = test::three_controllers();
  c.no_carrier_after = after;
  return c;
}

struct host : agent_bench {
  explicit host(std::optional<duration> after = 8min) : agent_bench(with_rule(after)) {}
  void look(bool carrier, bool mains_good = false) { feed(ports_looked_at{{carrier, mains_good}}); }
  /// A look each second.
  void watch(duration time, bool carrier, bool mains_good = false) {
    for (duration gone = 0s; gone < time; gone += 1s) {
      look(carrier, mains_good);
      pass(1s);
    }
  }
  bool alarmed() const {
    bool on = false;
    for (const auto& action : done()) {
      if (const auto* raised = std::get_if<raise_alarm>(&action))
        on = on || raised->what == agent_alarm::no_carrier;
      if (const auto* cleared = std::get_if<clear_alarm>(&action))
        on = on && cleared->what != agent_alarm::no_carrier;
    }
    return on;
  }
};

TEST(Isolation, AHostThatLostAllCarriersGoesDownAfterItsTime) {
  host b;
  b.keep_voting({level::run, level::run}, 20s, {online("u1")});
  b.look(true);
  b.watch(8min - 1s, false);
  EXPECT_EQ(b.state(), host_state::running);
  EXPECT_TRUE(b.alarmed());
  b.watch(2s, false);
  EXPECT_EQ(b.state(), host_state::committed);
  EXPECT_NE(b.all<write_commit_record>().back().cause.find("no port had a carrier"),
            std::string::npos);
}

TEST(Isolation, TheMomentIsShownAndTheHostIsWarned) {
  host b;
  b.look(true);
  b.look(false);
  b.pass(1s);
  ASSERT_TRUE(b.beacon().acts_in);
  EXPECT_LE(*b.beacon().acts_in, 8min);
  EXPECT_EQ(b.runs(), std::vector<std::string>{"warn"});
}

TEST(Isolation, ByItselfTheRuleIsOff) {
  host b{std::nullopt};
  b.look(true);
  b.watch(1h, false);
  EXPECT_EQ(b.state(), host_state::running);
  EXPECT_FALSE(b.alarmed());
}

TEST(Isolation, SilenceWithACarrierIsNoReason) {
  host b;
  b.watch(1h, true);
  EXPECT_EQ(b.state(), host_state::running);
}

TEST(Isolation, ACarrierThatComesBackCallsItOff) {
  host b;
  b.look(true);
  b.watch(7min, false);
  b.watch(1s, true);
  EXPECT_FALSE(b.alarmed());
  b.watch(7min, false);
  EXPECT_EQ(b.state(), host_state::running);
}

TEST(Isolation, AHostThatNeverHadACarrierIsNotCutOff) {
  host b;
  b.watch(1h, false);
  EXPECT_EQ(b.state(), host_state::running);
}

TEST(Isolation, AnOwnSensorThatSeesMainsKeepsTheHostRunning) {
  host b;
  b.look(true);
  b.watch(1h, false, true);
  EXPECT_EQ(b.state(), host_state::running);
  EXPECT_FALSE(b.alarmed());
  b.watch(2s, false, false);
  EXPECT_EQ(b.state(), host_state::committed);
}

TEST(Isolation, TimeInWhichNobodyLookedDoesNotCount) {
  host b;
  b.look(true);
  b.watch(7min, false);
  b.sleep(30min);
  b.watch(7min, false);
  EXPECT_EQ(b.state(), host_state::running);
  b.watch(1min + 1s, false);
  EXPECT_EQ(b.state(), host_state::committed);
}

TEST(Isolation, WithoutAFreshLookTheDeadlineDoesNotAct) {
  host b;
  b.look(true);
  b.watch(7min, false);
  b.pass(1h);
  EXPECT_EQ(b.state(), host_state::running);
}

TEST(Isolation, AnAgentThatIsStartedAgainGoesOnWithTheTime) {
  host b;
  b.look(true);
  b.watch(6min, false);
  b.restart(2s);
  b.watch(1min + 50s, false);
  EXPECT_EQ(b.state(), host_state::running);
  b.watch(15s, false);
  EXPECT_EQ(b.state(), host_state::committed);
}

TEST(Isolation, WhatWasKeptBesideAnOutageLeavesItAsItIs) {
  host b;
  b.keep_voting({level::warn, level::warn}, 5s, {test::on_battery("u1", 30min)});
  b.look(true);
  b.watch(20s, false);
  ASSERT_TRUE(b.machine().local_rule().deadline());
  b.restart(1s);
  b.look(false);
  EXPECT_TRUE(b.machine().local_rule().on_battery());
}

TEST(Isolation, OnlyItsOwnLineIsRecalled) {
  for (const auto* line : {"", "cut_off", "cut_off x 1", "cut_off 1", "cut_off 5 4",
                           "cut_off 1 2 3", "armed - - -", "cut_off -1 2"}) {
    isolation rule{8min};
    EXPECT_FALSE(rule.recall(line)) << line;
    EXPECT_FALSE(rule.worth_keeping());
  }
  isolation rule{8min};
  EXPECT_TRUE(rule.recall("cut_off 5000 7000"));
  EXPECT_EQ(rule.remember(), "cut_off 5000 7000");
}

}  // namespace
}  // namespace holdover::agent
