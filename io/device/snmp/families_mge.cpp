// MGE, and Eaton after it: MG-SNMP-UPS-MIB.

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

// ---- MGE. Yes is 1, no is 2.
constexpr std::array<std::string_view, 1> mge_identities{"1.3.6.1.4.1.705"};
constexpr std::array<std::string_view, 2> mge_landmarks{"1.3.6.1.4.1.705.1.7.3.0",
                                                        "1.3.6.1.4.1.705.1.5.2.0"};
constexpr std::array mge_numbers{
    number_row{.object = "1.3.6.1.4.1.705.1.5.1.0", .name = names::battery_runtime, .vital = true},
    number_row{"1.3.6.1.4.1.705.1.5.2.0", names::battery_charge, 1, 0, 100, true},
    number_row{"1.3.6.1.4.1.705.1.5.5.0", names::battery_voltage, 0.1},
    number_row{.object = "1.3.6.1.4.1.705.1.5.7.0",
               .name = names::battery_temperature,
               .least = -40,
               .most = 150,
               .zero_is_unknown = true},
    number_row{"1.3.6.1.4.1.705.1.4.8.0", names::battery_charge_low, 1, 0, 100},
    number_row{"1.3.6.1.4.1.705.1.4.7.0", names::battery_runtime_low},
    number_row{"1.3.6.1.4.1.705.1.4.12.0", names::ups_power_nominal},
};
constexpr std::string_view on_battery = "1.3.6.1.4.1.705.1.7.3.0";
constexpr std::string_view on_bypass = "1.3.6.1.4.1.705.1.7.4.0";
constexpr std::string_view boost = "1.3.6.1.4.1.705.1.7.8.0";
constexpr std::string_view output_off = "1.3.6.1.4.1.705.1.7.9.0";
constexpr std::string_view overload = "1.3.6.1.4.1.705.1.7.10.0";
constexpr std::string_view buck = "1.3.6.1.4.1.705.1.7.12.0";
constexpr std::string_view mge_replace = "1.3.6.1.4.1.705.1.5.11.0";
constexpr std::string_view mge_low = "1.3.6.1.4.1.705.1.5.14.0";
constexpr std::array mge_states{
    state_row{on_battery, 1, bits(ups_flag::on_battery)},
    state_row{on_battery, 2, bits(ups_flag::online)},
    state_row{on_bypass, 1, bits(ups_flag::bypass)},
    state_row{on_bypass, 2, 0},
    state_row{boost, 1, bits(ups_flag::boosting)},
    state_row{buck, 1, bits(ups_flag::trimming)},
    state_row{output_off, 1, bits(ups_flag::off)},
    state_row{output_off, 2, 0},
    state_row{overload, 1, bits(ups_flag::overload)},
    state_row{overload, 2, 0},
    state_row{mge_replace, 1, bits(ups_flag::replace_battery)},
    state_row{mge_replace, 2, 0},
    state_row{mge_low, 1, bits(ups_flag::low_battery)},
    state_row{mge_low, 2, 0},
};
constexpr std::array mge_texts{
    text_row{"1.3.6.1.4.1.705.1.1.1.0", &power::identity::model},
    text_row{"1.3.6.1.4.1.705.1.1.4.0", &power::identity::firmware},
    text_row{"1.3.6.1.4.1.705.1.1.7.0", &power::identity::serial},
};
constexpr std::array mge_phases{
    input_volts("1.3.6.1.4.1.705.1.6.2.1.2", {.factor = 0.1, .mains_volts = true}),
    input_hertz("1.3.6.1.4.1.705.1.6.2.1.3", {.factor = 0.1}),
    input_amperes("1.3.6.1.4.1.705.1.6.2.1.6", {.factor = 0.1}),
    output_volts("1.3.6.1.4.1.705.1.7.2.1.2", {.factor = 0.1}),
    output_hertz("1.3.6.1.4.1.705.1.7.2.1.3", {.factor = 0.1}),
    output_load("1.3.6.1.4.1.705.1.7.2.1.4", {.shows_load = true}),
    output_amperes("1.3.6.1.4.1.705.1.7.2.1.5", {.factor = 0.1, .shows_load = true}),
};
constexpr std::array mge_sensors{
    sensor_row{.kind = sensor_kind::temperature_celsius,
               .value = "1.3.6.1.4.1.705.1.8.7.1.3.#",
               .name = "#",
               .factor = 0.1,
               .zero_is_unknown = true},
    sensor_row{.kind = sensor_kind::humidity_percent,
               .value = "1.3.6.1.4.1.705.1.8.7.1.6.#",
               .name = "#",
               .factor = 0.1,
               .zero_is_unknown = true},
};
constexpr std::array mge_orders{
    order_row{.what = verb::test_quick, .object = "1.3.6.1.4.1.705.1.10.4.0", .number = 1},
    order_row{.what = verb::test_general, .object = "1.3.6.1.4.1.705.1.10.4.0", .number = 1},
};

}  // namespace

constinit const family mge{
    .name = "mge",
    .title = "MGE (MG-SNMP-UPS-MIB)",
    .identities = mge_identities,
    .landmarks = mge_landmarks,
    .is_ups = true,
    .numbers = mge_numbers,
    .states = mge_states,
    .texts = mge_texts,
    .phases = mge_phases,
    .line_counts = {"1.3.6.1.4.1.705.1.6.1.0", "1.3.6.1.4.1.705.1.7.1.0", {}},
    .sensors = mge_sensors,
    .orders = mge_orders,
};

}  // namespace holdover::device::snmp
