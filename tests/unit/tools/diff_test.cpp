#include "tools/holdover/diff.hpp"

#include "tests/unit/io/config/folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace holdover::tool {
namespace {

constexpr std::string_view before = R"(site: office
nodes: [{ number: 0, name: n0, control: "tcp://10.0.0.1:7400", events: "tcp://10.0.0.1:7401" }]
ups: [{ name: main, snmp: { host: 10.0.0.9, credentials: "file:secrets/main" } }]
hosts: [{ name: web, supplies: [{ ups: main }] }]
stages: [{ name: all, when: { runtime_below: 5m }, hosts: [web] }]
)";

class Diff : public testing::Test {
protected:
  std::string told(const std::string& old_file, const std::string& new_file, bool json = false) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    status_ = diff(old_file, new_file, json);
    errors_ = testing::internal::GetCapturedStderr();
    return testing::internal::GetCapturedStdout();
  }
  static std::string with(std::string_view old_text, std::string_view new_text) {
    std::string yaml{before};
    return yaml.replace(yaml.find(old_text), old_text.size(), new_text);
  }

  config::folder here_;
  exit_status status_ = exit_status::usage;
  std::string errors_;
};

TEST_F(Diff, OtherTextInAnotherFolderIsNoChangeInBehaviour) {
  std::filesystem::create_directory(here_.path("new"));
  const auto other = "# A comment.\n" + with("runtime_below: 5m", "runtime_below: 300s");
  const auto told_text =
      told(here_.write("site.yaml", before), here_.write("new/site.yaml", "revision: 2\n" + other));
  EXPECT_EQ(told_text, "no change in behaviour\n");
  EXPECT_EQ(status_, exit_status::fine);
}

TEST_F(Diff, TheSameRevisionOfAnotherTextIsPointedOut) {
  EXPECT_EQ(told(here_.write("a.yaml", before), here_.write("b.yaml", std::string{before} + "\n")),
            "no change in behaviour\n"
            "note: both have revision 1; raise it, so that nodes that follow different files say "
            "so\n");
}

TEST_F(Diff, AChangeIsAFinding) {
  const auto after = "revision: 2\n" + with("runtime_below: 5m", "runtime_below: 10m");
  EXPECT_EQ(told(here_.write("a.yaml", before), here_.write("b.yaml", after)),
            "host web: goes: runtime below 5 min  ->  runtime below 10 min\n");
  EXPECT_EQ(status_, exit_status::failed);
}

TEST_F(Diff, JsonHasTheSame) {
  const auto after = with("runtime_below: 5m", "runtime_below: 10m");
  EXPECT_EQ(told(here_.write("a.yaml", before), here_.write("b.yaml", after), true),
            "[\n  {\"kind\": \"host\", \"subjects\": [\n  \"web\"\n], \"what\": \"goes\", "
            "\"before\": \"runtime below 5 min\", \"after\": \"runtime below 10 min\"}\n]\n");
}

TEST_F(Diff, ABrokenFileIsNoDifference) {
  told(here_.write("a.yaml", before), here_.write("b.yaml", "site: [x]\n"));
  EXPECT_EQ(status_, exit_status::usage);
  EXPECT_NE(errors_.find("b.yaml:1:7: error"), std::string::npos);
}

}  // namespace
}  // namespace holdover::tool
