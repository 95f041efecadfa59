// Plays every tests/scenario/*.txt and compares what follows with what is written there. Told by
// UPDATE_SCENARIOS=1 it writes instead: read the difference like any other change.

#include "tests/scenario/story.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

namespace holdover::test {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> stories() {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator{fs::path{HOLDOVER_ROOT} / "tests/scenario"})
    if (entry.path().extension() == ".txt") found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

std::string written(const fs::path& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// Each story is played once.
const std::string& played(const fs::path& path) {
  static std::map<fs::path, std::string> known;
  auto found = known.find(path);
  if (found == known.end()) found = known.emplace(path, play(written(path))).first;
  return found->second;
}

class Story : public testing::TestWithParam<fs::path> {};

TEST_P(Story, UnfoldsAsWritten) {
  const auto before = written(GetParam());
  const auto& now = played(GetParam());
  if (std::getenv("UPDATE_SCENARIOS") != nullptr) std::ofstream{GetParam()} << now;
  EXPECT_EQ(now, before) << "in " << GetParam();
}

TEST_P(Story, NobodyCrashesUnlessItsNameSaysSo) {
  const bool crashes = played(GetParam()).find("CRASHES") != std::string::npos;
  EXPECT_EQ(crashes, GetParam().stem().string().find("crash") != std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(All, Story, testing::ValuesIn(stories()),
                         [](const auto& file) { return file.param.stem().string(); });

}  // namespace
}  // namespace holdover::test
