// Makers whose cards give a handful of scalars: NetAgent and its many resellers (XPPC-MIB), Delta
// (DeltaUPS-MIB), and Generex' UPSMAN-MIB.

#include "core/power/names.hpp"
#include "io/device/snmp/families.hpp"

#include <array>

namespace holdover::device::snmp {

namespace {

using power::sensor_kind;
using power::ups_flag;
namespace names = power::names;
using verb = power::ups_command::verb;
using how = order_row::value;

constexpr number_row vital(std::string_view object, std::string_view name, double factor = 1,
                           double most = 1e9) {
  return {.object = object, .name = name, .factor = factor, .most = most, .vital = true};
}

// ---- XPPC-MIB. Status 8 is "standby" to some makers and "rebooting" to others: it settles
// nothing.
constexpr std::array<std::string_view, 1> netagent_identities{"1.3.6.1.4.1.935"};
constexpr std::array<std::string_view, 2> netagent_landmarks{"1.3.6.1.4.1.935.1.1.1.4.1.1.0",
                                                             "1.3.6.1.4.1.935.1.1.1.2.1.1.0"};
constexpr std::array netagent_numbers{
    vital("1.3.6.1.4.1.935.1.1.1.2.2.1.0", names::battery_charge, 1, 100),
    number_row{.object = "1.3.6.1.4.1.935.1.1.1.2.2.4.0",
               .name = names::battery_runtime,
               .vital = true,
               .zero_is_unknown = true},
    number_row{"1.3.6.1.4.1.935.1.1.1.2.2.2.0", names::battery_voltage, 0.1},
    number_row{.object = "1.3.6.1.4.1.935.1.1.1.2.2.3.0",
               .name = names::battery_temperature,
               .factor = 0.1,
               .least = -40,
               .most = 150,
               .zero_is_unknown = true},
    vital("1.3.6.1.4.1.935.1.1.1.3.2.1.0", names::input_voltage, 0.1, 1000),
    number_row{"1.3.6.1.4.1.935.1.1.1.3.2.4.0", names::input_frequency, 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.935.1.1.1.4.2.1.0", names::output_voltage, 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.935.1.1.1.4.2.2.0", names::output_frequency, 0.1, 0, 1000},
    vital("1.3.6.1.4.1.935.1.1.1.4.2.3.0", names::ups_load, 1, 500),
};
constexpr std::string_view xppc_output = "1.3.6.1.4.1.935.1.1.1.4.1.1.0";
constexpr std::string_view xppc_battery = "1.3.6.1.4.1.935.1.1.1.2.1.1.0";
constexpr std::array netagent_states{
    state_row{xppc_output, 2, bits(ups_flag::online)},
    state_row{xppc_output, 3, bits(ups_flag::on_battery)},
    state_row{xppc_output, 4, bits(ups_flag::online, ups_flag::boosting)},
    state_row{xppc_output, 5, bits(ups_flag::off)},
    state_row{xppc_output, 6, bits(ups_flag::online, ups_flag::bypass)},
    state_row{xppc_output, 7, bits(ups_flag::off)},
    state_row{xppc_output, 9, bits(ups_flag::online, ups_flag::trimming)},
    state_row{xppc_battery, 2, 0},
    state_row{xppc_battery, 3, bits(ups_flag::low_battery)},
    state_row{"1.3.6.1.4.1.935.1.1.1.2.2.5.0", 2, bits(ups_flag::replace_battery)},
};
constexpr std::array netagent_texts{
    text_row{"1.3.6.1.4.1.935.1.1.1.1.1.1.0", &power::identity::model},
    text_row{"1.3.6.1.4.1.935.1.1.1.1.2.1.0", &power::identity::firmware},
    text_row{"1.3.6.1.4.1.935.1.1.1.1.2.3.0", &power::identity::serial},
};
constexpr std::array netagent_sensors{
    sensor_row{.kind = sensor_kind::temperature_celsius,
               .value = "1.3.6.1.4.1.935.1.1.1.9.1.1.0",
               .name = "environment",
               .factor = 0.1,
               .zero_is_unknown = true},
    sensor_row{.kind = sensor_kind::humidity_percent,
               .value = "1.3.6.1.4.1.935.1.1.1.9.1.2.0",
               .name = "environment",
               .zero_is_unknown = true},
};

// ---- DeltaUPS-MIB.
constexpr std::array<std::string_view, 1> delta_identities{"1.3.6.1.4.1.2254.2"};
constexpr std::array<std::string_view, 3> delta_landmarks{
    "1.3.6.1.4.1.2254.2.4.5.1.0", "1.3.6.1.4.1.2254.2.4.7.8.0", "1.3.6.1.4.1.2254.2.4.1.1.0"};
constexpr std::array delta_numbers{
    vital("1.3.6.1.4.1.2254.2.4.7.4.0", names::seconds_on_battery),
    vital("1.3.6.1.4.1.2254.2.4.7.5.0", names::battery_runtime, 60),
    vital("1.3.6.1.4.1.2254.2.4.7.8.0", names::battery_charge, 1, 100),
    number_row{"1.3.6.1.4.1.2254.2.4.7.6.0", names::battery_voltage, 0.1},
    number_row{.object = "1.3.6.1.4.1.2254.2.4.7.9.0",
               .name = names::battery_temperature,
               .least = -40,
               .most = 150,
               .zero_is_unknown = true},
    number_row{"1.3.6.1.4.1.2254.2.4.4.2.0", names::input_frequency, 0.1, 0, 1000},
    vital("1.3.6.1.4.1.2254.2.4.4.3.0", names::input_voltage, 0.1, 1000),
    number_row{"1.3.6.1.4.1.2254.2.4.5.2.0", names::output_frequency, 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.2254.2.4.5.4.0", names::output_voltage, 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.2254.2.4.5.5.0", names::output_current, 0.1},
    vital("1.3.6.1.4.1.2254.2.4.5.7.0", names::ups_load, 1, 500),
};
constexpr std::string_view delta_output = "1.3.6.1.4.1.2254.2.4.5.1.0";
constexpr std::string_view delta_battery = "1.3.6.1.4.1.2254.2.4.7.2.0";
constexpr std::string_view delta_condition = "1.3.6.1.4.1.2254.2.4.7.1.0";
constexpr std::array delta_states{
    state_row{delta_output, 0, bits(ups_flag::online)},
    state_row{delta_output, 1, bits(ups_flag::on_battery)},
    state_row{delta_output, 2, bits(ups_flag::online, ups_flag::bypass)},
    state_row{delta_output, 3, bits(ups_flag::online, ups_flag::trimming)},
    state_row{delta_output, 4, bits(ups_flag::online, ups_flag::boosting)},
    state_row{delta_output, 5, bits(ups_flag::online, ups_flag::bypass)},
    state_row{delta_output, 7, bits(ups_flag::off)},
    state_row{delta_battery, 0, 0},
    state_row{delta_battery, 1, bits(ups_flag::low_battery)},
    state_row{delta_battery, 2, bits(ups_flag::low_battery)},
    state_row{delta_condition, 0, 0},
    state_row{delta_condition, 2, bits(ups_flag::replace_battery)},
};
constexpr std::array delta_texts{
    text_row{"1.3.6.1.4.1.2254.2.4.1.1.0", &power::identity::manufacturer},
    text_row{"1.3.6.1.4.1.2254.2.4.1.2.0", &power::identity::model},
    text_row{"1.3.6.1.4.1.2254.2.4.1.3.0", &power::identity::firmware},
};

// ---- UPSMAN-MIB, as UPSMAN on a host answers.
constexpr std::array<std::string_view, 1> upsman_identities{"1.3.6.1.4.1.1356"};
constexpr std::array<std::string_view, 1> upsman_landmarks{"1.3.6.1.4.1.1356.1.4.1.0"};
constexpr std::array upsman_numbers{
    vital("1.3.6.1.4.1.1356.1.2.2.0", names::battery_charge, 1, 100),
    vital("1.3.6.1.4.1.1356.1.2.5.0", names::battery_runtime),
    number_row{"1.3.6.1.4.1.1356.1.2.3.0", names::battery_voltage},
    number_row{.object = "1.3.6.1.4.1.1356.1.2.4.0",
               .name = names::battery_temperature,
               .least = -40,
               .most = 150,
               .zero_is_unknown = true},
    vital("1.3.6.1.4.1.1356.1.3.1.0", names::input_voltage, 1, 1000),
    number_row{"1.3.6.1.4.1.1356.1.3.2.0", names::input_frequency, 1, 0, 1000},
    vital("1.3.6.1.4.1.1356.1.4.2.0", names::ups_load, 1, 500),
    number_row{"1.3.6.1.4.1.1356.1.4.3.0", names::output_frequency, 1, 0, 1000},
    number_row{"1.3.6.1.4.1.1356.1.4.4.0", names::output_voltage, 1, 0, 1000},
};
constexpr std::string_view upsman_output = "1.3.6.1.4.1.1356.1.4.1.0";
constexpr std::string_view upsman_battery = "1.3.6.1.4.1.1356.1.2.1.0";
constexpr std::array upsman_states{
    state_row{upsman_output, 2, bits(ups_flag::online)},
    state_row{upsman_output, 3, bits(ups_flag::on_battery)},
    state_row{upsman_output, 4, bits(ups_flag::online, ups_flag::bypass)},
    state_row{upsman_output, 5, bits(ups_flag::off)},
    state_row{upsman_battery, 2, 0},
    state_row{upsman_battery, 3, bits(ups_flag::low_battery)},
    state_row{"1.3.6.1.4.1.1356.1.7.4.0", 1, bits(ups_flag::overload)},
    state_row{"1.3.6.1.4.1.1356.1.7.4.0", 0, 0},
    state_row{"1.3.6.1.4.1.1356.1.7.5.0", 1, bits(ups_flag::replace_battery)},
    state_row{"1.3.6.1.4.1.1356.1.7.5.0", 0, 0},
};
constexpr std::array upsman_texts{
    text_row{"1.3.6.1.4.1.1356.1.1.1.0", &power::identity::model},
};
constexpr sensor_row upsman_probe(std::string_view value, std::string_view name) {
  return {.kind = sensor_kind::temperature_celsius, .value = value, .name = name, .factor = 0.1};
}
constexpr std::array upsman_sensors{
    upsman_probe("1.3.6.1.4.1.1356.1.8.1.0", "tempman.1"),
    upsman_probe("1.3.6.1.4.1.1356.1.8.2.0", "tempman.2"),
    upsman_probe("1.3.6.1.4.1.1356.1.8.3.0", "tempman.3"),
    upsman_probe("1.3.6.1.4.1.1356.1.8.4.0", "tempman.4"),
};
constexpr std::array upsman_orders{
    order_row{.what = verb::test_quick, .object = "1.3.6.1.4.1.1356.1.5.1.0", .number = 4},
    order_row{.what = verb::test_general, .object = "1.3.6.1.4.1.1356.1.5.1.0", .number = 1},
    order_row{.what = verb::test_deep, .object = "1.3.6.1.4.1.1356.1.5.1.0", .number = 3},
    order_row{.what = verb::stay_off, .object = "1.3.6.1.4.1.1356.1.6.2.0", .how = how::seconds},
    order_row{.what = verb::stay_off, .object = "1.3.6.1.4.1.1356.1.6.1.0", .number = 1},
};

}  // namespace

constinit const family netagent{
    .name = "netagent",
    .title = "NetAgent (XPPC-MIB)",
    .identities = netagent_identities,
    .landmarks = netagent_landmarks,
    .is_ups = true,
    .numbers = netagent_numbers,
    .states = netagent_states,
    .texts = netagent_texts,
    .sensors = netagent_sensors,
};
constinit const family delta{
    .name = "delta",
    .title = "Delta (DeltaUPS-MIB)",
    .identities = delta_identities,
    .landmarks = delta_landmarks,
    .is_ups = true,
    .numbers = delta_numbers,
    .states = delta_states,
    .texts = delta_texts,
};
constinit const family upsman{
    .name = "upsman",
    .title = "Generex UPSMAN-MIB",
    .identities = upsman_identities,
    .landmarks = upsman_landmarks,
    .is_ups = true,
    .numbers = upsman_numbers,
    .states = upsman_states,
    .texts = upsman_texts,
    .sensors = upsman_sensors,
    .orders = upsman_orders,
};

}  // namespace holdover::device::snmp
