// APC: what else PowerNet-MIB has in a rack. The three generations of PDUs (sPDU, rPDU, rPDU2),
// transfer switches, environmental monitors; and the PDUs of Enlogic's make with Enlogic's own MIB.

#include "core/power/names.hpp"
#include "io/device/snmp/families.hpp"

#include <array>

namespace holdover::device::snmp {

namespace {

using power::sensor_kind;
namespace names = power::names;

constexpr std::array<std::string_view, 1> identities{"1.3.6.1.4.1.318"};

// ---- rPDU2 first, as it tells phases and banks apart and has power; then rPDU, whose one table of
// loads numbers phases and banks by two columns.

constexpr std::array<std::string_view, 6> pdu_landmarks{
    "1.3.6.1.4.1.318.1.1.26.4.3.1.4.@", "1.3.6.1.4.1.318.1.1.26.6.3.1.5.#",
    "1.3.6.1.4.1.318.1.1.12.1.5.0",     "1.3.6.1.4.1.318.1.1.12.2.3.1.1.2.#",
    "1.3.6.1.4.1.318.1.1.4.1.4.0",      "1.3.6.1.4.1.318.1.1.4.4.2.1.3.#"};

constexpr std::string_view load_phase = "1.3.6.1.4.1.318.1.1.12.2.3.1.1.4.#";
constexpr std::string_view load_bank = "1.3.6.1.4.1.318.1.1.12.2.3.1.1.5.#";

constexpr std::array pdu_numbers{
    number_row{"1.3.6.1.4.1.318.1.1.26.6.3.1.5.#", "input.L#.current", 0.1},
    number_row{"1.3.6.1.4.1.318.1.1.26.6.3.1.6.#", "input.L#.voltage", 1, 0, 1000},
    number_row{"1.3.6.1.4.1.318.1.1.26.6.3.1.7.#", "input.L#.realpower", 10},
    number_row{"1.3.6.1.4.1.318.1.1.26.6.3.1.8.#", "input.L#.power", 10},
    number_row{"1.3.6.1.4.1.318.1.1.26.6.3.1.9.#", "input.L#.powerfactor", 0.01, 0, 1},
    number_row{"1.3.6.1.4.1.318.1.1.26.4.3.1.5.@", names::input_realpower, 10},
    number_row{"1.3.6.1.4.1.318.1.1.26.4.3.1.16.@", "input.power", 10},
    number_row{"1.3.6.1.4.1.318.1.1.26.4.3.1.9.@", "input.energy", 100},
    number_row{"1.3.6.1.4.1.318.1.1.26.8.3.1.5.#", "bank.#.current", 0.1},
    number_row{"1.3.6.1.4.1.318.1.1.26.9.4.3.1.6.#", "outlet.#.current", 0.1},
    number_row{"1.3.6.1.4.1.318.1.1.26.9.4.3.1.7.#", "outlet.#.realpower"},
    number_row{"1.3.6.1.4.1.318.1.1.12.1.16.0", names::input_realpower},
    number_row{.object = "1.3.6.1.4.1.318.1.1.12.2.3.1.1.2.#",
               .name = "input.L#.current",
               .factor = 0.1,
               .numbered_by = load_phase,
               .only = load_bank},
    number_row{.object = "1.3.6.1.4.1.318.1.1.12.2.3.1.1.2.#",
               .name = "bank.#.current",
               .factor = 0.1,
               .numbered_by = load_bank},
};

constexpr std::array pdu_texts{
    text_row{"1.3.6.1.4.1.318.1.1.12.1.5.0", &power::identity::model},
    text_row{"1.3.6.1.4.1.318.1.1.12.1.6.0", &power::identity::serial},
    text_row{"1.3.6.1.4.1.318.1.1.12.1.3.0", &power::identity::firmware},
    text_row{"1.3.6.1.4.1.318.1.1.26.2.1.8.*", &power::identity::model},
    text_row{"1.3.6.1.4.1.318.1.1.26.2.1.9.*", &power::identity::serial},
    text_row{"1.3.6.1.4.1.318.1.1.26.2.1.6.*", &power::identity::firmware},
    text_row{"1.3.6.1.4.1.318.1.1.4.1.4.0", &power::identity::model},
    text_row{"1.3.6.1.4.1.318.1.1.4.1.5.0", &power::identity::serial},
};

constexpr std::array pdu_sensors{
    sensor_row{.kind = sensor_kind::temperature_celsius,
               .value = "1.3.6.1.4.1.318.1.1.26.10.2.2.1.8.#",
               .name = "#",
               .label = "1.3.6.1.4.1.318.1.1.26.10.2.2.1.3.#",
               .factor = 0.1},
    sensor_row{.kind = sensor_kind::humidity_percent,
               .value = "1.3.6.1.4.1.318.1.1.26.10.2.2.1.10.#",
               .name = "#",
               .label = "1.3.6.1.4.1.318.1.1.26.10.2.2.1.3.#"},
};

// ---- ats: which of two sources feeds, and both of them.

constexpr std::array<std::string_view, 2> ats_landmarks{"1.3.6.1.4.1.318.1.1.8.5.1.2.0",
                                                        "1.3.6.1.4.1.318.1.1.8.1.5.0"};
constexpr std::array ats_numbers{
    number_row{"1.3.6.1.4.1.318.1.1.8.5.1.2.0", "input.source", 1, 1, 2, true},
    number_row{"1.3.6.1.4.1.318.1.1.8.4.2.0", "input.source.preferred", 1, 1, 3},
    number_row{"1.3.6.1.4.1.318.1.1.8.5.3.3.1.3.#.*.*", "input.#.voltage", 1, 0, 1000, true},
    number_row{"1.3.6.1.4.1.318.1.1.8.5.3.2.1.4.#", "input.#.frequency", 1, 0, 1000},
    number_row{"1.3.6.1.4.1.318.1.1.8.5.4.3.1.3.*.*.#", "output.L#.voltage", 1, 0, 1000},
    number_row{"1.3.6.1.4.1.318.1.1.8.5.4.3.1.4.*.*.#", "output.L#.current", 0.1},
    number_row{"1.3.6.1.4.1.318.1.1.8.5.4.3.1.13.*.*.#", "output.L#.realpower"},
    number_row{"1.3.6.1.4.1.318.1.1.8.5.4.2.1.4.*", names::output_frequency, 1, 0, 1000},
};
constexpr std::array ats_texts{
    text_row{"1.3.6.1.4.1.318.1.1.8.1.5.0", &power::identity::model},
    text_row{"1.3.6.1.4.1.318.1.1.8.1.6.0", &power::identity::serial},
    text_row{"1.3.6.1.4.1.318.1.1.8.1.2.0", &power::identity::firmware},
};

// ---- environment: monitor and manager (mem), older monitor (ems), and the two kinds of probes on
// a management card (iem, uio). Units are a setting of the device.

constexpr std::array<std::string_view, 4> environment_landmarks{
    "1.3.6.1.4.1.318.1.1.10.4.2.3.1.5.#.#", "1.3.6.1.4.1.318.1.1.10.3.13.1.1.3.#",
    "1.3.6.1.4.1.318.1.1.10.2.3.2.1.4.#", "1.3.6.1.4.1.318.1.1.25.1.2.1.6.#.#"};

constexpr std::array environment_sensors{
    sensor_row{.kind = sensor_kind::temperature_celsius,
               .value = "1.3.6.1.4.1.318.1.1.10.4.2.3.1.5.#.#",
               .name = "mem.#",
               .label = "1.3.6.1.4.1.318.1.1.10.4.2.3.1.3.#.#",
               .fahrenheit = "1.3.6.1.4.1.318.1.1.10.4.2.1.0"},
    sensor_row{.kind = sensor_kind::humidity_percent,
               .value = "1.3.6.1.4.1.318.1.1.10.4.2.3.1.6.#.#",
               .name = "mem.#",
               .label = "1.3.6.1.4.1.318.1.1.10.4.2.3.1.3.#.#"},
    sensor_row{.kind = sensor_kind::temperature_celsius,
               .value = "1.3.6.1.4.1.318.1.1.10.3.13.1.1.3.#",
               .name = "ems.#",
               .label = "1.3.6.1.4.1.318.1.1.10.3.13.1.1.2.#",
               .fahrenheit = "1.3.6.1.4.1.318.1.1.10.3.12.1.0",
               .only = "1.3.6.1.4.1.318.1.1.10.3.13.1.1.10.#",
               .only_is = 2},
    // A probe without a hygrometer says 0.
    sensor_row{.kind = sensor_kind::humidity_percent,
               .value = "1.3.6.1.4.1.318.1.1.10.3.13.1.1.6.#",
               .name = "ems.#",
               .label = "1.3.6.1.4.1.318.1.1.10.3.13.1.1.2.#",
               .only = "1.3.6.1.4.1.318.1.1.10.3.13.1.1.10.#",
               .only_is = 2,
               .zero_is_unknown = true},
    sensor_row{.kind = sensor_kind::temperature_celsius,
               .value = "1.3.6.1.4.1.318.1.1.10.2.3.2.1.4.#",
               .name = "iem.#",
               .label = "1.3.6.1.4.1.318.1.1.10.2.3.2.1.2.#",
               .fahrenheit = "1.3.6.1.4.1.318.1.1.10.2.3.2.1.5.#",
               .only = "1.3.6.1.4.1.318.1.1.10.2.3.2.1.3.#",
               .only_is = 2},
    sensor_row{.kind = sensor_kind::humidity_percent,
               .value = "1.3.6.1.4.1.318.1.1.10.2.3.2.1.6.#",
               .name = "iem.#",
               .label = "1.3.6.1.4.1.318.1.1.10.2.3.2.1.2.#",
               .only = "1.3.6.1.4.1.318.1.1.10.2.3.2.1.3.#",
               .only_is = 2,
               .zero_is_unknown = true},
    sensor_row{.kind = sensor_kind::temperature_celsius,
               .value = "1.3.6.1.4.1.318.1.1.25.1.2.1.6.#.#",
               .name = "uio.#",
               .label = "1.3.6.1.4.1.318.1.1.25.1.2.1.3.#.#"},
    sensor_row{.kind = sensor_kind::humidity_percent,
               .value = "1.3.6.1.4.1.318.1.1.25.1.2.1.7.#.#",
               .name = "uio.#",
               .label = "1.3.6.1.4.1.318.1.1.25.1.2.1.3.#.#"},
    // memInputStatusCurrentState: closed, open.
    sensor_row{.kind = sensor_kind::contact,
               .value = "1.3.6.1.4.1.318.1.1.10.4.3.2.1.7.#.#",
               .name = "mem.#",
               .label = "1.3.6.1.4.1.318.1.1.10.4.3.2.1.3.#.#",
               .active = 1,
               .inactive = 2},
};

// ---- Enlogic, below APC's number and its own.

constexpr std::array<std::string_view, 2> enlogic_identities{"1.3.6.1.4.1.318.1.1.32",
                                                             "1.3.6.1.4.1.38446"};
constexpr std::array<std::string_view, 2> enlogic_landmarks{"1.3.6.1.4.1.318.1.1.32.2.4.1.4.@",
                                                            "1.3.6.1.4.1.38446.1.2.4.1.4.@"};
constexpr std::array enlogic_numbers{
    number_row{"1.3.6.1.4.1.318.1.1.32.2.4.1.4.@", names::input_realpower},
    number_row{"1.3.6.1.4.1.318.1.1.32.2.4.1.5.@", "input.power"},
    number_row{"1.3.6.1.4.1.38446.1.2.4.1.4.@", names::input_realpower},
    number_row{"1.3.6.1.4.1.38446.1.2.4.1.5.@", "input.power"},
};
constexpr std::array enlogic_texts{
    text_row{"1.3.6.1.4.1.318.1.1.32.1.2.1.11.*", &power::identity::model},
    text_row{"1.3.6.1.4.1.318.1.1.32.1.2.1.12.*", &power::identity::serial},
    text_row{"1.3.6.1.4.1.318.1.1.32.1.2.1.14.*", &power::identity::firmware},
};

}  // namespace

constinit const family apc_pdu{
    .name = "apc-pdu",
    .title = "APC PowerNet (rack PDU)",
    .identities = identities,
    .landmarks = pdu_landmarks,
    .numbers = pdu_numbers,
    .texts = pdu_texts,
    .sensors = pdu_sensors,
    .manufacturer = "APC",
};
constinit const family apc_ats{
    .name = "apc-ats",
    .title = "APC PowerNet (transfer switch)",
    .identities = identities,
    .landmarks = ats_landmarks,
    .numbers = ats_numbers,
    .texts = ats_texts,
    .manufacturer = "APC",
};
constinit const family apc_environment{
    .name = "apc-environment",
    .title = "APC PowerNet (environment)",
    .identities = identities,
    .landmarks = environment_landmarks,
    .sensors = environment_sensors,
    .manufacturer = "APC",
};
constinit const family enlogic{
    .name = "enlogic",
    .title = "Enlogic PDU",
    .identities = enlogic_identities,
    .landmarks = enlogic_landmarks,
    .numbers = enlogic_numbers,
    .texts = enlogic_texts,
};

}  // namespace holdover::device::snmp
