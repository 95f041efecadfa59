#include "tests/lives/coverage.hpp"

namespace holdover::lives {

const char* to_string(sometimes what) {
  switch (what) {
    case sometimes::time_on_battery:
      return "time_on_battery";
    case sometimes::runtime_below:
      return "runtime_below";
    case sometimes::charge_below:
      return "charge_below";
    case sometimes::battery_low:
      return "battery_low";
    case sometimes::latest_safe_start:
      return "latest_safe_start";
    case sometimes::stage_order:
      return "stage_order";
    case sometimes::environment:
      return "environment";
    case sometimes::schedule:
      return "schedule";
    case sometimes::operator_wish:
      return "operator_wish";
    case sometimes::ups_state:
      return "ups_state";
    case sometimes::on_presumption:
      return "on_presumption";
    case sometimes::shed_in_outage:
      return "shed_in_outage";
    case sometimes::shed_by_load:
      return "shed_by_load";
    case sometimes::shed_by_environment:
      return "shed_by_environment";
    case sometimes::environment_and_outage:
      return "environment_and_outage";
    case sometimes::order_broken:
      return "order_broken";
    case sometimes::waited_for_dependents:
      return "waited_for_dependents";
    case sometimes::node_waited_for_all:
      return "node_waited_for_all";
    case sometimes::stood_by:
      return "stood_by";
    case sometimes::rebooted_by_word:
      return "rebooted_by_word";
    case sometimes::started_by_outlet:
      return "started_by_outlet";
    case sometimes::woken:
      return "woken";
    case sometimes::started_by_power:
      return "started_by_power";
    case sometimes::second_outage_while_restoring:
      return "second_outage_while_restoring";
    case sometimes::cancelled_while_armed:
      return "cancelled_while_armed";
    case sometimes::crash_unseen:
      return "crash_unseen";
    case sometimes::crash_too_short:
      return "crash_too_short";
    case sometimes::forced_off:
      return "forced_off";
    case sometimes::generator_held:
      return "generator_held";
    case sometimes::silent_card_on_battery:
      return "silent_card_on_battery";
    case sometimes::sensor_silent_while_hot:
      return "sensor_silent_while_hot";
    case sometimes::surely_due_and_done:
      return "surely_due_and_done";
    case sometimes::outlet_restored:
      return "outlet_restored";
    case sometimes::minds_compared:
      return "minds_compared";
    case sometimes::minds_differed_for_a_moment:
      return "minds_differed_for_a_moment";
    case sometimes::held_by_operator:
      return "held_by_operator";
    case sometimes::waited_for_rating:
      return "waited_for_rating";
    case sometimes::waited_for_capacity:
      return "waited_for_capacity";
    case sometimes::surely_due_in_outage:
      return "surely_due_in_outage";
  }
  return "?";
}

}  // namespace holdover::lives
