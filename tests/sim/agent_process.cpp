// A host as a machine with an agent on it: the agent's driver, its programs, the way down.

#include "core/overloaded.hpp"
#include "tests/sim/world.hpp"

#include <algorithm>

namespace holdover::sim {

namespace {

std::string name_of(std::size_t host) {
  return "host" + std::to_string(host) + " ";
}

agent_mood mood_of(agent::host_state state) {
  switch (state) {
    case agent::host_state::armed:
      return agent_mood::armed;
    case agent::host_state::committed:
      return agent_mood::committed;
    case agent::host_state::down:
      return agent_mood::down;
    case agent::host_state::running:
    case agent::host_state::unspecified:
      return agent_mood::running;
  }
  return agent_mood::running;
}

}  // namespace

// ---- Life
// ----------------------------------------------------------------------------------------

void world::start_agent(std::size_t host) {
  auto& m = machines_[host];
  const auto is = truth_.hosts[host].now;
  if (m.self.alive || m.left || (is != phase::up && is != phase::stopping)) return;
  begin_life(m.self);
  m.nonce = draw_id();
  m.ticks.clear();
  m.last = {};
  m.warned = vote::level::run;
  m.refusals.clear();
  tell(20, static_cast<std::int64_t>(host), static_cast<std::int64_t>(m.boot),
       [&] { return name_of(host) + "agent starts, boot " + std::to_string(m.boot); });
  checker_.agent_started(host, now_);
  auto config = plan_.agents[host];
  config.epoch = m.epoch;
  m.agent_saw_change = false;
  config.up_for = duration{static_cast<ms>(static_cast<double>(now_ - m.booted) * m.self.rate)};
  m.agent = std::make_unique<agent::agent_machine>(config, m.nonce,
                                                   "boot-" + std::to_string(m.boot), local(m.self));
  if (m.durable) {
    coverage_.saw(sometimes::agent_restarted_after_commit);
    step(host, agent::commit_recalled{});
  } else if (!m.evidence.empty()) {
    step(host, agent::evidence_recalled{m.evidence});
  }
  step(host, agent::tick{});
  if (m.self.alive && config.no_carrier_after) look_at_ports(host);
}

void world::look_at_ports(std::size_t host) {
  auto& m = machines_[host];
  const bool carrier = m.unplugged_until <= now_;
  at(now_ + 1000, [this, host, life = m.self.life] {
    if (machines_[host].self.life == life) look_at_ports(host);
  });
  deliver(m.self, [this, host, carrier] {
    step(host, agent::ports_looked_at{{.carrier = carrier, .mains_good = false}});
  });
}

void world::stop_agent(std::size_t host, std::optional<ms> back_after) {
  auto& m = machines_[host];
  if (!m.self.alive) return;
  tell(21, static_cast<std::int64_t>(host), 0, [&] { return name_of(host) + "agent ends"; });
  m.self.alive = false;
  ++m.self.life;
  m.self.inbox.clear();
  checker_.agent_stopped(host, now_);
  if (back_after)
    at(now_ + *back_after, [this, host, boot = m.boot] {
      if (machines_[host].boot == boot) start_agent(host);
    });
}

void world::step(std::size_t host, const agent::agent_event& what) {
  auto& m = machines_[host];
  const auto life = m.self.life;
  auto decided = m.agent->step(what, local(m.self));
  for (auto& action : decided.actions)
    if (m.self.life == life) carry_out(host, action);
  if (m.self.life == life) arm_agent(host, decided.wake_at);
}

void world::arm_agent(std::size_t host, std::optional<time_point> wake) {
  auto& m = machines_[host];
  m.self.wake = wake ? std::optional{truth_at(m.self, *wake)} : std::nullopt;
  if (!wake) return;
  at(*m.self.wake, [this, host, life = m.self.life, when = *m.self.wake] {
    auto& again = machines_[host];
    if (again.self.life != life || again.self.wake != when) return;
    again.self.wake.reset();
    deliver(again.self, [this, host] { step(host, agent::tick{}); });
  });
}

void world::tell_agent(std::size_t host, std::uint64_t life, agent::agent_event what, ms when) {
  at(when, [this, host, life, what = std::move(what)] {
    auto& m = machines_[host];
    if (m.self.life != life) return;
    deliver(m.self, [this, host, what] { step(host, what); });
  });
}

void world::take_host_vote(std::size_t host, const message& msg, party by) {
  const auto& v = std::get<vote::vote>(msg.what);
  const auto& m = machines_[host];
  if (by != msg.from) coverage_.saw(sometimes::vote_carried);
  // Fresh by the true time: it answers a beacon of this very life, made within the time to live.
  const bool fresh = v.nonce == m.nonce && v.tick >= 1 && v.tick <= m.ticks.size()
                     && now_ - m.ticks[v.tick - 1] <= plan_.about.votes.time_to_live.count() + 200;
  // The membership before has a say for ten minutes, with an agent that was there at the change.
  const auto counts = standing_of(msg, m.epoch);
  const bool both = m.agent_saw_change && now_ - m.epoch_since <= 600'000 + 6'000;
  checker_.vote_reached(
      {.node = msg.from,
       .host = host,
       .made = msg.made,
       .demands = v.host_level >= vote::level::shutdown,
       .clear_view = v.host_level != vote::level::no_view,
       .usable = (counts.now || (both && counts.before)) && fresh
                 && v.controller == plan_.about.nodes[msg.from].number
                 && v.to.kind == target_kind::host && v.to.name == plan_.about.hosts[host].name
                 && is_of_this_site(v)},
      now_);
  step(host, agent::vote_received{{v, counts.now, {}, counts.before}});
}

// ---- What the agent asks for
// ---------------------------------------------------------------------

void world::carry_out(std::size_t host, agent::agent_action& action) {
  std::visit(
      overloaded{
          [&](agent::send_beacon& a) { say(host, std::move(a.what)); },
          [&](const agent::write_commit_record& a) { write_record(host, a); },
          [&](const agent::run_action& a) { run_action(host, a); },
          [&](const agent::log_command& a) { note_refusal(host, a); },
          [&](const agent::raise_alarm& a) {
            tell(23, static_cast<std::int64_t>(host), static_cast<std::int64_t>(a.what), [&] {
              return name_of(host) + "ALARM " + std::string{to_string(a.what)} + ": " + a.text;
            });
          },
          [&](const agent::clear_alarm&) {},
          [&](const agent::note& a) {
            tell(24, static_cast<std::int64_t>(host), 0,
                 [&] { return name_of(host) + "notes: " + a.text; });
          },
          [&](const agent::leave&) {
            tell(25, static_cast<std::int64_t>(host), 0,
                 [&] { return name_of(host) + "agent leaves"; });
            stop_agent(host, {});
            machines_[host].left = true;
          },
          [&](const agent::keep_evidence& a) { machines_[host].evidence = a.text; },
          [&](const agent::want_new_nonce& a) {
            auto& m = machines_[host];
            m.nonce = draw_id();
            step(host, agent::life_renewed{m.nonce, a.why});
          },
      },
      action);
}

void world::say(std::size_t host, agent::host_beacon b) {
  auto& m = machines_[host];
  if (b.tick > m.ticks.size()) m.ticks.resize(b.tick, now_);
  const bool was_armed = m.last.state == agent::host_state::armed;
  const bool had_deadline = m.last.degraded && m.last.acts_in && !was_armed;
  if (b.state == agent::host_state::running) {
    if (was_armed) coverage_.saw(sometimes::armed_then_cancelled);
    if (had_deadline && !b.acts_in) coverage_.saw(sometimes::fallback_armed_then_disarmed);
  }
  if (b.state != m.last.state || b.degraded != m.last.degraded || b.effective != m.last.effective)
    tell(22, static_cast<std::int64_t>(host), static_cast<std::int64_t>(b.state), [&] {
      return name_of(host) + "says " + std::string{to_string(b.state)} + ", acts on "
             + std::string{to_string(b.effective)} + (b.degraded ? ", degraded" : "");
    });
  const bool quiet = b.effective <= vote::level::run && !b.acts_in;
  checker_.agent_said(host, mood_of(b.state), quiet, now_);
  m.last = b;
  for (std::size_t n = 0; n < nodes_.size(); ++n)
    send(party_of(host), n, b);
}

void world::write_record(std::size_t host, const agent::write_commit_record& a) {
  auto& m = machines_[host];
  const bool fallback = a.cause.find("fallback") != std::string::npos;
  const bool cut_off = a.cause.starts_with("cut off");
  tell(26, static_cast<std::int64_t>(host), fallback,
       [&] { return name_of(host) + "COMMITS: " + a.cause; });
  coverage_.saw(cut_off    ? sometimes::commit_without_carrier
                : fallback ? sometimes::commit_by_fallback
                           : sometimes::commit_by_vote);
  if (!fallback && plan_.single_way.count(host) > 0 && !calm_)
    coverage_.saw(sometimes::commit_over_one_way);
  if (!fallback && m.agent->switching_over()) coverage_.saw(sometimes::commit_while_switching_over);
  if (!fallback && some_path_denies_outage(host)) coverage_.saw(sometimes::commit_in_dispute);
  for (const auto& n : nodes_)
    if (!n.self.alive) {
      coverage_.saw(sometimes::commit_while_a_node_was_down);
      break;
    }
  checker_.committed(host,
                     cut_off    ? commit_cause::cut_off
                     : fallback ? commit_cause::fallback
                                : commit_cause::vote,
                     now_);
  const auto& p = plan_.machines[host];
  const bool fails = fate_.chance(p.record_fails);
  if (fails) coverage_.saw(sometimes::commit_record_failed);
  const ms when = now_ + (fate_.chance(p.record_stalls) ? fate_.span(1, 6) : fate_.pick(2, 20));
  const auto life = m.self.life;
  at(when, [this, host, life, fails, boot = m.boot] {
    auto& again = machines_[host];
    if (again.boot != boot || (again.self.life != life && fate_.chance(0.5))) return;
    if (!fails) {
      again.durable = true;
      checker_.commit_durable(host, now_);
    }
    if (again.self.life != life) return;
    deliver(again.self, [this, host, fails] {
      step(host, agent::commit_recorded{!fails, fails ? "disk full" : ""});
    });
  });
}

bool world::some_path_denies_outage(std::size_t host) const {
  const auto& supplies = truth_.hosts[host].supplies;
  return std::any_of(supplies.begin(), supplies.end(), [this](const supply_truth& s) {
    const auto& lie = lies_[s.ups];
    const bool contrary = !lie.sticks || (lie.stuck && power::carries(lie.stuck->state));
    return !truth_.upses[s.ups].mains && lie.until > now_ && contrary;
  });
}

void world::run_action(std::size_t host, const agent::run_action& a) {
  auto& m = machines_[host];
  const auto life = m.self.life;
  tell(27, static_cast<std::int64_t>(host), static_cast<std::int64_t>(a.id.size()),
       [&] { return name_of(host) + "runs " + a.id; });
  tell_agent(host, life, agent::action_started{a.id}, now_ + 5);
  if (a.id == "shutdown") {
    run_shutdown(host, life);
  } else if (a.id == "forced_off" || a.id == "last_resort") {
    if (a.id == "forced_off") coverage_.saw(sometimes::forced_off);
    checker_.shutdown_begun(host, now_);
    if (truth_.hosts[host].now == phase::up) enter(host, phase::stopping);
    if (a.id == "forced_off" && m.forced_hangs) return;
    at(now_ + fate_.pick(50, 1500), [this, host, boot = m.boot] { halt(host, boot); });
  } else {
    if (a.id == "warn" || a.id == "shed") {
      m.warned = vote::level::warn;
      if (a.id == "shed") coverage_.saw(sometimes::told_to_shed);
    } else if (a.id == "warn_over" || a.id == "shed_over") {
      if (m.warned != vote::level::run) coverage_.saw(sometimes::warned_then_relieved);
      m.warned = vote::level::run;
    }
    tell_agent(host, life, agent::action_ended{a.id, fate_.chance(0.95), ""},
               now_ + fate_.pick(50, 1000));
  }
}

/// Either the program waits for everything itself, or it returns at once and the agent is told to
/// stop late on the way down. A hung one does neither.
void world::run_shutdown(std::size_t host, std::uint64_t life) {
  auto& m = machines_[host];
  const auto& p = plan_.machines[host];
  checker_.shutdown_begun(host, now_);
  if (truth_.hosts[host].now == phase::up) {
    enter(host, phase::stopping);
    m.hangs = fate_.chance(p.hang);
    m.forced_hangs = m.hangs && fate_.chance(p.forced_hang);
    if (m.hangs) coverage_.saw(sometimes::shutdown_program_hung);
  }
  if (m.hangs) return;
  const auto boot = m.boot;
  const ms stopped = now_ + p.stop;
  if (p.program_waits) {
    tell_agent(host, life, agent::action_ended{"shutdown", true, ""}, stopped);
  } else {
    tell_agent(host, life, agent::action_ended{"shutdown", true, ""}, now_ + fate_.pick(50, 400));
    at(stopped, [this, host, boot] {
      auto& again = machines_[host];
      if (again.boot == boot)
        deliver(again.self, [this, host] { step(host, agent::stop_requested{}); });
    });
  }
  at(stopped + p.power_off_delay, [this, host, boot] { halt(host, boot); });
}

void world::note_refusal(std::size_t host, const agent::log_command& a) {
  tell(28, static_cast<std::int64_t>(host), a.accepted, [&] {
    return name_of(host) + (a.accepted ? "accepts " : "refuses ") + a.what + " from node"
           + std::to_string(a.from) + (a.accepted ? "" : ": " + a.why);
  });
  if (a.accepted) return;
  using namespace std::string_view_literals;
  constexpr std::pair<std::string_view, sometimes> reasons[] = {
      {"wrong_target"sv, sometimes::refused_wrong_target},
      {"bad_signature"sv, sometimes::refused_bad_signature},
      {"wrong_nonce"sv, sometimes::refused_wrong_nonce},
      {"future_tick"sv, sometimes::refused_future_tick},
      {"expired_tick"sv, sometimes::refused_expired_tick},
      {"replaced_incarnation"sv, sometimes::refused_replaced_incarnation},
      {"old_sequence"sv, sometimes::refused_old_sequence},
      {"wrong_site"sv, sometimes::refused_wrong_site},
      {"wrong_epoch"sv, sometimes::refused_wrong_epoch},
      {"unknown_controller"sv, sometimes::refused_unknown_controller},
      {"drill"sv, sometimes::refused_drill},
  };
  for (const auto& [word, seen] : reasons)
    if (a.why.find(word) != std::string::npos) coverage_.saw(seen);
}

}  // namespace holdover::sim
