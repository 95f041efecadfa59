// The columns that the tables of phases of nearly all families have, by what they measure.
//
// What they are called with one phase and with several, and what becomes of several as a whole, is
// the same for all makers. A family says where the column is and which habits it has.

#pragma once

#include "core/power/names.hpp"
#include "io/device/snmp/profile.hpp"

#include <string_view>

namespace holdover::device::snmp {

/// As in phase_row. `most` of zero: what is usual for the quantity.
struct phase_habits {
  double factor = 1;
  double most = 0;
  bool mains_volts = false;
  bool shows_load = false;
  bool zero_needs_idle = false;
};

constexpr phase_row phase_row_of(std::string_view column, circuit of, std::string_view single,
                                 std::string_view phases, phase_row::whole together,
                                 double usual_most, const phase_habits& by) {
  return {.column = column,
          .of = of,
          .single = single,
          .phases = phases,
          .together = together,
          .factor = by.factor,
          .most = by.most > 0 ? by.most : usual_most,
          .mains_volts = by.mains_volts,
          .shows_load = by.shows_load,
          .zero_needs_idle = by.zero_needs_idle};
}

/// Where nothing is impossible.
inline constexpr double no_limit = 1e9;

constexpr phase_row input_volts(std::string_view column, const phase_habits& by = {}) {
  return phase_row_of(column, circuit::input, power::names::input_voltage, "input.L#-N.voltage",
                      phase_row::whole::none, 1000, by);
}
constexpr phase_row input_hertz(std::string_view column, const phase_habits& by = {}) {
  return phase_row_of(column, circuit::input, power::names::input_frequency, "input.L#.frequency",
                      phase_row::whole::first, 1000, by);
}
constexpr phase_row input_amperes(std::string_view column, const phase_habits& by = {}) {
  return phase_row_of(column, circuit::input, power::names::input_current, "input.L#.current",
                      phase_row::whole::none, no_limit, by);
}
constexpr phase_row input_watts(std::string_view column, const phase_habits& by = {}) {
  return phase_row_of(column, circuit::input, power::names::input_realpower, "input.L#.realpower",
                      phase_row::whole::sum, no_limit, by);
}
constexpr phase_row output_volts(std::string_view column, const phase_habits& by = {}) {
  return phase_row_of(column, circuit::output, power::names::output_voltage, "output.L#-N.voltage",
                      phase_row::whole::none, 1000, by);
}
constexpr phase_row output_hertz(std::string_view column, const phase_habits& by = {}) {
  return phase_row_of(column, circuit::output, power::names::output_frequency,
                      "output.L#.frequency", phase_row::whole::first, 1000, by);
}
constexpr phase_row output_amperes(std::string_view column, const phase_habits& by = {}) {
  return phase_row_of(column, circuit::output, power::names::output_current, "output.L#.current",
                      phase_row::whole::none, no_limit, by);
}
constexpr phase_row output_watts(std::string_view column, const phase_habits& by = {}) {
  return phase_row_of(column, circuit::output, power::names::ups_realpower, "output.L#.realpower",
                      phase_row::whole::sum, no_limit, by);
}
constexpr phase_row output_load(std::string_view column, const phase_habits& by = {}) {
  return phase_row_of(column, circuit::output, power::names::ups_load, "output.L#.power.percent",
                      phase_row::whole::most, 500, by);
}
constexpr phase_row bypass_volts(std::string_view column, const phase_habits& by = {}) {
  return phase_row_of(column, circuit::bypass, power::names::bypass_voltage,
                      "input.bypass.L#-N.voltage", phase_row::whole::none, 1000, by);
}
constexpr phase_row bypass_amperes(std::string_view column, const phase_habits& by = {}) {
  return phase_row_of(column, circuit::bypass, "input.bypass.current", "input.bypass.L#.current",
                      phase_row::whole::none, no_limit, by);
}
constexpr phase_row bypass_watts(std::string_view column, const phase_habits& by = {}) {
  return phase_row_of(column, circuit::bypass, "input.bypass.realpower",
                      "input.bypass.L#.realpower", phase_row::whole::sum, no_limit, by);
}

}  // namespace holdover::device::snmp
