// Real devices, recorded by their users and played by snmpsimd, read through the SNMP driver and
// compared with readings that were derived from the MIB files independently. Nothing is told to the
// driver but the address: what a device is, it finds out.

#include "io/device/snmp/driver.hpp"
#include "tests/support/ask.hpp"
#include "tests/support/shared_folder.hpp"
#include "tests/support/snmp_expected.hpp"
#include "tests/support/snmpsim.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>

namespace holdover::device {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using support::score;
using support::snmpsim;

fs::path recordings() {
  return support::shared_folder() / "devices";
}

struct recorded {
  std::string name;
  json expected;
};

std::vector<recorded> devices() {
  std::vector<recorded> found;
  for (const auto& entry : fs::directory_iterator(recordings() / "expected" / "snmp"))
    found.push_back({entry.path().stem().string(), support::load_json(entry.path())});
  std::ranges::sort(found, {}, &recorded::name);
  return found;
}

class Recorded : public testing::Test {
protected:
  void SetUp() override {
    if (!fs::exists(recordings() / "expected" / "snmp"))
      GTEST_SKIP() << "no recordings; set HOLDOVER_SHARED to the folder that holds devices/";
  }

  static snmpsim play(const std::vector<recorded>& list) {
    std::vector<fs::path> files;
    for (const auto& device : list)
      files.push_back(recordings() / "snmp" / (device.name + ".snmprec"));
    return snmpsim(files);
  }

  /// A device is known after a few attempts at most, however slowly it is played.
  static answer<power::device_reading> read_patiently(driver& device) {
    auto came = support::read(device);
    for (int attempt = 0; attempt < 20 && support::failure_in(came) != nullptr; ++attempt)
      came = support::read(device);
    return came;
  }

  static void report(const std::map<std::string, score>& by_class) {
    for (const auto& [kind, result] : by_class)
      std::printf("%-5s %4d of %4d fields right, %.1f %%\n", kind.c_str(), result.right,
                  result.asked, result.percent());
  }

  static void tally(const recorded& device, const score& result,
                    std::map<std::string, score>& by_class) {
    by_class[device.expected.at("class").get<std::string>()] += result;
    by_class["all"] += result;
    for (const auto& miss : result.wrong)
      std::cout << device.name << ": " << miss << '\n';
  }
};

TEST_F(Recorded, EveryDeviceIsUnderstoodFromItsTables) {
  std::map<std::string, score> by_class;
  for (const auto& device : devices()) {
    const auto said = support::load_recording(recordings() / "snmp" / (device.name + ".snmprec"));
    const auto reading = support::read_recording(said);
    EXPECT_FALSE(reading.families.empty()) << device.name << " is of no family";
    tally(device, support::compare(reading, device.expected), by_class);
  }
  report(by_class);
  EXPECT_GE(by_class["all"].percent(), 99);
}

TEST_F(Recorded, EveryDeviceIsReadOverTheWire) {
  if (!snmpsim::installed()) GTEST_SKIP() << snmpsim::not_installed;
  const auto list = devices();
  const auto player = play(list);
  std::map<std::string, score> by_class;
  for (const auto& device : list) {
    auto driver = make_snmp_driver(player.address(device.name, ""), device_kind::whole, {});
    const auto came = read_patiently(*driver);
    const auto* reading = support::reading_in<power::whole_reading>(came);
    ASSERT_TRUE(reading) << device.name << ": " << support::text_of(came);
    tally(device, support::compare(*reading, device.expected), by_class);
  }
  report(by_class);
  EXPECT_GE(by_class["all"].percent(), 99);
}

TEST_F(Recorded, UpsesAreReadByTheStandardAlone) {
  if (!snmpsim::installed()) GTEST_SKIP() << snmpsim::not_installed;
  std::vector<recorded> speakers;
  for (auto& device : devices()) {
    const auto& by_mib = device.expected.at("by_mib");
    if (!by_mib.contains("rfc1628") || by_mib["rfc1628"].at("values").empty()) continue;
    const bool best = device.expected.at("mibs").front() == "rfc1628";
    auto expected = best ? device.expected : by_mib["rfc1628"];
    expected["class"] = "ups";
    expected.erase("sensors");
    expected.erase("outlets");
    speakers.push_back({device.name, std::move(expected)});
  }
  ASSERT_GE(speakers.size(), 9u);
  const auto player = play(speakers);
  std::map<std::string, score> by_class;
  for (const auto* version : {"2c", "1"})
    for (const auto& device : speakers) {
      auto driver =
          make_snmp_driver(player.address(device.name, "rfc1628", version), device_kind::ups, {});
      const auto came = read_patiently(*driver);
      const auto* reading = support::reading_in<power::ups_reading>(came);
      ASSERT_TRUE(reading) << device.name << ": " << support::text_of(came);
      power::whole_reading whole;
      whole.power = *reading;
      tally(device, support::compare(whole, device.expected), by_class);
    }
  report(by_class);
  EXPECT_EQ(by_class["all"].right, by_class["all"].asked);
}

TEST_F(Recorded, SwitchedUnitsShowTheirOutlets) {
  if (!snmpsim::installed()) GTEST_SKIP() << snmpsim::not_installed;
  std::vector<recorded> units;
  for (auto& device : devices())
    if (device.expected.at("class") == "pdu" && device.expected.at("outlets").is_object())
      units.push_back(std::move(device));
  ASSERT_GE(units.size(), 5u);
  const auto player = play(units);
  for (const auto& unit : units) {
    auto driver = make_snmp_driver(player.address(unit.name, "auto"), device_kind::outlet_unit, {});
    const auto came = read_patiently(*driver);
    const auto* reading = support::reading_in<power::outlet_unit_reading>(came);
    ASSERT_TRUE(reading) << unit.name << ": " << support::text_of(came);
    const auto& expected = unit.expected.at("outlets");
    EXPECT_EQ(reading->outlets.size(), expected.at("count").get<std::size_t>()) << unit.name;
    for (const auto& outlet : reading->outlets)
      EXPECT_EQ(to_string(outlet.state),
                expected.at("states").value(std::to_string(outlet.number), "nothing"))
          << unit.name << " outlet " << outlet.number;
  }
}

}  // namespace
}  // namespace holdover::device
