// Facts in: what each event changes. Nothing is decided here.

#include "core/policy/site_state.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace holdover::policy {

namespace {

constexpr duration hold_longest = 24h;
constexpr duration restated_within = 60s;  // Of our start.

}  // namespace

// An output that is off because we had it switched off says nothing about mains: what the UPS would
// carry by is what counts, or nothing would ever be started again. Where it does not tell that, off
// is off, and a person has to look. The UPS may say off for a moment longer than its outlet.
power::observation site_machine::state::behind_our_switch(const ups_observed& seen) {
  auto what = seen.what;
  const bool off = what.state == power::belief::off || what.output_off;
  auto& by_us = upses_[seen.ups].off_by_us;
  by_us = by_us && off;
  for (outlet_index i = 0; i < outlets_.size(); ++i)
    if (off && outlets_[i].ours && site_.units[site_.outlets[i].unit].output_of == seen.ups)
      by_us = true;
  if (!by_us) return what;
  what.output_off = false;
  if (what.state == power::belief::off && what.input_good)
    what.state = *what.input_good ? power::belief::online : power::belief::on_battery;
  return what;
}

void site_machine::state::learn(const ups_observed& seen) {
  const auto found = panels_[seen.ups].observe(seen.path, behind_our_switch(seen), seen.age, now_);
  trackers_[seen.ups].observe(found.what, found.age, now_);
  if (found.carries_since) trackers_[seen.ups].online_since(*found.carries_since);
  if (!trackers_[seen.ups].lost()) unattended_.erase({device_kind::ups, seen.ups});
  if (trackers_[seen.ups].fresh_online(now_)) upses_[seen.ups].may_be_vouched = false;
  // What an outage and its aftermath do to the load is not what is usual.
  if (incident_ == incident_state::calm && found.what.load_percent
      && power::carries(found.what.state))
    upses_[seen.ups].load.read(*found.what.load_percent, now_ - found.age);
  else
    upses_[seen.ups].load.pause();
  hear_vouching(seen.ups);
}

void site_machine::state::learn(const peer_observed& heard) {
  if (heard.peer == self_) return;
  upses_[heard.ups].peers[heard.peer] = {heard.what, now_ - heard.age, heard.confirmed_on_battery};
  hear_vouching(heard.ups);
}

// O3: a node that started in the middle of an outage may take the word of its peers for the time
// that it missed: of k of them, so that one honest word bounds it, the least of the k highest.
// Once, or two nodes that restarted would vouch for each other's vouching; and only until it has
// seen the supply online itself.
void site_machine::state::hear_vouching(ups_index index) {
  auto& memory = upses_[index];
  auto& tracker = trackers_[index];
  const std::size_t needed = threshold(site_);
  if (!memory.may_be_vouched || !tracker.fresh_on_battery(now_)) return;
  const auto limit = fresh_limit(site_.upses[index].poll_period);
  std::vector<duration> words;
  for (const auto& [number, peer] : memory.peers)
    if (peer.what.state == power::belief::on_battery && now_ - peer.taken <= limit)
      words.push_back(peer.confirmed);
  if (words.size() < needed) return;
  std::sort(words.begin(), words.end(), std::greater<>{});
  const auto vouched = words[needed - 1];
  if (vouched > tracker.confirmed_on_battery()) tracker.vouch(vouched, now_);
  memory.may_be_vouched = false;
}

// Power that returns to an outlet begins a new chapter for the hosts behind it, whoever switched.
void site_machine::state::learn(const outlets_observed& seen) {
  unattended_.erase({device_kind::outlet_unit, seen.unit});
  for (outlet_index i = 0; i < outlets_.size(); ++i) {
    const auto& config = site_.outlets[i];
    if (config.unit != seen.unit) continue;
    for (const auto& reading : seen.what.outlets) {
      if (reading.number != config.number) continue;
      auto& outlet = outlets_[i];
      if (reading.state != power::outlet_state::unknown) {
        outlet.read_at = now_;
        outlet.load_watts = reading.load_watts;
      }
      // A unit that cannot tell just now changes nothing.
      if (reading.state == power::outlet_state::unknown || outlet.state == reading.state) continue;
      const bool switched_on =
          outlet.state == power::outlet_state::off && reading.state == power::outlet_state::on;
      outlet.state = reading.state;
      outlet.state_since = now_;
      if (!switched_on) continue;
      for (const auto* hosts : {&config.feeds, &config.beyond})
        for (const auto index : *hosts) {
          auto& host = hosts_[index];
          if ((host.stopped || host.record.committed_since()) && gets_power(index, i))
            host.record.powered(now_);
        }
    }
  }
}

// What a UPS' output carries may hang on an outlet of its own, which is off still.
bool site_machine::state::gets_power(host_index host, outlet_index by) const {
  const auto ups = site_.units[site_.outlets[by].unit].output_of;
  const auto& supplies = site_.hosts[host].supplies;
  return std::any_of(supplies.begin(), supplies.end(), [&](const supply_config& supply) {
    if (supply.outlet == by) return true;
    if (!ups || supply.ups != *ups) return false;
    return !supply.outlet || outlets_[*supply.outlet].state != power::outlet_state::off;
  });
}

void site_machine::state::learn(const devices_started&) {
  for (auto& ups : upses_)
    ups.alert = false;
}

void site_machine::state::learn(const device_unattended& device) {
  unattended_[{device.kind, device.index}] = device.why;
  if (device.kind == device_kind::ups) trackers_[device.index].lose(now_);
}

void site_machine::state::learn(const host_beacon_received& heard) {
  const auto& beacon = heard.what;
  auto& host = hosts_[heard.host];
  if (beacon.site != site_.name || beacon.host != site_.hosts[heard.host].name) return;
  const auto result = host.record.hear(beacon, self_, challenges_, site_.votes.time_to_live, now_);
  if (result.new_life) {
    // A new life is judged afresh, and wants to hear from us at once.
    host.life_since = now_;
    host.level = vote::level::run;
    host.forget_order();
    host.by_condition = false;
    host.last.at.reset();
  }
  if (!result.proven) {
    // Somebody who cannot echo us yet, perhaps just started: let it hear from us at once.
    if (result.counted) host.last.at.reset();
    return;
  }
  host.evidence = heard.evidence;
  host.unkept.clear();
  for (const auto& report : beacon.actions)
    if (report.id == agent::evidence_id && report.state == agent::action_state::failed)
      host.unkept = report.detail.empty() ? "it does not say why" : report.detail;
  for (auto& report : host.receipts.read(beacon, now_))
    emit(receipt_arrived{heard.host, std::move(report), heard.evidence});
  if (host.record.committed_since()) note_commit(heard.host);
  if (host.record.up()) host.given_up = false;
}

void site_machine::state::learn(const executor_beacon_received& heard) {
  const auto& beacon = heard.what;
  if (beacon.site != site_.name || beacon.unit != site_.units[heard.unit].name) return;
  executors_[{heard.unit, beacon.node}].hear(beacon.nonce, beacon.tick, std::nullopt, now_,
                                             beacon.epoch);
}

void site_machine::state::learn(const operator_hold& hold) {
  auto& host = hosts_[hold.host];
  host.hold_known = true;
  if (hold.lasts <= duration::zero()) {
    host.held_until.reset();
    host.held_by.clear();
    return;
  }
  host.held_until = now_ + std::min(hold.lasts, hold_longest);
  host.held_by = hold.by + (hold.lasts > hold_longest ? " (for 24 h, the longest)" : "")
                 + (hold.why.empty() ? "" : ": " + hold.why);
}

void site_machine::state::learn(const sensor_observed& seen) {
  const auto& value = seen.what.value;
  auto& sensor = sensors_[seen.sensor];
  const auto taken = now_ - std::max(seen.age, duration::zero());
  if (value.how != power::quality::good || !std::isfinite(value.number)) return;
  if (sensor.taken && taken < *sensor.taken) return;
  sensor = {value.number, taken};
  unattended_.erase({device_kind::sensor, seen.sensor});
}

void site_machine::state::learn(const operator_switched& wish) {
  auto& known = switches_[wish.which];
  if (wish.lasts <= duration::zero()) {
    known = {};
    return;
  }
  known = {now_ + wish.lasts, wish.by + (wish.why.empty() ? "" : ": " + wish.why)};
}

// Told to the peers in this very step: they see the test as soon as we do.
void site_machine::state::learn(const test_ordered& order) {
  upses_[order.ups].test_ordered_at = now_;
  trackers_[order.ups].expect_test(duration::zero(), now_);
  tests_expected_ = true;
  told_peers_at_.reset();
}

void site_machine::state::learn(const job_wished& wish) {
  auto& known = wishes_[wish.which];
  if (!wish.on) {
    known = {};
    return;
  }
  known.on = true;
  known.until = wish.lasts > duration::zero() ? std::optional{now_ + wish.lasts} : std::nullopt;
  known.by = wish.by;
}

void site_machine::state::learn(const wall_clock_told& told) {
  clock_ = {told, now_};
}

void site_machine::state::learn(const peer_told& told) {
  const bool is_peer =
      std::any_of(site_.nodes.begin(), site_.nodes.end(),
                  [&](const node_config& node) { return node.number == told.peer; });
  if (told.peer == self_ || !is_peer) return;
  auto& peer = peers_[told.peer];
  peer.said = told.what;
  peer.heard = now_ - std::max(told.age, duration::zero());
  compare_policy(peer);
  restate_holds();
  tests_expected_ = tests_expected_ || !told.what.tests.empty();
  for (const auto& test : told.what.tests)
    for (ups_index i = 0; i < site_.upses.size(); ++i)
      if (site_.upses[i].name == test.ups)
        trackers_[i].expect_test(now_ - peer.heard + test.ago, now_);
}

void site_machine::state::compare_policy(peer_memory& peer) {
  const bool same =
      peer.said.policy_revision == site_.revision && peer.said.policy_hash == site_.hash;
  if (same)
    peer.differs_since.reset();
  else if (!peer.differs_since)
    peer.differs_since = now_;
}

// As many peers must say it as make one of them honest, or all of them; of what they say the least
// that so many agree on. Nobody restates to us what an operator has told us himself.
void site_machine::state::restate_holds() {
  if (now_ - started_ > restated_within) return;
  const auto needed = std::min<std::size_t>(threshold(site_), site_.nodes.size() - 1);
  for (host_index i = 0; i < hosts_.size(); ++i) {
    auto& host = hosts_[i];
    if (host.hold_known) continue;
    std::vector<time_point> ends;
    std::string by;
    for (const auto& [number, peer] : peers_)
      for (const auto& hold : peer.said.holds)
        if (hold.host == site_.hosts[i].name) {
          ends.push_back(peer.heard + std::min(hold.lasts, hold_longest));
          by = hold.by;
          break;
        }
    if (ends.size() < needed) continue;
    std::sort(ends.begin(), ends.end(), std::greater<>{});
    host.hold_known = true;
    host.held_until = ends[needed - 1];
    host.held_by = by;
  }
}

// The journal informs, it never authorises: this fills the restart ledger and nothing else.
void site_machine::state::learn(const journal_recalled& recalled) {
  if (recalled.stopped.empty() && recalled.switched_off.empty()) return;
  incident_id_ = recalled.incident;
  for (const auto index : recalled.stopped) {
    hosts_[index].stopped = true;
    hosts_[index].recalled = true;
    for (const auto& supply : site_.hosts[index].supplies)
      if (supply.ups != no_ups) upses_[supply.ups].involved = true;
  }
  for (const auto index : recalled.switched_off) {
    outlets_[index].ours = true;
    if (const auto ups = plan_.outlets[index].ups) upses_[*ups].involved = true;
  }
  move_incident(recalled.stopped.empty() ? incident_state::open : incident_state::committed,
                "the journal tells of an unfinished incident");
}

}  // namespace holdover::policy
