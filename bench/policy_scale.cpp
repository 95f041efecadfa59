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
#include <utility>
#include <variant>
#include <vector>

namespace {

std::size_t allocations = 0;

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* made = std::malloc(size == 0 ? 1 : size)) return made;
  throw std::bad_alloc{};
}
[[gnu::noinline]] void operator delete(void* what) noexcept {
  std::free(what);
}
[[gnu::noinline]] void operator delete(void* what, std::size_t) noexcept {
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

void print(const char* what, const measured& m) {
  std::printf("  %-38s median %7.1f us, worst %7.1f us, %.1f allocations\n", what, m.median_us,
              m.worst_us, m.allocations);
}

/// The machine of a site where all is fine and every agent is heard.
class steady_site {
public:
  explicit steady_site(const site& s) : s_(s), machine_(s, 1, {{1}}, {{2}}, now_) {
    fine_.state = power::belief::online;
    fine_.charge_percent = 100;
    fine_.runtime_left = 20min;
    beacons_.resize(s.hosts.size());
    for (host_index i = 0; i < beacons_.size(); ++i) {
      beacons_[i].host = i;
      beacons_[i].what.site = s.name;
      beacons_[i].what.host = s.hosts[i].name;
      beacons_[i].what.nonce.bytes[0] = 7;
      beacons_[i].what.state = agent::host_state::running;
      beacons_[i].evidence = "the signed bytes of a beacon, which are some hundred in life";
    }
    for (int round = 0; round < 3; ++round) {
      now_ += 1s;
      read_all(fine_);
      for (host_index i = 0; i < beacons_.size(); ++i)
        hear(i);
    }
  }

  void read(ups_index ups, const power::observation& says) {
    note(machine_.step(policy::ups_observed{ups, says, 0ms}, now_));
  }
  void read_all(const power::observation& says) {
    for (ups_index i = 0; i < s_.upses.size(); ++i)
      read(i, says);
  }
  void hear(host_index host) {
    ++std::get<policy::host_beacon_received>(hold(host)).what.tick;
    const auto decided = machine_.step(event_, now_);
    beacons_[host] = std::move(std::get<policy::host_beacon_received>(event_));
    note(decided);
  }
  void tick() { note(machine_.step(policy::tick{}, now_)); }
  void look_at_everybody() {
    machine_.look_at_everybody();
    tick();
  }
  void pass(duration time) { now_ += time; }
  const power::observation& fine() const { return fine_; }

private:
  policy::site_event& hold(host_index host) { return event_ = std::move(beacons_[host]); }
  void note(const policy::site_decision& decided) {
    for (const auto& action : decided.actions)
      if (const auto* cast = std::get_if<policy::cast_vote>(&action);
          cast != nullptr && cast->what.to.kind == target_kind::host)
        for (host_index i = 0; i < s_.hosts.size(); ++i)
          if (s_.hosts[i].name == cast->what.to.name)
            beacons_[i].what.echoes = {
                {cast->what.controller, cast->what.incarnation, cast->what.challenge_tick}};
  }

  const site& s_;
  time_point now_{1000s};
  policy::site_machine machine_;
  power::observation fine_;
  std::vector<policy::host_beacon_received> beacons_;
  policy::site_event event_;
};

bool measure_step(const site& s) {
  steady_site steady(s);
  const auto upses = static_cast<ups_index>(s.upses.size());
  const auto hosts = static_cast<host_index>(s.hosts.size());
  const auto some = [&](auto count) {
    return [count](int i) { return static_cast<std::uint32_t>(i) % count; };
  };
  const auto read = repeat(200, [&, which = some(upses)](int i) {
    steady.pass(1ms);
    steady.read(which(i), steady.fine());
  });
  const auto heard = repeat(200, [&, which = some(hosts)](int i) {
    steady.pass(1ms);
    steady.hear(which(i));
  });
  const auto ticked = repeat(200, [&](int) {
    steady.pass(1ms);
    steady.tick();
  });
  const auto all = repeat(20, [&](int) { steady.look_at_everybody(); });
  print("a reading without news:", read);
  print("a beacon without news:", heard);
  print("a tick without news:", ticked);
  print("everybody looked at, every ten seconds:", all);

  auto outage = steady.fine();
  outage.state = power::belief::on_battery;
  for (int i = 0; i < 3; ++i) {
    steady.pass(500ms);
    steady.read(0, outage);
  }
  const auto elsewhere = repeat(200, [&](int i) {
    steady.pass(1ms);
    steady.read(upses > 1 ? 1 + static_cast<std::uint32_t>(i) % (upses - 1) : 0,
                upses > 1 ? steady.fine() : outage);
  });
  print("a reading while one UPS is on battery:", elsewhere);
  bool met = true;
  for (const auto* m : {&read, &heard, &ticked})
    met = met && m->median_us < 100 && m->allocations == 0;
  return met;
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
