#include "tools/holdover/lamps.hpp"

#include "tests/support/sites.hpp"

#include <gtest/gtest.h>

#include <array>

namespace holdover::tool {
namespace {

using power::belief;
using power::freshness;
using power::outlet_state;
using vote::outlet_wish;

/// The office: ss4 with four outlets behind the UPS main.
struct Lamps : testing::Test {
  Lamps() {
    for (auto& node : nodes) {
      policy::ups_status ups;
      ups.name = "main";
      ups.state = belief::online;
      ups.fresh = freshness::fresh;
      node.upses = {ups};
      for (const auto& outlet : about.outlets)
        node.outlets.push_back({outlet.name, outlet_state::on, outlet_wish::keep, {}});
    }
  }
  unit_lamps seen() const { return lamps_of(about, {&nodes[0], &nodes[1], &nodes[2]}).front(); }
  std::string mains() const { return std::string{to_string(seen().mains)}; }
  std::string printer() const { return std::string{to_string(seen().outlets[0].lamp)}; }
  void ups(belief state, freshness fresh = freshness::fresh) {
    for (auto& node : nodes) {
      node.upses[0].state = state;
      node.upses[0].fresh = fresh;
    }
  }
  void printer_is(outlet_state state, outlet_wish wish = outlet_wish::keep) {
    for (auto& node : nodes) {
      node.outlets[0].state = state;
      node.outlets[0].wanted = wish;
    }
  }
  site about = test::office();
  std::array<policy::status, 3> nodes;
};

TEST_F(Lamps, AreOneForMainsAndOneForEachOutletByNumber) {
  const auto unit = seen();
  EXPECT_EQ(unit.unit, "ss4");
  EXPECT_EQ(unit.mains, mains_lamp::good);
  ASSERT_EQ(unit.outlets.size(), 4u);
  EXPECT_EQ(unit.outlets[0].name, "printer");
  for (std::uint32_t i = 0; i < 4; ++i) {
    EXPECT_EQ(unit.outlets[i].number, i + 1);
    EXPECT_EQ(unit.outlets[i].lamp, outlet_lamp::on);
  }
}

TEST_F(Lamps, MainsGoesThroughItsFiveStates) {
  EXPECT_EQ(mains(), "good");
  ups(belief::on_battery);
  EXPECT_EQ(mains(), "on battery");
  for (auto& node : nodes)
    node.upses[0].battery_low = true;
  EXPECT_EQ(mains(), "ending");
  ups(belief::off);
  EXPECT_EQ(mains(), "off");
  ups(belief::off, freshness::blind);
  EXPECT_EQ(mains(), "unknown");
}

TEST_F(Lamps, MainsThatIsGoodButAboutToBeCutIsEnding) {
  for (auto& node : nodes)
    node.alarms = {"output_ending main: it counts down to the end of its output"};
  EXPECT_EQ(mains(), "ending");
}

TEST_F(Lamps, AnOutletGoesThroughItsFiveStates) {
  EXPECT_EQ(printer(), "on");
  printer_is(outlet_state::on, outlet_wish::off);
  EXPECT_EQ(printer(), "switching");
  nodes[1].alarms = {"outlet_unconfirmed printer: does not follow its votes for 60 s"};
  EXPECT_EQ(printer(), "stuck");
  printer_is(outlet_state::off);
  EXPECT_EQ(printer(), "off");
  printer_is(outlet_state::unknown);
  EXPECT_EQ(printer(), "unknown");
}

TEST_F(Lamps, OneNodeThatSeesSufficesAndNodesThatContradictEachOtherDoNot) {
  nodes[0].upses[0].fresh = nodes[1].upses[0].fresh = freshness::never;
  nodes[0].outlets[0].state = nodes[1].outlets[0].state = outlet_state::unknown;
  EXPECT_EQ(mains(), "good");
  EXPECT_EQ(printer(), "on");
  nodes[1].upses[0] = nodes[2].upses[0];
  nodes[1].upses[0].state = belief::on_battery;
  nodes[1].outlets[0].state = outlet_state::off;
  EXPECT_EQ(mains(), "unknown");
  EXPECT_EQ(printer(), "unknown");
}

TEST_F(Lamps, NobodyWhoAnswersIsUnknownAll) {
  const auto unit = lamps_of(about, {}).front();
  EXPECT_EQ(unit.mains, mains_lamp::unknown);
  for (const auto& one : unit.outlets)
    EXPECT_EQ(one.lamp, outlet_lamp::unknown);
}

TEST_F(Lamps, MainsBehindNoUpsIsGoodIfTheUnitAnswers) {
  about.units[0].feed.reset();
  EXPECT_EQ(mains(), "good");
  for (auto& node : nodes)
    for (auto& outlet : node.outlets)
      outlet.state = outlet_state::unknown;
  EXPECT_EQ(mains(), "unknown");
}

}  // namespace
}  // namespace holdover::tool
