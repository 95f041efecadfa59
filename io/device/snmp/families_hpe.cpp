// HPE: CPQPOWER-MIB. Its UPSes speak XUPS below Compaq's number; PDU Management Module and modular
// PDU.

#include "core/power/names.hpp"
#include "io/device/snmp/families.hpp"
#include "io/device/snmp/phase_rows.hpp"

#include <array>

namespace holdover::device::snmp {

namespace {

using power::ups_flag;
namespace names = power::names;
using verb = power::ups_command::verb;
using how = order_row::value;

// ---- CPQPOWER-MIB: the UPS part is XUPS under another number.
constexpr std::array<std::string_view, 1> hpe_identities{"1.3.6.1.4.1.232.165"};
constexpr std::array<std::string_view, 2> hpe_ups_landmarks{"1.3.6.1.4.1.232.165.3.4.5.0",
                                                            "1.3.6.1.4.1.232.165.3.2.4.0"};
constexpr std::array hpe_ups_numbers{
    number_row{
        .object = "1.3.6.1.4.1.232.165.3.2.1.0", .name = names::battery_runtime, .vital = true},
    number_row{"1.3.6.1.4.1.232.165.3.2.4.0", names::battery_charge, 1, 0, 100, true},
    number_row{"1.3.6.1.4.1.232.165.3.2.2.0", names::battery_voltage},
    number_row{"1.3.6.1.4.1.232.165.3.2.3.0", names::battery_current, 1, -1e4, 1e4},
    number_row{"1.3.6.1.4.1.232.165.3.3.1.0", names::input_frequency, 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.232.165.3.4.1.0", names::ups_load, 1, 0, 500, true},
    number_row{"1.3.6.1.4.1.232.165.3.4.2.0", names::output_frequency, 0.1, 0, 1000},
};
constexpr std::string_view hpe_source = "1.3.6.1.4.1.232.165.3.4.5.0";
constexpr std::array hpe_ups_states{
    state_row{hpe_source, 2, bits(ups_flag::off)},
    state_row{hpe_source, 3, bits(ups_flag::online)},
    state_row{hpe_source, 4, bits(ups_flag::online, ups_flag::bypass)},
    state_row{hpe_source, 5, bits(ups_flag::on_battery)},
    state_row{hpe_source, 6, bits(ups_flag::online, ups_flag::boosting)},
    state_row{hpe_source, 7, bits(ups_flag::online, ups_flag::trimming)},
    state_row{hpe_source, 8, bits(ups_flag::online)},
    state_row{hpe_source, 9, bits(ups_flag::online)},
    state_row{"1.3.6.1.4.1.232.165.3.2.5.0", 1, bits(ups_flag::charging)},
    state_row{"1.3.6.1.4.1.232.165.3.2.5.0", 2, bits(ups_flag::discharging)},
    state_row{"1.3.6.1.4.1.232.165.3.7.2.0", 4, bits(ups_flag::testing)},
};
constexpr std::array hpe_ups_texts{
    text_row{"1.3.6.1.4.1.232.165.3.1.1.0", &power::identity::manufacturer},
    text_row{"1.3.6.1.4.1.232.165.3.1.2.0", &power::identity::model},
    text_row{"1.3.6.1.4.1.232.165.3.1.3.0", &power::identity::firmware},
};
constexpr std::array hpe_ups_phases{
    input_volts("1.3.6.1.4.1.232.165.3.3.4.1.2", {.mains_volts = true}),
    input_amperes("1.3.6.1.4.1.232.165.3.3.4.1.3"),
    output_volts("1.3.6.1.4.1.232.165.3.4.4.1.2", {.mains_volts = true}),
    output_amperes("1.3.6.1.4.1.232.165.3.4.4.1.3", {.shows_load = true}),
    output_watts("1.3.6.1.4.1.232.165.3.4.4.1.4"),
};
constexpr std::array hpe_ups_orders{
    order_row{.what = verb::test_quick, .object = "1.3.6.1.4.1.232.165.3.7.1.0", .number = 1},
    // Of the age of the older XUPS-MIB: 0 calls off.
    order_row{.what = verb::stay_off,
              .object = "1.3.6.1.4.1.232.165.3.8.1.0",
              .how = how::seconds,
              .least = 1},
};

// The PDU Management Module: pduOutput and breaker tables.
constexpr std::array<std::string_view, 3> hpe_pdu_landmarks{"1.3.6.1.4.1.232.165.2.3.1.1.2.#",
                                                            "1.3.6.1.4.1.232.165.2.3.2.1.2.#.#",
                                                            "1.3.6.1.4.1.232.165.5.2.1.1.7.#"};
constexpr std::array hpe_pdu_numbers{
    number_row{"1.3.6.1.4.1.232.165.2.3.1.1.2.#", "pdu.#.load", 1, 0, 500},
    number_row{"1.3.6.1.4.1.232.165.2.3.1.1.4.#", "pdu.#.realpower"},
    number_row{"1.3.6.1.4.1.232.165.2.3.2.1.2.#.#", "breaker.#.voltage", 1, 0, 1000},
    number_row{"1.3.6.1.4.1.232.165.2.3.2.1.4.#.#", "breaker.#.load", 1, 0, 500},
    // mpduOutput, the modular PDU.
    number_row{"1.3.6.1.4.1.232.165.5.2.1.1.5.#", "bank.#.load", 0.1, 0, 500},
    number_row{"1.3.6.1.4.1.232.165.5.2.1.1.6.#", "bank.#.voltage", 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.232.165.5.2.1.1.7.#", "bank.#.current", 0.01},
};

}  // namespace

constinit const family hpe_ups{
    .name = "hpe-ups",
    .title = "HPE (CPQPOWER UPS)",
    .identities = hpe_identities,
    .landmarks = hpe_ups_landmarks,
    .is_ups = true,
    .numbers = hpe_ups_numbers,
    .states = hpe_ups_states,
    .texts = hpe_ups_texts,
    .phases = hpe_ups_phases,
    .line_counts = {"1.3.6.1.4.1.232.165.3.3.3.0", "1.3.6.1.4.1.232.165.3.4.3.0", {}},
    .orders = hpe_ups_orders,
    .manufacturer = "HPE",
};
constinit const family hpe_pdu{
    .name = "hpe-pdu",
    .title = "HPE PDU Management Module",
    .identities = hpe_identities,
    .landmarks = hpe_pdu_landmarks,
    .numbers = hpe_pdu_numbers,
    .manufacturer = "HPE",
};

}  // namespace holdover::device::snmp
