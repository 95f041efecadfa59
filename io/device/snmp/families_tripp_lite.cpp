// Tripp Lite: TRIPPLITE-PRODUCTS, PDUs and UPSes.

#include "core/power/names.hpp"
#include "io/device/snmp/families.hpp"

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

// ---- TRIPPLITE-PRODUCTS: the first index is the device behind the card.
constexpr std::array<std::string_view, 1> tripp_lite_identities{"1.3.6.1.4.1.850"};
constexpr std::array<std::string_view, 2> tripp_lite_landmarks{
    "1.3.6.1.4.1.850.1.1.3.2.3.1.2.1.4.@.#", "1.3.6.1.4.1.850.1.1.3.2.3.2.1.1.4.@.#"};
constexpr std::array tripp_lite_numbers{
    number_row{"1.3.6.1.4.1.850.1.1.3.2.3.1.2.1.3.@.#", "input.L#.frequency", 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.850.1.1.3.2.3.1.2.1.4.@.#", "input.L#.voltage", 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.850.1.1.3.2.3.2.1.1.4.@.#", "output.L#.voltage", 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.850.1.1.3.2.3.2.1.1.5.@.#", "output.L#.current", 0.01},
    number_row{"1.3.6.1.4.1.850.1.1.3.2.3.2.1.1.8.@.#", "output.L#.realpower"},
    number_row{"1.3.6.1.4.1.850.1.1.3.2.3.2.1.1.11.@.#", "output.L#.frequency", 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.850.1.1.3.2.3.4.1.1.4.@.#", "breaker.#.current", 0.01},
    number_row{"1.3.6.1.4.1.850.1.1.3.2.3.3.1.1.8.@.#", "outlet.#.current", 0.01},
    number_row{"1.3.6.1.4.1.850.1.1.3.2.3.3.1.1.9.@.#", "outlet.#.realpower"},
};
constexpr std::array tripp_lite_texts{
    text_row{"1.3.6.1.4.1.850.1.1.1.2.1.4.*", &power::identity::manufacturer},
    text_row{"1.3.6.1.4.1.850.1.1.1.2.1.5.*", &power::identity::model},
};

constexpr std::array tripp_lite_sensors{
    sensor_row{.kind = sensor_kind::temperature_celsius,
               .value = "1.3.6.1.4.1.850.1.1.3.3.3.1.1.1.#",
               .name = "#",
               .factor = 0.1,
               .zero_is_unknown = true},
    sensor_row{.kind = sensor_kind::humidity_percent,
               .value = "1.3.6.1.4.1.850.1.1.3.3.3.2.1.1.#",
               .name = "#",
               .zero_is_unknown = true},
    // tlpEnvInputContactCurrentState: alarm, ok.
    sensor_row{.kind = sensor_kind::contact,
               .value = "1.3.6.1.4.1.850.1.1.3.3.3.3.1.5.#.#",
               .name = "#",
               .active = 1,
               .inactive = 2},
};

// ---- TRIPPLITE-PRODUCTS, UPS: the first index is the device behind the card.
constexpr std::array<std::string_view, 1> tripp_lite_ups_identities{"1.3.6.1.4.1.850"};
constexpr std::array<std::string_view, 2> tripp_lite_ups_landmarks{
    "1.3.6.1.4.1.850.1.1.3.1.3.3.1.1.1.@", "1.3.6.1.4.1.850.1.1.3.1.3.1.1.1.1.@"};
constexpr std::array tripp_lite_ups_numbers{
    vital("1.3.6.1.4.1.850.1.1.3.1.3.1.1.1.2.@", names::seconds_on_battery),
    vital("1.3.6.1.4.1.850.1.1.3.1.3.1.1.1.3.@", names::battery_runtime, 60),
    vital("1.3.6.1.4.1.850.1.1.3.1.3.1.1.1.4.@", names::battery_charge, 1, 100),
    number_row{"1.3.6.1.4.1.850.1.1.3.1.3.2.2.1.2.@.#", "input.L#.frequency", 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.850.1.1.3.1.3.2.2.1.3.@.#", "input.L#-N.voltage", 0.1, 0, 1000, true},
    number_row{"1.3.6.1.4.1.850.1.1.3.1.3.3.1.1.3.@", names::output_frequency, 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.850.1.1.3.1.3.3.2.1.2.@.#", "output.L#-N.voltage", 0.1, 0, 1000},
    number_row{"1.3.6.1.4.1.850.1.1.3.1.3.3.2.1.3.@.#", "output.L#.current", 0.01},
    number_row{"1.3.6.1.4.1.850.1.1.3.1.3.3.2.1.4.@.#", "output.L#.realpower"},
    number_row{"1.3.6.1.4.1.850.1.1.3.1.3.3.2.1.5.@.#", "output.L#.power.percent", 1, 0, 500},
};
constexpr std::string_view tripp_lite_ups_source = "1.3.6.1.4.1.850.1.1.3.1.3.3.1.1.1.@";
constexpr std::string_view tripp_lite_ups_battery = "1.3.6.1.4.1.850.1.1.3.1.3.1.1.1.1.@";
constexpr std::array tripp_lite_ups_states{
    state_row{tripp_lite_ups_source, 2, bits(ups_flag::off)},
    state_row{tripp_lite_ups_source, 3, bits(ups_flag::online)},
    state_row{tripp_lite_ups_source, 4, bits(ups_flag::online, ups_flag::bypass)},
    state_row{tripp_lite_ups_source, 5, bits(ups_flag::on_battery)},
    state_row{tripp_lite_ups_source, 6, bits(ups_flag::online, ups_flag::boosting)},
    state_row{tripp_lite_ups_source, 7, bits(ups_flag::online, ups_flag::trimming)},
    state_row{tripp_lite_ups_source, 9, bits(ups_flag::online, ups_flag::eco)},
    state_row{tripp_lite_ups_source, 10, bits(ups_flag::testing)},
    state_row{tripp_lite_ups_battery, 2, 0},
    state_row{tripp_lite_ups_battery, 3, bits(ups_flag::low_battery)},
    state_row{tripp_lite_ups_battery, 4, bits(ups_flag::low_battery)},
};
constexpr std::array tripp_lite_ups_texts{
    text_row{"1.3.6.1.4.1.850.1.1.1.2.1.4.*", &power::identity::manufacturer},
    text_row{"1.3.6.1.4.1.850.1.1.1.2.1.5.*", &power::identity::model},
};

}  // namespace

constinit const family tripp_lite{
    .name = "tripp-lite",
    .title = "Tripp Lite PDU",
    .identities = tripp_lite_identities,
    .landmarks = tripp_lite_landmarks,
    .numbers = tripp_lite_numbers,
    .texts = tripp_lite_texts,
    .sensors = tripp_lite_sensors,
};
constinit const family tripp_lite_ups{
    .name = "tripp-lite-ups",
    .title = "Tripp Lite UPS",
    .identities = tripp_lite_ups_identities,
    .landmarks = tripp_lite_ups_landmarks,
    .is_ups = true,
    .numbers = tripp_lite_ups_numbers,
    .states = tripp_lite_ups_states,
    .texts = tripp_lite_ups_texts,
};

}  // namespace holdover::device::snmp
