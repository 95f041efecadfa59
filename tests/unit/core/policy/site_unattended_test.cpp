// What a device counts for from the moment at which nobody asks it any more.

#include "tests/support/site_bench.hpp"

#include <gtest/gtest.h>

namespace holdover::policy {
namespace {

using test::office;
using test::redundant;
using test::server_room;
using test::site_bench;
using test::ups_on_battery;
using test::ups_online;
using vote::level;
using vote::reason;

device_unattended ups_of(site_bench& b, const std::string& name) {
  return {device_kind::ups, test::index_of(b.about().upses, name), "a bug"};
}
device_unattended unit_of(site_bench& b, const std::string& name) {
  return {device_kind::outlet_unit, test::index_of(b.about().units, name), "a bug"};
}
device_unattended sensor_of(site_bench& b, const std::string& name) {
  return {device_kind::sensor, test::index_of(b.about().sensors, name), "a bug"};
}

/// Nobody asks the UPS from now on.
void falls(site_bench& b, const std::string& name) {
  b.ups(name, std::nullopt);
  b.feed(ups_of(b, name));
}

TEST(SiteUnattended, AUpsIsUnknownAtOnceAndSaysSince) {
  site_bench b(office());
  falls(b, "main");
  const auto seen = b.snapshot().upses[0];
  EXPECT_NE(seen.fresh, power::freshness::fresh);
  EXPECT_EQ(seen.unknown_for, 0s);
  EXPECT_TRUE(b.alarm(site_alarm::device_unknown, "main"));
  EXPECT_FALSE(b.alarm(site_alarm::ups_stale, "main")) << "one alarm for one thing";
  ASSERT_EQ(b.all<raise_alarm>().size(), 1u);
  EXPECT_NE(b.all<raise_alarm>()[0].text.find("a bug"), std::string::npos);
  b.pass(2s);
  EXPECT_EQ(b.snapshot().upses[0].unknown_for, 2s);
}

TEST(SiteUnattended, OnMainsItIsNoOutage) {
  site_bench b(office());
  falls(b, "main");
  b.pass(20s);
  EXPECT_EQ(b.incident(), incident_state::calm);
  EXPECT_EQ(b.level("web1"), level::run);
  EXPECT_TRUE(b.all<decided>().empty());
}

TEST(SiteUnattended, ItIsKnownAgainByTheFirstReadingOfASuccessor) {
  site_bench b(office());
  falls(b, "main");
  b.pass(1s);
  b.ups("main", ups_online());
  EXPECT_EQ(b.snapshot().upses[0].fresh, power::freshness::fresh);
  EXPECT_FALSE(b.alarm(site_alarm::device_unknown, "main"));
}

TEST(SiteUnattended, AReadingThatTellsNothingMakesNothingKnown) {
  site_bench b(office());
  falls(b, "main");
  b.feed(ups_observed{0, power::observation{}, 0ms});
  EXPECT_TRUE(b.alarm(site_alarm::device_unknown, "main"));
  EXPECT_NE(b.snapshot().upses[0].fresh, power::freshness::fresh);
}

TEST(SiteUnattended, OnBatteryALevelIsKeptAndNothingMatures) {
  site_bench b(office());
  b.ups("main", ups_on_battery(30min));
  b.pass(50s);
  ASSERT_EQ(b.level("web1"), level::warn);
  falls(b, "main");
  b.pass(25s);
  EXPECT_EQ(b.level("web1"), level::warn) << "a minute on battery, but not seen";
  EXPECT_EQ(b.why("web1"), reason::kept_while_stale);
  EXPECT_EQ(b.incident(), incident_state::open);
}

TEST(SiteUnattended, OnBatteryAnOrderToStopStandsAndTheWorstCaseRunsOn) {
  site_bench b(office());
  b.ups("main", ups_on_battery(9min));
  b.pass(10s);
  ASSERT_EQ(b.level("web1"), level::shutdown);
  const auto left = *b.snapshot().upses[0].left;
  falls(b, "main");
  b.pass(10s);
  EXPECT_EQ(b.level("web1"), level::shutdown);
  EXPECT_LE(*b.snapshot().upses[0].left, left - 10s);
}

TEST(SiteUnattended, ItNeverLastsLongerThanSilenceDoes) {
  site_bench b(office());
  b.ups("main", ups_on_battery(9min));
  b.pass(10s);
  falls(b, "main");
  b.pass(35s);
  EXPECT_EQ(b.snapshot().upses[0].fresh, power::freshness::blind);
  EXPECT_EQ(b.level("web1"), level::no_view);
  EXPECT_TRUE(b.alarm(site_alarm::ups_blind, "main"));
  EXPECT_TRUE(b.alarm(site_alarm::device_unknown, "main")) << "and why";
}

TEST(SiteUnattended, OneOfTwoSuppliesThatEndsUnseenCountsByTheRuleForSilence) {
  site_bench b(redundant());
  b.ups("left", ups_on_battery(20s));
  b.ups("right", ups_on_battery(40min));
  b.pass(10s);
  falls(b, "left");
  b.pass(40s);
  EXPECT_EQ(b.level("app1"), level::warn);
  b.ups("right", ups_on_battery(50s));
  b.pass(3s);
  EXPECT_EQ(b.why("app1"), reason::latest_safe_start);
}

TEST(SiteUnattended, OutletsAreUnknownUntilTheirUnitIsReadAgain) {
  site_bench b(office());
  b.unit_answers(false);
  b.feed(unit_of(b, "ss4"));
  EXPECT_EQ(b.snapshot().outlets[0].state, power::outlet_state::unknown);
  EXPECT_TRUE(b.alarm(site_alarm::device_unknown, "ss4"));
  b.unit_answers(true);
  b.pass(1s);
  EXPECT_EQ(b.snapshot().outlets[0].state, power::outlet_state::on);
  EXPECT_FALSE(b.alarm(site_alarm::device_unknown, "ss4"));
}

TEST(SiteUnattended, ASensorThatWasHotNeitherBeginsNorEndsAnything) {
  site_bench b(server_room());
  for (const auto* rack : {"rack1", "rack2"})
    b.sensor(rack, 45.0);
  b.pass(50s);
  for (const auto* rack : {"rack1", "rack2"}) {
    b.sensor(rack, std::nullopt);
    b.feed(sensor_of(b, rack));
  }
  EXPECT_TRUE(b.alarm(site_alarm::device_unknown, "rack1"));
  b.pass(20s);
  EXPECT_EQ(b.level("web1"), level::run) << "hot for a minute, but not seen";
  for (const auto* rack : {"rack1", "rack2"})
    b.sensor(rack, 45.0);
  b.pass(70s);
  EXPECT_FALSE(b.alarm(site_alarm::device_unknown, "rack1"));
  ASSERT_EQ(b.level("web1"), level::shutdown);
  for (const auto* rack : {"rack1", "rack2"}) {
    b.sensor(rack, std::nullopt);
    b.feed(sensor_of(b, rack));
  }
  b.pass(5s);
  EXPECT_EQ(b.level("web1"), level::shutdown);
}

TEST(SiteUnattended, AChangedSiteFileDoesNotMakeItKnown) {
  site_bench b(office());
  falls(b, "main");
  b.adopt(office());
  b.pass(1s);
  EXPECT_TRUE(b.alarm(site_alarm::device_unknown, "main"));
  b.ups("main", ups_online());
  EXPECT_FALSE(b.alarm(site_alarm::device_unknown, "main"));
}

}  // namespace
}  // namespace holdover::policy
