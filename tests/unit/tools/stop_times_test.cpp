#include "tools/holdover/stop_times.hpp"

#include "tests/support/scratch.hpp"
#include "tests/support/sites.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdover::tool {
namespace {

using namespace holdover::test;
using ::testing::HasSubstr;

TEST(StopTimes, WhatIsAddedIsReadAgain) {
  support::scratch folder;
  const std::string path = folder / "stop_times";
  EXPECT_FALSE(add_stop_time(path, "web1", 12500ms, "2026-03-01"));
  EXPECT_FALSE(add_stop_time(path, "web1", 10s, "2026-04-01"));
  EXPECT_FALSE(add_stop_time(path, "db1", 40s, "2026-04-01"));
  const auto read = std::get<stop_times>(read_stop_times(path));
  EXPECT_EQ(read.at("web1"), (std::vector<duration>{12500ms, 10s}));
  EXPECT_EQ(read.at("db1"), std::vector<duration>{40s});
}

TEST(StopTimes, ABadLineIsNamedAndAMissingFileSaysWhoWritesIt) {
  support::scratch folder;
  const auto path = folder.write("stop_times", "web1 12 2026-03-01\nweb2 soon\n");
  EXPECT_THAT(std::get<std::string>(read_stop_times(path)), HasSubstr("stop_times:2:"));
  EXPECT_THAT(std::get<std::string>(read_stop_times(folder / "none")), HasSubstr("--execute"));
  const auto negative = folder.write("negative", "web1 -3 2026-03-01\n");
  EXPECT_THAT(std::get<std::string>(read_stop_times(negative)), HasSubstr("negative:1:"));
}

TEST(StopTimes, HalfAsLongAgainAsTheSlowestUsualOneAndHalfAMinute) {
  EXPECT_EQ(advised_shutdown_time({20s}), 60s);
  std::vector<duration> twenty(19, 20s);
  twenty.push_back(200s);
  EXPECT_EQ(advised_shutdown_time(twenty), 60s) << "one of twenty is not usual";
  EXPECT_EQ(advised_shutdown_time({20s, 40s}), 90s);
}

TEST(StopTimes, APlanTakesWhatWasMeasuredAndSaysWhereTheFileIsTooShort) {
  auto about = office();
  const auto said = apply({{"web1", {80s}}, {"gone", {1s}}}, about);
  ASSERT_EQ(said.size(), 1u);
  EXPECT_THAT(said[0], HasSubstr("TOO SHORT"));
  EXPECT_EQ(about.hosts[0].shutdown_time, 150s);
  EXPECT_EQ(about.hosts[1].shutdown_time, 60s);
}

}  // namespace
}  // namespace holdover::tool
