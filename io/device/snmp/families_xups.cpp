// Eaton and Powerware UPSes: XUPS-MIB.

#include "core/power/names.hpp"
#include "io/device/snmp/families.hpp"
#include "io/device/snmp/phase_rows.hpp"

#include <array>

namespace holdover::device::snmp {

namespace {

using power::sensor_kind;
using power::ups_flag;
namespace names = power::names;
using verb = power::ups_command::verb;
using how = order_row::value;

constexpr std::array<std::string_view, 1> xups_identities{"1.3.6.1.4.1.534"};
constexpr std::array<std::string_view, 4> xups_landmarks{
    "1.3.6.1.4.1.534.1.4.5.0", "1.3.6.1.4.1.534.1.2.4.0", "1.3.6.1.4.1.534.1.2.1.0",
    "1.3.6.1.4.1.534.1.1.2.0"};

constexpr std::array xups_numbers{
    number_row{.object = "1.3.6.1.4.1.534.1.2.1.0", .name = names::battery_runtime, .vital = true},
    number_row{"1.3.6.1.4.1.534.1.2.4.0", names::battery_charge, 1, 0, 100, true},
    number_row{"1.3.6.1.4.1.534.1.2.2.0", names::battery_voltage},
    number_row{"1.3.6.1.4.1.534.1.2.3.0", names::battery_current, 1, -1e4, 1e4},
    number_row{"1.3.6.1.4.1.534.1.3.1.0", names::input_frequency, 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.534.1.3.2.0", names::input_line_bads},
    number_row{"1.3.6.1.4.1.534.1.4.1.0", names::ups_load, 1, 0, 500, true},
    number_row{"1.3.6.1.4.1.534.1.4.2.0", names::output_frequency, 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.534.1.5.1.0", names::bypass_frequency, 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.534.1.10.1.0", names::output_voltage_nominal, 1, 1, 1000},
    number_row{"1.3.6.1.4.1.534.1.10.2.0", names::input_voltage_nominal, 1, 1, 1000},
    number_row{"1.3.6.1.4.1.534.1.10.3.0", names::ups_realpower_nominal},
};

constexpr std::string_view source = "1.3.6.1.4.1.534.1.4.5.0";
constexpr std::string_view charger = "1.3.6.1.4.1.534.1.2.5.0";
constexpr std::string_view battery_failure = "1.3.6.1.4.1.534.1.2.7.0";
constexpr std::string_view battery_aged = "1.3.6.1.4.1.534.1.2.9.0";
constexpr std::string_view battery_low = "1.3.6.1.4.1.534.1.2.10.0";

// xupsOutputSource, xupsBatteryAbmStatus.
constexpr std::array xups_states{
    state_row{source, 2, bits(ups_flag::off)},
    state_row{source, 3, bits(ups_flag::online)},
    state_row{source, 4, bits(ups_flag::online, ups_flag::bypass)},
    state_row{source, 5, bits(ups_flag::on_battery)},
    state_row{source, 6, bits(ups_flag::online, ups_flag::boosting)},
    state_row{source, 7, bits(ups_flag::online, ups_flag::trimming)},
    state_row{source, 8, bits(ups_flag::online)},
    state_row{source, 9, bits(ups_flag::online)},
    state_row{source, 10, bits(ups_flag::online, ups_flag::eco)},
    state_row{source, 11, bits(ups_flag::online, ups_flag::bypass)},
    state_row{source, 12, bits(ups_flag::online, ups_flag::eco)},
    state_row{charger, 1, bits(ups_flag::charging)},
    state_row{charger, 2, bits(ups_flag::discharging)},
    state_row{charger, 3, 0},
    state_row{charger, 4, 0},
    state_row{charger, 7, bits(ups_flag::testing)},
    state_row{battery_failure, 1, bits(ups_flag::replace_battery)},
    state_row{battery_failure, 2, 0},
    state_row{battery_aged, 1, bits(ups_flag::replace_battery)},
    state_row{battery_low, 1, bits(ups_flag::low_battery)},
    state_row{battery_low, 2, 0},
    state_row{"1.3.6.1.4.1.534.1.8.2.0", 4, bits(ups_flag::testing)},
};

constexpr std::array xups_texts{
    text_row{"1.3.6.1.4.1.534.1.1.1.0", &power::identity::manufacturer},
    text_row{"1.3.6.1.4.1.534.1.1.2.0", &power::identity::model},
    text_row{"1.3.6.1.4.1.534.1.1.3.0", &power::identity::firmware},
    text_row{"1.3.6.1.4.1.534.1.1.6.0", &power::identity::serial},
};

// Column 7 of the output gives tenths of amperes, where the card has it.
constexpr std::array xups_phases{
    input_volts("1.3.6.1.4.1.534.1.3.4.1.2", {.mains_volts = true}),
    input_amperes("1.3.6.1.4.1.534.1.3.4.1.3"),
    input_watts("1.3.6.1.4.1.534.1.3.4.1.4"),
    output_volts("1.3.6.1.4.1.534.1.4.4.1.2", {.mains_volts = true}),
    output_amperes("1.3.6.1.4.1.534.1.4.4.1.7", {.factor = 0.1, .shows_load = true}),
    output_amperes("1.3.6.1.4.1.534.1.4.4.1.3", {.shows_load = true}),
    output_watts("1.3.6.1.4.1.534.1.4.4.1.4"),
    bypass_volts("1.3.6.1.4.1.534.1.5.3.1.2", {.mains_volts = true}),
};

// The lines of xupsAlarmTable that are states; others are reports of what has been, such as the
// return of the mains.
constexpr std::array xups_alarms{
    alarm_row{3, "OnBattery"},
    alarm_row{4, "LowBattery", bits(ups_flag::low_battery)},
    alarm_row{5, "UtilityPowerRestored"},
    alarm_row{6, "ReturnFromLowBattery"},
    alarm_row{7, "OutputOverload", bits(ups_flag::overload)},
    alarm_row{8, "InternalFailure"},
    alarm_row{9, "BatteryDischarged"},
    alarm_row{10, "InverterFailure"},
    alarm_row{11, "OnBypass"},
    alarm_row{12, "BypassNotAvailable"},
    alarm_row{13, "OutputOff"},
    alarm_row{14, "InputBad"},
    alarm_row{15, "BuildingAlarm"},
    alarm_row{16, "ShutdownImminent", bits(ups_flag::forced_shutdown)},
    alarm_row{17, "OnInverter"},
};

constexpr std::array xups_sensors{
    sensor_row{.kind = sensor_kind::temperature_celsius,
               .value = "1.3.6.1.4.1.534.1.6.1.0",
               .name = "ambient",
               .zero_is_unknown = true},
    sensor_row{.kind = sensor_kind::temperature_celsius,
               .value = "1.3.6.1.4.1.534.1.6.5.0",
               .name = "remote",
               .zero_is_unknown = true},
    sensor_row{.kind = sensor_kind::humidity_percent,
               .value = "1.3.6.1.4.1.534.1.6.6.0",
               .name = "remote",
               .zero_is_unknown = true},
    // xupsContactState: open, closed.
    sensor_row{.kind = sensor_kind::contact,
               .value = "1.3.6.1.4.1.534.1.6.8.1.3.#",
               .name = "emp.#",
               .label = "1.3.6.1.4.1.534.1.6.8.1.4.#",
               .active = 2,
               .inactive = 1},
};

// xupsControl counts in seconds; xupsLoadShedSecsWithRestart comes back with the mains. What 0 and
// -1 mean has changed: in older issues of XUPS-MIB the range begins at 0, which calls off; in newer
// firmware 0 is "at once" and -1 calls off. So a delay is a second at least, which all take alike,
// and what is called off is called off by -1: older firmware refuses that, which is told, while 0
// would cut the output at once where it was meant to be kept.
constexpr std::array xups_orders{
    order_row{.what = verb::test_quick, .object = "1.3.6.1.4.1.534.1.8.1.0", .number = 1},
    order_row{.what = verb::test_general, .object = "1.3.6.1.4.1.534.1.8.1.0", .number = 1},
    order_row{.what = verb::shutdown,
              .object = "1.3.6.1.4.1.534.1.9.6.0",
              .how = how::seconds,
              .least = 1},
    order_row{.what = verb::stay_off,
              .object = "1.3.6.1.4.1.534.1.9.1.0",
              .how = how::seconds,
              .least = 1},
    order_row{.what = verb::startup,
              .object = "1.3.6.1.4.1.534.1.9.2.0",
              .how = how::seconds,
              .least = 1},
    order_row{.what = verb::cancel, .object = "1.3.6.1.4.1.534.1.9.1.0", .number = -1},
    order_row{.what = verb::cancel,
              .object = "1.3.6.1.4.1.534.1.9.2.0",
              .number = -1,
              .may_be_missing = true},
};

}  // namespace

constinit const family xups{
    .name = "xups",
    .title = "Eaton XUPS (Powerware)",
    .identities = xups_identities,
    .landmarks = xups_landmarks,
    .is_ups = true,
    .numbers = xups_numbers,
    .states = xups_states,
    .texts = xups_texts,
    .phases = xups_phases,
    .line_counts = {"1.3.6.1.4.1.534.1.3.3.0", "1.3.6.1.4.1.534.1.4.3.0",
                    "1.3.6.1.4.1.534.1.5.2.0"},
    .alarm_count = "1.3.6.1.4.1.534.1.7.1.0",
    .alarm_column = "1.3.6.1.4.1.534.1.7.2.1.2",
    .alarm_base = "1.3.6.1.4.1.534.1.7",
    .alarms = xups_alarms,
    .sensors = xups_sensors,
    .orders = xups_orders,
};

}  // namespace holdover::device::snmp
