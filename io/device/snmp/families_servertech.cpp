// ServerTech: Sentry3-MIB and Sentry4-MIB.

#include "io/device/snmp/families.hpp"

#include <array>

namespace holdover::device::snmp {

namespace {

using power::sensor_kind;

// ---- Sentry3-MIB: tower, infeed, outlet.
constexpr std::array<std::string_view, 1> sentry3_identities{"1.3.6.1.4.1.1718.3"};
constexpr std::array<std::string_view, 2> sentry3_landmarks{"1.3.6.1.4.1.1718.3.2.2.1.7.#.#",
                                                            "1.3.6.1.4.1.1718.3.1.1.0"};
constexpr std::array sentry3_numbers{
    number_row{"1.3.6.1.4.1.1718.3.2.2.1.7.#.#", "infeed.#.current", 0.01},
    number_row{"1.3.6.1.4.1.1718.3.2.2.1.11.#.#", "infeed.#.voltage", 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.1718.3.2.2.1.12.#.#", "infeed.#.realpower"},
    number_row{"1.3.6.1.4.1.1718.3.2.3.1.7.#.#.#", "outlet.#.current", 0.01},
    number_row{"1.3.6.1.4.1.1718.3.2.3.1.13.#.#.#", "outlet.#.voltage", 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.1718.3.2.3.1.14.#.#.#", "outlet.#.realpower"},
};
constexpr std::array sentry3_texts{
    text_row{"1.3.6.1.4.1.1718.3.1.1.0", &power::identity::firmware},
    text_row{"1.3.6.1.4.1.1718.3.2.1.1.6.*", &power::identity::serial},
    text_row{"1.3.6.1.4.1.1718.3.2.1.1.7.*", &power::identity::model},
};
// tempHumidSensorTempScale: celsius 0, fahrenheit 1.
constexpr std::array sentry3_sensors{
    sensor_row{.kind = sensor_kind::temperature_celsius,
               .value = "1.3.6.1.4.1.1718.3.2.5.1.6.#.#",
               .name = "#",
               .label = "1.3.6.1.4.1.1718.3.2.5.1.3.#.#",
               .factor = 0.1,
               .fahrenheit = "1.3.6.1.4.1.1718.3.2.5.1.13.#.#",
               .fahrenheit_is = 1},
    sensor_row{.kind = sensor_kind::humidity_percent,
               .value = "1.3.6.1.4.1.1718.3.2.5.1.10.#.#",
               .name = "#",
               .label = "1.3.6.1.4.1.1718.3.2.5.1.3.#.#"},
};

// ---- Sentry4-MIB: unit, cord, line, phase, outlet.
constexpr std::array<std::string_view, 1> sentry4_identities{"1.3.6.1.4.1.1718.4"};
constexpr std::array<std::string_view, 2> sentry4_landmarks{"1.3.6.1.4.1.1718.4.1.3.3.1.3.#.#",
                                                            "1.3.6.1.4.1.1718.4.1.1.1.1.0"};
constexpr std::array sentry4_numbers{
    number_row{"1.3.6.1.4.1.1718.4.1.3.3.1.3.#.#", "cord.#.realpower"},
    number_row{"1.3.6.1.4.1.1718.4.1.3.3.1.5.#.#", "cord.#.power"},
    number_row{"1.3.6.1.4.1.1718.4.1.3.3.1.11.#.#", "cord.#.frequency", 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.1718.4.1.4.3.1.3.#.#.#", "line.#.current", 0.01},
    number_row{"1.3.6.1.4.1.1718.4.1.5.3.1.3.#.#.#", "phase.#.voltage", 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.1718.4.1.5.3.1.6.#.#.#", "phase.#.current", 0.01},
    number_row{"1.3.6.1.4.1.1718.4.1.5.3.1.8.#.#.#", "phase.#.realpower"},
    number_row{"1.3.6.1.4.1.1718.4.1.7.3.1.3.#.#.#", "branch.#.current", 0.01},
    number_row{"1.3.6.1.4.1.1718.4.1.8.3.1.3.#.#.#", "outlet.#.current", 0.01},
};
constexpr std::array sentry4_texts{
    text_row{"1.3.6.1.4.1.1718.4.1.1.1.1.0", &power::identity::model},
    text_row{"1.3.6.1.4.1.1718.4.1.1.1.2.0", &power::identity::firmware},
};
// A probe that is not there shows -41 degrees and a humidity of -1.
constexpr std::array sentry4_sensors{
    sensor_row{.kind = sensor_kind::temperature_celsius,
               .value = "1.3.6.1.4.1.1718.4.1.9.3.1.1.#.#",
               .name = "#",
               .label = "1.3.6.1.4.1.1718.4.1.9.2.1.3.#.#",
               .factor = 0.1,
               .fahrenheit = "1.3.6.1.4.1.1718.4.1.9.1.10.0",
               .fahrenheit_is = 1},
    sensor_row{.kind = sensor_kind::humidity_percent,
               .value = "1.3.6.1.4.1.1718.4.1.10.3.1.1.#.#",
               .name = "#",
               .label = "1.3.6.1.4.1.1718.4.1.10.2.1.3.#.#"},
};

}  // namespace

constinit const family sentry3{
    .name = "sentry3",
    .title = "ServerTech Sentry3",
    .identities = sentry3_identities,
    .landmarks = sentry3_landmarks,
    .numbers = sentry3_numbers,
    .texts = sentry3_texts,
    .sensors = sentry3_sensors,
    .manufacturer = "ServerTech",
};
constinit const family sentry4{
    .name = "sentry4",
    .title = "ServerTech Sentry4",
    .identities = sentry4_identities,
    .landmarks = sentry4_landmarks,
    .numbers = sentry4_numbers,
    .texts = sentry4_texts,
    .sensors = sentry4_sensors,
    .manufacturer = "ServerTech",
};

}  // namespace holdover::device::snmp
