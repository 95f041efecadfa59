// The nodes of a whole site: what policy_actor, device actors and outlet executors do for real.

#include "core/overloaded.hpp"
#include "core/words.hpp"
#include "tools/rehearsal/names.hpp"
#include "tools/rehearsal/whole_site.hpp"

#include <algorithm>
#include <utility>

namespace holdover::rehearsal {

void whole_site::start_node(std::size_t index) {
  auto& n = nodes_[index];
  if (n.alive) return;
  n.alive = true;
  ++n.life;
  n.mind = std::make_unique<policy::site_machine>(site_, n.number, draw_id(), draw_id(), now_);
  n.mind_wake.reset();
  n.alert.assign(site_.upses.size(), false);
  n.executors.clear();
  n.executor_wakes.assign(site_.units.size(), {});
  std::vector<node_number> electorate;
  for (const auto& node : site_.nodes)
    electorate.push_back(node.number);
  for (const auto& unit : site_.units) {
    agent::executor_config c;
    c.site = site_.name;
    c.unit = unit.name;
    c.node = n.number;
    c.electorate = electorate;
    c.threshold = threshold(site_);
    c.time_to_live = site_.votes.time_to_live;
    c.rank = agent::rank_of(n.number, electorate, unit.name);
    for (const auto& outlet : site_.outlets)
      if (site_.units[outlet.unit].name == unit.name)
        c.outlets.push_back({outlet.name, outlet.number, outlet.minimum_off});
    n.executors.push_back(std::make_unique<agent::outlet_executor>(c, draw_id(), now_));
  }
  tell_alive();
  if (!n.stopped.empty() || !n.switched_off.empty())
    step(index, policy::journal_recalled{n.incident,
                                         {n.stopped.begin(), n.stopped.end()},
                                         {n.switched_off.begin(), n.switched_off.end()}});
  step(index, policy::tick{});
  start_jobs(index);
  tell_jobs_peers();
  for (outlet_unit_index unit = 0; unit < n.executors.size(); ++unit)
    step(index, unit, agent::executor_tick{});
  for (ups_index ups = 0; ups < upses_.size(); ++ups)
    poll_ups(index, ups);
  for (outlet_unit_index unit = 0; unit < site_.units.size(); ++unit)
    poll_unit(index, unit, true);
  for (sensor_index sensor = 0; sensor < site_.sensors.size(); ++sensor)
    poll_sensor(index, sensor);
  if (clock_) tell_clock(index);
}

void whole_site::kill_node(std::size_t index) {
  auto& n = nodes_[index];
  n.alive = false;
  ++n.life;
  if (clock_) n.last_alive = local_time();
  tell_alive();
  tell_jobs_peers();
}

void whole_site::tell_alive() {
  std::set<node_number> alive;
  for (const auto& n : nodes_)
    if (n.alive) alive.insert(n.number);
  log_.alive(std::move(alive));
}

void whole_site::step(std::size_t index, const policy::site_event& what) {
  auto decided = nodes_[index].mind->step(what, now_);
  const auto before = std::exchange(nodes_[index].mind_wake, decided.wake_at);
  for (const auto& action : decided.actions)
    carry_out(index, action);
  if (decided.wake_at != before) wake_mind(index);
}

void whole_site::wake_mind(std::size_t index) {
  const auto when = nodes_[index].mind_wake;
  if (!when) return;
  to_node(
      index,
      [=, this] {
        if (nodes_[index].mind_wake == when) step(index, policy::tick{});
      },
      *when - now_);
}

void whole_site::step(std::size_t index, outlet_unit_index unit,
                      const agent::executor_event& what) {
  auto decided = nodes_[index].executors[unit]->step(what, now_);
  const auto before = std::exchange(nodes_[index].executor_wakes[unit], decided.wake_at);
  for (const auto& action : decided.actions)
    carry_out(index, unit, action);
  if (decided.wake_at != before) wake_executor(index, unit);
}

void whole_site::wake_executor(std::size_t index, outlet_unit_index unit) {
  const auto when = nodes_[index].executor_wakes[unit];
  if (!when) return;
  to_node(
      index,
      [=, this] {
        if (nodes_[index].executor_wakes[unit] == when) step(index, unit, agent::executor_tick{});
      },
      *when - now_);
}

/// What is read is told to the other nodes, too.
void whole_site::poll_ups(std::size_t index, ups_index ups) {
  auto& n = nodes_[index];
  const auto& config = site_.upses[ups];
  to_node(
      index, [=, this] { poll_ups(index, ups); },
      n.alert[ups] ? config.alert_poll_period : config.poll_period);
  if (upses_[ups].silent || !upses_[ups].output) return;
  const auto what = reading(ups);
  step(index, policy::ups_observed{ups, what, 0ms});
  const auto confirmed = n.mind->snapshot(now_).upses[ups].confirmed_on_battery;
  note_reading(index, ups, what, confirmed);
  for (std::size_t other = 0; other < nodes_.size(); ++other)
    if (other != index)
      to_node(other, [=, this, number = n.number] {
        step(other, policy::peer_observed{number, ups, what, 10ms, confirmed});
      });
}

/// An executor's own look comes between two polls and is for itself.
void whole_site::poll_unit(std::size_t index, outlet_unit_index unit, bool again) {
  if (again)
    to_node(
        index, [=, this] { poll_unit(index, unit, true); }, site_.units[unit].poll_period);
  if (!powered_unit(unit)) return;
  const auto what = read(unit);
  if (again) step(index, policy::outlets_observed{unit, what});
  step(index, unit, agent::outlets_read{what});
}

void whole_site::poll_sensor(std::size_t index, sensor_index sensor) {
  const auto& config = site_.sensors[sensor];
  to_node(
      index, [=, this] { poll_sensor(index, sensor); }, config.poll_period);
  if (!sensors_[sensor]) return note_reading(index, sensor, std::nullopt);
  power::sensor_reading reading;
  reading.kind = config.kind;
  reading.value.number = *sensors_[sensor];
  step(index, policy::sensor_observed{sensor, reading, 0ms});
  note_reading(index, sensor, reading);
}

// Each minute anew, until the clock is set again.
void whole_site::tell_clock(std::size_t index) {
  if (!nodes_[index].alive) return;
  const auto set = clock_->since;
  const auto gone = static_cast<std::uint64_t>((now_ - set) / 60s);
  const auto minute = (clock_->week_minute + gone) % (7 * 24 * 60);
  to_node(
      index,
      [=, this] {
        if (clock_->since == set) tell_clock(index);
      },
      set + (gone + 1) * 60s - now_);
  step(index, policy::wall_clock_told{static_cast<std::uint32_t>(minute / (24 * 60)),
                                      static_cast<std::uint32_t>(minute % (24 * 60)),
                                      clock_->synchronised});
  tell_jobs_clock(index);
}

void whole_site::carry_out(std::size_t index, const policy::site_action& action) {
  auto& n = nodes_[index];
  const auto say = [&](const std::string& subject, const std::string& text,
                       const std::string& why = {}) {
    log_.opinion(now_, n.number, subject, text, why);
  };
  std::visit(
      overloaded{
          [&](const policy::cast_vote& a) { cast(a.what); },
          [&](const policy::incident_changed& a) {
            n.incident = a.incident;
            if (a.to == policy::incident_state::calm) {
              n.stopped.clear();
              n.switched_off.clear();
            }
            note(index, incident_event{a.incident, std::string{to_string(a.from)},
                                       std::string{to_string(a.to)}, a.why});
            const auto from = a.from == a.to ? "" : std::string{to_string(a.from)} + " -> ";
            say("incident", from + std::string{to_string(a.to)} + ", " + a.why);
          },
          [&](const policy::decided& a) {
            const bool host = a.about.kind == target_kind::host;
            if (!host && a.outlet == vote::outlet_wish::off)
              n.switched_off.insert(index_of(site_.outlets, a.about.name));
            if (!host && a.outlet == vote::outlet_wish::keep) return;  // As wished, or called off.
            say(a.about.name,
                "vote " + spaced(host ? to_string(a.host_level) : to_string(a.outlet)) + ", "
                    + spaced(to_string(a.why)),
                a.explanation);
          },
          [&](const policy::host_changed& a) {
            remember(index, a);
            note(index, host_event{site_.hosts[a.host].name, a.to, a.from, a.why, {}});
            // What the host itself says is told where the host says it.
            if (a.to == "gone" || a.to == "silent") say(site_.hosts[a.host].name, "is " + a.to);
          },
          [&](const policy::receipt_arrived&) {},
          [&](const policy::ups_belief_changed& a) {
            say(site_.upses[a.ups].name,
                spaced(to_string(a.to)) + ", " + std::string{to_string(a.fresh)});
          },
          [&](const policy::raise_alarm& a) {
            note(index, alarm_event{std::string{to_string(a.what)}, a.subject, true, a.text});
            say(a.subject, "ALARM " + spaced(to_string(a.what)) + ", " + a.text);
          },
          [&](const policy::clear_alarm& a) {
            note(index, alarm_event{std::string{to_string(a.what)}, a.subject, false, {}});
            say(a.subject, "alarm over, " + spaced(to_string(a.what)));
          },
          [&](const policy::redundancy_changed& a) {
            note(index, a.what);
            say(a.what.host, "redundancy " + a.what.what + (a.what.raised ? ", " : " over, ")
                                 + to_string(a.what));
          },
          [&](const policy::set_polling& a) { n.alert[a.ups] = a.alert; },
          [&](const policy::wake_host& a) {
            say(site_.hosts[a.host].name, "magic packet");
            wake(a.host);
          },
          [&](const policy::tell_peers& a) {
            for (std::size_t to = 0; to < nodes_.size(); ++to)
              if (to != index && nodes_[to].alive)
                to_node(to, [this, to, from = n.number, word = a.what] {
                  step(to, policy::peer_told{from, word, {}});
                });
          },
      },
      action);
}

void whole_site::remember(std::size_t index, const policy::host_changed& a) {
  auto& stopped = nodes_[index].stopped;
  if (a.to == "committed" || a.to == "down" || a.to == "gone") stopped.insert(a.host);
  if (a.to == "running") stopped.erase(a.host);
}

void whole_site::cast(const vote::vote& v) {
  const vote::received_vote received{v, true, {}};
  if (v.to.kind == target_kind::host) {
    const auto host = index_of(site_.hosts, v.to.name);
    to_host(host, [=, this] { step(host, agent::vote_received{received}); });
    return;
  }
  const auto unit = site_.outlets[index_of(site_.outlets, v.to.name)].unit;
  for (std::size_t n = 0; n < nodes_.size(); ++n)
    if (nodes_[n].number == v.to.executor)
      to_node(n, [=, this] { step(n, unit, agent::outlet_vote_received{received}); });
}

void whole_site::carry_out(std::size_t index, outlet_unit_index unit,
                           const agent::executor_action& action) {
  const auto& name = site_.nodes[index].name;
  std::visit(overloaded{
                 [&](const agent::send_executor_beacon& a) {
                   for (std::size_t n = 0; n < nodes_.size(); ++n)
                     to_node(n, [=, this, beacon = a.what] {
                       step(n, policy::executor_beacon_received{unit, beacon});
                     });
                 },
                 [&](const agent::record_intent&) {},
                 [&](const agent::switch_outlet& a) {
                   if (!powered_unit(unit)) return;
                   for (outlet_index o = 0; o < site_.outlets.size(); ++o) {
                     if (site_.outlets[o].unit != unit || site_.outlets[o].number != a.number)
                       continue;
                     log_.fact(now_, site_.outlets[o].name,
                               std::string{"SWITCHED "} + (a.on ? "ON" : "OFF") + " by " + name);
                     switch_outlet(o, a.on);
                   }
                   to_node(
                       index,
                       [=, this, number = a.number] {
                         step(index, unit, agent::switch_answered{number, true, ""});
                       },
                       100ms);
                 },
                 [&](const agent::read_outlets&) {
                   to_node(
                       index, [=, this] { poll_unit(index, unit, false); }, 100ms);
                 },
                 [&](const agent::record_result& a) {
                   if (!a.confirmed) log_.fact(now_, a.outlet, "not confirmed by " + name);
                 },
                 [&](const agent::outlet_alarm& a) {
                   log_.fact(now_, a.outlet,
                             (a.raised ? "ALARM of " : "alarm over of ") + name + ", " + a.text);
                 },
             },
             action);
}

}  // namespace holdover::rehearsal
