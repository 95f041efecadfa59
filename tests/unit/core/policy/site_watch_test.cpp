// A machine that leaves out who is quiet, beside one that looks at everybody in each step: random
// sites, random lives, and not one difference in what they say or when they want to be woken.

#include "core/policy/site_machine.hpp"
#include "tests/support/sites.hpp"
#include "tests/support/votes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <vector>

namespace holdover::policy {
namespace {

class fate {
public:
  explicit fate(std::uint64_t seed) : bits_(seed) {}
  std::uint32_t below(std::size_t count) { return static_cast<std::uint32_t>(bits_() % count); }
  bool chance(std::uint32_t percent) { return below(100) < percent; }
  duration between(duration least, duration most) {
    return least + duration{below(static_cast<std::size_t>((most - least).count()) + 1)};
  }

private:
  std::mt19937_64 bits_;
};

// ---- Random sites ------------------------------------------------------------------------------

test::branch some_leaf(fate& f, const site& s) {
  switch (f.below(8)) {
    case 0:
      return test::above(f.below(s.sensors.size()), 40).with_hysteresis(3);
    case 1:
      return test::leaf(condition_kind::operator_switch);
    case 2:
      return test::leaf(condition_kind::time_window);
    case 3:
      return test::timed(condition_kind::on_battery_for, 20s);
    case 4:
      return test::timed(condition_kind::runtime_below, 8min).held(5s);
    case 5:
      return test::leaf(condition_kind::charge_below, 0, 50).of_ups(f.below(s.upses.size()));
    case 6:
      return test::leaf(condition_kind::load_above, 0, 80).held(10s).cleared_after(5s);
    default:
      return test::leaf(condition_kind::overload);
  }
}

void add_stages(fate& f, site& s) {
  const auto order = 1 + f.below(3);
  for (std::uint32_t i = 0; i < order; ++i) {
    trigger when;
    if (f.chance(60)) when.on_battery_for = f.between(10s, 60s);
    if (f.chance(50)) when.runtime_below = f.between(3min, 9min);
    when.battery_low = f.chance(30) || (!when.on_battery_for && !when.runtime_below);
    s.stages.push_back(test::stage("stage" + std::to_string(i), when));
  }
}

void add_hosts(fate& f, site& s) {
  std::vector<std::uint32_t> sockets(s.units.size(), 0);
  const auto count = 3 + f.below(6);
  for (std::uint32_t i = 0; i < count; ++i) {
    std::vector<supply_config> supplies;
    const auto plugs = 1 + f.below(3);
    for (std::uint32_t p = 0; p < plugs; ++p) {
      const auto unit = f.below(s.units.size());
      if (f.chance(60)) {
        const auto outlet = test::add_outlet(s, unit, ++sockets[unit]);
        supplies.push_back({*s.units[unit].feed, outlet});
      } else {
        const bool bare = p > 0 && f.chance(20);
        supplies.push_back({bare ? no_ups : f.below(s.upses.size()), std::nullopt});
      }
    }
    const auto needed = 1 + f.below(supplies.size());
    const auto stage = f.below(s.stages.size());
    const auto host = test::add_host(s, "host" + std::to_string(i), supplies, stage, needed);
    if (i > 0 && f.chance(25)) s.hosts[host].depends_on = {f.below(i)};
    if (f.chance(20)) s.hosts[host].wake_address = "02:00:00:00:00:01";
    s.hosts[host].load_watts = 100;
    s.hosts[host].shutdown_time = f.between(5s, 40s);
    s.hosts[host].boot_time = f.between(10s, 60s);
  }
  const auto lamp = test::add_outlet(s, 0, ++sockets[0], "load to shed");
  s.stages[f.below(s.stages.size())].shed = {lamp};
}

/// The output of a UPS as an outlet: of what hangs on the UPS itself, and beyond it of the rest.
void add_ups_output(fate& f, site& s) {
  const auto ups = f.below(s.upses.size());
  const auto unit = test::add_unit(s, "output of a UPS", ups);
  s.units[unit].output_of = ups;
  s.units[unit].stays_off = true;
  const auto whole = test::add_outlet(s, unit, 1, "output");
  for (host_index i = 0; i < s.hosts.size(); ++i) {
    bool plugged = false, elsewhere = false;
    for (auto& supply : s.hosts[i].supplies) {
      if (supply.ups != ups) continue;
      elsewhere = elsewhere || supply.outlet;
      if (supply.outlet || plugged) continue;
      supply.outlet = whole;
      plugged = true;
    }
    if (plugged)
      s.outlets[whole].feeds.push_back(i);
    else if (elsewhere)
      s.outlets[whole].beyond.push_back(i);
  }
}

void add_conditions(fate& f, site& s) {
  test::add_sensor(s, "hall", power::sensor_kind::temperature_celsius);
  test::add_sensor(s, "rack", power::sensor_kind::temperature_celsius);
  s.switches = {{"maintenance"}};
  s.windows = {{{true, true, true, true, true, true, true}, 10, 20}};
  const auto count = f.below(3);
  for (std::uint32_t i = 0; i < count; ++i) {
    stage_config made;
    made.name = "condition" + std::to_string(i);
    auto tree = f.chance(50) ? some_leaf(f, s) : test::any({some_leaf(f, s), some_leaf(f, s)});
    made.condition = test::plant(s, tree);
    made.hosts = {f.below(s.hosts.size())};
    if (f.chance(40)) made.shed_hosts = {f.below(s.hosts.size())};
    if (f.chance(40)) made.commands = {{f.below(s.hosts.size()), "message", "soon"}};
    if (f.chance(40)) made.shed = {f.below(s.outlets.size())};
    made.timeout = 60s;
    s.stages.push_back(made);
  }
}

void add_wish(fate& f, site& s) {
  const auto host = f.below(s.hosts.size());
  const auto kind =
      f.chance(50) ? jobs::wish_kind::host_down : jobs::wish_kind::host_down_in_outage;
  s.wishes.push_back({kind, host, "", "", "down"});
  stage_config made;
  made.name = "wished";
  made.condition = test::plant(s, test::leaf(condition_kind::job_wish));
  made.hosts = {host};
  made.wish = 0;
  s.stages.push_back(made);
}

site random_site(fate& f) {
  auto s = test::three_nodes("random");
  const auto upses = 1 + f.below(4);
  for (std::uint32_t i = 0; i < upses; ++i) {
    const auto ups = test::add_ups(s, "ups" + std::to_string(i));
    s.upses[ups].poll_period = f.between(1s, 3s);
    test::add_unit(s, "unit" + std::to_string(i), ups);
  }
  for (auto& unit : s.units)
    unit.outlets = 24;
  add_stages(f, s);
  add_hosts(f, s);
  if (f.chance(40)) add_ups_output(f, s);
  add_conditions(f, s);
  if (f.chance(50)) add_wish(f, s);
  if (f.chance(30)) {
    generator_config generator;
    generator.ups_says = true;
    generator.hold = 30s;
    generator.capacity_watts = 300;
    s.generator = generator;
  }
  s.observing.silent_supply =
      std::array{silent_supply_rule::ignore, silent_supply_rule::as_last_seen,
                 silent_supply_rule::as_lost}[f.below(3)];
  s.observing.blind_floor = f.between(5s, 30s);
  s.observing.episode_end = f.between(5s, 60s);
  s.restore.mains_stable = f.between(5s, 30s);
  s.restore.stagger = 2s;
  return s;
}

// ---- What they say -----------------------------------------------------------------------------

auto tied(const cast_vote& a) {
  return std::tie(a.what);
}
auto tied(const incident_changed& a) {
  return std::tie(a.incident, a.from, a.to, a.why);
}
auto tied(const decided& a) {
  return std::tie(a.about, a.host_level, a.outlet, a.why, a.explanation);
}
auto tied(const host_changed& a) {
  return std::tie(a.host, a.from, a.to, a.why, a.evidence);
}
auto tied(const receipt_arrived& a) {
  return std::tie(a.host, a.what, a.evidence);
}
auto tied(const ups_belief_changed& a) {
  return std::tie(a.ups, a.from, a.to, a.fresh);
}
auto tied(const raise_alarm& a) {
  return std::tie(a.what, a.subject, a.text);
}
auto tied(const clear_alarm& a) {
  return std::tie(a.what, a.subject);
}
auto tied(const redundancy_event& a) {
  return std::tie(a.host, a.what, a.raised, a.needed, a.supplies);
}
auto tied(const redundancy_changed& a) {
  return tied(a.what);
}
auto tied(const set_polling& a) {
  return std::tie(a.ups, a.alert);
}
auto tied(const wake_host& a) {
  return std::tie(a.host);
}
auto tied(const node_word::hold& a) {
  return std::tie(a.host, a.lasts, a.by);
}
auto tied(const node_word::test& a) {
  return std::tie(a.ups, a.ago);
}
template <class Told>
bool same(const std::vector<Told>& a, const std::vector<Told>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return tied(x) == tied(y); });
}
bool same(const tell_peers& a, const tell_peers& b) {
  return a.what.policy_revision == b.what.policy_revision && same(a.what.holds, b.what.holds)
         && same(a.what.tests, b.what.tests);
}
template <class Action>
bool same(const Action& a, const Action& b) {
  return tied(a) == tied(b);
}

bool same_action(const site_action& a, const site_action& b) {
  if (a.index() != b.index()) return false;
  return std::visit(
      [&](const auto& one) { return same(one, std::get<std::decay_t<decltype(one)>>(b)); }, a);
}

// ---- Random lives ------------------------------------------------------------------------------

class two_machines {
public:
  explicit two_machines(std::uint64_t seed)
      : f(seed),
        site_(random_site(f)),
        quick_(site_, 1, test::id(0x51), test::id(0x5e), now_),
        thorough_(site_, 1, test::id(0x51), test::id(0x5e), now_),
        upses_(site_.upses.size()),
        hosts_(site_.hosts.size()),
        outlets_(site_.outlets.size(), power::outlet_state::on),
        wishes_(site_.outlets.size(), vote::outlet_wish::keep) {
    for (std::size_t i = 0; i < hosts_.size(); ++i)
      hosts_[i].nonce = test::id(static_cast<std::uint8_t>(i + 1));
    calm_ = f.chance(50) ? 2u : 10u;
    peer_calm_ = f.chance(50) ? 0u : 5u;
  }

  void live(int beats) {
    feed(tick{});
    for (int i = 0; i < beats && agree_; ++i) {
      const auto until = now_ + f.between(100ms, 1500ms);
      while (wake_ && *wake_ <= until && agree_) {
        now_ = std::max(now_, *wake_);
        feed(tick{});
      }
      now_ = until;
      something_happens();
      news();
    }
  }

  bool agree() const { return agree_; }
  const std::map<std::string, int>& seen() const { return seen_; }

private:
  struct played_ups {
    power::observation says = online();
    bool silent = false;
    time_point next{};
  };
  struct played_host {
    bool talks = true;
    agent::host_state state = agent::host_state::running;
    random_id nonce;
    std::uint64_t tick = 0;
    agent::echo heard;
    vote::level told = vote::level::run;
  };

  static power::observation online() {
    power::observation made;
    made.state = power::belief::online;
    made.runtime_left = 20min;
    made.charge_percent = 100;
    made.load_percent = 30;
    return made;
  }

  template <class Event>
  void feed(const Event& what) {
    thorough_.look_at_everybody();
    const auto a = quick_.step(what, now_), b = thorough_.step(what, now_);
    agree_ = agree_ && a.wake_at == b.wake_at && a.actions.size() == b.actions.size()
             && std::equal(a.actions.begin(), a.actions.end(), b.actions.begin(), same_action);
    wake_ = b.wake_at;
    for (const auto& action : b.actions)
      note(action);
  }

  void note(const site_action& action) {
    if (const auto* changed = std::get_if<incident_changed>(&action))
      ++seen_[std::string{to_string(changed->to)}];
    if (const auto* raised = std::get_if<raise_alarm>(&action))
      ++seen_[std::string{to_string(raised->what)}];
    if (const auto* spare = std::get_if<redundancy_changed>(&action))
      ++seen_["redundancy_" + spare->what.what];
    const auto* cast = std::get_if<cast_vote>(&action);
    if (cast == nullptr) return;
    const auto& v = cast->what;
    if (v.to.kind == target_kind::outlet) {
      wishes_[test::index_of(site_.outlets, v.to.name)] = v.outlet;
      ++seen_["vote to outlet"];
      return;
    }
    auto& host = hosts_[test::index_of(site_.hosts, v.to.name)];
    if (v.nonce != host.nonce) return;
    host.heard = {v.controller, v.incarnation, v.challenge_tick};
    host.told = v.host_level;
    ++seen_["vote to host"];
  }

  // Fate: what becomes of power, cards and people.
  void something_happens() {
    if (f.chance(calm_)) change(upses_[f.below(upses_.size())]);
    if (f.chance(calm_ / 2))
      for (auto& ups : upses_)
        change(ups);
    if (f.chance(calm_))
      for (auto& ups : upses_)
        ups = {};
    if (f.chance(2)) hosts_[f.below(hosts_.size())].talks = false;
    if (f.chance(1))
      feed(operator_hold{f.below(hosts_.size()), f.between(0s, 40s), "anna", "why not"});
    if (f.chance(1)) feed(operator_switched{0, f.between(0s, 30s), "anna", ""});
    if (!site_.wishes.empty() && f.chance(1))
      feed(job_wished{0, f.chance(50), f.between(0s, 30s), "job"});
    if (f.chance(2)) feed(device_unattended{device_kind::ups, f.below(upses_.size()), "a bug"});
    if (f.chance(1))
      feed(device_unattended{device_kind::outlet_unit, f.below(site_.units.size()), "a bug"});
    if (f.chance(1)) feed(wall_clock_told{f.below(7), f.below(30), true});
    if (f.chance(1)) feed(peer_told{2, {f.below(3), {}, {{"host0", 20s, "berta"}}, {}}, 0ms});
    if (f.chance(2)) have_battery_tested(f.below(upses_.size()));
    if (f.chance(1)) now_ += f.between(0s, 40s);  // The process stands still.
    if (f.chance(1)) adopt();
  }

  void have_battery_tested(ups_index index) {
    if (f.chance(50))
      feed(test_ordered{index});
    else
      feed(peer_told{2, {0, {}, {}, {{site_.upses[index].name, f.between(0s, 40s)}}}, 0ms});
    if (f.chance(70)) upses_[index].says.state = power::belief::on_battery;
  }

  void change(played_ups& ups) {
    ups.silent = f.chance(20);
    if (ups.silent) return;
    auto& says = ups.says;
    says.state = f.chance(75) ? power::belief::on_battery
                              : std::array{power::belief::off, power::belief::bypass,
                                           power::belief::test, power::belief::unknown}[f.below(4)];
    says.runtime_left = f.between(30s, 15min);
    says.charge_percent = f.below(101);
    says.load_percent = f.below(101);
    says.battery_low = f.chance(15);
    says.forced_shutdown = f.chance(10);
    says.overload = f.chance(10);
    says.on_generator = f.chance(10);
    if (f.chance(10)) says.countdown = f.between(10s, 60s);
  }

  void adopt() {
    site_.hosts[f.below(hosts_.size())].shutdown_time = f.between(5s, 40s);
    ++site_.revision;
    quick_.adopt(site_, now_);
    thorough_.adopt(site_, now_);
    feed(devices_started{});
  }

  // What everybody says, in the order of dice.
  void news() {
    for (ups_index i = 0; i < upses_.size(); ++i)
      read(i);
    for (host_index i = 0; i < hosts_.size(); ++i)
      hear(i);
    if (f.chance(40))
      for (outlet_unit_index i = 0; i < site_.units.size(); ++i)
        read_unit(i);
    if (f.chance(30)) {
      const auto unit = f.below(site_.units.size());
      agent::executor_beacon b;
      b.site = site_.name;
      b.unit = site_.units[unit].name;
      b.node = 1 + f.below(3);
      b.nonce = test::id(static_cast<std::uint8_t>(0x80 + 4 * unit + b.node));
      b.tick = ++executor_tick_;
      feed(executor_beacon_received{unit, b});
    }
    if (f.chance(20)) {
      power::sensor_reading reading;
      reading.value.number = 30 + f.below(14);
      feed(sensor_observed{f.below(2), reading, 0ms});
    }
    if (f.chance(10)) {
      auto seen = online();
      if (f.chance(peer_calm_)) seen.state = power::belief::on_battery;
      feed(peer_observed{2 + f.below(2), f.below(upses_.size()), seen, 0ms, 20s});
    }
  }

  void read(ups_index index) {
    auto& ups = upses_[index];
    if (now_ < ups.next || ups.silent) return;
    ups.next = now_ + site_.upses[index].poll_period;
    auto& says = ups.says;
    const auto passed = site_.upses[index].poll_period;
    if (says.state == power::belief::on_battery)
      says.runtime_left = std::max<duration>(*says.runtime_left - passed, 0s);
    if (says.countdown) says.countdown = std::max<duration>(*says.countdown - passed, 0s);
    auto told = says;
    for (outlet_index i = 0; i < outlets_.size(); ++i) {
      if (site_.units[site_.outlets[i].unit].output_of != index) continue;
      if (outlets_[i] != power::outlet_state::off) continue;
      told.input_good = says.state != power::belief::on_battery;
      told.state = power::belief::off;
      ++seen_["output switched off"];
    }
    feed(ups_observed{index, told, f.between(0ms, 200ms)});
  }

  void hear(host_index index) {
    auto& host = hosts_[index];
    if (!host.talks) {
      if (f.chance(6)) boot(index);
      return;
    }
    if (!f.chance(70)) return;
    if (host.told >= vote::level::shutdown && f.chance(20))
      host.state = host.state == agent::host_state::running ? agent::host_state::armed
                   : host.state == agent::host_state::armed ? agent::host_state::committed
                                                            : agent::host_state::down;
    agent::host_beacon b;
    b.site = site_.name;
    b.host = site_.hosts[index].name;
    b.nonce = host.nonce;
    b.tick = ++host.tick;
    b.state = host.state;
    if (host.heard.controller != 0 && f.chance(90)) b.echoes = {host.heard};
    feed(host_beacon_received{index, b, "beacon " + std::to_string(b.tick)});
    if (host.state == agent::host_state::down) host.talks = false;
  }

  void boot(host_index index) {
    for (const auto& supply : site_.hosts[index].supplies)
      if (supply.outlet && outlets_[*supply.outlet] == power::outlet_state::off) return;
    const auto nonce = static_cast<std::uint8_t>(hosts_[index].nonce.bytes[0] + 0x10);
    hosts_[index] = {};
    hosts_[index].nonce = test::id(nonce);
  }

  void read_unit(outlet_unit_index unit) {
    power::outlet_unit_reading reading;
    for (outlet_index i = 0; i < outlets_.size(); ++i) {
      if (site_.outlets[i].unit != unit) continue;
      if (f.chance(50) && wishes_[i] == vote::outlet_wish::off)
        outlets_[i] = power::outlet_state::off;
      if (f.chance(50) && wishes_[i] == vote::outlet_wish::on)
        outlets_[i] = power::outlet_state::on;
      reading.outlets.push_back({site_.outlets[i].number, outlets_[i], 50.0});
    }
    feed(outlets_observed{unit, reading});
  }

  fate f;
  site site_;
  time_point now_{1000s};
  site_machine quick_, thorough_;
  std::vector<played_ups> upses_;
  std::vector<played_host> hosts_;
  std::vector<power::outlet_state> outlets_;
  std::vector<vote::outlet_wish> wishes_;
  std::uint32_t calm_ = 0, peer_calm_ = 0;
  std::uint64_t executor_tick_ = 0;
  std::optional<time_point> wake_;
  bool agree_ = true;
  std::map<std::string, int> seen_;
};

TEST(SiteWatch, LeavingOutWhoIsQuietChangesNothing) {
  std::map<std::string, int> seen;
  for (std::uint64_t seed = 1; seed <= 120; ++seed) {
    two_machines both(seed);
    both.live(300);
    ASSERT_TRUE(both.agree()) << "seed " << seed;
    for (const auto& [what, times] : both.seen())
      seen[what] += times;
  }
  for (const auto* what :
       {"open", "committed", "restoring", "calm", "vote to host", "vote to outlet", "host_gone",
        "host_silent", "host_not_back", "host_cannot_start", "order_broken", "ups_blind",
        "output_ending", "redundancy_lost", "redundancy_unknown", "device_unknown", "on_generator",
        "condition_unknown", "output switched off"})
    EXPECT_GT(seen[what], 0) << what << " never happened: the lives are too quiet";
}

}  // namespace
}  // namespace holdover::policy
