// CyberPower: CPS-MIB.

#include "core/power/names.hpp"
#include "io/device/snmp/families.hpp"

#include <array>

namespace holdover::device::snmp {

namespace {

using power::sensor_kind;
using power::ups_flag;
namespace names = power::names;
using verb = power::ups_command::verb;

constexpr number_row vital(std::string_view object, std::string_view name, double factor = 1,
                           double most = 1e9) {
  return {.object = object, .name = name, .factor = factor, .most = most, .vital = true};
}

// ---- CPS-MIB: PowerNet's shape with tenths.
constexpr std::array<std::string_view, 1> cyberpower_identities{"1.3.6.1.4.1.3808"};
constexpr std::array<std::string_view, 3> cyberpower_landmarks{
    "1.3.6.1.4.1.3808.1.1.1.4.1.1.0", "1.3.6.1.4.1.3808.1.1.1.2.1.1.0",
    "1.3.6.1.4.1.3808.1.1.3.2.3.1.1.2.#"};
constexpr std::array cyberpower_numbers{
    vital("1.3.6.1.4.1.3808.1.1.1.2.2.1.0", names::battery_charge, 1, 100),
    vital("1.3.6.1.4.1.3808.1.1.1.2.2.4.0", names::battery_runtime, 0.01),
    vital("1.3.6.1.4.1.3808.1.1.1.2.1.2.0", names::seconds_on_battery, 0.01),
    number_row{"1.3.6.1.4.1.3808.1.1.1.2.2.2.0", names::battery_voltage, 0.1},
    number_row{.object = "1.3.6.1.4.1.3808.1.1.1.2.2.3.0",
               .name = names::battery_temperature,
               .least = -40,
               .most = 150,
               .zero_is_unknown = true},
    vital("1.3.6.1.4.1.3808.1.1.1.3.2.1.0", names::input_voltage, 0.1, 1000),
    number_row{.object = "1.3.6.1.4.1.3808.1.1.1.3.2.4.0",
               .name = names::input_frequency,
               .factor = 0.1,
               .most = 1000,
               .zero_is_unknown = true},
    number_row{"1.3.6.1.4.1.3808.1.1.1.4.2.1.0", names::output_voltage, 0.1, 0, 1000},
    number_row{.object = "1.3.6.1.4.1.3808.1.1.1.4.2.2.0",
               .name = names::output_frequency,
               .factor = 0.1,
               .most = 1000,
               .zero_is_unknown = true},
    vital("1.3.6.1.4.1.3808.1.1.1.4.2.3.0", names::ups_load, 1, 500),
    number_row{"1.3.6.1.4.1.3808.1.1.1.4.2.4.0", names::output_current, 0.1},
    number_row{"1.3.6.1.4.1.3808.1.1.1.4.2.5.0", names::ups_realpower},
    number_row{"1.3.6.1.4.1.3808.1.1.3.2.3.1.1.2.#", "bank.#.current", 0.1},
    number_row{"1.3.6.1.4.1.3808.1.1.3.2.3.1.1.6.#", "bank.#.voltage", 0.1, 0, 1000},
};
constexpr std::string_view cps_output = "1.3.6.1.4.1.3808.1.1.1.4.1.1.0";
constexpr std::string_view cps_battery = "1.3.6.1.4.1.3808.1.1.1.2.1.1.0";
constexpr std::string_view cps_replace = "1.3.6.1.4.1.3808.1.1.1.2.2.5.0";
constexpr std::array cyberpower_states{
    state_row{cps_output, 2, bits(ups_flag::online)},
    state_row{cps_output, 3, bits(ups_flag::on_battery)},
    state_row{cps_output, 4, bits(ups_flag::online, ups_flag::boosting)},
    state_row{cps_output, 5, bits(ups_flag::off)},
    state_row{cps_output, 6, bits(ups_flag::off)},
    state_row{cps_output, 7, bits(ups_flag::off)},
    state_row{cps_output, 8, bits(ups_flag::online, ups_flag::eco)},
    state_row{cps_output, 9, bits(ups_flag::online, ups_flag::bypass)},
    state_row{cps_output, 10, bits(ups_flag::online, ups_flag::trimming)},
    state_row{cps_output, 11, bits(ups_flag::online, ups_flag::overload)},
    state_row{cps_battery, 2, 0},
    state_row{cps_battery, 3, bits(ups_flag::low_battery)},
    state_row{cps_replace, 1, 0},
    state_row{cps_replace, 2, bits(ups_flag::replace_battery)},
};
constexpr std::array cyberpower_texts{
    text_row{"1.3.6.1.4.1.3808.1.1.1.1.1.1.0", &power::identity::model},
    text_row{"1.3.6.1.4.1.3808.1.1.1.1.2.1.0", &power::identity::firmware},
    text_row{"1.3.6.1.4.1.3808.1.1.1.1.2.3.0", &power::identity::serial},
};
constexpr std::array cyberpower_orders{
    order_row{.what = verb::test_quick, .object = "1.3.6.1.4.1.3808.1.1.1.7.2.2.0", .number = 2},
    order_row{.what = verb::test_general, .object = "1.3.6.1.4.1.3808.1.1.1.7.2.2.0", .number = 2},
    order_row{.what = verb::test_deep, .object = "1.3.6.1.4.1.3808.1.1.1.7.2.6.0", .number = 2},
    order_row{.what = verb::test_abort, .object = "1.3.6.1.4.1.3808.1.1.1.7.2.6.0", .number = 3},
    order_row{.what = verb::shutdown, .object = "1.3.6.1.4.1.3808.1.1.1.6.2.3.0", .number = 3},
    order_row{.what = verb::startup, .object = "1.3.6.1.4.1.3808.1.1.1.6.2.6.0", .number = 2},
};

// envirTemperature is in tenths of degrees Fahrenheit.
constexpr std::array cyberpower_sensors{
    sensor_row{.kind = sensor_kind::temperature_celsius,
               .value = "1.3.6.1.4.1.3808.1.1.4.2.1.0",
               .name = "environment",
               .factor = 0.1 / 1.8,
               .offset = -32 / 1.8,
               .zero_is_unknown = true},
    sensor_row{.kind = sensor_kind::humidity_percent,
               .value = "1.3.6.1.4.1.3808.1.1.4.3.1.0",
               .name = "environment",
               .zero_is_unknown = true},
    sensor_row{.kind = sensor_kind::contact,
               .value = "1.3.6.1.4.1.3808.1.1.4.4.2.1.3.#",
               .name = "#",
               .label = "1.3.6.1.4.1.3808.1.1.4.4.2.1.2.#",
               .active = 2,
               .inactive = 1},
};

}  // namespace

constinit const family cyberpower{
    .name = "cyberpower",
    .title = "CyberPower (CPS-MIB)",
    .identities = cyberpower_identities,
    .landmarks = cyberpower_landmarks,
    .is_ups = true,
    .numbers = cyberpower_numbers,
    .states = cyberpower_states,
    .texts = cyberpower_texts,
    .sensors = cyberpower_sensors,
    .orders = cyberpower_orders,
    .manufacturer = "CyberPower",
};

}  // namespace holdover::device::snmp
