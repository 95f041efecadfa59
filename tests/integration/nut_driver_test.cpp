// The NUT driver against Debian's own upsd: what it says, how it ages, and how it goes away.

#include "core/power/names.hpp"
#include "io/device/nut/driver.hpp"
#include "tests/support/ask.hpp"
#include "tests/support/upsd.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace holdover::device {
namespace {

using support::upsd;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

constexpr const char* eaton =
    "battery.charge: 100\nbattery.runtime: 1631\ndevice.mfr: EATON\ndevice.model: Eaton 5SC\n"
    "input.voltage: 231.0\nups.mfr: EATON\nups.model: Eaton 5SC\nups.load: 17\nups.status: OL\n";

class NutServer : public testing::Test {
protected:
  void SetUp() override {
    if (!upsd::installed()) GTEST_SKIP() << upsd::not_installed;
  }

  /// Reads until what comes is as wanted; the last answer is for the message.
  template <class Wanted>
  static bool comes(driver& device, Wanted wanted, std::string& last,
                    std::chrono::milliseconds limit = 30s) {
    auto end = std::chrono::steady_clock::now() + limit;
    do {
      auto came = support::read(device);
      last = support::text_of(came);
      if (wanted(came)) return true;
      std::this_thread::sleep_for(20ms);
    } while (std::chrono::steady_clock::now() < end);
    return false;
  }

  static bool fails_with(driver& device, failure_kind kind, std::string& last) {
    return comes(
        device,
        [&](const auto& came) {
          const auto* why = support::failure_in(came);
          return why != nullptr && why->kind == kind;
        },
        last);
  }

  static bool gives_status(driver& device, const std::string& words, std::string& last) {
    return comes(
        device,
        [&](const auto& came) {
          const auto* reading = support::reading_in<power::ups_reading>(came);
          return reading != nullptr && to_string(reading->flags) == words;
        },
        last);
  }
};

TEST_F(NutServer, AUpsPlayedByNutsOwnDriverIsReadAndFollowed) {
  upsd server;
  server.play("rack", eaton);
  server.start();
  auto ups = make_nut_driver(server.address("rack"), device_kind::ups);
  auto came = support::read(*ups);
  const auto* reading = support::reading_in<power::ups_reading>(came);
  ASSERT_TRUE(reading) << support::text_of(came);
  EXPECT_EQ(to_string(reading->flags), "OL");
  EXPECT_EQ(number(*reading, power::names::battery_charge), 100);
  EXPECT_EQ(number(*reading, power::names::battery_runtime), 1631);
  EXPECT_EQ(reading->who.manufacturer, "EATON");
  EXPECT_EQ(reading->who.model, "Eaton 5SC");

  server.set("rack", "ups.status", "OB DISCHRG");
  std::string last;
  EXPECT_TRUE(gives_status(*ups, "OB DISCHRG", last)) << last;
}

TEST_F(NutServer, IsReadByTheSixthVersionOfIpToo) {
  upsd server;
  server.listen_on_version_six();
  server.play("rack", eaton);
  server.start();
  auto where = server.address("rack");
  where.host = "::1";
  auto ups = make_nut_driver(where, device_kind::ups);
  const auto came = support::read(*ups);
  const auto* reading = support::reading_in<power::ups_reading>(came);
  ASSERT_TRUE(reading) << support::text_of(came);
  EXPECT_EQ(to_string(reading->flags), "OL");
}

TEST_F(NutServer, ADriverThatFallsSilentIsStaleAndReturns) {
  upsd server(3s);
  server.play("rack", eaton);
  server.start();
  auto ups = make_nut_driver(server.address("rack"), device_kind::ups);
  std::string last;
  server.pause_driver("rack");
  EXPECT_TRUE(fails_with(*ups, failure_kind::stale, last)) << last;
  server.resume_driver("rack");
  EXPECT_TRUE(gives_status(*ups, "OL", last)) << last;
}

TEST_F(NutServer, ADriverThatDiesIsUnreachableAndReturns) {
  upsd server;
  server.play("rack", eaton);
  server.start();
  auto ups = make_nut_driver(server.address("rack"), device_kind::ups);
  std::string last;
  server.kill_driver("rack");
  EXPECT_TRUE(fails_with(*ups, failure_kind::unreachable, last)) << last;
  EXPECT_THAT(last, HasSubstr("driver"));
  server.start_driver("rack");
  EXPECT_TRUE(gives_status(*ups, "OL", last)) << last;
}

TEST_F(NutServer, AChangeOfAnAttachedDeviceIsSeenByTheNextRead) {
  upsd server;
  auto& rack = server.attach("rack", {{"ups.status", "OL"}, {"battery.charge", "100"}});
  server.start();
  auto ups = make_nut_driver(server.address("rack"), device_kind::ups);
  rack.set("ups.status", "OB LB");
  EXPECT_TRUE(server.shows("rack", "ups.status", "OB LB"));
  auto came = support::read(*ups);
  const auto* reading = support::reading_in<power::ups_reading>(came);
  ASSERT_TRUE(reading) << support::text_of(came);
  EXPECT_EQ(to_string(reading->flags), "OB LB");
}

TEST_F(NutServer, StaleDataAndALostDriverHaveTheirOwnFailures) {
  upsd server;
  auto& rack = server.attach("rack", {{"ups.status", "OL"}});
  server.start();
  auto ups = make_nut_driver(server.address("rack"), device_kind::ups);
  std::string last;
  rack.data_stale(true);
  EXPECT_TRUE(fails_with(*ups, failure_kind::stale, last)) << last;
  rack.data_stale(false);
  EXPECT_TRUE(gives_status(*ups, "OL", last)) << last;
  rack.disconnect();
  EXPECT_TRUE(fails_with(*ups, failure_kind::unreachable, last)) << last;
  rack.connect();
  EXPECT_TRUE(gives_status(*ups, "OL", last)) << last;
}

TEST_F(NutServer, OutletsAreSwitchedWithTheCredentialsOfAUser) {
  upsd server;
  auto& pdu = server.attach("pdu", {{"device.mfr", "Raritan"}});
  pdu.add_outlets(2);
  server.start();
  auto unit = make_nut_driver(server.address("pdu", true), device_kind::outlet_unit);
  auto came = support::switch_outlet(*unit, 2, false);
  ASSERT_TRUE(std::holds_alternative<switched>(came)) << support::text_of(came);
  std::string last;
  EXPECT_TRUE(comes(
      *unit,
      [](const auto& read) {
        const auto* reading = support::reading_in<power::outlet_unit_reading>(read);
        return reading != nullptr && reading->outlets.size() == 2
               && reading->outlets[0].state == power::outlet_state::on
               && reading->outlets[1].state == power::outlet_state::off;
      },
      last))
      << last;
  EXPECT_THAT(pdu.commands(), ElementsAre("outlet.2.load.off"));
}

TEST_F(NutServer, WithoutCredentialsOrWithWrongOnesNothingIsSwitched) {
  upsd server;
  auto& pdu = server.attach("pdu", {});
  pdu.add_outlets(1);
  server.start();
  auto anonymous = make_nut_driver(server.address("pdu"), device_kind::outlet_unit);
  auto came = support::switch_outlet(*anonymous, 1, false);
  ASSERT_TRUE(support::failure_in(came));
  EXPECT_EQ(support::failure_in(came)->kind, failure_kind::refused);
  EXPECT_THAT(support::text_of(came), HasSubstr("credentials"));

  auto address = server.address("pdu");
  for (const std::string secret : {"admin:wrong", "guest:guest", "nobody:secret"}) {
    address.credentials = "file:" + server.folder().write("other-" + secret, secret, 0600);
    auto unit = make_nut_driver(address, device_kind::outlet_unit);
    came = support::switch_outlet(*unit, 1, false);
    ASSERT_TRUE(support::failure_in(came)) << secret;
    EXPECT_EQ(support::failure_in(came)->kind, failure_kind::refused) << secret;
    EXPECT_THAT(support::text_of(came), testing::Not(HasSubstr(secret)));
  }
  EXPECT_TRUE(pdu.commands().empty());
}

TEST_F(NutServer, AnOutletThatTheDeviceDoesNotHaveIsUnsupported) {
  upsd server;
  server.attach("pdu", {}).add_outlets(1);
  server.start();
  auto unit = make_nut_driver(server.address("pdu", true), device_kind::outlet_unit);
  auto came = support::switch_outlet(*unit, 7, false);
  ASSERT_TRUE(support::failure_in(came));
  EXPECT_EQ(support::failure_in(came)->kind, failure_kind::unsupported);
}

TEST_F(NutServer, AUpsThatIsNotThereIsAnUnknownUnit) {
  upsd server;
  server.attach("rack", {{"ups.status", "OL"}});
  server.start();
  auto ups = make_nut_driver(server.address("tower"), device_kind::ups);
  auto came = support::read(*ups);
  ASSERT_TRUE(support::failure_in(came));
  EXPECT_EQ(support::failure_in(came)->kind, failure_kind::unknown_unit);
}

TEST_F(NutServer, ItsVersionIsTheInterface) {
  upsd server;
  server.attach("rack", {{"ups.status", "OL"}});
  server.start();
  auto ups = make_nut_driver(server.address("rack", true), device_kind::ups);
  auto came = support::read_interface(*ups);
  const auto* reading = support::reading_in<power::interface_reading>(came);
  ASSERT_TRUE(reading) << support::text_of(came);
  EXPECT_EQ(reading->who.manufacturer, "Network UPS Tools");
  EXPECT_FALSE(reading->who.firmware.empty());
}

TEST_F(NutServer, AfterItsRestartTheNextReadsComeThrough) {
  upsd server;
  server.attach("rack", {{"ups.status", "OL"}});
  server.start();
  auto ups = make_nut_driver(server.address("rack"), device_kind::ups);
  std::string last;
  EXPECT_TRUE(gives_status(*ups, "OL", last)) << last;
  server.kill();
  EXPECT_TRUE(fails_with(*ups, failure_kind::unreachable, last)) << last;
  server.start();
  EXPECT_TRUE(gives_status(*ups, "OL", last)) << last;
}

TEST_F(NutServer, AServerThatHangsIsGivenUpInTime) {
  upsd server;
  server.attach("rack", {{"ups.status", "OL"}});
  server.start();
  auto ups = make_nut_driver(server.address("rack"), device_kind::ups);
  std::string last;
  EXPECT_TRUE(gives_status(*ups, "OL", last)) << last;
  server.pause();
  auto before = std::chrono::steady_clock::now();
  auto came = support::read(*ups);
  EXPECT_LE(std::chrono::steady_clock::now() - before, 5s);
  ASSERT_TRUE(support::failure_in(came));
  EXPECT_EQ(support::failure_in(came)->kind, failure_kind::unreachable);
  server.resume();
  EXPECT_TRUE(gives_status(*ups, "OL", last)) << last;
}

}  // namespace
}  // namespace holdover::device
