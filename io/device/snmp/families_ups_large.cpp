// UPSes of three phases and many values: Socomec (SOCOMECUPS7-MIB), Liebert (LIEBERT-GP-FLEXIBLE),
// Huawei (UPS-MIB below 2011.6.174).

#include "core/power/names.hpp"
#include "io/device/snmp/families.hpp"
#include "io/device/snmp/phase_rows.hpp"

#include <array>

namespace holdover::device::snmp {

namespace {

using power::sensor_kind;
using power::ups_flag;
namespace names = power::names;

constexpr number_row vital(std::string_view object, std::string_view name, double factor = 1,
                           double most = 1e9) {
  return {.object = object, .name = name, .factor = factor, .most = most, .vital = true};
}

// ---- SOCOMECUPS7-MIB: 65535, or ten times that, is "not measured". On inverter says nothing of
// where its power comes from; the battery's status does.
constexpr std::array<std::string_view, 1> socomec_identities{"1.3.6.1.4.1.4555.1.1.7"};
constexpr std::array<std::string_view, 2> socomec_landmarks{"1.3.6.1.4.1.4555.1.1.7.1.4.1.0",
                                                            "1.3.6.1.4.1.4555.1.1.7.1.2.1.0"};
constexpr std::array socomec_numbers{
    number_row{.object = "1.3.6.1.4.1.4555.1.1.7.1.2.3.0",
               .name = names::battery_runtime,
               .factor = 60,
               .vital = true,
               .unknown = 65535},
    vital("1.3.6.1.4.1.4555.1.1.7.1.2.2.0", names::seconds_on_battery),
    vital("1.3.6.1.4.1.4555.1.1.7.1.2.4.0", names::battery_charge, 1, 100),
    number_row{.object = "1.3.6.1.4.1.4555.1.1.7.1.2.5.0",
               .name = names::battery_voltage,
               .factor = 0.1,
               .unknown = 65535},
    number_row{.object = "1.3.6.1.4.1.4555.1.1.7.1.2.6.0",
               .name = names::battery_temperature,
               .factor = 0.1,
               .least = -40,
               .most = 150,
               .unknown = 65535},
    number_row{"1.3.6.1.4.1.4555.1.1.7.1.3.2.0", names::input_frequency, 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.4555.1.1.7.1.4.2.0", names::output_frequency, 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.4555.1.1.7.1.5.1.0", names::bypass_frequency, 0.1, 0, 1000},
};
constexpr std::string_view socomec_output = "1.3.6.1.4.1.4555.1.1.7.1.4.1.0";
constexpr std::string_view socomec_battery = "1.3.6.1.4.1.4555.1.1.7.1.2.1.0";
constexpr std::array socomec_states{
    state_row{socomec_output, 5, bits(ups_flag::online, ups_flag::bypass)},
    state_row{socomec_output, 6, bits(ups_flag::off)},
    state_row{socomec_output, 7, bits(ups_flag::online, ups_flag::bypass)},
    state_row{socomec_output, 8, bits(ups_flag::off)},
    state_row{socomec_battery, 2, 0},
    state_row{socomec_battery, 3, 0},
    state_row{socomec_battery, 6, bits(ups_flag::low_battery)},
    state_row{socomec_battery, 7, bits(ups_flag::low_battery)},
};
constexpr std::array socomec_texts{
    text_row{"1.3.6.1.4.1.4555.1.1.7.1.1.1.0", &power::identity::model},
    text_row{"1.3.6.1.4.1.4555.1.1.7.1.1.2.0", &power::identity::serial},
    text_row{"1.3.6.1.4.1.4555.1.1.7.1.1.5.0", &power::identity::firmware},
};
constexpr std::array socomec_phases{
    input_volts("1.3.6.1.4.1.4555.1.1.7.1.3.3.1.2", {.factor = 0.1, .mains_volts = true}),
    input_amperes("1.3.6.1.4.1.4555.1.1.7.1.3.3.1.3", {.factor = 0.1, .most = 6553}),
    output_volts("1.3.6.1.4.1.4555.1.1.7.1.4.4.1.2", {.factor = 0.1}),
    output_amperes("1.3.6.1.4.1.4555.1.1.7.1.4.4.1.3",
                   {.factor = 0.1, .most = 6553, .shows_load = true}),
    output_load("1.3.6.1.4.1.4555.1.1.7.1.4.4.1.4", {.shows_load = true}),
    bypass_volts("1.3.6.1.4.1.4555.1.1.7.1.5.3.1.2", {.factor = 0.1}),
};
constexpr std::array socomec_sensors{
    sensor_row{.kind = sensor_kind::temperature_celsius,
               .value = "1.3.6.1.4.1.4555.1.1.7.1.2.7.0",
               .name = "ambient",
               .factor = 0.1,
               .zero_is_unknown = true},
};

// ---- LIEBERT-GP-FLEXIBLE: data points by number, each with its label, value and unit as texts in
// three tables; the third index is the system of units, 1 the metric one, 100 the events.
constexpr std::array<std::string_view, 1> liebert_identities{"1.3.6.1.4.1.476.1.42"};
constexpr std::array<std::string_view, 2> liebert_landmarks{
    "1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.1.#", "1.3.6.1.4.1.476.1.42.3.4.1.3.3.1.3.#"};
constexpr std::string_view liebert_source = "1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.1.4872";
constexpr std::string_view liebert_low = "1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.100.4162";
constexpr std::array liebert_numbers{
    number_row{.object = "1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.1.4150",
               .name = names::battery_runtime,
               .vital = true,
               .unit = "1.3.6.1.4.1.476.1.42.3.9.20.1.30.1.2.1.4150"},
    vital("1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.1.4153", names::battery_charge, 1, 100),
    number_row{"1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.1.4155", names::battery_voltage},
    number_row{"1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.1.4096", "input.L1-N.voltage", 1, 0, 1000,
               true},
    number_row{"1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.1.4098", "input.L2-N.voltage", 1, 0, 1000,
               true},
    number_row{"1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.1.4100", "input.L3-N.voltage", 1, 0, 1000,
               true},
    number_row{"1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.1.4105", names::input_frequency, 1, 0, 1000},
    number_row{"1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.1.4113", "input.L1.current"},
    number_row{"1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.1.4114", "input.L2.current"},
    number_row{"1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.1.4115", "input.L3.current"},
    number_row{"1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.1.4128", "input.bypass.L1-N.voltage"},
    number_row{"1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.1.4129", "input.bypass.L2-N.voltage"},
    number_row{"1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.1.4130", "input.bypass.L3-N.voltage"},
    number_row{"1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.1.4131", names::bypass_frequency, 1, 0, 1000},
    number_row{"1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.1.4385", "output.L1-N.voltage", 1, 0, 1000},
    number_row{"1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.1.4386", "output.L2-N.voltage", 1, 0, 1000},
    number_row{"1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.1.4387", "output.L3-N.voltage", 1, 0, 1000},
    number_row{"1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.1.4204", "output.L1.current"},
    number_row{"1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.1.4205", "output.L2.current"},
    number_row{"1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.1.4206", "output.L3.current"},
    number_row{"1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.1.4207", names::output_frequency, 1, 0, 1000},
    number_row{.object = "1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.1.4208",
               .name = names::ups_realpower,
               .unit = "1.3.6.1.4.1.476.1.42.3.9.20.1.30.1.2.1.4208"},
    number_row{.object = "1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.1.4209",
               .name = names::ups_power,
               .unit = "1.3.6.1.4.1.476.1.42.3.9.20.1.30.1.2.1.4209"},
    number_row{"1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.1.4223", "output.L1.power.percent", 1, 0, 500},
    number_row{"1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.1.4224", "output.L2.power.percent", 1, 0, 500},
    number_row{"1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.1.4225", "output.L3.power.percent", 1, 0, 500},
};
constexpr std::array liebert_states{
    state_row{liebert_source, 0, bits(ups_flag::online), "Normal"},
    state_row{liebert_source, 0, bits(ups_flag::on_battery), "Battery"},
    state_row{liebert_source, 0, bits(ups_flag::online, ups_flag::bypass), "Bypass"},
    state_row{liebert_source, 0, bits(ups_flag::online, ups_flag::bypass), "Maintenance Bypass"},
    state_row{liebert_source, 0, bits(ups_flag::online, ups_flag::boosting), "Booster"},
    state_row{liebert_source, 0, bits(ups_flag::online, ups_flag::trimming), "Reducer"},
    state_row{liebert_source, 0, bits(ups_flag::off), "Off"},
    state_row{liebert_source, 0, bits(ups_flag::off), "None"},
    state_row{liebert_low, 0, bits(ups_flag::low_battery), "Active Event"},
    state_row{liebert_low, 0, 0, "Inactive Event"},
};
constexpr std::array liebert_texts{
    text_row{"1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.1.4240", &power::identity::model},
    text_row{"1.3.6.1.4.1.476.1.42.2.1.2.0", &power::identity::model},
    text_row{"1.3.6.1.4.1.476.1.42.2.1.3.0", &power::identity::firmware},
    text_row{"1.3.6.1.4.1.476.1.42.2.1.4.0", &power::identity::serial},
};
constexpr std::array liebert_sensors{
    sensor_row{.kind = sensor_kind::temperature_celsius,
               .value = "1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.1.4156",
               .name = "1.2.1.4156",
               .label = "1.3.6.1.4.1.476.1.42.3.9.20.1.10.1.2.1.4156",
               .unit = "1.3.6.1.4.1.476.1.42.3.9.20.1.30.1.2.1.4156"},
    sensor_row{.kind = sensor_kind::temperature_celsius,
               .value = "1.3.6.1.4.1.476.1.42.3.9.20.1.20.1.2.1.4291",
               .name = "1.2.1.4291",
               .label = "1.3.6.1.4.1.476.1.42.3.9.20.1.10.1.2.1.4291",
               .unit = "1.3.6.1.4.1.476.1.42.3.9.20.1.30.1.2.1.4291"},
    sensor_row{.kind = sensor_kind::temperature_celsius,
               .value = "1.3.6.1.4.1.476.1.42.3.4.1.3.3.1.3.#",
               .name = "env.#"},
    sensor_row{.kind = sensor_kind::humidity_percent,
               .value = "1.3.6.1.4.1.476.1.42.3.4.2.2.3.1.3.#",
               .name = "env.#"},
};

// ---- Huawei UPS5000 and its relatives; all of one system, whose index is 1.
constexpr std::array<std::string_view, 1> huawei_identities{"1.3.6.1.4.1.2011.6.174"};
constexpr std::array<std::string_view, 2> huawei_landmarks{"1.3.6.1.4.1.2011.6.174.1.2.101.1.1.@",
                                                           "1.3.6.1.4.1.2011.6.174.1.6.100.1.3.@"};
constexpr std::array huawei_numbers{
    number_row{"1.3.6.1.4.1.2011.6.174.1.6.100.1.3.@", names::battery_charge, 1, 0, 100, true},
    number_row{"1.3.6.1.4.1.2011.6.174.1.6.100.1.4.@", names::battery_runtime, 1, 0, 1e9, true},
    number_row{"1.3.6.1.4.1.2011.6.174.1.6.100.1.1.@", names::battery_voltage, 0.1},
    number_row{"1.3.6.1.4.1.2011.6.174.1.6.100.1.2.@", names::battery_current, 0.1, -1e4, 1e4},
    number_row{"1.3.6.1.4.1.2011.6.174.1.3.100.1.1.@", "input.L1-N.voltage", 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.2011.6.174.1.3.100.1.2.@", "input.L2-N.voltage", 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.2011.6.174.1.3.100.1.3.@", "input.L3-N.voltage", 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.2011.6.174.1.3.100.1.4.@", names::input_frequency, 0.01, 0, 1000},
    number_row{"1.3.6.1.4.1.2011.6.174.1.3.100.1.5.@", "input.L1.current", 0.1},
    number_row{"1.3.6.1.4.1.2011.6.174.1.3.100.1.6.@", "input.L2.current", 0.1},
    number_row{"1.3.6.1.4.1.2011.6.174.1.3.100.1.7.@", "input.L3.current", 0.1},
    number_row{"1.3.6.1.4.1.2011.6.174.1.5.100.1.1.@", "input.bypass.L1-N.voltage", 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.2011.6.174.1.5.100.1.2.@", "input.bypass.L2-N.voltage", 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.2011.6.174.1.5.100.1.3.@", "input.bypass.L3-N.voltage", 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.2011.6.174.1.5.100.1.4.@", names::bypass_frequency, 0.01, 0, 1000},
    number_row{"1.3.6.1.4.1.2011.6.174.1.4.100.1.1.@", "output.L1-N.voltage", 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.2011.6.174.1.4.100.1.2.@", "output.L2-N.voltage", 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.2011.6.174.1.4.100.1.3.@", "output.L3-N.voltage", 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.2011.6.174.1.4.100.1.4.@", "output.L1.current", 0.1},
    number_row{"1.3.6.1.4.1.2011.6.174.1.4.100.1.5.@", "output.L2.current", 0.1},
    number_row{"1.3.6.1.4.1.2011.6.174.1.4.100.1.6.@", "output.L3.current", 0.1},
    number_row{"1.3.6.1.4.1.2011.6.174.1.4.100.1.7.@", names::output_frequency, 0.01, 0, 1000},
    number_row{"1.3.6.1.4.1.2011.6.174.1.4.100.1.14.@", "output.L1.power.percent", 0.1, 0, 500},
    number_row{"1.3.6.1.4.1.2011.6.174.1.4.100.1.15.@", "output.L2.power.percent", 0.1, 0, 500},
    number_row{"1.3.6.1.4.1.2011.6.174.1.4.100.1.16.@", "output.L3.power.percent", 0.1, 0, 500},
};
constexpr std::string_view huawei_supply = "1.3.6.1.4.1.2011.6.174.1.2.101.1.1.@";
constexpr std::array huawei_states{
    state_row{huawei_supply, 1, bits(ups_flag::off)},
    state_row{huawei_supply, 2, bits(ups_flag::online, ups_flag::bypass)},
    state_row{huawei_supply, 3, bits(ups_flag::online)},
    state_row{huawei_supply, 4, bits(ups_flag::on_battery)},
    state_row{huawei_supply, 6, bits(ups_flag::online, ups_flag::eco)},
    state_row{huawei_supply, 7, bits(ups_flag::on_battery)},
    state_row{"1.3.6.1.4.1.2011.6.174.1.2.101.1.3.@", 5, bits(ups_flag::charging)},
    state_row{"1.3.6.1.4.1.2011.6.174.1.2.101.1.3.@", 6, bits(ups_flag::discharging)},
};
constexpr std::array huawei_texts{
    text_row{"1.3.6.1.4.1.2011.6.174.1.2.100.1.2.*", &power::identity::model},
    text_row{"1.3.6.1.4.1.2011.6.174.1.2.100.1.3.*", &power::identity::firmware},
    text_row{"1.3.6.1.4.1.2011.6.174.1.2.100.1.5.*", &power::identity::serial},
};

}  // namespace

constinit const family socomec_ups{
    .name = "socomec-ups",
    .title = "Socomec (SOCOMECUPS7-MIB)",
    .identities = socomec_identities,
    .landmarks = socomec_landmarks,
    .is_ups = true,
    .numbers = socomec_numbers,
    .states = socomec_states,
    .texts = socomec_texts,
    .phases = socomec_phases,
    .line_counts = {"1.3.6.1.4.1.4555.1.1.7.1.3.1.0", "1.3.6.1.4.1.4555.1.1.7.1.4.3.0",
                    "1.3.6.1.4.1.4555.1.1.7.1.5.2.0"},
    .sensors = socomec_sensors,
    .manufacturer = "Socomec",
};
constinit const family liebert{
    .name = "liebert",
    .title = "Liebert (LIEBERT-GP)",
    .identities = liebert_identities,
    .landmarks = liebert_landmarks,
    .is_ups = true,
    .numbers = liebert_numbers,
    .states = liebert_states,
    .texts = liebert_texts,
    .sensors = liebert_sensors,
    .manufacturer = "Liebert",
};
constinit const family huawei{
    .name = "huawei",
    .title = "Huawei",
    .identities = huawei_identities,
    .landmarks = huawei_landmarks,
    .is_ups = true,
    .numbers = huawei_numbers,
    .states = huawei_states,
    .texts = huawei_texts,
    .manufacturer = "Huawei",
};

}  // namespace holdover::device::snmp
