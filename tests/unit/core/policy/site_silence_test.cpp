// What a UPS that has fallen silent counts for (X9).

#include "tests/support/site_bench.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace holdover::policy {
namespace {

using test::redundant;
using test::site_bench;
using test::ups_on_battery;
using test::ups_online;
using vote::level;
using vote::reason;

site with_rule(silent_supply_rule rule) {
  auto s = redundant();
  s.observing.silent_supply = rule;
  return s;
}

/// Both on battery; the left one runs empty and takes its card with it.
struct ran_empty : site_bench {
  explicit ran_empty(silent_supply_rule rule = silent_supply_rule::as_last_seen)
      : site_bench(with_rule(rule)) {
    ups("right", ups_on_battery(40min));
    ups("left", ups_on_battery(20s));
    pass(20s);
    ups("left", std::nullopt);
    pass(35s);
  }
  vote::supply_view told_of_left() const {
    const auto last = votes_to("app1").back();
    for (const auto& told : last.supplies)
      if (told.ups == "left") return told;
    return {};
  }
};

TEST(SiteSilence, AUpsThatRanEmptyAndFellSilentIsPresumedLostBesideAnotherOnBattery) {
  ran_empty b;
  EXPECT_EQ(b.level("app1"), level::warn);
  const auto told = b.told_of_left();
  EXPECT_FALSE(told.blind);
  EXPECT_EQ(told.state, power::belief::on_battery);
  EXPECT_EQ(told.left, 0s);
  EXPECT_GT(told.observation_age, 30s) << "never younger than it is";
}

TEST(SiteSilence, OnAPresumptionNothingMaturesBeforeTheLatestSafeStart) {
  ran_empty b;
  b.ups("right", ups_on_battery(100s));  // Below every runtime_below, above 60 s and the margin.
  b.pass(5s);
  EXPECT_EQ(b.level("app1"), level::warn);
  b.pass(6s);
  EXPECT_EQ(b.level("app1"), level::shutdown);
  EXPECT_EQ(b.why("app1"), reason::latest_safe_start);
}

TEST(SiteSilence, ANodeThatStoodStillLooksAgainBeforeItPresumes) {
  site_bench b(with_rule(silent_supply_rule::as_lost));
  b.ups("right", ups_on_battery(80s));
  b.pass(3s);
  ASSERT_EQ(b.level("app1"), level::run) << "the left one carries";
  b.stand_still(40s);
  b.feed(ups_observed{1, ups_on_battery(50s), 0ms});
  b.feed(ups_observed{1, ups_on_battery(49s), 0ms});
  EXPECT_NE(b.level("app1"), level::shutdown);
  b.feed(ups_observed{0, ups_online(), 0ms});
  EXPECT_EQ(b.level("app1"), level::run);
}

TEST(SiteSilence, TheRuleThatDecidedIsNamedInTheExplanation) {
  ran_empty b;
  b.ups("right", ups_on_battery(80s));
  b.pass(5s);
  const auto said = b.all<decided>();
  const auto last = std::find_if(said.rbegin(), said.rend(), [](const decided& d) {
    return d.about.name == "app1" && d.host_level == level::shutdown;
  });
  ASSERT_NE(last, said.rend());
  EXPECT_NE(last->explanation.find("silent_supply: as_last_seen, presumed 0 s left"),
            std::string::npos)
      << last->explanation;
}

TEST(SiteSilence, ASilentUpsGoesOnDischargingAsPredicted) {
  site_bench b(redundant());
  b.ups("left", ups_on_battery(10min));
  b.ups("right", ups_on_battery(40s));
  b.pass(5s);
  b.ups("left", std::nullopt);
  b.pass(35s);
  b.ups("right", ups_on_battery(10s));
  b.pass(3s);
  EXPECT_EQ(b.level("app1"), level::warn) << "the left one still carries for nine minutes";
}

TEST(SiteSilence, ALevelOnceReachedIsKeptOnAPresumption) {
  site_bench b(redundant());
  b.host("tape").talks = false;  // Nobody waits for it.
  b.pass(2min);
  b.ups("left", ups_on_battery(4min));
  b.ups("right", ups_on_battery(4min));
  b.pass(5s);
  ASSERT_EQ(b.level("app1"), level::shutdown);
  b.ups("left", std::nullopt);
  b.pass(40s);
  EXPECT_EQ(b.level("app1"), level::shutdown);
}

TEST(SiteSilence, ALevelIsKeptWhileTheRestIsStaleAndFallsWhenAllIsBlind) {
  ran_empty b;
  b.ups("right", ups_on_battery(80s));
  b.pass(5s);
  ASSERT_EQ(b.level("app1"), level::shutdown);
  b.ups("right", std::nullopt);
  b.pass(10s);
  EXPECT_EQ(b.level("app1"), level::shutdown);
  EXPECT_EQ(b.why("app1"), reason::kept_while_stale);
  b.pass(25s);
  EXPECT_EQ(b.level("app1"), level::no_view);
}

TEST(SiteSilence, WhereItIsIgnoredTheHostIsLeftToItsOwnRule) {
  ran_empty b(silent_supply_rule::ignore);
  EXPECT_EQ(b.level("app1"), level::no_view);
  EXPECT_TRUE(b.told_of_left().blind);
}

TEST(SiteSilence, AUpsThatFellSilentOnlineCountsAsLostAtTheLatestSafeStartOfTheOther) {
  site_bench b(redundant());
  b.ups("left", std::nullopt);
  b.pass(35s);
  b.ups("right", ups_on_battery(40min));
  b.pass(5s);
  EXPECT_EQ(b.level("app1"), level::warn);
  EXPECT_TRUE(b.alarm(site_alarm::unprotected, "app1"));
  EXPECT_TRUE(b.alarm(site_alarm::redundancy_lost, "app1"));
  auto low = ups_on_battery(10s, 2);
  low.battery_low = true;
  b.ups("right", low);
  b.pass(3s);
  EXPECT_EQ(b.level("app1"), level::shutdown);
  EXPECT_EQ(b.why("app1"), reason::latest_safe_start);
}

TEST(SiteSilence, ALookThatRefutesThePresumptionCallsOffAtOnce) {
  site_bench b(redundant());
  b.ups("left", std::nullopt);
  b.pass(35s);
  auto low = ups_on_battery(10s, 2);
  low.battery_low = true;
  b.ups("right", low);
  b.pass(5s);
  ASSERT_EQ(b.level("app1"), level::shutdown);
  b.ups("left", ups_online());
  b.pass(1s);
  EXPECT_EQ(b.level("app1"), level::run) << "mains that return must hold; these were never away";
}

TEST(SiteSilence, AUpsThatFellSilentOnlineIsPresumedLostUnlessTheSiteIgnoresIt) {
  for (const auto rule : {silent_supply_rule::ignore, silent_supply_rule::as_last_seen,
                          silent_supply_rule::as_lost}) {
    site_bench b(with_rule(rule));
    b.ups("left", std::nullopt);
    b.pass(35s);
    EXPECT_EQ(b.level("app1"), level::run) << "the right one carries";
    b.ups("right", ups_on_battery(40min));
    b.pass(5s);
    EXPECT_EQ(b.level("app1"), rule == silent_supply_rule::ignore ? level::no_view : level::warn);
    EXPECT_TRUE(b.alarm(site_alarm::unprotected, "app1"));
  }
}

TEST(SiteSilence, APeerThatSeesItCarryEndsThePresumption) {
  ran_empty b;
  b.feed(peer_observed{2, 0, ups_online(), 1s, 0s});
  EXPECT_EQ(b.level("app1"), level::no_view);
}

TEST(SiteSilence, AHostThatCameUpSinceProvesPowerSoNothingIsPresumed) {
  ran_empty b;
  b.boots("app1");
  b.pass(3s);
  EXPECT_EQ(b.level("app1"), level::no_view);
  EXPECT_EQ(b.level("app2"), level::warn);
}

TEST(SiteSilence, SilenceAloneThreatensNobody) {
  ran_empty b(silent_supply_rule::as_lost);
  EXPECT_EQ(b.level("tape"), level::no_view) << "nothing fresh says that it is on battery";
  b.ups("right", ups_online());
  EXPECT_EQ(b.level("app1"), level::run);
}

}  // namespace
}  // namespace holdover::policy
