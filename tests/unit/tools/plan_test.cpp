#include "tools/holdover/plan.hpp"

#include "tools/holdover/simulate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace holdover::tool {
namespace {

using ::testing::HasSubstr;
using ::testing::internal::CaptureStderr;
using ::testing::internal::CaptureStdout;
using ::testing::internal::GetCapturedStderr;
using ::testing::internal::GetCapturedStdout;

const std::string example = HOLDOVER_ROOT "/config/sites/example-three-nodes.yaml";

struct outcome {
  exit_status status = exit_status::fine;
  std::string said, complained;
};

template <class Tool, class Options>
outcome run(Tool tool, const Options& options) {
  CaptureStdout();
  CaptureStderr();
  outcome made;
  made.status = tool(options);
  made.said = GetCapturedStdout();
  made.complained = GetCapturedStderr();
  return made;
}

plan_options full_outage(const std::string& runtime) {
  plan_options asked;
  asked.file = example;
  asked.runtime = runtime;
  return asked;
}

TEST(Plan, IsFineWhereEverybodyIsDownInTime) {
  const auto got = run(plan, full_outage("40m"));
  EXPECT_EQ(got.status, exit_status::fine);
  EXPECT_THAT(got.said, HasSubstr("web1"));
  EXPECT_THAT(got.said, HasSubstr("goes down"));
}

TEST(Plan, FindsHostsThatWouldCrash) {
  const auto got = run(plan, full_outage("5m"));
  EXPECT_EQ(got.status, exit_status::failed);
  EXPECT_THAT(got.said, HasSubstr("CRASHES"));
}

TEST(Plan, LeavesRedundantHostsUpWhenOneUpsFails) {
  auto asked = full_outage("20m");
  asked.upses = {"ups-b"};
  const auto got = run(plan, asked);
  EXPECT_EQ(got.status, exit_status::fine);
  EXPECT_THAT(got.said, HasSubstr("stays up  enough supplies carry"));
}

TEST(Plan, TellsProgramsInJson) {
  auto asked = full_outage("5m");
  asked.json = true;
  const auto got = run(plan, asked);
  EXPECT_EQ(got.status, exit_status::failed);
  EXPECT_THAT(got.said, HasSubstr("\"crashes\":true"));
  EXPECT_THAT(got.said, HasSubstr("\"says_left_seconds\":300"));
}

TEST(Plan, DrawsIntoAFile) {
  auto asked = full_outage("40m");
  asked.svg_file = (std::filesystem::path{testing::TempDir()} / "plan.svg").string();
  EXPECT_EQ(run(plan, asked).status, exit_status::fine);
  std::ifstream file{asked.svg_file};
  const std::string drawn{std::istreambuf_iterator<char>{file}, {}};
  std::filesystem::remove(asked.svg_file);
  EXPECT_THAT(drawn, HasSubstr("<svg "));
}

TEST(Plan, SaysWhatItLacks) {
  plan_options asked;
  asked.file = example;
  const auto unrated = run(plan, asked);
  EXPECT_EQ(unrated.status, exit_status::usage);
  EXPECT_THAT(unrated.complained, HasSubstr("UPS ups-b has no rated_runtime"));
  asked.upses = {"ups-x"};
  EXPECT_THAT(run(plan, asked).complained, HasSubstr("the site has no UPS ups-x"));
  EXPECT_THAT(run(plan, full_outage("soon")).complained, HasSubstr("is no duration"));
}

TEST(Simulate, FailsWhereAHostCrashes) {
  const auto story = std::filesystem::path{testing::TempDir()} / "crash.yaml";
  std::ofstream{story} << "story: A battery that is nearly empty\n"
                          "ups: [{ name: ups-a, runtime: 5s }, { name: ups-b, runtime: 5s }]\n"
                          "events: [{ at: 5s, mains_off: all }]\n"
                          "lasts: 3m\n";
  const auto got = run(simulate, simulate_options{example, story.string(), {}, {}, false, false});
  std::filesystem::remove(story);
  EXPECT_EQ(got.status, exit_status::failed);
  EXPECT_THAT(got.said, HasSubstr("web1: crashed"));
  EXPECT_THAT(got.said, HasSubstr("hosts CRASHED."));
}

TEST(Simulate, PlaysASequenceOfNut) {
  const auto sequence = std::filesystem::path{testing::TempDir()} / "blip.seq";
  std::ofstream{sequence}
      << "ups.status: OL\nbattery.charge: 100\nbattery.runtime: 1200\nTIMER 15\n"
         "ups.status: OB DISCHRG\nTIMER 4\nups.status: OL CHRG\nTIMER 3600\n";
  simulate_options asked{example, sequence.string(), {}, {}, false, false};
  EXPECT_THAT(run(simulate, asked).complained, HasSubstr("say with --ups"));
  asked.ups = "ups-a";
  const auto got = run(simulate, asked);
  std::filesystem::remove(sequence);
  EXPECT_EQ(got.status, exit_status::fine);
  EXPECT_THAT(got.said, HasSubstr("ups-a shows on battery"));
  EXPECT_THAT(got.said, HasSubstr("web1: up"));
}

}  // namespace
}  // namespace holdover::tool
