#include "core/review/review.hpp"

#include "tests/support/sites.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace holdover {
namespace {

using weight = site_problem::weight;

/// "warning nodes: text" for each finding.
std::vector<std::string> said(const site& s, const site_assets& assets = {}) {
  std::vector<std::string> out;
  for (const auto& one : review(s, assets)) {
    const auto* how = one.how == weight::error     ? "error "
                      : one.how == weight::warning ? "warning "
                                                   : "note ";
    out.push_back(how + one.path + ": " + one.text);
  }
  return out;
}

/// The findings that hold a text.
std::size_t count(const std::vector<std::string>& all, std::string_view text) {
  return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const auto& one) {
    return one.find(text) != std::string::npos;
  }));
}

site_assets assets_of(const site& s) {
  site_assets a;
  a.nodes.resize(s.nodes.size());
  a.upses.resize(s.upses.size());
  a.units.resize(s.units.size());
  a.sensors.resize(s.sensors.size());
  a.host_switches.resize(s.hosts.size());
  return a;
}

TEST(Review, OfASoundSiteSaysNothing) {
  EXPECT_EQ(said(test::office()), std::vector<std::string>{});
  EXPECT_EQ(said(test::redundant()), std::vector<std::string>{});
}

TEST(Review, ReadsPastNothingInASiteThatPointsNowhere) {
  auto s = test::office();
  s.hosts[0].supplies = {{77, 99}};
  s.hosts[1].stage = 55;
  s.stages[1].hosts = {200};
  s.stages[0].shed = {300};
  s.units[0].feed = 9;
  s.nodes[0].supplies = {{9, 400}};
  (void)said(s);
}

TEST(Review, AStageOnTimeAloneMustComeBeforeTheBatteryIsEmpty) {
  auto s = test::office();
  s.upses[0].rated_runtime = 30min;
  s.stages[0].when = {.on_battery_for = 30min, .runtime_below = {}, .charge_below_percent = {}};
  EXPECT_EQ(count(said(s), "stages[0].when.on_battery_for: is 30 min, but the battery is empty"),
            1u);
  s.stages[0].when.battery_low = true;
  EXPECT_EQ(count(said(s), "stages[0]"), 0u);
}

TEST(Review, AStageThatALaterOneAlwaysOvertakesIsNeverReached) {
  auto s = test::office();
  s.stages[1].when = {.on_battery_for = 10min, .runtime_below = 5min, .charge_below_percent = {}};
  EXPECT_EQ(count(said(s), "warning stages[1].when: is never reached: stage \"servers\""), 1u);
}

TEST(Review, EqualConditionsAreAnOrderAndNoMistake) {
  auto s = test::office();
  s.stages[1].when = s.stages[2].when;
  EXPECT_EQ(count(said(s), "never reached"), 0u);
}

TEST(Review, AHostThatFallsOnABlipIsNamedWhereTheTimeStands) {
  auto s = test::office();
  s.stages[2].when.on_battery_for = 0s;
  const auto all = said(s);
  EXPECT_EQ(count(all,
                  "stages[2].when.on_battery_for: is 0 s: any blip of 5 s takes down "
                  "\"web1\", \"web2\" and \"db1\""),
            1u);
  s.lab = true;
  EXPECT_EQ(count(said(s), "blip"), 0u);
}

TEST(Review, AHoldMustOutlastAValueThatASourceRepeats) {
  auto s = test::office();
  s.hosts[0].hold = 1s;
  s.upses[0].address.driver = "nut";
  s.upses[0].alert_poll_period = 1s;
  EXPECT_EQ(
      count(said(s), "warning hosts[0].hold: is 1 s, but \"main\" may repeat one value for 2 s"),
      1u);
  s.hosts[0].hold = 3s;
  EXPECT_EQ(count(said(s), "may repeat"), 0u);
  s.hosts[0].hold = 1s;
  s.upses[0].address.driver = "megatec";
  EXPECT_EQ(count(said(s), "may repeat"), 0u) << "asked directly, it answers what is";
}

TEST(Review, ARuntimeTriggerAboveTheFullRuntimeActsAtOnce) {
  auto s = test::office();
  s.upses[0].rated_runtime = 10min;
  EXPECT_EQ(count(said(s), "stages[1].when.runtime_below: is 10 min, but a full battery lasts"),
            1u);
}

TEST(Review, StagesMustFitIntoTheRuntimeAtFullLoad) {
  auto s = test::office();
  auto a = assets_of(s);
  a.upses[0].full_load_runtime = 3min;  // Three stages of 70 s.
  EXPECT_EQ(count(said(s, a), "warning ups[0].full_load_runtime: is 3 min, but the stages"), 1u);
  a.upses[0].full_load_runtime = 8min;
  EXPECT_EQ(count(said(s, a), "less than twice the 3 min 30 s"), 1u);
  a.upses[0].full_load_runtime = 12min;
  EXPECT_EQ(count(said(s, a), "full_load_runtime"), 0u);
}

TEST(Review, AStageMayNotStopTheQuorumThatLaterStagesNeed) {
  auto s = test::office();
  auto a = assets_of(s);
  s.nodes[0].host = test::index_of(s.hosts, "web1");
  EXPECT_EQ(count(said(s, a), "error"), 0u);
  s.nodes[1].host = test::index_of(s.hosts, "db1");
  EXPECT_EQ(count(said(s, a), "error stages[2]: stops node \"beta\", after which 1 of 3 nodes"),
            1u);
  s.nodes[1].host = test::index_of(s.hosts, "nas1");
  EXPECT_EQ(count(said(s, a), "error"), 0u);
}

TEST(Review, TooFewNodesThatStandByLeaveADarkSite) {
  auto s = test::office();
  const auto dark = [&] { return count(said(s), "and with the others too few nodes are left"); };
  s.nodes[0].host = test::index_of(s.hosts, "nas1");
  EXPECT_EQ(dark(), 0u) << "two are left";
  s.nodes[1].host = test::index_of(s.hosts, "db1");
  EXPECT_EQ(dark(), 2u);
  s.hosts[test::index_of(s.hosts, "db1")].stands_by = true;
  EXPECT_EQ(dark(), 0u);
}

TEST(Review, ANodeOnAShedOutletIsStoppedByThatStage) {
  auto s = test::office();
  s.nodes[0].supplies = s.nodes[1].supplies = {{0, s.stages[0].shed[0]}};
  s.nodes[2].supplies = {{0, {}}};
  const auto all = said(s);
  EXPECT_EQ(count(all, "warning nodes[0].supplies: node \"alpha\" hangs on an outlet that stage"),
            1u);
  EXPECT_EQ(count(all, "error stages[0]: stops node \"alpha\" and \"beta\""), 1u);
}

TEST(Review, ANodeOnNoUpsGoesDarkWithTheMains) {
  auto s = test::office();
  s.nodes[0].supplies = {{no_ups, {}}};
  s.nodes[1].supplies = s.nodes[2].supplies = {{0, {}}};
  EXPECT_EQ(count(said(s), "warning nodes[0]: node \"alpha\" hangs on no UPS"), 1u);
}

TEST(Review, AUpsThatEndsMustNotTakeTheQuorumOfHostsElsewhere) {
  auto s = test::redundant();
  s.nodes[0].supplies = s.nodes[1].supplies = {{0, {}}};
  s.nodes[2].supplies = {{1, {}}};
  EXPECT_EQ(count(said(s), "warning nodes: if UPS \"left\" ends, 1 of 3 nodes stay"), 1u);
  s.nodes[1].supplies.push_back({1, {}});
  EXPECT_EQ(count(said(s), "warning nodes"), 0u);
}

TEST(Review, TwoOfFiveNodesOnOneUpsFailTogether) {
  auto s = test::redundant();
  s.nodes.push_back({3, "delta", "tcp://10.0.0.4:7400", "tcp://10.0.0.4:7401"});
  s.nodes.push_back({4, "epsilon", "tcp://10.0.0.5:7400", "tcp://10.0.0.5:7401"});
  s.nodes[0].supplies = s.nodes[1].supplies = {{0, {}}};
  s.nodes[2].supplies = s.nodes[3].supplies = s.nodes[4].supplies = {{0, {}}, {1, {}}};
  EXPECT_EQ(count(said(s), "they fail together"), 1u);
}

// Two switches with a link: alpha and beta on the first, gamma on the second.
site_assets two_switches(const site& s) {
  auto a = assets_of(s);
  a.switches = {{"core", "lan", {}, {{0, {}}}}, {"floor", "lan", {0}, {{0, {}}}}};
  a.nodes[0].switches = a.nodes[1].switches = {0};
  a.nodes[2].switches = {1};
  return a;
}

TEST(Review, HostsThatNobodyCouldTellWithoutASwitchAreNamedOnce) {
  auto s = test::office();
  for (auto& node : s.nodes)
    node.supplies = {{0, {}}};
  auto a = two_switches(s);
  a.host_switches = {{0}, {1}, {0, 1}, {}};
  const auto all = said(s, a);
  // web2 on "floor" reaches two nodes only through "core"; db1 has both; web1 hangs on "core".
  EXPECT_EQ(count(all, "if \"core\" dies, nobody could tell \"web1\", \"web2\" and \"db1\""), 1u);
  EXPECT_EQ(count(all, "if \"floor\" dies, nobody could tell \"web2\""), 1u);
}

TEST(Review, AUpsBehindOneSwitchIsASingleObservationPath) {
  auto s = test::office();
  for (auto& node : s.nodes)
    node.supplies = {{0, {}}};
  auto a = two_switches(s);
  a.upses[0].switches = {1};
  EXPECT_EQ(count(said(s, a),
                  "note switches[0]: if \"core\" dies, no quorum sees UPS \"main\" any longer"),
            1u);
}

TEST(Review, AHostBehindAnUnlinkedSwitchIsOutOfReach) {
  auto s = test::office();
  auto a = two_switches(s);
  a.switches[1].links.clear();
  a.host_switches[0] = {1};
  EXPECT_EQ(count(said(s, a), "warning hosts[0].switches: 1 of 3 nodes have a way"), 1u);
}

TEST(Review, WakeOnLanNeedsSomebodyOnTheSegment) {
  auto s = test::office();
  s.hosts[0].wake_address = "02:00:00:00:00:01";
  auto a = two_switches(s);
  a.switches.push_back({"far", "annex", {0}, {{0, {}}}});
  a.host_switches[0] = {2};
  EXPECT_EQ(count(said(s, a), "warning hosts[0].wake_address: is of no use"), 1u);
  a.host_switches[1] = {2};
  EXPECT_EQ(count(said(s, a), "wake_address"), 0u);
}

TEST(Review, ASwitchOnAShedOutletMissesTheOutage) {
  auto s = test::office();
  auto a = two_switches(s);
  a.switches[0].supplies = {{0, s.stages[0].shed[0]}};
  a.switches[1].supplies = {{no_ups, {}}};
  const auto all = said(s, a);
  EXPECT_EQ(count(all, "warning switches[0].supplies: switch \"core\" hangs on an outlet"), 1u);
  EXPECT_EQ(count(all, "warning switches[1]: switch \"floor\" hangs on no UPS"), 1u);
}

// ---- The product family ----------------------------------------------------------------------

/// The office with one interface of a model and sensors on it.
class Family : public testing::Test {
protected:
  void interface_of(std::string model) {
    interface_asset card;
    card.name = "card";
    card.model = std::move(model);
    card.ups = 0;
    card.supplies = {{0, {}}};
    assets_.interfaces = {card};
  }
  interface_asset& card() { return assets_.interfaces[0]; }
  void sensor(std::string model,
              power::sensor_kind kind = power::sensor_kind::temperature_celsius) {
    sensor_config s;
    s.name = "sensor" + std::to_string(site_.sensors.size() + 1);
    s.kind = kind;
    s.hysteresis = 6;
    site_.sensors.push_back(s);
    assets_.sensors.push_back({std::move(model), interface_index{0}, {}, 0});
  }
  std::size_t errors(std::string_view text) const { return count(said(site_, assets_), text); }

  site site_ = test::office();
  site_assets assets_ = assets_of(site_);
};

TEST_F(Family, NoSensorFitsOnAStandardOrIndustrialInterface) {
  for (const auto* model : {"CS121B", "CS121B SK", "CS121M", "CS121M SK"}) {
    interface_of(model);
    site_.sensors.clear();
    assets_.sensors.clear();
    sensor("SM_T_COM");
    EXPECT_EQ(errors("takes no \"SM_T_COM\""), 1u) << model;
  }
  interface_of("CS121 SK");
  EXPECT_EQ(errors("error"), 0u);
}

TEST_F(Family, ADoorSensorFitsOnAnIndustrialInterfaceButNotOnAStandardOne) {
  interface_of("CS121M");
  sensor("SM_door", power::sensor_kind::contact);
  EXPECT_EQ(errors("error"), 0u);
  card().model = "CS121B";
  EXPECT_EQ(errors("has no contacts"), 1u);
}

TEST_F(Family, ASensorOnCom2StandsNotBesideASensorManager) {
  interface_of("CS121");
  sensor("SM_T_COM");
  card().sensor_manager = true;
  EXPECT_EQ(errors("where a Sensor Manager is"), 1u);
}

TEST_F(Family, Com2TakesOneDeviceWhichMayMeasureTwoThings) {
  interface_of("CS121");
  sensor("SM_T_H_COM");
  sensor("SM_T_H_COM", power::sensor_kind::humidity_percent);
  EXPECT_EQ(errors("error"), 0u);
  sensor("SM_T_COM");
  EXPECT_EQ(errors("takes one sensor"), 1u);
}

TEST_F(Family, ASensorManagerHasEightAnalogAndFourDigitalInputs) {
  interface_of("CS121");
  card().sensor_manager = true;
  for (int i = 0; i < 8; ++i)
    sensor("SM_T");
  for (int i = 0; i < 4; ++i)
    sensor("digital", power::sensor_kind::contact);
  EXPECT_EQ(errors("error"), 0u);
  sensor("analog");
  sensor("digital", power::sensor_kind::contact);
  EXPECT_EQ(errors("is analog input number 9"), 1u);
  EXPECT_EQ(errors("is digital input number 5"), 1u);
}

TEST_F(Family, AnInputIsTakenOnce) {
  interface_of("CS121");
  sensor("SM_T");
  sensor("SM_T");
  assets_.sensors[0].input = assets_.sensors[1].input = 3;
  EXPECT_EQ(errors("analog input 3 is taken by \"sensor1\""), 1u);
  assets_.sensors[1].input = 9;
  EXPECT_EQ(errors("a Sensor Manager has analog inputs 1 to 8"), 1u);
}

TEST_F(Family, ASensorManagerHasFourOutputs) {
  interface_of("CS121");
  card().sensor_manager = true;
  card().outputs = {{1, "lamp", "SM_flash"}, {1, "siren", ""}, {5, "relay", ""}};
  EXPECT_EQ(errors("outputs[1].number: 1 is taken"), 1u);
  EXPECT_EQ(errors("outputs[2].number: is 5"), 1u);
}

TEST_F(Family, AnAlarmOutsideTheRangeOfItsSensorIsNeverRaised) {
  interface_of("CS121");
  sensor("SM_T");
  site_.sensors[0].alarm_low = -5;
  EXPECT_EQ(errors("sensors[0].alarm_low: is -5, but a \"SM_T\" measures from 0 to 100"), 1u);
}

TEST_F(Family, HumidityIsNotMeasuredByAThermometerNorCloserThanItsError) {
  interface_of("CS121");
  sensor("SM_T", power::sensor_kind::humidity_percent);
  site_.sensors[0].hysteresis = 2;
  EXPECT_EQ(errors("measures no humidity"), 1u);
  EXPECT_EQ(errors("less than the error of the sensor"), 1u);
}

TEST_F(Family, ModbusOnAnIndustrialInterfaceIsRs485) {
  interface_of("CS121M");
  card().modbus = "rs232";
  EXPECT_EQ(errors("interfaces[0].modbus"), 1u);
  card().modbus = "rs485";
  EXPECT_EQ(errors("interfaces[0].modbus"), 0u);
  card().model = "CS121B";
  EXPECT_EQ(errors("interfaces[0].modbus"), 1u);
}

TEST_F(Family, ASerialLineIsShorterThanTwelveMetres) {
  interface_of("CS121");
  card().cable_metres = 11.9;
  EXPECT_EQ(errors("cable_metres"), 0u);
  card().cable_metres = 12;
  EXPECT_EQ(errors("interfaces[0].cable_metres: is 12 m"), 1u);
}

TEST_F(Family, AnAuxUnitNeedsAnInterfaceThatDrivesItWithinFifteenMetres) {
  assets_.units[0] = {"SS4 AUX", {}, 15};
  EXPECT_EQ(errors("outlet_units[0].attached_to: is missing"), 1u);
  interface_of("CS121B");
  assets_.units[0].attached_to = 0;
  EXPECT_EQ(errors("drives no \"SS4 AUX\""), 1u);
  card().model = "CS121M";
  EXPECT_EQ(errors("error"), 0u);
  assets_.units[0].cable_metres = 15.5;
  EXPECT_EQ(errors("outlet_units[0].cable_metres: is 15.5 m"), 1u);
}

TEST_F(Family, ASensorManagerMayHangOnAnSs4ButNothingOnAnSs4Aux) {
  assets_.units[0].model = "SS4";
  sensor("SM_T_COM");
  assets_.sensors[0] = {"SM_T_COM", {}, outlet_unit_index{0}, 0};
  EXPECT_EQ(errors("error"), 0u);
  assets_.units[0] = {"SS4 AUX", {}, {}};
  EXPECT_EQ(errors("a \"SS4 AUX\" takes no \"SM_T_COM\""), 1u);
}

TEST_F(Family, AnInterfaceInABoxNeedsPowerThatOutlivesTheMains) {
  interface_of("CS121");
  card().supplies.clear();
  EXPECT_EQ(errors("warning interfaces[0]: interface \"card\" hangs on no UPS"), 1u);
  card().model = "CS121 SK";
  EXPECT_EQ(errors("interfaces[0]"), 0u);
}

}  // namespace
}  // namespace holdover
