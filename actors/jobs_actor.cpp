#include "actors/jobs_actor.hpp"

#include <caf/send.hpp>

#include <utility>

namespace holdover::actors {

namespace {

// The clock is read and the peers are counted so often; a lost link is also told at once.
constexpr duration look_period = 20s;

// A journal that does not answer must not keep jobs waiting for ever.
constexpr duration recall_limit = 10s;
constexpr std::size_t waiting_max = 4096;

}  // namespace

jobs_actor::behavior_type jobs_behavior(jobs_actor::stateful_pointer<jobs_state> self,
                                        std::shared_ptr<const jobs_setup> setup) {
  return self->state.start(std::move(setup));
}

jobs_actor::behavior_type jobs_state::start(std::shared_ptr<const jobs_setup> setup) {
  guard(self_, name);
  setup_ = std::move(setup);
  machine_ = std::make_unique<jobs::machine>(*setup_->about, setup_->self, now(self_));
  // Not by name: the journal may answer before the directory knows us.
  setup_->outside.recall([to = jobs_actor{self_}](jobs::recalled found) {
    caf::anon_send(to, std::make_shared<const jobs::recalled>(std::move(found)));
  });
  self_->delayed_send(self_, recall_limit, std::make_shared<const jobs::recalled>());
  return {
      [this](const record& what) { hear(what); },
      [this](const peer_job& what) { hear(what); },
      [this](const battery_told& what) { hear(what); },
      [this](const job_news& what) { hear(what); },
      [this](const job_release& what) {
        feed(jobs::released{what.job, what.by});
      },
      [this](const recalled_ptr& found) { recall(*found); },
      [this](wake_atom) {
        timer_.fired(now(self_));
        feed(jobs::tick{});
      },
      [this](clock_atom) {
        look_around();
        self_->delayed_send(self_, look_period, clock_atom::value);
      },
      [](alive_atom) { return alive_atom::value; },
  };
}

void jobs_state::recall(const jobs::recalled& found) {
  if (!waiting_) return;
  const auto waited = std::move(*waiting_);
  waiting_.reset();
  feed(found);
  look_around();
  for (const auto& one : waited)
    feed(one);
  self_->delayed_send(self_, look_period, clock_atom::value);
}

void jobs_state::feed(const jobs::job_input& what) {
  if (waiting_) {
    if (waiting_->size() < waiting_max) waiting_->push_back(what);
    return;
  }
  const auto decided = machine_->step(what, now(self_));
  for (const auto& action : decided.actions)
    std::visit([this](const auto& one) { carry_out(one); }, action);
  timer_.arm(self_, decided.wake_at);
}

void jobs_state::hear(const record& what) {
  if (const auto* e = std::get_if<node_event>(&what.what);
      e != nullptr && (e->what == "peer_lost" || e->what == "peer_back"))
    feed(jobs::peers_seen{setup_->outside.alive()});
  feed(jobs::own_fact{what.what});
}

void jobs_state::hear(const peer_job& what) {
  for (const auto& node : setup_->about->nodes)
    if (node.name == what.by) feed(jobs::peer_fact{node.number, what.what});
}

void jobs_state::hear(const battery_told& what) {
  const auto& upses = setup_->about->upses;
  for (ups_index i = 0; i < upses.size(); ++i)
    if (upses[i].name == what.device)
      feed(jobs::supply_seen{i, what.on_battery, what.confirmed, what.left});
}

void jobs_state::hear(const job_news& what) {
  if (what.over)
    feed(jobs::task_ended{what.task, what.ok, what.detail});
  else
    feed(jobs::task_delayed{what.task, what.detail});
}

void jobs_state::look_around() {
  feed(jobs::peers_seen{setup_->outside.alive()});
  if (setup_->outside.clock) feed(setup_->outside.clock());
}

void jobs_state::carry_out(const jobs::order& what) {
  if (what.kind == jobs::action_kind::mail)
    setup_->outside.send_mail(what);
  else
    setup_->outside.run_program(what);
}

void jobs_state::carry_out(const jobs::cancel& what) {
  setup_->outside.withdraw_mail(what.task);
}

void jobs_state::carry_out(const jobs::set_wish& what) {
  if (const auto to = setup_->where->find<policy_actor>("policy"))
    self_->send(to, fact{policy::job_wished{what.which, what.on, what.lasts, what.by}, now(self_)});
}

void jobs_state::carry_out(const jobs::tell& what) {
  if (const auto to = setup_->where->find<recorder_actor>("recorder"))
    self_->send(to, record{what.how, what.what});
}

}  // namespace holdover::actors
