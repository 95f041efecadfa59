#include "tests/lives/life.hpp"
#include "tests/support/conditions.hpp"

#include <algorithm>

namespace holdover::lives {

namespace {

using test::branch;

constexpr std::int64_t turbulent_seconds = 420;
constexpr std::int64_t calm_seconds = 540;

class drawing {
public:
  explicit drawing(std::uint64_t seed) : roll_(seed * 0x9e3779b97f4a7c15u + 1) { out_.seed = seed; }

  life run() {
    site_.name = "life";
    site_.lab = true;  // Its times are too short for any other.
    site_.nodes.push_back({1, "alpha", "tcp://10.0.0.1:7400", "tcp://10.0.0.1:7401"});
    site_.observing.runtime_margin = 30s;
    site_.restore.mains_stable = duration{span(5, 40)};
    site_.restore.stagger = duration{span(0, 6)};
    site_.restore.charge_minimum_percent = static_cast<double>(roll_.pick(0, 30));
    draw_upses();
    draw_units();
    draw_environment();
    draw_stages();
    draw_hosts();
    draw_generator();
    finish_stages();
    draw_story();
    out_.about = std::move(site_);
    return std::move(out_);
  }

private:
  ms span(std::int64_t low, std::int64_t high) { return 1000 * roll_.pick(low, high); }
  duration time(std::int64_t low, std::int64_t high) { return duration{span(low, high)}; }

  void draw_upses() {
    const auto count = roll_.chance(0.05) ? 0 : roll_.pick(1, 3);
    for (std::int64_t i = 0; i < count; ++i) {
      ups_config ups;
      ups.name = "ups" + std::to_string(i);
      ups.poll_period = roll_.chance(0.5) ? 1s : 2s;
      site_.upses.push_back(ups);
      battery b;
      b.full_runtime_ms = roll_.real(150'000, 600'000);
      b.charge = roll_.chance(0.8) ? 1 : roll_.real(0.4, 1);
      b.recharge_ms = roll_.real(40'000, 150'000);
      b.error = roll_.real(-0.04, 0.04);
      out_.batteries.push_back(b);
    }
  }

  void draw_units() {
    const auto add = [&](std::optional<ups_index> feed) {
      outlet_unit_config unit;
      unit.name = "unit" + std::to_string(site_.units.size());
      unit.poll_period = 2s;
      unit.feed = feed;
      site_.units.push_back(unit);
    };
    for (ups_index i = 0; i < site_.upses.size(); ++i)
      if (roll_.chance(0.8)) add(i);
    if (site_.upses.empty()) add({});
  }

  std::optional<outlet_index> add_outlet(outlet_unit_index unit, bool on) {
    std::uint32_t number = 1;
    for (const auto& other : site_.outlets)
      if (other.unit == unit) number = std::max(number, other.number + 1);
    if (number > site_.units[unit].outlets) return std::nullopt;
    outlet_config outlet;
    outlet.unit = unit;
    outlet.number = number;
    outlet.name = site_.units[unit].name + "." + std::to_string(number);
    outlet.minimum_off = time(3, 10);
    outlet.priority = static_cast<std::uint32_t>(roll_.pick(0, 3));
    site_.outlets.push_back(outlet);
    out_.outlets_on.push_back(on);
    return static_cast<outlet_index>(site_.outlets.size() - 1);
  }

  void draw_environment() {
    const auto count = roll_.pick(0, 4);
    for (std::int64_t i = 0; i < count; ++i) {
      sensor_config sensor;
      const bool contact = roll_.chance(0.3);
      sensor.name = "sensor" + std::to_string(i);
      sensor.kind = contact ? power::sensor_kind::contact : power::sensor_kind::temperature_celsius;
      sensor.poll_period = roll_.chance(0.5) ? 1s : 3s;
      sensor.accuracy = contact ? 0 : roll_.real(0, 2);
      sensor.hysteresis = std::max(1.0, sensor.accuracy);
      site_.sensors.push_back(sensor);
      out_.sensors.push_back({contact ? 0.0 : roll_.real(18, 26), sensor.accuracy});
    }
    if (roll_.chance(0.4)) site_.switches.push_back({"maintenance"});
    out_.first_minute = static_cast<std::uint32_t>(roll_.pick(0, 24 * 60 - 1));
    if (roll_.chance(0.3)) {
      time_window window;
      const auto from = out_.first_minute + static_cast<std::uint32_t>(roll_.pick(1, 3));
      window.from_minute = from % (24 * 60);
      window.to_minute = (from + static_cast<std::uint32_t>(roll_.pick(1, 3))) % (24 * 60);
      window.days = {};
      window.days[roll_.chance(0.8) ? 2 : 5] = true;  // Wednesday, or a day that does not come.
      if (from >= 24 * 60) window.days = {true, true, true, true, true, true, true};
      site_.windows.push_back(window);
    }
  }

  branch battery_leaf() {
    switch (roll_.pick(0, 4)) {
      case 0:
        return test::timed(condition_kind::on_battery_for, time(5, 120));
      case 1:
        return test::timed(condition_kind::runtime_below, time(60, 240));
      case 2:
        return test::leaf(condition_kind::charge_below, 0, roll_.real(20, 80));
      case 3:
        return test::leaf(condition_kind::battery_low);
      default:
        return test::leaf(condition_kind::latest_safe);
    }
  }

  std::optional<branch> site_leaf() {
    std::vector<branch> possible;
    for (sensor_index i = 0; i < site_.sensors.size(); ++i) {
      if (site_.sensors[i].kind == power::sensor_kind::contact)
        possible.push_back(test::leaf(condition_kind::sensor_active, i));
      else
        possible.push_back(test::above(i, 40).with_hysteresis(roll_.real(2, 4)));
    }
    if (!site_.windows.empty()) possible.push_back(test::leaf(condition_kind::time_window));
    if (!site_.switches.empty()) possible.push_back(test::leaf(condition_kind::operator_switch));
    if (possible.empty()) return std::nullopt;
    return std::move(possible[roll_.index(possible.size())]);
  }

  branch group(std::vector<branch> of) {
    const auto size = static_cast<std::int64_t>(of.size());
    auto made = test::at_least(static_cast<std::uint32_t>(roll_.pick(1, size)), std::move(of));
    if (made.node.needed == 1 && roll_.chance(0.5)) made.node.kind = condition_kind::any;
    if (made.node.needed == size && roll_.chance(0.5)) made.node.kind = condition_kind::all;
    if (roll_.chance(0.5)) made.node.hold = time(2, 20);
    if (roll_.chance(0.4)) made.node.clear_after = time(2, 20);
    return made;
  }

  stage_config new_stage() {
    stage_config stage;
    stage.name = "stage" + std::to_string(site_.stages.size());
    stage.timeout = time(60, 150);
    return stage;
  }

  void draw_stages() {
    const auto count = roll_.pick(1, 3);
    for (std::int64_t i = 0; i < count && !site_.upses.empty(); ++i) {
      auto stage = new_stage();
      if (roll_.chance(0.4)) {
        std::vector<branch> leaves;
        for (auto n = roll_.pick(1, 3); n > 0; --n)
          leaves.push_back(battery_leaf());
        stage.condition = test::plant(site_, group(std::move(leaves)));
      } else {
        if (roll_.chance(0.5)) stage.when.on_battery_for = time(3, 150);
        if (roll_.chance(0.3)) stage.when.charge_below_percent = roll_.real(20, 80);
        if (roll_.chance(0.2)) stage.when.battery_low = true;
        stage.when.runtime_below = time(70, 240);
      }
      site_.stages.push_back(stage);
      steps_.push_back(static_cast<stage_index>(site_.stages.size() - 1));
    }
    for (auto n = roll_.pick(0, 2); n > 0; --n) {
      std::vector<branch> leaves;
      for (auto m = roll_.pick(1, 3); m > 0; --m)
        if (auto one = site_leaf()) leaves.push_back(std::move(*one));
      if (leaves.empty()) break;
      auto stage = new_stage();
      stage.condition = test::plant(site_, group(std::move(leaves)));
      site_.stages.push_back(stage);
      environmental_.push_back(static_cast<stage_index>(site_.stages.size() - 1));
    }
    if (!site_.upses.empty() && roll_.chance(0.5)) {
      auto stage = new_stage();
      auto state = roll_.chance(0.3)
                       ? test::leaf(condition_kind::overload)
                       : test::leaf(condition_kind::load_above, 0, 90).with_hysteresis(10);
      state.node.hold = time(2, 15);
      state.node.clear_after = time(5, 20);
      stage.condition = test::plant(site_, state);
      site_.stages.push_back(stage);
      by_load_ = static_cast<stage_index>(site_.stages.size() - 1);
    }
  }

  void draw_hosts() {
    const bool nodes = roll_.chance(0.2);
    const auto count = roll_.pick(1, 7);
    for (std::int64_t i = 0; i < count; ++i)
      draw_host(i, nodes && i + 1 == count);
    for (outlet_unit_index unit = 0; unit < site_.units.size(); ++unit)
      for (auto n = roll_.pick(0, 2); n > 0; --n)
        add_outlet(unit, roll_.chance(0.9));
  }

  void plug(host_config& host, std::optional<ups_index> ups, bool& off) {
    std::vector<outlet_unit_index> behind;
    for (outlet_unit_index unit = 0; unit < site_.units.size(); ++unit)
      if (site_.units[unit].feed == ups) behind.push_back(unit);
    if (!behind.empty() && roll_.chance(0.75))
      if (const auto outlet = add_outlet(behind[roll_.index(behind.size())], !off))
        return host.supplies.push_back({ups.value_or(no_ups), outlet});
    off = false;
    host.supplies.push_back({ups.value_or(no_ups), {}});
  }

  void draw_host(std::int64_t i, bool runs_node) {
    const auto index = static_cast<host_index>(site_.hosts.size());
    host_config host;
    host_nature nature;
    host.name = "host" + std::to_string(i);
    nature.off_at_start = roll_.chance(0.04) && !runs_node;
    bool off = nature.off_at_start;
    const auto upses = site_.upses.size();
    if (upses == 0) {
      plug(host, {}, off);
    } else {
      const auto first = static_cast<ups_index>(roll_.index(upses));
      plug(host, first, off);
      if (upses > 1 && !off && roll_.chance(0.4))
        plug(host, static_cast<ups_index>((first + 1) % upses), off);
    }
    nature.off_at_start = off;
    host.needed = host.supplies.size() == 2 && roll_.chance(0.25) ? 2 : 1;
    host.shutdown_time = time(8, 30);
    host.boot_time = time(10, 30);
    host.power_off_delay = time(2, 6);
    host.hold = time(0, 5);
    host.load_watts = static_cast<double>(roll_.pick(100, 500));
    if (roll_.chance(0.5)) host.wake_address = "02:00:00:00:00:01";
    host.stands_by = runs_node ? roll_.chance(0.8) : roll_.chance(0.08);
    if (runs_node) site_.nodes[0].host = index;
    if (!steps_.empty() && roll_.chance(0.85)) host.stage = steps_[roll_.index(steps_.size())];
    for (host_index other = 0; other < index && !runs_node; ++other) {
      const auto& needed = site_.hosts[other];
      const bool in_order =
          needed.stage == host.stage || !host.stage || !needed.stage || *needed.stage > *host.stage;
      if (in_order && roll_.chance(0.15)) host.depends_on.push_back(other);
    }
    nature.stops_in =
        static_cast<ms>(static_cast<double>(host.shutdown_time.count()) * roll_.real(0.2, 0.9));
    nature.halts_in = std::max<ms>(500, host.power_off_delay.count() - 1000);
    nature.boots_in =
        static_cast<ms>(static_cast<double>(host.boot_time.count()) * roll_.real(0.3, 0.9));
    nature.hangs = roll_.chance(0.02);
    for (const auto& supply : host.supplies)
      if (supply.outlet) site_.outlets[*supply.outlet].feeds.push_back(index);
    if (host.stage) site_.stages[*host.stage].hosts.push_back(index);
    site_.hosts.push_back(std::move(host));
    out_.hosts.push_back(nature);
  }

  void finish_stages() {
    const auto shed = [&](stage_index stage, double chance) {
      for (outlet_index i = 0; i < site_.outlets.size(); ++i)
        if (site_.outlets[i].feeds.empty() && roll_.chance(chance))
          site_.stages[stage].shed.push_back(i);
    };
    for (const auto stage : steps_)
      shed(stage, 0.4);
    if (by_load_) shed(*by_load_, 0.6);
    for (const auto stage : environmental_) {
      shed(stage, 0.4);
      for (host_index i = 0; i < site_.hosts.size(); ++i)
        if (roll_.chance(0.4)) site_.stages[stage].hosts.push_back(i);
    }
    for (const bool environmental : {false, true})
      for (stage_index i = 0; i < site_.stages.size(); ++i)
        if (is_environmental(site_, site_.stages[i]) == environmental)
          for (const auto host : site_.stages[i].hosts)
            if (!site_.hosts[host].stage) site_.hosts[host].stage = i;
  }

  void draw_generator() {
    if (site_.upses.empty() || !roll_.chance(0.2)) return;
    sensor_config contact;
    contact.name = "genset";
    contact.kind = power::sensor_kind::contact;
    contact.poll_period = 1s;
    site_.sensors.push_back(contact);
    out_.sensors.push_back({0, 0});
    generator_config generator;
    generator.contact = static_cast<sensor_index>(site_.sensors.size() - 1);
    generator.hold = time(30, 120);
    generator.stagger = time(2, 8);
    site_.generator = generator;
  }

  void say(ms at, happening_kind what, std::uint32_t subject, double value = 0) {
    out_.happenings.push_back({at, what, subject, value});
  }

  void draw_story() {
    const auto until = seconds(static_cast<double>(turbulent_seconds));
    out_.calm_from = until;
    out_.ends = until + seconds(static_cast<double>(calm_seconds));
    out_.in_two_orders = roll_.chance(0.5);
    const auto all_fail = roll_.chance(0.7);
    for (ups_index i = 0; i < site_.upses.size(); ++i)
      if (all_fail || roll_.chance(0.4)) draw_outages(i, all_fail, until);
    for (sensor_index i = 0; i < site_.sensors.size(); ++i)
      draw_sensor(i, until);
    for (ups_index i = 0; i < site_.upses.size(); ++i)
      if (by_load_ && roll_.chance(0.5)) draw_load(i, until);
    if (!site_.switches.empty() && roll_.chance(0.7)) {
      const auto from = span(15, 200);
      say(from, happening_kind::switch_set, 0);
      say(std::min(until, from + span(5, 150)), happening_kind::switch_cleared, 0);
    }
    std::stable_sort(out_.happenings.begin(), out_.happenings.end(),
                     [](const auto& a, const auto& b) { return a.at < b.at; });
  }

  // Times are whole seconds and drawn from few, so that much happens at one instant.
  void draw_outages(ups_index ups, bool together, ms until) {
    auto at = together ? 15'000 + span(0, 1) : span(15, 120);
    const auto flaps = roll_.chance(0.15);
    for (auto n = flaps ? roll_.pick(3, 12) : roll_.pick(1, 3); n > 0 && at < until; --n) {
      const auto back = at + (flaps ? span(2, 8) : roll_.chance(0.2) ? span(2, 20) : span(20, 380));
      say(at, happening_kind::mains_fails, ups);
      say(std::min(back, until), happening_kind::mains_returns, ups);
      if (!flaps && roll_.chance(0.1)) {
        const auto silent = std::min(at + span(0, 60), until - 1000);
        say(silent, happening_kind::card_falls_silent, ups);
        say(std::min(silent + span(3, 80), until), happening_kind::card_answers, ups);
      }
      if (site_.generator && roll_.chance(0.7)) {
        const auto starts = std::min(at + span(8, 20), until - 1000);
        const auto contact = *site_.generator->contact;
        say(starts, happening_kind::sensor_moves, contact, 1);
        say(std::min(back + span(1, 20), until), happening_kind::sensor_moves, contact, 0);
      }
      at = back + (flaps ? span(1, 6) : span(5, 120));
    }
  }

  void draw_sensor(sensor_index i, ms until) {
    if (site_.generator && site_.generator->contact == i) return;
    const bool contact = site_.sensors[i].kind == power::sensor_kind::contact;
    auto at = span(15, 90);
    for (auto n = roll_.pick(0, 4); n > 0 && at < until; --n) {
      const auto back = std::min(until, at + span(2, 120));
      const auto high = roll_.chance(0.3) ? roll_.real(38, 42) : roll_.real(43, 50);
      say(at, happening_kind::sensor_moves, i, contact ? 1 : high);
      say(back, happening_kind::sensor_moves, i, out_.sensors[i].usual);
      if (roll_.chance(0.15)) {
        const auto silent = at + span(0, 30);
        say(std::min(silent, until), happening_kind::sensor_falls_silent, i);
        say(std::min(silent + span(5, 60), until), happening_kind::sensor_answers, i);
      }
      at = back + span(5, 100);
    }
  }

  void draw_load(ups_index i, ms until) {
    const auto at = span(15, 200);
    const auto back = std::min(until, at + span(5, 100));
    const bool over = roll_.chance(0.3);
    say(at, over ? happening_kind::overload_begins : happening_kind::load_becomes, i, 1.9);
    say(back, over ? happening_kind::overload_ends : happening_kind::load_becomes, i, 1);
  }

  dice roll_;
  life out_;
  site site_;
  std::vector<stage_index> steps_, environmental_;
  std::optional<stage_index> by_load_;
};

bool share_power(const host_config& a, const host_config& b) {
  for (const auto& x : a.supplies)
    for (const auto& y : b.supplies)
      if (x.ups == y.ups && x.ups != no_ups) return true;
  return false;
}

bool needs_running(const site& s, host_index who, host_index what) {
  for (const auto next : s.hosts[who].depends_on)
    if (next == what || needs_running(s, next, what)) return true;
  return false;
}

std::optional<stage_index> step_of(const site& s, host_index i) {
  const auto stage = s.hosts[i].stage;
  return stage && !is_environmental(s, s.stages[*stage]) ? stage : std::nullopt;
}

}  // namespace

life draw(std::uint64_t seed) {
  auto drawn = drawing{seed}.run();
  draw_more(drawn);
  return drawn;
}

std::vector<host_index> before_it(const site& s, host_index index) {
  std::vector<host_index> found;
  const auto own = step_of(s, index);
  const bool node = s.nodes[0].host == index;
  for (host_index other = 0; other < s.hosts.size(); ++other) {
    if (other == index || s.nodes[0].host == other) continue;
    const auto step = step_of(s, other);
    const bool earlier = step && own && *step < *own && share_power(s.hosts[other], s.hosts[index]);
    if (needs_running(s, other, index) || (step && (node || earlier))) found.push_back(other);
  }
  return found;
}

ms needs(const site& s, host_index index) {
  ms after = 0;
  for (host_index other = 0; other < s.hosts.size(); ++other) {
    if (other == index) continue;
    const auto before = before_it(s, other);
    if (std::count(before.begin(), before.end(), index) != 0
        && share_power(s.hosts[other], s.hosts[index]))
      after += s.hosts[other].shutdown_time.count();
  }
  if (s.nodes[0].host) after += 60'000 + s.hosts[*s.nodes[0].host].shutdown_time.count();
  return after + s.hosts[index].shutdown_time.count() + s.observing.runtime_margin.count();
}

}  // namespace holdover::lives
