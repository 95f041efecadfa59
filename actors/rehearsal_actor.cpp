#include "actors/rehearsal_actor.hpp"

#include "io/wire/codec.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace holdover::actors {

rehearsal_actor::behavior_type rehearsal_behavior(
    rehearsal_actor::stateful_pointer<rehearsal_state> self,
    std::shared_ptr<const rehearsal_setup> setup) {
  return self->state.start(std::move(setup));
}

rehearsal_actor::behavior_type rehearsal_state::start(
    std::shared_ptr<const rehearsal_setup> setup) {
  guard(self_, name);
  setup_ = std::move(setup);
  machine_ = std::make_unique<drill::host_drill>(setup_->config, setup_->boot_id);
  return {
      [this](const frame& what) { read(what); },
      [this](const drill::trouble& what) { feed(what); },
      [this](const drill::looked& what) { feed(what); },
      [this](wake_atom) {
        timer_.fired(now(self_));
        feed(drill::tick{});
      },
  };
}

// Only what a node has signed for a drill. Anything else is none of a rehearsal's business, and
// what is no vote of its drill the machine passes over.
void rehearsal_state::read(const frame& what) {
  auto outer = wire::decode_signed(what.bytes);
  const auto* envelope = std::get_if<signed_message>(&outer);
  if (envelope == nullptr) return refuse(std::get<wire::refusal>(outer).reason);
  if (envelope->about != domain::drill) return refuse("not signed for a drill");
  const auto verdict = setup_->outside.verify(*envelope);
  const auto* signer = std::get_if<member>(&verdict);
  if (signer == nullptr) return refuse(std::get<std::string>(verdict));
  if (signer->as != role::node) return refuse("signed by no node");
  auto inner = wire::decode(envelope->bytes);
  auto* content = std::get_if<message>(&inner);
  if (content == nullptr) return refuse(std::get<wire::refusal>(inner).reason);
  if (content->site != setup_->config.site) return refuse("of another site");
  if (const auto* call = std::get_if<drill::call>(&content->what))
    return feed(drill::call_heard{signer->number, *call, setup_->make_nonce()});
  auto* cast = std::get_if<vote::vote>(&content->what);
  if (cast == nullptr) return refuse("a drill brings calls and votes to a host");
  if (cast->controller != signer->number) return refuse("a vote that its signer may not cast");
  feed(drill::vote_heard{{std::move(*cast), true, what.bytes}});
}

void rehearsal_state::feed(const drill::host_event& what) {
  const auto decision = machine_->step(what, now(self_));
  for (const auto& action : decision.actions)
    std::visit([this](const auto& a) { carry_out(a); }, action);
  timer_.arm(self_, decision.wake_at);
}

void rehearsal_state::refuse(const std::string& why) {
  if (const auto count = refused_.add(why, now(self_)))
    spdlog::warn("drill: refused a message: {} ({} so far)", why, *count);
}

void rehearsal_state::carry_out(const drill::say& what) {
  setup_->outside.send_to_nodes(
      seal(setup_->outside, domain::drill, setup_->config.site, setup_->config.host, what.what));
}

void rehearsal_state::carry_out(const drill::look_at& what) {
  setup_->look_at(self_, what.id);
}

void rehearsal_state::carry_out(const drill::note& what) {
  spdlog::info("{}", what.text);
}

}  // namespace holdover::actors
