// Two paths to one UPS that contradict each other: who is warned, who goes, who is left alone.

#include "tests/support/site_bench.hpp"

#include <gtest/gtest.h>

namespace holdover::policy {
namespace {

using test::office;
using test::site_bench;
using test::ups_on_battery;
using test::ups_online;
using vote::level;
using vote::reason;

site two_paths(bool db1_holds = false) {
  auto s = office();
  s.upses[0].independence_group = "card";
  s.upses[0].paths.push_back({"usb", {}});
  s.hosts[2].holds_in_dispute = db1_holds;
  return s;
}

power::observation discharging(duration runtime) {
  auto seen = ups_on_battery(runtime);
  seen.charge_percent.reset();  // By its runtime, then.
  return seen;
}

/// Both paths have been heard on mains for a while.
struct disputed : site_bench {
  explicit disputed(bool db1_holds = false) : site_bench(two_paths(db1_holds)) {
    path("main", 1, ups_online());
    pass(35s);
    forget();
  }
  vote::supply_view told(const std::string& host) const {
    return votes_to(host).back().supplies[0];
  }
};

TEST(SiteDisputes, ADisputeWarnsAndNothingMaturesByIt) {
  disputed b;
  b.ups("main", discharging(30min));
  b.pass(10min);
  EXPECT_EQ(b.level("web1"), level::warn) << "its stage is due after one minute, were it agreed";
  EXPECT_EQ(b.wish("printer"), vote::outlet_wish::keep);
  EXPECT_TRUE(b.alarm(site_alarm::ups_disputed, "main"));
  EXPECT_TRUE(b.alarm(site_alarm::unprotected, "web1"));
  EXPECT_EQ(b.snapshot().upses[0].confirmed_on_battery, 0s);
}

TEST(SiteDisputes, AtTheLatestSafeStartABatteryThatGetsEmptierShutsDown) {
  disputed b;
  b.ups("main", discharging(10min));
  b.pass(4min);
  ASSERT_EQ(b.level("nas1"), level::warn);
  b.pass(5min);
  EXPECT_EQ(b.level("nas1"), level::shutdown);
  EXPECT_EQ(b.why("nas1"), reason::latest_safe_start);
}

TEST(SiteDisputes, AFlagWithoutADischargeShutsNobodyDown) {
  disputed b;
  for (int second = 0; second < 600; ++second) {
    b.ups("main", ups_on_battery(20s, 100));
    b.pass(1s);
    ASSERT_EQ(b.level("nas1"), level::warn) << second;
  }
}

TEST(SiteDisputes, AHostThatHoldsIsLeftAloneAndThatIsShown) {
  disputed b{true};
  b.ups("main", discharging(10min));
  b.pass(9min + 30s);
  EXPECT_EQ(b.level("web1"), level::shutdown);
  EXPECT_EQ(b.level("db1"), level::warn);
  EXPECT_TRUE(b.alarm(site_alarm::unprotected, "db1"));
  EXPECT_TRUE(b.told("db1").blind) << "nor may its own rule go by it";
}

TEST(SiteDisputes, TheAgentIsToldOfADisputeAndGoesByItOnlyWhileItDischarges) {
  disputed b;
  b.ups("main", discharging(10min));
  b.pass(10s);
  EXPECT_TRUE(b.told("web1").disputed);
  EXPECT_TRUE(b.told("web1").blind) << "nothing has fallen by a fifth yet";
  b.pass(2min + 5s);
  EXPECT_TRUE(b.told("web1").disputed);
  EXPECT_FALSE(b.told("web1").blind);
  EXPECT_EQ(b.told("web1").state, power::belief::on_battery);
}

TEST(SiteDisputes, OnceTheyAgreeTimeOnBatteryBegins) {
  disputed b;
  b.ups("main", discharging(30min));
  b.pass(5min);
  b.path("main", 1, discharging(25min));
  b.pass(40s);
  EXPECT_EQ(b.level("web1"), level::warn);
  b.pass(25s);
  EXPECT_EQ(b.level("web1"), level::shutdown);
  EXPECT_FALSE(b.alarm(site_alarm::ups_disputed, "main"));
}

TEST(SiteDisputes, ALevelReachedBeforeTheDisputeIsKeptInIt) {
  disputed b;
  b.ups("main", discharging(30min));
  b.path("main", 1, discharging(30min));
  b.pass(70s);
  ASSERT_EQ(b.level("web1"), level::shutdown);
  b.path("main", 1, ups_online());
  b.pass(30s);
  EXPECT_EQ(b.level("web1"), level::shutdown);
  b.ups("main", ups_online());
  b.pass(2s);
  EXPECT_EQ(b.level("web1"), level::run);
}

TEST(SiteDisputes, ALevelFallsWhenTheBatteryInDisputeStandsStill) {
  disputed b;
  b.ups("main", discharging(9min));
  b.path("main", 1, discharging(9min));
  b.pass(2min + 10s);
  ASSERT_EQ(b.level("web1"), level::shutdown);
  b.path("main", 1, ups_online());  // Mains are back, and the first card has stuck.
  for (int second = 0; second < 5 * 60 + 5; ++second) {
    b.ups("main", discharging(409s));
    b.pass(1s);
  }
  EXPECT_EQ(b.level("web1"), level::warn);
}

TEST(SiteDisputes, BesideADisputeASilentSupplyIsNotPresumedToBeLost) {
  auto s = test::redundant();
  for (auto& host : s.hosts)
    host.needed = static_cast<std::uint32_t>(host.supplies.size());
  s.upses[1].independence_group = "card";
  s.upses[1].paths.push_back({"usb", {}});
  site_bench b{s};
  b.path("right", 1, ups_online());
  b.pass(35s);
  b.ups("left", std::nullopt);
  b.pass(35s);
  b.ups("right", ups_on_battery(30min, 100));
  b.pass(5s);
  for (const auto& told : b.votes_to("app1").back().supplies)
    EXPECT_TRUE(told.blind) << told.ups << ": nobody has seen it on battery with one mind";
}

TEST(SiteDisputes, ACardThatFallsSilentLeavesTheOtherOne) {
  disputed b;
  b.path("main", 1, std::nullopt);
  b.pass(10s);
  b.ups("main", discharging(30min));
  b.pass(70s);
  EXPECT_EQ(b.level("web1"), level::shutdown);
  EXPECT_TRUE(b.alarm(site_alarm::path_silent, "main"));
}

TEST(SiteDisputes, OneThatIsOutvotedIsNamedAndChangesNothing) {
  auto s = two_paths();
  s.upses[0].paths.push_back({"relay", {}});
  site_bench b{s};
  b.path("main", 1, ups_online());
  b.path("main", 2, ups_online());
  b.pass(35s);
  b.ups("main", discharging(30s));
  b.pass(5min);
  EXPECT_EQ(b.level("web1"), level::run);
  EXPECT_TRUE(b.alarm(site_alarm::path_dissents, "main"));
}

}  // namespace
}  // namespace holdover::policy
