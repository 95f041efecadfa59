#include "io/config/node_loader.hpp"
#include "io/config/site_loader.hpp"
#include "tests/unit/io/config/folder.hpp"

#include <gtest/gtest.h>

namespace holdover::config {
namespace {

using jobs::action_kind;
using jobs::origin;
using jobs::wish_kind;

constexpr std::string_view frame = R"(site: hq
nodes:
  - { number: 4, name: alpha, control: "tcp://10.0.0.1:7400", events: "tcp://10.0.0.1:7401" }
ups: [{ name: main, nut: { host: localhost, ups: u1 } }]
outlet_units: [{ name: pdu, snmp: { host: 10.0.0.9, profile: apc-rpdu }, feed: main, names: [{ number: 4, name: lamp, output: true }] }]
sensors: [{ name: rack, kind: temperature, snmp: { host: a }, channel: "1" }]
hosts:
  - { name: web, supplies: [{ outlet: pdu.1 }] }
  - { name: nas, supplies: [{ ups: main }] }
groups: [{ name: everybody, hosts: [web, nas] }]
mail: { host: mail.example.org, from: ups@example.org, to: [ops@example.org], tls: tls, credentials: "file:secret" }
special_days: ["2026-12-26", "2026-12-25"]
stages: [{ name: s, when: { runtime_below: 10m }, hosts: [nas] }]
)";

class SiteJobs : public testing::Test {
protected:
  site load(const std::string& jobs) {
    std::vector<problem> warnings;
    const auto path = here_.write("site.yaml", std::string{frame} + "jobs:\n" + jobs);
    auto got = load_site(
        path, [](std::string_view) { return std::array<std::uint8_t, 32>{}; }, warnings);
    for (const auto& one : warnings)
      warnings_ += one.text + '\n';
    if (const auto* no = std::get_if<std::vector<problem>>(&got)) {
      ADD_FAILURE() << to_string(*no);
      return {};
    }
    return std::get<site>(got);
  }

  folder here_;
  std::string warnings_;
};

TEST_F(SiteJobs, TakeTheirTimingAndTheirEvent) {
  const auto s = load(
      "- { name: a, on: { ups: main, event: battery_low }, after: 30s, every: 5m, over_after: 1m, "
      "do: [{ log: x }] }\n"
      "- { name: b, on: { sensor: any, event: alarm_high }, runtime_below: 8m, ups: main, "
      "do: [{ mail: { subject: hot } }, { program: { name: siren, nodes: [alpha] } }] }\n"
      "- { name: c, on: { event: incident }, do: [{ log: x }] }\n");
  ASSERT_EQ(s.jobs.size(), 3u);
  const auto& a = s.jobs[0];
  EXPECT_EQ(a.on->from, origin::ups);
  EXPECT_EQ(a.on->subject, "main");
  EXPECT_EQ(a.when.after, 30s);
  EXPECT_EQ(a.when.every, 5min);
  EXPECT_EQ(a.when.over_after, 1min);
  const auto& b = s.jobs[1];
  EXPECT_EQ(b.on->subject, "");
  EXPECT_EQ(b.when.runtime_below, 8min);
  EXPECT_EQ(b.when.ups, 0u);
  EXPECT_EQ(b.actions[0].to, std::vector<std::string>{"ops@example.org"});
  EXPECT_EQ(b.actions[1].nodes, std::vector<node_number>{4});
  EXPECT_EQ(s.jobs[2].on->from, origin::incident);
}

TEST_F(SiteJobs, TakeTheirPlaceInTheCalendar) {
  const auto s = load(
      "- { name: a, at: { time: \"22:00\", days: [weekend, special_days], missed: run, "
      "missed_within: 2h }, do: [{ log: x }] }\n"
      "- { name: b, at: { time: \"00:00\", date: \"1970-01-02\" }, do: [{ log: x }] }\n");
  ASSERT_EQ(s.jobs.size(), 2u);
  const auto& at = *s.jobs[0].at;
  EXPECT_EQ(at.minute, 22u * 60);
  EXPECT_FALSE(at.days[4]);
  EXPECT_TRUE(at.days[5] && at.days[6] && at.special_days && at.run_missed);
  EXPECT_EQ(at.missed_within, 2h);
  EXPECT_EQ(s.jobs[1].at->date, 1);
  EXPECT_TRUE(std::is_sorted(s.special_days.begin(), s.special_days.end()));
}

TEST_F(SiteJobs, WishThroughStagesBehindThoseOfTheFile) {
  const auto s = load(
      "- { name: a, on: { sensor: rack, event: alarm_high }, do: [{ shut_down: [everybody] }, "
      "{ switch_off: [pdu.2] }], when_over: [{ start: [everybody] }, { switch_on: [pdu.2] }] }\n");
  ASSERT_EQ(s.jobs.size(), 1u);
  ASSERT_GE(s.wishes.size(), 3u);
  EXPECT_EQ(s.wishes[0].kind, wish_kind::host_down);
  EXPECT_EQ(s.wishes[2].kind, wish_kind::outlet_off);
  EXPECT_EQ(s.stages[0].name, "s");
  EXPECT_FALSE(s.stages[0].wish);
  for (std::size_t i = 1; i < s.stages.size(); ++i) {
    ASSERT_TRUE(s.stages[i].wish);
    EXPECT_TRUE(is_environmental(s, s.stages[i]));
  }
  EXPECT_EQ(s.hosts[1].stage, 0u) << "an outage's stage comes first";
  EXPECT_EQ(warnings_.find("goes on when the event is over"), std::string::npos);
}

TEST_F(SiteJobs, StopHostsOnThePowersEventsOnlyInAnOutage) {
  const auto s =
      load("- { name: a, on: { ups: main, event: overload }, do: [{ shut_down: [web] }] }\n");
  ASSERT_EQ(s.wishes.size(), 1u);
  EXPECT_EQ(s.wishes[0].kind, wish_kind::host_down_in_outage);
}

TEST_F(SiteJobs, ThatNobodyCountersAreWarnedOf) {
  load("- { name: a, on: { sensor: rack, event: alarm_high }, do: [{ switch_off: [pdu.2] }] }\n");
  EXPECT_NE(
      warnings_.find("\"pdu.2 off\" goes on when the event is over, until `holdover release a`"),
      std::string::npos)
      << warnings_;
}

TEST_F(SiteJobs, SwitchAnOutputOnWithoutAStage) {
  const auto s = load(
      "- { name: a, on: { sensor: rack, event: alarm_high }, do: [{ switch_on: [lamp] }], "
      "when_over: [{ switch_off: [lamp] }] }\n");
  ASSERT_EQ(s.wishes.size(), 1u);
  EXPECT_EQ(s.wishes[0].kind, wish_kind::output_on);
  EXPECT_EQ(s.stages.size(), 1u);
}

TEST_F(SiteJobs, GiveMailsTheServerTheyGoTo) {
  const auto s = load("- { name: a, on: { event: incident }, do: [{ log: x }] }\n");
  ASSERT_TRUE(s.mail);
  EXPECT_EQ(s.mail->port, 465);
  EXPECT_EQ(s.mail->tls, "tls");
  EXPECT_TRUE(s.mail->credentials.ends_with("/secret"));
}

TEST(NodePrograms, AreNamedAndAbsolute) {
  folder here;
  const std::string head =
      "number: 0\nsite_file: a\nmembers_file: b\nkey_file: c\ndatabase: d\nprograms:\n";
  auto good = load_node(
      here.write("node.yaml", head + "- { name: message, run: [/usr/bin/wall], limit: 5s }\n"));
  ASSERT_TRUE(std::holds_alternative<node_settings>(good));
  EXPECT_EQ(std::get<node_settings>(good).programs.at(0).limit, 5s);
  auto bad =
      load_node(here.write("node.yaml", head + "- { name: a, run: [wall] }\n- { name: a }\n"));
  ASSERT_TRUE(std::holds_alternative<std::vector<problem>>(bad));
  EXPECT_EQ(std::get<std::vector<problem>>(bad).size(), 3u);
}

}  // namespace
}  // namespace holdover::config
