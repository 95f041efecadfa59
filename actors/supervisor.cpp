#include "actors/supervisor.hpp"

#include "actors/guard.hpp"
#include "actors/interfaces.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace holdover::actors {

namespace {

constexpr duration pause_least = 100ms;
constexpr duration pause_most = 10s;
constexpr duration good_life = 60s;
constexpr std::uint32_t pings_missed = 3;

}  // namespace

caf::behavior supervisor_behavior(caf::stateful_actor<supervisor_state>* self,
                                  std::shared_ptr<const supervisor_setup> setup) {
  return self->state.start(std::move(setup));
}

caf::behavior supervisor_state::start(std::shared_ptr<const supervisor_setup> setup) {
  guard(self_, name);
  setup_ = std::move(setup);
  self_->set_down_handler([this](caf::down_msg& down) {
    for (auto& [child_name, one] : children_)
      if (one.running && one.handle.address() == down.source)
        return ended(one, self_->system().render(down.reason));
  });
  self_->set_exit_handler([this](caf::exit_msg& exit) {
    for (auto& [child_name, one] : children_) {
      self_->demonitor(one.handle.address());
      self_->send_exit(one.handle, exit.reason);
      one.handle = {};
    }
    setup_->where->clear();
    self_->quit(exit.reason);
  });
  for (const auto& spec : setup_->children) {
    auto& one = children_[spec.name];
    one.spec = &spec;
    spawn(one);
  }
  self_->delayed_send(self_, setup_->ping_period, wake_atom::value);
  return {
      [this](wake_atom) {
        ping_all();
        self_->delayed_send(self_, setup_->ping_period, wake_atom::value);
      },
      [this](restart_atom, const std::string& child_name) { spawn(children_[child_name]); },
  };
}

void supervisor_state::spawn(child& one) {
  one.handle = one.spec->make(self_->system());
  one.started = now(self_);
  one.missed = 0;
  one.running = true;
  setup_->where->enter(one.spec->name, one.handle);
  self_->monitor(one.handle);
}

void supervisor_state::ended(child& one, const std::string& why) {
  one.running = false;
  spdlog::error("{} ended: {}", one.spec->name, why);
  if (one.spec->vital) return setup_->on_vital_loss(one.spec->name, why);
  if (now(self_) - one.started >= good_life) one.failures = 0;
  const auto pause = std::min(pause_most, pause_least * (1 << std::min(one.failures, 10u)));
  ++one.failures;
  if (const auto to = setup_->where->find<recorder_actor>("recorder");
      to && one.spec->name != "recorder")
    caf::anon_send(
        to, record{severity::alarm, node_event{"actor_restarted", one.spec->name + ": " + why}});
  self_->delayed_send(self_, pause, restart_atom::value, one.spec->name);
}

void supervisor_state::ping_all() {
  for (auto& [child_name, one] : children_) {
    if (!one.running) continue;
    const auto who = one.handle.address();
    self_->request(one.handle, setup_->ping_limit, alive_atom::value)
        .then([this, child_name = child_name](alive_atom) { children_[child_name].missed = 0; },
              [this, child_name = child_name, who](caf::error& what) {
                if (what == caf::sec::request_timeout) unanswered(child_name, who);
              });
  }
}

void supervisor_state::unanswered(const std::string& child_name, const caf::actor_addr& who) {
  auto& one = children_[child_name];
  if (!one.running || one.handle.address() != who || ++one.missed < pings_missed) return;
  self_->demonitor(who);
  self_->send_exit(one.handle, caf::exit_reason::kill);
  ended(one, "alive but does not answer");
}

}  // namespace holdover::actors
