#include "core/power/command.hpp"

#include "core/power/names.hpp"

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

std::optional<ups_command::verb> ups_verb(std::string_view word) {
  using enum ups_command::verb;
  for (const auto one : {test_quick, test_general, test_deep, test_abort, shutdown, stay_off,
                         startup, reboot, cancel, buzzer_on, buzzer_off, buzzer_mute})
    if (to_string(one) == word) return one;
  return std::nullopt;
}

bool keeps_output(ups_command::verb what) {
  using enum ups_command::verb;
  switch (what) {
    case test_quick:
    case test_general:
    case test_abort:
    case cancel:
    case buzzer_on:
    case buzzer_off:
    case buzzer_mute:
      return true;
    case test_deep:
    case shutdown:
    case stay_off:
    case startup:
    case reboot:
      break;
  }
  return false;
}

bool is_test(ups_command::verb what) {
  using enum ups_command::verb;
  return what == test_quick || what == test_general || what == test_deep;
}

std::optional<bool> shows_effect(const ups_reading& reading, ups_command::verb what) {
  using enum ups_command::verb;
  const bool testing =
      reading.flags.has(ups_flag::testing) || reading.flags.has(ups_flag::calibrating);
  if (is_test(what)) return testing;
  if (what == test_abort) return !testing;
  if (what == cancel) {
    const auto countdown = number(reading, names::ups_timer_shutdown);
    if (countdown) return *countdown <= 0;
  }
  return std::nullopt;
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
