// The output of a UPS as an outlet, at real servers: Debian's upsd, with NUT's own dummy-ups and
// with a driver that can be told; Debian's snmpd with the laboratory's UPS; and snmpsimd, which
// answers a SET with "no error" and noSuchInstance in it. What arrives is looked up behind the
// server, not in our own driver.

#include "io/device/ups_output.hpp"

#include "core/power/names.hpp"
#include "io/device/nut/driver.hpp"
#include "io/device/snmp/driver.hpp"
#include "tests/support/ask.hpp"
#include "tests/support/snmpd.hpp"
#include "tests/support/snmpsim.hpp"
#include "tests/support/upsd.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>

namespace holdover::device {
namespace {

using power::outlet_state;
using support::snmpd;
using support::snmpsim;
using support::upsd;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

std::unique_ptr<driver> output_of_ups(std::unique_ptr<driver> ups, duration off_delay = 0s,
                                      bool stays_off = false) {
  outlet_unit_config about;
  about.off_delay = off_delay;
  about.stays_off = stays_off;
  return make_ups_output_driver(std::move(ups), about);
}

outlet_state state(driver& output) {
  const auto came = support::read(output);
  const auto* reading = support::reading_in<power::outlet_unit_reading>(came);
  EXPECT_TRUE(reading) << support::text_of(came);
  return reading != nullptr ? reading->outlets.at(0).state : outlet_state::unknown;
}

template <class Holds>
bool eventually(Holds holds) {
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (!holds()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(20ms);
  }
  return true;
}

std::string switch_it(driver& output, bool on) {
  return support::text_of(support::switch_outlet(output, 1, on));
}

// ---- NUT ----------------------------------------------------------------------------------------

class NutOutput : public testing::Test {
protected:
  void SetUp() override {
    if (!upsd::installed()) GTEST_SKIP() << upsd::not_installed;
  }
  std::unique_ptr<driver> output(const std::string& ups, duration off_delay = 0s,
                                 bool stays_off = false) const {
    return output_of_ups(make_nut_driver(server.address(ups, true), device_kind::ups), off_delay,
                         stays_off);
  }

  upsd server;
};

TEST_F(NutOutput, ACommandArrivesAtTheDriverAndItsOutcomeIsReadBack) {
  auto& rack = server.attach("rack", {{"ups.status", "OL"}});
  rack.add_commands({"shutdown.return", "shutdown.stayoff", "shutdown.stop", "load.on"});
  server.start();
  // NUT takes no delay with a command: it is told without.
  const auto returns = output("rack", 20s);
  EXPECT_EQ(state(*returns), outlet_state::on);
  EXPECT_EQ(switch_it(*returns, false), "an answer");
  EXPECT_TRUE(eventually([&] { return rack.commands().size() == 1; }));
  EXPECT_EQ(state(*returns), outlet_state::on) << "an answer of OK proves nothing";
  EXPECT_EQ(switch_it(*returns, true), "an answer");
  EXPECT_TRUE(eventually([&] { return rack.commands().size() == 2; }));

  const auto stays = output("rack", 0s, true);
  EXPECT_EQ(switch_it(*stays, false), "an answer");
  rack.set("ups.status", "OL OFF");
  EXPECT_TRUE(eventually([&] { return state(*stays) == outlet_state::off; }));
  EXPECT_EQ(switch_it(*stays, true), "an answer");
  rack.set("ups.status", "OL");
  EXPECT_TRUE(eventually([&] { return state(*stays) == outlet_state::on; }));
  EXPECT_THAT(rack.commands(),
              ElementsAre("shutdown.return", "shutdown.stop", "shutdown.stayoff", "load.on"));
}

TEST_F(NutOutput, ADriverWithoutTheCommandIsAFailureThatNamesIt) {
  server.play("tower", "ups.status: OL\nbattery.charge: 100\n");
  server.start();
  const auto tower = output("tower");
  EXPECT_EQ(state(*tower), outlet_state::on);
  for (const auto& [on, named] : {std::pair{false, "shutdown.return"}, {true, "shutdown.stop"}}) {
    const auto came = support::switch_outlet(*tower, 1, on);
    ASSERT_TRUE(support::failure_in(came)) << named;
    EXPECT_EQ(support::failure_in(came)->kind, failure_kind::unsupported);
    EXPECT_THAT(support::text_of(came), HasSubstr(named));
  }
}

TEST_F(NutOutput, AUserWhoMayNotIsAFailureAndNothingArrives) {
  auto& rack = server.attach("rack", {{"ups.status", "OL"}});
  rack.add_commands({"shutdown.return"});
  server.start();
  auto where = server.address("rack");
  where.credentials = "file:" + server.folder().write("guest", "guest:guest", 0600);
  const auto came =
      support::switch_outlet(*output_of_ups(make_nut_driver(where, device_kind::ups)), 1, false);
  ASSERT_TRUE(support::failure_in(came));
  EXPECT_EQ(support::failure_in(came)->kind, failure_kind::refused);
  EXPECT_TRUE(rack.commands().empty());
}

// ---- RFC 1628 -----------------------------------------------------------------------------------

class CardOutput : public testing::Test, public testing::WithParamInterface<const char*> {
protected:
  void SetUp() override {
    if (!snmpd::installed()) GTEST_SKIP() << snmpd::not_installed;
    card.start();
  }
  std::unique_ptr<driver> output(bool stays_off = false) const {
    return output_of_ups(
        make_snmp_driver(card.address("rfc1628", GetParam(), snmpd::identity::writer),
                         device_kind::ups, {}),
        20s, stays_off);
  }
  /// What the card was told, in the order in which it was told.
  std::string told() const {
    std::ifstream in(card.folder() / "ups");
    return {std::istreambuf_iterator<char>(in), {}};
  }

  snmpd card;
};

TEST_P(CardOutput, ACommandArrivesAtTheCardAndItsOutcomeIsReadBack) {
  card.set_ups("auto_restart=off\nshutdown_type=system\n");
  const auto main = output();
  EXPECT_EQ(state(*main), outlet_state::on);
  EXPECT_EQ(switch_it(*main, false), "an answer");
  EXPECT_EQ(told(), "auto_restart=1\nshutdown_type=1\nshutdown_in=20\n");
  const auto ups = make_snmp_driver(card.address("rfc1628", GetParam()), device_kind::ups, {});
  const auto came = support::read(*ups);
  const auto* reading = support::reading_in<power::ups_reading>(came);
  ASSERT_TRUE(reading) << support::text_of(came);
  EXPECT_EQ(number(*reading, power::names::ups_timer_shutdown), 20);
  EXPECT_EQ(state(*main), outlet_state::on) << "it is off when it is off";

  EXPECT_EQ(switch_it(*main, true), "an answer");
  EXPECT_THAT(told(), HasSubstr("shutdown_in=-1\n"));
  EXPECT_THAT(told(), HasSubstr("startup_in=-1\n"));

  card.set_ups("output_source=none\n");
  EXPECT_EQ(state(*main), outlet_state::off);
  EXPECT_EQ(switch_it(*main, true), "an answer");
  EXPECT_EQ(told(), "output_source=none\nstartup_in=0\n");
  card.set_ups("");
  EXPECT_EQ(state(*main), outlet_state::on);
}

TEST_P(CardOutput, StaysOffWithoutAutoRestart) {
  EXPECT_EQ(switch_it(*output(true), false), "an answer");
  EXPECT_EQ(told(), "auto_restart=2\nshutdown_type=1\nshutdown_in=20\n");
}

TEST_P(CardOutput, WhatIsNotWritableIsAFailure) {
  card.set_ups("control=locked\n");
  const auto main = output();
  EXPECT_EQ(state(*main), outlet_state::on);
  const auto came = support::switch_outlet(*main, 1, false);
  ASSERT_TRUE(support::failure_in(came));
  EXPECT_EQ(support::failure_in(came)->kind, failure_kind::refused) << support::text_of(came);
  EXPECT_EQ(told(), "control=locked\n");
}

TEST_P(CardOutput, ACardWithoutTheObjectIsAFailureAndNothingIsSet) {
  card.set_ups("shutdown_in=absent\n");
  const auto came = support::switch_outlet(*output(), 1, false);
  ASSERT_TRUE(support::failure_in(came));
  EXPECT_EQ(support::failure_in(came)->kind, failure_kind::unsupported) << support::text_of(came);
  EXPECT_THAT(support::text_of(came), HasSubstr("1.3.6.1.2.1.33.1.8.2.0"));
  EXPECT_EQ(told(), "shutdown_in=absent\n");
}

INSTANTIATE_TEST_SUITE_P(Snmp, CardOutput, testing::Values("1", "2c", "3"),
                         [](const auto& speaks) { return "Version" + std::string(speaks.param); });

TEST(PlayedOutput, ASetAnsweredNoSuchInstanceIsAFailureThoughTheErrorIsNone) {
  if (!snmpsim::installed()) GTEST_SKIP() << snmpsim::not_installed;
  const support::scratch folder;
  const auto recording = folder.write("card.snmprec",
                                      "1.3.6.1.2.1.1.1.0|4|Card that says no error\n"
                                      "1.3.6.1.2.1.33.1.2.1.0|2|2\n"
                                      "1.3.6.1.2.1.33.1.4.1.0|2|3\n"
                                      "1.3.6.1.2.1.33.1.8.1.0|2|1\n"
                                      "1.3.6.1.2.1.33.1.8.2.0|2|-1\n"
                                      "1.3.6.1.2.1.33.1.8.5.0|2|1\n",
                                      0644);
  const snmpsim player({recording});
  auto where = player.address("card", "rfc1628");
  where.credentials = "file:" + folder.write("writer", "card\ncard\n", 0600);
  const auto main = output_of_ups(make_snmp_driver(where, device_kind::ups, {}), 20s);
  EXPECT_EQ(state(*main), outlet_state::on);
  const auto came = support::switch_outlet(*main, 1, false);
  ASSERT_TRUE(support::failure_in(came));
  EXPECT_EQ(support::failure_in(came)->kind, failure_kind::unsupported);
  EXPECT_THAT(support::text_of(came), HasSubstr("no such object"));
}

}  // namespace
}  // namespace holdover::device
