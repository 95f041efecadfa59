// The names of the values that this program interprets; every driver translates into these.
//
// They are the variables of RFC 9271, in its units, wherever it has one, so that a reading can be
// compared with what NUT's tools show for the same device. A driver may pass on any other variable
// under its own name: it is shown and recorded, and nothing is decided on it.
//
// Our own additions, for facts that RFC 1628 has and RFC 9271 does not, are marked as such.

#pragma once

#include <string_view>

namespace holdover::power::names {

// Battery.
inline constexpr std::string_view battery_charge = "battery.charge";                    ///< percent
inline constexpr std::string_view battery_runtime = "battery.runtime";                  ///< seconds
inline constexpr std::string_view battery_voltage = "battery.voltage";                  ///< volts
inline constexpr std::string_view battery_current = "battery.current";                  ///< amperes
inline constexpr std::string_view battery_temperature = "battery.temperature";          ///< Celsius
inline constexpr std::string_view battery_charge_low = "battery.charge.low";            ///< percent
inline constexpr std::string_view battery_runtime_low = "battery.runtime.low";          ///< seconds
inline constexpr std::string_view battery_voltage_nominal = "battery.voltage.nominal";  ///< volts
/// Our own, from upsSecondsOnBattery of RFC 1628: how long the device itself says it has been on
/// battery, in seconds; 0 when it is not.
inline constexpr std::string_view seconds_on_battery = "battery.seconds_on_battery";

// Input. Three-phase devices give the phase to neutral values instead of the plain one.
inline constexpr std::string_view input_voltage = "input.voltage";                  ///< volts
inline constexpr std::string_view input_voltage_nominal = "input.voltage.nominal";  ///< volts
inline constexpr std::string_view input_voltage_l1 = "input.L1-N.voltage";          ///< volts
inline constexpr std::string_view input_voltage_l2 = "input.L2-N.voltage";          ///< volts
inline constexpr std::string_view input_voltage_l3 = "input.L3-N.voltage";          ///< volts
inline constexpr std::string_view input_frequency = "input.frequency";              ///< hertz
inline constexpr std::string_view input_current = "input.current";                  ///< amperes
inline constexpr std::string_view input_realpower = "input.realpower";              ///< watts
/// Our own, from upsInputLineBads of RFC 1628: how often the input went out of tolerance, a count.
inline constexpr std::string_view input_line_bads = "input.line_bads";

// Output.
inline constexpr std::string_view output_voltage = "output.voltage";                  ///< volts
inline constexpr std::string_view output_voltage_nominal = "output.voltage.nominal";  ///< volts
inline constexpr std::string_view output_frequency = "output.frequency";              ///< hertz
inline constexpr std::string_view output_current = "output.current";                  ///< amperes
inline constexpr std::string_view bypass_voltage = "input.bypass.voltage";            ///< volts
inline constexpr std::string_view bypass_frequency = "input.bypass.frequency";        ///< hertz

// The device as a whole.
inline constexpr std::string_view ups_load = "ups.load";                    ///< percent
inline constexpr std::string_view ups_power = "ups.power";                  ///< volt-amperes
inline constexpr std::string_view ups_realpower = "ups.realpower";          ///< watts
inline constexpr std::string_view ups_power_nominal = "ups.power.nominal";  ///< volt-amperes
inline constexpr std::string_view ups_realpower_nominal = "ups.realpower.nominal";  ///< watts
inline constexpr std::string_view ups_temperature = "ups.temperature";              ///< Celsius
/// Seconds until the device itself cuts its output; zero or less when no cut is pending.
inline constexpr std::string_view ups_timer_shutdown = "ups.timer.shutdown";
inline constexpr std::string_view ups_timer_start = "ups.timer.start";        ///< seconds
inline constexpr std::string_view ups_timer_reboot = "ups.timer.reboot";      ///< seconds
inline constexpr std::string_view ups_delay_shutdown = "ups.delay.shutdown";  ///< seconds

// Surroundings.
inline constexpr std::string_view ambient_temperature = "ambient.temperature";  ///< Celsius
inline constexpr std::string_view ambient_humidity = "ambient.humidity";        ///< percent

}  // namespace holdover::power::names
