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
constexpr duration adoption_limit = 10s;

}  // namespace

caf::behavior supervisor_behavior(caf::stateful_actor<supervisor_state>* self,
                                  std::shared_ptr<const supervisor_setup> setup) {
  return self->state.start(std::move(setup));
}

caf::behavior supervisor_state::start(std::shared_ptr<const supervisor_setup> setup) {
  guard(self_, name);
  auto rules = std::make_shared<supervisor_setup>(*setup);
  rules->children.clear();
  setup_ = std::move(rules);
  self_->set_down_handler([this](caf::down_msg& down) {
    if (leaving_.erase(down.source) != 0) {
      if (leaving_.empty()) start_replacement();
      return;
    }
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
  for (const auto& spec : setup->children) {
    auto& one = children_[spec.name];
    one.spec = spec;
    spawn(one);
  }
  self_->delayed_send(self_, setup_->ping_period, wake_atom::value);
  return {
      [this](wake_atom) {
        ping_all();
        self_->delayed_send(self_, setup_->ping_period, wake_atom::value);
      },
      [this](restart_atom, const std::string& child_name) {
        const auto found = children_.find(child_name);
        if (found != children_.end() && !found->second.running) restart(found->second);
      },
      [this](const replacement_ptr& next) { return replace(next); },
  };
}

// Who is kept is who is not replaced by name and whose spec is of the start: policy and recorder.
caf::result<alive_atom> supervisor_state::replace(std::shared_ptr<const replacement> next) {
  if (replacing_) return caf::make_error(caf::sec::runtime_error);
  replacing_ = true;
  replaced_ = self_->make_response_promise();
  replacement_ = std::move(next);
  for (auto one = children_.begin(); one != children_.end();) {
    auto& [child_name, old] = *one;
    if (child_name == "policy" || child_name == "recorder") {
      ++one;
      continue;
    }
    setup_->where->remove(child_name);
    if (old.running) {
      leaving_.insert(old.handle.address());
      self_->send_exit(old.handle, caf::exit_reason::user_shutdown);
    }
    one = children_.erase(one);
  }
  if (leaving_.empty()) start_replacement();
  return replaced_;
}

void supervisor_state::start_replacement() {
  const auto policy = caf::actor_cast<adopting_policy_actor>(children_["policy"].handle);
  self_->request(policy, adoption_limit, adoption{replacement_->policy})
      .then(
          [this](alive_atom) {
            for (const auto& spec : replacement_->children) {
              auto& one = children_[spec.name];
              one.spec = spec;
              spawn(one);
            }
            tell_policy_of_new_devices();
            replacing_ = false;
            replacement_.reset();
            replaced_.deliver(alive_atom::value);
          },
          [this](caf::error& what) {
            replaced_.deliver(what);
            setup_->on_vital_loss("policy", "does not take over the changed site file");
          });
}

void supervisor_state::spawn(child& one) {
  one.handle = one.spec.make(self_->system());
  one.started = now(self_);
  one.missed = 0;
  one.running = true;
  setup_->where->enter(one.spec.name, one.handle);
  self_->monitor(one.handle);
}

void supervisor_state::restart(child& one) {
  spawn(one);
  if (one.spec.paced) tell_policy_of_new_devices();
}

// They poll calmly, whatever their predecessors were told.
void supervisor_state::tell_policy_of_new_devices() {
  if (const auto to = setup_->where->find<policy_actor>("policy"))
    self_->send(to, fact{policy::devices_started{}, now(self_)});
}

void supervisor_state::ended(child& one, const std::string& why) {
  one.running = false;
  spdlog::error("{} ended: {}", one.spec.name, why);
  if (one.spec.vital) return setup_->on_vital_loss(one.spec.name, why);
  if (one.spec.on_end) one.spec.on_end(why);
  if (now(self_) - one.started >= good_life) one.failures = 0;
  const auto pause = std::min(pause_most, pause_least * (1 << std::min(one.failures, 10u)));
  ++one.failures;
  if (const auto to = setup_->where->find<recorder_actor>("recorder");
      to && one.spec.name != "recorder")
    caf::anon_send(
        to, record{severity::alarm, node_event{"actor_restarted", one.spec.name + ": " + why}});
  self_->delayed_send(self_, pause, restart_atom::value, one.spec.name);
}

void supervisor_state::ping_all() {
  for (auto& [child_name, one] : children_) {
    if (!one.running) continue;
    const auto who = one.handle.address();
    self_->request(one.handle, setup_->ping_limit, alive_atom::value)
        .then(
            [this, child_name = child_name](alive_atom) {
              if (const auto found = children_.find(child_name); found != children_.end())
                found->second.missed = 0;
            },
            [this, child_name = child_name, who](caf::error& what) {
              if (what == caf::sec::request_timeout) unanswered(child_name, who);
            });
  }
}

void supervisor_state::unanswered(const std::string& child_name, const caf::actor_addr& who) {
  const auto found = children_.find(child_name);
  if (found == children_.end()) return;  // Replaced meanwhile.
  auto& one = found->second;
  if (!one.running || one.handle.address() != who || ++one.missed < pings_missed) return;
  self_->demonitor(who);
  self_->send_exit(one.handle, caf::exit_reason::kill);
  ended(one, "alive but does not answer");
}

}  // namespace holdover::actors
