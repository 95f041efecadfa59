#include "io/wire/message_codec.hpp"

#include "core/overloaded.hpp"
#include "io/wire/beacon_codec.hpp"
#include "io/wire/bus_codec.hpp"
#include "io/wire/drill_codec.hpp"
#include "io/wire/event_codec.hpp"
#include "io/wire/status_codec.hpp"
#include "io/wire/vote_codec.hpp"
#include "io/wire/writer.hpp"

namespace holdover::wire {

namespace {

template <class Payload>
message_payload decode_as(std::string_view kind, const Payload& in, reader& read) {
  const auto here = read.within(kind);
  return decode(in, read);
}

message_payload decode_payload(const v1::Message& in, reader& read) {
  switch (in.what_case()) {
    case v1::Message::kVote:
      return decode_as("vote", in.vote(), read);
    case v1::Message::kHostBeacon:
      return decode_as("host_beacon", in.host_beacon(), read);
    case v1::Message::kExecutorBeacon:
      return decode_as("executor_beacon", in.executor_beacon(), read);
    case v1::Message::kEvent:
      return decode_as("event", in.event(), read);
    case v1::Message::kUpsTelemetry:
      return decode_as("ups_telemetry", in.ups_telemetry(), read);
    case v1::Message::kOutletTelemetry:
      return decode_as("outlet_telemetry", in.outlet_telemetry(), read);
    case v1::Message::kSensorTelemetry:
      return decode_as("sensor_telemetry", in.sensor_telemetry(), read);
    case v1::Message::kLogDigest:
      return decode_as("log_digest", in.log_digest(), read);
    case v1::Message::kRangeRequest:
      return decode_as("range_request", in.range_request(), read);
    case v1::Message::kEventRange:
      return decode_as("event_range", in.event_range(), read);
    case v1::Message::kSnapshotRequest:
      return decode_as("snapshot_request", in.snapshot_request(), read);
    case v1::Message::kNodeStatus:
      return decode_as("node_status", in.node_status(), read);
    case v1::Message::kOperatorCommand:
      return decode_as("operator_command", in.operator_command(), read);
    case v1::Message::kOperatorAnswer:
      return decode_as("operator_answer", in.operator_answer(), read);
    case v1::Message::kTelemetryBatch:
      return decode_as("telemetry_batch", in.telemetry_batch(), read);
    case v1::Message::kNodeWord:
      return decode_as("node_word", in.node_word(), read);
    case v1::Message::kDrillCall:
      return decode_as("drill_call", in.drill_call(), read);
    case v1::Message::WHAT_NOT_SET:
      break;
  }
  read.refuse("what", "missing or from a newer release");
  return log_digest{};
}

/// Votes, beacons and status name their site themselves. Two names in one message would let one
/// reader believe the one and the next reader the other.
void check_site(const std::string& inner, const message& outer, reader& read) {
  if (inner != outer.site) read.refuse("site", "differs from that of what is inside");
}

void settle(message& out, reader& read) {
  std::visit(overloaded{
                 [&](const vote::vote& v) { check_site(v.site, out, read); },
                 [&](const agent::host_beacon& b) { check_site(b.site, out, read); },
                 [&](const agent::executor_beacon& b) { check_site(b.site, out, read); },
                 [&](const node_status& s) { check_site(s.policy.site, out, read); },
                 [&](event& e) {
                   e.id.site = out.site;
                   e.id.publisher = out.publisher;
                   e.age = out.age;
                 },
                 [](const ups_telemetry&) {},
                 [](const outlet_telemetry&) {},
                 [](const sensor_telemetry&) {},
                 [](const log_digest&) {},
                 [](const range_request&) {},
                 [](const event_range&) {},
                 [](const snapshot_request&) {},
                 [](const operator_command&) {},
                 [](const operator_answer&) {},
                 [](const telemetry_batch&) {},
                 [](const policy::node_word&) {},
                 [](const drill::call&) {},
             },
             out.what);
}

}  // namespace

void encode(const message& in, v1::Message& out) {
  out.set_site(name_of(in.site));
  out.set_publisher(name_of(in.publisher));
  *out.mutable_age() = age_of(in.age);
  out.set_wall_milliseconds(in.wall_milliseconds);
  std::visit(
      overloaded{
          [&](const vote::vote& v) { encode(v, *out.mutable_vote()); },
          [&](const agent::host_beacon& v) { encode(v, *out.mutable_host_beacon()); },
          [&](const agent::executor_beacon& v) { encode(v, *out.mutable_executor_beacon()); },
          [&](const event& v) { encode(v, *out.mutable_event()); },
          [&](const ups_telemetry& v) { encode(v, *out.mutable_ups_telemetry()); },
          [&](const outlet_telemetry& v) { encode(v, *out.mutable_outlet_telemetry()); },
          [&](const sensor_telemetry& v) { encode(v, *out.mutable_sensor_telemetry()); },
          [&](const log_digest& v) { encode(v, *out.mutable_log_digest()); },
          [&](const range_request& v) { encode(v, *out.mutable_range_request()); },
          [&](const event_range& v) { encode(v, *out.mutable_event_range()); },
          [&](const snapshot_request& v) { encode(v, *out.mutable_snapshot_request()); },
          [&](const node_status& v) { encode(v, *out.mutable_node_status()); },
          [&](const operator_command& v) { encode(v, *out.mutable_operator_command()); },
          [&](const operator_answer& v) { encode(v, *out.mutable_operator_answer()); },
          [&](const telemetry_batch& v) { encode(v, *out.mutable_telemetry_batch()); },
          [&](const policy::node_word& v) { encode(v, *out.mutable_node_word()); },
          [&](const drill::call& v) { encode(v, *out.mutable_drill_call()); },
      },
      in.what);
}

message decode(const v1::Message& in, reader& read) {
  message out;
  out.site = read.name(in.site(), "site");
  out.publisher = read.name(in.publisher(), "publisher");
  out.age = read.age(in.age(), "age");
  out.wall_milliseconds = in.wall_milliseconds();
  out.what = decode_payload(in, read);
  if (read.problem().empty()) settle(out, read);
  return out;
}

}  // namespace holdover::wire
