// What goes wrong, and the attacker with a tape recorder.

#include "tests/sim/world.hpp"

#include <algorithm>

namespace holdover::sim {

namespace {

constexpr std::size_t tape_length = 400;
constexpr std::size_t hot_length = 1500;
constexpr party nobody = ~party{0};  // The connections are encrypted: a thief has none of his own.

}  // namespace

void world::repeat(double mean_seconds, std::function<void()> what) {
  if (mean_seconds <= 0) return;
  at(now_ + fate_.after(mean_seconds), [this, mean_seconds, what] {
    if (calm_) return;
    what();
    repeat(mean_seconds, what);
  });
}

void world::schedule_faults() {
  const auto& f = plan_.faults;
  const auto some_node = [this] { return fate_.index(nodes_.size()); };
  const auto some_host = [this] { return fate_.index(machines_.size()); };
  const auto parties = nodes_.size() + machines_.size();
  repeat(f.node_crash, [=, this] {
    const bool long_gone = fate_.chance(0.2);
    stop_node(some_node(), long_gone ? fate_.span(60, 400) : fate_.span(1, 30));
  });
  repeat(f.node_pause, [=, this] {
    const auto n = some_node();
    const ms length = fate_.span(1, fate_.chance(0.3) ? 60 : 15);
    tell(30, static_cast<std::int64_t>(n), length,
         [&] { return "PAUSE node" + std::to_string(n) + " " + std::to_string(length); });
    pause(nodes_[n].self, now_ + length);
  });
  repeat(f.agent_crash, [=, this] { stop_agent(some_host(), fate_.span(0.2, 6)); });
  repeat(f.agent_pause, [=, this] {
    const auto h = some_host();
    auto& m = machines_[h];
    if (m.last.state == agent::host_state::armed)
      coverage_.saw(sometimes::agent_paused_while_armed);
    const ms until = now_ + fate_.span(1, fate_.chance(0.3) ? 40 : 10);
    tell(31, static_cast<std::int64_t>(h), until - now_, [&] {
      return "PAUSE agent of host" + std::to_string(h) + " " + std::to_string(until - now_);
    });
    pause(m.self, until);
    checker_.agent_paused(h, until);
    at(until, [this, h] { checker_.agent_resumed(h, now_); });
  });
  repeat(f.link_cut, [=, this] {
    const auto a = fate_.index(parties), b = fate_.index(parties);
    if (a != b) cut_links(a, b, fate_.chance(0.5), fate_.span(2, 120));
  });
  const auto isolate = [this, parties](party p) {
    const bool both = fate_.chance(0.6);
    const ms length = fate_.span(5, fate_.chance(0.3) ? 400 : 60);
    for (party other = 0; other < parties; ++other)
      if (other != p) cut_links(p, other, both, length);
  };
  repeat(f.node_isolation, [=, this] { isolate(some_node()); });
  repeat(f.host_isolation, [=, this] {
    const auto h = some_host();
    isolate(party_of(h));
    if (fate_.chance(0.3)) stop_agent(h, fate_.span(0.2, 3));  // It begins alone.
  });
  const auto silence = [this](bool stalls, ms length) {
    const auto u = fate_.index(card_silent_until_.size());
    tell(32, static_cast<std::int64_t>(u), length, [&] {
      return "CARD of ups" + std::to_string(u) + (stalls ? " stalls " : " is dead for ")
             + std::to_string(length);
    });
    if (!truth_.upses[u].mains) coverage_.saw(sometimes::card_stalled_on_battery);
    if (fate_.chance(0.4)) {  // Only one node's path to it.
      auto& polls = nodes_[fate_.index(nodes_.size())].upses;
      if (!polls.empty()) polls[u].view_dead_until = now_ + length;
      return;
    }
    card_silent_until_[u] = now_ + length;
    card_stalled_[u] = stalls;
  };
  repeat(f.card_stall, [=, this] { silence(true, fate_.span(7, 29)); });
  repeat(f.card_death, [=, this] { silence(false, fate_.span(30, 300)); });
  if (!unit_silent_until_.empty())
    repeat(f.unit_stall, [this] {
      unit_silent_until_[fate_.index(unit_silent_until_.size())] = now_ + fate_.span(3, 29);
    });
  schedule_key_change();
  if (f.unplug > 0) at(now_ + liars_.after(f.unplug), [this] { begin_unplugging(); });
  if (f.path_lie > 0) at(now_ + liars_.after(f.path_lie), [this] { begin_path_lie(); });
  if (f.replay > 0) at(attack_.after(f.replay), [this] { replay(); });
  if (f.forgery > 0) at(attack_.after(f.forgery), [this] { forge(); });
  if (f.forgery > 0) at(strange_.after(f.forgery), [this] { misdirect(); });
}

// E2: the documents reach everybody at different times, and the node with the new key starts anew.
void world::schedule_key_change() {
  if (!plan_.keys) return;
  const auto when = [this] { return plan_.keys->at + liars_.pick(0, plan_.keys->spread); };
  for (std::size_t n = 0; n < nodes_.size(); ++n)
    at(when(), [this, n] { take_document(n); });
  for (std::size_t h = 0; h < machines_.size(); ++h)
    at(when(), [this, h] { give_document(h); });
}

void world::take_document(std::size_t index) {
  auto& n = nodes_[index];
  tell(36, static_cast<std::int64_t>(index), 0,
       [&] { return "node" + std::to_string(index) + " has the membership of epoch 2"; });
  n.epoch = 2;
  n.epoch_since = now_;
  if (!n.self.alive) return;
  if (index == plan_.keys->node) {
    stop_node(index, liars_.span(1, 10));
    return;
  }
  deliver(n.self, [this, index] {
    auto& again = nodes_[index];
    again.mind->adopt(about_for(index), local(again.self));
    step(index, policy::devices_started{});
    start_executors(index);
  });
}

void world::give_document(std::size_t host) {
  auto& m = machines_[host];
  tell(37, static_cast<std::int64_t>(host), 0,
       [&] { return "host" + std::to_string(host) + " has the membership of epoch 2"; });
  m.epoch = 2;
  m.epoch_since = now_;
  if (!m.self.alive) return;
  if (!plan_.mains.empty() && truth_.on_mains(host) < plan_.about.hosts[host].needed)
    coverage_.saw(sometimes::membership_changed_in_outage);
  std::vector<node_number> electorate, same_keys;
  for (std::size_t n = 0; n < nodes_.size(); ++n) {
    electorate.push_back(plan_.about.nodes[n].number);
    if (n != plan_.keys->node) same_keys.push_back(plan_.about.nodes[n].number);
  }
  deliver(m.self, [this, host, electorate, same_keys] {
    machines_[host].agent_saw_change = true;
    step(host, agent::membership_changed{2, electorate, threshold(plan_.about), same_keys});
  });
}

/// What a receiver with that document makes of a signature.
world::standing world::standing_of(const message& m, std::uint64_t epoch) const {
  const bool changes = plan_.keys && is_node(m.from) && m.from == plan_.keys->node;
  const auto key_now = changes && epoch == 2 ? 2u : 1u;
  return {m.signed_truly && m.key == key_now, m.signed_truly && epoch == 2 && m.key == 1};
}

void world::begin_unplugging() {
  if (calm_) return;
  at(now_ + liars_.after(plan_.faults.unplug), [this] { begin_unplugging(); });
  const auto host = liars_.index(machines_.size());
  if (machines_[host].unplugged_until > now_) return;
  unplug(host, liars_.span(5, liars_.chance(0.5) ? 400 : 40));
}

void world::unplug(std::size_t host, ms length) {
  auto& m = machines_[host];
  m.unplugged_until = now_ + length;
  tell(35, static_cast<std::int64_t>(host), length, [&] {
    return "CABLES of host" + std::to_string(host) + " dead for " + std::to_string(length);
  });
  checker_.carrier(host, false, now_);
  for (std::size_t n = 0; n < nodes_.size(); ++n)
    cut_links(n, party_of(host), true, length);
  at(now_ + length, [this, host] {
    machines_[host].unplugged_until = 0;
    checker_.carrier(host, true, now_);
  });
}

void world::begin_path_lie() {
  if (calm_) return;
  at(now_ + liars_.after(plan_.faults.path_lie), [this] { begin_path_lie(); });
  const auto ups = liars_.index(lies_.size());
  if (lies_[ups].until > now_) return;
  lies_[ups] = {.path = liars_.chance(0.5) ? 1u : 0u,
                .sticks = liars_.chance(0.6),
                .until = now_ + liars_.span(10, liars_.chance(0.4) ? 900 : 90),
                .stuck = {}};
  tell(34, static_cast<std::int64_t>(ups), lies_[ups].until - now_, [&] {
    return "PATH " + std::to_string(lies_[ups].path) + " of ups" + std::to_string(ups)
           + (lies_[ups].sticks ? " sticks for " : " says the contrary for ")
           + std::to_string(lies_[ups].until - now_);
  });
}

void world::cut_links(party a, party b, bool both, ms length) {
  tell(33, static_cast<std::int64_t>(a), static_cast<std::int64_t>(b), [&] {
    return "CUT " + std::to_string(a) + (both ? " <-> " : " -> ") + std::to_string(b) + " for "
           + std::to_string(length);
  });
  net_.cut(a, b);
  if (both) net_.cut(b, a);
  at(now_ + length, [this, a, b, both] {
    net_.mend(a, b);
    if (both) net_.mend(b, a);
  });
}

void world::record(const parcel& what) {
  if (plan_.faults.replay <= 0 && plan_.faults.forgery <= 0) return;
  if (std::holds_alternative<policy::peer_observed>(what->what)) return;  // Numbered by the bus.
  if (const auto* v = std::get_if<vote::vote>(&what->what))
    if (v->host_level >= vote::level::shutdown && what->signed_truly) {
      if (hot_.size() < hot_length)
        hot_.push_back(what);
      else
        hot_[attack_.index(hot_length)] = what;
    }
  if (tape_.size() < tape_length)
    tape_.push_back(what);
  else if (attack_.chance(0.05))  // Some old recordings stay for ever.
    tape_[attack_.index(tape_length)] = what;
}

void world::replay() {
  at(now_ + attack_.after(plan_.faults.replay), [this] { replay(); });
  if (tape_.empty()) return;
  impersonate();
  for (auto i = attack_.pick(1, 4); i > 0; --i) {
    const auto what = tape_[attack_.index(tape_.size())];
    const bool is_vote = std::holds_alternative<vote::vote>(what->what);
    coverage_.saw(is_vote ? sometimes::vote_replayed : sometimes::beacon_replayed);
    const bool elsewhere = is_vote && attack_.chance(0.3);
    const auto to = elsewhere ? attack_.index(nodes_.size() + machines_.size()) : what->to;
    post(to, what, now_ + attack_.pick(0, 50), nobody);
  }
}

/// The best chance of a thief of recordings: orders of an earlier life of a host, played to a later
/// one when its ticks have come to the same numbers.
void world::impersonate() {
  const auto host = attack_.index(machines_.size());
  const auto last = machines_[host].ticks.size();
  int sent = 0;
  for (std::size_t i = 0; i < hot_.size() && sent < 6; ++i) {
    const auto& what = hot_[(i + last) % hot_.size()];
    const auto& v = std::get<vote::vote>(what->what);
    if (what->to != party_of(host) || v.nonce == machines_[host].nonce) continue;
    if (v.tick > last || v.tick + 5 < last) continue;
    post(what->to, what, now_ + attack_.pick(0, 50), nobody);
    ++sent;
  }
  if (sent > 0) coverage_.saw(sometimes::earlier_life_impersonated);
}

/// Votes in others' names, without their keys.
void world::forge() {
  at(now_ + attack_.after(plan_.faults.forgery), [this] { forge(); });
  if (tape_.empty()) return;
  const auto model = tape_[attack_.index(tape_.size())];
  if (!std::holds_alternative<vote::vote>(model->what)) return;
  coverage_.saw(sometimes::vote_forged);
  auto forged = std::make_shared<message>(*model);
  forged->made = now_;
  forged->signed_truly = false;
  auto& v = std::get<vote::vote>(forged->what);
  v.host_level = vote::level::power_off;
  v.outlet = vote::outlet_wish::off;
  v.sequence += static_cast<std::uint64_t>(attack_.pick(1, 1000));
  if (!is_node(forged->to)) {  // It hears everything, so it knows the current nonce and tick.
    const auto& m = machines_[forged->to - nodes_.size()];
    v.nonce = m.nonce;
    v.tick = m.ticks.size();
  }
  post(forged->to, forged, now_ + attack_.pick(0, 20), nobody);
}

/// Orders that are fresh and truly signed and all the same not for this site: of another one with
/// the same keys, of a membership of the past, of somebody who is no node, or of an exercise.
/// Nothing but the one check that each is for stops it.
void world::misdirect() {
  at(now_ + strange_.after(plan_.faults.forgery), [this] { misdirect(); });
  if (tape_.empty()) return;
  const auto model = tape_[strange_.index(tape_.size())];
  if (!std::holds_alternative<vote::vote>(model->what)) return;
  auto strange = std::make_shared<message>(*model);
  strange->made = now_;
  strange->signed_truly = true;
  auto& v = std::get<vote::vote>(strange->what);
  v.host_level = vote::level::power_off;
  v.outlet = vote::outlet_wish::off;
  v.sequence += static_cast<std::uint64_t>(strange_.pick(1, 1000));
  if (!is_node(strange->to)) {
    const auto& m = machines_[strange->to - nodes_.size()];
    v.nonce = m.nonce;
    v.tick = m.ticks.size();
  }
  switch (strange_.pick(0, 3)) {
    case 0:
      v.site += "-too";
      break;
    case 1:
      v.epoch += 5;
      break;
    case 2:
      v.controller = node_number_limit - 1;
      break;
    default:
      v.drill = "exercise";
  }
  post(strange->to, strange, now_ + strange_.pick(0, 20), nobody);
}

/// From now on the environment is kind: what the site owes in the end, it owes from here.
void world::calm_down() {
  calm_ = true;
  tell(39, 0, 0, [] { return std::string{"ALL FAULTS END"}; });
  net_.become_perfect();
  std::fill(card_silent_until_.begin(), card_silent_until_.end(), 0);
  for (auto& lie : lies_)
    lie.until = 0;
  for (std::size_t h = 0; h < machines_.size(); ++h) {
    if (machines_[h].unplugged_until > 0) checker_.carrier(h, true, now_);
    machines_[h].unplugged_until = 0;
  }
  std::fill(unit_silent_until_.begin(), unit_silent_until_.end(), 0);
  for (std::size_t n = 0; n < nodes_.size(); ++n) {
    for (auto& p : nodes_[n].upses)
      p.view_dead_until = 0;
    if (!nodes_[n].self.alive) start_node(n);
  }
  for (std::size_t h = 0; h < machines_.size(); ++h)
    start_agent(h);
}

}  // namespace holdover::sim
