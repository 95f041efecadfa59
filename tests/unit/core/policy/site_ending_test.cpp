// An output that will end although its input is good (X8).

#include "tests/support/site_bench.hpp"

#include <gtest/gtest.h>

namespace holdover::policy {
namespace {

using test::site_bench;
using test::ups_on_battery;
using test::ups_online;
using vote::level;
using vote::reason;

struct site_ending : site_bench {
  using site_bench::site_bench;
  void counts_down(duration from, duration to) {
    for (auto left = from; left >= to; left -= 1s) {
      auto says = ups_online();
      says.countdown = left;
      ups("main", says);
      pass(1s);
    }
  }
};

power::observation forced(power::observation says) {
  says.forced_shutdown = true;
  return says;
}

TEST(SiteEnding, ACountdownOnGoodMainsStopsHostsInTime) {
  site_ending b;
  b.counts_down(300s, 296s);
  EXPECT_EQ(b.incident(), incident_state::open);
  EXPECT_TRUE(b.alarm(site_alarm::output_ending, "main"));
  EXPECT_EQ(b.level("web1"), level::shutdown) << "its stage asks for ten minutes";
  EXPECT_EQ(b.level("nas1"), level::warn);
}

TEST(SiteEnding, AHostWithoutAStageGoesAtItsLatestSafeStart) {
  auto about = test::office();
  about.stages.clear();
  for (auto& host : about.hosts)
    host.stage.reset();
  site_ending b{about};
  b.counts_down(20s, 17s);
  EXPECT_EQ(b.level("nas1"), level::shutdown);
  EXPECT_EQ(b.why("nas1"), reason::latest_safe_start);
}

TEST(SiteEnding, TheBatteryOfASupplyThatCountsDownIsNotInUse) {
  site_ending b;
  auto says = ups_online();
  says.battery_low = true;
  says.charge_percent = 5;
  for (auto left = 3600s; left >= 3590s; left -= 1s) {
    says.countdown = left;
    b.ups("main", says);
    b.pass(1s);
  }
  EXPECT_EQ(b.level("web1"), level::warn) << "its output lasts for an hour";
  EXPECT_EQ(b.level("nas1"), level::warn);
}

TEST(SiteEnding, ItIsCalledOffWhenTheCountdownIsGone) {
  site_ending b;
  b.counts_down(300s, 296s);
  b.ups("main", ups_online());
  b.pass(3s);
  EXPECT_EQ(b.level("web1"), level::run);
  EXPECT_FALSE(b.alarm(site_alarm::output_ending, "main"));
  b.pass(2min);
  EXPECT_EQ(b.incident(), incident_state::calm);
}

TEST(SiteEnding, AForcedShutdownIsNotCalledOffByMains) {
  site_bench b;
  b.ups("main", ups_on_battery());
  b.pass(2s);
  b.ups("main", forced(ups_on_battery()));
  b.pass(2s);
  b.ups("main", forced(ups_online()));
  b.pass(2s);
  EXPECT_EQ(b.level("nas1"), level::shutdown);
  EXPECT_NE(b.incident(), incident_state::calm);
}

TEST(SiteEnding, AForcedShutdownThatWasAlwaysThereIsTheAlarmOfSomethingLeftOver) {
  site_bench b{test::office(), false};
  b.ups("main", forced(ups_online()));
  b.pass(10s);
  EXPECT_EQ(b.level("nas1"), level::run);
  EXPECT_TRUE(b.alarm(site_alarm::output_ending, "main"));
}

TEST(SiteEnding, AgentsAreToldThatTheSupplyEndsAndWhen) {
  site_ending b;
  b.counts_down(300s, 296s);
  const auto told = b.votes_to("nas1").back().supplies.at(0);
  EXPECT_EQ(told.state, power::belief::on_battery);
  ASSERT_TRUE(told.left);
  EXPECT_LE(*told.left, 297s);
}

}  // namespace
}  // namespace holdover::policy
