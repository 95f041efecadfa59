#include "actors/agent_actor.hpp"

#include "io/wire/codec.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace holdover::actors {

agent_actor::behavior_type agent_behavior(agent_actor::stateful_pointer<agent_state> self,
                                          std::shared_ptr<const agent_setup> setup) {
  return self->state.start(std::move(setup));
}

agent_actor::behavior_type agent_state::start(std::shared_ptr<const agent_setup> setup) {
  guard(self_, name);
  setup_ = std::move(setup);
  machine_ = std::make_unique<agent::agent_machine>(setup_->config, setup_->make_nonce(),
                                                    setup_->boot_id, now(self_));
  if (setup_->commit_recalled)
    feed(agent::commit_recalled{});
  else if (!setup_->evidence_recalled.empty())
    feed(agent::evidence_recalled{setup_->evidence_recalled});
  else
    feed(agent::tick{});
  if (!setup_->evidence_problem.empty())
    feed(agent::evidence_kept{false, setup_->evidence_problem});
  return {
      [this](const frame& what) { read(what); },
      [this](const agent::commit_recorded& what) { feed(what); },
      [this](const agent::action_started& what) { feed(what); },
      [this](const agent::action_ended& what) { feed(what); },
      [this](const agent::evidence_kept& what) { feed(what); },
      [this](const agent::ports_looked_at& what) { feed(what); },
      [this](const agent::membership_changed& what) { feed(what); },
      [this](stop_atom) { feed(agent::stop_requested{}); },
      [this](wake_atom) {
        timer_.fired(now(self_));
        feed(agent::tick{});
      },
      [](alive_atom) { return alive_atom::value; },
  };
}

// Before anything else is learnt: what woke us after a gap may be a vote from before it.
void agent_state::feed(const agent::agent_event& what) {
  if (const auto why = setup_->host.past_in_doubt())
    step(agent::life_renewed{setup_->make_nonce(), *why});
  step(what);
}

void agent_state::step(const agent::agent_event& what) {
  auto decision = machine_->step(what, now(self_));
  for (const auto& action : decision.actions)
    std::visit([this](const auto& a) { carry_out(a); }, action);
  timer_.arm(self_, decision.wake_at);
}

// Every vote reaches the machine, a badly signed one too: it is the machine that counts and logs
// what it refuses. Anything but a vote is no business of an agent; that such a thing came is,
// because it tells of a broken node, or of a network part that is no longer ours.
void agent_state::read(const frame& what) {
  auto outer = wire::decode_signed(what.bytes);
  auto* envelope = std::get_if<signed_message>(&outer);
  if (envelope == nullptr) return refuse(std::get<wire::refusal>(outer).reason);
  if (envelope->about == domain::drill) {
    if (setup_->host.on_drill) setup_->host.on_drill(what);
    return;
  }
  auto inner = wire::decode(envelope->bytes);
  auto* content = std::get_if<message>(&inner);
  if (content == nullptr) return refuse(std::get<wire::refusal>(inner).reason);
  auto* cast = std::get_if<vote::vote>(&content->what);
  if (cast == nullptr) return refuse("an agent takes votes and nothing else");
  const bool valid = may_cast(setup_->outside.verify(*envelope), *envelope, *cast);
  const bool before = machine_->switching_over() && setup_->verify_before
                      && may_cast(setup_->verify_before(*envelope), *envelope, *cast);
  feed(agent::vote_received{{std::move(*cast), valid, what.bytes, before}});
}

template <class Verdict>
bool agent_state::may_cast(const Verdict& verdict, const signed_message& envelope,
                           const vote::vote& cast) {
  const auto* signer = std::get_if<member>(&verdict);
  return signer != nullptr && envelope.about == domain::vote && signer->as == role::node
         && signer->number == cast.controller;
}

void agent_state::refuse(const std::string& why) {
  if (const auto count = refused_.add(why, now(self_)))
    spdlog::warn("refused a message: {} ({} so far)", why, *count);
}

void agent_state::carry_out(const agent::send_beacon& what) {
  const auto& said = what.what;
  if (setup_->host.on_trouble
      && (said.state != agent::host_state::running || said.effective > vote::level::run
          || said.acts_in))
    setup_->host.on_trouble("this host is " + std::string{to_string(said.state)} + ", level "
                            + std::string{to_string(said.effective)});
  setup_->outside.send_to_nodes(
      seal(setup_->outside, domain::beacon, setup_->config.site, setup_->config.host, what.what));
}

void agent_state::carry_out(const agent::write_commit_record& what) {
  setup_->host.write_commit_record(self_, what);
}

void agent_state::carry_out(const agent::run_action& what) {
  spdlog::warn("running action {}", what.id);
  setup_->host.run_action(self_, what);
}

void agent_state::carry_out(const agent::log_command& what) {
  setup_->host.log_command(what);
}

void agent_state::carry_out(const agent::raise_alarm& what) {
  spdlog::error("alarm {}: {}", to_string(what.what), what.text);
}

void agent_state::carry_out(const agent::clear_alarm& what) {
  spdlog::info("alarm {} is over", to_string(what.what));
}

void agent_state::carry_out(const agent::note& what) {
  spdlog::info("{}", what.text);
}

void agent_state::carry_out(const agent::want_new_nonce& what) {
  step(agent::life_renewed{setup_->make_nonce(), what.why});
}

void agent_state::carry_out(const agent::keep_evidence& what) {
  setup_->host.keep_evidence(self_, what);
}

void agent_state::carry_out(const agent::leave&) {
  setup_->host.leave();
}

}  // namespace holdover::actors
