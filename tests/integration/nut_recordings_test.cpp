// Recordings of NUT's drivers, played by Debian's dummy-ups behind a real upsd: each is read over
// the wire as it is read from its file, and the stories become their events, in order, once each.

#include "core/power/ups_changes.hpp"
#include "io/device/nut/driver.hpp"
#include "io/device/nut/reading.hpp"
#include "tests/support/ask.hpp"
#include "tests/support/process.hpp"
#include "tests/support/scratch.hpp"
#include "tests/support/shared_folder.hpp"
#include "tests/support/udp_port.hpp"
#include "tests/support/upsd.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace holdover::device {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;
using testing::ElementsAreArray;
using namespace std::chrono_literals;

constexpr auto start_limit = 120s;
constexpr auto rhythm = 300ms;

fs::path devices() {
  return support::shared_folder() / "devices";
}

/// A folder of recordings, served by one upsd with a driver for each.
class Played : public testing::Test {
protected:
  void SetUp() override {
    if (!support::upsd::installed()) GTEST_SKIP() << support::upsd::not_installed;
    if (!fs::exists(devices() / "play_nut.sh"))
      GTEST_SKIP() << "no recordings; set HOLDOVER_SHARED to the folder that holds devices/";
  }
  void TearDown() override {
    if (port_ != 0) run({"stop", folder_ / "n"});
  }

  void play(const fs::path& recordings) {
    // Servers and drivers become NUT's own user, who must get at their folder.
    fs::permissions(folder_.path(), fs::perms(0755));
    port_ = support::free_udp_port();
    ASSERT_TRUE(run({"start", recordings.string(), std::to_string(port_), folder_ / "n"}))
        << text_of(folder_ / "output");
    std::ifstream in(fs::path(folder_ / "n") / "names");
    for (std::string name, file; std::getline(in, name, '\t') && std::getline(in, file);)
      names_[file] = name;
  }
  std::unique_ptr<driver> ups(const std::string& file) const {
    return make_nut_driver({.driver = "nut",
                            .host = "127.0.0.1",
                            .port = port_,
                            .unit = names_.at(file),
                            .credentials = {},
                            .version = {}},
                           device_kind::ups);
  }
  /// The process that plays a recording.
  pid_t player_of(const std::string& file) const {
    const auto name = "dummy-ups-" + names_.at(file) + ".pid";
    return static_cast<pid_t>(std::stol(text_of(fs::path(folder_ / "n") / "state" / name)));
  }

  static std::string text_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::map<std::string, std::string> names_;  ///< Of each UPS, by its file.

private:
  bool run(std::vector<std::string> words) {
    words.insert(words.begin(), {"/bin/bash", (devices() / "play_nut.sh").string()});
    support::process script(words, {}, folder_ / "output");
    const auto end = steady_clock::now() + start_limit;
    while (script.running() && steady_clock::now() < end)
      std::this_thread::sleep_for(50ms);
    return !script.running();
  }

  support::scratch folder_;
  std::uint16_t port_ = 0;
};

// ---- Stories ------------------------------------------------------------------------------------

/// One UPS of a story, and what was told of it.
struct told_story {
  std::string name;
  std::vector<std::string> expected;
  std::unique_ptr<driver> ups;
  power::ups_changes changes{"main"};
  std::vector<std::string> told{};

  void look() {
    const auto came = support::read(*ups);
    const auto* reading = support::reading_in<power::ups_reading>(came);
    for (const auto& change : reading != nullptr ? changes.read(*reading) : changes.lost())
      told.push_back(change.what.what);
  }
};

TEST_F(Played, StoriesBecomeTheirEventsInOrderOnceEach) {
  play(devices() / "scenarios" / "seq");
  std::vector<told_story> stories;
  const auto add = [&](std::string name, std::vector<std::string> expected) {
    auto driver = ups(name + ".seq");
    stories.push_back({std::move(name), std::move(expected), std::move(driver)});
  };
  add("brief_blip", {"on_battery", "online"});
  std::vector<std::string> flaps;
  for (int twice = 0; twice < 3; ++twice)
    flaps.insert(flaps.end(), {"on_battery", "online", "on_battery", "online", "boosting"});
  // With the next power failure, or the end, its boosting ends.
  flaps.insert(flaps.begin() + 6, "boosting_ended");
  flaps.insert(flaps.begin() + 12, "boosting_ended");
  flaps.emplace_back("boosting_ended");
  add("flapping", flaps);
  add("powerfail_lowbatt_shutdown", {"on_battery", "low_battery", "off"});
  add("recharge_return", {"on_battery", "low_battery", "online", "battery_ok"});
  add("comms_loss", {"on_battery", "communication_lost", "communication_restored", "low_battery"});
  auto& silent = stories.back();
  const auto player = player_of("comms_loss.seq");
  std::optional<steady_clock::time_point> outage;
  bool stopped = false;
  bool continued = false;
  const auto end = steady_clock::now() + 115s;
  while (steady_clock::now() < end) {
    const auto next = steady_clock::now() + rhythm;
    for (auto& story : stories)
      story.look();
    if (!outage && !silent.told.empty()) outage = steady_clock::now();
    const auto since = outage ? steady_clock::now() - *outage : 0s;
    if (since > 10s && !std::exchange(stopped, true)) ::kill(player, SIGSTOP);
    if (since > 50s && !std::exchange(continued, true)) ::kill(player, SIGCONT);
    std::this_thread::sleep_until(next);
  }
  ::kill(player, SIGCONT);
  for (const auto& story : stories)
    EXPECT_THAT(story.told, ElementsAreArray(story.expected)) << story.name;
}

// ---- Recordings ---------------------------------------------------------------------------------

/// The lines "name: value" of a recording.
nut::variables variables_in(const std::string& text) {
  nut::variables all;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    const auto colon = line.find(':');
    if (line.empty() || line[0] == '#' || colon == std::string::npos) continue;
    const auto first = line.find_first_not_of(" \t", colon + 1);
    const auto last = line.find_last_not_of(" \t\r");
    if (first == std::string::npos || last < first) continue;
    all.push_back({line.substr(0, colon), line.substr(first, last - first + 1)});
  }
  return all;
}

TEST_F(Played, EveryRecordingIsReadOverTheWireAsFromItsFile) {
  play(devices() / "nut");
  ASSERT_GT(names_.size(), 300u);
  std::size_t same = 0;
  std::size_t asked = 0;
  for (const auto& [file, name] : names_) {
    const auto came = support::read(*ups(file));
    const auto* reading = support::reading_in<power::ups_reading>(came);
    if (reading == nullptr) {
      ADD_FAILURE() << file << ": " << support::text_of(came);
      continue;
    }
    const auto wanted = nut::read_ups(variables_in(text_of(devices() / "nut" / file)));
    // A player puts a status of its own where the recording has none.
    if (wanted.flags.bits() != 0) {
      EXPECT_EQ(to_string(reading->flags), to_string(wanted.flags)) << file;
    }
    for (const auto& value : wanted.values) {
      if (value.how != power::quality::good) continue;
      ++asked;
      const auto got = power::number(*reading, value.name);
      if (got && *got == value.number)
        ++same;
      else
        std::cout << file << ": " << value.name << " is " << value.number << ", came as "
                  << (got ? std::to_string(*got) : "nothing") << '\n';
    }
  }
  std::cout << same << " of " << asked << " values of " << names_.size() << " recordings\n";
  EXPECT_GE(static_cast<double>(same), 0.995 * static_cast<double>(asked));
}

}  // namespace
}  // namespace holdover::device
