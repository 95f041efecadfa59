// Conditions that act while mains is fine, and what they may not do.

#include "tests/support/site_bench.hpp"

#include <gtest/gtest.h>

namespace holdover::policy {
namespace {

using test::all;
using test::any;
using test::leaf;
using test::plant;
using test::server_room;
using test::site_bench;
using test::ups_on_battery;
using test::ups_online;
using vote::level;
using vote::outlet_wish;
using vote::reason;

class SiteConditions : public testing::Test {
protected:
  explicit SiteConditions(site about = server_room()) : b(std::move(about)) {}

  void temperatures(double rack1, double rack2, double rack3) {
    b.sensor("rack1", rack1);
    b.sensor("rack2", rack2);
    b.sensor("rack3", rack3);
  }
  void heat() {
    temperatures(43, 44, 22);
    b.pass(62s);
  }

  site_bench b;
};

TEST_F(SiteConditions, AQuorumOfSensorsStopsWhatItsStageNames) {
  heat();
  EXPECT_EQ(b.level("web1"), level::shutdown);
  EXPECT_EQ(b.why("web1"), reason::environment);
  EXPECT_EQ(b.wish("printer"), outlet_wish::off);
  EXPECT_EQ(b.incident(), incident_state::open);
}

TEST_F(SiteConditions, ItActsOnNothingElse) {
  heat();
  EXPECT_EQ(b.level("db1"), level::run);
  EXPECT_EQ(b.level("nas1"), level::run);
}

TEST_F(SiteConditions, TheExplanationNamesTheValues) {
  heat();
  const auto decisions = b.all<decided>();
  const auto told = std::find_if(decisions.begin(), decisions.end(),
                                 [](const decided& d) { return d.about.name == "web1"; });
  ASSERT_NE(told, decisions.end());
  EXPECT_NE(told->explanation.find("stage hot acts: rack1 43"), std::string::npos)
      << told->explanation;
}

TEST_F(SiteConditions, TooFewSensorsStopNobody) {
  temperatures(60, 22, 22);
  b.pass(5min);
  EXPECT_EQ(b.level("web1"), level::run);
  EXPECT_EQ(b.incident(), incident_state::calm);
}

TEST_F(SiteConditions, SilentSensorsStopNobody) {
  b.sensor("rack1", 60.0);
  b.pass(5min);
  EXPECT_EQ(b.level("web1"), level::run);
}

TEST_F(SiteConditions, CoolAgainBeforeACommitIsCalledOff) {
  heat();
  temperatures(39, 37, 22);
  b.pass(1s);
  EXPECT_EQ(b.level("web1"), level::run);
  EXPECT_EQ(b.wish("printer"), outlet_wish::keep);
}

TEST_F(SiteConditions, WithinTheHysteresisItIsStillHot) {
  heat();
  temperatures(39, 39, 22);
  b.pass(30s);
  EXPECT_EQ(b.level("web1"), level::shutdown);
}

TEST_F(SiteConditions, SilenceCallsNothingOffButOrdersNothingForLong) {
  heat();
  b.sensor("rack1", std::nullopt);
  b.sensor("rack2", std::nullopt);
  b.pass(20s);
  EXPECT_EQ(b.level("web1"), level::shutdown);
  b.pass(60s);
  EXPECT_EQ(b.level("web1"), level::run);
  EXPECT_TRUE(b.alarm(site_alarm::condition_unknown, "hot"));
}

TEST(SiteConditionsInDoubt, AnAnswerThatAllIsWellOrdersNobodyDownForTheTimeToClear) {
  auto s = server_room();
  for (auto& node : s.conditions)
    if (node.kind == condition_kind::at_least) node.clear_after = 30s;
  site_bench b{std::move(s)};
  for (const auto* rack : {"rack1", "rack2", "rack3"})
    b.sensor(rack, 45.0);
  b.pass(61s);
  ASSERT_EQ(b.level("web1"), level::shutdown);
  for (const auto* rack : {"rack1", "rack2", "rack3"})
    b.sensor(rack, std::nullopt);
  b.pass(80s);
  ASSERT_EQ(b.level("web1"), level::run);
  for (const auto* rack : {"rack1", "rack2", "rack3"})
    b.sensor(rack, 22.0);
  for (int second = 0; second < 40; ++second) {
    b.pass(1s);
    EXPECT_EQ(b.level("web1"), level::run);
  }
}

TEST_F(SiteConditions, WhatWasStoppedStaysDownUntilItIsKnownToBeCool) {
  b.outlets_obey();
  heat();
  for (const auto* host : {"web1", "web2"})
    b.last_word(host);
  b.pass(30s);
  EXPECT_EQ(b.incident(), incident_state::committed);
  b.sensor("rack1", std::nullopt);
  b.sensor("rack2", std::nullopt);
  b.pass(5min);
  EXPECT_EQ(b.wish("ss4.2"), outlet_wish::keep);
  temperatures(30, 30, 22);
  b.pass(5s);
  EXPECT_EQ(b.incident(), incident_state::restoring);
  b.pass(60s);
  EXPECT_EQ(b.all<incident_changed>().back().why, "no stage acts any more");
  EXPECT_NE(b.phase("web1"), "down");
}

TEST_F(SiteConditions, AnOutageRestoresWhatNoConditionKeepsDown) {
  b.outlets_obey();
  heat();
  for (const auto* host : {"web1", "web2"})
    b.last_word(host);
  b.ups("main", ups_on_battery(5min));
  b.pass(30s);
  b.last_word("db1");
  b.pass(30s);
  b.ups("main", ups_online(30min, 90));
  b.pass(2min);
  EXPECT_EQ(b.phase("db1"), "booting");
  EXPECT_EQ(b.phase("web1"), "down");
}

/// web2 runs on web1.
class OrderByCondition : public SiteConditions {
protected:
  static site guest_on_web1() {
    auto s = server_room();
    s.hosts[1].depends_on = {0};
    return s;
  }
  OrderByCondition() : SiteConditions(guest_on_web1()) {}
};

TEST_F(OrderByCondition, NobodyIsToldToGoBeforeThoseWhoGoBeforeItNotEvenOnce) {
  b.pass(2min);
  heat();
  EXPECT_EQ(b.level("web2"), level::shutdown);
  const auto said = b.all<decided>();
  EXPECT_TRUE(std::none_of(said.begin(), said.end(), [](const decided& d) {
    return d.about.name == "web1" && d.host_level >= level::shutdown;
  }));
  b.last_word("web2");
  b.pass(2s);
  EXPECT_EQ(b.level("web1"), level::shutdown);
}

TEST_F(SiteConditions, AnOperatorsHoldHasNoLimitHere) {
  b.feed(operator_hold{0, 1h, "anna", ""});
  heat();
  b.pass(10min);
  EXPECT_EQ(b.level("web1"), level::warn);
  EXPECT_EQ(b.why("web1"), reason::held_by_operator);
  EXPECT_EQ(b.level("web2"), level::shutdown);
}

TEST_F(SiteConditions, ABlindNodeStillSeesItsSensors) {
  b.ups("main", std::nullopt);
  b.pass(2min);
  ASSERT_EQ(b.level("web1"), level::no_view);
  heat();
  EXPECT_EQ(b.level("web1"), level::shutdown);
  EXPECT_EQ(b.level("db1"), level::no_view);
}

// ---- Switches and clocks ------------------------------------------------------------------------

TEST_F(SiteConditions, ASwitchEndsByItself) {
  b.set_switch("maintenance", 2min);
  EXPECT_EQ(b.level("db1"), level::shutdown);
  EXPECT_EQ(b.why("db1"), reason::operator_wish);
  b.pass(2min);
  EXPECT_EQ(b.level("db1"), level::run);
}

TEST_F(SiteConditions, AWindowCoversTheNightOfItsDays) {
  for (const auto& [day, minute, asleep] : {std::tuple{0u, 22u * 60, true},
                                            {0u, 22u * 60 - 1, false},
                                            {1u, 6u * 60 - 1, true},
                                            {1u, 6u * 60, false},
                                            {5u, 60u, true},
                                            {5u, 22u * 60, false},
                                            {0u, 60u, false}}) {
    b.clock(day, minute);
    EXPECT_EQ(b.level("web2"), asleep ? level::shutdown : level::run) << day << ' ' << minute;
  }
}

TEST_F(SiteConditions, AClockThatIsNotSynchronisedStopsNobody) {
  b.clock(0, 23 * 60, false);
  b.pass(5s);
  EXPECT_EQ(b.level("web2"), level::run);
}

TEST_F(SiteConditions, WhomSomebodyStartsInTheNightIsNotStoppedAgainThen) {
  b.clock(0, 23 * 60);
  ASSERT_EQ(b.level("web2"), level::shutdown);
  b.last_word("web2");
  b.pass(30s);
  b.boots("web2");
  b.pass(30s);
  EXPECT_EQ(b.level("web2"), level::run);
  b.clock(1, 12 * 60);
  b.pass(5s);
  b.clock(1, 22 * 60);
  b.pass(5s);
  EXPECT_EQ(b.level("web2"), level::shutdown) << "another night";
}

// ---- What a UPS says of itself ------------------------------------------------------------------

class UpsState : public SiteConditions {
protected:
  using SiteConditions::SiteConditions;

  static site with(const test::branch& tree) {
    auto s = test::office();
    stage_config made;
    made.name = "relief";
    made.shed = {0};
    made.hosts = {0};
    made.condition = plant(s, tree);
    s.stages.push_back(made);
    return s;
  }
};

class Overload : public UpsState {
protected:
  Overload() : UpsState(with(leaf(condition_kind::overload).held(10s))) {}
};

TEST_F(Overload, ShedsOutletsButStopsNoHostWhosePowerIsFine) {
  auto strained = ups_online();
  strained.overload = true;
  b.ups("main", strained);
  b.pass(9s);
  EXPECT_EQ(b.wish("printer"), outlet_wish::keep);
  b.pass(3s);
  EXPECT_EQ(b.wish("printer"), outlet_wish::off);
  EXPECT_EQ(b.level("web1"), level::run);
}

class LoadAbove : public UpsState {
protected:
  LoadAbove() : UpsState(with(leaf(condition_kind::load_above, 0, 90).with_hysteresis(10))) {}
};

TEST_F(LoadAbove, ComesBackOnlyBeyondItsHysteresis) {
  b.outlets_obey();
  auto says = ups_online();
  const auto load = [&](double percent) {
    says.load_percent = percent;
    b.ups("main", says);
    b.pass(30s);
  };
  load(95);
  EXPECT_EQ(b.incident(), incident_state::open);
  load(85);
  b.pass(2min);
  EXPECT_EQ(b.incident(), incident_state::open);
  load(79);
  b.pass(2min);
  EXPECT_EQ(b.incident(), incident_state::calm);
}

class OutletLoad : public UpsState {
protected:
  OutletLoad() : UpsState(with(leaf(condition_kind::outlet_load_above, 0, 800))) {}
};

TEST_F(OutletLoad, IsWhatTheUnitMeasures) {
  b.load("printer", 700);
  b.pass(5s);
  EXPECT_EQ(b.wish("printer"), outlet_wish::keep);
  b.load("printer", 900);
  b.pass(5s);
  EXPECT_EQ(b.wish("printer"), outlet_wish::off);
}

// ---- Batteries in trees -------------------------------------------------------------------------

class BatteryTree : public SiteConditions {
protected:
  using SiteConditions::SiteConditions;

  static site with(const test::branch& tree) {
    auto s = test::redundant();
    test::add_sensor(s, "room", power::sensor_kind::temperature_celsius);
    s.stages[1].when = {};
    s.stages[1].condition = plant(s, tree);
    return s;
  }
};

class BothNeeded : public BatteryTree {
protected:
  BothNeeded()
      : BatteryTree(with(all({test::timed(condition_kind::on_battery_for, 2min),
                              leaf(condition_kind::charge_below, 0, 50)}))) {}
};

TEST_F(BothNeeded, EachHostIsJudgedByItsOwnPower) {
  b.ups("left", ups_on_battery(30min, 40));
  b.pass(3min);
  EXPECT_EQ(b.level("app1"), level::run) << "it lives on the right UPS";
  b.ups("right", ups_on_battery(30min, 80));
  b.pass(1min);
  EXPECT_EQ(b.level("app1"), level::warn);
  b.pass(2min);
  EXPECT_EQ(b.level("app1"), level::warn) << "the battery that ends it is charged";
  b.ups("right", ups_on_battery(30min, 45));
  b.pass(10s);
  EXPECT_EQ(b.level("app1"), level::shutdown);
  EXPECT_EQ(b.why("app1"), reason::time_on_battery);
}

class BatteryOrHeat : public BatteryTree {
protected:
  BatteryOrHeat()
      : BatteryTree(
          with(any({test::timed(condition_kind::on_battery_for, 10min), test::above(0, 40)}))) {}
};

TEST_F(BatteryOrHeat, HeatActsWithMainsFineAndWithoutTheStagesBefore) {
  b.sensor("room", 45.0);
  b.pass(5s);
  EXPECT_EQ(b.level("app1"), level::shutdown);
  EXPECT_EQ(b.why("app1"), reason::environment);
  EXPECT_EQ(b.level("tape"), level::run);
}

TEST_F(BatteryOrHeat, ABatteryAloneNeedsItsOutage) {
  b.ups("left", ups_on_battery());
  b.ups("right", ups_on_battery());
  b.pass(9min);
  EXPECT_EQ(b.level("app1"), level::warn);
}

}  // namespace
}  // namespace holdover::policy
