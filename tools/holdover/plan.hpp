// `holdover plan`: the timetable of an outage before it happens.

#pragma once

#include "core/time.hpp"
#include "tools/holdover/exit_status.hpp"

#include <optional>
#include <string>
#include <vector>

namespace holdover::tool {

struct plan_options {
  std::string file;
  std::vector<std::string> upses;  ///< Whose input fails; none named: all of them.
  double load_percent = 50;        ///< Of the UPS's rating.
  double charge_percent = 100;
  double battery_age_years = 0;
  double battery_low_percent = 20;  ///< When a UPS says battery low.
  double margin_percent = 10;       ///< How much less than predicted the battery may give.
  std::string runtime;              ///< What the UPS predicts; otherwise from its rated runtime.
  std::string stop_times_file;      ///< Measured; empty: what the site file allows.
  std::string svg_file;
  bool json = false;
};

/// Findings are hosts that would crash.
exit_status plan(const plan_options&);

}  // namespace holdover::tool
