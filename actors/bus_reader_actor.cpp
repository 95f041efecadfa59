#include "actors/bus_reader_actor.hpp"

#include "actors/names.hpp"
#include "io/wire/codec.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace holdover::actors {

bus_reader_actor::behavior_type bus_reader_behavior(
    bus_reader_actor::stateful_pointer<bus_reader_state> self,
    std::shared_ptr<const bus_reader_setup> setup) {
  return self->state.start(std::move(setup));
}

bus_reader_actor::behavior_type bus_reader_state::start(
    std::shared_ptr<const bus_reader_setup> setup) {
  guard(self_, name);
  setup_ = std::move(setup);
  relays_.emplace(setup_->self, numbers_of(setup_->about->nodes),
                  setup_->about->votes.time_to_live);
  return {
      [this](const frame& what) { read(what); },
      [](alive_atom) { return alive_atom::value; },
  };
}

void bus_reader_state::read(const frame& what) {
  auto outer = wire::decode_signed(what.bytes);
  if (const auto* bad = std::get_if<wire::refusal>(&outer)) return refuse(what, bad->reason);
  const auto& envelope = std::get<signed_message>(outer);
  const auto verdict = setup_->outside.verify(envelope);
  if (const auto* why = std::get_if<std::string>(&verdict)) {
    // Who carries another's word may have a newer membership document than we.
    const bool its_own = setup_->reads_events || envelope.signer == what.from.member;
    if (its_own && setup_->on_forgery) setup_->on_forgery(what.from.member);
    return refuse(what, *why);
  }
  auto inner = wire::decode(envelope.bytes);
  if (const auto* bad = std::get_if<wire::refusal>(&inner)) return refuse(what, bad->reason);
  auto& content = std::get<message>(inner);
  const auto& signer = std::get<member>(verdict);
  if (content.site != setup_->about->name) return refuse(what, "message of another site");
  if (content.publisher != signer.name) return refuse(what, "signer is not the publisher");
  if (const auto why = pass({what, signer, envelope.about, content}); !why.empty())
    refuse(what, why);
}

// Readings, events and digests are published; whatever else comes that way would only evade the
// order in which control connections are served.
bool bus_reader_state::belongs_elsewhere(const message_payload& what) const {
  if (!setup_->reads_events) return false;
  return !std::visit(
      [](const auto& payload) {
        using payload_type = std::decay_t<decltype(payload)>;
        return std::disjunction_v<std::is_same<payload_type, event>,
                                  std::is_same<payload_type, log_digest>,
                                  std::is_same<payload_type, telemetry_batch>,
                                  std::is_constructible<any_telemetry, payload_type>>;
      },
      what);
}

// Empty if it was passed on, else why not.
std::string bus_reader_state::pass(letter got) {
  if (belongs_elsewhere(got.content.what)) return "not for the events socket";
  if (got.about == domain::drill) return rehearse(got);
  return std::visit(
      [&](auto& payload) -> std::string {
        using payload_type = std::decay_t<decltype(payload)>;
        if constexpr (requires(bus_reader_state & s) { s.deliver(got, payload); })
          return deliver(got, payload);
        else if constexpr (std::is_same_v<
                               payload_type,
                               node_status> || std::is_same_v<payload_type, operator_answer>)
          return "not for a node";
        else if constexpr (std::is_same_v<payload_type, drill::call>)
          return "a drill's call that is signed as something else";
        else
          return to_recorder(got);
      },
      got.content.what);
}

std::string bus_reader_state::deliver(letter& got, const vote::vote& cast) {
  if (got.about != domain::vote || got.signer.as != role::node
      || got.signer.number != cast.controller)
    return "a vote that its signer may not cast";
  if (cast.to.kind == target_kind::host) return carry(got, cast);
  if (cast.to.kind != target_kind::outlet || cast.to.executor != setup_->self)
    return "a vote for somebody else";
  const auto outlet = index_of(setup_->about->outlets, cast.to.name);
  if (!outlet) return "a vote for an unknown outlet";
  const auto& unit = setup_->about->units[setup_->about->outlets[*outlet].unit].name;
  if (const auto to = setup_->where->find<executor_actor>("executor " + unit))
    self_->send(to, vote::received_vote{cast, true, got.from.bytes, stayed(cast.controller)});
  return {};
}

// V6: a node that does not hear the host sends its vote through us. First hand only.
// Whose key stands in both documents counts for both electorates (E2).
bool bus_reader_state::stayed(node_number number) const {
  const auto& all = setup_->same_keys;
  return std::find(all.begin(), all.end(), number) != all.end();
}

std::string bus_reader_state::carry(letter& got, const vote::vote& cast) {
  if (got.from.from.member != got.signer.name) return "a vote for a host at third hand";
  if (!index_of(setup_->about->hosts, cast.to.name)) return "a vote for an unknown host";
  relays_->carried(cast.to.name, cast.controller, now(self_));
  setup_->outside.send(cast.to.name, got.from.bytes);
  return {};
}

std::string bus_reader_state::deliver(letter& got, const agent::host_beacon& beacon) {
  if (got.about != domain::beacon || got.signer.as != role::agent || got.signer.name != beacon.host)
    return "a host's beacon that its signer may not send";
  if (got.from.bytes.size() > wire::host_beacon_bytes_max)
    return "a host's beacon that is too long";
  const auto host = index_of(setup_->about->hosts, beacon.host);
  if (!host) return "a beacon of a host that the site file does not know";
  const bool first_hand = got.from.from.member == got.signer.name;
  const auto by = first_hand ? std::nullopt : number_of(setup_->about->nodes, got.from.from.member);
  if (!first_hand && !by) return "a host's beacon that came by no node";
  if (!first_hand && setup_->on_carried) setup_->on_carried(beacon.host, got.from.from.member);
  if (first_hand)
    for (const auto number : relays_->in_need(beacon, now(self_)))
      if (const auto* node = name_of(setup_->about->nodes, number))
        setup_->outside.send(*node, got.from.bytes);
  if (const auto to = setup_->where->find<policy_actor>("policy"))
    self_->send(to,
                fact{policy::host_beacon_received{*host, beacon, got.from.bytes, by}, now(self_)});
  return {};
}

std::string bus_reader_state::deliver(letter& got, const agent::executor_beacon& beacon) {
  if (got.about != domain::beacon || got.signer.as != role::node
      || got.signer.number != beacon.node)
    return "an executor's beacon that its signer may not send";
  const auto unit = index_of(setup_->about->units, beacon.unit);
  if (!unit) return "a beacon of an outlet unit that the site file does not know";
  if (const auto to = setup_->where->find<policy_actor>("policy"))
    self_->send(to, fact{policy::executor_beacon_received{*unit, beacon}, now(self_)});
  return {};
}

std::string bus_reader_state::deliver(letter& got, const ups_telemetry& told) {
  if (got.about != domain::bus || got.signer.as != role::node)
    return "a reading that its signer may not publish";
  if (got.from.from.member != got.signer.name) return "a reading at second hand";
  if (const auto to = setup_->where->find<policy_actor>("policy"))
    tell(to, told, got.signer, got.content.age);
  return {};
}

std::string bus_reader_state::deliver(letter& got, const policy::node_word& word) {
  if (got.about != domain::bus || got.signer.as != role::node)
    return "a word that its signer may not give";
  if (got.from.from.member != got.signer.name) return "a word at second hand";
  if (const auto to = setup_->where->find<policy_actor>("policy"))
    self_->send(to, fact{policy::peer_told{got.signer.number, word, got.content.age}, now(self_)});
  return {};
}

// UPS readings are the policy's, what else there is the recorder's.
std::string bus_reader_state::deliver(letter& got, const telemetry_batch& batch) {
  if (got.about != domain::bus || got.signer.as != role::node)
    return "a reading that its signer may not publish";
  if (got.from.from.member != got.signer.name) return "a reading at second hand";
  const auto to = setup_->where->find<policy_actor>("policy");
  bool others = false;
  for (const auto& one : batch.readings) {
    const auto* told = std::get_if<ups_telemetry>(&one.what);
    others = others || told == nullptr;
    if (told != nullptr && to) tell(to, *told, got.signer, got.content.age + one.waited);
  }
  return others ? to_recorder(got) : std::string{};
}

void bus_reader_state::tell(const policy_actor& to, const ups_telemetry& told, const member& by,
                            duration age) {
  const auto ups = index_of(setup_->about->upses, told.device);
  if (!ups || told.fresh != power::freshness::fresh) return;
  self_->send(to, fact{policy::peer_observed{by.number, *ups, told.what, told.observation_age + age,
                                             told.confirmed_on_battery},
                       now(self_)});
}

// What is signed for a drill ends here: nothing else is ever told of it. At first hand only, as a
// drill is to find out who reaches whom.
std::string bus_reader_state::rehearse(letter& got) {
  if (got.from.from.member != got.signer.name) return "something of a drill at second hand";
  const auto to = setup_->where->find<drill_actor>("drill");
  if (const auto* beacon = std::get_if<agent::host_beacon>(&got.content.what)) {
    const auto host = index_of(setup_->about->hosts, beacon->host);
    if (got.signer.as != role::agent || got.signer.name != beacon->host || !host)
      return "a drill's beacon that its signer may not send";
    if (to) self_->send(to, drill_heard{drill::beacon_heard{*host, *beacon}});
    return {};
  }
  if (const auto* call = std::get_if<drill::call>(&got.content.what)) {
    if (got.signer.as != role::node) return "a drill's call that its signer may not send";
    if (to) self_->send(to, drill_heard{drill::peer_called{got.signer.number, *call}});
    return {};
  }
  return "nothing of a drill for a node";
}

std::string bus_reader_state::deliver(letter& got, const operator_command& command) {
  const auto* of_drill = std::get_if<drill::order>(&command.what);
  const bool only_looks = std::holds_alternative<status_command>(command.what)
                          || (of_drill != nullptr && of_drill->what == drill::order::verb::report);
  const bool may = got.signer.as == role::operator_ || (only_looks && got.signer.as == role::tap);
  if (got.about != domain::operator_ || !may) return "a command that its signer may not give";
  if (got.from.from.member != got.signer.name) return "a command that came by somebody else";
  auto asked = command;
  asked.by = got.signer.name;
  if (of_drill != nullptr && only_looks) {
    if (const auto to = setup_->where->find<drill_actor>("drill"))
      self_->send(to, drill_request{got.from.from, asked.request, asked.by, *of_drill});
    return {};
  }
  if (const auto to = setup_->where->find<policy_actor>("policy"))
    self_->send(to, operator_request{got.from.from, std::move(asked)});
  return {};
}

// Events, ranges, digests and snapshots: the recorder knows who may ask for what.
std::string bus_reader_state::to_recorder(letter& got) {
  const bool asks = std::holds_alternative<range_request>(got.content.what)
                    || std::holds_alternative<snapshot_request>(got.content.what);
  const auto as = got.signer.as;
  const bool may =
      as == role::node || (asks && (as == role::tap || as == role::hub || as == role::operator_));
  if (got.about != domain::bus || !may) return "a message that its signer may not send";
  // Logged events have numbers; a reading that is played again would pass for the newest.
  const bool reads = std::holds_alternative<outlet_telemetry>(got.content.what)
                     || std::holds_alternative<sensor_telemetry>(got.content.what);
  if (reads && got.from.from.member != got.signer.name) return "a reading at second hand";
  if (const auto to = setup_->where->find<recorder_actor>("recorder")) {
    // A slow disk holds up events, and must not hold up votes.
    auto passed_on = got.from;
    if (!setup_->reads_events) passed_on.held.reset();
    self_->send(to, std::move(passed_on), std::move(got.content));
  }
  return {};
}

void bus_reader_state::refuse(const frame& what, const std::string& why) {
  if (setup_->on_refusal) setup_->on_refusal(why);
  if (const auto count = refused_.add(why, now(self_)))
    spdlog::warn("refused a message from {} ({}): {} ({} so far)", what.from.member,
                 to_string(what.from.as), why, *count);
}

}  // namespace holdover::actors
