// Real devices, recorded by their users and played by snmpsimd, read through the SNMP driver and
// compared with readings that were derived from the MIB files independently.

#include "core/power/names.hpp"
#include "io/device/snmp/driver.hpp"
#include "tests/support/ask.hpp"
#include "tests/support/snmpsim.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace holdover::device {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using power::ups_flag;
using support::snmpsim;

fs::path recordings() {
  const char* named = std::getenv("HOLDOVER_SHARED");
  return (named != nullptr ? fs::path(named) : fs::path(HOLDOVER_ROOT).parent_path() / "shared")
         / "devices";
}

struct recorded {
  std::string name;
  json expected;           ///< As RFC 1628 has it, or as the outlets are.
  bool by_choice = false;  ///< RFC 1628 is what the device speaks best.
};

json load(const fs::path& file) {
  return json::parse(std::ifstream(file));
}

/// Every device of which RFC 1628 says something.
std::vector<recorded> rfc1628_devices() {
  std::vector<recorded> found;
  for (const auto& entry : fs::directory_iterator(recordings() / "expected" / "snmp")) {
    const auto device = load(entry.path());
    const auto& by_mib = device.at("by_mib");
    if (!by_mib.contains("rfc1628") || by_mib["rfc1628"].at("values").empty()) continue;
    const bool best = device.at("mibs").front() == "rfc1628";
    found.push_back({entry.path().stem().string(), best ? device : by_mib["rfc1628"], best});
  }
  std::ranges::sort(found, {}, &recorded::name);
  return found;
}

/// One step of the MIB's resolution, or what a comparison may be off by.
double tolerance(std::string_view field) {
  constexpr std::pair<std::string_view, double> by_unit[]{
      {"_v", 1}, {"_hz", 0.1}, {"_a", 0.1}, {"_pct", 1}, {"_c", 0.5}, {"_w", 1}, {"_s", 60}};
  for (const auto& [unit, step] : by_unit)
    if (field.ends_with(unit)) return step + 1e-6;
  return 0;
}

const std::map<std::string, std::string_view> plain_names{
    {"battery.seconds_on_battery", power::names::seconds_on_battery},
    {"battery.runtime_s", power::names::battery_runtime},
    {"battery.charge_pct", power::names::battery_charge},
    {"battery.voltage_v", power::names::battery_voltage},
    {"battery.current_a", power::names::battery_current},
    {"battery.temperature_c", power::names::battery_temperature},
    {"output.frequency_hz", power::names::output_frequency},
    {"bypass.frequency_hz", power::names::bypass_frequency},
    {"alarms_present", "ups.alarm.count"},
};

/// Our names of a phase's value: with one phase and with several.
std::pair<std::string, std::string> phase_names(const std::string& circuit, char phase,
                                                const std::string& what) {
  const std::string before = circuit == "bypass" ? "input.bypass" : circuit;
  const std::string line = before + ".L" + phase;
  if (what == "voltage_v") return {before + ".voltage", line + "-N.voltage"};
  if (what == "current_a") return {before + ".current", line + ".current"};
  if (what == "frequency_hz") return {before + ".frequency", line + ".frequency"};
  if (what == "load_pct") return {"ups.load", line + ".power.percent"};
  return {circuit == "output" ? "ups.realpower" : before + ".realpower", line + ".realpower"};
}

std::optional<double> value_of(const power::ups_reading& reading, const std::string& field) {
  if (const auto plain = plain_names.find(field); plain != plain_names.end())
    return number(reading, plain->second);
  const auto first = field.find('.');
  const auto second = field.find('.', first + 1);
  if (second == std::string::npos) return std::nullopt;
  const char phase = field[first + 1];
  const auto [single, several] =
      phase_names(field.substr(0, first), phase, field.substr(second + 1));
  if (const auto found = number(reading, several)) return found;
  return phase == '1' ? number(reading, single) : std::nullopt;
}

std::optional<bool> flag_of(const power::ups_reading& reading, const std::string& field) {
  const std::map<std::string, ups_flag> flags{
      {"on_mains", ups_flag::online},   {"on_battery", ups_flag::on_battery},
      {"on_bypass", ups_flag::bypass},  {"low_battery", ups_flag::low_battery},
      {"overload", ups_flag::overload}, {"replace_battery", ups_flag::replace_battery},
      {"output_off", ups_flag::off},
  };
  const auto found = flags.find(field);
  if (found == flags.end()) return std::nullopt;
  return reading.flags.has(found->second);
}

struct score {
  int right = 0;
  int asked = 0;
  std::string wrong;

  void count(bool hit, const std::string& about) {
    ++asked;
    if (hit)
      ++right;
    else
      wrong += "\n  " + about;
  }
};

std::string shown(std::optional<double> value) {
  return value ? std::to_string(*value) : "nothing";
}

bool accepted(const json& accept, std::optional<double> got, double within) {
  return std::ranges::any_of(accept, [&](const json& one) {
    if (one.is_null()) return !got.has_value();
    return one.is_number() && got && std::abs(*got - one.get<double>()) <= within;
  });
}

score compare(const power::ups_reading& reading, const json& expected) {
  score result;
  for (const auto& [field, want] : expected.at("values").items()) {
    const auto got = value_of(reading, field);
    result.count(got && std::abs(*got - want.get<double>()) <= tolerance(field),
                 field + ": " + shown(got) + " instead of " + want.dump());
  }
  for (const auto& [field, want] : expected.at("flags").items())
    if (const auto got = flag_of(reading, field))
      result.count(*got == want.get<bool>(), field + " instead of " + want.dump());
  const auto ambiguous = expected.value("ambiguous", json::array());
  for (const auto& one : ambiguous) {
    const auto field = one.at("field").get<std::string>();
    if (field.starts_with("flags.")) continue;
    const auto got = value_of(reading, field);
    result.count(accepted(one.at("accept"), got, tolerance(field)),
                 field + ": " + shown(got) + " is none of " + one.at("accept").dump());
  }
  return result;
}

class Recorded : public testing::Test {
protected:
  void SetUp() override {
    if (!fs::exists(recordings() / "expected" / "snmp"))
      GTEST_SKIP() << "no recordings; set HOLDOVER_SHARED to the folder that holds devices/";
    if (!snmpsim::installed()) GTEST_SKIP() << snmpsim::not_installed;
  }

  static snmpsim play(const std::vector<recorded>& devices) {
    std::vector<fs::path> files;
    for (const auto& device : devices)
      files.push_back(recordings() / "snmp" / (device.name + ".snmprec"));
    return snmpsim(files);
  }
};

TEST_F(Recorded, UpsesAreReadAsTheirMibMeansThem) {
  const auto devices = rfc1628_devices();
  ASSERT_GE(devices.size(), 9u);
  const auto player = play(devices);
  score total;
  score best;
  for (const auto* version : {"2c", "1"})
    for (const auto& device : devices) {
      auto driver =
          make_snmp_driver(player.address(device.name, "rfc1628", version), device_kind::ups, {});
      const auto came = support::read(*driver);
      const auto* reading = support::reading_in<power::ups_reading>(came);
      ASSERT_TRUE(reading) << device.name << ": " << support::text_of(came);
      const auto result = compare(*reading, device.expected);
      EXPECT_EQ(result.right, result.asked)
          << device.name << " by version " << version << result.wrong;
      for (auto* sum : {&total, &best}) {
        if (sum == &best && !device.by_choice) continue;
        sum->right += result.right;
        sum->asked += result.asked;
      }
    }
  std::cout << "devices that speak RFC 1628 best: " << best.right << " of " << best.asked
            << " fields right; all " << devices.size() << " that speak it: " << total.right
            << " of " << total.asked << '\n';
}

TEST_F(Recorded, OutletsAreReadAsTheyWere) {
  const std::vector<std::pair<std::string, std::string>> units{
      {"apc_ap7900b", "apc-spdu"}, {"apc_ap8959eu3", "apc-spdu"}, {"eatonpdu_2", "eaton-epdu"}};
  std::vector<recorded> devices;
  for (const auto& [name, profile] : units)
    devices.push_back({name, load(recordings() / "expected" / "snmp" / (name + ".json")), true});
  const auto player = play(devices);
  for (std::size_t i = 0; i < units.size(); ++i) {
    auto driver = make_snmp_driver(player.address(units[i].first, units[i].second),
                                   device_kind::outlet_unit, {});
    const auto came = support::read(*driver);
    const auto* reading = support::reading_in<power::outlet_unit_reading>(came);
    ASSERT_TRUE(reading) << units[i].first << ": " << support::text_of(came);
    const auto& expected = devices[i].expected.at("outlets");
    EXPECT_EQ(reading->outlets.size(), expected.at("count").get<std::size_t>());
    for (const auto& outlet : reading->outlets)
      EXPECT_EQ(to_string(outlet.state),
                expected.at("states").at(std::to_string(outlet.number)).get<std::string>())
          << units[i].first << " outlet " << outlet.number;
  }
}

}  // namespace
}  // namespace holdover::device
