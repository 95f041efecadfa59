// RFC 1628, the UPS-MIB, and what Generex cards add to it below the same root (their RFC1628-cs1x1
// MIB): condition and further alarms, SensorManager, transfer switch.

#include "core/power/names.hpp"
#include "io/device/snmp/families.hpp"
#include "io/device/snmp/phase_rows.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace holdover::device::snmp {

namespace {

using power::ups_flag;
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
    // Generex: generator, and the transfer switch with its two sources.
    number_row{.object = "1.3.6.1.2.1.33.1.3.4.0", .name = "input.generator", .most = 1},
    number_row{.object = "1.3.6.1.2.1.33.1.13.1.0", .name = "input.source.1.on", .most = 1},
    number_row{.object = "1.3.6.1.2.1.33.1.13.2.0", .name = "input.source.2.on", .most = 1},
    number_row{.object = "1.3.6.1.2.1.33.1.13.3.0", .name = "input.source.1.bypass", .most = 1},
    number_row{.object = "1.3.6.1.2.1.33.1.13.4.0", .name = "input.source.2.bypass", .most = 1},
    number_row{.object = "1.3.6.1.2.1.33.1.13.6.0", .name = "input.sources.synchronous", .most = 1},
    number_row{.object = "1.3.6.1.2.1.33.1.13.7.0", .name = "input.source.1.preferred", .most = 1},
    number_row{.object = "1.3.6.1.2.1.33.1.13.8.0", .name = "input.source.2.preferred", .most = 1},
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
    input_hertz("1.3.6.1.2.1.33.1.3.3.1.2", {.factor = 0.1}),
    input_volts("1.3.6.1.2.1.33.1.3.3.1.3", {.mains_volts = true}),
    input_amperes("1.3.6.1.2.1.33.1.3.3.1.4", {.factor = 0.1}),
    input_watts("1.3.6.1.2.1.33.1.3.3.1.5"),
    output_volts("1.3.6.1.2.1.33.1.4.4.1.2", {.mains_volts = true}),
    output_amperes("1.3.6.1.2.1.33.1.4.4.1.3", {.factor = 0.1, .shows_load = true}),
    output_watts("1.3.6.1.2.1.33.1.4.4.1.4", {.zero_needs_idle = true}),
    // The busiest phase trips first, so it speaks for the whole.
    output_load("1.3.6.1.2.1.33.1.4.4.1.5", {.shows_load = true}),
    bypass_volts("1.3.6.1.2.1.33.1.5.3.1.2", {.mains_volts = true}),
    bypass_amperes("1.3.6.1.2.1.33.1.5.3.1.3", {.factor = 0.1}),
    bypass_watts("1.3.6.1.2.1.33.1.5.3.1.4"),
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
    alarm_row{25, "AuxPort1"},
    alarm_row{26, "AuxPort2"},
    alarm_row{27, "AuxPort3"},
    alarm_row{28, "AuxPort4"},
    alarm_row{29, "SiteManagerDigital1"},
    alarm_row{30, "SiteManagerDigital2"},
    alarm_row{31, "SiteManagerDigital3"},
    alarm_row{32, "SiteManagerDigital4"},
    alarm_row{33, "SiteManagerDigital5"},
    alarm_row{34, "SiteManagerDigital6"},
    alarm_row{35, "SiteManagerDigital7"},
    alarm_row{36, "SiteManagerDigital8"},
    alarm_row{37, "SiteManagerAnalog1"},
    alarm_row{38, "SiteManagerAnalog2"},
    alarm_row{39, "SiteManagerAnalog3"},
    alarm_row{40, "SiteManagerAnalog4"},
    alarm_row{41, "SiteManagerAnalog5"},
    alarm_row{42, "SiteManagerAnalog6"},
    alarm_row{43, "SiteManagerAnalog7"},
    alarm_row{44, "SiteManagerAnalog8"},
    alarm_row{45, "Marker1"},
    alarm_row{46, "Marker2"},
    alarm_row{47, "Marker3"},
    alarm_row{48, "Marker4"},
    alarm_row{49, "Marker5"},
    alarm_row{50, "Marker6"},
    alarm_row{51, "Marker7"},
    alarm_row{52, "Marker8"},
    alarm_row{53, "SiteManagerOutput1"},
    alarm_row{54, "SiteManagerOutput2"},
    alarm_row{55, "SiteManagerOutput3"},
    alarm_row{56, "SiteManagerOutput4"},
    alarm_row{57, "SiteManagerOutput5"},
    alarm_row{58, "SiteManagerOutput6"},
    alarm_row{59, "SiteManagerOutput7"},
    alarm_row{60, "SiteManagerOutput8"},
    alarm_row{61, "SiteMonitor1"},
    alarm_row{62, "SiteMonitor2"},
    alarm_row{63, "SiteMonitor3"},
    alarm_row{64, "SiteMonitor4"},
    alarm_row{65, "SiteMonitor5"},
    alarm_row{66, "SiteMonitor6"},
    alarm_row{67, "SiteMonitor7"},
    alarm_row{68, "SiteMonitor8"},
    alarm_row{69, "SiteMonitor9"},
    alarm_row{70, "SiteMonitor10"},
    alarm_row{71, "SiteMonitor11"},
    alarm_row{72, "SiteMonitor12"},
    alarm_row{73, "SiteMonitor13"},
    alarm_row{74, "SiteMonitor14"},
    alarm_row{75, "SiteMonitor15"},
    alarm_row{76, "SiteMonitor16"},
    alarm_row{77, "SiteMonitor17"},
    alarm_row{78, "SiteMonitor18"},
    alarm_row{79, "SiteMonitor19"},
    alarm_row{80, "SiteMonitor20"},
    alarm_row{81, "SiteMonitor21"},
    alarm_row{82, "SiteMonitor22"},
    alarm_row{83, "SiteMonitor23"},
    alarm_row{84, "SiteMonitor24"},
    alarm_row{85, "SiteMonitor25"},
    alarm_row{86, "SiteMonitor26"},
    alarm_row{87, "SiteMonitor27"},
    alarm_row{88, "SiteMonitor28"},
    alarm_row{89, "SiteMonitor29"},
    alarm_row{90, "SiteMonitor30"},
    alarm_row{91, "SiteMonitor31"},
    alarm_row{92, "SiteMonitor32"},
    alarm_row{93, "SiteMonitor33"},
    alarm_row{94, "SiteMonitor34"},
    alarm_row{95, "SiteMonitor35"},
    alarm_row{96, "SiteMonitor36"},
    alarm_row{97, "SiteMonitor37"},
    alarm_row{98, "SiteMonitor38"},
    alarm_row{99, "SiteMonitor39"},
    alarm_row{100, "SiteMonitor40"},
    alarm_row{101, "SiteMonitor41"},
    alarm_row{102, "SiteMonitor42"},
    alarm_row{103, "SiteMonitor43"},
    alarm_row{104, "SiteMonitor44"},
    alarm_row{105, "SiteMonitor45"},
    alarm_row{106, "SiteMonitor46"},
    alarm_row{107, "SiteMonitor47"},
    alarm_row{108, "SiteMonitor48"},
    alarm_row{109, "SiteMonitor49"},
    alarm_row{110, "SiteMonitor50"},
    alarm_row{111, "SiteMonitor51"},
    alarm_row{112, "SiteMonitor52"},
    alarm_row{113, "SiteMonitor53"},
    alarm_row{114, "SiteMonitor54"},
    alarm_row{115, "SiteMonitor55"},
    alarm_row{116, "SiteMonitor56"},
    alarm_row{117, "SiteMonitor57"},
    alarm_row{118, "SiteMonitor58"},
    alarm_row{119, "SiteMonitor59"},
    alarm_row{120, "SiteMonitor60"},
    alarm_row{121, "SiteMonitor61"},
    alarm_row{122, "SiteMonitor62"},
    alarm_row{123, "SiteMonitor63"},
    alarm_row{124, "SiteMonitor64"},
    alarm_row{125, "SensorManagerLow1"},
    alarm_row{126, "SensorManagerLow2"},
    alarm_row{127, "SensorManagerLow3"},
    alarm_row{128, "SensorManagerLow4"},
    alarm_row{129, "SensorManagerLow5"},
    alarm_row{130, "SensorManagerLow6"},
    alarm_row{131, "SensorManagerLow7"},
    alarm_row{132, "SensorManagerLow8"},
    alarm_row{133, "SensorManagerHigh1"},
    alarm_row{134, "SensorManagerHigh2"},
    alarm_row{135, "SensorManagerHigh3"},
    alarm_row{136, "SensorManagerHigh4"},
    alarm_row{137, "SensorManagerHigh5"},
    alarm_row{138, "SensorManagerHigh6"},
    alarm_row{139, "SensorManagerHigh7"},
    alarm_row{140, "SensorManagerHigh8"},
    alarm_row{141, "User1"},
    alarm_row{142, "User2"},
    alarm_row{143, "User3"},
    alarm_row{144, "User4"},
    alarm_row{145, "User5"},
    alarm_row{146, "User6"},
    alarm_row{147, "User7"},
    alarm_row{148, "BatteryDischarging", bits(ups_flag::discharging)},
    alarm_row{149, "BatteryCharging", bits(ups_flag::charging)},
    alarm_row{150, "SensorManagerInput1"},
    alarm_row{151, "SensorManagerInput2"},
    alarm_row{152, "SensorManagerInput3"},
    alarm_row{153, "SensorManagerInput4"},
    alarm_row{154, "SensorManagerOutput1"},
    alarm_row{155, "SensorManagerOutput2"},
    alarm_row{156, "SensorManagerOutput3"},
    alarm_row{157, "SensorManagerOutput4"},
    alarm_row{158, "SensorManagerLost"},
    alarm_row{159, "Wind"},
    alarm_row{160, "SourcesAsynchronous"},
    alarm_row{161, "StaticSwitchAFailed"},
    alarm_row{162, "StaticSwitchBFailed"},
    alarm_row{163, "OnSourceA"},
    alarm_row{164, "OnSourceB"},
    alarm_row{165, "ManualBypassA"},
    alarm_row{166, "ManualBypassB"},
    alarm_row{167, "SourceAFailed"},
    alarm_row{168, "SourceBFailed"},
    alarm_row{169, "TransferSwitchFault"},
    alarm_row{170, "TransferRedundancyLost"},
    alarm_row{171, "TransferSwitchOverload"},
    alarm_row{172, "BlackBoxReady"},
    alarm_row{173, "SecondInputBad"},
    alarm_row{174, "ThresholdAlarm"},
    alarm_row{175, "ThresholdWarning"},
    alarm_row{176, "BatteryTestFailed"},
    alarm_row{177, "BatteryWeak"},
    alarm_row{178, "GeneratorOn"},
    alarm_row{179, "RedundancyLost"},
    alarm_row{180, "BatteryTooOld", bits(ups_flag::replace_battery)},
};

constexpr std::array landmarks{output_source, battery_status};

constexpr std::array<std::string_view, 1> identities{"1.3.6.1.2.1.33"};

// Generex: the SensorManager's 8 channels (tenths of the unit that the card names), its inputs, the
// transfer switch's own temperature and the external sensor.
constexpr sensor_row contact(std::string_view value, std::string_view label,
                             std::string_view name) {
  return {.kind = power::sensor_kind::contact, .value = value, .name = name, .label = label};
}

constexpr std::array sensors{
    contact("1.3.6.1.2.1.33.1.12.9.1.0", "1.3.6.1.2.1.33.1.12.9.2.0", "in.1"),
    contact("1.3.6.1.2.1.33.1.12.10.1.0", "1.3.6.1.2.1.33.1.12.10.2.0", "in.2"),
    contact("1.3.6.1.2.1.33.1.12.11.1.0", "1.3.6.1.2.1.33.1.12.11.2.0", "in.3"),
    contact("1.3.6.1.2.1.33.1.12.12.1.0", "1.3.6.1.2.1.33.1.12.12.2.0", "in.4"),
    contact("1.3.6.1.2.1.33.1.12.13.1.0", "1.3.6.1.2.1.33.1.12.13.2.0", "out.1"),
    contact("1.3.6.1.2.1.33.1.12.14.1.0", "1.3.6.1.2.1.33.1.12.14.2.0", "out.2"),
    contact("1.3.6.1.2.1.33.1.12.15.1.0", "1.3.6.1.2.1.33.1.12.15.2.0", "out.3"),
    contact("1.3.6.1.2.1.33.1.12.16.1.0", "1.3.6.1.2.1.33.1.12.16.2.0", "out.4"),
    contact("1.3.6.1.2.1.33.1.10.2.#.0", {}, "sitemanager.#"),
    contact("1.3.6.1.2.1.33.1.10.5.#.0", {}, "sitemonitor.#"),
    sensor_row{.value = "1.3.6.1.2.1.33.1.12.#.1.0",
               .name = "sensormanager.#",
               .label = "1.3.6.1.2.1.33.1.12.#.2.0",
               .factor = 0.1,
               .unit = "1.3.6.1.2.1.33.1.12.#.3.0"},
    sensor_row{.kind = power::sensor_kind::temperature_celsius,
               .value = "1.3.6.1.2.1.33.1.13.10.0",
               .name = "transferswitch",
               .zero_is_unknown = true},
    sensor_row{.kind = power::sensor_kind::temperature_celsius,
               .value = "1.3.6.1.2.1.33.1.15.1.0",
               .name = "external",
               .zero_is_unknown = true},
};

// upsTest wants the test's name and the spin lock in one request; upsControl counts in seconds, and
// -1 aborts. upsShutdownType 1 means the output.
using verb = power::ups_command::verb;
using how = order_row::value;
constexpr std::string_view test_id = "1.3.6.1.2.1.33.1.7.1.0";
constexpr std::string_view spin_lock = "1.3.6.1.2.1.33.1.7.2.0";
constexpr std::string_view shutdown_type = "1.3.6.1.2.1.33.1.8.1.0";
constexpr std::string_view shutdown_after = "1.3.6.1.2.1.33.1.8.2.0";
constexpr std::string_view startup_after = "1.3.6.1.2.1.33.1.8.3.0";
constexpr std::string_view reboot_for = "1.3.6.1.2.1.33.1.8.4.0";
constexpr std::string_view auto_restart = "1.3.6.1.2.1.33.1.8.5.0";
constexpr std::string_view audible = "1.3.6.1.2.1.33.1.9.8.0";

constexpr order_row test_of(verb what, std::string_view test) {
  return {.what = what, .object = test_id, .how = how::identity, .name = test};
}
constexpr order_row lock_of(verb what) {
  return {.what = what, .object = spin_lock, .how = how::lock, .may_be_missing = true};
}
constexpr order_row number_of(verb what, std::string_view object, std::int64_t number,
                              bool may_be_missing = false) {
  return {.what = what, .object = object, .number = number, .may_be_missing = may_be_missing};
}

constexpr std::array orders{
    test_of(verb::test_quick, "1.3.6.1.2.1.33.1.7.7.4"),
    lock_of(verb::test_quick),
    test_of(verb::test_general, "1.3.6.1.2.1.33.1.7.7.3"),
    lock_of(verb::test_general),
    test_of(verb::test_deep, "1.3.6.1.2.1.33.1.7.7.5"),
    lock_of(verb::test_deep),
    test_of(verb::test_abort, "1.3.6.1.2.1.33.1.7.7.2"),
    lock_of(verb::test_abort),
    number_of(verb::shutdown, auto_restart, 1, true),
    number_of(verb::shutdown, shutdown_type, 1, true),
    order_row{.what = verb::shutdown, .object = shutdown_after, .how = how::seconds},
    number_of(verb::stay_off, auto_restart, 2),
    number_of(verb::stay_off, shutdown_type, 1, true),
    order_row{.what = verb::stay_off, .object = shutdown_after, .how = how::seconds},
    order_row{.what = verb::startup, .object = startup_after, .how = how::seconds},
    number_of(verb::reboot, shutdown_type, 1, true),
    order_row{.what = verb::reboot, .object = reboot_for, .how = how::seconds},
    number_of(verb::cancel, shutdown_after, -1),
    number_of(verb::cancel, startup_after, -1, true),
    number_of(verb::cancel, reboot_for, -1, true),
    number_of(verb::buzzer_off, audible, 1),
    number_of(verb::buzzer_on, audible, 2),
    number_of(verb::buzzer_mute, audible, 3),
};

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

constinit const family rfc1628{
    .name = "rfc1628",
    .title = "RFC 1628 (UPS-MIB)",
    .identities = identities,
    .landmarks = landmarks,
    .is_ups = true,
    .numbers = numbers,
    .states = states,
    .texts = texts,
    .phases = phases,
    .line_counts = {"1.3.6.1.2.1.33.1.3.2.0", "1.3.6.1.2.1.33.1.4.3.0", "1.3.6.1.2.1.33.1.5.2.0"},
    .alarm_count = alarms_present,
    .alarm_column = "1.3.6.1.2.1.33.1.6.2.1.2",
    .alarm_base = "1.3.6.1.2.1.33.1.6.3",
    .alarms = alarms,
    .sensors = sensors,
    .orders = orders,
    .finish = &finish,
};

}  // namespace holdover::device::snmp
