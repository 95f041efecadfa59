#include "io/wire/bus_codec.hpp"

#include "core/overloaded.hpp"
#include "io/wire/common_codec.hpp"
#include "io/wire/labels.hpp"
#include "io/wire/writer.hpp"

namespace holdover::wire {

namespace {

any_telemetry decode(const v1::TelemetryBatch::Reading& in, reader& read) {
  switch (in.what_case()) {
    case v1::TelemetryBatch::Reading::kUps: {
      const auto here = read.within("ups");
      return decode(in.ups(), read);
    }
    case v1::TelemetryBatch::Reading::kOutlets: {
      const auto here = read.within("outlets");
      return decode(in.outlets(), read);
    }
    case v1::TelemetryBatch::Reading::kSensor: {
      const auto here = read.within("sensor");
      return decode(in.sensor(), read);
    }
    case v1::TelemetryBatch::Reading::WHAT_NOT_SET:
      break;
  }
  read.refuse("what", "missing or from a newer release");
  return {};
}

void encode_head(const ups_telemetry& in, v1::UpsTelemetry& out) {
  out.set_counter(in.counter);
  out.set_device(name_of(in.device));
  encode(in.what, *out.mutable_observation());
  *out.mutable_observation_age() = age_of(in.observation_age);
  *out.mutable_confirmed_on_battery() = age_of(in.confirmed_on_battery);
  out.set_freshness(to_wire(freshnesses, in.fresh));
  out.set_flags(in.flags.bits());
}

void encode_head(const sensor_telemetry& in, v1::SensorTelemetry& out) {
  out.set_counter(in.counter);
  out.set_device(name_of(in.device));
  out.set_kind(to_wire(sensor_kinds, in.reading.kind));
  *out.mutable_reading_age() = age_of(in.reading_age);
}

void encode_labelled(const power::measurement& in, label_list& labels, v1::Measurement& out) {
  out.set_label(labels.number_of(in));
  encode_unnamed(in, out);
}

void encode_labelled(const ups_telemetry& in, label_list& labels, v1::UpsTelemetry& out) {
  encode_head(in, out);
  out.mutable_values()->Reserve(static_cast<int>(in.values.size()));
  for (const auto& value : in.values)
    encode_labelled(value, labels, *out.add_values());
}

void encode_labelled(const sensor_telemetry& in, label_list& labels, v1::SensorTelemetry& out) {
  encode_head(in, out);
  encode_labelled(in.reading.value, labels, *out.mutable_value());
}

std::vector<reader::spelling> decode_labels(const v1::TelemetryBatch& in, reader& read) {
  return read.list(in.labels(), site_entries_max, "labels",
                   [&](const v1::TelemetryBatch::Label& one) {
                     return reader::spelling{.name = read.name(one.name(), "name"),
                                             .source = read.name_or_none(one.source(), "source")};
                   });
}

log::range decode(const v1::EventRange::Span& in, reader& read) {
  if (in.first() == 0) read.refuse("first", "is zero; logs count from 1");
  if (in.last() < in.first()) read.refuse("last", "is before first");
  return {in.first(), in.last()};
}

}  // namespace

void encode(const ups_telemetry& in, v1::UpsTelemetry& out) {
  encode_head(in, out);
  encode_list(in.values, *out.mutable_values());
}

ups_telemetry decode(const v1::UpsTelemetry& in, reader& read) {
  ups_telemetry out;
  out.counter = in.counter();
  out.device = read.name(in.device(), "device");
  {
    const auto here = read.within("observation");
    out.what = decode(in.observation(), read);
  }
  out.observation_age = read.age(in.observation_age(), "observation_age");
  out.confirmed_on_battery = read.age(in.confirmed_on_battery(), "confirmed_on_battery");
  out.fresh = read.word(freshnesses, in.freshness(), "freshness");
  out.flags = power::ups_flags{in.flags()};
  out.values = read.list(in.values(), site_entries_max, "values",
                         [&](const v1::Measurement& value) { return decode(value, read); });
  return out;
}

void encode(const outlet_telemetry& in, v1::OutletTelemetry& out) {
  out.set_counter(in.counter);
  out.set_unit(name_of(in.unit));
  encode_list(in.outlets, *out.mutable_outlets());
}

outlet_telemetry decode(const v1::OutletTelemetry& in, reader& read) {
  return {
      .counter = in.counter(),
      .unit = read.name(in.unit(), "unit"),
      .outlets = read.list(in.outlets(), target_entries_max, "outlets",
                           [&](const v1::OutletStatus& outlet) { return decode(outlet, read); })};
}

void encode(const sensor_telemetry& in, v1::SensorTelemetry& out) {
  encode_head(in, out);
  encode(in.reading.value, *out.mutable_value());
}

sensor_telemetry decode(const v1::SensorTelemetry& in, reader& read) {
  sensor_telemetry out;
  out.counter = in.counter();
  out.device = read.name(in.device(), "device");
  out.reading.kind = read.word(sensor_kinds, in.kind(), "kind");
  out.reading_age = read.age(in.reading_age(), "reading_age");
  const auto here = read.within("value");
  out.reading.value = decode(in.value(), read);
  return out;
}

void encode(const telemetry_batch& in, v1::TelemetryBatch& out) {
  label_list labels{out};
  for (const auto& one : in.readings) {
    auto& entry = *out.add_readings();
    *entry.mutable_waited() = age_of(one.waited);
    std::visit(
        overloaded{
            [&](const ups_telemetry& told) { encode_labelled(told, labels, *entry.mutable_ups()); },
            [&](const outlet_telemetry& told) { encode(told, *entry.mutable_outlets()); },
            [&](const sensor_telemetry& told) {
              encode_labelled(told, labels, *entry.mutable_sensor());
            },
        },
        one.what);
  }
}

telemetry_batch decode(const v1::TelemetryBatch& in, reader& read) {
  if (in.readings().empty()) read.refuse("readings", "is empty");
  read.know_labels(decode_labels(in, read));
  return {.readings = read.list(in.readings(), batch_entries_max, "readings",
                                [&](const v1::TelemetryBatch::Reading& one) {
                                  return telemetry_batch::entry{
                                      .waited = read.age(one.waited(), "waited"),
                                      .what = decode(one, read)};
                                })};
}

void encode(const policy::node_word& in, v1::NodeWord& out) {
  out.set_policy_revision(in.policy_revision);
  out.set_policy_hash(std::string{in.policy_hash.begin(), in.policy_hash.end()});
  for (const auto& hold : in.holds) {
    auto& entry = *out.add_holds();
    entry.set_host(name_of(hold.host));
    *entry.mutable_lasts() = age_of(hold.lasts);
    entry.set_by(text_of(hold.by));
  }
  for (const auto& test : in.tests) {
    auto& entry = *out.add_tests();
    entry.set_ups(name_of(test.ups));
    *entry.mutable_ago() = age_of(test.ago);
  }
}

policy::node_word decode(const v1::NodeWord& in, reader& read) {
  return {.policy_revision = in.policy_revision(),
          .policy_hash = read.hash(in.policy_hash(), "policy_hash"),
          .holds = read.list(in.holds(), site_entries_max, "holds",
                             [&](const v1::NodeWord::Hold& hold) {
                               return policy::node_word::hold{
                                   .host = read.name(hold.host(), "host"),
                                   .lasts = read.age(hold.lasts(), "lasts"),
                                   .by = read.text(hold.by(), "by")};
                             }),
          .tests =
              read.list(in.tests(), site_entries_max, "tests", [&](const v1::NodeWord::Test& test) {
                return policy::node_word::test{.ups = read.name(test.ups(), "ups"),
                                               .ago = read.age(test.ago(), "ago")};
              })};
}

void encode(const log_digest& in, v1::LogDigest& out) {
  for (const auto& log : in.logs) {
    auto& entry = *out.add_logs();
    entry.set_publisher(name_of(log.publisher));
    entry.set_incarnation(log.incarnation);
    entry.set_prefix(log.prefix);
  }
}

log_digest decode(const v1::LogDigest& in, reader& read) {
  return {.logs =
              read.list(in.logs(), site_entries_max, "logs", [&](const v1::LogDigest::Log& log) {
                return log_digest::log{.publisher = read.name(log.publisher(), "publisher"),
                                       .incarnation = log.incarnation(),
                                       .prefix = log.prefix()};
              })};
}

void encode(const range_request& in, v1::RangeRequest& out) {
  out.set_publisher(name_of(in.publisher));
  out.set_incarnation(in.incarnation);
  out.set_first(in.first);
  out.set_last(in.last);
}

range_request decode(const v1::RangeRequest& in, reader& read) {
  if (in.first() == 0) read.refuse("first", "is zero; logs count from 1");
  if (in.last() < in.first()) read.refuse("last", "is before first");
  return {.publisher = read.name(in.publisher(), "publisher"),
          .incarnation = in.incarnation(),
          .first = in.first(),
          .last = in.last()};
}

void encode(const event_range& in, v1::EventRange& out) {
  out.set_publisher(name_of(in.publisher));
  out.set_incarnation(in.incarnation);
  for (const auto& one : in.events)
    if (!one.empty()) out.add_events(one);
  for (const auto& gone : in.discarded) {
    auto& span = *out.add_discarded();
    span.set_first(gone.first);
    span.set_last(gone.last);
  }
  out.set_more(in.more);
}

event_range decode(const v1::EventRange& in, reader& read) {
  return {
      .publisher = read.name(in.publisher(), "publisher"),
      .incarnation = in.incarnation(),
      .events =
          read.list(in.events(), site_entries_max, "events",
                    [&](const std::string& one) { return read.bytes(one, message_bytes_max, ""); }),
      .discarded = read.list(in.discarded(), site_entries_max, "discarded",
                             [&](const v1::EventRange::Span& gone) { return decode(gone, read); }),
      .more = in.more()};
}

void encode(const snapshot_request& in, v1::SnapshotRequest& out) {
  out.set_events_back(in.events_back);
  out.set_since_wall_milliseconds(in.since_wall_milliseconds);
}

snapshot_request decode(const v1::SnapshotRequest& in, reader&) {
  return {.events_back = in.events_back(), .since_wall_milliseconds = in.since_wall_milliseconds()};
}

}  // namespace holdover::wire
