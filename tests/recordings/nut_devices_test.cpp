// The project's own dumps of NUT's variables, made up for tests: read by the pure parts alone, with
// the habits of drivers in them. For where no recordings of real devices are at hand.

#include "io/device/nut/reading.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace holdover::device {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::vector<fs::path> dumps() {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(fs::path(HOLDOVER_ROOT) / "tests/recordings/nut"))
    if (entry.path().extension() == ".dev") found.push_back(entry.path());
  std::ranges::sort(found);
  return found;
}

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

nut::variables variables_in(const std::string& text) {
  nut::variables all;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    const auto colon = line.find(": ");
    if (line.starts_with('#') || colon == std::string::npos) continue;
    all.push_back({line.substr(0, colon), line.substr(colon + 2)});
  }
  return all;
}

void expect_outlets(const json& expected, const nut::variables& said, const std::string& where) {
  const auto reading = nut::read_outlets(said);
  for (const auto& [number, state] : expected.items()) {
    const auto found = std::ranges::find(reading.outlets, std::stoul(number),
                                         [](const auto& one) { return one.number; });
    ASSERT_NE(found, reading.outlets.end()) << where << " outlet " << number;
    EXPECT_EQ(to_string(found->state), state.get<std::string>()) << where << " outlet " << number;
  }
  EXPECT_EQ(reading.outlets.size(), expected.size()) << where;
}

TEST(OwnDumps, AreReadAsTheyWereMadeUp) {
  ASSERT_GE(dumps().size(), 4u);
  for (const auto& file : dumps()) {
    const auto where = file.stem().string();
    auto beside = file;
    const auto expected = json::parse(text_of(beside.replace_extension(".json")));
    const auto said = variables_in(text_of(file));
    const auto reading = nut::read_ups(said);
    EXPECT_EQ(to_string(reading.flags), expected.at("flags").get<std::string>()) << where;
    for (const auto& [name, wanted] : expected.at("values").items())
      EXPECT_EQ(power::number(reading, name), wanted.get<double>()) << where << ' ' << name;
    for (const auto& name : expected.value("absent", json::array()))
      EXPECT_EQ(power::number(reading, name.get<std::string>()), std::nullopt)
          << where << ' ' << name;
    const auto& who = expected.at("identity");
    EXPECT_EQ(reading.who.manufacturer, who.at(0).get<std::string>()) << where;
    EXPECT_EQ(reading.who.model, who.at(1).get<std::string>()) << where;
    EXPECT_EQ(reading.who.serial, who.at(2).get<std::string>()) << where;
    if (expected.contains("outlets")) expect_outlets(expected.at("outlets"), said, where);
  }
}

TEST(OwnDumps, SpoiltAtRandomNeverYieldAValueTwiceOrAnImpossibleOne) {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    std::mt19937 random(seed);
    for (const auto& file : dumps()) {
      auto text = text_of(file);
      for (int change = 0; change < 20; ++change)
        text[random() % text.size()] = "0123456789.:-\n#x"[random() % 16];
      const auto reading = nut::read_ups(variables_in(text));
      std::set<std::string> given;
      for (const auto& value : reading.values) {
        EXPECT_TRUE(given.insert(value.name).second) << "twice " << value.name;
        EXPECT_LT(std::abs(value.number), 1e12) << value.name;
      }
      (void)nut::read_outlets(variables_in(text));
    }
  }
}

}  // namespace
}  // namespace holdover::device
