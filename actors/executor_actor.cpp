#include "actors/executor_actor.hpp"

#include <spdlog/spdlog.h>

#include <cstddef>
#include <utility>

namespace holdover::actors {

executor_actor::behavior_type executor_behavior(
    executor_actor::stateful_pointer<executor_state> self,
    std::shared_ptr<const executor_setup> setup) {
  return self->state.start(std::move(setup));
}

executor_actor::behavior_type executor_state::start(std::shared_ptr<const executor_setup> setup) {
  guard(self_, "executor of " + setup->config.unit);
  setup_ = std::move(setup);
  machine_ =
      std::make_unique<agent::outlet_executor>(setup_->config, setup_->make_nonce(), now(self_));
  feed(agent::executor_tick{});
  return {
      [this](const vote::received_vote& what) { take(what); },
      [this](const power::outlet_unit_reading& what) { feed(agent::outlets_read{what}); },
      [this](const switching_answered& what) {
        feed(agent::switch_answered{what.number, what.ok, what.detail});
      },
      [this](unattended_atom) { feed(agent::unit_unattended{}); },
      [this](wake_atom) {
        timer_.fired(now(self_));
        feed(agent::executor_tick{});
      },
      [](alive_atom) { return alive_atom::value; },
  };
}

// The machine counts what it refuses, by reason; people are told here.
void executor_state::take(const vote::received_vote& what) {
  const auto* box = machine_->votes(what.content.to.name);
  if (box == nullptr) return refuse(what.content, "unknown_outlet");
  const auto before = box->refused();
  feed(agent::outlet_vote_received{what});
  for (std::size_t why = 0; why < before.size(); ++why)
    if (box->refused()[why] != before[why])
      refuse(what.content, to_string(static_cast<vote::refusal>(why)));
}

// By reason alone: whoever sends bad votes may name as many nodes and outlets as there are.
void executor_state::refuse(const vote::vote& cast, std::string_view why) {
  if (const auto count = refused_.add(std::string{why}, now(self_)))
    spdlog::warn("executor of {} refused a vote of node {} on outlet {}: {} ({} so far)",
                 setup_->config.unit, cast.controller, cast.to.name, why, *count);
}

void executor_state::feed(const agent::executor_event& what) {
  auto decision = machine_->step(what, now(self_));
  for (const auto& action : decision.actions)
    std::visit([this](const auto& a) { carry_out(a); }, action);
  timer_.arm(self_, decision.wake_at);
}

void executor_state::tell(severity how, event_payload what) {
  if (const auto to = setup_->where->find<recorder_actor>("recorder"))
    self_->send(to, record{how, std::move(what)});
}

void executor_state::carry_out(const agent::send_executor_beacon& what) {
  setup_->outside.send_to_nodes(
      seal(setup_->outside, domain::beacon, setup_->config.site, setup_->node, what.what));
  if (const auto to = setup_->where->find<policy_actor>("policy"))
    self_->send(to, fact{policy::executor_beacon_received{setup_->unit, what.what}, now(self_)});
}

// The k votes go into the journal with the intent: the evidence behind the effect.
void executor_state::carry_out(const agent::record_intent& what) {
  tell(severity::warning,
       outlet_event{what.outlet, what.wish == vote::outlet_wish::on ? "intent_on" : "intent_off",
                    std::to_string(what.evidence.size()) + " votes", what.evidence});
}

void executor_state::carry_out(const agent::switch_outlet& what) {
  if (const auto to = setup_->where->find<device_actor>(setup_->device))
    self_->send(to, switch_request{what.number, what.on});
}

void executor_state::carry_out(const agent::read_outlets&) {
  if (const auto to = setup_->where->find<device_actor>(setup_->device))
    self_->send(to, read_atom::value);
}

void executor_state::carry_out(const agent::record_result& what) {
  tell(what.confirmed ? severity::info : severity::alarm,
       outlet_event{
           what.outlet,
           what.confirmed ? "confirmed" : "unconfirmed",
           std::string{to_string(what.wish)} + (what.detail.empty() ? "" : ": " + what.detail),
           {}});
}

void executor_state::carry_out(const agent::outlet_alarm& what) {
  tell(what.raised ? severity::alarm : severity::info,
       alarm_event{"outlet_switching", what.outlet, what.raised, what.text});
}

}  // namespace holdover::actors
