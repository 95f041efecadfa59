// One node's site_machine on a bench: its UPSes, outlets, hosts and peers' executors are played,
// the other nodes are not there.
//
//   site_bench b(office());                     // settled: all is fine and known
//   b.ups("main", on_battery(20min));           // from now on, read every second, runtime runs out
//   b.pass(30s);                                // timers, polls and beacons
//   b.host("web1").state = host_state::down;    // what its agent says from its next beacon on
//   EXPECT_EQ(b.level("web1"), level::warn);
//
// Beats are one second apart: UPS polls, outlet polls, beacons. Hosts echo our newest vote.

#pragma once

#include "core/policy/site_machine.hpp"
#include "tests/support/sites.hpp"
#include "tests/support/votes.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace holdover::test {

inline power::observation ups_online(duration runtime = 30min, double charge_percent = 100) {
  power::observation made;
  made.state = power::belief::online;
  made.runtime_left = runtime;
  made.charge_percent = charge_percent;
  return made;
}
inline power::observation ups_on_battery(duration runtime = 30min, double charge_percent = 90) {
  auto made = ups_online(runtime, charge_percent);
  made.state = power::belief::on_battery;
  return made;
}

struct played_host {
  bool talks = true;
  bool echoes = true;
  agent::host_state state = agent::host_state::running;
  random_id nonce;
  std::uint64_t tick = 0;
  std::vector<agent::action_report> actions;
  agent::echo heard;  ///< Our newest vote to it.
};

class site_bench {
public:
  static constexpr node_number self = 1;

  explicit site_bench(site about = office(), bool settle = true)
      : site_(std::move(about)),
        hosts_(site_.hosts.size()),
        upses_(site_.upses.size()),
        outlets_(site_.outlets.size(), power::outlet_state::on),
        sensors_(site_.sensors.size()),
        machine_(site_, self, id(0x51), id(0x5e), now_) {
    for (std::size_t i = 0; i < hosts_.size(); ++i)
      hosts_[i].nonce = id(static_cast<std::uint8_t>(i + 1));
    for (auto& ups : upses_)
      ups = ups_online();
    feed(policy::tick{});
    if (!settle) return;
    pass(5s);
    forget();
  }

  void feed(const policy::site_event& what) {
    auto decided = machine_.step(what, now_);
    wake_ = decided.wake_at;
    for (auto& action : decided.actions) {
      note(action);
      done_.push_back(std::move(action));
    }
  }

  void pass(duration time) {
    const auto until = now_ + time;
    while (now_ < until) {
      const auto next = std::min(until, next_beat_);
      play_timers(next);
      now_ = next;
      if (now_ != next_beat_) continue;
      next_beat_ += 1s;
      beat();
    }
  }

  /// The site file changes; whoever is played keeps what it is by its name.
  void adopt(site changed) {
    const auto follow = [](auto& played, const auto& before, const auto& after) {
      auto next = std::decay_t<decltype(played)>(after.size());
      for (std::size_t i = 0; i < after.size(); ++i)
        for (std::size_t j = 0; j < before.size(); ++j)
          if (after[i].name == before[j].name) next[i] = played[j];
      played = std::move(next);
    };
    follow(hosts_, site_.hosts, changed.hosts);
    follow(upses_, site_.upses, changed.upses);
    follow(outlets_, site_.outlets, changed.outlets);
    site_ = changed;
    machine_.adopt(std::move(changed), now_);
    feed(policy::devices_started{});
  }

  /// The process is paused, and misses all of its timers and news.
  void stand_still(duration time) {
    now_ += time;
    next_beat_ += time;
  }

  /// What a UPS says from now on; the battery runs out between two looks. Nothing: silence.
  void ups(const std::string& name, std::optional<power::observation> says) {
    const auto index = test::index_of(site_.upses, name);
    upses_[index] = std::move(says);
    if (upses_[index]) feed(policy::ups_observed{index, *upses_[index], 0ms});
  }
  /// What another path to a UPS says from now on, read right after the first.
  void path(const std::string& name, std::uint32_t number, std::optional<power::observation> says) {
    const auto index = test::index_of(site_.upses, name);
    paths_[{index, number}] = says;
    if (says) feed(policy::ups_observed{index, *says, 0ms, number});
  }
  /// What a sensor says from now on, read with each beat. Nothing, as in the beginning: silence.
  void sensor(const std::string& name, std::optional<double> says) {
    sensors_[test::index_of(site_.sensors, name)] = says;
  }
  /// Of the outlet, as its unit measures it.
  void load(const std::string& outlet, double watts) { loads_[outlet] = watts; }
  void clock(std::uint32_t weekday, std::uint32_t minute, bool synchronised = true) {
    clock_ = policy::wall_clock_told{weekday, minute, synchronised};
    feed(*clock_);
  }
  void set_switch(const std::string& name, duration lasts) {
    feed(policy::operator_switched{test::index_of(site_.switches, name), lasts, "anna", ""});
  }

  played_host& host(const std::string& name) { return hosts_[test::index_of(site_.hosts, name)]; }
  void beacon(const std::string& name) {
    auto& h = host(name);
    agent::host_beacon b;
    b.site = site_.name;
    b.host = name;
    b.nonce = h.nonce;
    b.tick = ++h.tick;
    b.state = h.state;
    if (h.echoes && h.heard.controller != 0) b.echoes = {h.heard};
    b.actions = h.actions;
    feed(policy::host_beacon_received{test::index_of(site_.hosts, name), b,
                                      "signed beacon of " + name + " #" + std::to_string(b.tick)});
  }
  /// Its agent says the last word, and then is heard no more.
  void last_word(const std::string& name) {
    host(name).state = agent::host_state::down;
    beacon(name);
    host(name).talks = false;
  }
  /// It starts a new life.
  void boots(const std::string& name) {
    auto& h = host(name);
    const auto nonce = id(static_cast<std::uint8_t>(h.nonce.bytes[0] + 0x10));
    h = {};
    h.nonce = nonce;
    beacon(name);
  }
  /// The truth at the unit; it is read with the next beat.
  void set_outlet(const std::string& name, power::outlet_state state) {
    outlets_[test::index_of(site_.outlets, name)] = state;
  }
  /// Outlets follow our own wishes a second later, as if enough others shared them.
  void outlets_obey(bool do_they = true) { obey_ = do_they; }
  void executors_talk(bool do_they) { executors_talk_ = do_they; }
  void unit_answers(bool does_it) { unit_answers_ = does_it; }

  vote::level level(const std::string& name) const {
    return snapshot().hosts[test::index_of(site_.hosts, name)].wanted;
  }
  vote::reason why(const std::string& name) const {
    return snapshot().hosts[test::index_of(site_.hosts, name)].why;
  }
  std::string phase(const std::string& name) const {
    return snapshot().hosts[test::index_of(site_.hosts, name)].state;
  }
  vote::outlet_wish wish(const std::string& name) const {
    return snapshot().outlets[test::index_of(site_.outlets, name)].wanted;
  }
  policy::incident_state incident() const { return snapshot().incident; }
  policy::status snapshot() const { return machine_.snapshot(now_); }
  bool alarm(policy::site_alarm what, const std::string& subject) const {
    return alarms_.count({what, subject}) != 0;
  }

  /// Every action of a type since forget().
  template <class T>
  std::vector<T> all() const {
    std::vector<T> found;
    for (const auto& action : done_)
      if (const auto* match = std::get_if<T>(&action)) found.push_back(*match);
    return found;
  }
  std::vector<vote::vote> votes_to(const std::string& name, node_number executor = 0) const {
    std::vector<vote::vote> found;
    for (const auto& cast : all<policy::cast_vote>())
      if (cast.what.to.name == name && cast.what.to.executor == executor)
        found.push_back(cast.what);
    return found;
  }
  void forget() { done_.clear(); }

  const site& about() const { return site_; }
  time_point now() const { return now_; }
  std::optional<time_point> wake() const { return wake_; }

  static random_id executor_nonce(outlet_unit_index unit, node_number node) {
    return id(static_cast<std::uint8_t>(0x80 + 8 * unit + node));
  }
  std::uint64_t executor_tick() const { return executor_tick_; }

private:
  void play_timers(time_point until) {
    while (wake_ && *wake_ <= until) {
      now_ = std::max(now_, *wake_);
      feed(policy::tick{});
    }
  }

  void beat() {
    for (ups_index i = 0; i < upses_.size(); ++i) {
      auto& says = upses_[i];
      if (!says) continue;
      if (says->state == power::belief::on_battery && says->runtime_left)
        says->runtime_left = std::max<duration>(*says->runtime_left - 1s, 0s);
      feed(policy::ups_observed{i, *says, 0ms});
    }
    for (auto& [which, says] : paths_) {
      if (!says) continue;
      if (says->state == power::belief::on_battery && says->runtime_left)
        says->runtime_left = std::max<duration>(*says->runtime_left - 1s, 0s);
      feed(policy::ups_observed{which.first, *says, 0ms, which.second});
    }
    for (sensor_index i = 0; i < sensors_.size(); ++i) {
      if (!sensors_[i]) continue;
      power::sensor_reading reading;
      reading.kind = site_.sensors[i].kind;
      reading.value.number = *sensors_[i];
      feed(policy::sensor_observed{i, reading, 0ms});
    }
    if (clock_) feed(*clock_);
    ++executor_tick_;
    for (outlet_unit_index unit = 0; unit < site_.units.size(); ++unit) {
      if (unit_answers_) feed(policy::outlets_observed{unit, read(unit)});
      if (executors_talk_)
        for (const auto& node : site_.nodes)
          feed(policy::executor_beacon_received{unit, executor_beacon(unit, node.number)});
    }
    for (const auto& config : site_.hosts)
      if (host(config.name).talks) beacon(config.name);
    if (obey_) obey();
  }

  power::outlet_unit_reading read(outlet_unit_index unit) const {
    power::outlet_unit_reading reading;
    for (outlet_index i = 0; i < outlets_.size(); ++i)
      if (site_.outlets[i].unit == unit)
        reading.outlets.push_back({site_.outlets[i].number, outlets_[i], load_of(i)});
    return reading;
  }

  std::optional<double> load_of(outlet_index index) const {
    const auto found = loads_.find(site_.outlets[index].name);
    return found == loads_.end() ? std::nullopt : std::optional{found->second};
  }

  agent::executor_beacon executor_beacon(outlet_unit_index unit, node_number node) const {
    agent::executor_beacon b;
    b.site = site_.name;
    b.unit = site_.units[unit].name;
    b.node = node;
    b.nonce = executor_nonce(unit, node);
    b.tick = executor_tick_;
    return b;
  }

  void obey() {
    const auto seen = snapshot();
    for (outlet_index i = 0; i < outlets_.size(); ++i) {
      if (seen.outlets[i].wanted == vote::outlet_wish::off) outlets_[i] = power::outlet_state::off;
      if (seen.outlets[i].wanted == vote::outlet_wish::on) outlets_[i] = power::outlet_state::on;
    }
  }

  void note(const policy::site_action& action) {
    if (const auto* raised = std::get_if<policy::raise_alarm>(&action))
      alarms_.insert({raised->what, raised->subject});
    if (const auto* cleared = std::get_if<policy::clear_alarm>(&action))
      alarms_.erase({cleared->what, cleared->subject});
    if (const auto* spare = std::get_if<policy::redundancy_changed>(&action)) {
      const auto what = spare->what.what == "lost" ? policy::site_alarm::redundancy_lost
                                                   : policy::site_alarm::redundancy_unknown;
      if (spare->what.raised)
        alarms_.insert({what, spare->what.host});
      else
        alarms_.erase({what, spare->what.host});
    }
    const auto* cast = std::get_if<policy::cast_vote>(&action);
    if (cast == nullptr || cast->what.to.kind != target_kind::host) return;
    auto& h = host(cast->what.to.name);
    if (cast->what.nonce == h.nonce)
      h.heard = {cast->what.controller, cast->what.incarnation, cast->what.challenge_tick};
  }

  site site_;
  time_point now_{1000s};
  time_point next_beat_{1001s};
  std::vector<played_host> hosts_;
  std::vector<std::optional<power::observation>> upses_;
  std::vector<power::outlet_state> outlets_;
  std::vector<std::optional<double>> sensors_;
  std::map<std::pair<ups_index, std::uint32_t>, std::optional<power::observation>> paths_;
  std::map<std::string, double> loads_;
  std::optional<policy::wall_clock_told> clock_;
  bool obey_ = false;
  bool executors_talk_ = true;
  bool unit_answers_ = true;
  std::uint64_t executor_tick_ = 0;
  std::set<std::pair<policy::site_alarm, std::string>> alarms_;
  std::vector<policy::site_action> done_;
  std::optional<time_point> wake_;
  policy::site_machine machine_;
};

}  // namespace holdover::test
