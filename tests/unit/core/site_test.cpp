#include "core/site.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace holdover {
namespace {

using weight = site_problem::weight;

// Three nodes, two UPSes, one switched unit on the first UPS. web1 lives on both (one supply on
// outlet 1, one on the second UPS), db1 straight on the second UPS. Outlet 4 feeds nothing.
site good() {
  site s;
  s.name = "lab";
  for (node_number i = 0; i < 3; ++i) {
    const auto number = std::to_string(i);
    s.nodes.push_back({.number = i,
                       .name = "node" + number,
                       .control_endpoint = "tcp://10.0.0." + number + ":7400",
                       .events_endpoint = "tcp://10.0.0." + number + ":7401"});
  }
  for (const auto* name : {"usv-a", "usv-b"}) {
    ups_config ups;
    ups.name = name;
    s.upses.push_back(ups);
  }
  outlet_unit_config unit;
  unit.name = "rack1";
  unit.feed = 0;
  s.units.push_back(unit);
  for (std::uint32_t number = 1; number <= 4; ++number) {
    outlet_config outlet;
    outlet.name = "rack1." + std::to_string(number);
    outlet.number = number;
    s.outlets.push_back(outlet);
  }
  s.outlets[0].feeds = {0};

  sensor_config sensor;
  sensor.name = "room";
  sensor.kind = power::sensor_kind::temperature_celsius;
  sensor.alarm_low = 5;
  sensor.alarm_high = 40;
  s.sensors.push_back(sensor);

  host_config web;
  web.name = "web1";
  web.supplies = {{.ups = 0, .outlet = 0}, {.ups = 1, .outlet = {}}};
  web.stage = 0;
  web.wake_address = "00:1a:2B:3c:4d:5e";
  host_config db;
  db.name = "db1";
  db.supplies = {{.ups = 1, .outlet = {}}};
  db.stage = 1;
  db.wake_address = "00:1a:2b:3c:4d:5f";
  s.hosts = {web, db};

  stage_config clients;
  clients.name = "clients";
  clients.when.on_battery_for = 60s;
  clients.when.runtime_below = 5min;
  clients.shed = {0, 3};
  clients.hosts = {0};
  clients.commands = {{.host = 1, .action = "message", .text = "on battery"}};
  stage_config storage;
  storage.name = "storage";
  storage.when.runtime_below = 150s;
  storage.hosts = {1};
  s.stages = {clients, storage};
  return s;
}

std::string listed(const std::vector<site_problem>& problems) {
  std::string text;
  for (const auto& p : problems)
    text += (p.how == weight::error ? "error " : "warning ") + p.path + ": " + p.text + '\n';
  return text;
}

/// The good site after one change has exactly this one problem.
template <class Change>
void expect_one(weight how, const std::string& path, const std::string& part, Change change) {
  auto s = good();
  change(s);
  const auto problems = validate(s);
  ASSERT_EQ(problems.size(), 1u) << listed(problems);
  EXPECT_EQ(problems[0].how, how) << listed(problems);
  EXPECT_EQ(problems[0].path, path);
  EXPECT_NE(problems[0].text.find(part), std::string::npos) << listed(problems);
  EXPECT_NE(problems[0].text.find(':'), std::string::npos) << "no remedy: " << listed(problems);
}
template <class Change>
void expect_error(const std::string& path, const std::string& part, Change change) {
  expect_one(weight::error, path, part, change);
}
template <class Change>
void expect_warning(const std::string& path, const std::string& part, Change change) {
  expect_one(weight::warning, path, part, change);
}
/// Among the problems after one change is this error.
template <class Change>
void expect_among(const std::string& path, const std::string& part, Change change) {
  auto s = good();
  change(s);
  const auto problems = validate(s);
  bool found = false;
  for (const auto& p : problems)
    found = found
            || (p.how == weight::error && p.path == path && p.text.find(part) != std::string::npos);
  EXPECT_TRUE(found) << path << ", " << part << "\n" << listed(problems);
}
template <class Change>
void expect_clean(Change change) {
  auto s = good();
  change(s);
  EXPECT_EQ(listed(validate(s)), "");
}

TEST(Site, AGoodOneHasNoProblem) {
  expect_clean([](site&) {});
}

TEST(Site, AllProblemsAreToldAtOnce) {
  auto s = good();
  s.revision = 0;
  s.nodes[2].number = 40;
  s.hosts[1].needed = 0;
  s.stages[0].timeout = 0s;
  EXPECT_EQ(validate(s).size(), 4u) << listed(validate(s));
}

TEST(Site, AnEmptySiteIsRefusedAndNotACrash) {
  const auto problems = validate(site{});
  EXPECT_NE(listed(problems).find("error nodes: is empty"), std::string::npos);
  EXPECT_NE(listed(problems).find("error site: has no name"), std::string::npos);
}

// ---- Names
// ---------------------------------------------------------------------------------------

TEST(Site, NamesHoldPlainCharactersOnly) {
  for (const auto* bad : {"usv a", "usv/a", ".usv", "-usv", "üsv", "a\n"})
    expect_error("ups[0].name", "is no name", [&](site& s) { s.upses[0].name = bad; });
  expect_error("ups[0].name", "is no name",
               [](site& s) { s.upses[0].name = std::string(64, 'a'); });
  expect_clean([](site& s) { s.upses[0].name = "A-1_b.c"; });
  expect_clean([](site& s) { s.upses[0].name = std::string(63, 'a'); });
}

TEST(Site, EverythingNeedsAName) {
  expect_error("site", "has no name", [](site& s) { s.name.clear(); });
  expect_error("nodes[1].name", "has no name", [](site& s) { s.nodes[1].name.clear(); });
  expect_error("hosts[0].name", "has no name", [](site& s) { s.hosts[0].name.clear(); });
  expect_error("outlet_units[0].names", "has no name", [](site& s) { s.outlets[2].name.clear(); });
}

TEST(Site, ANameIsGivenOnceAmongNodesDevicesOutletsAndHosts) {
  expect_error("ups[1].name", "already the name at ups[0].name",
               [](site& s) { s.upses[1].name = "usv-a"; });
  expect_error("hosts[0].name", "already the name at nodes[0].name",
               [](site& s) { s.hosts[0].name = "node0"; });
  expect_error("sensors[0].name", "already the name at outlet_units[0].name",
               [](site& s) { s.sensors[0].name = "rack1"; });
  expect_error("outlet_units[0].names", "already the name at hosts[0].name",
               [](site& s) { s.outlets[3].name = "web1"; });
}

TEST(Site, RevisionsCountFromOne) {
  expect_error("revision", "count from 1", [](site& s) { s.revision = 0; });
}

// ---- Nodes and votes
// -----------------------------------------------------------------------------

TEST(Site, ASiteHasNodes) {
  expect_error("nodes", "is empty", [](site& s) {
    s.nodes.clear();
    s.votes.threshold = 0;
  });
}

TEST(Site, ASiteHasNoMoreThanThirtyTwoNodes) {
  const auto grown_to = [](site& s, node_number n) {
    for (node_number i = 3; i < n; ++i)
      s.nodes.push_back({.number = i,
                         .name = "more" + std::to_string(i),
                         .control_endpoint = "tcp://c" + std::to_string(i),
                         .events_endpoint = "tcp://e" + std::to_string(i)});
  };
  expect_clean([&](site& s) { grown_to(s, 32); });
  expect_among("nodes", "the most is 32", [&](site& s) { grown_to(s, 33); });
  expect_among("nodes[32].number", "number from 0 to 31", [&](site& s) { grown_to(s, 33); });
}

TEST(Site, NodeNumbersAreDistinctAndAscending) {
  expect_error("nodes[2].number", "is taken", [](site& s) { s.nodes[2].number = 1; });
  expect_error("nodes[2].number", "ascending", [](site& s) {
    s.nodes[0].number = 1;
    s.nodes[1].number = 2;
    s.nodes[2].number = 0;
  });
  expect_error("nodes[2].number", "number from 0 to 31", [](site& s) { s.nodes[2].number = 32; });
}

TEST(Site, EachEndpointIsGivenOnce) {
  expect_error("nodes[1].control", "already used by nodes[0].control",
               [](site& s) { s.nodes[1].control_endpoint = s.nodes[0].control_endpoint; });
  expect_error("nodes[1].events", "already used by nodes[1].control",
               [](site& s) { s.nodes[1].events_endpoint = s.nodes[1].control_endpoint; });
  expect_error("nodes[1].events", "is missing",
               [](site& s) { s.nodes[1].events_endpoint.clear(); });
}

TEST(Site, TheThresholdIsWithinReachAndAMajority) {
  expect_error("votes.threshold", "nothing could ever be decided",
               [](site& s) { s.votes.threshold = 4; });
  expect_warning("votes.threshold", "no majority", [](site& s) { s.votes.threshold = 1; });
  expect_warning("votes.threshold", "no majority", [](site& s) {
    s.nodes.resize(2);
    s.votes.threshold = 1;
  });
  expect_warning("votes.threshold", "needs every node", [](site& s) { s.votes.threshold = 3; });
  expect_clean([](site& s) { s.votes.threshold = 2; });
}

TEST(Site, OneNodeAloneAndTwoTogetherAreNoFinding) {
  expect_clean([](site& s) { s.nodes.resize(1); });
  expect_clean([](site& s) { s.nodes.resize(2); });
}

TEST(Site, AVoteOutlivesThreeRenewals) {
  expect_error("votes.time_to_live", "the least is 5 s", [](site& s) {
    s.votes.time_to_live = 4999ms;
    s.votes.period_calm = 2s;
  });
  expect_error("votes.time_to_live", "3 times period_alert", [](site& s) {
    s.votes.time_to_live = 8s;
    s.votes.period_alert = 3s;
  });
  expect_warning("votes.time_to_live", "after its voter died", [](site& s) {
    s.votes.time_to_live = 61s;
    s.votes.able_within = 61s;
  });
}

TEST(Site, ALabMayGoFaster) {
  expect_clean([](site& s) {
    s.lab = true;
    s.votes.time_to_live = 400ms;
    s.votes.period_alert = 200ms;
    s.votes.period_calm = 500ms;
    s.votes.single_witness = 0s;
    s.observing.runtime_margin = 0s;
    s.observing.episode_end = 1s;
    s.restore.mains_stable = 0s;
    s.upses[0].poll_period = 50ms;
    s.upses[0].alert_poll_period = 50ms;
    s.outlets[0].minimum_off = 0s;
  });
  expect_among("votes.time_to_live", "2 times period_alert", [](site& s) {
    s.lab = true;
    s.votes.time_to_live = 399ms;
    s.votes.period_alert = 200ms;
  });
}

TEST(Site, VotePeriodsMakeSense) {
  expect_error("votes.period_alert", "more than 0 s", [](site& s) { s.votes.period_alert = 0s; });
  expect_among("votes.period_alert", "5 s at most", [](site& s) { s.votes.period_alert = 6s; });
  expect_error("votes.period_calm", "shorter than period_alert",
               [](site& s) { s.votes.period_calm = 999ms; });
  expect_error("votes.able_within", "shorter than time_to_live", [](site& s) {
    s.votes.able_within = 9s;
    s.votes.period_calm = 4s;
  });
  expect_error("votes.able_within", "twice period_calm", [](site& s) { s.votes.period_calm = 8s; });
}

TEST(Site, EachFallbackRuleHasItsFloor) {
  expect_error("votes.single_witness", "the least is 10 s",
               [](site& s) { s.votes.single_witness = 9s; });
  expect_error("votes.clear_after", "the least is 5 s", [](site& s) { s.votes.clear_after = 4s; });
  expect_error("votes.fallback_reserve", "the least is 30 s",
               [](site& s) { s.votes.fallback_reserve = 29s; });
  expect_error("votes.fallback_floor_low", "the least is 2 s",
               [](site& s) { s.votes.fallback_floor_low = 1s; });
  expect_error("votes.fallback_floor_high", "below fallback_floor_low",
               [](site& s) { s.votes.fallback_floor_high = 4s; });
}

TEST(Site, EachRuleOfObservingHasItsFloor) {
  expect_error("observing.fresh_periods", "2 to 10",
               [](site& s) { s.observing.fresh_periods = 1; });
  expect_among("observing.fresh_periods", "2 to 10",
               [](site& s) { s.observing.fresh_periods = 11; });
  expect_error("observing.blind_periods", "below fresh_periods",
               [](site& s) { s.observing.blind_periods = 2; });
  expect_error("observing.blind_floor", "the least is 10 s",
               [](site& s) { s.observing.blind_floor = 9s; });
  expect_error("observing.episode_end", "the least is 30 s",
               [](site& s) { s.observing.episode_end = 29s; });
  expect_error("observing.late_cancel", "the least is 5 s",
               [](site& s) { s.observing.late_cancel = 4s; });
  expect_error("observing.runtime_margin", "the least is 30 s",
               [](site& s) { s.observing.runtime_margin = 29s; });
}

// ---- Devices
// -------------------------------------------------------------------------------------

TEST(Site, WithoutAUpsNothingIsProtected) {
  expect_warning("ups", "nothing is protected", [](site& s) {
    s.upses.clear();
    s.units.clear();
    s.outlets.clear();
    s.hosts.clear();
    s.stages.clear();
  });
}

TEST(Site, PollsAreNeitherTooQuickNorTooSlow) {
  expect_among("ups[0].poll", "the least is 0.5 s", [](site& s) { s.upses[0].poll_period = 0s; });
  expect_warning("ups[0].poll", "added to every margin",
                 [](site& s) { s.upses[0].poll_period = 6s; });
  expect_warning("ups[0].poll", "added to every margin",
                 [](site& s) { s.upses[0].poll_period = 60s; });
  expect_error("ups[0].poll", "the most is 1 min", [](site& s) { s.upses[0].poll_period = 61s; });
  expect_error("ups[0].alert_poll", "the least is 0.5 s",
               [](site& s) { s.upses[0].alert_poll_period = 0s; });
  expect_error("ups[0].alert_poll", "longer than poll",
               [](site& s) { s.upses[0].alert_poll_period = 3s; });
  expect_error("outlet_units[0].poll", "the least", [](site& s) { s.units[0].poll_period = 0s; });
  expect_error("sensors[0].poll", "the least", [](site& s) { s.sensors[0].poll_period = 0s; });
}

TEST(Site, ARatedRuntimeIsATime) {
  expect_error("ups[0].rated_runtime", "not positive",
               [](site& s) { s.upses[0].rated_runtime = 0s; });
}

TEST(Site, AnOutletUnitHasItsUpsAndItsOutlets) {
  expect_among("outlet_units[0].feed", "no UPS", [](site& s) { s.units[0].feed = 2; });
  expect_among("outlet_units[0].outlets", "1 to 256", [](site& s) { s.units[0].outlets = 0; });
  expect_error("outlet_units[0].outlets", "1 to 256", [](site& s) { s.units[0].outlets = 257; });
}

TEST(Site, AnOutletIsOneOfItsUnit) {
  expect_error("outlet_units[0].names", "number 5", [](site& s) { s.outlets[3].number = 5; });
  expect_error("outlet_units[0].names", "number 0", [](site& s) { s.outlets[3].number = 0; });
  expect_error("outlet_units[0].names", "appears twice", [](site& s) { s.outlets[3].number = 2; });
  expect_error("outlet_units[1].names", "belongs to no unit",
               [](site& s) { s.outlets[3].unit = 1; });
  expect_error("outlet_units[0].names.minimum_off", "the least is 10 s",
               [](site& s) { s.outlets[3].minimum_off = 9s; });
}

TEST(Site, AnOutletListsTheHostsThatArePluggedIntoIt) {
  expect_error("outlet_units[0].names", "make both agree",
               [](site& s) { s.outlets[0].feeds = {}; });
  expect_error("outlet_units[0].names", "make both agree",
               [](site& s) { s.outlets[1].feeds = {0}; });
}

TEST(Site, ASensorSaysWhatItMeasuresAndWhenItAlarms) {
  expect_error("sensors[0].kind", "is missing",
               [](site& s) { s.sensors[0].kind = power::sensor_kind::unspecified; });
  expect_error("sensors[0].alarm_low", "not below", [](site& s) { s.sensors[0].alarm_low = 40; });
  expect_error("sensors[0].hysteresis", "negative", [](site& s) { s.sensors[0].hysteresis = -1; });
  expect_error("sensors[0].alarm_high", "no number",
               [](site& s) { s.sensors[0].alarm_high = std::numeric_limits<double>::infinity(); });
}

// ---- Hosts
// ---------------------------------------------------------------------------------------

TEST(Site, AHostHasSupplies) {
  expect_error("hosts[1].supplies", "is empty", [](site& s) { s.hosts[1].supplies.clear(); });
}

TEST(Site, AHostNeedsSomeOfItsSupplies) {
  expect_error("hosts[0].needed", "0 of 2", [](site& s) { s.hosts[0].needed = 0; });
  expect_error("hosts[0].needed", "3 of 2", [](site& s) { s.hosts[0].needed = 3; });
  expect_clean([](site& s) { s.hosts[0].needed = 2; });
}

TEST(Site, ASupplyIsPluggedIntoSomethingThatExists) {
  expect_error("hosts[1].supplies[0]", "no UPS", [](site& s) { s.hosts[1].supplies[0].ups = 2; });
  expect_error("hosts[1].supplies[0]", "no outlet",
               [](site& s) { s.hosts[1].supplies[0].outlet = 4; });
}

TEST(Site, AnOutletThatFeedsAHostIsFedByAUps) {
  expect_error("hosts[0].supplies[0]", "no UPS feeds", [](site& s) { s.units[0].feed.reset(); });
  expect_clean([](site& s) {
    s.units[0].feed.reset();
    s.hosts[0].supplies[0].outlet.reset();
    s.outlets[0].feeds.clear();
  });
}

TEST(Site, ASupplyAndItsOutletAgreeOnTheUps) {
  expect_error("hosts[0].supplies[0]", "another UPS", [](site& s) { s.units[0].feed = 1; });
}

TEST(Site, TwoSuppliesOfAHostDoNotShareAnOutlet) {
  expect_error("hosts[0].supplies[1]", "same outlet", [](site& s) {
    s.hosts[0].supplies[1] = s.hosts[0].supplies[0];
    s.hosts[0].needed = 2;
  });
}

TEST(Site, SuppliesOnOneUpsAreNotRedundant) {
  expect_warning("hosts[0].supplies", "none is redundant",
                 [](site& s) { s.hosts[0].supplies[1].ups = 0; });
  expect_clean([](site& s) {
    s.hosts[0].supplies[1].ups = 0;
    s.hosts[0].needed = 2;
  });
}

TEST(Site, TheTimesOfAHostAreTimes) {
  expect_error("hosts[1].shutdown_time", "not positive",
               [](site& s) { s.hosts[1].shutdown_time = 0s; });
  expect_error("hosts[1].boot_time", "not positive", [](site& s) { s.hosts[1].boot_time = 0s; });
  expect_error("hosts[1].power_off_delay", "negative",
               [](site& s) { s.hosts[1].power_off_delay = -1s; });
  expect_error("hosts[1].hold", "negative", [](site& s) { s.hosts[1].hold = -1s; });
}

TEST(Site, AHostWithoutAHoldActsOnAnyMomentOfAgreement) {
  expect_warning("hosts[1].hold", "however short", [](site& s) { s.hosts[1].hold = 0s; });
  expect_warning("hosts[1].hold", "taken from the battery", [](site& s) { s.hosts[1].hold = 61s; });
}

TEST(Site, AHardwareAddressIsSixBytes) {
  for (const auto* bad : {"", "00:1a:2b:3c:4d", "00:1a:2b:3c:4d:5g", "001a:2b:3c:4d:5e:"})
    expect_error("hosts[0].wake_address", "no hardware address",
                 [&](site& s) { s.hosts[0].wake_address = bad; });
  expect_clean([](site& s) { s.hosts[0].wake_address = "00-1A-2B-3C-4D-5E"; });
}

TEST(Site, AHostThatNobodyCouldStartAgainIsNamed) {
  expect_warning("hosts[1]", "nobody can start it again",
                 [](site& s) { s.hosts[1].wake_address.reset(); });
  expect_warning("hosts[0]", "has a supply without an outlet",
                 [](site& s) { s.hosts[0].wake_address.reset(); });
  expect_clean([](site& s) {
    s.lab = true;
    s.hosts[1].wake_address.reset();
  });
}

TEST(Site, ThePowerOffDelayIsLongEnoughForTheLastWord) {
  expect_error("hosts[1].power_off_delay", "to send its last word",
               [](site& s) { s.hosts[1].power_off_delay = 499ms; });
  expect_clean([](site& s) { s.hosts[1].power_off_delay = 500ms; });
}

TEST(Site, ASimulatedUnitIsOnlyForOneNode) {
  expect_warning("outlet_units[0]", "each node plays it by itself",
                 [](site& s) { s.units[0].address.driver = "simulated"; });
  expect_clean([](site& s) {
    s.units[0].address.driver = "simulated";
    s.nodes.resize(1);
  });
}

TEST(Site, AHostIsInOneStage) {
  expect_error("hosts[0]", "stages[0] and stages[1]", [](site& s) { s.stages[1].hosts = {1, 0}; });
  expect_error("hosts[0]", "does not belong to it", [](site& s) { s.hosts[0].stage = 1; });
  expect_error("hosts[0]", "does not belong to it", [](site& s) { s.hosts[0].stage.reset(); });
  expect_error("hosts[1]", "does not list it", [](site& s) {
    s.stages[1].hosts.clear();
    s.stages[1].shed = {3};
  });
}

TEST(Site, AHostInNoStageIsShutDownByItsBatteryAlone) {
  expect_warning("hosts[1]", "is in no stage", [](site& s) {
    s.hosts[1].stage.reset();
    s.stages[1].hosts.clear();
    s.stages[1].shed = {3};
  });
}

// ---- Stages
// --------------------------------------------------------------------------------------

TEST(Site, AStageHasAName) {
  expect_error("stages[0].name", "is missing", [](site& s) { s.stages[0].name.clear(); });
  expect_error("stages[1].name", "two stages", [](site& s) { s.stages[1].name = "clients"; });
}

TEST(Site, AStageHasACondition) {
  expect_among("stages[1].when", "has no condition", [](site& s) { s.stages[1].when = {}; });
}

TEST(Site, ConditionsArePossible) {
  expect_error("stages[0].when.on_battery_for", "negative",
               [](site& s) { s.stages[0].when.on_battery_for = -1s; });
  expect_among("stages[1].when.runtime_below", "not positive",
               [](site& s) { s.stages[1].when.runtime_below = 0s; });
  for (const double bad : {-1.0, 101.0, std::numeric_limits<double>::quiet_NaN()})
    expect_error("stages[0].when.charge_below", "percent",
                 [&](site& s) { s.stages[0].when.charge_below_percent = bad; });
  expect_clean([](site& s) {
    s.stages[0].when.on_battery_for = 0s;
    s.stages[0].when.charge_below_percent = 40;
  });
}

TEST(Site, AStageThatStopsHostsWatchesTheRuntime) {
  expect_warning("stages[1].when", "neither runtime_below nor battery_low", [](site& s) {
    s.stages[1].when.runtime_below.reset();
    s.stages[1].when.on_battery_for = 60s;
  });
  expect_warning("stages[1].when", "on battery low without runtime_below", [](site& s) {
    s.stages[1].when.runtime_below.reset();
    s.stages[1].when.battery_low = true;
  });
}

TEST(Site, AStageThatStopsNoHostNeedNotWatchTheRuntime) {
  expect_clean([](site& s) {
    stage_config warn;
    warn.name = "warn";
    warn.when.on_battery_for = 0s;
    warn.commands = {{.host = 0, .action = "message", .text = "on battery"}};
    s.stages.push_back(warn);
  });
}

TEST(Site, TheRuntimeConditionLeavesTimeForTheSlowestHost) {
  expect_warning("stages[1].when.runtime_below", "raise it to 2 min 30 s",
                 [](site& s) { s.stages[1].when.runtime_below = 149s; });
  expect_warning("stages[0].when.runtime_below", "raise it to 5 min 1 s",
                 [](site& s) { s.hosts[0].shutdown_time = 271s; });
}

TEST(Site, TheSlowestHostOfAStageCountsWhereverItStands) {
  for (const bool slow_first : {true, false})
    expect_warning("stages[0].when.runtime_below", "raise it to 5 min 20 s", [&](site& s) {
      s.hosts[slow_first ? 0 : 1].shutdown_time = 290s;
      s.hosts[1].stage = 0;
      s.stages[0].hosts = {0, 1};
      s.stages.pop_back();
    });
}

TEST(Site, AStageNamesWhatExistsAndEachThingOnce) {
  expect_among("stages[1].hosts[1]", "no host", [](site& s) { s.stages[1].hosts = {1, 2}; });
  expect_error("stages[1].hosts[1]", "again", [](site& s) { s.stages[1].hosts = {1, 1}; });
  expect_error("stages[0].shed[2]", "no outlet", [](site& s) { s.stages[0].shed = {0, 3, 4}; });
  expect_error("stages[0].shed[1]", "again", [](site& s) { s.stages[0].shed = {3, 3}; });
  expect_error("stages[0].shed_hosts[0]", "no host", [](site& s) { s.stages[0].shed_hosts = {2}; });
}

TEST(Site, AShedOutletWaitsForAHostThatIsNotYetShutDown) {
  expect_warning("stages[0].shed[0]", "stays on until that host is down", [](site& s) {
    s.hosts[0].stage = 1;
    s.hosts[1].stage = 0;
    s.stages[0].hosts = {1};
    s.stages[1].hosts = {0};
  });
}

TEST(Site, AnOutletShedAfterItsHostIsNoFinding) {
  expect_clean([](site& s) {
    s.stages[0].shed.clear();
    s.stages[1].shed = {0};
  });
}

TEST(Site, ACommandNamesAHostAndAnAction) {
  expect_error("stages[0].commands[0].host", "no host",
               [](site& s) { s.stages[0].commands[0].host = 2; });
  expect_error("stages[0].commands[0].action", "is missing",
               [](site& s) { s.stages[0].commands[0].action.clear(); });
  expect_error("stages[0].commands[0].text", "is missing",
               [](site& s) { s.stages[0].commands[0].text.clear(); });
}

TEST(Site, AStageWaitsLongEnoughForItsHosts) {
  expect_error("stages[0].timeout", "not positive", [](site& s) { s.stages[0].timeout = 0s; });
  expect_warning("stages[0].timeout", "\"web1\" takes 2 min 10 s",
                 [](site& s) { s.stages[0].timeout = 129s; });
  expect_clean([](site& s) { s.stages[0].timeout = 130s; });
}

TEST(Site, AStageDoesSomething) {
  expect_warning("stages[2]", "does nothing", [](site& s) {
    stage_config idle;
    idle.name = "idle";
    idle.when.battery_low = true;
    s.stages.push_back(idle);
  });
}

// ---- Restoring
// -----------------------------------------------------------------------------------

TEST(Site, RestoringHasPossibleSettings) {
  expect_error("restore.stagger", "negative", [](site& s) { s.restore.stagger = -1s; });
  expect_error("restore.mains_stable", "the least is 10 s",
               [](site& s) { s.restore.mains_stable = 9s; });
  expect_error("restore.charge_minimum", "percent",
               [](site& s) { s.restore.charge_minimum_percent = 101; });
  expect_error("restore.charge_unknown_after", "negative",
               [](site& s) { s.restore.charge_unknown_after = -1s; });
}

TEST(Site, RestoringEarlierThanAnEpisodeEndsInvitesTheNextBlip) {
  expect_warning("restore.mains_stable", "next blip",
                 [](site& s) { s.restore.mains_stable = s.observing.episode_end - 1s; });
}

}  // namespace
}  // namespace holdover
