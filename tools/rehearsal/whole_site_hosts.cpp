// The hosts of a whole site: what an agent's driver and the operating system do for real.

#include "core/overloaded.hpp"
#include "core/words.hpp"
#include "tools/rehearsal/whole_site.hpp"

#include <algorithm>
#include <utility>

namespace holdover::rehearsal {

void whole_site::start_agent(host_index index) {
  auto& h = hosts_[index];
  const auto& config = site_.hosts[index];
  if (h.is == power_state::booting) log_.fact(now_, config.name, "is up again");
  h.is = power_state::up;
  ++h.life;
  h.hangs = h.stopping = h.down = h.powers_off = false;
  h.wake.reset();
  agent::agent_config c;
  c.site = site_.name;
  c.host = config.name;
  c.epoch = site_.epoch;
  for (const auto& node : site_.nodes)
    c.electorate.push_back(node.number);
  c.threshold = threshold(site_);
  c.hold = config.hold;
  c.time_to_live = site_.votes.time_to_live;
  c.shutdown_limit = config.shutdown_time;
  c.last_word = agent::final_word::on_program_end;
  c.stands_by = config.stands_by;
  c.fallback.able_within = site_.votes.able_within;
  c.fallback.single_witness = site_.votes.single_witness;
  c.fallback.clear_after = site_.votes.clear_after;
  c.fallback.reserve = site_.votes.fallback_reserve;
  c.fallback.floor_low = site_.votes.fallback_floor_low;
  c.fallback.floor_high = site_.votes.fallback_floor_high;
  h.agent =
      std::make_unique<agent::agent_machine>(c, draw_id(), "boot " + std::to_string(ids_), now_);
  step(index, agent::tick{});
  for (std::size_t n = 0; n < nodes_.size(); ++n)
    if (site_.nodes[n].host == index) start_node(n);
}

void whole_site::step(host_index index, const agent::agent_event& what) {
  auto& h = hosts_[index];
  auto decided = h.agent->step(what, now_);
  const auto before = std::exchange(h.wake, decided.wake_at);
  for (const auto& action : decided.actions)
    carry_out(index, action);
  if (decided.wake_at != before) wake_agent(index);
}

void whole_site::wake_agent(host_index index) {
  const auto when = hosts_[index].wake;
  if (!when) return;
  to_host(
      index,
      [=, this] {
        if (hosts_[index].wake == when) step(index, agent::tick{});
      },
      *when - now_);
}

void whole_site::carry_out(host_index index, const agent::agent_action& action) {
  auto& h = hosts_[index];
  const auto& name = site_.hosts[index].name;
  std::visit(overloaded{
                 [&](const agent::send_beacon& a) {
                   const bool last = a.what.state == agent::host_state::down && !h.down;
                   h.down = h.down || last;
                   if (last && h.powers_off) {
                     const auto delay =
                         std::max<duration>(site_.hosts[index].power_off_delay - 2s, 1s);
                     to_host(
                         index, [=, this] { halt(index); }, delay);
                   }
                   for (std::size_t n = 0; n < nodes_.size(); ++n)
                     to_node(n, [=, this, beacon = a.what] {
                       step(n, policy::host_beacon_received{index, beacon, "signed"});
                     });
                 },
                 [&](const agent::write_commit_record&) {
                   to_host(index, [=, this] { step(index, agent::commit_recorded{true, ""}); });
                 },
                 [&](const agent::run_action& a) { run(index, a); },
                 [&](const agent::log_command&) {},
                 [&](const agent::raise_alarm& a) {
                   log_.fact(now_, name, "ALARM " + spaced(to_string(a.what)) + ", " + a.text);
                 },
                 [&](const agent::clear_alarm& a) {
                   log_.fact(now_, name, "alarm over, " + spaced(to_string(a.what)));
                 },
                 [&](const agent::note& a) { log_.fact(now_, name, a.text); },
                 [&](const agent::leave&) {},
                 [&](const agent::want_new_nonce&) {},
                 [&](const agent::keep_evidence&) {},
             },
             action);
}

void whole_site::run(host_index index, const agent::run_action& a) {
  const auto& name = site_.hosts[index].name;
  const auto end = [&](duration after) {
    to_host(
        index,
        [=, this, id = a.id] {
          step(index, agent::action_ended{id, true, ""});
        },
        after);
  };
  to_host(index, [=, this, id = a.id] { step(index, agent::action_started{id}); });
  auto& h = hosts_[index];
  if (a.id == "shutdown" || a.id == "stand_by") {
    h.stopping = true;
    h.began_to_stop = now_;
    h.powers_off = a.id == "shutdown";
    if (!h.hangs) end(h.stop_time.value_or(site_.hosts[index].shutdown_time / 3));
    return;
  }
  log_.fact(now_, name, "runs " + spaced(a.id) + (a.text.empty() ? "" : " \"" + a.text + "\""));
  if (a.id == "reboot") {
    to_host(
        index, [=, this] { reboot(index); }, 1s);
  } else if (a.id == "forced_off" || a.id == "last_resort") {
    to_host(
        index, [=, this] { halt(index); }, 2s);
  } else {
    end(1s);
  }
}

void whole_site::reboot(host_index index) {
  auto& h = hosts_[index];
  ++h.life;
  h.agent.reset();
  nodes_go(index);
  boot(index);
}

/// Those that run on it.
void whole_site::nodes_go(host_index index) {
  for (std::size_t n = 0; n < nodes_.size(); ++n)
    if (site_.nodes[n].host == index && nodes_[n].alive) kill_node(n);
}

/// Off by itself, with power on its plug: only a loss and return of power wakes it.
void whole_site::halt(host_index index) {
  auto& h = hosts_[index];
  log_.fact(now_, site_.hosts[index].name, "is off");
  ++h.life;
  h.agent.reset();
  nodes_go(index);
  h.is = power_state::halted;
}

}  // namespace holdover::rehearsal
