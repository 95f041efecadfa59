#include "core/power/observation.hpp"
#include "io/device/modbus/block_plan.hpp"
#include "io/device/modbus/cs141.hpp"
#include "io/device/modbus/debouncer.hpp"
#include "io/device/modbus/reading.hpp"
#include "io/device/modbus/sensor_manager.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace holdover::device::modbus {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A card with a status word, one phase, and what else is given.
image card(std::uint16_t status, std::uint16_t input = 2300,
           const std::map<std::uint16_t, std::uint16_t>& more = {}) {
  image read;
  for (std::uint16_t address = 97; address <= 150; ++address)
    read[{space::holding, address}] = 0;
  read[{space::holding, 97}] = 2300;
  read[{space::holding, 104}] = input;
  read[{space::holding, 109}] = status;
  for (const auto& [address, value] : more)
    read[{space::holding, address}] = value;
  return read;
}

subject cs141() {
  return {.kind = device_kind::ups,
          .channel = {},
          .means = {},
          .name = "unit 1 on card",
          .map = "cs141",
          .points = cs141_points()};
}

std::string flags(std::uint16_t status) {
  return to_string(read_ups(card(status), cs141()).flags);
}

power::belief believed(std::uint16_t status, std::uint16_t input) {
  return observe(read_ups(card(status, input), cs141())).state;
}

TEST(Cs141Map, TheDocumentedStatusWordsAreUnderstood) {
  EXPECT_EQ(flags(4), "OL");
  EXPECT_EQ(flags(12), "OB DISCHRG");
  EXPECT_EQ(flags(68), "OL TEST");
  EXPECT_EQ(flags(5), "OL BYPASS");
}

TEST(Cs141Map, AnOutageIsBackupModeWithoutATest) {
  EXPECT_EQ(believed(12, 0), power::belief::on_battery);
  EXPECT_EQ(believed(4 | 8 | 0x40, 2300), power::belief::test);
  EXPECT_NE(believed(4 | 8 | 0x40, 0), power::belief::on_battery);
  EXPECT_EQ(believed(68, 2300), power::belief::test);
}

TEST(Cs141Map, ALostUpsIsUnknownWhateverTheRestSays) {
  for (const int rest : {0, 4, 8, 12, 76})
    EXPECT_EQ(believed(static_cast<std::uint16_t>(0x4000 | rest), 0), power::belief::unknown);
}

TEST(Cs141Map, AWordOfZerosSaysNothing) {
  EXPECT_EQ(believed(0, 0), power::belief::unknown);
}

TEST(Cs141Map, EveryAlarmOfTheStandardHasItsRegister) {
  for (std::uint16_t n = 1; n <= 24; ++n) {
    const auto got = read_ups(card(4, 2300, {{static_cast<std::uint16_t>(114 + n), 1}}), cs141());
    EXPECT_EQ(got.alarms.size(), 1u) << n;
  }
  EXPECT_THAT(read_ups(card(4, 2300, {{115, 1}, {138, 1}}), cs141()).alarms,
              ElementsAre("upsAlarmBatteryBad", "upsAlarmTestInProgress"));
}

TEST(Cs141Map, PhasesThatAreNotThereAreLeftOut) {
  const auto one = read_ups(card(4), cs141());
  EXPECT_EQ(power::number(one, "output.L1-N.voltage"), 230);
  EXPECT_EQ(power::number(one, "output.L2-N.voltage"), std::nullopt);
  EXPECT_EQ(power::number(one, "input.L2-N.voltage"), std::nullopt);
  // In an outage a phase that is fitted still shows at the output.
  const auto three = read_ups(card(12, 0, {{98, 2300}, {99, 2290}, {101, 70}}), cs141());
  EXPECT_EQ(power::number(three, "input.L2-N.voltage"), 0);
  EXPECT_EQ(power::number(three, "ups.load"), 70);
}

TEST(Cs141Map, NumbersThatMeanUnknownAreNotNumbers) {
  const auto got = read_ups(card(4, 2300, {{103, 0xffff}, {107, 0x8000}, {108, 999}}), cs141());
  EXPECT_EQ(power::number(got, "battery.charge"), std::nullopt);
  EXPECT_EQ(power::number(got, "ups.temperature"), std::nullopt);
  EXPECT_EQ(power::number(got, "battery.runtime"), std::nullopt);
}

TEST(BlockPlan, ACardIsAskedOnce) {
  EXPECT_THAT(block_plan(cs141_points()).blocks(), ElementsAre(block{space::holding, 97, 54}));
}

TEST(BlockPlan, WhatIsRefusedIsHalvedUntilOnlyTheRestIsLeft) {
  block_plan plan(cs141_points());
  const auto missing = [](const block& b) { return b.first + b.count > 139; };
  int questions = 0;
  for (auto open = plan.blocks(); !open.empty();) {
    ASSERT_LT(++questions, 40);
    const auto next = open.back();
    open.pop_back();
    if (!missing(next)) continue;
    for (const auto& half : plan.refused(next))
      open.push_back(half);
  }
  std::uint32_t count = 0;
  for (const auto& b : plan.blocks()) {
    EXPECT_FALSE(missing(b));
    count += b.count;
  }
  EXPECT_GE(count, 42u);
}

TEST(BlockPlan, AMissingNeighbourDoesNotCostARegisterOfManyFlags) {
  block_plan plan(cs141_points());
  const auto there = [](const block& b) { return b.first == 109 && b.count == 1; };
  for (auto open = plan.blocks(); !open.empty();) {
    const auto next = open.back();
    open.pop_back();
    if (there(next)) continue;
    for (const auto& half : plan.refused(next))
      open.push_back(half);
  }
  EXPECT_THAT(plan.blocks(), ElementsAre(block{space::holding, 109, 1}));
}

TEST(BlockPlan, ABlockIsNeverLongerThanAnAnswerAndNeverCutsANumber) {
  std::vector<point> points;
  for (std::uint16_t i = 0; i < 200; ++i)
    points.push_back({.name = "x", .address = static_cast<std::uint16_t>(2 * i), .as = shape::u32});
  std::uint32_t count = 0;
  for (const auto& b : block_plan(points).blocks()) {
    EXPECT_LE(b.count, 125);
    EXPECT_EQ(b.count % 2, 0);
    count += b.count;
  }
  EXPECT_EQ(count, 400u);
}

TEST(SensorManager, ValuesFollowTheFormula) {
  struct row {
    double divisor, offset, at_0, at_5, at_10;
  };
  for (const auto& r : {row{1, 0, 0, 5, 10}, row{0.1, 0, 0, 50, 100}, row{10, 0, 0, 0.5, 1},
                        row{0.08, -25, -25, 37.5, 100}, row{-1, 2, 2, -3, -8}}) {
    const channel_settings how{.divisor = r.divisor, .offset = r.offset, .means = {}};
    const auto p = understood(sensor_manager_points({})[0], how);
    const auto value = [&](std::uint16_t raw) {
      return measure(p, {{{space::input, 0}, raw}}).number;
    };
    EXPECT_NEAR(value(0), r.at_0, 1e-9);
    EXPECT_NEAR(value(5000), r.at_5, 1e-9);
    EXPECT_NEAR(value(10000), r.at_10, 1e-9);
  }
}

TEST(SensorManager, VoltsOutOfRangeAreAQualityAndNoValue) {
  const auto p = sensor_manager_points({})[0];
  for (const int raw : {10001, 10500, 32767, -1, -500}) {
    const auto got = measure(p, {{{space::input, 0}, static_cast<std::uint16_t>(raw)}});
    EXPECT_EQ(got.how, power::quality::suspect) << raw;
    EXPECT_EQ(got.number, 0);
  }
}

TEST(SensorManager, ThereAreEightAnalogFourDigitalAndFourOutputs) {
  EXPECT_EQ(sensor_manager_points({}).size(), 16u);
  settings s;
  s.map = map_sensor_manager;
  EXPECT_EQ(problem_with(s), "");
}

TEST(SensorManager, AContactIsActiveWhenItDiffersFromItsRest) {
  const auto open = sensor_manager_points({})[8];
  channel_settings how;
  how.normally_closed = true;
  const auto closed = understood(open, how);
  for (const int raw : {0, 1}) {
    const image read{{{space::discrete, 0}, static_cast<std::uint16_t>(raw)}};
    EXPECT_EQ(read_sensor(read, open, "smoke").value.number, raw);
    EXPECT_EQ(read_sensor(read, closed, "smoke").value.number, 1 - raw);
  }
  EXPECT_EQ(read_sensor({}, closed, "smoke").value.how, power::quality::absent);
}

TEST(Debouncer, AChangeCountsOnceItHasHeld) {
  debouncer d(50ms);
  time_point t{};
  EXPECT_EQ(d.look(false, t), false);
  EXPECT_EQ(d.look(true, t + 10ms), std::nullopt);
  EXPECT_EQ(d.look(true, t + 40ms), std::nullopt);
  EXPECT_EQ(d.look(true, t + 60ms), true);
  EXPECT_EQ(d.look(true, t + 70ms), true);
}

TEST(Debouncer, AShortTouchIsNoChange) {
  debouncer d(50ms);
  time_point t{};
  EXPECT_EQ(d.look(false, t), false);
  EXPECT_EQ(d.look(true, t + 10ms), std::nullopt);
  EXPECT_EQ(d.look(false, t + 20ms), false);
  EXPECT_EQ(d.look(true, t + 30ms), std::nullopt);
  EXPECT_EQ(d.look(true, t + 70ms), std::nullopt);
  EXPECT_EQ(d.look(true, t + 80ms), true);
}

TEST(ModbusReading, AMapWithoutAStateIsNoUps) {
  auto what = cs141();
  std::erase_if(what.points, [](const point& p) { return p.what == point::role::flag; });
  const auto came = read(card(4), what);
  ASSERT_TRUE(std::holds_alternative<failure>(came));
  EXPECT_THAT(std::get<failure>(came).text, HasSubstr("OL and OB"));
}

TEST(ModbusReading, ADeviceWithNothingOfTheMapIsAFailure) {
  EXPECT_TRUE(std::holds_alternative<failure>(read({}, cs141())));
}

TEST(ModbusSettings, ReadWhatTheyWrote) {
  settings s;
  s.unit = 17;
  s.map = map_points;
  s.line = {9600, "8N2"};
  s.channel = {
      .divisor = 0.08, .offset = -25, .normally_closed = true, .debounce = 20ms, .means = "smoke"};
  s.points = cs141_points();
  const auto [again, problem] = settings_from(to_text(s));
  EXPECT_EQ(problem, "");
  EXPECT_EQ(again, s);
  EXPECT_EQ(settings_from("").second, "");
}

TEST(ModbusSettings, AMistakeIsNamed) {
  const auto problem = [](std::string_view text) { return settings_from(text).second; };
  EXPECT_THAT(problem("unit=0"), HasSubstr("1 to 247"));
  EXPECT_THAT(problem("unit=248"), HasSubstr("1 to 247"));
  EXPECT_THAT(problem("divisor=0"), HasSubstr("must not be zero"));
  EXPECT_THAT(problem("map=cs121"), HasSubstr("cs141, sensor-manager, points"));
  EXPECT_THAT(problem("map=points"), HasSubstr("at least one point"));
  EXPECT_THAT(problem("map=cs141\nvalue=a address=1"), HasSubstr("map \"points\""));
  EXPECT_THAT(problem("frame=9X3"), HasSubstr("8E1"));
  EXPECT_THAT(problem("baud=1"), HasSubstr("9600"));
  EXPECT_THAT(problem("means=dor"), HasSubstr("intrusion"));
  EXPECT_THAT(problem("debounce_ms=5000"), HasSubstr("1s"));
}

TEST(ModbusHostileInput, RandomRegistersGiveASoundReading) {
  std::mt19937 any{20240611};
  for (int i = 0; i < 4000; ++i) {
    image read;
    for (std::uint16_t address = 97; address <= 150; ++address)
      if (any() % 5 != 0) read[{space::holding, address}] = static_cast<std::uint16_t>(any());
    const auto got = read_ups(read, cs141());
    for (const auto& value : got.values) {
      EXPECT_TRUE(std::isfinite(value.number));
      EXPECT_TRUE(value.how == power::quality::good || value.number == 0) << value.name;
    }
    const auto status = read.find({space::holding, 109});
    const bool outage = status != read.end() && (status->second & 0x4048) == 0x08;
    EXPECT_EQ(got.flags.has(power::ups_flag::on_battery), outage);
  }
}

TEST(ModbusHostileInput, RandomSettingsAreReadOrRefused) {
  std::mt19937 any{20240611};
  settings s;
  s.map = map_points;
  s.points.assign(cs141_points().begin(), cs141_points().begin() + 3);
  const auto sound = to_text(s);
  for (int i = 0; i < 20000; ++i) {
    auto text = sound;
    for (auto times = 1 + any() % 4; times > 0; --times)
      text[any() % text.size()] = " =\nx0-.9\xff"[any() % 9];
    if (any() % 3 == 0) text.resize(any() % text.size());
    const auto [got, problem] = settings_from(text);
    if (problem.empty()) {
      EXPECT_EQ(problem_with(got), "");
    }
  }
}

}  // namespace
}  // namespace holdover::device::modbus
