// Eaton beside its UPSes: EATON-SENSOR-MIB, EATON-EPDU-MIB and EATON-ATS2-MIB.

#include "core/power/names.hpp"
#include "io/device/snmp/families.hpp"

#include <array>

namespace holdover::device::snmp {

namespace {

using power::sensor_kind;
namespace names = power::names;

// ---- EMP002 and later probes, in tenths.
constexpr std::array<std::string_view, 3> probe_landmarks{"1.3.6.1.4.1.534.6.8.1.2.3.1.3.#.#",
                                                          "1.3.6.1.4.1.534.6.8.1.3.3.1.3.#.#",
                                                          "1.3.6.1.4.1.534.6.8.1.4.3.1.3.#.#"};
constexpr std::array probe_sensors{
    sensor_row{.kind = sensor_kind::temperature_celsius,
               .value = "1.3.6.1.4.1.534.6.8.1.2.3.1.3.#.#",
               .name = "#",
               .label = "1.3.6.1.4.1.534.6.8.1.2.2.1.1.#.#",
               .factor = 0.1},
    sensor_row{.kind = sensor_kind::humidity_percent,
               .value = "1.3.6.1.4.1.534.6.8.1.3.3.1.3.#.#",
               .name = "#",
               .label = "1.3.6.1.4.1.534.6.8.1.3.2.1.1.#.#",
               .factor = 0.1},
    sensor_row{.kind = sensor_kind::contact,
               .value = "1.3.6.1.4.1.534.6.8.1.4.3.1.3.#.#",
               .name = "#",
               .label = "1.3.6.1.4.1.534.6.8.1.4.2.1.1.#.#"},
};

// ---- ePDU G2 and later. The first index is the strip of a chain, counted from 0.
constexpr std::array<std::string_view, 1> epdu_identities{"1.3.6.1.4.1.534.6.6.7"};
constexpr std::array<std::string_view, 2> epdu_landmarks{"1.3.6.1.4.1.534.6.6.7.1.2.1.3.@",
                                                         "1.3.6.1.4.1.534.6.6.7.3.2.1.3.@.*.#"};
constexpr std::array epdu_numbers{
    number_row{"1.3.6.1.4.1.534.6.6.7.3.2.1.3.@.*.#", "input.L#.voltage", 0.001, 0, 1000},
    number_row{"1.3.6.1.4.1.534.6.6.7.3.3.1.4.@.*.#", "input.L#.current", 0.001},
    number_row{"1.3.6.1.4.1.534.6.6.7.3.3.1.11.@.*.#", "input.L#.load", 1, 0, 500},
    number_row{"1.3.6.1.4.1.534.6.6.7.3.4.1.4.@.*.#", "input.L#.realpower"},
    number_row{"1.3.6.1.4.1.534.6.6.7.3.4.1.3.@.*.#", "input.L#.power"},
    number_row{"1.3.6.1.4.1.534.6.6.7.3.1.1.3.@.*", names::input_frequency, 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.534.6.6.7.3.5.1.4.@.*", names::input_realpower},
    number_row{"1.3.6.1.4.1.534.6.6.7.3.5.1.3.@.*", "input.power"},
    number_row{"1.3.6.1.4.1.534.6.6.7.6.4.1.3.@.#", "outlet.#.current", 0.001},
    number_row{"1.3.6.1.4.1.534.6.6.7.6.5.1.3.@.#", "outlet.#.realpower"},
    number_row{"1.3.6.1.4.1.534.6.6.7.5.4.1.3.@.#", "bank.#.current", 0.001},
    number_row{"1.3.6.1.4.1.534.6.6.7.5.3.1.3.@.#", "bank.#.voltage", 0.001, 0, 1000},
};
constexpr std::array epdu_texts{
    text_row{"1.3.6.1.4.1.534.6.6.7.1.2.1.2.*", &power::identity::model},
    text_row{"1.3.6.1.4.1.534.6.6.7.1.2.1.3.*", &power::identity::model},
    text_row{"1.3.6.1.4.1.534.6.6.7.1.2.1.4.*", &power::identity::serial},
    text_row{"1.3.6.1.4.1.534.6.6.7.1.2.1.5.*", &power::identity::firmware},
};
constexpr std::array epdu_sensors{
    sensor_row{.kind = sensor_kind::temperature_celsius,
               .value = "1.3.6.1.4.1.534.6.6.7.7.1.1.4.#.#",
               .name = "#",
               .label = "1.3.6.1.4.1.534.6.6.7.7.1.1.2.#.#",
               .factor = 0.1},
    sensor_row{.kind = sensor_kind::humidity_percent,
               .value = "1.3.6.1.4.1.534.6.6.7.7.2.1.4.#.#",
               .name = "#",
               .label = "1.3.6.1.4.1.534.6.6.7.7.2.1.2.#.#",
               .factor = 0.1},
    sensor_row{.kind = sensor_kind::contact,
               .value = "1.3.6.1.4.1.534.6.6.7.7.3.1.4.#.#",
               .name = "#",
               .label = "1.3.6.1.4.1.534.6.6.7.7.3.1.2.#.#"},
};

// ---- ATS 16, with a Network-M2 card.
constexpr std::array<std::string_view, 1> ats_identities{"1.3.6.1.4.1.534.10.2"};
constexpr std::array<std::string_view, 1> ats_landmarks{"1.3.6.1.4.1.534.10.2.2.4.0"};
constexpr std::array ats_numbers{
    number_row{"1.3.6.1.4.1.534.10.2.2.4.0", "input.source", 1, 1, 4, true},
    number_row{"1.3.6.1.4.1.534.10.2.4.5.0", "input.source.preferred", 1, 1, 2},
    number_row{"1.3.6.1.4.1.534.10.2.2.2.1.2.#", "input.#.voltage", 0.1, 0, 1000, true},
    number_row{"1.3.6.1.4.1.534.10.2.2.2.1.3.#", "input.#.frequency", 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.534.10.2.2.3.1.0", names::output_voltage, 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.534.10.2.2.3.2.0", names::output_current, 0.1},
};
constexpr std::array ats_texts{
    text_row{"1.3.6.1.4.1.534.10.2.1.2.0", &power::identity::model},
    text_row{"1.3.6.1.4.1.534.10.2.1.3.0", &power::identity::firmware},
    text_row{"1.3.6.1.4.1.534.10.2.1.5.0", &power::identity::serial},
};

}  // namespace

constinit const family eaton_sensors{
    .name = "eaton-sensors",
    .title = "Eaton environmental probes",
    .landmarks = probe_landmarks,
    .sensors = probe_sensors,
};
constinit const family eaton_epdu{
    .name = "eaton-epdu",
    .title = "Eaton ePDU G2 and later",
    .identities = epdu_identities,
    .landmarks = epdu_landmarks,
    .numbers = epdu_numbers,
    .texts = epdu_texts,
    .sensors = epdu_sensors,
    .manufacturer = "Eaton",
};
constinit const family eaton_ats{
    .name = "eaton-ats",
    .title = "Eaton ATS",
    .identities = ats_identities,
    .landmarks = ats_landmarks,
    .numbers = ats_numbers,
    .texts = ats_texts,
    .manufacturer = "Eaton",
};

}  // namespace holdover::device::snmp
