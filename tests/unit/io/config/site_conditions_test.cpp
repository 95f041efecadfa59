#include "io/config/site_loader.hpp"
#include "tests/unit/io/config/folder.hpp"

#include <gtest/gtest.h>

namespace holdover::config {
namespace {

constexpr std::string_view frame = R"(site: hq
nodes:
  - { number: 0, name: alpha, control: "tcp://10.0.0.1:7400", events: "tcp://10.0.0.1:7401" }
ups: [{ name: main, nut: { host: localhost, ups: u1 } }]
outlet_units: [{ name: pdu, snmp: { host: 10.0.0.9, profile: apc-rpdu }, feed: main }]
sensors:
  - { name: rack, kind: temperature, snmp: { host: a }, channel: "1", accuracy: 2 }
  - { name: door, kind: contact, snmp: { host: a }, channel: "2" }
operator_switches: [{ name: wish }]
hosts:
  - { name: web, supplies: [{ outlet: pdu.1 }] }
  - { name: nas, supplies: [{ ups: main }] }
)";

class SiteConditions : public testing::Test {
protected:
  site load(const std::string& rest) {
    auto got = attempt(rest);
    if (const auto* no = std::get_if<std::vector<problem>>(&got)) {
      ADD_FAILURE() << to_string(*no);
      return {};
    }
    return std::get<site>(got);
  }
  /// A site with one stage that shuts nas down.
  site stage(const std::string& when) {
    return load("stages: [{ name: s, when: { " + when + " }, hosts: [nas] }]\n");
  }
  /// All that is wrong, without the excerpts.
  std::string mistakes(const std::string& rest) {
    const auto got = attempt(rest);
    const auto* no = std::get_if<std::vector<problem>>(&got);
    if (no == nullptr) return "none";
    std::string text;
    for (const auto& one : *no)
      if (one.how == site_problem::weight::error)
        text += std::to_string(one.where.line) + ':' + std::to_string(one.where.column) + ' '
                + one.text + '\n';
    return text;
  }
  std::string mistakes_of_stage(const std::string& when) {
    return mistakes("stages:\n- name: s\n  when: { " + when + " }\n  hosts: [nas]\n");
  }

  folder here_;

private:
  std::variant<site, std::vector<problem>> attempt(const std::string& rest) {
    return load_site(here_.write("site.yaml", std::string{frame} + rest),
                     [](std::string_view) { return std::array<std::uint8_t, 32>{}; });
  }
};

TEST_F(SiteConditions, TheShortFormIsNoTree) {
  const auto s = stage("on_battery_for: 5m, battery_low: true");
  EXPECT_EQ(s.stages[0].when.on_battery_for, 5min);
  EXPECT_TRUE(s.stages[0].when.battery_low);
  EXPECT_FALSE(s.stages[0].condition);
}

TEST_F(SiteConditions, WhatStandsBesideTheShortFormIsAnAlternative) {
  const auto s = stage("on_battery_for: 5m, latest_safe: true");
  EXPECT_EQ(s.stages[0].when.on_battery_for, 5min);
  ASSERT_TRUE(s.stages[0].condition);
  EXPECT_EQ(s.conditions[s.stages[0].condition->root].kind, condition_kind::latest_safe);
}

TEST_F(SiteConditions, ATimeToHoldMakesTheShortFormATree) {
  const auto s = stage("battery_low: true, for: 20s, ups: main");
  EXPECT_FALSE(s.stages[0].when.battery_low);
  ASSERT_EQ(s.conditions.size(), 1u);
  EXPECT_EQ(s.conditions[0].kind, condition_kind::battery_low);
  EXPECT_EQ(s.conditions[0].hold, 20s);
  EXPECT_EQ(s.conditions[0].ups, ups_index{0});
}

TEST_F(SiteConditions, EachNodeStandsAfterItsChildren) {
  const auto s = stage(
      "at_least: { count: 2, of: [{ sensor: { name: rack, above: 40 } }, "
      "{ operator: wish }, { all: [{ overload: true }, { bypass: true }] }] }, "
      "for: 1m, clear_after: 5m");
  ASSERT_TRUE(s.stages[0].condition);
  EXPECT_EQ(s.stages[0].condition->first, 0u);
  EXPECT_EQ(s.stages[0].condition->root, 5u);
  const std::vector<condition_kind> kinds{
      condition_kind::sensor_above, condition_kind::operator_switch,
      condition_kind::overload,     condition_kind::bypass,
      condition_kind::all,          condition_kind::at_least};
  const std::vector<condition_index> parents{5, 5, 4, 4, 5, 5};
  ASSERT_EQ(s.conditions.size(), kinds.size());
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    EXPECT_EQ(s.conditions[i].kind, kinds[i]) << i;
    EXPECT_EQ(s.conditions[i].parent, parents[i]) << i;
  }
  EXPECT_EQ(s.conditions[5].needed, 2u);
  EXPECT_EQ(s.conditions[5].hold, 1min);
  EXPECT_EQ(s.conditions[5].clear_after, 5min);
}

TEST_F(SiteConditions, ASensorLendsItsHysteresis) {
  EXPECT_EQ(stage("sensor: { name: rack, above: 40 }").conditions[0].hysteresis, 2);
  EXPECT_EQ(stage("sensor: { name: rack, above: 40 }, hysteresis: 5").conditions[0].hysteresis, 5);
}

TEST_F(SiteConditions, AWindowKnowsItsDaysAndMinutes) {
  const auto s = stage("time: { days: [weekdays, sunday], from: \"22:00\", to: \"06:30\" }");
  ASSERT_EQ(s.windows.size(), 1u);
  EXPECT_EQ(s.windows[0].days, (std::array<bool, 7>{true, true, true, true, true, false, true}));
  EXPECT_EQ(s.windows[0].from_minute, 22u * 60);
  EXPECT_EQ(s.windows[0].to_minute, 6u * 60 + 30);
}

TEST_F(SiteConditions, AHostMayStandInAStageOfAnOutageAndInOthers) {
  const auto s = load(
      "stages:\n"
      "- { name: hot, when: { sensor: { name: rack, above: 40 } }, hosts: [nas] }\n"
      "- { name: out, when: { runtime_below: 9m }, hosts: [nas] }\n");
  EXPECT_EQ(s.hosts[1].stage, stage_index{1});
}

TEST_F(SiteConditions, SaysWhereAConditionIsWrong) {
  EXPECT_EQ(mistakes_of_stage("sensor: { name: rakc, above: 40 }"),
            "15:27 unknown sensor \"rakc\"; did you mean \"rack\"?\n");
  EXPECT_EQ(mistakes_of_stage("sensor: { name: rack, above: 40, below: 5 }"),
            "15:19 choose one: above, below or state\n");
  EXPECT_EQ(mistakes_of_stage("sensor: { name: door, above: 1 }"),
            "15:19 \"door\" is a contact: ask for state active or inactive\n");
  EXPECT_EQ(mistakes_of_stage("sensor: { name: rack, above: 40 }, hysteresis: 1"),
            "15:19 has a hysteresis of 1 on \"rack\", less than its accuracy of 2: its own error "
            "would call the stage and call it off; raise it\n");
  EXPECT_EQ(
      mistakes_of_stage("time: { days: [moonday], from: \"25:00\" }"),
      "15:26 must be monday, tuesday, wednesday, thursday, friday, saturday, sunday, weekdays "
      "or weekend, not \"moonday\"; did you mean \"monday\"?\n"
      "15:42 must be a time of day such as \"22:00\", not \"25:00\"\n");
  EXPECT_EQ(mistakes_of_stage("at_least: { count: 3, of: [{ overload: true }, { bypass: true }] }"),
            "15:21 asks for at least 3 of 2 conditions: give 1 to 2\n");
  EXPECT_EQ(mistakes_of_stage("all: [{ overload: true }, {}]"),
            "15:37 names no condition: name one, or remove it\n");
  EXPECT_EQ(mistakes_of_stage("operator: wihs"),
            "15:21 unknown operator's switch \"wihs\"; did you mean \"wish\"?\n");
  EXPECT_EQ(mistakes_of_stage("load: { outlet: pdu.2, unit: pdu, above: 9 }"),
            "15:17 choose one: the outlet, or the unit whose outlets count together\n");
}

TEST_F(SiteConditions, AnAliasWithinItselfEnds) {
  const auto said =
      mistakes("stages:\n- name: s\n  when: &loop { all: [*loop] }\n  hosts: [nas]\n");
  EXPECT_NE(said.find("nested deeper than 32 groups"), std::string::npos) << said;
}

TEST_F(SiteConditions, AGroupStandsForItsHosts) {
  const auto s = load(
      "groups:\n"
      "- { name: servers, hosts: [nas] }\n"
      "- { name: everything, hosts: [web, servers] }\n"
      "stages:\n"
      "- name: all\n"
      "  when: { runtime_below: 9m }\n"
      "  hosts: [everything, servers]\n"
      "  commands: [{ host: everything, action: message, text: Bye }]\n");
  EXPECT_EQ(s.stages[0].hosts, (std::vector<host_index>{0, 1}));
  ASSERT_EQ(s.stages[0].commands.size(), 2u);
  EXPECT_EQ(s.stages[0].commands[1].host, 1u);
}

TEST_F(SiteConditions, AGroupNeedsANameAndSomebodyInIt) {
  const std::string stages = "stages: [{ name: s, when: { runtime_below: 9m }, hosts: [nas] }]\n";
  EXPECT_EQ(mistakes("groups: [{ name: nas, hosts: [web] }]\n" + stages),
            "13:18 \"nas\" is already a host or a group; give it a name of its own\n");
  EXPECT_EQ(mistakes("groups: [{ name: all }]\n" + stages),
            "13:10 is a group of nobody; name its hosts, or remove it\n");
}

TEST_F(SiteConditions, DependenciesAreHostsThatGoDownLater) {
  const auto with = [&](const std::string& hosts, const std::string& stages) {
    auto text = std::string{frame};
    return text.substr(0, text.find("hosts:\n")) + hosts + stages;
  };
  const std::string hosts =
      "hosts:\n"
      "- { name: web, supplies: [{ ups: main }], depends_on: [nas] }\n"
      "- { name: nas, supplies: [{ ups: main }]";
  const auto load_whole = [&](const std::string& text) {
    const auto got = load_site(here_.write("whole.yaml", text),
                               [](std::string_view) { return std::array<std::uint8_t, 32>{}; });
    const auto* no = std::get_if<std::vector<problem>>(&got);
    if (no == nullptr) return std::string{"none"};
    for (const auto& one : *no)
      if (one.how == site_problem::weight::error) return one.text;
    return std::string{"none"};
  };
  const std::string right =
      "stages:\n- { name: a, when: { runtime_below: 9m }, hosts: [web] }\n"
      "- { name: b, when: { runtime_below: 8m }, hosts: [nas] }\n";
  const std::string wrong =
      "stages:\n- { name: a, when: { runtime_below: 9m }, hosts: [nas] }\n"
      "- { name: b, when: { runtime_below: 8m }, hosts: [web] }\n";
  EXPECT_EQ(load_whole(with(hosts + " }\n", right)), "none");
  EXPECT_EQ(load_whole(with(hosts + " }\n", wrong)),
            "\"nas\" goes down in an earlier stage than \"web\", which depends on it: swap the "
            "stages");
  EXPECT_EQ(load_whole(with(hosts + ", depends_on: [web] }\n",
                            "stages:\n- { name: a, when: { runtime_below: 9m }, hosts: [web, nas] "
                            "}\n")),
            "goes in a circle (web -> nas -> web), so none of them could go down first: leave one "
            "out");
}

}  // namespace
}  // namespace holdover::config
