// The Modbus driver against pymodbus, over TCP and over a pair of pseudo terminals: what it says,
// and what it says when the device, its unit or its cable is not there.

#include "core/power/names.hpp"
#include "core/power/observation.hpp"
#include "io/device/modbus/driver.hpp"
#include "tests/support/ask.hpp"
#include "tests/support/modbus_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

namespace holdover::device {
namespace {

using support::modbus_server;
using testing::HasSubstr;
using wire = modbus_server::wire;

/// A CS141 of one phase on mains; everything from 97 to 138, no Sensor Manager.
std::string card(int status, int input_decivolts) {
  std::string text;
  for (int address = 97; address <= 138; ++address) {
    int value = 0;
    if (address == 97) value = 2300;
    if (address == 100) value = 41;
    if (address == 103) value = 88;
    if (address == 104) value = input_decivolts;
    if (address == 107) value = 253;
    if (address == 108) value = 17;
    if (address == 109) value = status;
    if (address == 110) value = 548;
    if (address == 111) value = 500;
    text += "holding " + std::to_string(address) + ' ' + std::to_string(value) + '\n';
  }
  return text;
}

std::string manager(const std::string& digital = "1 0 0 0") {
  std::string text;
  const int raw[] = {0, 5000, 10000, 10500, -1 & 0xffff, 2500, 0, 0};
  for (int i = 0; i < 8; ++i)
    text += "input " + std::to_string(i) + ' ' + std::to_string(raw[i]) + '\n';
  for (int i = 0; i < 4; ++i)
    text += "discrete " + std::to_string(i) + ' ' + digital[static_cast<std::size_t>(2 * i)] + '\n';
  return text + "coil 0 0\ncoil 1 0\ncoil 2 0\ncoil 3 0\n";
}

class ModbusDriver : public testing::TestWithParam<wire> {
protected:
  void SetUp() override {
    if (!modbus_server::installed(GetParam())) GTEST_SKIP() << modbus_server::not_installed;
  }

  static std::unique_ptr<driver> make(const modbus_server& server, const std::string& words,
                                      device_kind kind, const std::string& channel = {}) {
    return make_modbus_driver(server.address("frame=8N1 " + words), kind, channel);
  }

  static power::belief believed(driver& of) {
    const auto came = support::read(of);
    const auto* reading = support::reading_in<power::ups_reading>(came);
    EXPECT_TRUE(reading) << support::text_of(came);
    return reading == nullptr ? power::belief::unknown : power::observe(*reading).state;
  }
};

INSTANTIATE_TEST_SUITE_P(, ModbusDriver, testing::Values(wire::tcp, wire::rtu),
                         [](const auto& one) { return one.param == wire::tcp ? "Tcp" : "Rtu"; });

TEST_P(ModbusDriver, ACardIsReadByItsDefaultMap) {
  modbus_server server(GetParam(), card(4, 2310));
  auto driver = make(server, "unit=3", device_kind::ups);
  const auto came = support::read(*driver);
  const auto* reading = support::reading_in<power::ups_reading>(came);
  ASSERT_TRUE(reading) << support::text_of(came);
  EXPECT_EQ(to_string(reading->flags), "OL");
  EXPECT_EQ(power::number(*reading, "output.L1-N.voltage"), 230);
  EXPECT_EQ(power::number(*reading, "battery.charge"), 88);
  EXPECT_NEAR(power::number(*reading, "battery.runtime").value_or(0), 17 * 60, 0.01);
  EXPECT_EQ(power::number(*reading, "ups.load"), 41);
  EXPECT_EQ(power::number(*reading, "ups.temperature"), 25.3);
  EXPECT_EQ(power::observe(*reading).state, power::belief::online);
}

TEST(ModbusOnVersionSix, IsRead) {
  if (!modbus_server::installed(wire::tcp_version_six))
    GTEST_SKIP() << modbus_server::not_installed;
  modbus_server server(wire::tcp_version_six, card(4, 2310));
  const auto came =
      support::read(*make_modbus_driver(server.address("frame=8N1 unit=3"), device_kind::ups));
  const auto* reading = support::reading_in<power::ups_reading>(came);
  ASSERT_TRUE(reading) << support::text_of(came);
  EXPECT_EQ(to_string(reading->flags), "OL");
}

TEST_P(ModbusDriver, AnOutageIsSeenAndATestIsNoOutage) {
  modbus_server server(GetParam(), card(12, 0));
  auto driver = make(server, "unit=3", device_kind::ups);
  EXPECT_EQ(believed(*driver), power::belief::on_battery);
  server.set(card(4 + 8 + 0x40, 2300));
  EXPECT_EQ(believed(*driver), power::belief::test);
  server.set(card(4, 2300));
  EXPECT_EQ(believed(*driver), power::belief::online);
}

TEST_P(ModbusDriver, ACardThatHasLostItsUpsIsStale) {
  modbus_server server(GetParam(), card(0x4000 + 12, 0));
  auto driver = make(server, "unit=3", device_kind::ups);
  EXPECT_EQ(believed(*driver), power::belief::unknown);
}

TEST_P(ModbusDriver, WhatTheDeviceDoesNotHaveIsLeftOutAndTheRestIsRead) {
  modbus_server server(GetParam(), "holding 103 70\nholding 109 12\n");
  auto driver = make(server, "unit=3", device_kind::ups);
  const auto came = support::read(*driver);
  const auto* reading = support::reading_in<power::ups_reading>(came);
  ASSERT_TRUE(reading) << support::text_of(came);
  EXPECT_EQ(to_string(reading->flags), "OB DISCHRG");
  EXPECT_EQ(power::number(*reading, "battery.charge"), 70);
  EXPECT_EQ(power::number(*reading, "battery.runtime"), std::nullopt);
}

TEST_P(ModbusDriver, AWrongUnitIsAFailureAndNoOutage) {
  modbus_server server(GetParam(), card(12, 0));
  auto driver = make(server, "unit=4", device_kind::ups);
  const auto came = support::read(*driver);
  const auto* why = support::failure_in(came);
  ASSERT_TRUE(why);
  EXPECT_THAT(why->text, HasSubstr("unit 4"));
}

TEST_P(ModbusDriver, ASilentUnitIsUnreachableWithinTheLimitAndReadAgainLater) {
  modbus_server server(GetParam(), card(12, 0) + "mode silent\n");
  auto driver = make(server, "unit=3", device_kind::ups);
  const auto began = std::chrono::steady_clock::now();
  const auto came = support::read(*driver);
  const auto* why = support::failure_in(came);
  ASSERT_TRUE(why);
  EXPECT_EQ(why->kind, failure_kind::unreachable) << why->text;
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
  server.set(card(4, 2300));
  const auto end = std::chrono::steady_clock::now() + support::answer_limit;
  while (support::failure_in(support::read(*driver)) != nullptr)
    ASSERT_LT(std::chrono::steady_clock::now(), end);
  EXPECT_EQ(believed(*driver), power::belief::online);
}

TEST_P(ModbusDriver, AnExceptionIsAFailureThatNamesIt) {
  modbus_server server(GetParam(), card(12, 0) + "mode failing\n");
  auto driver = make(server, "unit=3", device_kind::ups);
  const auto came = support::read(*driver);
  const auto* why = support::failure_in(came);
  ASSERT_TRUE(why);
  EXPECT_THAT(why->text, HasSubstr("Slave device or server failure"));
  const auto card_itself = support::read_interface(*driver);
  EXPECT_TRUE(support::reading_in<power::interface_reading>(card_itself))
      << support::text_of(card_itself);
}

TEST_P(ModbusDriver, ALostDeviceIsUnreachableAndIsFoundAgain) {
  modbus_server server(GetParam(), card(4, 2300));
  auto driver = make(server, "unit=3", device_kind::ups);
  EXPECT_EQ(believed(*driver), power::belief::online);
  server.stop();
  const auto came = support::read(*driver);
  const auto* why = support::failure_in(came);
  ASSERT_TRUE(why);
  EXPECT_EQ(why->kind, failure_kind::unreachable) << why->text;
  server.set(card(12, 0));
  server.start();
  const auto end = std::chrono::steady_clock::now() + support::answer_limit;
  while (support::failure_in(support::read(*driver)) != nullptr)
    ASSERT_LT(std::chrono::steady_clock::now(), end);
  EXPECT_EQ(believed(*driver), power::belief::on_battery);
}

TEST_P(ModbusDriver, AnalogInputsGiveScaledValuesAndRefuseWhatIsOutOfRange) {
  modbus_server server(GetParam(), manager());
  const auto value = [&](const char* channel) {
    auto driver = make(server, "unit=3 map=sensor-manager divisor=0.08 offset=-25",
                       device_kind::sensor, channel);
    const auto came = support::read(*driver);
    const auto* reading = support::reading_in<power::sensor_reading>(came);
    EXPECT_TRUE(reading) << support::text_of(came);
    return reading == nullptr ? power::measurement{} : reading->value;
  };
  EXPECT_NEAR(value("analog.1").number, -25, 1e-9);
  EXPECT_NEAR(value("analog.2").number, 37.5, 1e-9);
  EXPECT_NEAR(value("analog.3").number, 100, 1e-9);
  EXPECT_EQ(value("analog.3").how, power::quality::good);
  EXPECT_EQ(value("analog.4").how, power::quality::suspect);
  EXPECT_EQ(value("analog.5").how, power::quality::suspect);
  EXPECT_EQ(value("analog.4").number, 0);
}

TEST_P(ModbusDriver, ADoorIsReportedOnceItRests) {
  modbus_server server(GetParam(), manager("0 0 0 0"));
  auto driver = make(server, "unit=3 map=sensor-manager means=door normally_closed=1",
                     device_kind::sensor, "digital.1");
  auto came = support::read(*driver);
  const auto* reading = support::reading_in<power::sensor_reading>(came);
  ASSERT_TRUE(reading) << support::text_of(came);
  EXPECT_EQ(reading->kind, power::sensor_kind::contact);
  EXPECT_EQ(reading->label, "door");
  EXPECT_EQ(reading->value.number, 1);
  server.set(manager("1 0 0 0"));
  came = support::read(*driver);
  reading = support::reading_in<power::sensor_reading>(came);
  ASSERT_TRUE(reading) << support::text_of(came);
  EXPECT_EQ(reading->value.how, power::quality::good);
  EXPECT_EQ(reading->value.number, 0);
}

TEST_P(ModbusDriver, AnOutputIsSwitchedAndReadBack) {
  modbus_server server(GetParam(), manager());
  auto driver = make(server, "unit=3 map=sensor-manager", device_kind::outlet_unit);
  const auto ok = support::switch_outlet(*driver, 2, true);
  EXPECT_FALSE(support::failure_in(ok)) << support::text_of(ok);
  const auto came = support::read(*driver);
  const auto* reading = support::reading_in<power::outlet_unit_reading>(came);
  ASSERT_TRUE(reading) << support::text_of(came);
  ASSERT_EQ(reading->outlets.size(), 4u);
  EXPECT_EQ(reading->outlets[0].state, power::outlet_state::off);
  EXPECT_EQ(reading->outlets[1].state, power::outlet_state::on);
}

TEST_P(ModbusDriver, AnOutputThatDoesNotFollowIsAFailure) {
  modbus_server server(GetParam(), manager() + "mode stuck\n");
  auto driver = make(server, "unit=3 map=sensor-manager", device_kind::outlet_unit);
  const auto stuck = support::switch_outlet(*driver, 2, true);
  ASSERT_TRUE(support::failure_in(stuck));
  EXPECT_THAT(support::failure_in(stuck)->text, HasSubstr("still reads 0"));
  const auto none = support::switch_outlet(*driver, 5, true);
  ASSERT_TRUE(support::failure_in(none));
  EXPECT_EQ(support::failure_in(none)->kind, failure_kind::unsupported);
}

TEST_P(ModbusDriver, ADeadUnitDoesNotHoldUpItsNeighbour) {
  modbus_server server(GetParam(), card(4, 2300) + "mode silent\n");
  auto dead = make(server, "unit=9", device_kind::ups);
  auto alive = make(server, "unit=3", device_kind::ups);
  (void)support::read(*dead);
  server.set(card(4, 2300));
  const auto end = std::chrono::steady_clock::now() + support::answer_limit;
  while (support::failure_in(support::read(*alive)) != nullptr)
    ASSERT_LT(std::chrono::steady_clock::now(), end);
  const auto began = std::chrono::steady_clock::now();
  EXPECT_TRUE(support::failure_in(support::read(*dead)));
  EXPECT_EQ(believed(*alive), power::belief::online);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(4));
}

TEST(ModbusLine, TwoDevicesThatWantALineDifferentlyAreToldSo) {
  device_address where;
  where.driver = "modbus";
  where.host = "/nowhere/line";
  where.settings = "frame=8N1";
  auto first = make_modbus_driver(where, device_kind::ups);
  EXPECT_THAT(support::text_of(support::read(*first)), HasSubstr("check the cable"));
  where.settings = "frame=8E1";
  auto second = make_modbus_driver(where, device_kind::ups);
  const auto came = support::read(*second);
  ASSERT_TRUE(support::failure_in(came));
  EXPECT_THAT(support::failure_in(came)->text, HasSubstr("same baud and frame"));
  first.reset();
  EXPECT_THAT(support::text_of(support::read(*second)), HasSubstr("check the cable"));
}

TEST(ModbusLine, AClosingDriverAnswersItsQuestion) {
  device_address where;
  where.driver = "modbus";
  where.host = "/nowhere/line";
  std::atomic<int> answers = 0;
  {
    auto driver = make_modbus_driver(where, device_kind::ups);
    for (int i = 0; i < 20; ++i)
      driver->read([&](auto) { ++answers; });
  }
  EXPECT_EQ(answers, 20);
}

}  // namespace
}  // namespace holdover::device
