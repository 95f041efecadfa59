// Plays every tests/scenario/simulate/*.yaml as `holdover simulate --explain` does, on the site
// file that its first line names, and compares with the .txt beside it. Told by UPDATE_SCENARIOS=1
// it writes instead: read the difference like any other change.

#include "io/config/site_loader.hpp"
#include "io/config/story_loader.hpp"
#include "tools/rehearsal/story_player.hpp"

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

const fs::path folder = fs::path{HOLDOVER_ROOT} / "tests/scenario/simulate";

std::string content(const fs::path& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

site site_of(const fs::path& story) {
  const auto text = content(story);
  constexpr std::string_view head = "# site: ";
  EXPECT_TRUE(text.starts_with(head)) << story;
  const auto name = text.substr(head.size(), text.find('\n') - head.size());
  auto loaded = config::load_site((fs::path{HOLDOVER_ROOT} / name).string(),
                                  [](std::string_view) { return std::array<std::uint8_t, 32>{}; });
  return std::get<site>(loaded);
}

std::string play(const fs::path& path, const rehearsal::what_if& instead) {
  const auto about = site_of(path);
  const auto loaded = config::load_story(path.string(), about);
  if (const auto* problems = std::get_if<std::vector<config::problem>>(&loaded))
    return config::to_string(*problems);
  rehearsal::story_player player{about, std::get<config::story>(loaded), instead};
  player.log().explain();
  player.play();
  return player.log().text();
}

void compare(const std::string& now, const fs::path& golden) {
  const auto before = content(golden);
  if (std::getenv("UPDATE_SCENARIOS") != nullptr) std::ofstream{golden} << now;
  EXPECT_EQ(now, before) << "in " << golden;
}

std::vector<fs::path> stories() {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator{folder})
    if (entry.path().extension() == ".yaml") found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

class OperatorStory : public testing::TestWithParam<fs::path> {};

TEST_P(OperatorStory, UnfoldsAsWritten) {
  compare(play(GetParam(), {}), fs::path{GetParam()}.replace_extension(".txt"));
}

INSTANTIATE_TEST_SUITE_P(All, OperatorStory, testing::ValuesIn(stories()),
                         [](const auto& file) { return file.param.stem().string(); });

TEST(OperatorStory, GoesOtherwiseWithMoreLoadAndOldBatteries) {
  rehearsal::what_if instead;
  instead.load_factor = 1.2;
  instead.battery_age_years = 6;
  compare(play(folder / "both_ups_fail.yaml", instead), folder / "both_ups_fail.what_if.txt");
}

TEST(OperatorStory, IsRefusedWithThePlaceOfEveryMistake) {
  const auto path = fs::path{testing::TempDir()} / "broken_story.yaml";
  std::ofstream{path} << "# site: config/sites/example-three-nodes.yaml\n"
                         "ups:\n"
                         "  - { name: ups-c, load: 300 }\n"
                         "events:\n"
                         "  - { at: 20s, mains_off: ups-a, mains_on: ups-b }\n"
                         "  - { at: 10s, node_killed: node-d }\n"
                         "  - { at: soon, release: web1 }\n"
                         "  - { at: 1m, hold: { host: web1 } }\n"
                         "  - { mains_of: ups-a }\n";
  const auto about = site_of(folder / "both_ups_fail.yaml");
  const auto loaded = config::load_story(path.string(), about);
  fs::remove(path);
  const auto* problems = std::get_if<std::vector<config::problem>>(&loaded);
  ASSERT_NE(problems, nullptr);
  std::string places;
  for (const auto& problem : *problems)
    places += std::to_string(problem.where.line) + ':' + std::to_string(problem.where.column) + ' '
              + problem.text + '\n';
  const std::string choice =
      "choose one happening: mains_off, mains_on, card_silent, card_answers, set, node_killed, "
      "node_started, program_hangs, program_ends, hold, release, sensor, clock, switch_on, "
      "switch_off, acknowledge, mail, program or outlet";
  EXPECT_EQ(places,
            "0:0 \"story\" is missing\n"
            "3:13 unknown UPS \"ups-c\"; did you mean \"ups-a\"?\n"
            "3:26 must be from 0 to 200\n"
            "5:5 "
                + choice
                + "; given are 2\n"
                  "6:11 is before the event above it: keep events in order\n"
                  "6:29 unknown node \"node-d\"; did you mean \"node-a\"?\n"
                  "7:11 must be a duration such as 90s, 1m30s, 250ms or 2h, not \"soon\"\n"
                  "8:21 \"for\" is missing\n"
                  "9:5 "
                + choice
                + "\n"
                  "9:7 unknown key \"mains_of\"; did you mean \"mains_off\"?\n");
}

}  // namespace
}  // namespace holdover::test
