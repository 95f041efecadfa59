// A node as a process: the driver of its site_machine and executors, its polls, its journal.

#include "core/overloaded.hpp"
#include "tests/sim/world.hpp"

#include <algorithm>
#include <cmath>

namespace holdover::sim {

namespace {

constexpr ms driver_patience = 5000;  // A card that has not answered by then is asked again.

std::string name_of(std::size_t node) {
  return "node" + std::to_string(node) + " ";
}

}  // namespace

// ---- Life
// ----------------------------------------------------------------------------------------

void world::start_node(std::size_t index) {
  auto& n = nodes_[index];
  begin_life(n.self);
  tell(10, static_cast<std::int64_t>(index), 0, [&] { return name_of(index) + "starts"; });
  checker_.node_started(index, now_);
  const auto number = plan_.about.nodes[index].number;
  n.mind = std::make_unique<policy::site_machine>(about_for(index), number, draw_id(), draw_id(),
                                                  local(n.self));
  std::vector<node_number> everybody;
  for (const auto& other : plan_.about.nodes)
    everybody.push_back(other.number);
  n.relays.emplace(number, everybody, plan_.about.votes.time_to_live);
  start_executors(index);
  n.upses.assign(plan_.about.upses.size(), {});
  n.paths.assign(plan_.about.upses.size(), {});
  n.units.assign(plan_.about.units.size(), {});
  if (n.progress != policy::incident_state::calm || !n.stopped.empty() || !n.switched_off.empty()) {
    coverage_.saw(sometimes::journal_recalled);
    step(index, policy::journal_recalled{n.incident,
                                         {n.stopped.begin(), n.stopped.end()},
                                         {n.switched_off.begin(), n.switched_off.end()}});
  }
  n.progress = policy::incident_state::calm;
  step(index, policy::tick{});
  for (std::size_t u = 0; u < n.executors.size(); ++u)
    step(index, u, agent::executor_tick{});
  for (std::size_t u = 0; u < n.upses.size(); ++u)
    at(now_ + dice_.pick(0, 1000), [this, index, u, life = n.self.life] {
      if (nodes_[index].self.life == life) poll_ups(index, u, 0);
    });
  for (std::size_t u = 0; u < n.paths.size(); ++u)
    if (!plan_.about.upses[u].paths.empty())
      at(now_ + liars_.pick(0, 1000), [this, index, u, life = n.self.life] {
        if (nodes_[index].self.life == life) poll_path(index, u, 0);
      });
  for (std::size_t u = 0; u < n.units.size(); ++u)
    at(now_ + dice_.pick(0, 1000), [this, index, u, life = n.self.life] {
      if (nodes_[index].self.life == life) poll_unit(index, u, 0);
    });
}

site world::about_for(std::size_t index) const {
  auto about = plan_.about;
  about.epoch = nodes_[index].epoch;
  return about;
}

/// Under the membership that the node has; where it came while the node ran, both have a say.
void world::start_executors(std::size_t index) {
  auto& n = nodes_[index];
  const auto number = plan_.about.nodes[index].number;
  std::vector<node_number> electorate;
  for (const auto& other : plan_.about.nodes)
    electorate.push_back(other.number);
  n.executors.clear();
  n.executor_nonces.clear();
  n.executor_wakes.assign(plan_.about.units.size(), {});
  for (std::size_t u = 0; u < plan_.about.units.size(); ++u) {
    const auto& unit = plan_.about.units[u];
    agent::executor_config c;
    c.site = plan_.about.name;
    c.unit = unit.name;
    c.node = number;
    c.epoch = n.epoch;
    c.electorate = electorate;
    c.threshold = threshold(plan_.about);
    if (n.epoch == 2 && n.epoch_since == now_)
      c.earlier = vote::earlier_electorate{1, electorate, c.threshold};
    c.time_to_live = plan_.about.votes.time_to_live;
    c.rank = agent::rank_of(number, electorate, unit.name);
    for (const auto o : unit_outlets_[u])
      c.outlets.push_back({plan_.about.outlets[o].name, plan_.about.outlets[o].number,
                           plan_.about.outlets[o].minimum_off});
    n.executor_nonces.push_back(draw_id());
    n.executors.push_back(
        std::make_unique<agent::outlet_executor>(c, n.executor_nonces.back(), local(n.self)));
  }
}

void world::stop_node(std::size_t index, std::optional<ms> back_after) {
  auto& n = nodes_[index];
  if (!n.self.alive) return;
  tell(11, static_cast<std::int64_t>(index), 0, [&] { return name_of(index) + "DIES"; });
  if (n.progress != policy::incident_state::calm)
    coverage_.saw(sometimes::node_restarted_in_incident);
  n.self.alive = false;
  ++n.self.life;
  n.self.inbox.clear();
  checker_.node_stopped(index, now_);
  if (back_after)
    at(now_ + *back_after, [this, index] {
      if (!nodes_[index].self.alive && (!plan_.nodes_on_ups || truth_.upses[0].output))
        start_node(index);
    });
}

void world::step(std::size_t index, const policy::site_event& what) {
  auto& n = nodes_[index];
  auto decided = n.mind->step(what, local(n.self));
  for (auto& action : decided.actions)
    carry_out(index, action);
  n.self.wake = decided.wake_at ? std::optional{truth_at(n.self, *decided.wake_at)} : std::nullopt;
  arm_node(index);
}

void world::arm_node(std::size_t index) {
  auto& n = nodes_[index];
  if (!n.self.wake) return;
  at(*n.self.wake, [this, index, life = n.self.life, when = *n.self.wake] {
    auto& again = nodes_[index];
    if (again.self.life != life || again.self.wake != when) return;
    again.self.wake.reset();
    deliver(again.self, [this, index] { step(index, policy::tick{}); });
  });
}

void world::step(std::size_t index, std::size_t unit, const agent::executor_event& what) {
  auto& n = nodes_[index];
  auto decided = n.executors[unit]->step(what, local(n.self));
  for (auto& action : decided.actions)
    carry_out(index, unit, action);
  arm_executor(index, unit, decided.wake_at);
}

void world::arm_executor(std::size_t index, std::size_t unit, std::optional<time_point> wake) {
  auto& n = nodes_[index];
  n.executor_wakes[unit] = wake ? std::optional{truth_at(n.self, *wake)} : std::nullopt;
  if (!wake) return;
  const auto when = *n.executor_wakes[unit];
  at(when, [this, index, unit, life = n.self.life, when] {
    auto& again = nodes_[index];
    if (again.self.life != life || again.executor_wakes[unit] != when) return;
    again.executor_wakes[unit].reset();
    deliver(again.self, [this, index, unit] { step(index, unit, agent::executor_tick{}); });
  });
}

// ---- What the mind asks for
// ----------------------------------------------------------------------

void world::carry_out(std::size_t index, policy::site_action& action) {
  auto& n = nodes_[index];
  std::visit(
      overloaded{
          [&](policy::cast_vote& a) { cast(index, std::move(a.what)); },
          [&](const policy::incident_changed& a) { remember(index, a); },
          [&](const policy::decided& a) {
            tell(13, static_cast<std::int64_t>(index), static_cast<std::int64_t>(a.host_level),
                 [&] {
                   return name_of(index) + "decides " + to_string(a.about) + ": "
                          + std::string{a.about.kind == target_kind::host ? to_string(a.host_level)
                                                                          : to_string(a.outlet)}
                          + " (" + std::string{to_string(a.why)} + ") " + a.explanation;
                 });
            for (std::size_t h = 0; h < machines_.size(); ++h)
              if (a.about.kind == target_kind::host && plan_.about.hosts[h].name == a.about.name)
                checker_.decided(index, h, a.host_level >= vote::level::shutdown, now_);
            for (outlet_index o = 0; o < plan_.about.outlets.size(); ++o) {
              const bool opens = a.outlet == vote::outlet_wish::off;
              if (a.about.kind != target_kind::outlet
                  || plan_.about.outlets[o].name != a.about.name)
                continue;
              checker_.outlet_decided(index, o, opens, now_);
              if (opens) n.switched_off.insert(o);
            }
          },
          [&](const policy::host_changed& a) { remember(index, a); },
          [&](const policy::receipt_arrived&) {},
          [&](const policy::ups_belief_changed& a) {
            tell(15, static_cast<std::int64_t>(index), a.ups, [&] {
              return name_of(index) + "believes ups" + std::to_string(a.ups) + " "
                     + std::string{to_string(a.to)} + " (" + std::string{to_string(a.fresh)} + ")";
            });
          },
          [&](const policy::raise_alarm& a) {
            if (a.what == policy::site_alarm::order_broken)
              coverage_.saw(sometimes::stage_order_broken);
            if (a.what == policy::site_alarm::ups_disputed)
              coverage_.saw(sometimes::paths_disputed);
            tell(16, static_cast<std::int64_t>(index), static_cast<std::int64_t>(a.what), [&] {
              return name_of(index) + "ALARM " + std::string{to_string(a.what)} + " " + a.subject
                     + ": " + a.text;
            });
          },
          [&](const policy::clear_alarm&) {}, [&](const policy::redundancy_changed&) {},
          [&](const policy::set_polling& a) {
            n.upses[a.ups].alert = a.alert;
            if (a.alert) poll_ups(index, a.ups, ++n.upses[a.ups].turn);
            if (a.alert && !plan_.about.upses[a.ups].paths.empty())
              poll_path(index, a.ups, ++n.paths[a.ups].turn);
          },
          [&](const policy::wake_host& a) { wake(index, a.host); },
          [](const policy::tell_peers&) {
          },  // All run one site file, and no operator holds anybody.
      },
      action);
}

void world::remember(std::size_t index, const policy::host_changed& a) {
  auto& n = nodes_[index];
  tell(14, static_cast<std::int64_t>(index), a.host, [&] {
    return name_of(index) + "sees host" + std::to_string(a.host) + " " + a.from + " -> " + a.to
           + " (" + a.why + ")";
  });
  if (a.to == "committed" || a.to == "down" || a.to == "gone") n.stopped.insert(a.host);
  if (a.to == "running" || a.to == "back") n.stopped.erase(a.host);
}

void world::remember(std::size_t index, const policy::incident_changed& a) {
  auto& n = nodes_[index];
  tell(12, static_cast<std::int64_t>(index), static_cast<std::int64_t>(a.to), [&] {
    return name_of(index) + "incident " + std::string{to_string(a.from)} + " -> "
           + std::string{to_string(a.to)} + ": " + a.why;
  });
  n.progress = a.to;
  n.incident = a.incident;
  if (a.to == policy::incident_state::calm) {
    checker_.incident_over(index, now_);
    n.stopped.clear();
    n.switched_off.clear();
  }
}

void world::cast(std::size_t index, vote::vote v) {
  if (plan_.liar == index) distort(index, v);
  if (v.to.kind == target_kind::host) {
    for (std::size_t h = 0; h < plan_.about.hosts.size(); ++h) {
      if (plan_.about.hosts[h].name != v.to.name) continue;
      checker_.vote_cast({.node = index,
                          .host = h,
                          .made = now_,
                          .demands = v.host_level >= vote::level::shutdown,
                          .clear_view = v.host_level != vote::level::no_view},
                         now_);
      const auto ways = nodes_[index].relays->ways(v.to.name, local(nodes_[index].self));
      const auto sent = send(index, party_of(h), std::move(v));
      for (const auto way : ways)
        for (std::size_t other = 0; other < nodes_.size(); ++other)
          if (plan_.about.nodes[other].number == way) carry(index, other, sent);
      return;
    }
    return;
  }
  for (std::size_t other = 0; other < nodes_.size(); ++other)
    if (plan_.about.nodes[other].number == v.to.executor) {
      send(index, other, std::move(v));
      return;
    }
}

/// What a stolen node says with its own key: anything.
void world::distort(std::size_t, vote::vote& v) {
  if (plan_.how == lie::lying_card) return;  // It is honest, its eyes are not.
  const bool host = v.to.kind == target_kind::host;
  const bool threatened = v.host_level >= vote::level::shutdown;
  bool down = false;
  switch (plan_.how) {
    case lie::always_shutdown:
      down = true;
      break;
    case lie::always_run:
      down = false;
      break;
    case lie::opposite:
      down = !threatened;
      break;
    case lie::random:
      down = fate_.chance(0.5);
      break;
    case lie::lying_card:
    case lie::none:
      return;
  }
  if (host)
    v.host_level = down ? vote::level::power_off : vote::level::run;
  else
    v.outlet = down ? vote::outlet_wish::off : vote::outlet_wish::on;
  for (auto& s : v.supplies) {
    s.state = down ? power::belief::on_battery : power::belief::online;
    s.blind = false;
    s.observation_age = 0ms;
    s.left =
        fate_.chance(0.5) ? duration{fate_.pick(0, 60'000)} : duration{fate_.pick(0, 36'000'000)};
    s.confirmed_on_battery = duration{fate_.pick(0, 3'600'000)};
  }
  if (fate_.chance(0.02)) v.sequence += 1000;
  if (fate_.chance(0.02)) v.tick += 5;
  if (fate_.chance(0.02))
    v.controller = (v.controller + 1) % static_cast<node_number>(nodes_.size());
}

// ---- Cards
// ---------------------------------------------------------------------------------------

void world::poll_ups(std::size_t index, std::size_t ups, std::uint64_t turn) {
  auto& n = nodes_[index];
  auto& p = n.upses[ups];
  if (!n.self.alive || p.turn != turn) return;
  const auto& config = plan_.about.upses[ups];
  const ms period = (p.alert ? config.alert_poll_period : config.poll_period).count();
  const auto life = n.self.life;
  at(now_ + period, [this, index, ups, turn, life] {
    if (nodes_[index].self.life != life) return;
    deliver(nodes_[index].self, [this, index, ups, turn] { poll_ups(index, ups, turn); });
  });
  if (p.outstanding) return;
  p.outstanding = true;
  const auto& card = plan_.cards[ups];
  const bool silent = !truth_.upses[ups].output || p.view_dead_until > now_
                      || (card_silent_until_[ups] > now_ && !card_stalled_[ups]);
  ms answer = now_ + dice_.pick(card.latency_low, card.latency_high);
  if (card_silent_until_[ups] > now_) answer += card_silent_until_[ups] - now_;
  const bool answers = !silent && answer - now_ <= driver_patience;
  const ms asked = now_;
  at(answers ? answer : now_ + driver_patience, [this, index, ups, asked, answers, life] {
    if (nodes_[index].self.life != life) return;
    nodes_[index].upses[ups].outstanding = false;
    if (answers && truth_.upses[ups].output) ups_answers(index, ups, asked);
  });
}

void world::ups_answers(std::size_t index, std::size_t ups, ms asked) {
  bool truthful = true;
  auto what = sample(index, ups, truthful);
  lie_by_path(index, ups, 0, asked, what, truthful);
  const ms sampled = now_;
  deliver(nodes_[index].self, [this, index, ups, asked, sampled, what, truthful] {
    take_reading(index, ups, 0, asked, sampled, what, truthful);
    share(index, ups, what, asked);
  });
}

void world::take_reading(std::size_t index, std::size_t ups, std::uint32_t path, ms asked,
                         ms sampled, const power::observation& what, bool truthful) {
  checker::reading r{.node = index,
                     .ups = ups,
                     .sampled = sampled,
                     .truthful = truthful,
                     .on_battery = what.state == power::belief::on_battery,
                     .low = what.battery_low,
                     .charge_percent = what.charge_percent};
  if (what.runtime_left) r.left_seconds = static_cast<double>(what.runtime_left->count()) / 1000;
  // A node that has other eyes must not go by this one; one with a card of its own that lies is
  // faulty itself, and believes it.
  if (!truthful && !plan_.about.upses[ups].paths.empty())
    checker_.node_misled(r, now_);
  else
    checker_.node_read(r, now_);
  const duration age{std::llround(static_cast<double>(now_ - asked) * nodes_[index].self.rate)};
  step(index, policy::ups_observed{static_cast<ups_index>(ups), what, age, path});
}

/// The second path: another card of the same battery, which nothing else in the world disturbs.
void world::poll_path(std::size_t index, std::size_t ups, std::uint64_t turn) {
  auto& n = nodes_[index];
  auto& p = n.paths[ups];
  if (!n.self.alive || p.turn != turn) return;
  const auto& config = plan_.about.upses[ups];
  const auto life = n.self.life;
  const ms period = (n.upses[ups].alert ? config.alert_poll_period : config.poll_period).count();
  at(now_ + period, [this, index, ups, turn, life] {
    if (nodes_[index].self.life != life) return;
    deliver(nodes_[index].self, [this, index, ups, turn] { poll_path(index, ups, turn); });
  });
  if (p.outstanding) return;
  p.outstanding = true;
  const ms asked = now_;
  at(now_ + liars_.pick(5, 300), [this, index, ups, asked, life] {
    if (nodes_[index].self.life != life) return;
    nodes_[index].paths[ups].outstanding = false;
    if (!truth_.upses[ups].output) return;
    bool truthful = true;
    auto what = sample(index, ups, truthful);
    lie_by_path(index, ups, 1, asked, what, truthful);
    deliver(nodes_[index].self, [this, index, ups, asked, sampled = now_, what, truthful] {
      take_reading(index, ups, 1, asked, sampled, what, truthful);
    });
  });
}

/// What nobody contradicts is believed (O5), and is no question of this world: a path lies only
/// while the other one tells the truth to this node.
void world::lie_by_path(std::size_t index, std::size_t ups, std::uint32_t path, ms asked,
                        power::observation& said, bool& truthful) {
  auto& lie = lies_[ups];
  auto& n = nodes_[index];
  auto& own = path == 0 ? n.upses[ups] : n.paths[ups];
  if (plan_.about.upses[ups].paths.empty() || !truthful) return;
  const auto& other = path == 0 ? n.paths[ups] : n.upses[ups];
  const ms lately = plan_.about.upses[ups].poll_period.count() * 5 / 4;
  const bool contradicted = other.truth_told && now_ - *other.truth_told <= lately;
  if (lie.until <= now_ || lie.path != path || !contradicted) {
    own.truth_told = asked;  // An answer is as old as its question.
    return;
  }
  if (lie.sticks && !lie.stuck) lie.stuck = said;
  const auto meant = said.state;
  if (lie.sticks)
    said = *lie.stuck;
  else
    said.state = power::carries(meant) ? power::belief::on_battery : power::belief::online;
  if (said.state != meant) truthful = false;
}

power::observation world::sample(std::size_t index, std::size_t ups, bool& truthful) {
  truth_.advance(now_);
  const auto& u = truth_.upses[ups];
  const auto& card = plan_.cards[ups];
  power::observation o;
  o.state = u.mains ? power::belief::online : power::belief::on_battery;
  o.battery_low = truth_.battery_low(ups);
  if (card.gives_charge) o.charge_percent = std::floor(u.charge * 100);
  o.load_percent = std::floor(u.load * 100);
  if (card.gives_runtime) {
    double left =
        truth_.predicted_seconds(ups) * card.bias * (1 + dice_.real(-card.noise, card.noise));
    if (card.step_seconds > 0) left = std::floor(left / card.step_seconds) * card.step_seconds;
    o.runtime_left = duration{seconds(left)};
  }
  if (card.gives_counter)
    o.counter_on_battery = u.mains ? 0s : duration{(now_ - u.on_battery_since) / 1000 * 1000};
  if (plan_.liar == index && plan_.how == lie::lying_card) {
    truthful = false;
    o.state = u.mains ? power::belief::on_battery : power::belief::online;
    if (o.runtime_left && u.mains) o.runtime_left = duration{dice_.pick(0, 600'000)};
  }
  return o;
}

/// Peers hear of what was seen; a change is news, everything else now and then.
void world::share(std::size_t index, std::size_t ups, const power::observation& what, ms asked) {
  auto& n = nodes_[index];
  if (nodes_.size() == 1) return;
  const bool calm = what.state == power::belief::online;
  if (++n.upses[ups].reads % (calm ? 5 : 2) != 0) return;
  policy::peer_observed news{.peer = plan_.about.nodes[index].number,
                             .ups = static_cast<ups_index>(ups),
                             .what = what,
                             .age = duration{now_ - asked}};
  if (!calm)
    news.confirmed_on_battery = n.mind->snapshot(local(n.self)).upses[ups].confirmed_on_battery;
  if (plan_.liar == index && plan_.how != lie::lying_card) {
    news.what.state = fate_.chance(0.5) ? power::belief::on_battery : power::belief::online;
    news.confirmed_on_battery = duration{fate_.pick(0, 3'600'000)};
  }
  tell(17, static_cast<std::int64_t>(index), news.confirmed_on_battery.count(), [&] {
    return name_of(index) + "tells its peers: ups" + std::to_string(ups) + " "
           + std::string{to_string(news.what.state)} + ", confirmed "
           + std::to_string(news.confirmed_on_battery.count()) + " ms";
  });
  for (std::size_t other = 0; other < nodes_.size(); ++other)
    if (other != index) send(index, other, news);
}

// ---- Outlet units
// --------------------------------------------------------------------------------

void world::poll_unit(std::size_t index, std::size_t unit, std::uint64_t turn) {
  auto& n = nodes_[index];
  auto& p = n.units[unit];
  if (!n.self.alive || p.turn != turn) return;
  const auto life = n.self.life;
  at(now_ + plan_.about.units[unit].poll_period.count(), [this, index, unit, turn, life] {
    if (nodes_[index].self.life != life) return;
    deliver(nodes_[index].self, [this, index, unit, turn] { poll_unit(index, unit, turn); });
  });
  if (p.outstanding) return;
  p.outstanding = true;
  const auto feed = *plan_.about.units[unit].feed;
  const bool silent = !truth_.upses[feed].output || unit_silent_until_[unit] > now_;
  at(silent ? now_ + driver_patience : now_ + dice_.pick(5, 150),
     [this, index, unit, life, silent, feed] {
       if (nodes_[index].self.life != life) return;
       nodes_[index].units[unit].outstanding = false;
       if (silent || !truth_.upses[feed].output) return;
       deliver(nodes_[index].self, [this, index, unit, what = sample_unit(unit)] {
         step(index, policy::outlets_observed{static_cast<outlet_unit_index>(unit), what});
         step(index, unit, agent::outlets_read{what});
       });
     });
}

power::outlet_unit_reading world::sample_unit(std::size_t unit) const {
  power::outlet_unit_reading r;
  for (const auto o : unit_outlets_[unit]) {
    power::outlet_reading one;
    one.number = plan_.about.outlets[o].number;
    one.state = truth_.outlets[o].closed ? power::outlet_state::on : power::outlet_state::off;
    if (plan_.measures_load) one.load_watts = truth_.watts(o);
    r.outlets.push_back(one);
  }
  return r;
}

void world::carry_out(std::size_t index, std::size_t unit, agent::executor_action& action) {
  std::visit(overloaded{
                 [&](agent::send_executor_beacon& a) {
                   for (std::size_t other = 0; other < nodes_.size(); ++other)
                     send(index, other, a.what);
                 },
                 [&](const agent::record_intent&) {},
                 [&](const agent::switch_outlet& a) { obey(index, unit, a); },
                 [&](const agent::read_outlets&) {
                   poll_unit(index, unit, ++nodes_[index].units[unit].turn);
                 },
                 [&](const agent::record_result& a) {
                   if (!a.confirmed) coverage_.saw(sometimes::switching_failed);
                 },
                 [&](const agent::outlet_alarm& a) {
                   tell(18, static_cast<std::int64_t>(index), a.raised,
                        [&] { return name_of(index) + "executor: " + a.outlet + ": " + a.text; });
                 },
             },
             action);
}

/// A unit mostly does as told, sometimes late, sometimes not, and sometimes says the opposite.
void world::obey(std::size_t index, std::size_t unit, const agent::switch_outlet& a) {
  std::optional<outlet_index> outlet;
  for (const auto o : unit_outlets_[unit])
    if (plan_.about.outlets[o].number == a.number) outlet = o;
  const bool dead =
      !truth_.upses[*plan_.about.units[unit].feed].output || unit_silent_until_[unit] > now_;
  const bool works = outlet && !dead && (calm_ || !fate_.chance(0.05));
  const bool says_so = works ? calm_ || !fate_.chance(0.05) : !dead && fate_.chance(0.2);
  const ms when = now_ + fate_.pick(20, fate_.chance(0.1) ? 2000 : 400);
  tell(19, static_cast<std::int64_t>(index), a.number, [&] {
    return name_of(index) + "switches " + plan_.about.units[unit].name + "."
           + std::to_string(a.number) + (a.on ? " on" : " off") + (works ? "" : ", in vain")
           + (says_so ? "" : ", unanswered");
  });
  if (works) at(when, [this, outlet, closed = a.on, index] { set_outlet(*outlet, closed, index); });
  at(when + (dead ? 3000 : 20),
     [this, index, unit, says_so, number = a.number, life = nodes_[index].self.life] {
       if (nodes_[index].self.life != life) return;
       deliver(nodes_[index].self, [this, index, unit, says_so, number] {
         step(index, unit, agent::switch_answered{number, says_so, says_so ? "" : "no answer"});
       });
     });
}

void world::take_vote(std::size_t index, const message& m) {
  const auto& v = std::get<vote::vote>(m.what);
  for (std::size_t unit = 0; unit < plan_.about.units.size(); ++unit)
    for (const auto o : unit_outlets_[unit]) {
      if (plan_.about.outlets[o].name != v.to.name) continue;
      const auto counts = standing_of(m, nodes_[index].epoch);
      checker_.outlet_vote_reached(
          {.node = m.from,
           .outlet = o,
           .executor = index,
           .made = m.made,
           .closes = v.outlet == vote::outlet_wish::on,
           .usable = (counts.now || counts.before) && v.outlet != vote::outlet_wish::keep
                     && v.to.executor == plan_.about.nodes[index].number
                     && v.nonce == nodes_[index].executor_nonces[unit] && is_of_this_site(v)},
          now_);
      step(index, unit, agent::outlet_vote_received{{v, counts.now, {}, counts.before}});
    }
}

}  // namespace holdover::sim
