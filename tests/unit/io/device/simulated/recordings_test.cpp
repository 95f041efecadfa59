// Recordings of real devices, read through the table, against what people who did not write the
// table read from the same files. Skipped where there are no recordings.

#include "io/device/nut/quantity.hpp"
#include "io/device/nut/reading.hpp"
#include "io/device/simulated/script.hpp"
#include "tests/support/shared_folder.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <set>

namespace holdover::device {
namespace {

using nlohmann::json;
using power::ups_flag;
namespace files = std::filesystem;

files::path recordings() {
  return support::shared_folder() / "devices";
}

std::string content(const files::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

nut::variables variables_in(const files::path& file, duration at = {}) {
  auto parsed = simulated::parse_script(content(file));
  if (const auto* problem = std::get_if<simulated::script_problem>(&parsed)) {
    ADD_FAILURE() << file << ": " << problem->text;
    return {};
  }
  return std::get<simulated::script>(parsed).at(at);
}

const std::map<std::string, ups_flag> flag_words{{"on_mains", ups_flag::online},
                                                 {"on_battery", ups_flag::on_battery},
                                                 {"low_battery", ups_flag::low_battery},
                                                 {"replace_battery", ups_flag::replace_battery},
                                                 {"on_bypass", ups_flag::bypass},
                                                 {"overload", ups_flag::overload},
                                                 {"output_off", ups_flag::off},
                                                 {"boosting", ups_flag::boosting},
                                                 {"trimming", ups_flag::trimming},
                                                 {"charging", ups_flag::charging},
                                                 {"discharging", ups_flag::discharging},
                                                 {"calibrating", ups_flag::calibrating},
                                                 {"forced_shutdown", ups_flag::forced_shutdown},
                                                 {"alarm", ups_flag::alarm}};

/// "output.L1.power_w" -> "output.L1.realpower": the variables that may carry a field.
std::vector<std::string> variables_of(const std::string& field) {
  static const std::map<std::string, std::string> special{
      {"output.load_pct", "ups.load"},
      {"output.power_w", "ups.realpower"},
      {"output.apparent_va", "ups.power"},
      {"input.1.voltage_v", "input.voltage"},
      {"input.1.frequency_hz", "input.frequency"},
      {"input.1.current_a", "input.current"},
      {"output.1.voltage_v", "output.voltage"},
      {"output.1.current_a", "output.current"},
      {"battery.charge_pct", "battery.charge"}};
  if (auto found = special.find(field); found != special.end()) return {found->second};
  static const std::vector<std::pair<std::string, std::string>> endings{
      {".load_pct", ".power.percent"},
      {".power_w", ".realpower"},
      {".apparent_va", ".power"},
      {"_v", ""},
      {"_a", ""},
      {"_hz", ""},
      {"_c", ""},
      {"_s", ""}};
  for (const auto& [ending, word] : endings)
    if (field.ends_with(ending)) {
      auto name = field.substr(0, field.size() - ending.size()) + word;
      auto whole = name.starts_with("output.") ? "ups." + name.substr(7) : name;
      return {name, whole};
    }
  return {field};
}

double tolerance(const std::string& field) {
  static const std::map<std::string, double> units{
      {"_v", 1}, {"_hz", 0.1}, {"_a", 0.1}, {"_pct", 1}, {"_c", 0.5}};
  for (const auto& [unit, value] : units)
    if (field.ends_with(unit)) return value;
  return 1;
}

std::string without_blanks(std::string text) {
  std::erase_if(text, [](char c) { return c == ' ' || c == '\t'; });
  return text;
}

class tally {
public:
  void count(const std::string& what, const std::string& where, bool hit) {
    auto& [hits, all] = groups_[what];
    ++all;
    if (hit)
      ++hits;
    else
      misses_.push_back(where + ": " + what);
  }

  double rate() const {
    int hits = 0;
    int all = 0;
    for (const auto& [name, group] : groups_) {
      hits += group.first;
      all += group.second;
    }
    return all == 0 ? 0 : static_cast<double>(hits) / all;
  }

  void print() const {
    for (const auto& [name, group] : groups_)
      std::cout << "  " << name << ": " << group.first << " of " << group.second << '\n';
    for (const auto& miss : misses_)
      std::cout << "  miss: " << miss << '\n';
    std::cout << "  as expected: " << 100 * rate() << " %\n";
  }

private:
  std::map<std::string, std::pair<int, int>> groups_;
  std::vector<std::string> misses_;
};

void compare_values(const json& expected, const power::ups_reading& reading,
                    const std::string& where, tally& result) {
  const auto values = expected.value("values", json::object());
  for (const auto& [field, want] : values.items()) {
    bool hit = false;
    for (const auto& name : variables_of(field))
      if (auto got = number(reading, name))
        hit = hit || std::abs(*got - want.get<double>()) <= tolerance(field);
    result.count("values", where + ' ' + field + ' ' + want.dump(), hit);
  }
}

/// A field about which the recordings leave doubt: any of several readings will do.
void compare_doubtful(const json& expected, const power::ups_reading& reading,
                      const std::string& where, tally& result) {
  const auto doubts = expected.value("ambiguous", json::array());
  for (const auto& doubt : doubts) {
    const auto field = doubt.at("field").get<std::string>();
    if (field.starts_with("flags") || field == "status_tokens") continue;
    std::optional<double> got;
    for (const auto& name : variables_of(field))
      if (!got) got = number(reading, name);
    bool hit = std::ranges::any_of(doubt.at("accept"), [&](const json& accepted) {
      if (accepted.is_null()) return !got.has_value();
      return got && std::abs(*got - accepted.get<double>()) <= tolerance(field);
    });
    result.count("doubtful values", where + ' ' + field, hit);
  }
}

void compare_outlets(const json& expected, const nut::variables& list, const std::string& where,
                     tally& result) {
  const auto& outlets = expected.at("outlets");
  auto unit = nut::read_outlets(list);
  if (outlets.is_null()) return;
  result.count("number of outlets", where, unit.outlets.size() == outlets.at("count"));
  for (const auto& [number, state] : outlets.at("states").items()) {
    auto wanted = state.get<std::string>();
    wanted = wanted.substr(0, wanted.find('/'));
    bool hit = std::ranges::any_of(unit.outlets, [&](const auto& outlet) {
      return std::to_string(outlet.number) == number && to_string(outlet.state) == wanted;
    });
    result.count("outlet states", where + ' ' + number, hit);
  }
}

void compare_sensors(const json& expected, const nut::variables& list, const std::string& where,
                     tally& result) {
  for (const auto& sensor : expected.at("sensors")) {
    auto channel = sensor.at("var").get<std::string>();
    auto came = nut::read_sensor(list, {device_kind::sensor, channel, where});
    const auto* any = std::get_if<power::device_reading>(&came);
    const auto* got = any == nullptr ? nullptr : std::get_if<power::sensor_reading>(any);
    bool hit = got != nullptr && to_string(got->kind) == sensor.at("kind").get<std::string>()
               && std::abs(got->value.number - sensor.at("value").get<double>()) <= 0.5;
    result.count("sensors", where + ' ' + channel, hit);
  }
}

void compare_identity(const json& expected, const power::identity& who, const std::string& where,
                      tally& result) {
  const std::map<std::string, const std::string*> parts{{"manufacturer", &who.manufacturer},
                                                        {"model", &who.model},
                                                        {"serial", &who.serial},
                                                        {"firmware", &who.firmware}};
  for (const auto& [part, got] : parts) {
    auto want = expected.at("identity").value(part, "");
    result.count("identities", where + ' ' + part, without_blanks(*got) == without_blanks(want));
  }
}

TEST(NutRecordings, AreReadAsTheirDevicesMeantThem) {
  auto folder = recordings() / "nut";
  if (!files::is_directory(folder))
    GTEST_SKIP() << "no recordings; set HOLDOVER_SHARED to the folder that holds devices/";
  tally result;
  int count = 0;
  for (const auto& entry : files::directory_iterator(recordings() / "expected" / "nut")) {
    auto expected = json::parse(content(entry.path()));
    auto where = expected.at("id").get<std::string>();
    auto list = variables_in(folder / expected.at("file").get<std::string>());
    auto reading = nut::read_ups(list);
    const auto flags = expected.value("flags", json::object());
    for (const auto& [flag, want] : flags.items())
      if (want.is_boolean())
        result.count("flags", where + ' ' + flag,
                     reading.flags.has(flag_words.at(flag)) == want.get<bool>());
    compare_values(expected, reading, where, result);
    compare_doubtful(expected, reading, where, result);
    compare_outlets(expected, list, where, result);
    compare_sensors(expected, list, where, result);
    compare_identity(expected, reading.who, where, result);
    ++count;
  }
  std::cout << count << " recordings\n";
  result.print();
  EXPECT_GT(count, 300);
  EXPECT_GE(result.rate(), 0.99);
}

TEST(NutScenarios, PlayTheirPhasesAtTheirTimes) {
  auto folder = recordings() / "scenarios" / "seq";
  if (!files::is_directory(folder))
    GTEST_SKIP() << "no recordings; set HOLDOVER_SHARED to the folder that holds devices/";
  int phases = 0;
  for (const auto& entry : files::directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    auto story = json::parse(content(entry.path()));
    for (const auto& phase : story.at("phases")) {
      auto at = duration(std::llround(phase.at("from_s").get<double>() * 1000));
      auto file = entry.path();
      auto reading = nut::read_ups(variables_in(file.replace_extension(".seq"), at));
      EXPECT_EQ(reading.flags, nut::flags_from(phase.at("status").get<std::string>()));
      EXPECT_EQ(number(reading, "battery.charge"), phase.at("charge").get<double>());
      EXPECT_EQ(number(reading, "battery.runtime"), phase.at("runtime_s").get<double>());
      EXPECT_EQ(number(reading, "input.voltage"), phase.at("input_v").get<double>());
      for (const auto& [flag, want] : phase.at("flags").items())
        EXPECT_EQ(reading.flags.has(flag_words.at(flag)), want.get<bool>()) << file << flag;
      ++phases;
    }
  }
  EXPECT_GT(phases, 20);
}

}  // namespace
}  // namespace holdover::device
