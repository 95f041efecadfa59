#include "core/power/command.hpp"

namespace holdover::power {

std::string_view to_string(ups_command::verb what) {
  using enum ups_command::verb;
  switch (what) {
    case test_quick:
      return "test_quick";
    case test_general:
      return "test_general";
    case test_deep:
      return "test_deep";
    case test_abort:
      return "test_abort";
    case shutdown:
      return "shutdown";
    case stay_off:
      return "stay_off";
    case startup:
      return "startup";
    case reboot:
      return "reboot";
    case cancel:
      return "cancel";
    case buzzer_on:
      return "buzzer_on";
    case buzzer_off:
      return "buzzer_off";
    case buzzer_mute:
      return "buzzer_mute";
  }
  return "unknown";
}

std::string_view to_string(outlet_command::verb what) {
  using enum outlet_command::verb;
  switch (what) {
    case on:
      return "on";
    case off:
      return "off";
    case cycle:
      return "cycle";
    case on_delayed:
      return "on_delayed";
    case off_delayed:
      return "off_delayed";
    case cycle_delayed:
      return "cycle_delayed";
  }
  return "unknown";
}

}  // namespace holdover::power
