// What really is: energy in batteries, who has power, what a sensor would show. No policy in here.

#pragma once

#include "core/power/observation.hpp"
#include "core/power/reading.hpp"
#include "tests/lives/life.hpp"

#include <optional>
#include <vector>

namespace holdover::lives {

struct ups_truth {
  bool mains = true;
  bool output = true;
  bool silent = false;
  bool overload = false;
  double charge = 1;
  double load = 1;  ///< A share of the usual.
  // For the oracle.
  ms failed_at = 0;     ///< The last time.
  ms returned_at = 0;   ///< Likewise.
  ms last_silent = -1;  ///< When its card was last not to be read.
  ms last_ended = -1;   ///< When its output ended.
  ms load_moved_at = -1;
  ms left_at_failure = 0;  ///< As it would have said.
};

struct sensor_truth {
  double value = 0;
  bool silent = false;
};

class truth {
public:
  explicit truth(const life&);

  /// A second goes by.
  void pass(ms now);
  void happen(const happening&, ms now);

  const ups_truth& ups(ups_index i) const { return upses_[i]; }
  const sensor_truth& sensor(sensor_index i) const { return sensors_[i]; }
  bool outlet_on(outlet_index i) const { return outlets_[i]; }
  void switch_outlet(outlet_index i, bool on) { outlets_[i] = on; }
  bool switch_set(switch_index i) const { return switches_[i]; }
  ms held_until(host_index i) const { return held_until_[i]; }
  /// What it really draws while it is on; nothing: its unit does not measure.
  std::optional<double> outlet_watts(outlet_index i) const { return watts_[i]; }
  ms watts_moved_at(outlet_index i) const { return watts_moved_at_[i]; }

  bool powered(host_index) const;
  /// Whether enough of its supplies hang on mains.
  bool on_mains(host_index) const;
  /// What the battery lasts from now on.
  ms left(ups_index) const;
  /// As devices say it; nothing: they do not answer.
  std::optional<power::observation> reading(ups_index) const;
  std::optional<power::sensor_reading> reading(sensor_index, dice&) const;
  power::outlet_unit_reading unit_reading(outlet_unit_index) const;
  bool unit_answers(outlet_unit_index) const;

private:
  const life& of_;
  std::vector<ups_truth> upses_;
  std::vector<sensor_truth> sensors_;
  std::vector<bool> outlets_;
  std::vector<bool> switches_;
  std::vector<ms> held_until_;  ///< By an operator.
  std::vector<std::optional<double>> watts_;
  std::vector<ms> watts_moved_at_;
};

}  // namespace holdover::lives
