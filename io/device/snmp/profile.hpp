// What is where in the agents of one family: the tables that a driver follows.
//
// A new vendor is a new set of rows in a source file of its own, and a line in the catalogue; no
// code. The rows say in the vendor's own words (object names as in its MIB file) what becomes which
// variable of ours, in which unit, and which of the family's known bad habits to expect. The
// readers (ups_reader, outlet_reader) are the same for all.
//
// Names are dotted and complete, scalars with their ".0", so that a row can be pasted behind
// snmpget.

#pragma once

#include "core/power/reading.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace holdover::device::snmp {

/// A number that stands alone.
struct number_row {
  std::string_view object{};
  std::string_view name{};  ///< Our variable.
  double factor = 1;        ///< From the agent's unit to ours.
  double least = 0;    ///< In our unit. Below zero, a negative number means something; else it is
  double most = 1e9;   ///< the agent's word for "unknown". Outside the limits it is suspect.
  bool vital = false;  ///< Decisions rest on it: asked every time, however often it was missing.
  bool zero_is_unknown = false;
};

/// What one value of an enumeration says about the UPS; values without a row say nothing.
struct state_row {
  std::string_view object{};
  std::int64_t when = 0;
  std::uint32_t flags = 0;  ///< Of power::ups_flag.
};

struct text_row {
  std::string_view object{};
  std::string power::identity::*field = nullptr;
};

/// The three circuits of a UPS; each has a table with a row for each phase.
enum class circuit : std::uint8_t { input, output, bypass };

/// A column of such a table.
struct phase_row {
  /// What becomes of several phases as a whole.
  enum class whole : std::uint8_t { none, first, sum, most };

  std::string_view column{};
  circuit of = circuit::input;
  std::string_view single{};  ///< The variable with one phase; with several, of them as a whole.
  std::string_view phases{};  ///< The variable of each of several phases; '#' is its number.
  whole together = whole::none;
  double factor = 1;
  double most = 1e9;
  bool mains_volts = false;      ///< Some cards give tenths of volts, against their MIB.
  bool shows_load = false;       ///< Above zero, something is being fed.
  bool zero_needs_idle = false;  ///< Zero while something is being fed means "not measured".
};

/// A line of the alarm table.
struct alarm_row {
  std::uint32_t number = 0;  ///< Below `alarm_base`.
  std::string_view name{};
  std::uint32_t flags = 0;
  bool stale = false;  ///< While it stands, the card does not hear the UPS and its values are old.
};

struct ups_profile {
  std::string_view name{};
  std::string_view title{};  ///< For people: "RFC 1628 (UPS-MIB)".
  std::span<const number_row> numbers{};
  std::span<const state_row> states{};
  std::span<const text_row> texts{};
  std::span<const phase_row> phases{};
  std::string_view
      line_counts[3]{};            ///< How many phases; by circuit. Empty: the table says itself.
  std::string_view alarm_count{};  ///< Empty: the family has no alarm table.
  std::string_view alarm_column{};
  std::string_view alarm_base{};
  std::span<const alarm_row> alarms{};
  /// Objects of which one at least is there in every agent of the family.
  std::span<const std::string_view> landmarks{};
  /// What the family's quirks make of the whole, after the tables; may be null.
  void (*finish)(power::ups_reading&) = nullptr;
};

/// How a switched outlet is read and told; in names '#' is its number.
struct outlet_profile {
  std::string_view name{};
  std::string_view title{};
  std::string_view state{};  ///< "1.3.6.1.4.1.318.1.1.4.4.2.1.3.#"
  std::int64_t state_on = 1;
  std::int64_t state_off = 2;
  std::string_view command_on{};
  std::int64_t command_on_value = 1;
  std::string_view command_off{};
  std::int64_t command_off_value = 2;
  std::uint32_t first = 1;          ///< The '#' of the outlet printed 1 on the unit.
  std::string_view load{};          ///< Empty: the unit does not measure outlets.
  double load_factor = 1;           ///< To watts.
  std::string_view manufacturer{};  ///< Known from the family.
  std::string_view model{};         ///< Object with the model; empty: none.
};

/// Bits of flags, for tables.
template <class... F>
constexpr std::uint32_t bits(F... flag) {
  return (0u | ... | static_cast<std::uint32_t>(flag));
}

/// The profile of a name as in a site file; null if there is none. "" is the family's usual one:
/// rfc1628 for a UPS, none for outlets.
const ups_profile* find_ups_profile(std::string_view name);
const outlet_profile* find_outlet_profile(std::string_view name);

/// Every name, for messages: "rfc1628, xups".
std::string_view ups_profile_names();
std::string_view outlet_profile_names();

}  // namespace holdover::device::snmp
