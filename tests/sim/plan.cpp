#include "tests/sim/plan.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace holdover::sim {

namespace {

duration span(dice& d, double low_seconds, double high_seconds) {
  return duration{d.pick(static_cast<ms>(low_seconds), static_cast<ms>(high_seconds)) * 1000};
}

// Worlds with everything shortened give more incidents per virtual hour; worlds with the defaults
// show that the defaults fit together.
void draw_rules(site& s, dice& d) {
  if (!s.lab) {
    if (d.chance(0.3)) s.observing.runtime_margin = span(d, 20, 60);
    s.restore.charge_unknown_after = 600s;  // Half an hour would only make the worlds longer.
    return;
  }
  s.votes.time_to_live = span(d, 6, 10);
  s.votes.single_witness = span(d, 12, 30);
  s.votes.clear_after = span(d, 8, 15);
  s.votes.fallback_reserve = span(d, 10, 20);
  s.votes.period_calm = span(d, 2, 5);
  s.observing.blind_floor = span(d, 12, 30);
  s.observing.episode_end = span(d, 20, 60);
  s.observing.runtime_margin = span(d, 10, 20);
  s.restore.mains_stable = span(d, 5, 20);
  s.restore.stagger = span(d, 1, 5);
  s.restore.charge_unknown_after = span(d, 60, 120);
}

void draw_nodes(plan& p, dice& d) {
  const double r = d.unit();
  const int n = r < 0.12 ? 1 : r < 0.27 ? 2 : r < 0.9 ? 3 : 5;
  for (int i = 0; i < n; ++i)
    p.about.nodes.push_back({.number = static_cast<node_number>(i),
                             .name = "node" + std::to_string(i),
                             .control_endpoint = "tcp://10.0.0." + std::to_string(i + 1) + ":7400",
                             .events_endpoint = "tcp://10.0.0." + std::to_string(i + 1) + ":7401"});
}

void draw_power(plan& p, dice& d) {
  const bool lab = p.about.lab;
  const int upses = d.chance(0.5) ? 2 : 1;
  for (int u = 0; u < upses; ++u) {
    ups_config c;
    c.name = "ups" + std::to_string(u);
    c.independence_group = c.name;
    c.address.driver = "simulated";
    c.address.host = c.name;
    c.poll_period = lab || d.chance(0.3) ? 1s : 2s;
    battery_plan b;
    const bool brief = d.chance(0.15);
    b.full_load_seconds = lab     ? (brief ? d.real(60, 120) : d.real(150, 500))
                          : brief ? d.real(300, 480)
                                  : d.real(700, 2400);
    b.recharge_seconds = d.real(300, lab ? 500 : 900);
    if (d.chance(0.1)) {
      b.collapse_at = d.real(0.2, 0.8);
      b.collapse_to = d.real(0.05, 0.3);
    }
    b.low_at = d.real(0.08, 0.2);
    card_plan card;
    card.gives_runtime = d.chance(0.85);
    card.gives_charge = d.chance(0.85);
    card.gives_counter = d.chance(0.4);
    card.bias = d.chance(0.3) ? d.real(0.75, 1.25) : 1;
    card.noise = d.chance(0.5) ? d.real(0.01, 0.08) : 0;
    card.step_seconds = d.chance(0.3) ? 60 : 1;
    if (d.chance(0.15)) card.latency_high = 1500;
    if (d.chance(0.5)) card.boot = d.span(5, 60);
    if (!card.gives_runtime || d.chance(0.3))
      c.rated_runtime = duration{static_cast<ms>(b.full_load_seconds * 1000)};
    p.about.upses.push_back(c);
    p.batteries.push_back(b);
    p.cards.push_back(card);
    if (d.chance(0.75)) {
      outlet_unit_config unit;
      unit.name = "unit" + std::to_string(u);
      unit.address.driver = "simulated";
      unit.address.host = unit.name;
      unit.poll_period = lab ? 1s : 2s;
      unit.feed = static_cast<ups_index>(u);
      p.about.units.push_back(unit);
    }
  }
}

outlet_index add_outlet(plan& p, outlet_unit_index unit, double own_load) {
  auto& outlets = p.about.outlets;
  outlet_config o;
  o.unit = unit;
  o.number = 1
             + static_cast<std::uint32_t>(
                 std::count_if(outlets.begin(), outlets.end(),
                               [unit](const outlet_config& x) { return x.unit == unit; }));
  o.name = p.about.units[unit].name + "." + std::to_string(o.number);
  o.minimum_off = p.about.lab ? 10s : 30s;
  outlets.push_back(o);
  p.outlet_loads.push_back(own_load);
  return static_cast<outlet_index>(outlets.size() - 1);
}

std::optional<outlet_unit_index> unit_with_room(const plan& p, ups_index ups) {
  for (outlet_unit_index i = 0; i < p.about.units.size(); ++i) {
    const auto used = std::count_if(p.about.outlets.begin(), p.about.outlets.end(),
                                    [i](const outlet_config& o) { return o.unit == i; });
    if (p.about.units[i].feed == ups && used < 4) return i;
  }
  return {};
}

// S7: a host is only started on a battery that would carry it through a boot and an orderly stop.
// Where a device predicts nothing, half of the rated runtime is all that is believed.
void fit_battery(const plan& p, host_config& h) {
  double full = 1e9;
  for (const auto& s : h.supplies) {
    const bool predicted = p.cards[s.ups].gives_runtime;
    full = std::min(full, p.batteries[s.ups].full_load_seconds * (predicted ? 0.65 : 0.45));
  }
  const duration believed{static_cast<ms>(full * 1000)};
  const auto room = believed - p.about.observing.runtime_margin;
  h.shutdown_time = std::min(h.shutdown_time, std::max<duration>(8s, room / 2));
  h.boot_time = std::max<duration>(2s, std::min(h.boot_time, room - h.shutdown_time));
}

void draw_host(plan& p, int number, dice& d) {
  const bool lab = p.about.lab;
  host_config h;
  h.name = "host" + std::to_string(number);
  const bool two = p.about.upses.size() == 2 && d.chance(0.5);
  const auto first = static_cast<ups_index>(d.index(p.about.upses.size()));
  const bool plugged = d.chance(0.85);
  for (ups_index i = 0; i < (two ? 2u : 1u); ++i) {
    supply_config s;
    s.ups = two ? i : first;
    const auto unit = unit_with_room(p, s.ups);
    if (plugged && unit) {
      s.outlet = add_outlet(p, *unit, 0);
      p.about.outlets[*s.outlet].feeds.push_back(static_cast<host_index>(number));
    }
    h.supplies.push_back(s);
  }
  h.needed = two && d.chance(0.3) ? 2 : 1;
  h.shutdown_time = lab ? span(d, 12, 25) : span(d, 60, 150);
  h.boot_time = lab ? span(d, 10, 25) : span(d, 60, 240);
  fit_battery(p, h);
  h.power_off_delay = lab ? span(d, 1, 3) : span(d, 3, 8);
  h.hold = d.chance(0.2) ? 0s : lab ? span(d, 1, 4) : 5s;
  machine_plan m;
  m.boot = static_cast<ms>(static_cast<double>(h.boot_time.count()) * d.real(0.3, 0.95));
  m.stop = static_cast<ms>(static_cast<double>(h.shutdown_time.count()) * d.real(0.1, 0.55));
  m.power_off_delay =
      static_cast<ms>(static_cast<double>(h.power_off_delay.count()) * d.real(0.1, 0.9));
  m.program_waits = d.chance(0.3);
  if (d.chance(0.15)) m.hang = d.real(0.2, 0.6);
  if (m.hang > 0 && d.chance(0.3)) m.forced_hang = 0.5;
  if (d.chance(0.1)) m.record_fails = 0.3;
  if (d.chance(0.1)) m.record_stalls = 0.3;
  p.machines.push_back(m);
  p.host_weights.push_back(d.real(0.5, 1.5));
  p.about.hosts.push_back(h);
}

trigger draw_trigger(bool lab, std::size_t stage, dice& d) {
  trigger t;
  const double later = static_cast<double>(stage) * (lab ? 15 : 60);
  if (d.chance(0.7)) t.on_battery_for = span(d, (lab ? 5 : 20) + later, (lab ? 40 : 300) + later);
  if (d.chance(0.8)) t.runtime_below = lab ? span(d, 30, 80) : span(d, 180, 400);
  if (d.chance(0.3)) t.charge_below_percent = d.real(20, 60);
  t.battery_low = d.chance(0.5);
  if (!t.on_battery_for && !t.runtime_below) t.runtime_below = lab ? 45s : 240s;
  return t;
}

void draw_stages(plan& p, dice& d) {
  auto& s = p.about;
  const auto stages = static_cast<std::size_t>(d.pick(1, 3));
  for (std::size_t i = 0; i < stages; ++i) {
    stage_config stage;
    stage.name = "stage" + std::to_string(i);
    stage.when = draw_trigger(s.lab, i, d);
    stage.timeout = s.lab ? span(d, 20, 60) : span(d, 120, 300);
    s.stages.push_back(stage);
  }
  for (host_index h = 0; h < s.hosts.size(); ++h) {
    if (d.chance(0.07)) continue;  // Never shut down by the plan.
    const auto stage = static_cast<stage_index>(d.index(stages));
    s.hosts[h].stage = stage;
    s.stages[stage].hosts.push_back(h);
    if (d.chance(0.2)) s.stages[0].commands.push_back({h, "message", "on battery"});
    if (stage > 0 && d.chance(0.2)) s.stages[0].shed_hosts.push_back(h);
  }
  for (ups_index u = 0; u < s.upses.size(); ++u) {
    const auto unit = unit_with_room(p, u);
    if (unit && d.chance(0.4)) s.stages[d.index(stages)].shed.push_back(add_outlet(p, *unit, 0.3));
  }
}

agent::agent_config agent_for(const site& s, host_index h, bool waits, dice& d) {
  const auto& host = s.hosts[h];
  agent::agent_config c;
  c.site = s.name;
  c.host = host.name;
  for (const auto& n : s.nodes)
    c.electorate.push_back(n.number);
  c.threshold = threshold(s);
  c.hold = host.hold;
  c.time_to_live = s.votes.time_to_live;
  c.forced_limit = host.shutdown_time / 5;
  c.shutdown_limit = host.shutdown_time - c.forced_limit - 2s;
  c.fallback = {.threshold = c.threshold,
                .able_within = s.votes.able_within,
                .single_witness = s.votes.single_witness,
                .clear_after = s.votes.clear_after,
                .reserve = s.votes.fallback_reserve,
                .floor_low = s.votes.fallback_floor_low,
                .floor_high = s.votes.fallback_floor_high};
  if (d.chance(0.8)) c.actions.push_back("message");
  if (waits) c.last_word = agent::final_word::on_program_end;
  return c;
}

// ---- What the mains do -------------------------------------------------------------------------

class mains_story {
public:
  mains_story(plan& p, dice& d) : plan_(p), dice_(d) {}

  void write(ms until) {
    const bool lab = plan_.about.lab;
    ms at = dice_.span(lab ? 20 : 60, lab ? 60 : 200);
    while (at < until) {
      at = incident(at) + dice_.span(lab ? 20 : 60, lab ? 240 : 900);
    }
    std::erase_if(plan_.mains, [until](const mains_change& c) { return c.at >= until; });
    for (std::size_t u = 0; u < plan_.about.upses.size(); ++u)
      plan_.mains.push_back({until, u, true});
    std::stable_sort(plan_.mains.begin(), plan_.mains.end(),
                     [](const mains_change& a, const mains_change& b) { return a.at < b.at; });
  }

private:
  double battery() const { return plan_.batteries[0].full_load_seconds; }

  void add(ms at, bool on) {
    for (std::size_t u = 0; u < plan_.about.upses.size(); ++u)
      if (all_ || u == only_) plan_.mains.push_back({at + skew_ * static_cast<ms>(u), u, on});
  }
  ms outage(ms at, ms length) {
    add(at, false);
    add(at + length, true);
    return at + length;
  }
  ms incident(ms at) {
    all_ = dice_.chance(0.8);
    only_ = dice_.index(plan_.about.upses.size());
    skew_ = dice_.chance(0.8) ? 0 : dice_.span(0, 3);
    switch (dice_.pick(0, 6)) {
      case 0:
        return flicker(at);
      case 1:
        return hunting(at);
      case 2:
        return edge(at);
      case 3:
        return second_during_restore(at);
      case 4:
        return outage(at, dice_.span(0.2 * battery(), 0.9 * battery()));
      default:
        return outage(at, dice_.span(0.8 * battery(), 2.5 * battery()));
    }
  }
  ms flicker(ms at) {
    for (auto i = dice_.pick(1, 4); i > 0; --i)
      at = outage(at, dice_.span(0.3, 8)) + dice_.span(1, 20);
    return at;
  }
  ms hunting(ms at) {  // A generator that does not settle.
    const auto off = dice_.span(3, 6);
    const auto on = dice_.span(2, 5);
    const auto until = at + dice_.span(60, battery());
    while (at < until)
      at = outage(at, off) + on;
    if (dice_.chance(0.5)) at = outage(at, dice_.span(30, 1.5 * battery()));
    return at;
  }
  ms edge(ms at) {  // Mains return just when a stage falls due or a host has just committed.
    const auto& stage = plan_.about.stages[dice_.index(plan_.about.stages.size())];
    const double due = stage.when.on_battery_for
                           ? static_cast<double>(stage.when.on_battery_for->count()) / 1000
                           : battery() / 2;
    return outage(at, dice_.span(std::max(1.0, due - 6), due + 25));
  }
  ms second_during_restore(ms at) {
    const double restore = plan_.about.lab ? 20 : 100;
    at = outage(at, dice_.span(0.4 * battery(), 1.2 * battery()));
    at += dice_.span(2, 3 * restore);
    return outage(at, dice_.span(0.1 * battery(), 1.2 * battery()));
  }

  plan& plan_;
  dice& dice_;
  bool all_ = true;
  std::size_t only_ = 0;
  ms skew_ = 0;
};

void draw_faults(plan& p, dice& d) {
  const auto parties = p.about.nodes.size() + p.about.hosts.size();
  if (d.chance(0.6)) p.faults.replay = d.real(0.5, 4);
  if (d.chance(0.4)) p.faults.forgery = d.real(2, 10);
  if (d.chance(0.3)) p.clock_error = d.real(0, 0.01);
  if (p.about.nodes.size() > 1 && d.chance(0.2)) {
    p.liar = d.index(p.about.nodes.size());
    p.how = static_cast<lie>(d.pick(1, 5));
  }
  p.nodes_on_ups = d.chance(0.25);
  p.brink = d.chance(0.5) ? 0.5 : 0;
  if (d.chance(0.2)) return;  // A world in which everything else works.
  const double harsh = d.chance(0.3) ? 0.25 : d.chance(0.5) ? 1 : 4;
  const auto some = [&](double mean) {
    return d.chance(0.5) ? mean * harsh * d.real(0.5, 1.5) : 0;
  };
  p.faults.node_crash = some(150);
  p.faults.node_pause = some(150);
  p.faults.agent_crash = some(200);
  p.faults.agent_pause = some(200);
  p.faults.link_cut = some(60);
  p.faults.node_isolation = some(150);
  p.faults.host_isolation = some(150);
  p.faults.card_stall = some(90);
  p.faults.card_death = some(300);
  p.faults.unit_stall = some(150);
  p.net.loss = d.chance(0.5) ? d.real(0, 0.3) : 0;
  p.net.duplicates = d.chance(0.5) ? 0.05 : 0;
  p.net.delay_high = d.pick(2, 300);
  p.net.spike = d.chance(0.3) ? 0.05 : 0;
  if (d.chance(0.07)) p.gated_party = d.index(parties);
}

// From dice of its own: added later, it leaves the other worlds as they were.
void draw_silence(plan& p) {
  dice d{p.seed * 11 + 4};
  if (d.chance(0.15)) p.about.observing.silent_supply = silent_supply_rule::ignore;
  if (d.chance(0.15)) p.about.observing.silent_supply = silent_supply_rule::as_lost;
}

void draw_wake_addresses(plan& p) {
  dice d{p.seed * 13 + 5};
  for (auto& host : p.about.hosts)
    if (d.chance(0.3)) host.wake_address = "02:00:00:00:00:01";
}

void draw_single_ways(plan& p) {
  dice d{p.seed * 17 + 6};
  if (p.about.nodes.size() < 2) return;
  for (std::size_t h = 0; h < p.about.hosts.size(); ++h)
    if (d.chance(0.05)) p.single_way[h] = d.index(p.about.nodes.size());
}

void draw_paths(plan& p) {
  dice d{p.seed * 19 + 7};
  for (auto& ups : p.about.upses)
    if (d.chance(0.2)) ups.paths.push_back({"usb", ups.address});
  const bool any = std::any_of(p.about.upses.begin(), p.about.upses.end(),
                               [](const ups_config& ups) { return !ups.paths.empty(); });
  if (any) p.faults.path_lie = d.real(40, 200);
}

/// F2: hosts that go down by themselves when their cables are dead for long.
void draw_cables(plan& p) {
  dice d{p.seed * 23 + 8};
  if (!d.chance(0.15)) return;
  p.faults.unplug = d.real(100, 400);
  for (auto& agent : p.agents)
    if (d.chance(0.7)) agent.no_carrier_after = p.about.lab ? span(d, 20, 60) : span(d, 120, 240);
}

/// One node gets a new key in the middle of everything: its old one was stolen, perhaps.
void draw_key_change(plan& p) {
  dice d{p.seed * 29 + 9};
  if (p.about.nodes.size() < 3 || !d.chance(0.15)) return;
  p.keys = {.at = d.span(30, static_cast<double>(p.faults_end) / 1000),
            .node = d.index(p.about.nodes.size()),
            .spread = d.span(1, 120)};
}

}  // namespace

plan make_plan(std::uint64_t seed, std::optional<double> hours) {
  dice d{seed * 0x9e3779b97f4a7c15u + 1};
  plan p;
  p.seed = seed;
  p.about.name = "sim";
  p.about.lab = d.chance(0.6);
  draw_rules(p.about, d);
  draw_nodes(p, d);
  draw_power(p, d);
  const auto hosts = d.pick(1, 4);
  for (int h = 0; h < hosts; ++h)
    draw_host(p, h, d);
  draw_stages(p, d);
  for (host_index h = 0; h < p.about.hosts.size(); ++h)
    p.agents.push_back(agent_for(p.about, h, p.machines[h].program_waits, d));
  p.measures_load = d.chance(0.5);
  draw_faults(p, d);
  draw_silence(p);
  draw_wake_addresses(p);
  draw_single_ways(p);
  draw_paths(p);
  draw_cables(p);
  const ms active = hours         ? seconds(*hours * 3600)
                    : p.about.lab ? d.span(400, 1000)
                                  : d.span(1200, 2700);
  mains_story{p, d}.write(active);
  p.faults_end = active;
  draw_key_change(p);
  p.end = active + (p.about.lab ? seconds(700) : seconds(1800));
  return p;
}

std::string describe(const plan& p) {
  static const char* const lies[] = {"none",     "always_shutdown", "always_run",
                                     "opposite", "random",          "lying_card"};
  char line[400];
  std::snprintf(line, sizeof line,
                "seed %llu: n=%zu k=%u %s upses=%zu units=%zu hosts=%zu stages=%zu active=%.0fs "
                "end=%.0fs liar=%d (%s) replay=%.1f loss=%.2f",
                static_cast<unsigned long long>(p.seed), p.about.nodes.size(), threshold(p.about),
                p.about.lab ? "lab" : "production", p.about.upses.size(), p.about.units.size(),
                p.about.hosts.size(), p.about.stages.size(),
                static_cast<double>(p.faults_end) / 1000, static_cast<double>(p.end) / 1000,
                p.liar ? static_cast<int>(*p.liar) : -1, lies[static_cast<int>(p.how)],
                p.faults.replay, p.net.loss);
  return line;
}

}  // namespace holdover::sim
