// What a UPS or an outlet can be told, in words that no family of devices owns.
//
// A command is carried, not decided, by drivers; a driver turns it into its family's own objects,
// registers or words, and answers "unsupported" for what the device has no way to do. Delays are
// counted by the device, so that it goes on when the network has gone down with the switch.

#pragma once

#include "core/power/reading.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace holdover::power {

struct ups_command {
  enum class verb : std::uint8_t {
    test_quick,    ///< Does the battery carry the load at all?
    test_general,  ///< The device's usual test.
    test_deep,     ///< Calibration: discharges the battery.
    test_abort,
    shutdown,  ///< Output off after `delay`; on again by itself when mains are back.
    stay_off,  ///< Output off after `delay`, and off it stays.
    startup,   ///< Output on after `delay`.
    reboot,    ///< Output off at once and on again after `delay`.
    cancel,    ///< Every countdown that has not run out.
    buzzer_on,
    buzzer_off,
    buzzer_mute,  ///< Silent for the alarm that stands.
  };
  verb what = verb::test_quick;
  duration delay{};

  bool operator==(const ups_command&) const = default;
};
std::string_view to_string(ups_command::verb);
std::optional<ups_command::verb> ups_verb(std::string_view word);

/// Whether the output stays as it is, whatever becomes of the command: an operator may order these.
/// Whatever ends an output, or empties the battery, is not among them.
bool keeps_output(ups_command::verb);
bool is_test(ups_command::verb);

/// Whether a reading shows what the command was to do; absent where no device tells.
std::optional<bool> shows_effect(const ups_reading&, ups_command::verb);

struct outlet_command {
  /// `cycle`: off, and on again after the device's own pause.
  enum class verb : std::uint8_t { on, off, cycle, on_delayed, off_delayed, cycle_delayed };
  std::uint32_t number = 0;  ///< 1-based, as printed on the unit.
  verb what = verb::on;
  /// For the delayed ones; a family whose delay is set in the device takes that instead.
  duration delay{};

  bool operator==(const outlet_command&) const = default;
};
std::string_view to_string(outlet_command::verb);

}  // namespace holdover::power
