#include "bench/policy_value/world.hpp"

#include <algorithm>
#include <cmath>
#include <random>

namespace holdover::bench {

namespace {

constexpr double own_use_percent = 3;
constexpr double knee_percent = 30;

site site_of(const arena& of) {
  site s;
  s.name = of.name;
  s.nodes = {{1, "node", "tcp://127.0.0.1:7400", "tcp://127.0.0.1:7401"}};
  ups_config ups;
  ups.name = "ups";
  ups.poll_period = ups.alert_poll_period = 1s;
  s.upses = {ups};
  for (std::size_t i = 0; i < of.stages.size(); ++i) {
    stage_config stage;
    stage.name = "stage" + std::to_string(i);
    stage.when.runtime_below = 1s;  // Each host at its latest safe start, which comes before.
    for (const auto seconds : of.stages[i]) {
      host_config host;
      host.name = "host" + std::to_string(s.hosts.size());
      host.supplies = {{0, std::nullopt}};
      host.shutdown_time = std::chrono::milliseconds{std::lround(1500 * seconds)} + 30s;
      host.stage = static_cast<stage_index>(i);
      stage.hosts.push_back(static_cast<host_index>(s.hosts.size()));
      s.hosts.push_back(std::move(host));
    }
    s.stages.push_back(std::move(stage));
  }
  return s;
}

arena make(std::string name, duration rated, std::vector<std::vector<double>> stages) {
  arena made{std::move(name), rated, std::move(stages), {}};
  made.about = site_of(made);
  return made;
}

}  // namespace

std::array<arena, 3> arenas() {
  return {make("office", 15min, {{40, 40}, {90}, {60}}),
          make("machine room", 30min, {{20, 20, 20, 20}, {240, 240, 240}, {60}}),
          make("branch", 8min, {{30}, {45}})};
}

void true_battery::drain(double seconds) {
  while (seconds > 0 && charge_percent > 0) {
    const bool fast = knee && charge_percent <= knee_percent;
    const auto rate = 100 / full_seconds * (fast ? 2 : 1);
    const auto down_to = knee && !fast ? knee_percent : 0;
    const auto time = std::min(seconds, (charge_percent - down_to) / rate);
    charge_percent -= rate * time;
    seconds -= time;
    if (charge_percent - down_to < 1e-9) charge_percent = down_to;
  }
}

double true_battery::seconds_left() const {
  const auto slow = knee ? std::max(charge_percent - knee_percent, 0.0) : charge_percent;
  const auto fast = charge_percent - slow;
  return full_seconds / 100 * (slow + fast / 2);
}

drawn_outage draw(const arena& of, std::uint64_t seed) {
  std::mt19937_64 dice{seed};
  const auto uniform = [&](double low, double high) {
    return std::uniform_real_distribution<double>{low, high}(dice);
  };
  const auto normal = [&] { return std::normal_distribution<double>{}(dice); };
  const auto chance = [&](double of_it) { return uniform(0, 1) < of_it; };
  drawn_outage o;
  o.length_seconds = chance(0.6) ? 40 * std::exp(1.2 * normal()) : 2100 * std::exp(normal());
  o.length_seconds = std::clamp(o.length_seconds, 1.0, 8 * 3600.0);
  o.load_percent = uniform(25, 75);
  o.age_years = uniform(0, 6);
  o.capacity = std::exp(0.15 * normal());
  o.exponent = uniform(1.05, 1.3);
  o.charge_percent = chance(0.85) ? 100 : uniform(50, 100);
  o.bias = std::clamp(0.15 * normal(), -0.35, 0.35);
  o.knee = chance(0.1);
  o.noise_seed = dice();
  for (const auto& stage : of.stages)
    for (const auto seconds : stage)
      o.stop_seconds.push_back(seconds * (chance(0.95) ? uniform(0.4, 1) : uniform(1, 1.4)));
  return o;
}

true_battery battery_of(const arena& of, const drawn_outage& o, double load_percent) {
  const auto rated = std::chrono::duration<double>(of.rated_runtime).count();
  const auto age = 1 - 0.2 * (o.age_years / 5) * (o.age_years / 5);
  const auto law = std::pow((50 + own_use_percent) / (load_percent + own_use_percent), o.exponent);
  return {rated * law * age * o.capacity, o.charge_percent, o.knee};
}

true_battery battery_of(const arena& of, const drawn_outage& o) {
  return battery_of(of, o, o.load_percent);
}

course play(const arena& of, const drawn_outage& o) {
  auto battery = battery_of(of, o);
  std::mt19937_64 dice{o.noise_seed};
  std::normal_distribution<double> normal;
  course made;
  const auto lasts = battery.seconds_left();
  if (lasts < o.length_seconds) made.ends_seconds = lasts;
  const auto until = std::min(lasts, o.length_seconds);
  for (double at = 0; at < until; ++at) {
    const auto said = battery.reckoned_seconds() * std::exp(o.bias) * (1 + 0.03 * normal(dice));
    made.readings.push_back({std::round(battery.charge_percent), std::max(said, 0.0)});
    battery.drain(1);
  }
  return made;
}

power::battery_model learned(const arena& of, const drawn_outage& o) {
  power::battery_facts facts;
  facts.rated_runtime = of.rated_runtime;
  power::battery_model model{facts, o.age_years};
  std::mt19937_64 dice{o.noise_seed + 1};
  for (int i = 0; i < 3; ++i) {
    const auto load = std::uniform_real_distribution<double>{25, 75}(dice);
    auto battery = battery_of(of, o, load);
    battery.charge_percent = 100;
    power::discharge_watch watch{model};
    for (duration at{}; battery.charge_percent > 0; at += 5s) {
      watch.on_battery(std::round(battery.charge_percent), load, time_point{at});
      battery.drain(5);
    }
    watch.on_mains();
  }
  return model;
}

}  // namespace holdover::bench
