#include "core/policy/timetable.hpp"

#include "tests/support/sites.hpp"

#include <gtest/gtest.h>

namespace holdover::policy {
namespace {

using test::index_of;

/// One UPS "main"; stages early (80 s on battery) and late (runtime below 3 min), no outlets.
struct small_site {
  small_site() {
    about = test::three_nodes("small");
    test::add_ups(about, "main");
    about.stages = {
        test::stage("early",
                    {.on_battery_for = 80s, .runtime_below = {}, .charge_below_percent = {}}),
        test::stage("late",
                    {.on_battery_for = {}, .runtime_below = 3min, .charge_below_percent = {}})};
    client = test::add_host(about, "client", {{0, {}}}, 0);
    server = test::add_host(about, "server", {{0, {}}}, 1);
    assumed.detection = 2s;
    assumed.reaction = 1s;
  }

  timetable plan_for(duration says, duration really) const {
    const std::vector<supply_outlook> supplies(about.upses.size(),
                                               {true, says, 100.0, 20.0, really});
    return make_timetable(about, make_plan(about), supplies, assumed);
  }

  site about;
  timetable_assumptions assumed;
  host_index client = 0, server = 0;
};

TEST(Timetable, CountsFromTheFailureThroughHoldAndStopTimeToPowerOff) {
  const small_site s;
  const auto planned = s.plan_for(20min, 20min);
  const auto& client = planned.hosts[s.client];
  EXPECT_EQ(client.due, 82s) << "detected after two seconds, then 80 s on battery";
  EXPECT_EQ(client.ordered, 82s);
  EXPECT_EQ(client.committed, 88s) << "one second to the agent and five of hold";
  EXPECT_EQ(client.down, 148s);
  EXPECT_EQ(client.off, 153s);
  EXPECT_EQ(client.slack, 20min - 153s);
  EXPECT_EQ(client.why, vote::reason::time_on_battery);
}

TEST(Timetable, KnowsTheLatestMomentThatStillKeepsTheOrder) {
  const small_site s;
  const auto planned = s.plan_for(20min, 20min);
  // Its own minute, the server's minute after it, and half a minute of margin.
  EXPECT_EQ(planned.hosts[s.client].latest_start, 20min - 150s);
  EXPECT_EQ(planned.hosts[s.server].latest_start, 20min - 90s);
}

TEST(Timetable, LetsALaterStageWaitForTheHostsBeforeIt) {
  small_site s;
  s.about.stages[0].when = {};
  s.about.stages[0].when.runtime_below = 3min;
  const auto planned = s.plan_for(10min, 10min);
  EXPECT_EQ(planned.hosts[s.client].ordered, 7min);
  EXPECT_EQ(planned.hosts[s.server].due, 7min);
  EXPECT_EQ(planned.hosts[s.server].ordered, planned.hosts[s.client].down);
  EXPECT_FALSE(planned.hosts[s.server].order_broken);
}

TEST(Timetable, WaitsNoLongerThanTheTimeoutOfAStage) {
  small_site s;
  s.about.stages[0].when = {};
  s.about.stages[0].when.runtime_below = 10min;
  s.about.stages[1].when.runtime_below = 10min;
  s.about.stages[0].timeout = 20s;
  const auto planned = s.plan_for(20min, 20min);
  EXPECT_EQ(planned.hosts[s.server].ordered, 10min + 20s);
}

TEST(Timetable, MakesEarlierStagesDueWithALaterOne) {
  small_site s;
  s.about.stages[0].when.on_battery_for = 1h;
  const auto planned = s.plan_for(20min, 20min);
  EXPECT_EQ(planned.hosts[s.client].due, 17min);
  EXPECT_EQ(planned.hosts[s.client].why, vote::reason::runtime_below);
}

TEST(Timetable, LetsTheDeadlineBeatTheOrderAndSaysSo) {
  small_site s;
  s.about.stages[0].when = {};
  s.about.stages[0].when.runtime_below = 2min;
  s.about.stages[1].when.runtime_below = 2min;
  s.about.stages[0].timeout = 10min;
  s.about.hosts[s.client].shutdown_time = 100s;
  const auto planned = s.plan_for(10min, 10min);
  const auto& server = planned.hosts[s.server];
  EXPECT_EQ(server.ordered, 10min - 90s);
  EXPECT_EQ(server.why, vote::reason::latest_safe_start);
  EXPECT_TRUE(server.order_broken);
}

TEST(Timetable, ShowsACrashAsNegativeSlack) {
  const small_site s;
  const auto fine = s.plan_for(5min, 5min);
  EXPECT_FALSE(fine.crashes());
  const auto weak = s.plan_for(5min, 3min);
  EXPECT_TRUE(weak.crashes());
  EXPECT_LT(*weak.hosts[s.server].slack, 0s);
  EXPECT_EQ(*weak.stages[1].slack, *weak.hosts[s.server].slack);
  EXPECT_GT(*weak.hosts[s.client].slack, 0s);
}

TEST(Timetable, StartsAtOnceWhereItWasNeverSafe) {
  const small_site s;
  const auto planned = s.plan_for(1min, 1min);
  EXPECT_LT(*planned.hosts[s.server].latest_start, 0s);
  EXPECT_EQ(planned.hosts[s.server].ordered, 2s) << "as soon as it is seen";
  EXPECT_TRUE(planned.crashes());
}

TEST(Timetable, SpeaksOfBatteryLowWhereTheChargeFallsSoFar) {
  small_site s;
  s.about.stages[1].when = {};
  s.about.stages[1].when.battery_low = true;
  const auto planned = s.plan_for(20min, 20min);
  EXPECT_EQ(planned.hosts[s.server].due, 16min) << "four fifths of the charge are gone";
  EXPECT_EQ(planned.hosts[s.server].why, vote::reason::battery_low);
}

TEST(Timetable, ForeseesConditionsThatAreCombined) {
  small_site s;
  s.about.stages[1].when = {};
  s.about.stages[1].condition =
      test::plant(s.about, test::all({test::timed(condition_kind::on_battery_for, 2min),
                                      test::leaf(condition_kind::charge_below, 0, 50).held(30s)}));
  const auto planned = s.plan_for(20min, 20min);
  EXPECT_EQ(planned.hosts[s.server].due, 10min + 30s) << "half of the charge is gone, and stays so";
}

TEST(Timetable, TakesWhatIsNoBatteryToBeAsItShould) {
  small_site s;
  test::add_sensor(s.about, "room", power::sensor_kind::temperature_celsius);
  s.about.stages[1].when = {};
  s.about.stages[1].condition = test::plant(
      s.about, test::any({test::above(0, 40), test::timed(condition_kind::runtime_below, 3min)}));
  const auto planned = s.plan_for(20min, 20min);
  EXPECT_EQ(planned.hosts[s.server].due, 17min);
}

TEST(Timetable, LeavesThoseUpWhoseSuppliesCarry) {
  const auto about = test::redundant();
  std::vector<supply_outlook> supplies(2);
  supplies[0] = {true, 10min, 100.0, 20.0, 10min};
  const auto planned = make_timetable(about, make_plan(about), supplies, {});
  EXPECT_FALSE(planned.hosts[index_of(about.hosts, "app1")].threatened);
  EXPECT_FALSE(planned.hosts[index_of(about.hosts, "app1")].ordered);
  EXPECT_TRUE(planned.hosts[index_of(about.hosts, "tape")].ordered);
  EXPECT_FALSE(planned.crashes());
  EXPECT_FALSE(planned.outlets[index_of(about.outlets, "ul.1")].off);
  EXPECT_TRUE(planned.outlets[index_of(about.outlets, "ul.3")].off);
}

TEST(Timetable, GivesARedundantHostTheTimeOfItsBetterBattery) {
  const auto about = test::redundant();
  const std::vector<supply_outlook> supplies{{true, 10min, 100.0, 20.0, 10min},
                                             {true, 30min, 100.0, 20.0, 30min}};
  const auto planned = make_timetable(about, make_plan(about), supplies, {});
  EXPECT_EQ(planned.hosts[index_of(about.hosts, "app1")].ends, 30min);
  EXPECT_EQ(planned.hosts[index_of(about.hosts, "tape")].ends, 10min);
  EXPECT_EQ(planned.ends, 30min);
}

TEST(Timetable, OpensOutletsWhenEverybodyBehindThemIsDownOrForShedding) {
  const auto about = test::office();
  const std::vector<supply_outlook> supplies{{true, 40min, 100.0, 20.0, 40min}};
  timetable_assumptions assumed;
  const auto planned = make_timetable(about, make_plan(about), supplies, assumed);
  const auto& printer = planned.outlets[index_of(about.outlets, "printer")];
  EXPECT_EQ(printer.off, assumed.detection + 30s + assumed.outlet_reaction);
  EXPECT_EQ(printer.why, vote::reason::shed_load);
  const auto& web1 = planned.outlets[index_of(about.outlets, "ss4.2")];
  EXPECT_EQ(web1.off, *planned.hosts[index_of(about.hosts, "web1")].off + assumed.outlet_reaction);
  EXPECT_EQ(web1.why, vote::reason::host_is_down);
}

}  // namespace
}  // namespace holdover::policy
