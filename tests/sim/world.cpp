#include "tests/sim/world.hpp"

#include "core/overloaded.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace holdover::sim {

namespace {

constexpr ms discharge_time = 8000;  // Shorter losses of power do not start a halted machine.

ground_truth truth_of(const plan& p) {
  ground_truth t;
  for (const auto& b : p.batteries)
    t.upses.push_back({.plan = b});
  for (std::size_t o = 0; o < p.about.outlets.size(); ++o)
    t.outlets.push_back(
        {.ups = *p.about.units[p.about.outlets[o].unit].feed, .own_load = p.outlet_loads[o]});
  for (std::size_t h = 0; h < p.about.hosts.size(); ++h) {
    host_truth host{.needed = p.about.hosts[h].needed, .weight = p.host_weights[h]};
    for (const auto& s : p.about.hosts[h].supplies)
      host.supplies.push_back({s.ups, s.outlet});
    t.hosts.push_back(host);
  }
  return t;
}

facts facts_of(const plan& p, const ground_truth& t) {
  const auto& s = p.about;
  facts f;
  f.nodes = s.nodes.size();
  f.threshold = threshold(s);
  f.honest.assign(f.nodes, true);
  if (p.liar) f.honest[*p.liar] = false;
  f.time_to_live = s.votes.time_to_live.count();
  f.fresh_periods = s.observing.fresh_periods;
  f.blind_periods = s.observing.blind_periods;
  f.blind_floor = s.observing.blind_floor.count();
  f.late_cancel = s.observing.late_cancel.count();
  f.episode_end = s.observing.episode_end.count();
  f.runtime_margin = s.observing.runtime_margin.count();
  f.silent_supply = s.observing.silent_supply == silent_supply_rule::ignore ? silence::ignored
                    : s.observing.silent_supply == silent_supply_rule::as_lost
                        ? silence::as_lost
                        : silence::as_last_seen;
  f.network_delay = std::max(p.net.delay_high, p.net.spike > 0 ? p.net.spike_high : 0);
  if (p.keys)
    f.keys = {.node = p.keys->node,
              .from = p.keys->at,
              .to = p.keys->at + p.keys->spread
                    + duration{agent::agent_config{}.switch_over}.count() * 11 / 10};
  for (std::size_t u = 0; u < s.upses.size(); ++u) {
    facts::ups ups{.poll = s.upses[u].poll_period.count(),
                   .gives_runtime = p.cards[u].gives_runtime};
    if (s.upses[u].rated_runtime) ups.rated = s.upses[u].rated_runtime->count();
    f.upses.push_back(ups);
  }
  for (std::size_t h = 0; h < s.hosts.size(); ++h) {
    const auto& host = s.hosts[h];
    f.hosts.push_back({.supplies = t.hosts[h].supplies,
                       .needed = host.needed,
                       .shutdown_time = host.shutdown_time.count(),
                       .boot_time = host.boot_time.count(),
                       .hold = host.hold.count(),
                       .stage = host.stage,
                       .wakes = host.wake_address.has_value(),
                       .erratic_programs = p.machines[h].hang > 0});
    if (const auto after = p.agents[h].no_carrier_after)
      f.hosts.back().no_carrier_after = after->count();
  }
  for (const auto& stage : s.stages) {
    facts::stage made{.charge_below = stage.when.charge_below_percent,
                      .battery_low = stage.when.battery_low,
                      .timeout = stage.timeout.count()};
    if (stage.when.on_battery_for) made.on_battery_for = stage.when.on_battery_for->count();
    if (stage.when.runtime_below) made.runtime_below = stage.when.runtime_below->count();
    made.hosts.assign(stage.hosts.begin(), stage.hosts.end());
    f.stages.push_back(made);
  }
  for (std::size_t o = 0; o < s.outlets.size(); ++o)
    f.outlets.push_back({.ups = t.outlets[o].ups,
                         .minimum_off = s.outlets[o].minimum_off.count(),
                         .hosts = {s.outlets[o].feeds.begin(), s.outlets[o].feeds.end()}});
  return f;
}

}  // namespace

world::world(plan p, std::function<void(const std::string&)> story)
    : plan_(std::move(p)),
      story_(std::move(story)),
      dice_(plan_.seed * 3 + 1),
      fate_(plan_.seed * 5 + 2),
      attack_(plan_.seed * 7 + 3),
      strange_(plan_.seed * 11 + 5),
      liars_(plan_.seed * 13 + 9),
      truth_(truth_of(plan_)),
      net_(plan_.net, plan_.about.nodes.size() + plan_.about.hosts.size(), dice_.split()),
      checker_(facts_of(plan_, truth_), truth_),
      nodes_(plan_.about.nodes.size()),
      machines_(plan_.about.hosts.size()),
      card_silent_until_(plan_.about.upses.size()),
      card_stalled_(plan_.about.upses.size()),
      lies_(plan_.about.upses.size()),
      unit_silent_until_(plan_.about.units.size()),
      unit_outlets_(plan_.about.units.size()) {
  for (outlet_index o = 0; o < plan_.about.outlets.size(); ++o)
    unit_outlets_[plan_.about.outlets[o].unit].push_back(o);
  truth_.settle(0);
}

void world::run() {
  for (std::size_t h = 0; h < machines_.size(); ++h) {
    checker_.host_phase(h, phase::halted, phase::booting, false, 0);
    machines_[h].boot = 1;
    at(dice_.pick(0, 3000), [this, h] { start_agent(h); });
  }
  for (std::size_t n = 0; n < nodes_.size(); ++n)
    at(dice_.pick(0, 2000), [this, n] { start_node(n); });
  for (const auto& change : plan_.mains)
    at(change.at, [this, change] { change_mains(change); });
  for (ms second = 1000; second < plan_.end; second += 1000)
    at(second, [this] { checker_.look_around(now_); });
  for (const auto& [host, way] : plan_.single_way)
    for (std::size_t n = 0; n < nodes_.size(); ++n)
      if (n != way) {
        net_.cut(n, party_of(host));
        net_.cut(party_of(host), n);
      }
  if (plan_.gated_party) net_.gate(*plan_.gated_party, 25'000, 1100);
  schedule_faults();
  at(plan_.faults_end, [this] { calm_down(); });
  while (!queue_.empty() && queue_.top().at <= plan_.end && checker_.violations().empty()) {
    auto next = queue_.top();
    queue_.pop();
    now_ = next.at;
    next.what();
  }
  if (checker_.violations().empty()) checker_.finish(now_);
  coverage_.saw(sometimes::fallback_by_liar, checker_.fallback_by_liar());
  coverage_.saw(sometimes::fallback_in_sight, checker_.fallback_in_sight());
  coverage_.saw(sometimes::silent_supply_presumed_lost, checker_.presumed_commits());
}

void world::write_story(const std::string& line) const {
  char stamp[32];
  std::snprintf(stamp, sizeof stamp, "%9.3f  ", static_cast<double>(now_) / 1000);
  story_(stamp + line);
}

// ---- Queue and clocks
// ----------------------------------------------------------------------------

void world::at(ms when, std::function<void()> what) {
  queue_.push({std::max(when, now_), ++order_, std::move(what)});
}

void world::deliver(process& to, std::function<void()> what) {
  if (!to.alive) return;
  if (to.resumes > now_) {
    to.inbox.push_back(std::move(what));
    return;
  }
  what();
}

void world::pause(process& who, ms until) {
  if (!who.alive || who.resumes > now_) return;
  who.resumes = until;
  at(until, [this, &who, life = who.life] {
    if (who.life != life) return;
    auto waiting = std::move(who.inbox);
    who.inbox.clear();
    for (auto& what : waiting)
      if (who.life == life) what();
  });
}

time_point world::local(const process& p) const {
  return time_point{duration{p.origin + std::llround(static_cast<double>(now_) * p.rate)}};
}

ms world::truth_at(const process& p, time_point when) const {
  const auto local_ms = static_cast<double>(when.time_since_epoch().count() - p.origin);
  return std::max(now_, static_cast<ms>(std::ceil(local_ms / p.rate)));
}

void world::begin_life(process& p) {
  p.alive = true;
  ++p.life;
  p.resumes = 0;
  p.inbox.clear();
  p.wake.reset();
  p.origin = dice_.pick(0, 1'000'000'000);
  p.rate = 1 + dice_.real(-plan_.clock_error, plan_.clock_error);
}

random_id world::draw_id() {
  random_id id;
  for (std::size_t half = 0; half < 2; ++half) {
    auto bits = dice_.next();
    for (std::size_t i = 0; i < 8; ++i, bits >>= 8)
      id.bytes[half * 8 + i] = static_cast<std::uint8_t>(bits);
  }
  return id;
}

// ---- Power and machines
// --------------------------------------------------------------------------

void world::change_mains(const mains_change& change) {
  if (truth_.upses[change.ups].mains == change.on) return;
  truth_.set_mains(change.ups, change.on, now_);
  tell(1, static_cast<std::int64_t>(change.ups), change.on, [&] {
    return "MAINS of ups" + std::to_string(change.ups) + (change.on ? " back" : " GONE")
           + ", charge " + std::to_string(truth_.upses[change.ups].charge) + ", left "
           + std::to_string(truth_.left_seconds(change.ups)) + " s";
  });
  checker_.mains(change.ups, change.on, now_);
  if (!change.on) {
    losses_.push_back(now_);
    if (losses_.size() > 4 && now_ - losses_[losses_.size() - 5] < 60'000)
      coverage_.saw(sometimes::mains_hunted);
  }
  if (!change.on)
    for (const auto& n : nodes_)
      if (n.progress == policy::incident_state::restoring) {
        coverage_.saw(sometimes::outage_while_restoring);
        break;
      }
  power_settles();
}

void world::power_settles() {
  const bool fed = truth_.upses[0].output;
  std::vector<bool> carried;
  for (const auto& u : truth_.upses)
    carried.push_back(u.output);
  for (const auto& change : truth_.settle(now_)) {
    if (change.powered)
      host_gets_power(change.host);
    else
      host_loses_power(change.host);
  }
  for (std::size_t u = 0; u < carried.size(); ++u)
    if (carried[u] != truth_.upses[u].output) output_changes(u);
  if (plan_.nodes_on_ups && fed != truth_.upses[0].output)
    for (std::size_t n = 0; n < nodes_.size(); ++n) {
      if (!truth_.upses[0].output)
        stop_node(n, {});
      else
        at(now_ + dice_.span(5, 20), [this, n] {
          if (!nodes_[n].self.alive && truth_.upses[0].output) start_node(n);
        });
    }
  watch_batteries();
}

/// Cards and units boot like machines do, and mains like to return when it is just too late.
void world::output_changes(std::size_t ups) {
  if (truth_.upses[ups].output) {
    const ms until = calm_ ? 0 : now_ + plan_.cards[ups].boot;
    card_silent_until_[ups] = std::max(card_silent_until_[ups], until);
    if (until > 0) card_stalled_[ups] = false;
    return;
  }
  if (!fate_.chance(plan_.brink)) return;
  const ms when = now_ + fate_.span(0.5, 15);
  for (std::size_t u = 0; u < truth_.upses.size(); ++u)
    at(when, [this, u, when] { change_mains({when, u, true}); });
}

void world::watch_batteries() {
  const auto next = truth_.next_event(now_);
  const auto turn = ++battery_turn_;
  if (next)
    at(*next, [this, turn] {
      if (turn == battery_turn_) power_settles();
    });
}

void world::enter(std::size_t host, phase next) {
  const auto before = truth_.hosts[host].now;
  tell(3, static_cast<std::int64_t>(host), static_cast<std::int64_t>(next), [&] {
    return "HOST" + std::to_string(host) + " " + to_string(before) + " -> " + to_string(next);
  });
  bool collapsed = false;
  for (const auto& s : truth_.hosts[host].supplies)
    collapsed = collapsed || truth_.upses[s.ups].collapsed;
  checker_.host_phase(host, before, next, collapsed, now_);
  truth_.set_phase(host, next, now_);
  if (next == phase::up && machines_[host].boot > 1) coverage_.saw(sometimes::host_started_again);
  watch_batteries();
}

void world::host_loses_power(std::size_t host) {
  stop_agent(host, {});
  enter(host, phase::unpowered);
}

void world::host_gets_power(std::size_t host) {
  if (truth_.hosts[host].now != phase::unpowered) return;
  if (machines_[host].going_down && now_ - truth_.hosts[host].power_lost < discharge_time) {
    enter(host, phase::halted);
    return;
  }
  boot(host);
}

void world::boot(std::size_t host) {
  auto& m = machines_[host];
  const auto number = ++m.boot;
  m.booted = now_;
  m.durable = m.going_down = m.left = false;
  m.evidence.clear();
  m.hangs = m.forced_hangs = false;
  enter(host, phase::booting);
  at(now_ + plan_.machines[host].boot, [this, host, number] {
    if (machines_[host].boot != number || truth_.hosts[host].now != phase::booting) return;
    enter(host, phase::up);
    at(now_ + dice_.pick(0, 2000), [this, host, number] {
      if (machines_[host].boot == number && truth_.hosts[host].now == phase::up
          && !machines_[host].self.alive)
        start_agent(host);
    });
  });
}

/// A magic packet: lost like any other, and nothing to a machine that runs or has no power.
void world::wake(std::size_t waker, std::size_t host) {
  tell(5, static_cast<std::int64_t>(waker), static_cast<std::int64_t>(host),
       [&] { return "node" + std::to_string(waker) + " wakes host" + std::to_string(host); });
  for (const auto when : net_.send(waker, party_of(host), now_))
    at(when, [this, host] {
      if (truth_.hosts[host].now != phase::halted) return;
      coverage_.saw(sometimes::host_woken);
      boot(host);
    });
}

void world::halt(std::size_t host, std::uint64_t boot_number) {
  const auto is = truth_.hosts[host].now;
  if (machines_[host].boot != boot_number || (is != phase::up && is != phase::stopping)) return;
  stop_agent(host, {});
  machines_[host].going_down = true;
  enter(host, phase::halted);
}

void world::set_outlet(std::size_t outlet, bool closed, std::size_t executor) {
  const bool changes = truth_.outlets[outlet].closed != closed;
  tell(4, static_cast<std::int64_t>(outlet), closed, [&] {
    return "OUTLET" + std::to_string(outlet) + (closed ? " on" : " off") + " by node"
           + std::to_string(executor) + (changes ? "" : " (already)");
  });
  if (changes) coverage_.saw(closed ? sometimes::outlet_closed : sometimes::outlet_opened);
  checker_.outlet(outlet, closed, executor, now_);
  truth_.set_outlet(outlet, closed, now_);
  power_settles();
}

// ---- Messages
// ------------------------------------------------------------------------------------

world::parcel world::send(party from, party to, decltype(message::what) what) {
  auto made = std::make_shared<message>();
  made->from = from;
  made->to = to;
  made->made = now_;
  made->what = std::move(what);
  if (const auto* v = std::get_if<vote::vote>(&made->what))  // Only with its own key.
    made->signed_truly = v->controller == plan_.about.nodes[from].number;
  if (plan_.keys && from == plan_.keys->node) made->key = nodes_[from].epoch;
  const parcel sent = std::move(made);
  record(sent);
  if (from == to)
    post(to, sent, now_);
  else
    carry(from, to, sent);
  return sent;
}

void world::carry(party by, party to, const parcel& what) {
  for (const auto when : net_.send(by, to, now_))
    post(to, what, when, by);
}

void world::post(party to, parcel what, ms when, party by) {
  at(when, [this, to, what = std::move(what), by] {
    auto& receiver = process_of(to);
    if (!receiver.alive) return;
    deliver(receiver, [this, to, what, by] { hand_over(to, what, by); });
  });
}

/// V6: what a node does for others, unchanged and first hand only.
void world::pass_on(std::size_t through, const parcel& what, party by) {
  auto& n = nodes_[through];
  const auto number = [this](std::size_t index) { return plan_.about.nodes[index].number; };
  if (const auto* b = std::get_if<agent::host_beacon>(&what->what)) {
    const bool first_hand = by == what->from;
    n.relays->heard(b->host, first_hand ? std::nullopt : std::optional{number(by)}, local(n.self));
    if (!first_hand) return;
    for (const auto needs : n.relays->in_need(*b, local(n.self)))
      for (std::size_t other = 0; other < nodes_.size(); ++other)
        if (number(other) == needs) carry(through, other, what);
  } else if (const auto* v = std::get_if<vote::vote>(&what->what)) {
    if (v->to.kind != target_kind::host || by != what->from || !what->signed_truly) return;
    n.relays->carried(v->to.name, v->controller, local(n.self));
    for (std::size_t h = 0; h < machines_.size(); ++h)
      if (plan_.about.hosts[h].name == v->to.name) carry(through, party_of(h), what);
  }
}

void world::hand_over(party to, const parcel& what, party by) {
  if (is_node(to) && by < nodes_.size() + machines_.size()) pass_on(to, what, by);
  if (std::holds_alternative<vote::vote>(what->what)) {
    if (is_node(to))
      take_vote(to, *what);
    else
      take_host_vote(to - nodes_.size(), *what, by);
    return;
  }
  if (!is_node(to)) return;
  std::visit(overloaded{
                 [](const vote::vote&) {},
                 [&](const agent::host_beacon& b) {
                   const auto host = what->from - nodes_.size();
                   if (now_ - what->made <= 15'000 && b.nonce == machines_[host].nonce)
                     checker_.node_heard(to, host, b.state == agent::host_state::down, now_);
                   step(to, policy::host_beacon_received{static_cast<host_index>(host), b, {}});
                 },
                 [&](const agent::executor_beacon& b) {
                   for (outlet_unit_index u = 0; u < plan_.about.units.size(); ++u)
                     if (plan_.about.units[u].name == b.unit)
                       step(to, policy::executor_beacon_received{u, b});
                 },
                 [&](const policy::peer_observed& o) { step(to, o); },
             },
             what->what);
}

}  // namespace holdover::sim
