#include "io/wire/codec.hpp"

#include "io/wire/json.hpp"
#include "tests/unit/io/wire/samples.hpp"

#include "holdover/v1/envelope.pb.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>

namespace holdover::wire {
namespace {

message decoded(std::string_view bytes) {
  auto got = decode(bytes);
  if (const auto* no = std::get_if<refusal>(&got)) {
    ADD_FAILURE() << no->reason;
    return {};
  }
  return std::get<message>(got);
}

/// Names of fields that a message leaves at their default, "oneof" alternatives aside.
void collect_unset(const google::protobuf::Message& in, const std::string& path,
                   std::vector<std::string>& unset) {
  const auto& type = *in.GetDescriptor();
  const auto& look = *in.GetReflection();
  for (int i = 0; i < type.field_count(); ++i) {
    const auto& field = *type.field(i);
    const auto here = path + '.' + field.name();
    const bool set =
        field.is_repeated() ? look.FieldSize(in, &field) > 0 : look.HasField(in, &field);
    if (!set && field.real_containing_oneof() == nullptr) unset.push_back(here);
    if (!set || field.message_type() == nullptr
        || field.message_type()->full_name() == "google.protobuf.Duration")
      continue;
    collect_unset(
        field.is_repeated() ? look.GetRepeatedMessage(in, &field, 0) : look.GetMessage(in, &field),
        here, unset);
  }
}

TEST(Codec, TheSamplesHaveEveryAlternativeAndSetEveryField) {
  std::set<int> kinds;
  std::set<int> events;
  std::vector<std::string> unset;
  for (const auto& sample : every_message()) {
    v1::Message parsed;
    ASSERT_TRUE(parsed.ParseFromString(encode(sample)));
    collect_unset(parsed, "message", unset);
    kinds.insert(parsed.what_case());
    if (parsed.has_event()) events.insert(parsed.event().what_case());
  }
  EXPECT_EQ(kinds.size(), std::variant_size_v<message_payload>);
  EXPECT_EQ(events.size(), std::variant_size_v<event_payload>);
  // A host's target has no executor, an outlet's vote names no actions; the first echo is of
  // node 1. In a batch a label stands for a measurement's source.
  const std::set<std::string> expected{"message.event.vote.about.executor",
                                       "message.telemetry_batch.readings.ups.values.source",
                                       "message.vote.target.executor", "message.vote.actions"};
  EXPECT_EQ(std::set<std::string>(unset.begin(), unset.end()), expected);
}

TEST(Codec, EveryMessageComesBackAsItWasSent) {
  for (const auto& sent : every_message()) {
    const auto bytes = encode(sent);
    const auto got = decoded(bytes);
    EXPECT_EQ(got.what.index(), sent.what.index());
    EXPECT_EQ(encode(got), bytes) << to_json(sent);
    EXPECT_EQ(to_json(got), to_json(sent));
  }
}

TEST(Codec, EqualCoreValuesArrive) {
  EXPECT_EQ(std::get<vote::vote>(decoded(encode(wrap(sample_host_vote()))).what),
            sample_host_vote());
  EXPECT_EQ(std::get<vote::vote>(decoded(encode(wrap(sample_outlet_vote()))).what),
            sample_outlet_vote());
  EXPECT_EQ(std::get<agent::host_beacon>(decoded(encode(wrap(sample_host_beacon()))).what),
            sample_host_beacon());
}

TEST(Codec, TheJsonOfEveryMessageIsAsRecorded) {
  const auto path = std::string{HOLDOVER_ROOT} + "/tests/unit/io/wire/every_message.jsonl";
  if (std::getenv("UPDATE_SCENARIOS") != nullptr) {
    std::ofstream file{path};
    for (const auto& sample : every_message())
      file << to_json(sample) << '\n';
  }
  std::ifstream recorded{path};
  ASSERT_TRUE(recorded) << path;
  for (const auto& sample : every_message()) {
    std::string line;
    std::getline(recorded, line);
    EXPECT_EQ(to_json(sample), line);
  }
}

TEST(Codec, ABatchSpellsOutEachNameOnceAndEveryReadingComesBackNamed) {
  const auto value = [](const char* name, const char* source) {
    power::measurement made;
    made.name = name;
    made.source = source;
    return made;
  };
  ups_telemetry main;
  main.device = "main";
  main.values = {value("ups.load", "1.2.3"), value("ups.realpower", "1.2.4")};
  ups_telemetry other;
  other.device = "other";
  other.values = {value("ups.realpower", "1.2.4"), value("ups.load", "9.9"), value("ups.load", "")};
  const telemetry_batch sent{{{0ms, main}, {0ms, other}, {0ms, main}, {0ms, other}}};
  const auto bytes = encode(wrap(sent));

  v1::Message parsed;
  ASSERT_TRUE(parsed.ParseFromString(bytes));
  EXPECT_EQ(parsed.telemetry_batch().labels_size(), 4);
  const auto got = std::get<telemetry_batch>(decoded(bytes).what);
  ASSERT_EQ(got.readings.size(), sent.readings.size());
  for (std::size_t i = 0; i < got.readings.size(); ++i) {
    const auto& there = std::get<ups_telemetry>(sent.readings[i].what).values;
    const auto& here = std::get<ups_telemetry>(got.readings[i].what).values;
    ASSERT_EQ(here.size(), there.size());
    for (std::size_t v = 0; v < here.size(); ++v) {
      EXPECT_EQ(here[v].name, there[v].name) << i << ", " << v;
      EXPECT_EQ(here[v].source, there[v].source) << i << ", " << v;
    }
  }
}

TEST(Codec, AnEventTakesItsOriginAndAgeFromTheMessage) {
  auto sent = wrap(sample_event(node_event{.what = "started", .detail = ""}));
  std::get<event>(sent.what).id.site.clear();
  sent.age = 7s;
  const auto got = std::get<event>(decoded(encode(sent)).what);
  EXPECT_EQ(got.id,
            (event_id{.site = "hq", .publisher = "alpha", .incarnation = 4, .sequence = 5}));
  EXPECT_EQ(got.age, 7s);
}

TEST(Codec, AbsentTimesStayAbsentAndZeroTimesStayZero) {
  auto sent = sample_host_beacon();
  sent.acts_in.reset();
  EXPECT_EQ(std::get<agent::host_beacon>(decoded(encode(wrap(sent))).what).acts_in, std::nullopt);
  sent.acts_in = 0s;
  EXPECT_EQ(std::get<agent::host_beacon>(decoded(encode(wrap(sent))).what).acts_in, 0s);
}

TEST(Codec, NegativeTimesKeepTheirMilliseconds) {
  auto sent = sample_host_beacon();
  sent.acts_in = -1250ms;
  EXPECT_EQ(std::get<agent::host_beacon>(decoded(encode(wrap(sent))).what).acts_in, -1250ms);
}

TEST(Codec, WhatADeviceSaysIsCleanedRatherThanRefused) {
  const interface_event sent{.device = "ss4",
                             .what = "identified",
                             .who = {.manufacturer = "M\xFCller",
                                     .model = std::string(500, 'x'),
                                     .serial = "\x1B[2J7",
                                     .firmware = ""},
                             .detail = std::string(9000, 'y')};
  const auto got = decoded(encode(wrap(sample_event(sent))));
  const auto& arrived = std::get<interface_event>(std::get<event>(got.what).what);
  EXPECT_EQ(arrived.who.manufacturer, "M\xEF\xBF\xBDller");
  EXPECT_EQ(arrived.who.model, std::string(128, 'x'));
  EXPECT_EQ(arrived.who.serial, " [2J7");
  EXPECT_EQ(arrived.detail.size(), 4096u);
}

TEST(Codec, ANumberThatIsNoneIsSentAsAbsent) {
  const auto nan = std::numeric_limits<double>::quiet_NaN();
  ups_telemetry sent;
  sent.device = "main";
  sent.what.charge_percent = nan;
  sent.values.resize(1);
  sent.values[0].name = "ups.load";
  sent.values[0].number = nan;
  const auto got = std::get<ups_telemetry>(decoded(encode(wrap(sent))).what);
  EXPECT_EQ(got.what.charge_percent, std::nullopt);
  EXPECT_EQ(got.values.at(0).how, power::quality::absent);
}

TEST(Codec, AVoteWithAReasonOfANewerReleaseStillCounts) {
  v1::Message newer;
  ASSERT_TRUE(newer.ParseFromString(encode(wrap(sample_host_vote()))));
  newer.mutable_vote()->set_reason(static_cast<v1::Reason>(999));
  const auto got = std::get<vote::vote>(decoded(newer.SerializeAsString()).what);
  EXPECT_EQ(got.why, vote::reason::unspecified);
  EXPECT_EQ(got.host_level, vote::level::shutdown);
}

TEST(Codec, FieldsOfANewerReleaseAreSkipped) {
  auto bytes = encode(wrap(sample_host_beacon()));
  bytes += "\xFA\x3E\x03new";  // field 1007, length-delimited
  EXPECT_EQ(std::get<agent::host_beacon>(decoded(bytes).what), sample_host_beacon());
}

TEST(Codec, ASignedMessageComesBackByteForByte) {
  const auto sent = sample_signed(std::string("\0\xFF any bytes", 12));
  const auto got = decode_signed(encode(sent));
  const auto* arrived = std::get_if<signed_message>(&got);
  ASSERT_NE(arrived, nullptr);
  EXPECT_EQ(arrived->about, sent.about);
  EXPECT_EQ(arrived->signer, sent.signer);
  EXPECT_EQ(arrived->bytes, sent.bytes);
  EXPECT_EQ(arrived->signature, sent.signature);
}

TEST(Codec, EveryDomainComesBack) {
  for (const auto about :
       {domain::vote, domain::beacon, domain::bus, domain::operator_, domain::drill}) {
    auto sent = sample_signed("x");
    sent.about = about;
    const auto got = decode_signed(encode(sent));
    ASSERT_TRUE(std::holds_alternative<signed_message>(got));
    EXPECT_EQ(std::get<signed_message>(got).about, about);
  }
}

TEST(Codec, EvidenceTellsWhoSignedWhat) {
  const auto got = decode_evidence(encode(sample_signed(encode(wrap(sample_host_vote())))));
  const auto* found = std::get_if<evidence>(&got);
  ASSERT_NE(found, nullptr) << std::get<refusal>(got).reason;
  EXPECT_EQ(found->envelope.signer, "alpha");
  EXPECT_EQ(std::get<vote::vote>(found->content.what), sample_host_vote());
}

TEST(Codec, EvidenceWithDamagedContentIsRefused) {
  const auto got = decode_evidence(encode(sample_signed("\xFF\xFF")));
  ASSERT_TRUE(std::holds_alternative<refusal>(got));
  EXPECT_EQ(std::get<refusal>(got).reason,
            "message: not a protobuf message of this kind, or damaged");
}

TEST(Codec, EventsOfARangeAreTheBytesThatWereSigned) {
  const auto original = encode(sample_signed(encode(wrap(sample_host_beacon()))));
  const event_range sent{.publisher = "beta", .incarnation = 1, .events = {original}};
  EXPECT_EQ(std::get<event_range>(decoded(encode(wrap(sent))).what).events.at(0), original);
}

}  // namespace
}  // namespace holdover::wire
