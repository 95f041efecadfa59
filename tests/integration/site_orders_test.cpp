// An operator's words to a UPS, through a whole node, to a simulated card with a battery of its
// own.

#include "tests/support/shared_folder.hpp"
#include "tests/support/site_lab.hpp"
#include "tests/support/udp_port.hpp"
#include "tools/holdover/ups.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace holdover {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using support::process;
using support::site_lab;
using tool::exit_status;

fs::path simulator() {
  return support::shared_folder() / "devices" / "scenarios" / "rfc1628_sim.py";
}

class SiteOrders : public ::testing::Test {
protected:
  void SetUp() override {
    if (const auto what = site_lab::missing(); !what.empty()) GTEST_SKIP() << what;
    if (!fs::exists(simulator()))
      GTEST_SKIP() << "no simulated card; set HOLDOVER_SHARED to the folder that holds devices/";
    lab = std::make_unique<site_lab>();
    const auto port = support::free_udp_port();
    card = process({"/usr/bin/python3", simulator(), "serve", "--port", std::to_string(port),
                    "--state", state(), "--ro", "reading", "--rw", "writing"},
                   {"PYTHONDONTWRITEBYTECODE=1"}, lab->folder() / "card");
    auto text = support::read_file(lab->folder() / "site.yaml");
    const auto begin = text.find("nut: {");
    const auto end = text.find("}", begin);
    ASSERT_NE(end, std::string::npos);
    text.replace(begin, end + 1 - begin,
                 "snmp: {host: 127.0.0.1, port: " + std::to_string(port)
                     + ", profile: rfc1628, credentials: \"file:community\"}");
    lab->folder().write("site.yaml", text);
    lab->start_only({"alpha"}, {});
    ASSERT_TRUE(site_lab::eventually([&] { return seen() == power::belief::online; }))
        << lab->log("alpha");
  }

  std::string state() const { return lab->folder() / "card.json"; }
  power::belief seen() const {
    const auto status = lab->status("alpha");
    const bool fresh = status && !status->policy.upses.empty()
                       && status->policy.upses[0].fresh == power::freshness::fresh;
    return fresh ? status->policy.upses[0].state : power::belief::unknown;
  }
  exit_status tell(const std::string& word, const std::string& key = "oper") const {
    return tool::send_ups_order(lab->access(key), {"main", word, "monthly", ""}, 3s);
  }

  std::unique_ptr<site_lab> lab;
  process card;
};

TEST_F(SiteOrders, ATestIsRunJournaledWithItsOutcomeAndSeen) {
  EXPECT_EQ(tell("test"), exit_status::fine) << lab->story();
  EXPECT_TRUE(lab->tap().hears({"operator oper", "test quick main", "monthly"})) << lab->story();
  EXPECT_TRUE(lab->tap().hears({"operator oper", "test quick done main", "shows it"}))
      << lab->story();
  EXPECT_EQ(tell("test-stop"), exit_status::fine) << lab->story();
  EXPECT_EQ(tell("buzzer-mute"), exit_status::fine) << lab->story();
}

TEST_F(SiteOrders, NoTestOnBatteryAndNothingByWhoIsNoOperator) {
  EXPECT_EQ(tell("test", "watcher"), exit_status::refused);
  process set({"/usr/bin/python3", simulator(), "set", state(), "mains=false"}, {},
              lab->folder() / "set");
  ASSERT_TRUE(site_lab::eventually([&] { return seen() == power::belief::on_battery; }));
  EXPECT_EQ(tell("test"), exit_status::refused);
  EXPECT_FALSE(lab->tap().heard({"test quick"})) << lab->story();
}

}  // namespace
}  // namespace holdover
