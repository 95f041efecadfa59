#include "io/wire/status_codec.hpp"

#include "core/overloaded.hpp"
#include "io/wire/common_codec.hpp"
#include "io/wire/drill_codec.hpp"
#include "io/wire/writer.hpp"

namespace holdover::wire {

namespace {

/// A string on the wire, so that old tools can show the states of newer nodes.
constexpr std::array<std::pair<policy::incident_state, std::string_view>, 4> incident_states{{
    {policy::incident_state::calm, "calm"},
    {policy::incident_state::open, "open"},
    {policy::incident_state::committed, "committed"},
    {policy::incident_state::restoring, "restoring"},
}};

std::string encode(policy::incident_state in) {
  for (const auto& [state, text] : incident_states)
    if (state == in) return std::string{text};
  return {};
}

policy::incident_state decode(const std::string& in, reader& read) {
  for (const auto& [state, text] : incident_states)
    if (text == in) return state;
  read.refuse("incident_state", "missing or from a newer release");
  return {};
}

void encode(const policy::ups_status& in, v1::UpsStatus& out) {
  out.set_name(name_of(in.name));
  out.set_state(to_wire(beliefs, in.state));
  out.set_freshness(to_wire(freshnesses, in.fresh));
  if (in.unknown_for) *out.mutable_unknown_for() = age_of(*in.unknown_for);
  if (in.age) *out.mutable_age() = age_of(*in.age);
  *out.mutable_confirmed_on_battery() = age_of(in.confirmed_on_battery);
  if (in.left) *out.mutable_left() = span_of(*in.left);
  if (const auto charge = finite(in.charge_percent)) out.set_charge_percent(*charge);
  if (const auto load = finite(in.load_percent)) out.set_load_percent(*load);
  out.set_battery_low(in.battery_low);
}

policy::ups_status decode(const v1::UpsStatus& in, reader& read) {
  return {.name = read.name(in.name(), "name"),
          .state = read.word(beliefs, in.state(), "state"),
          .fresh = read.word(freshnesses, in.freshness(), "freshness"),
          .unknown_for = read.age(in.has_unknown_for(), in.unknown_for(), "unknown_for"),
          .age = read.age(in.has_age(), in.age(), "age"),
          .confirmed_on_battery = read.age(in.confirmed_on_battery(), "confirmed_on_battery"),
          .left = read.span(in.has_left(), in.left(), "left"),
          .charge_percent =
              read.percent(in.has_charge_percent(), in.charge_percent(), "charge_percent"),
          .load_percent = read.percent(in.has_load_percent(), in.load_percent(), "load_percent"),
          .battery_low = in.battery_low()};
}

void encode(const policy::host_status& in, v1::HostStatus& out) {
  out.set_name(name_of(in.name));
  out.set_state(name_of(in.state));
  out.set_wanted(to_wire(host_levels, in.wanted));
  out.set_reason(to_wire(reasons, in.why));
  if (in.heard_ago) *out.mutable_heard_ago() = age_of(*in.heard_ago);
  if (in.acts_in) *out.mutable_acts_in() = span_of(*in.acts_in);
  if (in.left) *out.mutable_left() = span_of(*in.left);
  if (in.held_for) *out.mutable_held_for() = age_of(*in.held_for);
}

policy::host_status decode(const v1::HostStatus& in, reader& read) {
  return {.name = read.name(in.name(), "name"),
          .state = read.name_or_none(in.state(), "state"),
          .wanted = read.word(host_levels, in.wanted(), "wanted"),
          .why = read.label(reasons, in.reason(), vote::reason::unspecified),
          .heard_ago = read.age(in.has_heard_ago(), in.heard_ago(), "heard_ago"),
          .acts_in = read.span(in.has_acts_in(), in.acts_in(), "acts_in"),
          .left = read.span(in.has_left(), in.left(), "left"),
          .held_for = read.age(in.has_held_for(), in.held_for(), "held_for")};
}

void encode(const policy::outlet_status& in, v1::OutletWishStatus& out) {
  out.set_name(name_of(in.name));
  out.set_state(to_wire(outlet_states, in.state));
  out.set_wanted(to_wire(outlet_wishes, in.wanted));
  out.set_reason(to_wire(reasons, in.why));
}

policy::outlet_status decode(const v1::OutletWishStatus& in, reader& read) {
  return {.name = read.name(in.name(), "name"),
          .state = read.word(outlet_states, in.state(), "state"),
          .wanted = read.word(outlet_wishes, in.wanted(), "wanted"),
          .why = read.label(reasons, in.reason(), vote::reason::unspecified)};
}

void encode(const sensor_status& in, v1::SensorStatus& out) {
  out.set_name(name_of(in.name));
  wire::encode(in.value, *out.mutable_value());
  if (in.age) *out.mutable_age() = age_of(*in.age);
}

sensor_status decode(const v1::SensorStatus& in, reader& read) {
  sensor_status out{.name = read.name(in.name(), "name"),
                    .value = {},
                    .age = read.age(in.has_age(), in.age(), "age")};
  const auto here = read.within("value");
  out.value = wire::decode(in.value(), read);
  return out;
}

void encode(const interface_status& in, v1::InterfaceStatus& out) {
  out.set_name(name_of(in.name));
  out.set_reachable(in.reachable);
  *out.mutable_since() = age_of(in.since);
  wire::encode(in.who, *out.mutable_identity());
}

interface_status decode(const v1::InterfaceStatus& in, reader& read) {
  return {.name = read.name(in.name(), "name"),
          .reachable = in.reachable(),
          .since = read.age(in.since(), "since"),
          .who = wire::decode(in.identity(), read)};
}

void encode(const refusal_count& in, v1::RefusalCount& out) {
  out.set_why(text_of(in.why));
  out.set_count(in.count);
}

refusal_count decode(const v1::RefusalCount& in, reader& read) {
  return {.why = read.text(in.why(), "why"), .count = in.count()};
}

void encode(const peer_status& in, v1::PeerStatus& out) {
  out.set_name(name_of(in.name));
  out.set_role(name_of(in.role));
  out.set_connected(in.connected);
  if (in.heard_ago) *out.mutable_heard_ago() = age_of(*in.heard_ago);
}

peer_status decode(const v1::PeerStatus& in, reader& read) {
  return {.name = read.name(in.name(), "name"),
          .role = read.name_or_none(in.role(), "role"),
          .connected = in.connected(),
          .heard_ago = read.age(in.has_heard_ago(), in.heard_ago(), "heard_ago")};
}

template <class List>
auto decode_list(const List& in, std::string_view field, reader& read) {
  return read.list(in, site_entries_max, field,
                   [&](const auto& entry) { return decode(entry, read); });
}

template <class Values, class Messages>
void encode_all(const Values& values, Messages& out) {
  for (const auto& value : values)
    encode(value, *out.Add());
}

void encode(const hold_command& in, v1::Hold& out) {
  for (const auto& host : in.hosts)
    out.add_hosts(name_of(host));
  *out.mutable_lasts() = age_of(in.lasts);
  out.set_why(text_of(in.why));
}

hold_command decode(const v1::Hold& in, reader& read) {
  const auto here = read.within("hold");
  return {.hosts = read.list(in.hosts(), site_entries_max, "hosts",
                             [&](const std::string& host) { return read.name(host, ""); }),
          .lasts = read.age(in.lasts(), "lasts"),
          .why = read.text(in.why(), "why")};
}

void encode(const ups_order& in, v1::UpsOrder& out) {
  out.set_ups(name_of(in.ups));
  out.set_command(std::string{to_string(in.what)});
  out.set_why(text_of(in.why));
}

ups_order decode(const v1::UpsOrder& in, reader& read) {
  const auto here = read.within("ups_order");
  ups_order out{.ups = read.name(in.ups(), "ups"), .what = {}, .why = read.text(in.why(), "why")};
  const auto verb = power::ups_verb(in.command());
  // Who could send more cannot make more of it.
  if (!verb || !power::keeps_output(*verb))
    read.refuse("command", "is no order that leaves the output as it is");
  else
    out.what = *verb;
  return out;
}

policy::status decode_policy(const v1::NodeStatus& in, reader& read) {
  policy::status out;
  out.site = read.name(in.site(), "site");
  out.lab = in.lab();
  out.node = read.node(in.node(), "node");
  out.incident = decode(in.incident_state(), read);
  out.called_off = in.incident_called_off();
  out.incident_id = read.id_or_none(in.incident(), "incident");
  out.policy_revision = in.policy_revision();
  out.upses = decode_list(in.upses(), "upses", read);
  out.hosts = decode_list(in.hosts(), "hosts", read);
  out.outlets = decode_list(in.outlets(), "outlets", read);
  out.alarms = read.list(in.alarms(), site_entries_max, "alarms",
                         [&](const std::string& alarm) { return read.text(alarm, ""); });
  return out;
}

void encode(const policy::status& in, v1::NodeStatus& out) {
  out.set_site(name_of(in.site));
  out.set_lab(in.lab);
  out.set_node(in.node);
  out.set_incident_state(encode(in.incident));
  out.set_incident_called_off(in.called_off);
  out.set_incident(bytes_of(in.incident_id));
  out.set_policy_revision(in.policy_revision);
  encode_all(in.upses, *out.mutable_upses());
  encode_all(in.hosts, *out.mutable_hosts());
  encode_all(in.outlets, *out.mutable_outlets());
  for (const auto& alarm : in.alarms)
    out.add_alarms(text_of(alarm));
}

}  // namespace

void encode(const node_status& in, v1::NodeStatus& out) {
  encode(in.policy, out);
  out.set_name(name_of(in.name));
  encode_all(in.sensors, *out.mutable_sensors());
  encode_all(in.interfaces, *out.mutable_interfaces());
  encode_all(in.peers, *out.mutable_peers());
  encode_all(in.refusals, *out.mutable_refusals());
  out.set_storage(text_of(in.storage));
  out.set_scheduling(text_of(in.scheduling));
  *out.mutable_up_for() = age_of(in.up_for);
}

node_status decode(const v1::NodeStatus& in, reader& read) {
  return {.name = read.name(in.name(), "name"),
          .policy = decode_policy(in, read),
          .sensors = decode_list(in.sensors(), "sensors", read),
          .interfaces = decode_list(in.interfaces(), "interfaces", read),
          .peers = decode_list(in.peers(), "peers", read),
          .refusals = decode_list(in.refusals(), "refusals", read),
          .storage = read.text(in.storage(), "storage"),
          .scheduling = read.text(in.scheduling(), "scheduling"),
          .up_for = read.age(in.up_for(), "up_for")};
}

void encode(const operator_command& in, v1::OperatorCommand& out) {
  out.set_by(name_of(in.by));
  out.set_request(bytes_of(in.request));
  out.set_node_incarnation(bytes_of(in.node_incarnation));
  out.set_node_tick(in.node_tick);
  std::visit(overloaded{
                 [&](const hold_command& hold) { encode(hold, *out.mutable_hold()); },
                 [&](const status_command&) { out.mutable_status(); },
                 [&](const ups_order& order) { encode(order, *out.mutable_ups_order()); },
                 [&](const drill::order& order) { wire::encode(order, *out.mutable_drill()); },
             },
             in.what);
}

operator_command decode(const v1::OperatorCommand& in, reader& read) {
  operator_command out;
  out.by = read.name(in.by(), "by");
  out.request = read.id(in.request(), "request");
  out.node_incarnation = read.id_or_none(in.node_incarnation(), "node_incarnation");
  out.node_tick = in.node_tick();
  switch (in.what_case()) {
    case v1::OperatorCommand::kHold:
      // A status command is how one learns the incarnation; everything else must prove it.
      if (!out.node_incarnation) read.refuse("node_incarnation", "is missing");
      out.what = decode(in.hold(), read);
      break;
    case v1::OperatorCommand::kUpsOrder:
      if (!out.node_incarnation) read.refuse("node_incarnation", "is missing");
      out.what = decode(in.ups_order(), read);
      break;
    case v1::OperatorCommand::kDrill: {
      const auto here = read.within("drill");
      auto order = wire::decode(in.drill(), read);
      if (!out.node_incarnation && order.what != drill::order::verb::report)
        read.refuse("node_incarnation", "is missing");
      out.what = std::move(order);
      break;
    }
    case v1::OperatorCommand::kStatus:
      out.what = status_command{};
      break;
    case v1::OperatorCommand::WHAT_NOT_SET:
      read.refuse("what", "missing or from a newer release");
  }
  return out;
}

void encode(const operator_answer& in, v1::OperatorAnswer& out) {
  out.set_request(bytes_of(in.request));
  out.set_ok(in.ok);
  out.set_text(text_of(in.text));
  out.set_node_incarnation(bytes_of(in.node_incarnation));
  out.set_node_tick(in.node_tick);
  if (in.status) encode(*in.status, *out.mutable_status());
  if (in.drilled) wire::encode(*in.drilled, *out.mutable_drill());
}

operator_answer decode(const v1::OperatorAnswer& in, reader& read) {
  operator_answer out;
  out.request = read.id(in.request(), "request");
  out.ok = in.ok();
  out.text = read.text(in.text(), "text");
  out.node_incarnation = read.id_or_none(in.node_incarnation(), "node_incarnation");
  out.node_tick = in.node_tick();
  if (in.has_status()) {
    const auto here = read.within("status");
    out.status = decode(in.status(), read);
  }
  if (in.has_drill()) {
    const auto here = read.within("drill");
    out.drilled = wire::decode(in.drill(), read);
  }
  return out;
}

}  // namespace holdover::wire
