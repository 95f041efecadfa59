// The output of a UPS as an outlet unit, and what a site file says of batteries.

#include "io/config/site_loader.hpp"
#include "tests/unit/io/config/folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdover::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string start = R"(site: hq
nodes:
  - { number: 0, name: alpha, control: "tcp://10.0.0.1:7400", events: "tcp://10.0.0.1:7401" }
ups:
  - { name: main, nut: { host: localhost, ups: u1, credentials: "env:NUT" } }
outlet_units:
  - { name: pdu, nut: { host: localhost, ups: p1 }, feed: main, outlets: 2 }
)";
const std::string output = "  - { name: output, ups_output: { ups: main, off_delay: 20s } }\n";
const std::string hosts = R"(hosts:
  - { name: app1, supplies: [{ outlet: output.1 }] }
  - { name: app2, supplies: [{ outlet: pdu.1 }] }
  - { name: app3, supplies: [{ ups: main }], wake_address: "02:00:00:00:00:01" }
  - { name: app4, supplies: [{ mains: true }] }
)";

class SiteOutput : public testing::Test {
protected:
  site load(const std::string& text) {
    auto got = load_site(here_.write("site.yaml", text), no_hash);
    if (const auto* no = std::get_if<std::vector<problem>>(&got)) {
      ADD_FAILURE() << to_string(*no);
      return {};
    }
    return std::get<site>(got);
  }
  std::string mistakes(const std::string& text) {
    const auto got = load_site(here_.write("site.yaml", text), no_hash);
    const auto* no = std::get_if<std::vector<problem>>(&got);
    return no == nullptr ? "none" : to_string(*no);
  }
  static std::array<std::uint8_t, 32> no_hash(std::string_view) { return {}; }
  folder here_;
};

TEST_F(SiteOutput, IsOneOutletWithTheAddressOfItsUps) {
  const auto s = load(start + output + hosts);
  const auto& unit = s.units.at(1);
  EXPECT_EQ(unit.output_of, 0u);
  EXPECT_EQ(unit.feed, 0u);
  EXPECT_EQ(unit.outlets, 1u);
  EXPECT_EQ(unit.off_delay, 20s);
  EXPECT_FALSE(unit.stays_off);
  EXPECT_EQ(unit.address.unit, "u1");
  EXPECT_EQ(unit.address.credentials, "env:NUT");
}

TEST_F(SiteOutput, KnowsEveryHostThatTheUpsCarries) {
  const auto s = load(start + output + hosts);
  const auto& outlet = s.outlets.at(2);
  EXPECT_EQ(outlet.name, "output.1");
  EXPECT_THAT(outlet.feeds, ElementsAre(0u));
  EXPECT_THAT(outlet.beyond, ElementsAre(1u, 2u));
}

TEST_F(SiteOutput, HasASwitchForOperatorsAndAStageThatStandsForIt) {
  const auto s = load(start + output + hosts);
  ASSERT_EQ(s.switches.size(), 1u);
  EXPECT_EQ(s.switches[0].name, "main.off");
  EXPECT_EQ(s.units.at(1).off_switch, 0u);
  ASSERT_EQ(s.stages.size(), 1u);
  EXPECT_THAT(s.stages[0].shed, ElementsAre(2u));
  EXPECT_TRUE(is_environmental(s, s.stages[0]));
}

TEST_F(SiteOutput, MistakesAreToldWithTheirRemedy) {
  EXPECT_THAT(mistakes(start + "  - { name: output, ups_output: { ups: mein } }\n"),
              HasSubstr("main"));
  EXPECT_THAT(mistakes(start + "  - { name: output, ups_output: { } }\n"), HasSubstr("ups"));
  EXPECT_THAT(mistakes(start + output + "  - { name: again, ups_output: { ups: main } }\n"),
              HasSubstr("has an output unit already"));
  EXPECT_THAT(mistakes(start + "  - { name: output, ups_output: { ups: main, off_delay: 1h } }\n"),
              HasSubstr("at most 5 min"));
  EXPECT_THAT(mistakes(start + "  - { name: output, ups_output: { ups: main }, outlets: 2 }\n"),
              HasSubstr("is one outlet"));
}

TEST_F(SiteOutput, ABatterySaysSinceWhenItIsThere) {
  const auto ups = [](const std::string& more) {
    auto text = start;
    const std::string end = "\"env:NUT\" }";
    return text.replace(text.find(end), end.size(), end + ", " + more);
  };
  const auto s = load(ups("battery_since: \"1970-01-11\", battery_life: 8760h"));
  EXPECT_EQ(s.upses.at(0).battery_since_day, 10);
  EXPECT_EQ(s.upses.at(0).battery_life, 365 * 24h);
  EXPECT_THAT(mistakes(ups("battery_since: \"May 2023\"")), HasSubstr("2023-05-01"));
  EXPECT_THAT(mistakes(ups("battery_life: 0s")), HasSubstr("not positive"));
}

}  // namespace
}  // namespace holdover::config
