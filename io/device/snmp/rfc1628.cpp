#include "io/device/snmp/rfc1628.hpp"

#include "core/power/names.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace holdover::device::snmp {

namespace {

using power::ups_flag;
using enum phase_row::whole;
namespace names = power::names;

constexpr std::string_view battery_status = "1.3.6.1.2.1.33.1.2.1.0";
constexpr std::string_view battery_condition = "1.3.6.1.2.1.33.1.2.8.0";
constexpr std::string_view output_source = "1.3.6.1.2.1.33.1.4.1.0";
constexpr std::string_view alarms_present = "1.3.6.1.2.1.33.1.6.1.0";
constexpr std::string_view test_summary = "1.3.6.1.2.1.33.1.7.3.0";
constexpr double volts_max = 1000;

constexpr std::array numbers{
    number_row{.object = "1.3.6.1.2.1.1.3.0", .name = "device.uptime", .factor = 0.01},
    // upsBattery
    number_row{
        .object = "1.3.6.1.2.1.33.1.2.2.0", .name = names::seconds_on_battery, .vital = true},
    number_row{.object = "1.3.6.1.2.1.33.1.2.3.0",
               .name = names::battery_runtime,
               .factor = 60,
               .vital = true},
    number_row{.object = "1.3.6.1.2.1.33.1.2.4.0",
               .name = names::battery_charge,
               .most = 100,
               .vital = true},
    number_row{.object = "1.3.6.1.2.1.33.1.2.5.0",
               .name = names::battery_voltage,
               .factor = 0.1,
               .most = 2000},
    number_row{.object = "1.3.6.1.2.1.33.1.2.6.0",
               .name = names::battery_current,
               .factor = 0.1,
               .least = -10'000,
               .most = 10'000},
    // Cards without a sensor say 0.
    number_row{.object = "1.3.6.1.2.1.33.1.2.7.0",
               .name = names::battery_temperature,
               .least = -40,
               .most = 150,
               .zero_is_unknown = true},
    // upsInput, upsOutput, upsBypass
    number_row{.object = "1.3.6.1.2.1.33.1.3.1.0", .name = names::input_line_bads},
    number_row{.object = "1.3.6.1.2.1.33.1.4.2.0",
               .name = names::output_frequency,
               .factor = 0.1,
               .most = 1000},
    number_row{.object = "1.3.6.1.2.1.33.1.5.1.0",
               .name = names::bypass_frequency,
               .factor = 0.1,
               .most = 1000},
    // upsAlarm
    number_row{.object = alarms_present, .name = "ups.alarm.count", .vital = true},
    // upsControl: -1 means that no countdown runs.
    number_row{.object = "1.3.6.1.2.1.33.1.8.2.0",
               .name = names::ups_timer_shutdown,
               .least = -1,
               .vital = true},
    number_row{.object = "1.3.6.1.2.1.33.1.8.3.0", .name = names::ups_timer_start, .least = -1},
    number_row{.object = "1.3.6.1.2.1.33.1.8.4.0", .name = names::ups_timer_reboot, .least = -1},
    // upsConfig
    number_row{.object = "1.3.6.1.2.1.33.1.9.1.0",
               .name = names::input_voltage_nominal,
               .most = volts_max,
               .zero_is_unknown = true},
    number_row{.object = "1.3.6.1.2.1.33.1.9.2.0",
               .name = "input.frequency.nominal",
               .factor = 0.1,
               .most = 1000,
               .zero_is_unknown = true},
    number_row{.object = "1.3.6.1.2.1.33.1.9.3.0",
               .name = names::output_voltage_nominal,
               .most = volts_max,
               .zero_is_unknown = true},
    number_row{.object = "1.3.6.1.2.1.33.1.9.4.0",
               .name = "output.frequency.nominal",
               .factor = 0.1,
               .most = 1000,
               .zero_is_unknown = true},
    number_row{.object = "1.3.6.1.2.1.33.1.9.5.0",
               .name = names::ups_power_nominal,
               .zero_is_unknown = true},
    number_row{.object = "1.3.6.1.2.1.33.1.9.6.0",
               .name = names::ups_realpower_nominal,
               .zero_is_unknown = true},
    number_row{
        .object = "1.3.6.1.2.1.33.1.9.7.0", .name = names::battery_runtime_low, .factor = 60},
    number_row{.object = "1.3.6.1.2.1.33.1.9.9.0",
               .name = "input.transfer.low",
               .most = volts_max,
               .zero_is_unknown = true},
    number_row{.object = "1.3.6.1.2.1.33.1.9.10.0",
               .name = "input.transfer.high",
               .most = volts_max,
               .zero_is_unknown = true},
};

// upsOutputSource follows the definition in the RFC; its compliance part numbers two values
// otherwise. Depleted counts as low: both mean that the load cannot be carried on.
constexpr std::array states{
    state_row{battery_status, 3, bits(ups_flag::low_battery)},
    state_row{battery_status, 4, bits(ups_flag::low_battery)},
    state_row{output_source, 2, bits(ups_flag::off)},
    state_row{output_source, 3, bits(ups_flag::online)},
    state_row{output_source, 4, bits(ups_flag::online, ups_flag::bypass)},
    state_row{output_source, 5, bits(ups_flag::on_battery)},
    state_row{output_source, 6, bits(ups_flag::online, ups_flag::boosting)},
    state_row{output_source, 7, bits(ups_flag::online, ups_flag::trimming)},
    state_row{test_summary, 5, bits(ups_flag::testing)},
    state_row{battery_condition, 2, bits(ups_flag::replace_battery)},  // Generex
};

constexpr std::array texts{
    text_row{"1.3.6.1.2.1.33.1.1.1.0", &power::identity::manufacturer},
    text_row{"1.3.6.1.2.1.33.1.1.2.0", &power::identity::model},
    text_row{"1.3.6.1.2.1.33.1.1.3.0", &power::identity::firmware},
    text_row{"1.3.6.1.2.1.33.1.1.4.0", &power::identity::firmware},  // The card's, failing that.
    text_row{"1.3.6.1.2.1.33.1.1.7.0", &power::identity::serial},    // Generex
};

constexpr std::array phases{
    phase_row{.column = "1.3.6.1.2.1.33.1.3.3.1.2",
              .of = circuit::input,
              .single = names::input_frequency,
              .phases = "input.L#.frequency",
              .together = first,
              .factor = 0.1,
              .most = 1000},
    phase_row{.column = "1.3.6.1.2.1.33.1.3.3.1.3",
              .of = circuit::input,
              .single = names::input_voltage,
              .phases = "input.L#-N.voltage",
              .most = volts_max,
              .mains_volts = true},
    phase_row{.column = "1.3.6.1.2.1.33.1.3.3.1.4",
              .of = circuit::input,
              .single = names::input_current,
              .phases = "input.L#.current",
              .factor = 0.1},
    phase_row{.column = "1.3.6.1.2.1.33.1.3.3.1.5",
              .of = circuit::input,
              .single = names::input_realpower,
              .phases = "input.L#.realpower",
              .together = sum},
    phase_row{.column = "1.3.6.1.2.1.33.1.4.4.1.2",
              .of = circuit::output,
              .single = names::output_voltage,
              .phases = "output.L#-N.voltage",
              .most = volts_max,
              .mains_volts = true},
    phase_row{.column = "1.3.6.1.2.1.33.1.4.4.1.3",
              .of = circuit::output,
              .single = names::output_current,
              .phases = "output.L#.current",
              .factor = 0.1,
              .shows_load = true},
    phase_row{.column = "1.3.6.1.2.1.33.1.4.4.1.4",
              .of = circuit::output,
              .single = names::ups_realpower,
              .phases = "output.L#.realpower",
              .together = sum,
              .zero_needs_idle = true},
    // The busiest phase trips first, so it speaks for the whole.
    phase_row{.column = "1.3.6.1.2.1.33.1.4.4.1.5",
              .of = circuit::output,
              .single = names::ups_load,
              .phases = "output.L#.power.percent",
              .together = most,
              .most = 500,
              .shows_load = true},
    phase_row{.column = "1.3.6.1.2.1.33.1.5.3.1.2",
              .of = circuit::bypass,
              .single = names::bypass_voltage,
              .phases = "input.bypass.L#-N.voltage",
              .most = volts_max,
              .mains_volts = true},
    phase_row{.column = "1.3.6.1.2.1.33.1.5.3.1.3",
              .of = circuit::bypass,
              .single = "input.bypass.current",
              .phases = "input.bypass.L#.current",
              .factor = 0.1},
    phase_row{.column = "1.3.6.1.2.1.33.1.5.3.1.4",
              .of = circuit::bypass,
              .single = "input.bypass.realpower",
              .phases = "input.bypass.L#.realpower",
              .together = sum},
};

constexpr std::string_view input_bad = "InputBad";
constexpr std::string_view bypass_bad = "BypassBad";
constexpr std::string_view shutdown_pending = "ShutdownPending";

// The names are the RFC's without its prefix upsAlarm. OnBattery beside an output source "normal"
// is passed on as the contradiction that it is.
constexpr std::array alarms{
    alarm_row{1, "BatteryBad", bits(ups_flag::replace_battery)},
    alarm_row{2, "OnBattery", bits(ups_flag::on_battery)},
    alarm_row{3, "LowBattery", bits(ups_flag::low_battery)},
    alarm_row{4, "DepletedBattery", bits(ups_flag::low_battery)},
    alarm_row{5, "TempBad"},
    alarm_row{6, input_bad},
    alarm_row{7, "OutputBad"},
    alarm_row{8, "OutputOverload", bits(ups_flag::overload)},
    alarm_row{9, "OnBypass", bits(ups_flag::bypass)},
    alarm_row{10, bypass_bad},
    alarm_row{11, "OutputOffAsRequested", bits(ups_flag::off)},
    alarm_row{12, "UpsOffAsRequested", bits(ups_flag::off)},
    alarm_row{13, "ChargerFailed"},
    alarm_row{14, "UpsOutputOff", bits(ups_flag::off)},
    alarm_row{15, "UpsSystemOff", bits(ups_flag::off)},
    alarm_row{16, "FanFailure"},
    alarm_row{17, "FuseFailure"},
    alarm_row{18, "GeneralFault"},
    alarm_row{19, "DiagnosticTestFailed"},
    alarm_row{.number = 20, .name = "CommunicationsLost", .stale = true},
    alarm_row{21, "AwaitingPower", bits(ups_flag::off)},
    alarm_row{22, shutdown_pending},
    alarm_row{23, "ShutdownImminent", bits(ups_flag::forced_shutdown)},
    alarm_row{24, "TestInProgress", bits(ups_flag::testing)},
    // Generex
    alarm_row{148, "BatteryDischarging", bits(ups_flag::discharging)},
    alarm_row{149, "BatteryCharging", bits(ups_flag::charging)},
    alarm_row{176, "BatteryTestFailed"},
    alarm_row{177, "BatteryWeak"},
    alarm_row{178, "GeneratorOn"},
    alarm_row{179, "RedundancyLost"},
    alarm_row{180, "BatteryTooOld", bits(ups_flag::replace_battery)},
};

constexpr std::array landmarks{output_source, battery_status};

bool stands(const power::ups_reading& reading, std::string_view alarm) {
  return std::ranges::find(reading.alarms, alarm) != reading.alarms.end();
}

void finish(power::ups_reading& reading) {
  // "Bypass" says which way the power takes, not that there is any.
  if (reading.flags.has(ups_flag::bypass)
      && (stands(reading, input_bad) || stands(reading, bypass_bad)))
    reading.flags.set(ups_flag::online, false);
  // A cut is coming and the card does not say when: take it as near.
  const auto left = number(reading, names::ups_timer_shutdown);
  if (stands(reading, shutdown_pending) && left.value_or(0) <= 0)
    reading.flags.set(ups_flag::forced_shutdown);
}

}  // namespace

constinit const ups_profile rfc1628{
    .name = "rfc1628",
    .title = "RFC 1628 (UPS-MIB)",
    .numbers = numbers,
    .states = states,
    .texts = texts,
    .phases = phases,
    .line_counts = {"1.3.6.1.2.1.33.1.3.2.0", "1.3.6.1.2.1.33.1.4.3.0", "1.3.6.1.2.1.33.1.5.2.0"},
    .alarm_count = alarms_present,
    .alarm_column = "1.3.6.1.2.1.33.1.6.2.1.2",
    .alarm_base = "1.3.6.1.2.1.33.1.6.3",
    .alarms = alarms,
    .landmarks = landmarks,
    .finish = &finish,
};

}  // namespace holdover::device::snmp
