// Stories of a UPS, played second by second on a simulated card with a battery of its own: the
// driver's readings must become the expected events, in order, once each. And the same card is told
// what a UPS can be told.

#include "core/power/names.hpp"
#include "core/power/ups_changes.hpp"
#include "io/device/snmp/driver.hpp"
#include "tests/support/ask.hpp"
#include "tests/support/process.hpp"
#include "tests/support/scratch.hpp"
#include "tests/support/shared_folder.hpp"
#include "tests/support/udp_port.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace holdover::device {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;
using support::process;
using support::scratch;
using testing::ElementsAreArray;
using testing::HasSubstr;
using namespace std::chrono_literals;

constexpr const char* python = "/usr/bin/python3";
constexpr auto rhythm = 400ms;

fs::path scenarios() {
  return support::shared_folder() / "devices" / "scenarios";
}

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The simulated card, with a writing community.
class Card : public testing::Test {
protected:
  void SetUp() override {
    if (!fs::exists(scenarios() / "rfc1628_sim.py"))
      GTEST_SKIP() << "no scenarios; set HOLDOVER_SHARED to the folder that holds devices/";
    card_ = start({"serve", "--port", std::to_string(port_), "--state", state()}, "card");
    std::ofstream(folder_ / "secret") << "public\nprivate\n";
    fs::permissions(folder_ / "secret", fs::perms(0600));
  }

  process start(std::vector<std::string> words, const std::string& log) {
    words.insert(words.begin(), {python, (scenarios() / "rfc1628_sim.py").string()});
    return {words, {"PYTHONDONTWRITEBYTECODE=1"}, folder_ / log};
  }

  std::string state() const { return folder_ / "state.json"; }

  std::unique_ptr<driver> device(device_kind kind, const std::string& profile) const {
    return make_snmp_driver({.driver = "snmp",
                             .host = "127.0.0.1",
                             .port = port_,
                             .unit = profile,
                             .credentials = "file:" + (folder_ / "secret"),
                             .version = "2c"},
                            kind, {});
  }

  /// Reads until something is true of the reading.
  template <class Reading, class What>
  static bool comes_true(driver& of, What what) {
    const auto end = steady_clock::now() + 15s;
    while (steady_clock::now() < end) {
      const auto came = support::read(of);
      const auto* reading = support::reading_in<Reading>(came);
      if (reading != nullptr && what(*reading)) return true;
      std::this_thread::sleep_for(100ms);
    }
    return false;
  }

  static std::string tell(driver& ups, power::ups_command what) {
    const auto came =
        support::answer_of<switched>([&](auto done) { ups.command(what, std::move(done)); });
    return support::text_of(came);
  }

  scratch folder_;
  std::uint16_t port_ = support::free_udp_port();
  process card_;
};

struct story {
  std::string name;
  std::vector<std::string> events;
};

class Stories : public Card, public testing::WithParamInterface<story> {};

TEST_P(Stories, BecomeTheirEventsInOrderOnceEach) {
  auto ups = device(device_kind::ups, "");
  ASSERT_TRUE(comes_true<power::ups_reading>(*ups, [](const auto&) { return true; }));
  power::ups_changes changes("main");
  std::vector<std::string> told;
  const auto file = scenarios() / "snmp" / (GetParam().name + ".tl");
  auto play = start({"play", state(), file.string()}, "play");
  // The first line of a story is its beginning.
  const auto begins = steady_clock::now() + 1s;
  const auto ends = steady_clock::now() + 120s;
  std::this_thread::sleep_until(begins);
  int rounds_after = 0;
  while (rounds_after < 6 && steady_clock::now() < ends) {
    if (!play.running()) ++rounds_after;
    const auto next = steady_clock::now() + rhythm;
    const auto came = support::read(*ups);
    const auto* reading = support::reading_in<power::ups_reading>(came);
    for (const auto& change : reading != nullptr ? changes.read(*reading) : changes.lost())
      told.push_back(change.what.what);
    std::this_thread::sleep_until(next);
  }
  EXPECT_LT(steady_clock::now(), ends) << "the story did not end";
  EXPECT_THAT(told, ElementsAreArray(GetParam().events)) << text_of(folder_ / "play");
}

INSTANTIATE_TEST_SUITE_P(
    Snmp, Stories,
    testing::Values(story{"brief_blip", {"on_battery", "online"}},
                    story{"flapping",
                          {"on_battery", "online", "on_battery", "online", "on_battery", "online",
                           "on_battery", "online"}},
                    story{"comms_loss",
                          {"on_battery", "communication_lost", "communication_restored", "online"}},
                    story{"powerfail_shutdown", {"on_battery", "low_battery", "off"}},
                    story{"recharge_return", {"on_battery", "low_battery", "online", "battery_ok"}},
                    story{"bypass_overload_badbattery",
                          {"overload", "bypass", "online", "overload_cleared", "replace_battery",
                           "battery_replaced"}}),
    [](const auto& one) { return one.param.name; });

using verb = power::ups_command::verb;

TEST_F(Card, RunsABatteryTestWithItsSpinLock) {
  auto ups = device(device_kind::ups, "rfc1628");
  EXPECT_EQ(tell(*ups, {verb::test_quick, {}}), "an answer");
  EXPECT_TRUE(comes_true<power::ups_reading>(*ups, [](const power::ups_reading& reading) {
    return reading.flags.has(power::ups_flag::testing);
  }));
}

TEST_F(Card, ShutsDownAfterADelayUnlessItIsCancelled) {
  auto ups = device(device_kind::ups, "");
  const auto countdown = [](const power::ups_reading& reading) {
    return number(reading, power::names::ups_timer_shutdown).value_or(-1);
  };
  EXPECT_EQ(tell(*ups, {verb::shutdown, 90s}), "an answer");
  EXPECT_TRUE(comes_true<power::ups_reading>(
      *ups, [&](const auto& reading) { return countdown(reading) > 60; }));
  EXPECT_EQ(tell(*ups, {verb::cancel, {}}), "an answer");
  EXPECT_TRUE(comes_true<power::ups_reading>(
      *ups, [&](const auto& reading) { return countdown(reading) <= 0; }));
}

TEST_F(Card, SilencesItsBuzzer) {
  auto ups = device(device_kind::ups, "");
  for (const auto what : {verb::buzzer_off, verb::buzzer_mute, verb::buzzer_on})
    EXPECT_EQ(tell(*ups, {what, {}}), "an answer") << to_string(what);
}

class Outlets : public Card, public testing::WithParamInterface<const char*> {};

TEST_P(Outlets, SwitchCycleAndReadBack) {
  auto unit = device(device_kind::outlet_unit, GetParam());
  const auto third_is = [&](power::outlet_state wanted) {
    return comes_true<power::outlet_unit_reading>(
        *unit, [&](const power::outlet_unit_reading& reading) {
          return reading.outlets.size() >= 3 && reading.outlets[2].number == 3
                 && reading.outlets[2].state == wanted;
        });
  };
  const auto say = [&](power::outlet_command::verb what) {
    const auto came = support::answer_of<switched>([&](auto done) {
      unit->command_outlet({3, what, {}}, std::move(done));
    });
    return support::text_of(came);
  };
  EXPECT_TRUE(third_is(power::outlet_state::on));
  EXPECT_EQ(say(power::outlet_command::verb::off), "an answer");
  EXPECT_TRUE(third_is(power::outlet_state::off));
  EXPECT_EQ(say(power::outlet_command::verb::on), "an answer");
  EXPECT_TRUE(third_is(power::outlet_state::on));
  EXPECT_EQ(say(power::outlet_command::verb::cycle), "an answer");
  EXPECT_TRUE(third_is(power::outlet_state::on));
}

INSTANTIATE_TEST_SUITE_P(Snmp, Outlets, testing::Values("apc-spdu", "raritan-px2", "auto"),
                         [](const auto& one) {
                           std::string name(one.param);
                           std::erase(name, '-');
                           return name;
                         });

TEST_F(Card, AnswersThatAnOutletIsNotThere) {
  auto unit = device(device_kind::outlet_unit, "apc-spdu");
  const auto came = support::answer_of<switched>(
      [&](auto done) { unit->switch_outlet(77, false, std::move(done)); });
  EXPECT_NE(support::failure_in(came), nullptr);
}

}  // namespace
}  // namespace holdover::device
