// Rack PDUs of other makers: Vertiv and Geist (GEIST-MIB-V5), Schleifenbauer (SPDM-MIB), Socomec
// (SOCOMECPDU-MIB), Gude (28507).

#include "core/power/names.hpp"
#include "io/device/snmp/families.hpp"

#include <array>

namespace holdover::device::snmp {

namespace {

using power::sensor_kind;
namespace names = power::names;

// ---- GEIST-MIB-V5, and the sensors of its predecessor.
constexpr std::array<std::string_view, 2> vertiv_identities{"1.3.6.1.4.1.21239.5",
                                                            "1.3.6.1.4.1.21239.42"};
constexpr std::array<std::string_view, 3> vertiv_landmarks{"1.3.6.1.4.1.21239.5.2.3.1.1.9.@",
                                                           "1.3.6.1.4.1.21239.5.2.1.8.0",
                                                           "1.3.6.1.4.1.21239.5.1.1.2.0"};
constexpr std::array vertiv_numbers{
    number_row{"1.3.6.1.4.1.21239.5.2.3.1.1.9.@", names::input_realpower},
    number_row{"1.3.6.1.4.1.21239.5.2.3.1.1.10.@", "input.power"},
    number_row{"1.3.6.1.4.1.21239.5.2.3.2.1.4.#", "input.L#.voltage", 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.21239.5.2.3.2.1.8.#", "input.L#.current", 0.01},
    number_row{"1.3.6.1.4.1.21239.5.2.3.2.1.12.#", "input.L#.realpower"},
    number_row{"1.3.6.1.4.1.21239.5.2.3.2.1.13.#", "input.L#.power"},
    number_row{"1.3.6.1.4.1.21239.5.2.3.3.1.4.#", "breaker.#.current", 0.01},
    number_row{"1.3.6.1.4.1.21239.5.2.3.4.1.4.#", "line.#.current", 0.01},
};
constexpr std::array vertiv_texts{
    text_row{"1.3.6.1.4.1.21239.5.2.1.8.0", &power::identity::model},
    text_row{"1.3.6.1.4.1.21239.5.2.1.10.0", &power::identity::serial},
    text_row{"1.3.6.1.4.1.21239.5.2.1.2.0", &power::identity::firmware},
    text_row{"1.3.6.1.4.1.21239.5.1.1.2.0", &power::identity::firmware},
};
constexpr std::array vertiv_sensors{
    sensor_row{.kind = sensor_kind::temperature_celsius,
               .value = "1.3.6.1.4.1.21239.5.1.2.1.5.#",
               .name = "internal.#",
               .label = "1.3.6.1.4.1.21239.5.1.2.1.3.#",
               .factor = 0.1},
    sensor_row{.kind = sensor_kind::humidity_percent,
               .value = "1.3.6.1.4.1.21239.5.1.2.1.6.#",
               .name = "internal.#",
               .label = "1.3.6.1.4.1.21239.5.1.2.1.3.#"},
};
constexpr std::array<std::string_view, 1> geist_identities{"1.3.6.1.4.1.21239.2"};
constexpr std::array<std::string_view, 2> geist_landmarks{"1.3.6.1.4.1.21239.2.2.1.5.#",
                                                          "1.3.6.1.4.1.21239.2.4.1.5.#"};
constexpr std::array geist_sensors{
    sensor_row{.kind = sensor_kind::temperature_celsius,
               .value = "1.3.6.1.4.1.21239.2.2.1.5.#",
               .name = "climate.#",
               .label = "1.3.6.1.4.1.21239.2.2.1.3.#"},
    sensor_row{.kind = sensor_kind::humidity_percent,
               .value = "1.3.6.1.4.1.21239.2.2.1.7.#",
               .name = "climate.#",
               .label = "1.3.6.1.4.1.21239.2.2.1.3.#"},
    sensor_row{.kind = sensor_kind::temperature_celsius,
               .value = "1.3.6.1.4.1.21239.2.4.1.5.#",
               .name = "probe.#",
               .label = "1.3.6.1.4.1.21239.2.4.1.3.#"},
};

// ---- SPDM-MIB.
constexpr std::array<std::string_view, 1> schleifenbauer_identities{"1.3.6.1.4.1.31034"};
constexpr std::array<std::string_view, 1> schleifenbauer_landmarks{
    "1.3.6.1.4.1.31034.12.1.1.2.6.1.1.5.@.#"};
constexpr std::array schleifenbauer_numbers{
    number_row{"1.3.6.1.4.1.31034.12.1.1.2.6.1.1.5.@.#", "input.L#.current", 0.01},
    number_row{"1.3.6.1.4.1.31034.12.1.1.2.6.1.1.7.@.#", "input.L#.voltage", 0.01, 0, 1000},
    number_row{"1.3.6.1.4.1.31034.12.1.1.2.7.2.1.5.@.#", "channel.#.current", 0.01},
    number_row{"1.3.6.1.4.1.31034.12.1.1.2.7.2.1.7.@.#", "channel.#.voltage", 0.01, 0, 1000},
};
constexpr std::array schleifenbauer_texts{
    text_row{"1.3.6.1.4.1.31034.12.1.1.2.1.1.1.2.*", &power::identity::firmware},
    text_row{"1.3.6.1.4.1.31034.12.1.1.2.1.1.1.6.*", &power::identity::serial},
};

// ---- SOCOMECPDU-MIB: three scalars a phase, by hand.
constexpr std::array<std::string_view, 1> socomec_identities{"1.3.6.1.4.1.4555.2.30"};
constexpr std::array<std::string_view, 1> socomec_landmarks{"1.3.6.1.4.1.4555.2.30.2.1.0"};
constexpr std::array socomec_numbers{
    number_row{"1.3.6.1.4.1.4555.2.30.2.1.0", names::output_frequency, 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.4555.2.30.2.2.0", "output.L1.voltage", 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.4555.2.30.2.3.0", "output.L1.current", 0.1},
    number_row{"1.3.6.1.4.1.4555.2.30.2.4.0", "output.L2.voltage", 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.4555.2.30.2.5.0", "output.L2.current", 0.1},
    number_row{"1.3.6.1.4.1.4555.2.30.2.6.0", "output.L3.voltage", 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.4555.2.30.2.7.0", "output.L3.current", 0.1},
};
constexpr std::array socomec_texts{
    text_row{"1.3.6.1.4.1.4555.2.30.1.2.0", &power::identity::model},
    text_row{"1.3.6.1.4.1.4555.2.30.1.3.0", &power::identity::serial},
    text_row{"1.3.6.1.4.1.4555.2.30.1.5.0", &power::identity::firmware},
};

// ---- Gude: every product has a number of its own, and below it the same tree.
constexpr std::array<std::string_view, 1> gude_identities{"1.3.6.1.4.1.28507"};
constexpr std::array<std::string_view, 1> gude_landmarks{"1.3.6.1.4.1.28507.*.1.1.1.1.0"};
constexpr std::array gude_numbers{
    number_row{"1.3.6.1.4.1.28507.*.1.5.1.2.1.4.#", "input.L#.realpower"},
    number_row{"1.3.6.1.4.1.28507.*.1.5.1.2.1.5.#", "input.L#.current", 0.001},
    number_row{"1.3.6.1.4.1.28507.*.1.5.1.2.1.6.#", "input.L#.voltage", 1, 0, 1000},
    number_row{"1.3.6.1.4.1.28507.*.1.5.1.2.1.7.#", "input.L#.frequency", 0.01, 0, 1000},
};
constexpr std::array gude_sensors{
    sensor_row{.kind = sensor_kind::temperature_celsius,
               .value = "1.3.6.1.4.1.28507.*.1.6.1.1.2.#",
               .name = "#",
               .label = "1.3.6.1.4.1.28507.*.1.6.1.1.32.#",
               .factor = 0.1},
    sensor_row{.kind = sensor_kind::humidity_percent,
               .value = "1.3.6.1.4.1.28507.*.1.6.1.1.3.#",
               .name = "#",
               .label = "1.3.6.1.4.1.28507.*.1.6.1.1.32.#",
               .factor = 0.1},
    sensor_row{.kind = sensor_kind::contact,
               .value = "1.3.6.1.4.1.28507.*.1.5.6.2.1.2.#",
               .name = "in.#",
               .label = "1.3.6.1.4.1.28507.*.1.5.6.2.1.32.#"},
};

}  // namespace

constinit const family vertiv{
    .name = "vertiv",
    .title = "Vertiv and Geist, version 5",
    .identities = vertiv_identities,
    .landmarks = vertiv_landmarks,
    .numbers = vertiv_numbers,
    .texts = vertiv_texts,
    .sensors = vertiv_sensors,
    .manufacturer = "Vertiv",
};
constinit const family geist{
    .name = "geist",
    .title = "Geist, version 3",
    .identities = geist_identities,
    .landmarks = geist_landmarks,
    .sensors = geist_sensors,
    .manufacturer = "Geist",
};
constinit const family schleifenbauer{
    .name = "schleifenbauer",
    .title = "Schleifenbauer",
    .identities = schleifenbauer_identities,
    .landmarks = schleifenbauer_landmarks,
    .numbers = schleifenbauer_numbers,
    .texts = schleifenbauer_texts,
    .manufacturer = "Schleifenbauer",
};
constinit const family socomec_pdu{
    .name = "socomec-pdu",
    .title = "Socomec PDU",
    .identities = socomec_identities,
    .landmarks = socomec_landmarks,
    .numbers = socomec_numbers,
    .texts = socomec_texts,
    .manufacturer = "Socomec",
};
constinit const family gude{
    .name = "gude",
    .title = "Gude",
    .identities = gude_identities,
    .landmarks = gude_landmarks,
    .numbers = gude_numbers,
    .sensors = gude_sensors,
    .manufacturer = "Gude",
};

}  // namespace holdover::device::snmp
