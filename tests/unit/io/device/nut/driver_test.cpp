#include "io/device/nut/driver.hpp"

#include "tests/support/ask.hpp"
#include "tests/support/fake_upsd.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace holdover::device {
namespace {

using support::fake_upsd;
using testing::ElementsAre;
using testing::HasSubstr;

fake_upsd::reaction outlets(const std::string& line) {
  if (line == "LIST VAR pdu")
    return {
        "BEGIN LIST VAR pdu\nVAR pdu outlet.1.status \"on\"\nVAR pdu outlet.2.status \"off\"\n"
        "VAR pdu ambient.temperature \"21.5\"\nEND LIST VAR pdu\n"};
  if (line.starts_with("INSTCMD pdu outlet.1.load.")) return {"OK\n"};
  if (line.starts_with("INSTCMD")) return {"ERR CMD-NOT-SUPPORTED\n"};
  if (line == "SET VAR pdu outlet.2.switch on") return {"OK\n"};
  if (line.starts_with("SET VAR")) return {"ERR VAR-NOT-SUPPORTED\n"};
  if (line == "VER") return {"Network UPS Tools upsd 2.8.0 - http://www.networkupstools.org/\n"};
  return {"ERR UNKNOWN-COMMAND\n"};
}

device_address pdu_at(const fake_upsd& server) {
  return {.driver = "nut",
          .host = "127.0.0.1",
          .port = server.port(),
          .unit = "pdu",
          .credentials = {},
          .version = {}};
}

TEST(NutDriver, AnOutletUnitIsReadAsOne) {
  fake_upsd server(outlets);
  auto driver = make_nut_driver(pdu_at(server), device_kind::outlet_unit);
  auto came = support::read(*driver);
  const auto* reading = support::reading_in<power::outlet_unit_reading>(came);
  ASSERT_TRUE(reading) << support::text_of(came);
  ASSERT_EQ(reading->outlets.size(), 2u);
  EXPECT_EQ(reading->outlets[0].state, power::outlet_state::on);
  EXPECT_EQ(reading->outlets[1].state, power::outlet_state::off);
}

TEST(NutDriver, ASensorIsReadByItsChannel) {
  fake_upsd server(outlets);
  auto driver = make_nut_driver(pdu_at(server), device_kind::sensor, "ambient.temperature");
  auto came = support::read(*driver);
  const auto* reading = support::reading_in<power::sensor_reading>(came);
  ASSERT_TRUE(reading) << support::text_of(came);
  EXPECT_EQ(reading->kind, power::sensor_kind::temperature_celsius);
  EXPECT_EQ(reading->value.number, 21.5);
}

TEST(NutDriver, AnOutletIsSwitchedByItsCommand) {
  fake_upsd server(outlets);
  auto driver = make_nut_driver(pdu_at(server), device_kind::outlet_unit);
  auto came = support::switch_outlet(*driver, 1, false);
  ASSERT_TRUE(std::holds_alternative<switched>(came)) << support::text_of(came);
  EXPECT_EQ(std::get<switched>(came).detail, "outlet.1.load.off: OK");
  EXPECT_THAT(server.lines(), ElementsAre("INSTCMD pdu outlet.1.load.off"));
}

TEST(NutDriver, WithoutTheCommandTheVariableIsSet) {
  fake_upsd server(outlets);
  auto driver = make_nut_driver(pdu_at(server), device_kind::outlet_unit);
  auto came = support::switch_outlet(*driver, 2, true);
  ASSERT_TRUE(std::holds_alternative<switched>(came)) << support::text_of(came);
  EXPECT_THAT(server.lines(),
              ElementsAre("INSTCMD pdu outlet.2.load.on", "SET VAR pdu outlet.2.switch on"));
}

TEST(NutDriver, AnOutletWithNeitherIsUnsupported) {
  fake_upsd server(outlets);
  auto driver = make_nut_driver(pdu_at(server), device_kind::outlet_unit);
  auto came = support::switch_outlet(*driver, 3, true);
  const auto* why = support::failure_in(came);
  ASSERT_TRUE(why);
  EXPECT_EQ(why->kind, failure_kind::unsupported);
  EXPECT_THAT(why->text, HasSubstr("outlet.3.switch"));
}

answer<switched> tell(driver& ups, power::ups_command what) {
  return support::answer_of<switched>([&](auto done) { ups.command(what, std::move(done)); });
}

TEST(NutDriver, AUpsIsToldByInstantCommands) {
  fake_upsd server([](const std::string& line) -> fake_upsd::reaction {
    return {line.ends_with(".start.quick") ? "ERR CMD-NOT-SUPPORTED\n" : "OK\n"};
  });
  auto ups = make_nut_driver(pdu_at(server), device_kind::ups);
  using verb = power::ups_command::verb;
  for (const auto what : {verb::buzzer_mute, verb::test_quick, verb::cancel}) {
    const auto came = tell(*ups, {what, {}});
    EXPECT_TRUE(std::holds_alternative<switched>(came)) << support::text_of(came);
  }
  EXPECT_THAT(server.lines(),
              ElementsAre("INSTCMD pdu beeper.mute", "INSTCMD pdu test.battery.start.quick",
                          "INSTCMD pdu test.battery.start", "INSTCMD pdu shutdown.stop"));
}

TEST(NutDriver, ACommandThatIsNotThereIsUnsupportedAndOneWithADelayIsNotSent) {
  fake_upsd server(outlets);
  auto ups = make_nut_driver(pdu_at(server), device_kind::ups);
  using verb = power::ups_command::verb;
  const auto lacking = tell(*ups, {verb::test_quick, {}});
  ASSERT_TRUE(support::failure_in(lacking));
  EXPECT_EQ(support::failure_in(lacking)->kind, failure_kind::unsupported);
  EXPECT_THAT(support::failure_in(lacking)->text, HasSubstr("test.battery.start"));
  const auto sent = server.lines().size();
  EXPECT_TRUE(support::failure_in(tell(*ups, {verb::shutdown, std::chrono::seconds(60)})));
  auto outlets_of = make_nut_driver(pdu_at(server), device_kind::outlet_unit);
  EXPECT_TRUE(support::failure_in(tell(*outlets_of, {verb::buzzer_off, {}})));
  EXPECT_EQ(server.lines().size(), sent);
}

TEST(NutDriver, TheInterfaceIsTheServer) {
  fake_upsd server(outlets);
  auto driver = make_nut_driver(pdu_at(server), device_kind::ups);
  auto came = support::read_interface(*driver);
  const auto* reading = support::reading_in<power::interface_reading>(came);
  ASSERT_TRUE(reading) << support::text_of(came);
  EXPECT_EQ(reading->who.model, "upsd");
  EXPECT_EQ(reading->who.firmware, "2.8.0");
  EXPECT_THAT(reading->description, HasSubstr("Network UPS Tools upsd 2.8.0"));
}

TEST(NutDriver, AnInterfaceAsADeviceIsReadAsTheServer) {
  fake_upsd server(outlets);
  auto driver = make_nut_driver(pdu_at(server), device_kind::interface);
  auto came = support::read(*driver);
  EXPECT_TRUE(support::reading_in<power::interface_reading>(came)) << support::text_of(came);
}

TEST(NutDriver, AUpsThatTheServerDoesNotKnowIsAnUnknownUnit) {
  fake_upsd server([](const std::string&) { return fake_upsd::reaction{"ERR UNKNOWN-UPS\n"}; });
  auto driver = make_nut_driver(pdu_at(server), device_kind::ups);
  auto came = support::read(*driver);
  ASSERT_TRUE(support::failure_in(came));
  EXPECT_EQ(support::failure_in(came)->kind, failure_kind::unknown_unit);
}

TEST(NutDriver, AnOpenQuestionIsAnsweredWhenTheDriverEnds) {
  fake_upsd server([](const std::string&) { return fake_upsd::reaction{}; });
  auto driver = make_nut_driver(pdu_at(server), device_kind::ups);
  int answers = 0;
  driver->read([&](const answer<power::device_reading>& came) {
    ++answers;
    EXPECT_TRUE(std::holds_alternative<failure>(came));
  });
  driver.reset();
  EXPECT_EQ(answers, 1);
}

TEST(NutDriver, ACommandThatNobodyWaitsForIsNotSent) {
  fake_upsd server([](const std::string&) { return fake_upsd::reaction{}; });
  auto other = make_nut_driver(pdu_at(server), device_kind::ups);
  other->read([](const auto&) {});
  {
    // Behind a silent answer there is no more room on the connection than for a few questions.
    auto driver = make_nut_driver(pdu_at(server), device_kind::outlet_unit);
    for (int i = 0; i < 20; ++i)
      driver->read([](const auto&) {});
    driver->switch_outlet(1, false, [](const auto&) {});
  }
  other.reset();
  for (const auto& line : server.lines())
    EXPECT_THAT(line, HasSubstr("LIST VAR"));
}

TEST(NutDriver, EveryQuestionOfManyDriversIsAnsweredOnce) {
  fake_upsd server(outlets);
  std::atomic<int> answers = 0;
  int asked = 0;
  {
    std::vector<std::unique_ptr<driver>> drivers;
    for (int i = 0; i < 20; ++i)
      drivers.push_back(make_nut_driver(pdu_at(server), device_kind::outlet_unit));
    for (int round = 0; round < 20; ++round)
      for (auto& one : drivers) {
        one->read([&](const auto&) { ++answers; });
        ++asked;
        if (round == 10) server.drop_connections();
      }
  }
  EXPECT_EQ(answers, asked);
}

TEST(NutDriver, ADriverMayEndWithinItsOwnAnswer) {
  fake_upsd server(outlets);
  auto driver = make_nut_driver(pdu_at(server), device_kind::outlet_unit);
  std::promise<void> gone;
  auto* asked = driver.get();
  auto owner = std::make_shared<std::unique_ptr<device::driver>>(std::move(driver));
  asked->read([owner, &gone](const auto&) {
    owner->reset();
    gone.set_value();
  });
  EXPECT_EQ(gone.get_future().wait_for(support::answer_limit), std::future_status::ready);
}

}  // namespace
}  // namespace holdover::device
