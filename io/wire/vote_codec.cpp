#include "io/wire/vote_codec.hpp"

#include "io/wire/common_codec.hpp"
#include "io/wire/writer.hpp"

namespace holdover::wire {

namespace {

void encode(const vote::named_action& in, v1::NamedAction& out) {
  out.set_id(name_of(in.id));
  out.set_text(text_of(in.text));
}

vote::named_action decode(const v1::NamedAction& in, reader& read) {
  return {.id = read.name(in.id(), "id"), .text = read.text(in.text(), "text")};
}

void encode(const vote::supply_view& in, v1::SupplyView& out) {
  out.set_ups(name_of(in.ups));
  out.set_state(to_wire(beliefs, in.state));
  out.set_blind(in.blind);
  out.set_disputed(in.disputed);
  *out.mutable_observation_age() = age_of(in.observation_age);
  if (in.left) *out.mutable_left() = span_of(*in.left);
  *out.mutable_confirmed_on_battery() = age_of(in.confirmed_on_battery);
  for (const auto& group : in.groups)
    out.add_independence_groups(name_of(group));
}

vote::supply_view decode(const v1::SupplyView& in, reader& read) {
  return {.ups = read.name(in.ups(), "ups"),
          .state = read.word(beliefs, in.state(), "state"),
          .blind = in.blind(),
          .disputed = in.disputed(),
          .observation_age = read.age(in.observation_age(), "observation_age"),
          .left = read.span(in.has_left(), in.left(), "left"),
          .confirmed_on_battery = read.age(in.confirmed_on_battery(), "confirmed_on_battery"),
          .groups = read.list(in.independence_groups(), target_entries_max, "independence_groups",
                              [&](const std::string& group) { return read.name(group, ""); })};
}

void encode_wish(const vote::vote& in, v1::Vote& out) {
  if (in.to.kind == target_kind::host)
    out.set_host_level(to_wire(host_levels, in.host_level));
  else
    out.set_outlet_wish(to_wire(outlet_wishes, in.outlet));
}

/// A host is told a level and an outlet a wish; anything else is a message of two minds.
void decode_wish(const v1::Vote& in, vote::vote& out, reader& read) {
  const auto wanted =
      out.to.kind == target_kind::host ? v1::Vote::kHostLevel : v1::Vote::kOutletWish;
  if (in.wish_case() != wanted)
    read.refuse("wish", "is missing, or does not fit the kind of target");
  else if (wanted == v1::Vote::kHostLevel)
    out.host_level = read.word(host_levels, in.host_level(), "host_level");
  else
    out.outlet = read.word(outlet_wishes, in.outlet_wish(), "outlet_wish");
}

target decode_target(const v1::Vote& in, reader& read) {
  const auto here = read.within("target");
  return decode(in.target(), read);
}

}  // namespace

void encode(const vote::vote& in, v1::Vote& out) {
  out.set_site(name_of(in.site));
  out.set_epoch(in.epoch);
  out.set_controller(in.controller);
  out.set_incarnation(bytes_of(in.incarnation));
  out.set_sequence(in.sequence);
  out.set_challenge_tick(in.challenge_tick);
  encode(in.to, *out.mutable_target());
  out.set_nonce(bytes_of(in.nonce));
  out.set_tick(in.tick);
  encode_wish(in, out);
  for (const auto& action : in.actions)
    encode(action, *out.add_actions());
  out.set_policy_revision(in.policy_revision);
  out.set_policy_hash(std::string{in.policy_hash.begin(), in.policy_hash.end()});
  out.set_incident(bytes_of(in.incident));
  out.set_reason(to_wire(reasons, in.why));
  for (const auto& supply : in.supplies)
    encode(supply, *out.add_supplies());
  out.set_needed_supplies(in.needed_supplies);
  *out.mutable_shutdown_time() = age_of(in.shutdown_time);
  *out.mutable_before() = age_of(in.before);
  *out.mutable_after() = age_of(in.after);
  out.set_drill(name_of(in.drill));
}

vote::vote decode(const v1::Vote& in, reader& read) {
  vote::vote out;
  out.site = read.name(in.site(), "site");
  out.epoch = in.epoch();
  out.controller = read.node(in.controller(), "controller");
  out.incarnation = read.id(in.incarnation(), "incarnation");
  out.sequence = in.sequence();
  out.challenge_tick = in.challenge_tick();
  out.to = decode_target(in, read);
  out.nonce = read.id(in.nonce(), "nonce");
  out.tick = in.tick();
  decode_wish(in, out, read);
  out.actions = read.list(in.actions(), target_entries_max, "actions",
                          [&](const v1::NamedAction& action) { return decode(action, read); });
  out.policy_revision = in.policy_revision();
  out.policy_hash = read.hash(in.policy_hash(), "policy_hash");
  out.incident = read.id_or_none(in.incident(), "incident");
  // A label for people. A host must not lose a vote because its node knows one reason more.
  out.why = read.label(reasons, in.reason(), vote::reason::unspecified);
  out.supplies = read.list(in.supplies(), target_entries_max, "supplies",
                           [&](const v1::SupplyView& supply) { return decode(supply, read); });
  out.needed_supplies = in.needed_supplies();
  if (out.needed_supplies == 0 || out.needed_supplies > target_entries_max)
    read.refuse("needed_supplies", "is not between 1 and 256");
  out.shutdown_time = read.age(in.shutdown_time(), "shutdown_time");
  out.before = read.age(in.before(), "before");
  out.after = read.age(in.after(), "after");
  out.drill = read.name_or_none(in.drill(), "drill");
  return out;
}

}  // namespace holdover::wire
