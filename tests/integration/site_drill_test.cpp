// A drill in real processes: three nodes and three agents rehearse an outage over the wire while
// mains is fine, and nothing real comes of it.

#include "tests/support/site_lab.hpp"
#include "tools/holdover/drill.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <future>

namespace holdover {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using support::read_file;
using support::site_lab;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using tool::exit_status;

constexpr const char* outage =
    "story: Mains fails and does not return\n"
    "ups:\n  - {name: main, runtime: 95s}\n"
    "events:\n  - {at: 1s, mains_off: main}\n"
    "lasts: 36s\n";

class SiteDrill : public ::testing::Test {
protected:
  void SetUp() override {
    if (const auto what = site_lab::missing(); !what.empty()) GTEST_SKIP() << what;
    lab = std::make_unique<site_lab>();
    lab->folder().write("outage.yaml", outage);
    lab->folder().write("site.yaml",
                        read_file(lab->folder() / "site.yaml") + "drills: {execute: [web1]}\n");
    lab->make_member("second", role::operator_);
    lab->start();
  }
  exit_status execute(const std::string& key, bool confirm) {
    tool::drill_options wish;
    wish.execute = {"web1"};
    wish.confirm = confirm;
    wish.why = "stop time";
    wish.folder = lab->folder() / "drills";
    return tool::run_drill(lab->access(key), wish);
  }
  std::future<exit_status> drill(const std::string& key = "oper") {
    tool::drill_options wish;
    wish.story_file = lab->folder() / "outage.yaml";
    wish.why = "monthly";
    wish.folder = lab->folder() / "drills";
    wish.format = "json";
    return std::async(std::launch::async,
                      [how = lab->access(key), wish] { return tool::run_drill(how, wish); });
  }
  /// The report in one of its forms; empty while there is none.
  std::string report(const std::string& ending) const {
    if (!fs::exists(lab->folder() / "drills")) return {};
    for (const auto& entry : fs::directory_iterator{lab->folder() / "drills"})
      if (entry.path().extension() == ending) return read_file(entry.path());
    return {};
  }
  void expect_nothing_real() {
    for (const auto* host : {"web1", "db1", "nas1"}) {
      EXPECT_THAT(lab->wrote(host, "shutdowns"), IsEmpty()) << host;
      EXPECT_THAT(lab->wrote(host, "backups"), IsEmpty()) << host;
      EXPECT_EQ(lab->boots(host), 1) << host;
      const auto seen = lab->host_seen_by("alpha", host);
      ASSERT_TRUE(seen) << host;
      EXPECT_EQ(seen->state, "running") << host;
    }
  }

  std::unique_ptr<site_lab> lab;
};

TEST_F(SiteDrill, HostsRehearseFailoversAreReallyCausedAndNothingRealHappens) {
  auto running = drill();
  ASSERT_TRUE(lab->tap().hears({"drill started"})) << lab->story();
  running.wait();
  const auto json = report(".json");
  SCOPED_TRACE(json);
  EXPECT_EQ(running.get(), exit_status::fine);
  EXPECT_THAT(json, HasSubstr("\"state\":\"done\""));
  EXPECT_THAT(json, HasSubstr("\"heard_by\":[\"alpha\",\"beta\",\"gamma\"]"));
  EXPECT_THAT(json, HasSubstr("would run "));
  for (const auto* host : {"web1", "db1"})
    EXPECT_THAT(lab->wrote(host, "log"), HasSubstr("committed: ")) << "rehearsed, in its own log";
  EXPECT_THAT(json, HasSubstr("\"what\":\"stop_process\""));
  EXPECT_THAT(json, HasSubstr("\"what\":\"cut_peer\""));
  EXPECT_THAT(json, Not(HasSubstr("\"shown\":false")));
  EXPECT_THAT(json, HasSubstr("was stopped for 7.0 s"));
  EXPECT_THAT(json, HasSubstr("of its beacons came through"));
  EXPECT_THAT(report(".md"), HasSubstr("Failovers that this drill caused"));
  EXPECT_THAT(report(".html"), HasSubstr("</table>"));
  expect_nothing_real();
}

TEST_F(SiteDrill, RealTroubleEndsItAtOnceAndIsDealtWithAsEver) {
  auto running = drill();
  ASSERT_TRUE(lab->tap().hears({"drill started"})) << lab->story();
  ASSERT_TRUE(site_lab::eventually([&] {
    return lab->wrote("web1", "log").find("this host rehearses") != std::string::npos;
  })) << lab->story();
  lab->ups().set("battery.runtime", "500");
  lab->ups().set("ups.status", "OB DISCHRG");
  ASSERT_TRUE(lab->tap().hears({"drill aborted", "real: "})) << lab->story();
  EXPECT_TRUE(site_lab::eventually([&] {
    return lab->wrote("web1", "log").find("has ended here") != std::string::npos;
  })) << lab->story();
  EXPECT_TRUE(lab->tap().hears({"host web1", "-> committed"})) << lab->story();
  EXPECT_EQ(running.get(), exit_status::failed);
  EXPECT_THAT(report(".json"), HasSubstr("\"state\":\"aborted\""));
  EXPECT_THAT(lab->wrote("web1", "shutdowns"), HasSubstr("asked"));
  EXPECT_EQ(drill().get(), exit_status::refused) << "none is begun in an outage";
}

TEST_F(SiteDrill, OnlyAnOperatorStartsOne) {
  EXPECT_EQ(drill("watcher").get(), exit_status::refused);
  EXPECT_FALSE(lab->tap().heard({"drill started"}));
}

TEST_F(SiteDrill, AHostReallyStopsAndComesBackOnTheWordOfTwoOperatorsAndNotOfOne) {
  EXPECT_EQ(execute("oper", false), exit_status::fine);
  EXPECT_EQ(execute("oper", false), exit_status::fine);
  EXPECT_TRUE(lab->tap().hears({"drill execution asked", "web1.drill"})) << lab->story();
  EXPECT_THAT(lab->wrote("web1", "shutdowns"), IsEmpty());
  EXPECT_EQ(execute("second", true), exit_status::fine) << lab->story();
  EXPECT_THAT(lab->wrote("web1", "shutdowns"), HasSubstr("asked"));
  EXPECT_EQ(lab->boots("web1"), 2);
  EXPECT_EQ(lab->crashes("web1"), 0);
  EXPECT_EQ(lab->boots("db1"), 1);
  EXPECT_THAT(read_file(lab->folder() / "drills/stop_times"), HasSubstr("web1 "));
}

}  // namespace
}  // namespace holdover
