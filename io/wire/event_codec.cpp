#include "io/wire/event_codec.hpp"

#include "core/overloaded.hpp"
#include "io/wire/common_codec.hpp"
#include "io/wire/writer.hpp"

namespace holdover::wire {

namespace {

void encode(const ups_event& in, v1::UpsEvent& out) {
  out.set_device(name_of(in.device));
  out.set_what(name_of(in.what));
  out.set_state(to_wire(beliefs, in.state));
  out.set_flags(in.flags.bits());
  encode_list(in.values, *out.mutable_values());
}

ups_event decode(const v1::UpsEvent& in, reader& read) {
  return {
      .device = read.name(in.device(), "device"),
      .what = read.name(in.what(), "what"),
      .state = read.word(beliefs, in.state(), "state"),
      .flags = power::ups_flags{in.flags()},
      .values = read.list(in.values(), site_entries_max, "values",
                          [&](const v1::Measurement& value) { return wire::decode(value, read); })};
}

void encode(const interface_event& in, v1::InterfaceEvent& out) {
  out.set_device(name_of(in.device));
  out.set_what(name_of(in.what));
  wire::encode(in.who, *out.mutable_identity());
  out.set_detail(text_of(in.detail));
}

interface_event decode(const v1::InterfaceEvent& in, reader& read) {
  return {.device = read.name(in.device(), "device"),
          .what = read.name(in.what(), "what"),
          .who = wire::decode(in.identity(), read),
          .detail = read.text(in.detail(), "detail")};
}

void encode(const sensor_event& in, v1::SensorEvent& out) {
  out.set_device(name_of(in.device));
  out.set_what(name_of(in.what));
  out.set_kind(to_wire(sensor_kinds, in.reading.kind));
  wire::encode(in.reading.value, *out.mutable_value());
}

sensor_event decode(const v1::SensorEvent& in, reader& read) {
  sensor_event out{.device = read.name(in.device(), "device"),
                   .what = read.name(in.what(), "what"),
                   .reading = {}};
  out.reading.kind = read.word(sensor_kinds, in.kind(), "kind");
  const auto here = read.within("value");
  out.reading.value = wire::decode(in.value(), read);
  return out;
}

// Evidence that no peer would take is left out: an event must not be refused, and asked for again
// for ever, because of it.
void encode(const outlet_event& in, v1::OutletEvent& out) {
  out.set_outlet(name_of(in.outlet));
  out.set_what(name_of(in.what));
  out.set_detail(text_of(in.detail));
  for (const auto& vote : in.evidence)
    if (!vote.empty() && vote.size() <= evidence_bytes_max) out.add_evidence(vote);
}

outlet_event decode(const v1::OutletEvent& in, reader& read) {
  return {.outlet = read.name(in.outlet(), "outlet"),
          .what = read.name(in.what(), "what"),
          .detail = read.text(in.detail(), "detail"),
          .evidence = read.list(
              in.evidence(), node_entries_max, "evidence",
              [&](const std::string& vote) { return read.bytes(vote, evidence_bytes_max, ""); })};
}

/// A single piece of evidence, or none.
std::string evidence(const std::string& in, reader& read) {
  return in.empty() ? in : read.bytes(in, evidence_bytes_max, "evidence");
}

void encode(const host_event& in, v1::HostEvent& out) {
  out.set_host(name_of(in.host));
  out.set_what(name_of(in.what));
  out.set_from(name_of(in.from));
  out.set_detail(text_of(in.detail));
  if (in.evidence.size() <= evidence_bytes_max) out.set_evidence(in.evidence);
}

host_event decode(const v1::HostEvent& in, reader& read) {
  return {.host = read.name(in.host(), "host"),
          .what = read.name(in.what(), "what"),
          .from = read.name_or_none(in.from(), "from"),
          .detail = read.text(in.detail(), "detail"),
          .evidence = evidence(in.evidence(), read)};
}

void encode(const receipt_event& in, v1::ReceiptEvent& out) {
  out.set_host(name_of(in.host));
  wire::encode(in.report, *out.mutable_report());
  if (in.evidence.size() <= evidence_bytes_max) out.set_evidence(in.evidence);
}

receipt_event decode(const v1::ReceiptEvent& in, reader& read) {
  receipt_event out{.host = read.name(in.host(), "host"),
                    .report = {},
                    .evidence = evidence(in.evidence(), read)};
  const auto here = read.within("report");
  out.report = wire::decode(in.report(), read);
  return out;
}

void encode(const vote_event& in, v1::VoteEvent& out) {
  wire::encode(in.about, *out.mutable_about());
  if (in.about.kind == target_kind::host)
    out.set_host_level(to_wire(host_levels, in.host_level));
  else
    out.set_outlet_wish(to_wire(outlet_wishes, in.outlet));
  out.set_reason(to_wire(reasons, in.why));
  out.set_explanation(text_of(in.explanation));
  out.set_incident(bytes_of(in.incident));
}

target decode_about(const v1::VoteEvent& in, reader& read) {
  const auto here = read.within("about");
  return wire::decode(in.about(), read);
}

vote_event decode(const v1::VoteEvent& in, reader& read) {
  vote_event out;
  out.about = decode_about(in, read);
  const bool host = out.about.kind == target_kind::host;
  if (in.wish_case() != (host ? v1::VoteEvent::kHostLevel : v1::VoteEvent::kOutletWish))
    read.refuse("wish", "is missing, or does not fit the kind of target");
  else if (host)
    out.host_level = read.word(host_levels, in.host_level(), "host_level");
  else
    out.outlet = read.word(outlet_wishes, in.outlet_wish(), "outlet_wish");
  out.why = read.label(reasons, in.reason(), vote::reason::unspecified);
  out.explanation = read.text(in.explanation(), "explanation");
  out.incident = read.id_or_none(in.incident(), "incident");
  return out;
}

void encode(const incident_event& in, v1::IncidentEvent& out) {
  out.set_incident(bytes_of(in.incident));
  out.set_from(name_of(in.from));
  out.set_to(name_of(in.to));
  out.set_why(text_of(in.why));
}

incident_event decode(const v1::IncidentEvent& in, reader& read) {
  return {.incident = read.id(in.incident(), "incident"),
          .from = read.name(in.from(), "from"),
          .to = read.name(in.to(), "to"),
          .why = read.text(in.why(), "why")};
}

void encode(const redundancy_event& in, v1::RedundancyEvent& out) {
  out.set_host(name_of(in.host));
  out.set_what(name_of(in.what));
  out.set_raised(in.raised);
  out.set_needed(in.needed);
  for (const auto& supply : in.supplies) {
    auto& row = *out.add_supplies();
    row.set_ups(name_of(supply.ups));
    row.set_how(name_of(supply.how));
    if (supply.unknown_for) *row.mutable_unknown_for() = age_of(*supply.unknown_for);
    row.set_rule(name_of(supply.rule));
  }
}

supply_standing decode(const v1::RedundancyEvent::Supply& in, reader& read) {
  return {.ups = read.name_or_none(in.ups(), "ups"),
          .how = read.name(in.how(), "how"),
          .unknown_for = read.age(in.has_unknown_for(), in.unknown_for(), "unknown_for"),
          .rule = read.name_or_none(in.rule(), "rule")};
}

redundancy_event decode(const v1::RedundancyEvent& in, reader& read) {
  return {.host = read.name(in.host(), "host"),
          .what = read.name(in.what(), "what"),
          .raised = in.raised(),
          .needed = in.needed(),
          .supplies = read.list(
              in.supplies(), site_entries_max, "supplies",
              [&](const v1::RedundancyEvent::Supply& supply) { return decode(supply, read); })};
}

void encode(const alarm_event& in, v1::AlarmEvent& out) {
  out.set_alarm(name_of(in.alarm));
  out.set_subject(name_of(in.subject));
  out.set_raised(in.raised);
  out.set_text(text_of(in.text));
}

alarm_event decode(const v1::AlarmEvent& in, reader& read) {
  return {.alarm = read.name(in.alarm(), "alarm"),
          .subject = read.name_or_none(in.subject(), "subject"),
          .raised = in.raised(),
          .text = read.text(in.text(), "text")};
}

void encode(const node_event& in, v1::NodeEvent& out) {
  out.set_what(name_of(in.what));
  out.set_detail(text_of(in.detail));
}

node_event decode(const v1::NodeEvent& in, reader& read) {
  return {.what = read.name(in.what(), "what"), .detail = read.text(in.detail(), "detail")};
}

void encode(const operator_event& in, v1::OperatorEvent& out) {
  out.set_by(name_of(in.by));
  out.set_command(name_of(in.command));
  out.set_subject(name_of(in.subject));
  out.set_why(text_of(in.why));
}

operator_event decode(const v1::OperatorEvent& in, reader& read) {
  return {.by = read.name(in.by(), "by"),
          .command = read.name(in.command(), "command"),
          .subject = read.name_or_none(in.subject(), "subject"),
          .why = read.text(in.why(), "why")};
}

void encode(const job_event& in, v1::JobEvent& out) {
  out.set_job(name_of(in.job));
  out.set_subject(name_of(in.subject));
  out.set_what(name_of(in.what));
  out.set_action(name_of(in.action));
  out.set_run(in.run);
  out.set_due_minute(in.due_minute);
  out.set_detail(text_of(in.detail));
}

job_event decode(const v1::JobEvent& in, reader& read) {
  return {.job = read.name(in.job(), "job"),
          .subject = read.name_or_none(in.subject(), "subject"),
          .what = read.name(in.what(), "what"),
          .action = read.name_or_none(in.action(), "action"),
          .run = in.run(),
          .due_minute = in.due_minute(),
          .detail = read.text(in.detail(), "detail")};
}

template <class Payload>
event_payload decode_as(std::string_view kind, const Payload& in, reader& read) {
  const auto here = read.within(kind);
  return decode(in, read);
}

event_payload decode_payload(const v1::Event& in, reader& read) {
  switch (in.what_case()) {
    case v1::Event::kUps:
      return decode_as("ups", in.ups(), read);
    case v1::Event::kInterface:
      return decode_as("interface", in.interface(), read);
    case v1::Event::kSensor:
      return decode_as("sensor", in.sensor(), read);
    case v1::Event::kOutlet:
      return decode_as("outlet", in.outlet(), read);
    case v1::Event::kHost:
      return decode_as("host", in.host(), read);
    case v1::Event::kReceipt:
      return decode_as("receipt", in.receipt(), read);
    case v1::Event::kVote:
      return decode_as("vote", in.vote(), read);
    case v1::Event::kIncident:
      return decode_as("incident", in.incident(), read);
    case v1::Event::kRedundancy:
      return decode_as("redundancy", in.redundancy(), read);
    case v1::Event::kAlarm:
      return decode_as("alarm", in.alarm(), read);
    case v1::Event::kNode:
      return decode_as("node", in.node(), read);
    case v1::Event::kOperator:
      return decode_as("operator", in.operator_(), read);
    case v1::Event::kJob:
      return decode_as("job", in.job(), read);
    case v1::Event::WHAT_NOT_SET:
      break;
  }
  read.refuse("what", "missing or from a newer release");
  return node_event{};
}

}  // namespace

void encode(const event& in, v1::Event& out) {
  out.set_incarnation(in.id.incarnation);
  out.set_sequence(in.id.sequence);
  out.set_severity(to_wire(severities, in.how));
  out.set_wall_milliseconds(in.wall_milliseconds);
  std::visit(overloaded{
                 [&](const ups_event& e) { encode(e, *out.mutable_ups()); },
                 [&](const interface_event& e) { encode(e, *out.mutable_interface()); },
                 [&](const sensor_event& e) { encode(e, *out.mutable_sensor()); },
                 [&](const outlet_event& e) { encode(e, *out.mutable_outlet()); },
                 [&](const host_event& e) { encode(e, *out.mutable_host()); },
                 [&](const receipt_event& e) { encode(e, *out.mutable_receipt()); },
                 [&](const vote_event& e) { encode(e, *out.mutable_vote()); },
                 [&](const incident_event& e) { encode(e, *out.mutable_incident()); },
                 [&](const redundancy_event& e) { encode(e, *out.mutable_redundancy()); },
                 [&](const alarm_event& e) { encode(e, *out.mutable_alarm()); },
                 [&](const node_event& e) { encode(e, *out.mutable_node()); },
                 [&](const operator_event& e) { encode(e, *out.mutable_operator_()); },
                 [&](const job_event& e) { encode(e, *out.mutable_job()); },
             },
             in.what);
}

event decode(const v1::Event& in, reader& read) {
  event out;
  out.id.incarnation = in.incarnation();
  out.id.sequence = in.sequence();
  if (out.id.sequence == 0) read.refuse("sequence", "is zero; logs count from 1");
  out.how = read.word(severities, in.severity(), "severity");
  out.wall_milliseconds = in.wall_milliseconds();
  out.what = decode_payload(in, read);
  return out;
}

}  // namespace holdover::wire
