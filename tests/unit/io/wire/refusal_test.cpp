#include "io/wire/codec.hpp"
#include "tests/unit/io/wire/samples.hpp"

#include "holdover/v1/envelope.pb.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

namespace holdover::wire {
namespace {

std::string reason(std::string_view bytes) {
  const auto got = decode(bytes);
  const auto* no = std::get_if<refusal>(&got);
  return no != nullptr ? no->reason : "accepted";
}

/// What decode() says of a valid message after one change on the wire.
std::string after(const message_payload& payload, const std::function<void(v1::Message&)>& change) {
  v1::Message out;
  EXPECT_TRUE(out.ParseFromString(encode(wrap(payload))));
  change(out);
  return reason(out.SerializePartialAsString());
}

std::string of_vote(const std::function<void(v1::Vote&)>& change) {
  return after(sample_host_vote(), [&](v1::Message& m) { change(*m.mutable_vote()); });
}

std::string of_beacon(const std::function<void(v1::HostBeacon&)>& change) {
  return after(sample_host_beacon(), [&](v1::Message& m) { change(*m.mutable_host_beacon()); });
}

TEST(Refusal, NothingAndGarbageAreNoMessages) {
  EXPECT_EQ(reason(""), "site: is empty");
  EXPECT_EQ(reason("\xFF\xFF garbage"), "message: not a protobuf message of this kind, or damaged");
}

TEST(Refusal, AMessageAboveOneMebibyteIsNotEvenParsed) {
  EXPECT_EQ(reason(std::string(message_bytes_max + 1, 'x')),
            "message: 1048577 bytes are more than the limit of 1 MiB");
}

TEST(Refusal, AMessageNeedsASiteAPublisherAndAPayload) {
  const auto change = [](auto what) { return after(sample_host_vote(), what); };
  EXPECT_EQ(change([](v1::Message& m) { m.clear_site(); }), "site: is empty");
  EXPECT_EQ(change([](v1::Message& m) { m.clear_publisher(); }), "publisher: is empty");
  EXPECT_EQ(change([](v1::Message& m) { m.clear_what(); }),
            "what: missing or from a newer release");
}

TEST(Refusal, TheSiteInsideMustBeTheSiteOutside) {
  EXPECT_EQ(of_vote([](v1::Vote& v) { v.set_site("elsewhere"); }),
            "site: differs from that of what is inside");
  EXPECT_EQ(of_beacon([](v1::HostBeacon& b) { b.set_site("elsewhere"); }),
            "site: differs from that of what is inside");
}

TEST(Refusal, AnEnumerationWordMustBeKnown) {
  EXPECT_EQ(of_beacon([](v1::HostBeacon& b) { b.clear_state(); }),
            "host_beacon.state: missing or from a newer release");
  EXPECT_EQ(of_beacon([](v1::HostBeacon& b) { b.set_effective(static_cast<v1::HostLevel>(99)); }),
            "host_beacon.effective: missing or from a newer release");
  EXPECT_EQ(of_vote([](v1::Vote& v) { v.mutable_supplies(0)->clear_state(); }),
            "vote.supplies[0].state: missing or from a newer release");
}

TEST(Refusal, IdsHaveSixteenBytesThatAreNotAllZero) {
  EXPECT_EQ(of_vote([](v1::Vote& v) { v.set_nonce("short"); }),
            "vote.nonce: has 5 bytes instead of 16");
  EXPECT_EQ(of_vote([](v1::Vote& v) { v.clear_nonce(); }), "vote.nonce: is missing");
  EXPECT_EQ(of_vote([](v1::Vote& v) { v.set_incarnation(std::string(16, '\0')); }),
            "vote.incarnation: is all zero");
  EXPECT_EQ(of_vote([](v1::Vote& v) { v.set_incident(std::string(17, 'x')); }),
            "vote.incident: has 17 bytes instead of 16");
}

TEST(Refusal, OnlyAnIncidentMayBeMissing) {
  EXPECT_EQ(of_vote([](v1::Vote& v) { v.clear_incident(); }), "accepted");
}

TEST(Refusal, APolicyHashHas32Bytes) {
  EXPECT_EQ(of_vote([](v1::Vote& v) { v.set_policy_hash("abc"); }),
            "vote.policy_hash: has 3 bytes instead of 32");
}

TEST(Refusal, NamesAreShortAndCanBeShown) {
  const auto with_name = [](std::string name) {
    return of_vote([&](v1::Vote& v) { v.mutable_target()->set_name(name); });
  };
  EXPECT_EQ(with_name(""), "vote.target.name: is empty");
  EXPECT_EQ(with_name("a\nb"), "vote.target.name: has characters that cannot be shown");
  EXPECT_EQ(with_name(std::string(129, 'x')), "vote.target.name: is longer than 128 characters");
  EXPECT_EQ(of_vote([](v1::Vote& v) { v.mutable_supplies(0)->set_ups("u1\nsupply 1 2"); }),
            "vote.supplies[0].ups: has characters that cannot be shown");
  std::string umlauts;
  for (int i = 0; i < 128; ++i)
    umlauts += "\xC3\xBC";
  EXPECT_EQ(with_name(umlauts), "accepted");
}

TEST(Refusal, TextsMayHaveLinesButNoEscapes) {
  const auto with_text = [](std::string text) {
    return of_vote([&](v1::Vote& v) { v.mutable_actions(0)->set_text(text); });
  };
  EXPECT_EQ(with_text("two\nlines"), "accepted");
  EXPECT_EQ(with_text("\x1B[31mred"), "vote.actions[0].text: has characters that cannot be shown");
  EXPECT_EQ(with_text(std::string(4097, 'x')),
            "vote.actions[0].text: is longer than 4096 characters");
}

TEST(Refusal, ReportsAreFewAndShort) {
  const auto with_report = [](std::size_t characters, int reports = 1) {
    return after(sample_host_beacon(), [&](v1::Message& m) {
      auto& actions = *m.mutable_host_beacon()->mutable_actions();
      const auto one = actions[0];
      actions.Clear();
      for (int i = 0; i < reports; ++i) {
        *actions.Add() = one;
        actions[i].set_detail(std::string(characters, 'x'));
      }
    });
  };
  EXPECT_EQ(with_report(256, 32), "accepted");
  EXPECT_EQ(with_report(257), "host_beacon.actions[0].detail: is longer than 256 characters");
  EXPECT_EQ(with_report(1, 33), "host_beacon.actions: has 33 entries, at most 32 are allowed");
}

TEST(Refusal, TimesAreWithinACenturyAndWellFormed) {
  const auto with_left = [](std::int64_t seconds, std::int32_t nanos) {
    return of_vote([&](v1::Vote& v) {
      v.mutable_supplies(0)->mutable_left()->set_seconds(seconds);
      v.mutable_supplies(0)->mutable_left()->set_nanos(nanos);
    });
  };
  EXPECT_EQ(with_left(-5, -1), "accepted");
  EXPECT_EQ(with_left(4'000'000'000, 0), "vote.supplies[0].left: is longer than 100 years");
  EXPECT_EQ(with_left(std::numeric_limits<std::int64_t>::min(), 0),
            "vote.supplies[0].left: is longer than 100 years");
  EXPECT_EQ(with_left(1, -1), "vote.supplies[0].left: is not a duration");
  EXPECT_EQ(with_left(0, 1'000'000'000), "vote.supplies[0].left: is not a duration");
}

TEST(Refusal, AgesAreNotNegative) {
  EXPECT_EQ(
      after(sample_host_vote(), [](v1::Message& m) { m.mutable_age()->set_nanos(-250000000); }),
      "age: is negative");
  EXPECT_EQ(of_vote([](v1::Vote& v) {
              v.mutable_supplies(0)->mutable_observation_age()->set_seconds(-1);
              v.mutable_supplies(0)->mutable_observation_age()->set_nanos(0);
            }),
            "vote.supplies[0].observation_age: is negative");
}

TEST(Refusal, NodeNumbersAreBelow32) {
  EXPECT_EQ(of_vote([](v1::Vote& v) { v.set_controller(32); }),
            "vote.controller: 32 is no node's number (0 to 31)");
  EXPECT_EQ(
      of_beacon([](v1::HostBeacon& b) { b.mutable_echoes(1)->set_controller(4'000'000'000); }),
      "host_beacon.echoes[1].controller: 4000000000 is no node's number (0 to 31)");
}

TEST(Refusal, ANodeIsEchoedOnce) {
  EXPECT_EQ(of_beacon([](v1::HostBeacon& b) { b.mutable_echoes(1)->set_controller(1); }),
            "host_beacon.echoes[1].controller: is echoed twice");
}

TEST(Refusal, AVotesWishFitsItsTarget) {
  EXPECT_EQ(of_vote([](v1::Vote& v) { v.set_outlet_wish(v1::OUTLET_WISH_OFF); }),
            "vote.wish: is missing, or does not fit the kind of target");
  EXPECT_EQ(of_vote([](v1::Vote& v) { v.clear_wish(); }),
            "vote.wish: is missing, or does not fit the kind of target");
  EXPECT_EQ(of_vote([](v1::Vote& v) { v.mutable_target()->set_executor(1); }),
            "vote.target.executor: is for outlets only");
}

TEST(Refusal, AHostNeedsBetweenOneAnd256Supplies) {
  EXPECT_EQ(of_vote([](v1::Vote& v) { v.set_needed_supplies(0); }),
            "vote.needed_supplies: is not between 1 and 256");
}

TEST(Refusal, ListsAreBounded) {
  EXPECT_EQ(of_beacon([](v1::HostBeacon& b) {
              for (int i = 0; i < 40; ++i)
                *b.add_echoes() = b.echoes(0);
            }),
            "host_beacon.echoes: has 42 entries, at most 32 are allowed");
}

TEST(Refusal, NumbersAreNumbersAndPercentagesPlausible) {
  ups_telemetry sample;
  sample.device = "main";
  sample.what.charge_percent = 50;
  sample.values.resize(1);
  sample.values[0].name = "ups.load";
  const auto of_telemetry = [&](const std::function<void(v1::UpsTelemetry&)>& change) {
    return after(sample, [&](v1::Message& m) { change(*m.mutable_ups_telemetry()); });
  };
  const auto nan = std::numeric_limits<double>::quiet_NaN();
  const auto infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(of_telemetry([&](auto& t) { t.mutable_values(0)->set_number(nan); }),
            "ups_telemetry.values[0].number: is not a number");
  EXPECT_EQ(of_telemetry([&](auto& t) { t.mutable_observation()->set_charge_percent(infinity); }),
            "ups_telemetry.observation.charge_percent: is not a number");
  EXPECT_EQ(of_telemetry([&](auto& t) { t.mutable_observation()->set_load_percent(-1); }),
            "ups_telemetry.observation.load_percent: is not a percentage");
}

TEST(Refusal, LogsCountFromOneAndRangesRunForwards) {
  EXPECT_EQ(after(sample_event(node_event{.what = "started", .detail = ""}),
                  [](v1::Message& m) { m.mutable_event()->clear_sequence(); }),
            "event.sequence: is zero; logs count from 1");
  const range_request range{.publisher = "beta", .incarnation = 1, .first = 5, .last = 6};
  EXPECT_EQ(after(range, [](v1::Message& m) { m.mutable_range_request()->set_last(4); }),
            "range_request.last: is before first");
  EXPECT_EQ(after(range, [](v1::Message& m) { m.mutable_range_request()->set_first(0); }),
            "range_request.first: is zero; logs count from 1");
}

TEST(Refusal, ABatchHasReadingsAndNotTooMany) {
  ups_telemetry told;
  told.device = "main";
  const auto with = [&](std::size_t count) {
    telemetry_batch batch;
    batch.readings.assign(count, {0ms, told});
    return reason(encode(wrap(batch)));
  };
  EXPECT_EQ(with(0), "telemetry_batch.readings: is empty");
  EXPECT_EQ(with(batch_entries_max), "accepted");
  EXPECT_EQ(with(batch_entries_max + 1),
            "telemetry_batch.readings: has 257 entries, at most 256 are allowed");
}

TEST(Refusal, AReadingInABatchIsReadAsStrictlyAsALoneOne) {
  ups_telemetry told;
  told.device = "main";
  const telemetry_batch batch{{{0ms, told}, {0ms, told}}};
  const auto changed = [&](const std::function<void(v1::TelemetryBatch::Reading&)>& change) {
    return after(
        batch, [&](v1::Message& m) { change(*m.mutable_telemetry_batch()->mutable_readings(1)); });
  };
  EXPECT_EQ(changed([](auto& one) { one.clear_what(); }),
            "telemetry_batch.readings[1].what: missing or from a newer release");
  EXPECT_EQ(changed([](auto& one) { one.mutable_ups()->clear_device(); }),
            "telemetry_batch.readings[1].ups.device: is empty");
  EXPECT_EQ(changed([](auto& one) { one.mutable_waited()->set_seconds(-1); }),
            "telemetry_batch.readings[1].waited: is negative");
}

TEST(Refusal, ALabelIsOneOfItsBatchAndStandsForNameAndSource) {
  ups_telemetry told;
  told.device = "main";
  told.values.resize(2);
  told.values[0].name = "ups.load";
  told.values[1].name = "ups.realpower";
  const auto changed = [&](const std::function<void(v1::TelemetryBatch&)>& change) {
    return after(telemetry_batch{{{0ms, told}, {0ms, told}}},
                 [&](v1::Message& m) { change(*m.mutable_telemetry_batch()); });
  };
  const auto value = [](v1::TelemetryBatch& batch) {
    return batch.mutable_readings(1)->mutable_ups()->mutable_values(1);
  };
  const std::string where = "telemetry_batch.readings[1].ups.values[1].";
  EXPECT_EQ(changed([&](auto& b) { value(b)->set_label(3); }),
            where + "label: 3 is not in the list of labels");
  EXPECT_EQ(changed([&](auto& b) { value(b)->set_label(0); }),
            where + "label: 0 is not in the list of labels");
  EXPECT_EQ(changed([&](auto& b) { value(b)->set_source("1.2.3"); }),
            where + "source: stands beside a label, which names it");
  EXPECT_EQ(changed([&](auto& b) { value(b)->clear_called(); }), where + "name: is empty");
  EXPECT_EQ(changed([&](auto& b) { value(b)->set_name("ups.power"); }), "accepted");
  EXPECT_EQ(changed([&](auto& b) { b.mutable_labels(1)->clear_name(); }),
            "telemetry_batch.labels[1].name: is empty");
  EXPECT_EQ(changed([&](auto& b) { b.mutable_labels(1)->set_source("\x1b[2J"); }),
            "telemetry_batch.labels[1].source: has characters that cannot be shown");
  EXPECT_EQ(
      after(told,
            [](v1::Message& m) { m.mutable_ups_telemetry()->mutable_values(0)->set_label(1); }),
      "ups_telemetry.values[0].label: 1 is not in the list of labels");
}

TEST(Refusal, AShortBatchDoesNotUnfoldIntoAHugeOne) {
  ups_telemetry told;
  told.device = "main";
  told.values.resize(64);
  for (auto& value : told.values)
    value.name = value.source = std::string(64, 'x');
  const auto with = [&](std::size_t readings) {
    telemetry_batch batch;
    batch.readings.assign(readings, {0ms, told});
    return reason(encode(wrap(batch)));
  };
  EXPECT_EQ(with(128), "accepted");
  EXPECT_EQ(with(129),
            "telemetry_batch.readings[128].ups.values[0].label: with those before it "
            "stands for more than 1 MiB");
}

TEST(Refusal, WhatARangeLacksCountsFromOneAndUpwards) {
  const auto with = [](std::uint64_t first, std::uint64_t last) {
    event_range range;
    range.publisher = "beta";
    range.discarded = {{first, last}};
    return reason(encode(wrap(range)));
  };
  EXPECT_EQ(with(3, 9), "accepted");
  EXPECT_EQ(with(0, 9), "event_range.discarded[0].first: is zero; logs count from 1");
  EXPECT_EQ(with(9, 3), "event_range.discarded[0].last: is before first");
}

TEST(Refusal, AnEventWithoutContentIsNone) {
  EXPECT_EQ(after(sample_event(node_event{.what = "started", .detail = ""}),
                  [](v1::Message& m) { m.mutable_event()->clear_what(); }),
            "event.what: missing or from a newer release");
}

TEST(Refusal, AHoldMustProveThatItIsMeantForThisLifeOfTheNode) {
  const operator_command hold{.by = "anna",
                              .request = sample_id(1),
                              .node_incarnation = {},
                              .node_tick = 0,
                              .what = hold_command{}};
  EXPECT_EQ(reason(encode(wrap(hold))), "operator_command.node_incarnation: is missing");
  operator_command order{.by = "anna",
                         .request = sample_id(1),
                         .node_incarnation = sample_id(2),
                         .node_tick = 1,
                         .what = ups_order{"main", power::ups_command::verb::shutdown, "no"}};
  EXPECT_EQ(reason(encode(wrap(order))),
            "operator_command.ups_order.command: is no order that leaves the output as it is");
  auto status = hold;
  status.what = status_command{};
  EXPECT_EQ(reason(encode(wrap(status))), "accepted");
}

TEST(Refusal, ASignedMessageIsComplete) {
  const auto reason_of = [](const std::function<void(signed_message&)>& change) -> std::string {
    auto one = sample_signed("bytes");
    change(one);
    const auto got = decode_signed(encode(one));
    const auto* no = std::get_if<refusal>(&got);
    return no != nullptr ? no->reason : "accepted";
  };
  EXPECT_EQ(reason_of([](auto& s) { s.about = domain::unspecified; }),
            "domain: missing or from a newer release");
  EXPECT_EQ(reason_of([](auto& s) { s.signer.clear(); }), "signer: is empty");
  EXPECT_EQ(reason_of([](auto& s) { s.bytes.clear(); }), "message: is empty");
  EXPECT_EQ(reason_of([](auto& s) { s.signature.pop_back(); }),
            "signature: has 63 bytes instead of 64");
}

}  // namespace
}  // namespace holdover::wire
