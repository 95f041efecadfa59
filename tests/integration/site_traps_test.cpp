// A whole node whose UPS is read seldom: what its card says by itself is known at once.

#include "tests/support/site_lab.hpp"
#include "tests/support/udp_port.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <unistd.h>

namespace holdover {
namespace {

using namespace std::chrono_literals;
using support::site_lab;

class SiteTraps : public ::testing::Test {
protected:
  void SetUp() override {
    if (const auto what = site_lab::missing(); !what.empty()) GTEST_SKIP() << what;
    if (::access("/usr/bin/snmptrap", X_OK) != 0) GTEST_SKIP() << "snmptrap is not installed";
    lab = std::make_unique<site_lab>();
    // The same snmpd is the UPS's card; read every half minute.
    auto text = support::read_file(lab->folder() / "site.yaml");
    const auto begin = text.find("nut: {");
    const auto end = text.find("alert_poll: 150ms}");
    ASSERT_NE(end, std::string::npos);
    text.replace(begin, end - begin,
                 "snmp: {host: 127.0.0.1, port: " + std::to_string(lab->outlets().port())
                     + ", profile: rfc1628, credentials: \"file:community\"}, poll: 30s, ");
    text.replace(text.find("alert_poll: 150ms}"), 18, "alert_poll: 30s}");
    lab->folder().write("site.yaml",
                        text + "hints: {traps: \"127.0.0.1:" + std::to_string(port) + "\"}\n");
    lab->start_only({"alpha"}, {});
  }

  int trap() const {
    return std::system(("MIBS= SNMP_PERSISTENT_DIR=" + (lab->folder() / "tool")
                        + " /usr/bin/snmptrap -v2c -c any 127.0.0.1:" + std::to_string(port)
                        + " '' 1.3.6.1.2.1.33.2.1")
                           .c_str());
  }
  power::belief seen() const {
    const auto status = lab->status("alpha");
    return status && !status->policy.upses.empty() ? status->policy.upses[0].state
                                                   : power::belief::unknown;
  }

  std::uint16_t port = support::free_udp_port();
  std::unique_ptr<site_lab> lab;
};

TEST_F(SiteTraps, ATrapHasThePowerFailureSeenLongBeforeTheNextPoll) {
  ASSERT_TRUE(site_lab::eventually([&] { return seen() == power::belief::online; }))
      << lab->log("alpha");
  lab->outlets().set_ups("output_source=battery\nseconds_on_battery=3\ninput_voltage=0\n");
  std::this_thread::sleep_for(500ms);
  EXPECT_FALSE(lab->tap().heard({"on battery"})) << "nobody has asked";
  ASSERT_EQ(trap(), 0);
  EXPECT_TRUE(site_lab::eventually([&] { return seen() == power::belief::on_battery; }, 10s))
      << lab->story();
  EXPECT_TRUE(lab->tap().hears({"upsTrapOnBattery"})) << lab->story();
}

TEST_F(SiteTraps, ATrapByItselfDecidesNothing) {
  ASSERT_TRUE(site_lab::eventually([&] { return seen() == power::belief::online; }));
  for (int i = 0; i < 5; ++i)
    ASSERT_EQ(trap(), 0);
  EXPECT_TRUE(lab->tap().hears({"upsTrapOnBattery"})) << lab->story();
  EXPECT_EQ(seen(), power::belief::online);
  EXPECT_EQ(lab->tap().all({"upsTrapOnBattery"}).size(), 1u) << lab->story();
}

}  // namespace
}  // namespace holdover
