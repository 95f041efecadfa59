// The output of a UPS as an outlet: who must be down before it goes off, who orders it, and what it
// means for the belief in mains that it is off.

#include "tests/support/site_bench.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace holdover::policy {
namespace {

using power::outlet_state;
using test::site_bench;
using test::ups_on_battery;
using test::ups_online;
using vote::outlet_wish;

/// One UPS whose output is an outlet; app1 hangs on that, app2 on an outlet unit behind the UPS.
site with_output() {
  auto s = test::three_nodes("office");
  const auto main = test::add_ups(s, "main");
  const auto output = test::add_unit(s, "output", main);
  s.units[output].output_of = main;
  s.units[output].outlets = 1;
  const auto pdu = test::add_unit(s, "pdu", main);
  s.stages = {test::stage(
      "all", {.on_battery_for = 1min, .runtime_below = 10min, .charge_below_percent = {}})};
  const auto whole = test::add_outlet(s, output, 1), socket = test::add_outlet(s, pdu, 1);
  test::add_host(s, "app1", {{main, whole}}, 0);
  test::add_host(s, "app2", {{main, socket}}, 0);
  s.outlets[whole].beyond = {test::index_of(s.hosts, "app2")};
  s.switches = {{"main.off"}};
  s.units[output].off_switch = 0;
  stage_config order;
  order.name = "main.off";
  s.wishes.push_back({jobs::wish_kind::outlet_off, whole, {}, {}, "main.off"});
  order.wish = 0;
  order.shed = {whole};
  order.condition = test::plant(s, test::leaf(condition_kind::operator_switch, 0));
  s.stages.push_back(order);
  s.restore.mains_stable = 60s;
  s.restore.charge_minimum_percent = 20;
  s.restore.stagger = 5s;
  return s;
}

power::observation ups_off(bool input_good) {
  auto says = ups_online();
  says.state = power::belief::off;
  says.input_good = input_good;
  return says;
}

struct SiteUpsOutput : testing::Test {
  SiteUpsOutput() { b.outlets_obey(); }

  void both_stop() {
    b.ups("main", ups_on_battery(1h));
    b.pass(61s);
    b.last_word("app1");
    b.last_word("app2");
  }
  /// Both are down, the output was cut on battery, and the card goes on telling.
  void cut_on_battery() {
    both_stop();
    b.pass(8s);
    b.ups("main", ups_off(false));
    b.pass(5s);
  }

  site_bench b{with_output()};
};

TEST_F(SiteUpsOutput, TheSiteIsValid) {
  for (const auto& problem : validate(b.about()))
    EXPECT_NE(problem.how, site_problem::weight::error) << problem.path << ": " << problem.text;
}

TEST_F(SiteUpsOutput, StaysOnWhileAHostRunsOnAnOutletBehindTheUps) {
  b.ups("main", ups_on_battery(1h));
  b.pass(61s);
  b.last_word("app1");
  b.pass(1min);
  EXPECT_EQ(b.wish("output.1"), outlet_wish::keep);
}

TEST_F(SiteUpsOutput, IsCutOnceEveryHostThatTheUpsCarriesIsDownByItsLastWord) {
  both_stop();
  EXPECT_EQ(b.wish("output.1"), outlet_wish::keep);  // The power-off delay.
  b.pass(5s);
  EXPECT_EQ(b.wish("output.1"), outlet_wish::off);
}

TEST_F(SiteUpsOutput, SilenceIsNoLastWord) {
  b.ups("main", ups_on_battery(1h));
  b.pass(61s);
  b.last_word("app1");
  b.host("app2").state = agent::host_state::committed;
  b.pass(1s);
  b.host("app2").talks = false;
  b.pass(5min);
  EXPECT_EQ(b.phase("app2"), "gone");
  EXPECT_EQ(b.wish("output.1"), outlet_wish::keep);
}

TEST_F(SiteUpsOutput, OffByUsAndWithoutMainsTheOutageGoesOn) {
  cut_on_battery();
  EXPECT_EQ(b.incident(), incident_state::committed);
  b.pass(10min);
  EXPECT_EQ(b.incident(), incident_state::committed);
  EXPECT_EQ(b.wish("output.1"), outlet_wish::keep);
}

TEST_F(SiteUpsOutput, OffByUsWithMainsBackItComesFirstAndThenTheHosts) {
  cut_on_battery();
  b.ups("main", ups_off(true));
  EXPECT_EQ(b.incident(), incident_state::restoring);
  b.pass(59s);
  EXPECT_EQ(b.wish("output.1"), outlet_wish::keep);
  b.pass(1s);
  EXPECT_EQ(b.wish("output.1"), outlet_wish::on);
  EXPECT_EQ(b.phase("app2"), "down");  // Its own outlet waits for its own turn.
  b.pass(2s);
  b.ups("main", ups_online());
  EXPECT_EQ(b.phase("app1"), "booting");
  b.pass(10s);
  EXPECT_EQ(b.phase("app2"), "booting");
  b.boots("app1");
  b.boots("app2");
  b.pass(2min);
  EXPECT_EQ(b.incident(), incident_state::calm);
}

TEST_F(SiteUpsOutput, AnOutputThatReturnsByItselfWithMainsIsNotCutAgain) {
  cut_on_battery();
  b.set_outlet("output.1", outlet_state::on);
  b.ups("main", ups_online());
  b.pass(3s);
  EXPECT_EQ(b.phase("app1"), "booting");
  EXPECT_NE(b.wish("output.1"), outlet_wish::off);
  b.boots("app1");
  b.pass(5min);
  EXPECT_TRUE(b.votes_to("output.1", 0).empty()
              || b.votes_to("output.1", 0).back().outlet != outlet_wish::off);
}

TEST_F(SiteUpsOutput, OneThatSomebodySwitchedOffIsNoMains) {
  b.ups("main", ups_off(true));
  b.pass(10s);
  EXPECT_EQ(b.snapshot().upses.at(0).state, power::belief::off);
}

TEST_F(SiteUpsOutput, AnOrderDoesNothingWhileAHostRuns) {
  b.set_switch("main.off", 10min);
  b.pass(9min);
  EXPECT_EQ(b.snapshot().outlets.at(0).state, outlet_state::on);
  EXPECT_TRUE(b.votes_to("output.1", 1).empty());
}

TEST_F(SiteUpsOutput, AnOrderKeepsItOffThoughMainsAreBack) {
  cut_on_battery();
  b.set_switch("main.off", 5min);
  b.ups("main", ups_off(true));
  b.pass(5min - 1s);
  EXPECT_EQ(b.snapshot().outlets.at(0).state, outlet_state::off);
  b.pass(5s);
  EXPECT_EQ(b.snapshot().outlets.at(0).state, outlet_state::on);
}

/// A UPS that carries nothing which this site knows.
struct SiteSpareOutput : testing::Test {
  static site with_spare() {
    auto s = with_output();
    s.hosts.clear();
    s.stages.front().hosts.clear();
    for (auto& outlet : s.outlets)
      outlet.feeds = outlet.beyond = {};
    return s;
  }
  SiteSpareOutput() { b.outlets_obey(); }
  site_bench b{with_spare()};
};

TEST_F(SiteSpareOutput, GoesOffByAnOrderOfAnOperator) {
  b.set_switch("main.off", 5min);
  ASSERT_FALSE(b.all<decided>().empty());
  EXPECT_EQ(b.all<decided>().back().outlet, outlet_wish::off);
  EXPECT_EQ(b.all<decided>().back().why, vote::reason::operator_wish);
  EXPECT_FALSE(b.votes_to("output.1", 1).empty());
  b.pass(2s);
  EXPECT_EQ(b.snapshot().outlets.at(0).state, outlet_state::off);
}

TEST_F(SiteSpareOutput, ReturnsWhenTheOrderEndsByTheGatesOfTheRestore) {
  b.set_switch("main.off", 5min);
  b.pass(3s);
  b.ups("main", ups_off(true));
  b.pass(4min);
  EXPECT_EQ(b.snapshot().outlets.at(0).state, outlet_state::off);
  b.pass(1min);
  EXPECT_EQ(b.snapshot().outlets.at(0).state, outlet_state::on);
}

TEST_F(SiteSpareOutput, ReturnsEarlierWhenTheOrderIsTakenBack) {
  b.set_switch("main.off", 1h);
  b.pass(3s);
  b.ups("main", ups_off(true));
  b.pass(90s);
  b.set_switch("main.off", 0s);
  b.pass(3s);
  EXPECT_EQ(b.snapshot().outlets.at(0).state, outlet_state::on);
}

TEST_F(SiteSpareOutput, IsNotSwitchedOnWithoutMains) {
  b.set_switch("main.off", 1min);
  b.pass(3s);
  b.ups("main", ups_off(false));
  b.pass(10min);
  EXPECT_EQ(b.snapshot().outlets.at(0).state, outlet_state::off);
}

TEST_F(SiteUpsOutput, AHostThatTheFileForgetsIsRefused) {
  auto s = with_output();
  s.outlets[0].beyond.clear();
  const auto found = validate(s);
  EXPECT_TRUE(std::ranges::any_of(found, [](const site_problem& problem) {
    return problem.how == site_problem::weight::error
           && problem.text.find("lists other hosts") != std::string::npos;
  }));
}

TEST_F(SiteUpsOutput, ANodeOnThatUpsAndASecondUnitAreTold) {
  auto s = with_output();
  s.nodes[0].supplies = {{0, std::nullopt}};
  s.units[1].output_of = 0;
  std::string texts;
  for (const auto& problem : validate(s))
    texts += problem.text + '\n';
  EXPECT_NE(texts.find("has no vote to switch it"), std::string::npos) << texts;
  EXPECT_NE(texts.find("has an output unit already"), std::string::npos) << texts;
  EXPECT_NE(texts.find("is one outlet"), std::string::npos) << texts;
}

}  // namespace
}  // namespace holdover::policy
