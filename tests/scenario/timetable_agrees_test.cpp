// The timetable against the machines: random sites lose their mains in the rehearsal, and everybody
// must go when the timetable said.

#include "core/policy/timetable.hpp"
#include "tests/support/conditions.hpp"
#include "tests/support/sites.hpp"
#include "tools/rehearsal/transcript.hpp"
#include "tools/rehearsal/whole_site.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>

namespace holdover::test {
namespace {

constexpr duration tolerance = 4s;  // Two polls, the votes, and what executors need to be sure.

/// A site of one to three UPSes with up to ten hosts on them, and any stages.
struct random_world {
  explicit random_world(std::uint32_t seed) : dice(seed) {
    about = three_nodes("random");
    for (int i = 0; i < pick(1, 3); ++i)
      add_ups(about, "ups" + std::to_string(i));
    for (ups_index i = 0; i < about.upses.size(); ++i)
      about.units[add_unit(about, "unit" + std::to_string(i), i)].outlets = 32;
    const auto stages = pick(1, 4);
    for (int i = 0; i < stages; ++i)
      about.stages.push_back(random_stage(i));
    const auto printer = add_outlet(about, 0, 9, "printer");
    about.stages[static_cast<std::size_t>(pick(0, stages - 1))].shed = {printer};
    for (int i = 0; i < pick(2, 10); ++i)
      random_host(i);
    for (ups_index i = 0; i < about.upses.size(); ++i)
      runtimes.push_back(std::chrono::seconds{pick(240, 1500)});
  }

  int pick(int low, int high) { return std::uniform_int_distribution<int>{low, high}(dice); }
  bool chance(int percent) { return pick(1, 100) <= percent; }

  branch random_leaf() {
    switch (pick(0, 3)) {
      case 0:
        return timed(condition_kind::on_battery_for, std::chrono::seconds{pick(5, 600)});
      case 1:
        return timed(condition_kind::runtime_below, std::chrono::seconds{pick(60, 900)});
      case 2:
        return leaf(condition_kind::charge_below, 0, pick(10, 90));
      default:
        return leaf(condition_kind::latest_safe);
    }
  }

  branch random_tree() {
    std::vector<branch> leaves;
    for (int i = 0; i < pick(1, 4); ++i)
      leaves.push_back(chance(30) ? random_leaf().held(std::chrono::seconds{pick(5, 60)})
                                  : random_leaf());
    const auto needed = static_cast<std::uint32_t>(pick(1, static_cast<int>(leaves.size())));
    return at_least(needed, std::move(leaves));
  }

  stage_config random_stage(int i) {
    if (chance(35)) {
      auto made = stage("stage" + std::to_string(i), {});
      made.condition = plant(about, random_tree());
      made.timeout = std::chrono::seconds{pick(20, 200)};
      return made;
    }
    trigger when;
    if (chance(50)) when.on_battery_for = std::chrono::seconds{pick(5, 600)};
    if (chance(30)) when.charge_below_percent = pick(10, 90);
    if (chance(60) || (!when.on_battery_for && !when.charge_below_percent))
      when.runtime_below = std::chrono::seconds{pick(60, 900)};
    auto made = stage("stage" + std::to_string(i), when);
    made.timeout = std::chrono::seconds{pick(20, 200)};
    return made;
  }

  void random_host(int i) {
    std::vector<supply_config> supplies;
    const auto plug = [&](ups_index ups) {
      if (chance(30)) return supplies.push_back({ups, std::nullopt});
      const auto number = static_cast<std::uint32_t>(10 + i);
      supplies.push_back({ups, add_outlet(about, ups, number)});
    };
    const auto last = static_cast<int>(about.upses.size()) - 1;
    const auto first = static_cast<ups_index>(pick(0, last));
    plug(first);
    if (last > 0 && chance(40)) plug(first == 0 ? 1 : first - 1);
    const auto needed = supplies.size() == 2 && chance(30) ? 2u : 1u;
    const auto in = static_cast<stage_index>(pick(0, static_cast<int>(about.stages.size()) - 1));
    const auto made = add_host(about, "host" + std::to_string(i), std::move(supplies), in, needed);
    about.hosts[made].shutdown_time = std::chrono::seconds{pick(15, 120)};
    about.hosts[made].power_off_delay = std::chrono::seconds{pick(3, 10)};
  }

  std::mt19937 dice;
  site about;
  std::vector<duration> runtimes;
};

/// What the rehearsal showed of one target: the first time of each text that matters.
struct seen_times {
  std::map<std::string, duration> ordered, off, switched_off;
  std::set<std::string> crashed;
};

seen_times read_transcript(const std::string& text) {
  seen_times seen;
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    long minutes = 0;
    double seconds = 0;
    if (std::sscanf(line.c_str(), "  [%ld:%lf]", &minutes, &seconds) != 2) continue;
    const auto at = std::chrono::minutes{minutes} + duration{std::lround(seconds * 1000)};
    auto rest = line.substr(line.find(']') + 2);
    if (rest.starts_with("by ")) rest = rest.substr(rest.find(": ") + 2);
    const auto colon = rest.find(": ");
    if (colon == rest.npos) continue;
    const auto what = rest.substr(colon + 2);
    std::istringstream subjects{rest.substr(0, colon)};
    for (std::string name; std::getline(subjects >> std::ws, name, ',');) {
      if (what.starts_with("vote shutdown")) seen.ordered.emplace(name, at);
      if (what == "is off") seen.off.emplace(name, at);
      if (what.starts_with("SWITCHED OFF")) seen.switched_off.emplace(name, at);
      if (what.starts_with("CRASHES")) seen.crashed.insert(name);
    }
  }
  return seen;
}

seen_times play_outage(const random_world& world) {
  std::map<node_number, std::string> names;
  for (const auto& node : world.about.nodes)
    names[node.number] = node.name;
  rehearsal::transcript log{names};
  rehearsal::whole_site played{world.about, log};
  played.pass(20s);
  log.begin(played.now());
  for (ups_index i = 0; i < world.about.upses.size(); ++i)
    played.ups_says(i, {power::belief::on_battery, world.runtimes[i], 100.0, false});
  played.pass(*std::max_element(world.runtimes.begin(), world.runtimes.end()) + 10s);
  return read_transcript(log.text());
}

policy::timetable predict(const random_world& world) {
  std::vector<policy::supply_outlook> supplies;
  for (const auto runtime : world.runtimes)
    supplies.push_back({true, runtime, 100.0, std::nullopt, runtime});
  policy::timetable_assumptions assumed;
  assumed.detection = 500ms;
  assumed.reaction = 50ms;
  assumed.stop_share = 1.0 / 3;  // As hosts stop in the rehearsal.
  assumed.outlet_reaction = 500ms;
  return policy::make_timetable(world.about, policy::make_plan(world.about), supplies, assumed);
}

/// In the rehearsal a host halts a little before its power may go.
duration halts(const policy::host_times& host, const host_config& config) {
  return *host.down + std::max<duration>(config.power_off_delay - 2s, 1s);
}

/// The first battery that a host hangs on: when it ends, nobody sees that UPS any more.
duration first_end(const random_world& world, const host_config& host) {
  duration first = duration::max();
  for (const auto& supply : host.supplies)
    first = std::min(first, world.runtimes[supply.ups]);
  return first;
}

void expect_near(duration seen, duration planned, const std::string& what) {
  EXPECT_LE(std::chrono::abs(seen - planned), tolerance)
      << what << ": seen after " << seen.count() << " ms, planned after " << planned.count();
}

void compare(const random_world& world, int& compared) {
  const auto seen = play_outage(world);
  const auto planned = predict(world);
  for (host_index i = 0; i < world.about.hosts.size(); ++i) {
    const auto& config = world.about.hosts[i];
    const auto& host = planned.hosts[i];
    ASSERT_TRUE(host.ordered) << config.name;
    if (*host.ordered + 30s > first_end(world, config)) continue;  // Blindness has its own rules.
    if (*host.slack<tolerance&& * host.slack> - config.shutdown_time) continue;  // A near thing.
    ++compared;
    ASSERT_TRUE(seen.ordered.count(config.name)) << config.name;
    expect_near(seen.ordered.at(config.name), *host.ordered, config.name + " ordered");
    EXPECT_EQ(seen.crashed.count(config.name) != 0, *host.slack < 0s) << config.name;
    if (seen.off.count(config.name))
      expect_near(seen.off.at(config.name), halts(host, config), config.name + " off");
  }
  for (outlet_index i = 0; i < world.about.outlets.size(); ++i) {
    const auto& config = world.about.outlets[i];
    const auto end = world.runtimes[*world.about.units[config.unit].feed];
    const auto& outlet = planned.outlets[i];
    bool of_compared = true;
    for (const auto host : config.feeds)
      of_compared =
          of_compared
          && *planned.hosts[host].ordered + 30s <= first_end(world, world.about.hosts[host]);
    if (!of_compared || !outlet.off || *outlet.off + tolerance > end) continue;
    ++compared;
    ASSERT_TRUE(seen.switched_off.count(config.name)) << config.name;
    expect_near(seen.switched_off.at(config.name), *outlet.off, config.name + " switched off");
  }
}

TEST(Timetable, IsKeptByTheMachinesOnRandomSites) {
  int compared = 0;
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    random_world world{seed};
    for (const auto& problem : validate(world.about))
      ASSERT_NE(problem.how, site_problem::weight::error) << problem.path << ' ' << problem.text;
    compare(world, compared);
    if (HasFailure()) break;
  }
  EXPECT_GT(compared, 150);
}

}  // namespace
}  // namespace holdover::test
