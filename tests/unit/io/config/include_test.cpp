#include "io/config/site_loader.hpp"
#include "tests/unit/io/config/folder.hpp"

#include <gtest/gtest.h>

namespace holdover::config {
namespace {

constexpr std::string_view head = R"(site: hq
nodes:
  - { number: 0, name: alpha, control: "tcp://10.0.0.1:7400", events: "tcp://10.0.0.1:7401" }
ups: [{ name: main, nut: { host: localhost, ups: u1 } }]
hosts: [{ name: nas, supplies: [{ ups: main }] }]
stages: [{ name: s, when: { runtime_below: 9m }, hosts: [nas] }]
)";

class Include : public testing::Test {
protected:
  std::variant<site, std::vector<problem>> attempt(const std::string& more) {
    return load_site(here_.write("site.yaml", std::string{head} + more), [](std::string_view text) {
      return std::array<std::uint8_t, 32>{static_cast<std::uint8_t>(text.size() & 0xFF)};
    });
  }
  site load(const std::string& more) {
    auto got = attempt(more);
    if (const auto* no = std::get_if<std::vector<problem>>(&got)) {
      ADD_FAILURE() << to_string(*no);
      return {};
    }
    return std::get<site>(got);
  }
  std::string mistakes(const std::string& more) {
    const auto got = attempt(more);
    const auto* no = std::get_if<std::vector<problem>>(&got);
    return no == nullptr ? "none" : here_.without_path(to_string(*no));
  }

  folder here_;
};

TEST_F(Include, AFragmentsListsStandBehindTheFilesOwn) {
  here_.write("rack.yaml",
              "hosts:\n"
              "- { name: web1, supplies: [{ ups: main }] }\n"
              "- { name: web2, supplies: [{ ups: main }] }\n"
              "stages: [{ name: t, when: { runtime_below: 8m }, hosts: [web1, web2] }]\n");
  const auto s = load("include: [rack.yaml]\n");
  ASSERT_EQ(s.hosts.size(), 3u);
  EXPECT_EQ(s.hosts[0].name, "nas");
  EXPECT_EQ(s.hosts[2].name, "web2");
  EXPECT_EQ(s.hosts[2].stage, stage_index{1});
}

TEST_F(Include, AFragmentMayIncludeOthers) {
  here_.write("a.yaml", "include: [b.yaml]\nhosts: [{ name: web1, supplies: [{ ups: main }] }]\n");
  here_.write("b.yaml",
              "restore: { stagger: 9s }\n"
              "stages: [{ name: t, when: { runtime_below: 8m }, hosts: [web1] }]\n");
  const auto s = load("include: [a.yaml]\n");
  EXPECT_EQ(s.restore.stagger, 9s);
  EXPECT_EQ(s.stages.size(), 2u);
}

TEST_F(Include, ThePolicysHashCoversItsFragments) {
  here_.write("a.yaml", "restore: { stagger: 9s }\n");
  const auto before = load("include: [a.yaml]\n").hash;
  here_.write("a.yaml", "restore: { stagger: 10s }\n");
  EXPECT_NE(load("include: [a.yaml]\n").hash, before);
}

TEST_F(Include, MistakesAreToldAtTheirPlaceInTheFragment) {
  here_.write("rack.yaml",
              "hosts:\n"
              "- { name: web1, supplies: [{ ups: mian }] }\n"
              "- { nmae: web2, supplies: [{ ups: main }] }\n"
              "- { name: web3, supplies: [{ ups: main }], needed: 2 }\n");
  EXPECT_EQ(
      mistakes("include: [rack.yaml]\n"),
      R"(rack.yaml:2:35: error: unknown UPS "mian"; did you mean "main"? [hosts[1].supplies[0].ups]
    - { name: web1, supplies: [{ ups: mian }] }
                                      ^
rack.yaml:3:5: error: unknown key "nmae"; did you mean "name"? [hosts[2]]
    - { nmae: web2, supplies: [{ ups: main }] }
        ^
rack.yaml:4:52: error: is 2 of 1 supplies: give how many must carry, 1 to 1 [hosts[3].needed]
    - { name: web3, supplies: [{ ups: main }], needed: 2 }
                                                       ^
)");
}

TEST_F(Include, WhatStandsOnceMayNotStandInTwoFiles) {
  here_.write("a.yaml", "site: other\n");
  EXPECT_EQ(
      mistakes("include: [a.yaml]\n").find("a.yaml:1:7: error: \"site\" is given twice, first"),
      0u);
}

TEST_F(Include, ACircleIsRefused) {
  here_.write("a.yaml", "include: [b.yaml]\n");
  here_.write("b.yaml", "include: [./a.yaml]\n");
  EXPECT_EQ(mistakes("include: [a.yaml]\n"),
            R"(b.yaml:1:11: error: "./a.yaml" includes itself, by way of this; remove one
    include: [./a.yaml]
              ^
)");
}

TEST_F(Include, AFragmentThatCannotBeReadIsToldWhereItIsNamed) {
  const auto said = mistakes("include: [missing.yaml]\n");
  EXPECT_EQ(said.find("site.yaml:7:11: error: missing.yaml cannot be read: No such file"), 0u)
      << said;
}

}  // namespace
}  // namespace holdover::config
