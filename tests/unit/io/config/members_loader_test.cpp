#include "io/config/members_loader.hpp"

#include "tests/unit/io/config/folder.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

namespace holdover::config {
namespace {

member one(std::string name, role as, node_number number, char key) {
  member out{.name = std::move(name),
             .as = as,
             .number = number,
             .curve_key = std::string(40, key),
             .sign_key = {}};
  out.sign_key.fill(static_cast<std::uint8_t>(key));
  return out;
}

membership sample() {
  auto tap = one("screen", role::tap, 0, '#');
  tap.sign_key = {};
  return {.site = "hq: \"main\"",
          .epoch = 7,
          .members = {one("alpha", role::node, 0, 'a'), one("beta", role::node, 1, '{'),
                      one("web1", role::agent, 0, '*'), one("no", role::operator_, 0, '&'),
                      one("branch", role::hub, 0, '!'), tap}};
}

class MembersLoader : public testing::Test {
protected:
  std::string mistakes(std::string_view yaml) {
    const auto got = load_members(here_.write("members.yaml", yaml));
    const auto* no = std::get_if<std::vector<problem>>(&got);
    return no == nullptr ? "none" : here_.without_path(to_string(*no));
  }

  folder here_;
};

TEST_F(MembersLoader, WhatWasSavedIsLoaded) {
  const auto path = here_.path("members.yaml");
  const auto saved = sample();
  ASSERT_EQ(save_members(path, saved), std::nullopt);
  const auto got = load_members(path);
  ASSERT_TRUE(std::holds_alternative<membership>(got))
      << to_string(std::get<std::vector<problem>>(got));
  const auto& loaded = std::get<membership>(got);
  EXPECT_EQ(loaded.site, saved.site);
  EXPECT_EQ(loaded.epoch, saved.epoch);
  EXPECT_EQ(loaded.members, saved.members);
}

TEST_F(MembersLoader, SavingKeepsTheAdministratorsSignature) {
  const auto path = here_.path("members.yaml");
  auto saved = sample();
  saved.admin_signature = "c2lnbmVk==";
  ASSERT_EQ(save_members(path, saved), std::nullopt);
  const auto got = load_members(path);
  ASSERT_TRUE(std::holds_alternative<membership>(got));
  EXPECT_EQ(std::get<membership>(got).admin_signature, saved.admin_signature);
}

TEST_F(MembersLoader, SavingReplacesTheFileAndLeavesNothingBeside) {
  const auto path = here_.write("members.yaml", "previous content");
  ASSERT_EQ(save_members(path, sample()), std::nullopt);
  EXPECT_EQ(here_.read("members.yaml").find("previous"), std::string::npos);
  struct stat about {};
  ASSERT_EQ(::stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0644u);
  int files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator{here_.path(".")})
    ++files;
  EXPECT_EQ(files, 1);
}

TEST_F(MembersLoader, AFailedSaveSaysWhyAndKeepsTheOldFile) {
  const auto problem = save_members(here_.path("no/such/folder/members.yaml"), sample());
  ASSERT_TRUE(problem.has_value());
  EXPECT_NE(problem->find("cannot be created: No such file or directory"), std::string::npos)
      << *problem;

  std::filesystem::create_directory(here_.path("occupied"));
  std::filesystem::create_directory(here_.path("occupied/by-a-folder"));
  EXPECT_TRUE(save_members(here_.path("occupied"), sample()).has_value());
  EXPECT_TRUE(std::filesystem::is_directory(here_.path("occupied/by-a-folder")));
}

TEST_F(MembersLoader, KeysAreCheckedByTheirForm) {
  const std::string curve(40, 'a');
  const std::string sign(64, 'b');
  const auto with = [&](const std::string& c, const std::string& s) {
    return mistakes("site: hq\nmembers:\n  - { name: a, role: agent, curve_key: \"" + c
                    + "\", sign_key: \"" + s + "\" }\n");
  };
  EXPECT_EQ(with(curve, sign), "none");
  EXPECT_NE(with(curve.substr(1), sign).find("is no CURVE key"), std::string::npos);
  EXPECT_NE(with(std::string(40, ','), sign).find("is no CURVE key"), std::string::npos);
  EXPECT_NE(with(curve, sign.substr(1)).find("is no signing key"), std::string::npos);
  EXPECT_NE(with(curve, std::string(64, 'g')).find("is no signing key"), std::string::npos);
  EXPECT_NE(with(curve, std::string(64, '0')).find("is no signing key"), std::string::npos);
  EXPECT_NE(with(curve, "").find("\"sign_key\" is missing"), std::string::npos);
}

TEST_F(MembersLoader, NobodyCanPassForSomebodyElse) {
  const auto a = std::string(40, 'a');
  const auto b = std::string(64, 'b');
  const auto entry = [&](const std::string& name, const std::string& number) {
    return "  - name: " + name + "\n    role: node\n    number: " + number + "\n    curve_key: " + a
           + "\n    sign_key: " + b + "\n";
  };
  EXPECT_EQ(mistakes("site: hq\nmembers:\n" + entry("x", "1") + entry("x", "1")),
            "members.yaml:8:11: error: this name is already that of \"x\"; everybody needs an own "
            "one [members[1].name]\n"
            "      - name: x\n"
            "              ^\n"
            "members.yaml:10:13: error: this number is already that of \"x\"; everybody needs an "
            "own one [members[1].number]\n"
            "        number: 1\n"
            "                ^\n"
            "members.yaml:11:16: error: this CURVE key is already that of \"x\"; everybody needs an "
            "own one [members[1].curve_key]\n"
            "        curve_key: "
                + a
                + "\n"
                  "                   ^\n"
                  "members.yaml:12:15: error: this signing key is already that of \"x\"; everybody "
                  "needs an own one [members[1].sign_key]\n"
                  "        sign_key: "
                + b
                + "\n"
                  "                  ^\n");
}

TEST_F(MembersLoader, OnlyNodesHaveNumbers) {
  const auto text =
      mistakes("site: hq\nmembers:\n  - { name: a, role: tap, number: 1, curve_key: "
               + std::string(40, 'a') + " }\n  - { name: b, role: node, curve_key: "
               + std::string(40, 'b') + ", sign_key: " + std::string(64, 'c') + " }\n");
  EXPECT_NE(text.find("is for nodes only; leave it out [members[0].number]"), std::string::npos)
      << text;
  EXPECT_NE(text.find("\"number\" is missing [members[1].number]"), std::string::npos) << text;
}

TEST_F(MembersLoader, ARoleMustBeKnown) {
  const auto text = mistakes("site: hq\nmembers:\n  - { name: a, role: nod, curve_key: x }\n");
  EXPECT_NE(text.find("must be node, agent, operator, tap or hub, not \"nod\"; did you mean "
                      "\"node\"?"),
            std::string::npos)
      << text;
}

}  // namespace
}  // namespace holdover::config
