// A whole node with a UPS behind a Modbus card and another on a serial line.

#include "tests/support/megatec_ups.hpp"
#include "tests/support/modbus_server.hpp"
#include "tests/support/site_lab.hpp"
#include "tools/holdover/ups.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>

namespace holdover {
namespace {

using namespace std::chrono_literals;
using support::megatec_ups;
using support::modbus_server;
using support::site_lab;

constexpr const char* serial_on_battery = "(000.0 000.0 230.1 012 50.0 25.1 25.0 10001000";
constexpr const char* serial_online = "(229.7 000.0 230.1 012 50.0 27.4 25.0 00001000";
constexpr const char* serial_testing = "(229.7 000.0 230.1 012 50.0 27.4 25.0 00001100";

/// Registers of a CS141 of one phase. `status`: 4 on mains, 12 on battery.
std::string card(int status, int input_decivolts) {
  const std::map<int, int> known{{97, 2300}, {100, 41}, {103, 88},     {104, input_decivolts},
                                 {107, 253}, {108, 17}, {109, status}, {110, 548},
                                 {111, 500}};
  std::string text;
  for (int address = 97; address <= 138; ++address) {
    const auto found = known.find(address);
    text += "holding " + std::to_string(address) + ' '
            + std::to_string(found == known.end() ? 0 : found->second) + '\n';
  }
  return text;
}

class SiteField : public ::testing::Test {
protected:
  void SetUp() override {
    if (const auto what = site_lab::missing(); !what.empty()) GTEST_SKIP() << what;
    if (!modbus_server::installed(modbus_server::wire::tcp))
      GTEST_SKIP() << modbus_server::not_installed;
    machines = std::make_unique<modbus_server>(modbus_server::wire::tcp, card(4, 2310));
    office = std::make_unique<megatec_ups>();
    office->answers("Q1", serial_online);
    lab = std::make_unique<site_lab>();
    const auto text = support::read_file(lab->folder() / "site.yaml");
    const auto at = machines->address("");
    lab->folder().write(
        "site.yaml",
        text.substr(0, text.find("ups:\n")) + "ups:\n  - {name: machines, modbus: {host: " + at.host
            + ", port: " + std::to_string(at.port)
            + ", unit: 3}, poll: 250ms, alert_poll: 150ms}\n"
              "  - {name: office, megatec: {line: "
            + office->address().host
            + "}, poll: 250ms, alert_poll: 150ms}\n"
              "hosts:\n  - {name: cell, supplies: [{ups: machines}], shutdown_time: 3s}\n"
              "  - {name: desk, supplies: [{ups: office}], shutdown_time: 3s}\n"
              "stages:\n  - {name: all, when: {on_battery_for: 30m}, hosts: [cell, desk]}\n");
    lab->start_only({"alpha"}, {});
    ASSERT_TRUE(believes("machines", power::belief::online)) << lab->log("alpha");
    ASSERT_TRUE(believes("office", power::belief::online)) << lab->log("alpha");
  }

  bool believes(const std::string& ups, power::belief what) const {
    return site_lab::eventually([&] {
      const auto status = lab->status("alpha");
      return status && std::ranges::any_of(status->policy.upses, [&](const auto& one) {
               return one.name == ups && one.state == what && one.fresh == power::freshness::fresh;
             });
    });
  }

  std::unique_ptr<modbus_server> machines;
  std::unique_ptr<megatec_ups> office;
  std::unique_ptr<site_lab> lab;
};

TEST_F(SiteField, OutagesAndReturnsOfBothAreSeen) {
  machines->set(card(12, 0));
  EXPECT_TRUE(believes("machines", power::belief::on_battery)) << lab->story();
  EXPECT_TRUE(believes("office", power::belief::online)) << "it has mains of its own";
  office->answers("Q1", serial_on_battery);
  EXPECT_TRUE(believes("office", power::belief::on_battery)) << lab->story();
  machines->set(card(4, 2310));
  office->answers("Q1", serial_online);
  EXPECT_TRUE(believes("machines", power::belief::online)) << lab->story();
  EXPECT_TRUE(believes("office", power::belief::online)) << lab->story();
}

TEST_F(SiteField, SilenceIsToldOnceAndIsNoOutage) {
  machines->stop();
  office->pull();
  EXPECT_TRUE(lab->tap().hears({"machines", "communication lost"})) << lab->story();
  EXPECT_TRUE(lab->tap().hears({"office", "communication lost"})) << lab->story();
  EXPECT_FALSE(lab->tap().heard({"on battery"})) << lab->story();
  machines->start();
  office->plug();
  EXPECT_TRUE(lab->tap().hears({"machines", "communication restored"})) << lab->story();
  EXPECT_TRUE(lab->tap().hears({"office", "communication restored"})) << lab->story();
  EXPECT_EQ(lab->tap().all({"communication lost"}).size(), 2u) << lab->story();
}

TEST_F(SiteField, AnOperatorTestsTheOneThatTakesCommandsAndNotTheOther) {
  auto test = std::async(std::launch::async, [&] {
    return tool::send_ups_order(lab->access("oper"), {"office", "test", "monthly", ""}, 3s);
  });
  EXPECT_TRUE(site_lab::eventually([&] {
    const auto lines = office->heard();
    return std::ranges::any_of(lines, [](const auto& line) { return line.starts_with("T"); });
  }));
  office->answers("Q1", serial_testing);
  EXPECT_EQ(test.get(), tool::exit_status::fine) << lab->story();
  EXPECT_EQ(tool::send_ups_order(lab->access("oper"), {"machines", "test", "monthly", ""}, 3s),
            tool::exit_status::failed);
  EXPECT_TRUE(lab->tap().hears({"test quick failed machines"})) << lab->story();
}

}  // namespace
}  // namespace holdover
