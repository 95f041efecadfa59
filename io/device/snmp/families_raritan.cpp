// Raritan: PDU2-MIB of PX2 and later (Legrand's own PDUs answer as these), PDU-MIB of PX.

#include "io/device/snmp/families.hpp"

#include <array>

namespace holdover::device::snmp {

namespace {

using power::sensor_kind;

/// Both MIBs have one table for probes of all kinds, with a column for the kind.
struct probe_columns {
  std::string_view value{};
  std::string_view label{};
  std::string_view digits{};
  std::string_view type{};
};

constexpr sensor_row probe(sensor_kind kind, std::int64_t type, const probe_columns& at) {
  return {.kind = kind,
          .value = at.value,
          .name = "#",
          .label = at.label,
          .digits = at.digits,
          .only = at.type,
          .only_is = type};
}
constexpr sensor_row temperature_probe(const probe_columns& at) {
  return probe(sensor_kind::temperature_celsius, 10, at);
}
constexpr sensor_row humidity_probe(const probe_columns& at) {
  return probe(sensor_kind::humidity_percent, 11, at);
}

// ---- PDU2-MIB. Each value stands under the number of what it measures: 1 current, 4 voltage, 5
// active power, 6 apparent power, 23 frequency; its decimal digits stand in a table of the same
// shape.
constexpr std::array<std::string_view, 1> px2_identities{"1.3.6.1.4.1.13742.6"};
constexpr std::array<std::string_view, 3> px2_landmarks{"1.3.6.1.4.1.13742.6.5.2.3.1.4.@.#.*",
                                                        "1.3.6.1.4.1.13742.6.5.5.3.1.4.#.#",
                                                        "1.3.6.1.4.1.13742.6.3.2.1.1.3.@"};

constexpr number_row px2_inlet(std::string_view value, std::string_view digits,
                               std::string_view name) {
  return {.object = value, .name = name, .digits = digits};
}

constexpr std::array px2_numbers{
    px2_inlet("1.3.6.1.4.1.13742.6.5.2.3.1.4.@.#.1", "1.3.6.1.4.1.13742.6.3.3.4.1.7.@.#.1",
              "input.L#.current"),
    px2_inlet("1.3.6.1.4.1.13742.6.5.2.3.1.4.@.#.4", "1.3.6.1.4.1.13742.6.3.3.4.1.7.@.#.4",
              "input.L#.voltage"),
    px2_inlet("1.3.6.1.4.1.13742.6.5.2.3.1.4.@.#.5", "1.3.6.1.4.1.13742.6.3.3.4.1.7.@.#.5",
              "input.L#.realpower"),
    px2_inlet("1.3.6.1.4.1.13742.6.5.2.3.1.4.@.#.6", "1.3.6.1.4.1.13742.6.3.3.4.1.7.@.#.6",
              "input.L#.power"),
    px2_inlet("1.3.6.1.4.1.13742.6.5.2.3.1.4.@.#.23", "1.3.6.1.4.1.13742.6.3.3.4.1.7.@.#.23",
              "input.L#.frequency"),
    px2_inlet("1.3.6.1.4.1.13742.6.5.2.4.1.4.@.#.#.1", "1.3.6.1.4.1.13742.6.3.3.6.1.7.@.#.#.1",
              "pole.#.current"),
    px2_inlet("1.3.6.1.4.1.13742.6.5.3.3.1.4.@.#.1", "1.3.6.1.4.1.13742.6.3.4.4.1.7.@.#.1",
              "breaker.#.current"),
    px2_inlet("1.3.6.1.4.1.13742.6.5.4.3.1.4.@.#.1", "1.3.6.1.4.1.13742.6.3.5.4.1.7.@.#.1",
              "outlet.#.current"),
    px2_inlet("1.3.6.1.4.1.13742.6.5.4.3.1.4.@.#.4", "1.3.6.1.4.1.13742.6.3.5.4.1.7.@.#.4",
              "outlet.#.voltage"),
    px2_inlet("1.3.6.1.4.1.13742.6.5.4.3.1.4.@.#.5", "1.3.6.1.4.1.13742.6.3.5.4.1.7.@.#.5",
              "outlet.#.realpower"),
};
constexpr std::array px2_texts{
    text_row{"1.3.6.1.4.1.13742.6.3.2.1.1.2.*", &power::identity::manufacturer},
    text_row{"1.3.6.1.4.1.13742.6.3.2.1.1.3.*", &power::identity::model},
    text_row{"1.3.6.1.4.1.13742.6.3.2.1.1.4.*", &power::identity::serial},
    text_row{"1.3.6.1.4.1.13742.6.3.2.3.1.6.*.*.*", &power::identity::firmware},
};

// externalSensorType: temperature, humidity, and on/off, which is told by its state.
constexpr probe_columns px2_probes{.value = "1.3.6.1.4.1.13742.6.5.5.3.1.4.#.#",
                                   .label = "1.3.6.1.4.1.13742.6.3.6.3.1.4.#.#",
                                   .digits = "1.3.6.1.4.1.13742.6.3.6.3.1.17.#.#",
                                   .type = "1.3.6.1.4.1.13742.6.3.6.3.1.2.#.#"};
constexpr std::array px2_sensors{
    temperature_probe(px2_probes),
    humidity_probe(px2_probes),
    sensor_row{.kind = sensor_kind::contact,
               .value = "1.3.6.1.4.1.13742.6.5.5.3.1.3.#.#",
               .name = "#",
               .label = "1.3.6.1.4.1.13742.6.3.6.3.1.4.#.#",
               .only = "1.3.6.1.4.1.13742.6.3.6.3.1.2.#.#",
               .only_is = 14,
               .active = 7,
               .inactive = 8},
};

// ---- PDU-MIB: milliamperes, millivolts, watts.
constexpr std::array<std::string_view, 2> px_identities{"1.3.6.1.4.1.13742.4",
                                                        "1.3.6.1.4.1.13742.1"};
constexpr std::array<std::string_view, 3> px_landmarks{"1.3.6.1.4.1.13742.4.1.2.2.1.2.#",
                                                       "1.3.6.1.4.1.13742.4.1.20.2.1.7.#",
                                                       "1.3.6.1.4.1.13742.1.2.2.1.3.#"};
constexpr std::array px_numbers{
    number_row{"1.3.6.1.4.1.13742.4.1.20.2.1.7.#", "input.L#.current", 0.001},
    number_row{"1.3.6.1.4.1.13742.4.1.20.2.1.8.#", "input.L#.voltage", 0.001, 0, 1000},
    number_row{"1.3.6.1.4.1.13742.4.1.20.2.1.9.#", "input.L#.realpower"},
    number_row{"1.3.6.1.4.1.13742.4.1.20.2.1.10.#", "input.L#.power"},
    number_row{"1.3.6.1.4.1.13742.4.1.2.2.1.4.#", "outlet.#.current", 0.001},
    number_row{"1.3.6.1.4.1.13742.4.1.2.2.1.6.#", "outlet.#.voltage", 0.001, 0, 1000},
    number_row{"1.3.6.1.4.1.13742.4.1.2.2.1.7.#", "outlet.#.realpower"},
    number_row{"1.3.6.1.4.1.13742.1.2.2.1.4.#", "outlet.#.current", 0.001},
    number_row{"1.3.6.1.4.1.13742.1.2.2.1.7.#", "outlet.#.realpower"},
};
constexpr std::array px_texts{
    text_row{"1.3.6.1.4.1.13742.4.1.1.1.0", &power::identity::firmware},
    text_row{"1.3.6.1.4.1.13742.4.1.1.2.0", &power::identity::serial},
    text_row{"1.3.6.1.4.1.13742.4.1.1.12.0", &power::identity::model},
};
constexpr probe_columns px_probes{.value = "1.3.6.1.4.1.13742.4.3.3.1.41.#",
                                  .label = "1.3.6.1.4.1.13742.4.3.3.1.4.#",
                                  .digits = "1.3.6.1.4.1.13742.4.3.3.1.17.#",
                                  .type = "1.3.6.1.4.1.13742.4.3.3.1.2.#"};
constexpr std::array px_sensors{
    temperature_probe(px_probes),
    humidity_probe(px_probes),
    sensor_row{.kind = sensor_kind::temperature_celsius,
               .value = "1.3.6.1.4.1.13742.4.1.3.1.5.0",
               .name = "cpu",
               .factor = 0.1},
};

}  // namespace

constinit const family raritan_px2{
    .name = "raritan-px2",
    .title = "Raritan PX2 and later",
    .identities = px2_identities,
    .landmarks = px2_landmarks,
    .numbers = px2_numbers,
    .texts = px2_texts,
    .sensors = px2_sensors,
    .manufacturer = "Raritan",
};
constinit const family raritan_px{
    .name = "raritan-px",
    .title = "Raritan PX",
    .identities = px_identities,
    .landmarks = px_landmarks,
    .numbers = px_numbers,
    .texts = px_texts,
    .sensors = px_sensors,
    .manufacturer = "Raritan",
};

}  // namespace holdover::device::snmp
