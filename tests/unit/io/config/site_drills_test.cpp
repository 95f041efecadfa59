#include "io/config/site_loader.hpp"
#include "tests/unit/io/config/folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdover::config {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view frame = R"(site: hq
nodes:
  - { number: 0, name: alpha, control: "tcp://10.0.0.1:7400", events: "tcp://10.0.0.1:7401" }
ups: [{ name: main, nut: { host: localhost, ups: u1 } }]
hosts:
  - { name: web, supplies: [{ ups: main }] }
  - { name: nas, supplies: [{ ups: main }] }
stages: [{ name: all, when: { runtime_below: 10m }, hosts: [web, nas] }]
)";

std::variant<site, std::vector<problem>> load(const std::string& rest) {
  std::vector<problem> warnings;
  site_assets ignored;
  return load_site_text(
      "site.yaml", std::string{frame} + rest,
      [](std::string_view) { return std::array<std::uint8_t, 32>{}; }, warnings, ignored);
}

std::string mistakes(const std::string& rest) {
  const auto got = load(rest);
  const auto* bad = std::get_if<std::vector<problem>>(&got);
  return bad == nullptr ? "none" : to_string(*bad);
}

TEST(SiteDrills, AHostThatADrillMayStopHasASwitchAndAStageOfItsOwnAndKeepsItsStage) {
  const auto got = load("drills: { execute: [nas] }\n");
  ASSERT_TRUE(std::holds_alternative<site>(got)) << mistakes("drills: { execute: [nas] }\n");
  const auto& about = std::get<site>(got);
  ASSERT_EQ(about.switches.size(), 1u);
  EXPECT_EQ(about.switches[0].name, "nas.drill");
  ASSERT_EQ(about.stages.size(), 2u);
  EXPECT_EQ(about.stages[1].hosts, std::vector<host_index>{1});
  EXPECT_TRUE(is_environmental(about, about.stages[1]));
  EXPECT_EQ(about.hosts[1].stage, 0u);
}

TEST(SiteDrills, UnknownHostsAndSwitchesThatWouldPassForADrillsAreRefused) {
  EXPECT_THAT(mistakes("drills: { execute: [nass] }\n"), HasSubstr("nass"));
  EXPECT_THAT(mistakes("operator_switches: [{ name: nas.drill }]\n"), HasSubstr("drills.execute"));
  EXPECT_EQ(mistakes(""), "none");
}

}  // namespace
}  // namespace holdover::config
