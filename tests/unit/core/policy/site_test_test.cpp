// A battery test that an operator has ordered is no outage, for a moment (X7).

#include "tests/support/site_bench.hpp"

#include <gtest/gtest.h>

namespace holdover::policy {
namespace {

using test::site_bench;
using test::ups_on_battery;
using test::ups_online;
using vote::level;

power::observation low_battery(duration runtime) {
  auto says = ups_on_battery(runtime);
  says.battery_low = true;
  return says;
}

// The office: one UPS for everybody.
struct site_test : site_bench {
  using site_bench::site_bench;
  void orders_test() { feed(test_ordered{test::index_of(about().upses, "main")}); }
  void peer_orders_test(duration ago) {
    feed(peer_told{2, {about().revision, about().hash, {}, {{"main", ago}}}, 0s});
  }
};

TEST(SiteTest, WhatLooksLikeAnOutageAtOnceAfterAnOrderIsATest) {
  site_test b;
  b.orders_test();
  b.ups("main", low_battery(30min));
  b.pass(15s);
  EXPECT_EQ(b.level("web1"), level::run);
  EXPECT_EQ(b.incident(), incident_state::calm);
  b.ups("main", ups_online());
  b.pass(30s);
  EXPECT_EQ(b.incident(), incident_state::calm);
}

TEST(SiteTest, PeersAreToldOfTheOrderAtOnceAndWhileItCounts) {
  site_test b;
  b.orders_test();
  auto told = b.all<tell_peers>();
  ASSERT_EQ(told.size(), 1u);
  ASSERT_EQ(told[0].what.tests.size(), 1u);
  EXPECT_EQ(told[0].what.tests[0].ups, "main");
  EXPECT_EQ(told[0].what.tests[0].ago, 0s);
  b.pass(45s);
  told = b.all<tell_peers>();
  EXPECT_EQ(told[1].what.tests.size(), 1u);
  EXPECT_TRUE(told.back().what.tests.empty());
}

TEST(SiteTest, APeersWordExplainsTheTest) {
  site_test b;
  b.peer_orders_test(1s);
  b.ups("main", low_battery(30min));
  b.pass(15s);
  EXPECT_EQ(b.level("web1"), level::run);
}

TEST(SiteTest, WhatGoesOnAfterTheWindowIsAnOutageWithItsWholeTime) {
  site_test b;
  b.orders_test();
  b.ups("main", ups_on_battery(30min));
  b.pass(29s);
  EXPECT_EQ(b.level("web1"), level::run);
  b.pass(2s);
  EXPECT_EQ(b.level("web1"), level::warn);
  EXPECT_GE(b.snapshot().upses[0].confirmed_on_battery, 30s);
}

TEST(SiteTest, ALiarCannotRepeatTheOrderToHideAnOutage) {
  site_test b;
  b.peer_orders_test(0s);
  b.ups("main", ups_on_battery(30min));
  for (int i = 0; i < 31; ++i) {
    b.pass(1s);
    b.peer_orders_test(0s);
  }
  EXPECT_EQ(b.level("web1"), level::warn);
}

TEST(SiteTest, AnOrderInAnOutageHidesNothing) {
  site_test b;
  b.ups("main", ups_on_battery(30min));
  b.pass(5s);
  ASSERT_EQ(b.level("web1"), level::warn);
  b.orders_test();
  b.pass(1s);
  EXPECT_EQ(b.level("web1"), level::warn);
}

TEST(SiteTest, ASiteThatCouldNotWaitForTheEndOfTheWindowDoesNot) {
  site_test b;
  b.orders_test();
  b.ups("main", ups_on_battery(2min));
  b.pass(3s);
  EXPECT_GE(b.level("web1"), level::warn);
}

TEST(SiteTest, AForcedShutdownIsNoTest) {
  site_test b;
  b.orders_test();
  auto forced = low_battery(30min);
  forced.forced_shutdown = true;
  b.ups("main", forced);
  b.pass(3s);
  EXPECT_GE(b.level("web1"), level::warn);
}

TEST(SiteTest, AnotherSupplyThatFailsEndsTheTest) {
  site_test b{test::site_by_name("redundant")};
  const auto& upses = b.about().upses;
  ASSERT_GE(upses.size(), 2u);
  b.feed(test_ordered{0});
  b.ups(upses[0].name, ups_on_battery(30min));
  b.pass(5s);
  EXPECT_EQ(b.incident(), incident_state::calm);
  b.ups(upses[1].name, ups_on_battery(30min));
  b.pass(1s);
  EXPECT_EQ(b.incident(), incident_state::open);
  EXPECT_EQ(b.snapshot().upses[0].state, power::belief::on_battery);
}

TEST(SiteTest, TwoTestsDoNotExplainEachOther) {
  site_test b{test::site_by_name("redundant")};
  b.feed(test_ordered{0});
  b.feed(test_ordered{1});
  b.ups(b.about().upses[0].name, ups_on_battery(30min));
  b.ups(b.about().upses[1].name, ups_on_battery(30min));
  b.pass(1s);
  EXPECT_EQ(b.incident(), incident_state::open);
}

}  // namespace
}  // namespace holdover::policy
