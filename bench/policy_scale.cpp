// What a large site costs: its timetable, and one step of the site machine in steady state, with
// every allocation counted. Aims: a plan within a few seconds, a step within 100 microseconds and
// without an allocation.

#include "core/policy/plan.hpp"
#include "core/policy/site_machine.hpp"
#include "core/policy/timetable.hpp"
#include "core/site.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

namespace {

std::size_t allocations = 0;

}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* made = std::malloc(size == 0 ? 1 : size)) return made;
  throw std::bad_alloc{};
}
void operator delete(void* what) noexcept {
  std::free(what);
}
void operator delete(void* what, std::size_t) noexcept {
  std::free(what);
}

namespace {

using namespace holdover;
using clock_type = std::chrono::steady_clock;

double seconds_since(clock_type::time_point start) {
  return std::chrono::duration<double>(clock_type::now() - start).count();
}

/// Every host on an outlet of its own behind one UPS; every fourth on a second UPS as well.
site large_site(std::size_t upses, std::size_t hosts) {
  site s;
  s.name = "large";
  for (node_number n = 1; n <= 3; ++n)
    s.nodes.push_back(
        {n, "node" + std::to_string(n), "tcp://10.0.0.1:7400", "tcp://10.0.0.1:7401"});
  for (std::size_t i = 0; i < upses; ++i) {
    ups_config ups;
    ups.name = "ups" + std::to_string(i);
    ups.rated_runtime = 20min;
    s.upses.push_back(ups);
    outlet_unit_config unit;
    unit.name = "unit" + std::to_string(i);
    unit.feed = static_cast<ups_index>(i);
    unit.outlets = 24;
    s.units.push_back(unit);
  }
  for (const auto below : {15min, 10min, 6min, 3min}) {
    stage_config stage;
    stage.name = "stage" + std::to_string(s.stages.size());
    stage.when.runtime_below = below;
    s.stages.push_back(stage);
  }
  for (std::size_t i = 0; i < hosts; ++i) {
    const auto ups = static_cast<ups_index>(i % upses);
    outlet_config outlet;
    outlet.unit = ups;
    outlet.number = static_cast<std::uint32_t>(i / upses + 1);
    outlet.name = "outlet" + std::to_string(i);
    outlet.feeds = {static_cast<host_index>(i)};
    host_config host;
    host.name = "host" + std::to_string(i);
    host.supplies = {{ups, static_cast<outlet_index>(i)}};
    if (i % 4 == 0)
      host.supplies.push_back({static_cast<ups_index>((i + 1) % upses), std::nullopt});
    host.stage = static_cast<stage_index>(i / upses % s.stages.size());
    s.stages[*host.stage].hosts.push_back(static_cast<host_index>(i));
    s.outlets.push_back(std::move(outlet));
    s.hosts.push_back(std::move(host));
  }
  return s;
}

void measure_plan(const site& s) {
  const auto start = clock_type::now();
  const auto timing = policy::make_plan(s);
  const auto planned = seconds_since(start);
  const std::vector<policy::supply_outlook> all(s.upses.size(),
                                                {true, 20min, 100.0, 20.0, duration{18min}});
  const auto again = clock_type::now();
  const auto table = policy::make_timetable(s, timing, all, {});
  std::printf("%zu hosts, %zu UPSes: plan %.3f s, timetable of a full outage %.3f s, %s\n",
              s.hosts.size(), s.upses.size(), planned, seconds_since(again),
              table.crashes() ? "somebody crashes" : "nobody crashes");
}

struct measured {
  double median_us = 0;
  double worst_us = 0;
  double allocations = 0;
};

template <class Step>
measured repeat(int times, Step step) {
  std::vector<double> took;
  took.reserve(static_cast<std::size_t>(times));
  const auto before = allocations;
  for (int i = 0; i < times; ++i) {
    const auto start = clock_type::now();
    step(i);
    took.push_back(1e6 * seconds_since(start));
  }
  const auto made = static_cast<double>(allocations - before) / times;
  std::sort(took.begin(), took.end());
  return {took[took.size() / 2], took.back(), made};
}

bool measure_step(const site& s) {
  auto start = clock_type::now();
  policy::site_machine machine{s, 1, {{1}}, {{2}}, time_point{1000s}};
  std::printf("  machine made in %.3f s\n", seconds_since(start));
  power::observation fine;
  fine.state = power::belief::online;
  fine.charge_percent = 100;
  fine.runtime_left = 20min;
  time_point now{1000s};
  // Until every UPS is known and nothing changes any more.
  for (int round = 0; round < 3; ++round) {
    now += 1s;
    for (ups_index i = 0; i < s.upses.size(); ++i)
      machine.step(policy::ups_observed{i, fine, 0ms}, now);
  }
  const auto seen = repeat(200, [&](int i) {
    now += 1ms;
    machine.step(
        policy::ups_observed{static_cast<ups_index>(i) % static_cast<ups_index>(s.upses.size()),
                             fine, 0ms},
        now);
  });
  const auto ticked = repeat(200, [&](int) {
    now += 1ms;
    machine.step(policy::tick{}, now);
  });
  std::printf("  a reading without news: median %.1f us, worst %.1f us, %.1f allocations\n",
              seen.median_us, seen.worst_us, seen.allocations);
  std::printf("  a tick without news:    median %.1f us, worst %.1f us, %.1f allocations\n",
              ticked.median_us, ticked.worst_us, ticked.allocations);
  return seen.median_us < 100 && seen.allocations == 0 && ticked.allocations == 0;
}

}  // namespace

int main() {
  bool met = true;
  for (const auto& [upses, hosts] :
       {std::pair<std::size_t, std::size_t>{1, 4}, {10, 50}, {100, 500}, {1000, 5000}}) {
    const auto s = large_site(upses, hosts);
    measure_plan(s);
    met = measure_step(s) && met;
  }
  std::printf("aim of 100 us and no allocation at every size: %s\n", met ? "met" : "missed");
  return met ? 0 : 1;
}
