#include "core/event.hpp"

#include "core/power/names.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace holdover {
namespace {

event of(event_payload what) {
  event made;
  made.id.site = "lab";
  made.id.publisher = "site-2";
  made.what = std::move(what);
  return made;
}

power::measurement value(std::string_view name, double number) {
  return {.name = std::string(name), .number = number, .source = "test"};
}

TEST(Event, AUpsTellsItsStateItsFlagsAndWhatCounts) {
  ups_event what;
  what.device = "usv-a";
  what.what = "on_battery";
  what.flags.set(power::ups_flag::on_battery);
  what.flags.set(power::ups_flag::discharging);
  what.values = {value(power::names::battery_charge, 81.52),
                 value(power::names::output_voltage, 230),
                 value(power::names::battery_runtime, 750.4), value(power::names::ups_load, 40),
                 value(power::names::input_voltage, 3.2)};
  const auto e = of(what);
  EXPECT_EQ(kind(e), "ups");
  EXPECT_EQ(subject(e), "usv-a");
  EXPECT_EQ(to_string(e),
            "UPS usv-a: on battery (OB DISCHRG): charge 81.5 %, runtime 750 s, load 40 %, "
            "input 3.2 V");
}

TEST(Event, AValueThatIsNotGoodIsNotTold) {
  ups_event what;
  what.device = "usv-a";
  what.what = "communication_lost";
  what.values = {value(power::names::battery_charge, 80)};
  what.values.front().how = power::quality::stale;
  EXPECT_EQ(to_string(of(what)), "UPS usv-a: communication lost (none)");
}

TEST(Event, AnInterfaceTellsWhoItIs) {
  interface_event what;
  what.device = "usv-a";
  what.what = "identified";
  what.who.manufacturer = "ACME";
  what.who.firmware = "5.2";
  what.detail = "was 5.1";
  const auto e = of(what);
  EXPECT_EQ(kind(e), "interface");
  EXPECT_EQ(subject(e), "usv-a");
  EXPECT_EQ(to_string(e), "interface of usv-a: identified (ACME 5.2): was 5.1");
}

TEST(Event, ASensorTellsItsValueInItsUnit) {
  sensor_event what;
  what.device = "room";
  what.what = "alarm_high";
  what.reading.value = value("ambient.temperature", 41.5);
  what.reading.kind = power::sensor_kind::temperature_celsius;
  EXPECT_EQ(kind(of(what)), "sensor");
  EXPECT_EQ(subject(of(what)), "room");
  EXPECT_EQ(to_string(of(what)), "sensor room: alarm high: 41.5 °C");
  what.reading.kind = power::sensor_kind::humidity_percent;
  EXPECT_EQ(to_string(of(what)), "sensor room: alarm high: 41.5 % humidity");
  what.reading.kind = power::sensor_kind::contact;
  EXPECT_EQ(to_string(of(what)), "sensor room: alarm high: contact active");
  what.reading.value.number = 0;
  EXPECT_EQ(to_string(of(what)), "sensor room: alarm high: contact inactive");
  what.reading.value.how = power::quality::absent;
  EXPECT_EQ(to_string(of(what)), "sensor room: alarm high");
}

TEST(Event, AnOutletTellsHowManyVotesStandBehindIt) {
  outlet_event what;
  what.outlet = "rack1.3";
  what.what = "intent_off";
  what.detail = "web1 is down";
  EXPECT_EQ(to_string(of(what)), "outlet rack1.3: intent off: web1 is down");
  what.evidence = {"vote"};
  EXPECT_EQ(to_string(of(what)), "outlet rack1.3: intent off, on 1 signed vote: web1 is down");
  what.evidence = {"vote", "vote"};
  EXPECT_EQ(to_string(of(what)), "outlet rack1.3: intent off, on 2 signed votes: web1 is down");
  EXPECT_EQ(kind(of(what)), "outlet");
  EXPECT_EQ(subject(of(what)), "rack1.3");
}

TEST(Event, AHostTellsFromWhereToWhere) {
  host_event what;
  what.host = "web1";
  what.what = "armed";
  EXPECT_EQ(to_string(of(what)), "host web1: armed");
  what.from = "running";
  what.detail = "2 of 3 votes";
  EXPECT_EQ(to_string(of(what)), "host web1: running -> armed: 2 of 3 votes");
  EXPECT_EQ(kind(of(what)), "host");
  EXPECT_EQ(subject(of(what)), "web1");
}

TEST(Event, AReceiptTellsHowFarAnActionGot) {
  receipt_event what;
  what.host = "web1";
  what.report.id = "shutdown";
  what.report.state = agent::action_state::failed;
  what.report.detail = "exit code 3";
  EXPECT_EQ(to_string(of(what)), "host web1: action shutdown failed: exit code 3");
  EXPECT_EQ(kind(of(what)), "receipt");
  EXPECT_EQ(subject(of(what)), "web1");
}

TEST(Event, AVoteTellsWhatIsWantedAndWhy) {
  vote_event what;
  what.about.name = "web1";
  what.host_level = vote::level::shutdown;
  what.outlet = vote::outlet_wish::off;
  what.why = vote::reason::runtime_below;
  what.explanation = "usv-a has 90 s left";
  EXPECT_EQ(to_string(of(what)),
            "vote on host web1: shutdown (runtime below): usv-a has 90 s left");
  what.about.kind = target_kind::outlet;
  what.about.executor = 2;
  EXPECT_EQ(to_string(of(what)),
            "vote on outlet web1 at node 2: off (runtime below): usv-a has 90 s left");
  EXPECT_EQ(kind(of(what)), "vote");
  EXPECT_EQ(subject(of(what)), "web1");
}

TEST(Event, AnIncidentTellsItsLabelAndItsTransition) {
  incident_event what;
  what.incident.bytes[0] = 0xab;
  what.from = "calm";
  what.to = "open";
  what.why = "usv-a is on battery";
  const auto label = "ab" + std::string(30, '0');
  EXPECT_EQ(to_string(of(what)), "incident " + label + ": calm -> open: usv-a is on battery");
  EXPECT_EQ(kind(of(what)), "incident");
  EXPECT_EQ(subject(of(what)), label);
}

TEST(Event, NewsWithinAnIncidentNamesItsStateOnce) {
  incident_event what;
  what.from = what.to = "open";
  what.why = "mains is back: called off";
  EXPECT_EQ(to_string(of(what)),
            "incident " + std::string(32, '0') + ": open: mains is back: called off");
}

TEST(Event, AnAlarmTellsWhetherItBeginsOrEnds) {
  alarm_event what;
  what.alarm = "ups_blind";
  what.subject = "usv-a";
  what.text = "no answer for 30 s";
  EXPECT_EQ(to_string(of(what)), "alarm: ups blind, usv-a: no answer for 30 s");
  what.raised = false;
  EXPECT_EQ(to_string(of(what)), "alarm over: ups blind, usv-a: no answer for 30 s");
  EXPECT_EQ(kind(of(what)), "alarm");
  EXPECT_EQ(subject(of(what)), "usv-a");
}

TEST(Event, RedundancyTellsHowEachSupplyCounts) {
  redundancy_event what{
      "app1", "lost", true, 1, {{"left", "lost", 31s, "as_lost"}, {"", "carries", {}, ""}}};
  EXPECT_EQ(to_string(of(what)),
            "host app1: redundancy lost: needs 1 of 2: left lost (not seen, silent_supply: "
            "as_lost), bare mains carries");
  what.raised = false;
  what.supplies = {{"left", "carries", {}, ""}, {"right", "not_seen_yet", {}, ""}};
  EXPECT_EQ(to_string(of(what)),
            "host app1: redundancy lost over: needs 1 of 2: left carries, right not seen yet");
  EXPECT_EQ(kind(of(what)), "redundancy");
  EXPECT_EQ(subject(of(what)), "app1");
}

TEST(Event, ANodeSpeaksOfItself) {
  const auto e = of(node_event{.what = "peer_lost", .detail = "site-3"});
  EXPECT_EQ(to_string(e), "node site-2: peer lost: site-3");
  EXPECT_EQ(kind(e), "node");
  EXPECT_EQ(subject(e), "site-2");
}

TEST(Event, AnOperatorTellsWhoAndWhy) {
  const auto e =
      of(operator_event{.by = "anna", .command = "hold", .subject = "web1", .why = "backup runs"});
  EXPECT_EQ(to_string(e), "operator anna: hold web1: backup runs");
  EXPECT_EQ(kind(e), "operator");
  EXPECT_EQ(subject(e), "web1");
}

TEST(Event, WhateverADeviceSaysItStaysOneLine) {
  interface_event what;
  what.device = "usv-a";
  what.what = "identified";
  what.detail = "Linux\r\n\x1b[2Jalarm: forged" + std::string(5000, '!');
  const auto line = to_string(of(what));
  EXPECT_TRUE(line.starts_with("interface of usv-a: identified: Linux   [2Jalarm: forged!!"));
  EXPECT_EQ(line.size(), 1000u);
}

TEST(Event, EverySeverityHasAName) {
  EXPECT_EQ(to_string(severity::debug), "debug");
  EXPECT_EQ(to_string(severity::info), "info");
  EXPECT_EQ(to_string(severity::warning), "warning");
  EXPECT_EQ(to_string(severity::alarm), "alarm");
}

}  // namespace
}  // namespace holdover
