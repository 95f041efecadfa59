// What really is: mains, batteries, outlets and machines, with the physics that joins them.
//
//   mains --> UPS (battery) --> outlet --> supply of a host --n of m--> the host runs or crashes
//
// Nothing here knows of votes, nodes or agents, and nothing there sees this: processes under test
// learn of it only through cards that answer late, wrongly or not at all. Batteries drain with the
// load that they really carry, so a host that goes down lengthens the life of the others.

#pragma once

#include "tests/sim/random.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace holdover::sim {

/// `halted`: the system is down but its supply is alive; only a real loss of power starts it again.
enum class phase : std::uint8_t { unpowered, booting, up, stopping, halted };
const char* to_string(phase);

struct battery_plan {
  double full_load_seconds = 600;  ///< From full, with everything on.
  double recharge_seconds = 900;
  double collapse_at = -1;   ///< Charge at which an old battery suddenly loses most of it.
  double collapse_to = 0.1;  ///< What is left of that charge.
  double low_at = 0.15;      ///< Charge at which the device says BATTERY LOW.
};

struct ups_truth {
  battery_plan plan;
  bool mains = true;
  bool output = true;
  bool collapsed = false;
  double charge = 1;
  double load = 1;  ///< Share of full load.
  ms advanced = 0;
  ms on_battery_since = 0;
};

struct outlet_truth {
  std::size_t ups = 0;
  bool closed = true;
  double own_load = 0;  ///< Of what hangs on it besides hosts.
};

struct supply_truth {
  std::size_t ups = 0;
  std::optional<std::size_t> outlet = {};
};

struct host_truth {
  std::vector<supply_truth> supplies = {};
  std::size_t needed = 1;
  double weight = 1;  ///< Share of the load.
  phase now = phase::up;
  bool powered = true;
  ms power_lost = 0;
};

class ground_truth {
public:
  struct power_change {
    std::size_t host;
    bool powered;
  };

  std::vector<ups_truth> upses;
  std::vector<outlet_truth> outlets;
  std::vector<host_truth> hosts;

  /// Batteries drain or charge up to `now`.
  void advance(ms now);
  /// Carries a change through: loads, outputs of empty batteries, hosts that lose or get power.
  std::vector<power_change> settle(ms now);

  void set_mains(std::size_t ups, bool on, ms now);
  void set_outlet(std::size_t outlet, bool closed, ms now);
  void set_phase(std::size_t host, phase, ms now);

  /// When the next battery collapses or runs empty, if nothing changes until then.
  std::optional<ms> next_event(ms now) const;

  /// Until this output ends if mains stay away, as only the truth knows (collapse included).
  double left_seconds(std::size_t ups) const;
  /// The same as a device would predict: it does not foresee the collapse.
  double predicted_seconds(std::size_t ups) const;
  bool battery_low(std::size_t ups) const;

  bool carries(const supply_truth&) const;
  /// How many supplies of a host stand on mains, outlets aside.
  std::size_t on_mains(std::size_t host) const;
  double watts(std::size_t outlet) const;

private:
  double host_load(const host_truth&) const;
  void reload();
};

}  // namespace holdover::sim
