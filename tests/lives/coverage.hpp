// What has happened at all over all lives. A rule that no life exercises is not tested, so after
// many lives every counter must be above zero.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace holdover::lives {

enum class sometimes : std::size_t {
  time_on_battery,
  runtime_below,
  charge_below,
  battery_low,
  latest_safe_start,
  stage_order,
  environment,
  schedule,
  operator_wish,
  ups_state,
  on_presumption,
  shed_in_outage,
  shed_by_load,
  shed_by_environment,
  environment_and_outage,
  order_broken,
  waited_for_dependents,
  node_waited_for_all,
  stood_by,
  rebooted_by_word,
  started_by_outlet,
  woken,
  started_by_power,
  second_outage_while_restoring,
  cancelled_while_armed,
  crash_unseen,
  crash_too_short,
  forced_off,
  generator_held,
  silent_card_on_battery,
  sensor_silent_while_hot,
  surely_due_and_done,
  outlet_restored,
  minds_compared,
  minds_differed_for_a_moment,
  held_by_operator,
  waited_for_rating,
  waited_for_capacity,
  surely_due_in_outage,
};
constexpr std::size_t sometimes_count = 39;
const char* to_string(sometimes);

class coverage {
public:
  void note(sometimes what) { ++counts_[static_cast<std::size_t>(what)]; }
  void add(const coverage& other) {
    for (std::size_t i = 0; i < sometimes_count; ++i)
      counts_[i] += other.counts_[i];
  }
  std::uint64_t of(sometimes what) const { return counts_[static_cast<std::size_t>(what)]; }

private:
  std::array<std::uint64_t, sometimes_count> counts_{};
};

}  // namespace holdover::lives
