// Site files with three faults at least, and what `holdover check` says of each, to the
// letter: beside NAME.yaml stands NAME.txt. Told by UPDATE_SCENARIOS=1 it writes instead: read the
// difference like any other change.

#include "tools/holdover/check.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace holdover::test {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> broken_files() {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator{fs::path{HOLDOVER_ROOT} / "tests/check/broken"})
    if (entry.path().extension() == ".yaml") found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

std::string written(const fs::path& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// Asked as an operator does, in the folder of the file, so that its name is all there is of a
/// path.
std::string said_of(const fs::path& path, tool::exit_status& status, bool json = false) {
  const auto here = fs::current_path();
  fs::current_path(path.parent_path());
  testing::internal::CaptureStdout();
  status = tool::check({path.filename().string()}, json);
  fs::current_path(here);
  return testing::internal::GetCapturedStdout();
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++n;
  return n;
}

std::string name_of(const fs::path& file) {
  auto name = file.stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

class Broken : public testing::TestWithParam<fs::path> {};

TEST_P(Broken, IsToldToTheLetter) {
  auto status = tool::exit_status::fine;
  const auto now = said_of(GetParam(), status);
  auto golden = GetParam();
  golden.replace_extension(".txt");
  if (std::getenv("UPDATE_SCENARIOS") != nullptr) std::ofstream{golden} << now;
  EXPECT_EQ(now, written(golden));
  EXPECT_EQ(status, tool::exit_status::failed);
}

TEST_P(Broken, HasItsFindingsInJsonToo) {
  auto status = tool::exit_status::fine;
  const auto text = said_of(GetParam(), status);
  const auto json = said_of(GetParam(), status, true);
  EXPECT_EQ(count(json, "\"severity\": \"error\""), count(text, ": error: "));
  EXPECT_EQ(count(json, "\"severity\": \"warning\""), count(text, ": warning: "));
}

INSTANTIATE_TEST_SUITE_P(All, Broken, testing::ValuesIn(broken_files()),
                         [](const auto& file) { return name_of(file.param); });

TEST(BrokenFiles, AreMoreThanThirtyWithThreeFaultsAtLeast) {
  const auto files = broken_files();
  EXPECT_EQ(files.size(), 32u);
  for (const auto& file : files) {
    auto status = tool::exit_status::fine;
    const auto text = said_of(file, status);
    EXPECT_GE(count(text, ": error: ") + count(text, ": warning: "), 3u) << file;
  }
}

}  // namespace
}  // namespace holdover::test
