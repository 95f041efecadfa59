// The project's own agents, made up for tests: read by the pure parts alone, so that every table is
// tried in a second and without a network. Then the same agents with bytes changed at random: what
// they say must still end in a reading that keeps its promises.

#include "tests/support/snmp_expected.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace holdover {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> agents() {
  std::vector<fs::path> found;
  for (const auto& entry :
       fs::directory_iterator(fs::path(HOLDOVER_ROOT) / "tests/recordings/snmp"))
    if (entry.path().extension() == ".snmprec") found.push_back(entry.path());
  std::ranges::sort(found);
  return found;
}

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(OwnAgents, AreReadAsTheyWereMadeUp) {
  ASSERT_GE(agents().size(), 15u);
  for (const auto& file : agents()) {
    auto expectation = file;
    const auto expected = support::load_json(expectation.replace_extension(".json"));
    const auto reading = support::read_recording(support::load_recording(file));
    const auto result = support::compare(reading, expected);
    EXPECT_GT(result.asked, 0) << file.stem();
    for (const auto& miss : result.wrong)
      ADD_FAILURE() << file.stem() << ": " << miss;
  }
}

TEST(OwnAgents, SayWhereEachValueCameFrom) {
  for (const auto& file : agents()) {
    const auto said = support::load_recording(file);
    const auto reading = support::read_recording(said);
    for (const auto& sensor : reading.sensors) {
      const auto name = device::snmp::object_id::parse(sensor.value.source);
      ASSERT_TRUE(name) << file.stem() << ": " << sensor.value.name;
      EXPECT_TRUE(said.contains(*name)) << file.stem() << ": " << sensor.value.name;
    }
    for (const auto& value : reading.power.values)
      EXPECT_TRUE(device::snmp::object_id::parse(value.source))
          << file.stem() << ": " << value.name << " from " << value.source;
  }
}

class Spoilt : public testing::TestWithParam<unsigned> {};

TEST_P(Spoilt, AgentsStillYieldReadingsThatKeepTheirPromises) {
  std::mt19937 random(GetParam());
  for (const auto& file : agents()) {
    auto text = text_of(file);
    for (int change = 0; change < 20; ++change)
      text[random() % text.size()] = "0123456789.|-\n#x"[random() % 16];
    std::istringstream in(text);
    const auto reading = support::read_recording(support::parse_recording(in));
    std::set<std::string> given;
    for (const auto& value : reading.power.values) {
      EXPECT_TRUE(given.insert(value.name).second) << "twice " << value.name;
      EXPECT_TRUE(std::isfinite(value.number)) << value.name;
    }
    std::set<std::uint32_t> numbers;
    for (const auto& outlet : reading.outlets)
      EXPECT_TRUE(numbers.insert(outlet.number).second) << "twice outlet " << outlet.number;
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Spoilt, testing::Range(1u, 41u));

}  // namespace
}  // namespace holdover
