#include "core/vote/vote.hpp"

namespace holdover::vote {

std::string_view to_string(level l) {
  switch (l) {
    case level::no_view:
      return "no_view";
    case level::run:
      return "run";
    case level::warn:
      return "warn";
    case level::shed:
      return "shed";
    case level::shutdown:
      return "shutdown";
    case level::power_off:
      return "power_off";
  }
  return "invalid level";
}

std::string_view to_string(outlet_wish wish) {
  switch (wish) {
    case outlet_wish::keep:
      return "keep";
    case outlet_wish::on:
      return "on";
    case outlet_wish::off:
      return "off";
  }
  return "invalid wish";
}

std::string_view to_string(reason why) {
  switch (why) {
    case reason::unspecified:
      return "unspecified";
    case reason::power_fine:
      return "power_fine";
    case reason::on_battery:
      return "on_battery";
    case reason::time_on_battery:
      return "time_on_battery";
    case reason::runtime_below:
      return "runtime_below";
    case reason::charge_below:
      return "charge_below";
    case reason::battery_low:
      return "battery_low";
    case reason::latest_safe_start:
      return "latest_safe_start";
    case reason::stage_order:
      return "stage_order";
    case reason::host_is_down:
      return "host_is_down";
    case reason::shed_load:
      return "shed_load";
    case reason::restore:
      return "restore";
    case reason::power_cycle:
      return "power_cycle";
    case reason::held_by_operator:
      return "held_by_operator";
    case reason::no_view:
      return "no_view";
    case reason::kept_while_stale:
      return "kept_while_stale";
    case reason::ups_state:
      return "ups_state";
    case reason::environment:
      return "environment";
    case reason::schedule:
      return "schedule";
    case reason::operator_wish:
      return "operator_wish";
    case reason::job:
      return "job";
  }
  return "invalid reason";
}

}  // namespace holdover::vote
