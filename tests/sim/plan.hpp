// What a seed means: the site, its machines and batteries, what the mains will do and how harsh
// fate is. Drawn once, before the world starts, so that a plan can be printed and reasoned about.

#pragma once

#include "core/agent/agent_machine.hpp"
#include "core/site.hpp"
#include "tests/sim/ground_truth.hpp"
#include "tests/sim/network.hpp"
#include "tests/sim/random.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace holdover::sim {

struct mains_change {
  ms at = 0;
  std::size_t ups = 0;
  bool on = false;
};

/// How a device's card reports what the truth is.
struct card_plan {
  bool gives_runtime = true;
  bool gives_charge = true;
  bool gives_counter = false;
  double bias = 1;          ///< Of the predicted runtime.
  double noise = 0;         ///< Relative, per sample.
  double step_seconds = 0;  ///< Granularity of the predicted runtime.
  ms latency_low = 5;
  ms latency_high = 200;
  ms boot = 0;  ///< After its UPS' output came back.
};

struct machine_plan {
  ms boot = 60'000;  ///< What it really takes.
  ms stop = 40'000;
  ms power_off_delay = 1000;
  bool program_waits = false;  ///< The shutdown program ends when the host has stopped.
  double hang = 0;             ///< Chance that the shutdown program hangs, per commit.
  double forced_hang = 0;      ///< … and the forced one too.
  double record_fails = 0;
  double record_stalls = 0;
};

/// Mean seconds between faults of a kind over the whole site; zero for never.
struct fault_plan {
  double node_crash = 0;
  double node_pause = 0;
  double agent_crash = 0;
  double agent_pause = 0;
  double link_cut = 0;
  double node_isolation = 0;
  double host_isolation = 0;
  double card_stall = 0;
  double card_death = 0;
  double unit_stall = 0;
  double replay = 0;
  double forgery = 0;
  double path_lie = 0;  ///< Of one path of a UPS that has two.
  double unplug = 0;    ///< All ports of a host lose their carrier.
};

/// What the one faulty node of a world does, if there is one.
enum class lie : std::uint8_t { none, always_shutdown, always_run, opposite, random, lying_card };

struct plan {
  std::uint64_t seed = 0;
  site about;
  std::vector<agent::agent_config> agents;
  std::vector<machine_plan> machines;
  std::vector<battery_plan> batteries;
  std::vector<card_plan> cards;
  std::vector<double> outlet_loads;
  std::vector<double> host_weights;
  std::vector<mains_change> mains;
  network_plan net;
  fault_plan faults;
  std::optional<std::size_t> gated_party;
  std::map<std::size_t, std::size_t> single_way;  ///< Hosts that one node alone reaches, and which.
  std::optional<std::size_t> liar;
  lie how = lie::none;
  double clock_error = 0;      ///< Largest relative rate error of a process' clock.
  bool nodes_on_ups = false;   ///< Nodes die with the first UPS' output.
  double brink = 0;            ///< Chance that mains return just after a battery has ended.
  bool measures_load = false;  ///< Outlet units report watts.
  /// When the membership goes to the next epoch, if it does: who then has another key, and how long
  /// it takes until everybody has the new document.
  struct key_change {
    ms at = 0;
    std::size_t node = 0;
    ms spread = 0;
  };
  std::optional<key_change> keys;
  ms faults_end = 0;  ///< Then everything works, and the site owes its restoration.
  ms end = 0;
};

plan make_plan(std::uint64_t seed, std::optional<double> hours);
std::string describe(const plan&);

}  // namespace holdover::sim
