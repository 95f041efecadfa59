// APC: the UPSes of PowerNet-MIB, 1.3.6.1.4.1.318.

#include "core/power/names.hpp"
#include "io/device/snmp/families.hpp"
#include "io/device/snmp/phase_rows.hpp"

#include <array>

namespace holdover::device::snmp {

namespace {

using power::ups_flag;
namespace names = power::names;
using verb = power::ups_command::verb;

constexpr std::array<std::string_view, 1> identities{"1.3.6.1.4.1.318"};

// ---- upsBasic, upsAdv and, where the card has it, upsHighPrec with tenths.

constexpr std::array<std::string_view, 5> ups_landmarks{
    "1.3.6.1.4.1.318.1.1.1.2.1.1.0", "1.3.6.1.4.1.318.1.1.1.4.1.1.0",
    "1.3.6.1.4.1.318.1.1.1.2.2.1.0", "1.3.6.1.4.1.318.1.1.1.2.2.3.0",
    "1.3.6.1.4.1.318.1.1.1.2.3.1.0"};

constexpr std::array ups_numbers{
    number_row{.object = "1.3.6.1.4.1.318.1.1.1.2.3.1.0",
               .name = names::battery_charge,
               .factor = 0.1,
               .most = 100,
               .vital = true},
    number_row{.object = "1.3.6.1.4.1.318.1.1.1.2.2.1.0",
               .name = names::battery_charge,
               .most = 100,
               .vital = true},
    number_row{.object = "1.3.6.1.4.1.318.1.1.1.2.2.3.0",
               .name = names::battery_runtime,
               .factor = 0.01,
               .vital = true},
    number_row{.object = "1.3.6.1.4.1.318.1.1.1.2.1.2.0",
               .name = names::seconds_on_battery,
               .factor = 0.01,
               .vital = true},
    number_row{"1.3.6.1.4.1.318.1.1.1.2.3.2.0", names::battery_temperature, 0.1, -40, 150},
    number_row{"1.3.6.1.4.1.318.1.1.1.2.2.2.0", names::battery_temperature, 1, -40, 150},
    number_row{"1.3.6.1.4.1.318.1.1.1.2.3.4.0", names::battery_voltage, 0.1},
    number_row{"1.3.6.1.4.1.318.1.1.1.2.2.8.0", names::battery_voltage},
    number_row{"1.3.6.1.4.1.318.1.1.1.2.3.5.0", names::battery_current, 0.1, -1e4, 1e4},
    number_row{"1.3.6.1.4.1.318.1.1.1.2.2.9.0", names::battery_current, 1, -1e4, 1e4},
    number_row{"1.3.6.1.4.1.318.1.1.1.2.2.7.0", names::battery_voltage_nominal},
    number_row{"1.3.6.1.4.1.318.1.1.1.3.3.1.0", names::input_voltage, 0.1, 0, 1000, true},
    number_row{"1.3.6.1.4.1.318.1.1.1.3.2.1.0", names::input_voltage, 1, 0, 1000, true},
    number_row{"1.3.6.1.4.1.318.1.1.1.3.3.4.0", names::input_frequency, 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.318.1.1.1.3.2.4.0", names::input_frequency, 1, 0, 1000},
    number_row{"1.3.6.1.4.1.318.1.1.1.4.3.1.0", names::output_voltage, 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.318.1.1.1.4.2.1.0", names::output_voltage, 1, 0, 1000},
    number_row{"1.3.6.1.4.1.318.1.1.1.4.3.2.0", names::output_frequency, 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.318.1.1.1.4.2.2.0", names::output_frequency, 1, 0, 1000},
    number_row{"1.3.6.1.4.1.318.1.1.1.4.3.3.0", names::ups_load, 0.1, 0, 500, true},
    number_row{"1.3.6.1.4.1.318.1.1.1.4.2.3.0", names::ups_load, 1, 0, 500, true},
    number_row{"1.3.6.1.4.1.318.1.1.1.4.3.4.0", names::output_current, 0.1},
    number_row{"1.3.6.1.4.1.318.1.1.1.4.2.4.0", names::output_current},
    number_row{"1.3.6.1.4.1.318.1.1.1.4.2.8.0", names::ups_realpower},
    number_row{"1.3.6.1.4.1.318.1.1.1.4.2.9.0", names::ups_power},
    number_row{"1.3.6.1.4.1.318.1.1.1.5.2.1.0", names::output_voltage_nominal},
    number_row{"1.3.6.1.4.1.318.1.1.1.5.2.2.0", "input.transfer.high"},
    number_row{"1.3.6.1.4.1.318.1.1.1.5.2.3.0", "input.transfer.low"},
    number_row{"1.3.6.1.4.1.318.1.1.1.5.2.8.0", names::battery_runtime_low, 0.01},
};

constexpr std::string_view output_status = "1.3.6.1.4.1.318.1.1.1.4.1.1.0";
constexpr std::string_view battery_status = "1.3.6.1.4.1.318.1.1.1.2.1.1.0";
constexpr std::string_view replace_indicator = "1.3.6.1.4.1.318.1.1.1.2.2.4.0";

// upsBasicOutputStatus. Sleeping and rebooting have no output.
constexpr std::array ups_states{
    state_row{output_status, 2, bits(ups_flag::online)},
    state_row{output_status, 3, bits(ups_flag::on_battery)},
    state_row{output_status, 4, bits(ups_flag::online, ups_flag::boosting)},
    state_row{output_status, 5, bits(ups_flag::off)},
    state_row{output_status, 6, bits(ups_flag::online, ups_flag::bypass)},
    state_row{output_status, 7, bits(ups_flag::off)},
    state_row{output_status, 8, bits(ups_flag::off)},
    state_row{output_status, 9, bits(ups_flag::online, ups_flag::bypass)},
    state_row{output_status, 10, bits(ups_flag::online, ups_flag::bypass)},
    state_row{output_status, 11, bits(ups_flag::off)},
    state_row{output_status, 12, bits(ups_flag::online, ups_flag::trimming)},
    state_row{output_status, 13, bits(ups_flag::online, ups_flag::eco)},
    state_row{output_status, 14, bits(ups_flag::online)},
    state_row{output_status, 15, bits(ups_flag::on_battery, ups_flag::testing)},
    state_row{output_status, 16, bits(ups_flag::online, ups_flag::bypass)},
    state_row{output_status, 17, bits(ups_flag::online, ups_flag::bypass)},
    state_row{output_status, 18, bits(ups_flag::online, ups_flag::eco)},
    state_row{output_status, 20, bits(ups_flag::online, ups_flag::eco)},
    state_row{battery_status, 2, 0},
    state_row{battery_status, 3, bits(ups_flag::low_battery)},
    state_row{replace_indicator, 1, 0},
    state_row{replace_indicator, 2, bits(ups_flag::replace_battery)},
    state_row{"1.3.6.1.4.1.318.1.1.1.7.2.3.0", 4, bits(ups_flag::testing)},
};

constexpr std::array ups_texts{
    text_row{"1.3.6.1.4.1.318.1.1.1.1.1.1.0", &power::identity::model},
    text_row{"1.3.6.1.4.1.318.1.1.1.1.2.1.0", &power::identity::firmware},
    text_row{"1.3.6.1.4.1.318.1.1.1.1.2.3.0", &power::identity::serial},
};

// upsPhase: index is the table, its part and the phase; the first table is the main input.
constexpr std::array ups_phases{
    input_volts("1.3.6.1.4.1.318.1.1.1.9.2.3.1.3.1.1.#", {.mains_volts = true}),
    input_amperes("1.3.6.1.4.1.318.1.1.1.9.2.3.1.6.1.1.#", {.factor = 0.1}),
    bypass_volts("1.3.6.1.4.1.318.1.1.1.9.2.3.1.3.2.1.#"),
    output_volts("1.3.6.1.4.1.318.1.1.1.9.3.3.1.3.1.1.#"),
    output_amperes("1.3.6.1.4.1.318.1.1.1.9.3.3.1.4.1.1.#", {.factor = 0.1, .shows_load = true}),
    output_load("1.3.6.1.4.1.318.1.1.1.9.3.3.1.10.1.1.#"),
    output_watts("1.3.6.1.4.1.318.1.1.1.9.3.3.1.13.1.1.#"),
};

// upsControl and upsTest. The delays are settings of the device, so a command cannot bring one.
// upsBasicControlConserveBattery is taken on battery only: on mains the card says badValue. There
// it is turned off by hand, so to speak, and whoever wanted it off turns it on again.
constexpr std::array ups_orders{
    order_row{.what = verb::test_quick, .object = "1.3.6.1.4.1.318.1.1.1.7.2.2.0", .number = 2},
    order_row{.what = verb::test_general, .object = "1.3.6.1.4.1.318.1.1.1.7.2.2.0", .number = 2},
    order_row{.what = verb::test_deep, .object = "1.3.6.1.4.1.318.1.1.1.7.2.5.0", .number = 2},
    order_row{.what = verb::test_abort, .object = "1.3.6.1.4.1.318.1.1.1.7.2.5.0", .number = 3},
    order_row{.what = verb::shutdown,
              .object = "1.3.6.1.4.1.318.1.1.1.6.1.1.0",
              .number = 2,
              .only = output_status,
              .only_is = 3},
    order_row{.what = verb::shutdown,
              .object = "1.3.6.1.4.1.318.1.1.1.6.2.1.0",
              .number = 3,
              .only = output_status,
              .only_is = 3,
              .only_if_not = true},
    order_row{.what = verb::stay_off, .object = "1.3.6.1.4.1.318.1.1.1.6.2.1.0", .number = 3},
    order_row{.what = verb::startup, .object = "1.3.6.1.4.1.318.1.1.1.6.2.6.0", .number = 2},
    order_row{.what = verb::reboot, .object = "1.3.6.1.4.1.318.1.1.1.6.2.2.0", .number = 3},
    order_row{.what = verb::buzzer_on, .object = "1.3.6.1.4.1.318.1.1.1.5.2.4.0", .number = 1},
    order_row{.what = verb::buzzer_off, .object = "1.3.6.1.4.1.318.1.1.1.5.2.4.0", .number = 3},
    order_row{.what = verb::buzzer_mute, .object = "1.3.6.1.4.1.318.1.1.1.5.2.4.0", .number = 4},
};

}  // namespace

constinit const family apc_ups{
    .name = "apc-ups",
    .title = "APC PowerNet (UPS)",
    .identities = identities,
    .landmarks = ups_landmarks,
    .is_ups = true,
    .numbers = ups_numbers,
    .states = ups_states,
    .texts = ups_texts,
    .phases = ups_phases,
    .line_counts = {"1.3.6.1.4.1.318.1.1.1.9.2.2.1.2.1", "1.3.6.1.4.1.318.1.1.1.9.3.2.1.2.1", {}},
    .orders = ups_orders,
    .manufacturer = "APC",
};

}  // namespace holdover::device::snmp
