// The outages of bench/policy_value: as its README says, drawn from seeds.

#pragma once

#include "core/power/battery_model.hpp"
#include "core/site.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace holdover::bench {

/// A battery as it really is.
struct true_battery {
  double full_seconds = 0;  ///< At the load, without the knee.
  double charge_percent = 100;
  bool knee = false;

  void drain(double seconds);
  /// As the device reckons: it knows of no knee.
  double reckoned_seconds() const { return full_seconds * charge_percent / 100; }
  double seconds_left() const;
};

struct drawn_outage {
  double length_seconds = 0;
  double load_percent = 50;
  double age_years = 0;
  double capacity = 1;
  double exponent = 1.15;
  double charge_percent = 100;
  double bias = 0;
  bool knee = false;
  std::uint64_t noise_seed = 0;
  std::vector<double> stop_seconds;  ///< By host.
};

/// One of the three sites, and what is known of it.
struct arena {
  std::string name;
  duration rated_runtime{};
  std::vector<std::vector<double>> stages;  ///< 95th percentiles of stop times, in seconds.
  site about;
};
std::array<arena, 3> arenas();

drawn_outage draw(const arena&, std::uint64_t seed);
true_battery battery_of(const arena&, const drawn_outage&);
/// The same battery under another load.
true_battery battery_of(const arena&, const drawn_outage&, double load_percent);

/// What the device reports, second by second, until the outage ends or the battery does.
struct reading {
  double charge_percent = 0;
  double said_seconds = 0;
};
struct course {
  std::vector<reading> readings;       ///< One for each second.
  std::optional<double> ends_seconds;  ///< When the output is lost; absent: power returns first.
};
course play(const arena&, const drawn_outage&);

/// A model that has learned three earlier discharges of this battery.
power::battery_model learned(const arena&, const drawn_outage&);

}  // namespace holdover::bench
