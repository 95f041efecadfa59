// What is where in the agents of one family: the tables that a driver follows.
//
// A new vendor is a new set of rows in a source file of its own, and a line in the catalogue; no
// code. The rows say in the vendor's own words (object names as in its MIB file) what becomes which
// variable of ours, in which unit, and which of the family's known bad habits to expect. The
// readers (ups_reader, sensor_reader, outlet_reader) are the same for all.
//
// Names are dotted and complete, scalars with their ".0", so that a row can be pasted behind
// snmpget; columns have holes, as pattern.hpp says. Where several rows give the same variable, the
// first that has a usable number counts; so the better source stands first.

#pragma once

#include "core/power/command.hpp"
#include "core/power/reading.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdover::device::snmp {

/// A number: one object, or with a hole a whole column.
struct number_row {
  std::string_view object{};
  std::string_view name{};  ///< Our variable; '#' is the row of a column.
  double factor = 1;        ///< From the agent's unit to ours.
  double least = 0;    ///< In our unit. Below zero, a negative number means something; else it is
  double most = 1e9;   ///< the agent's word for "unknown". Outside the limits it is suspect.
  bool vital = false;  ///< Decisions rest on it: asked every time, however often it was missing.
  bool zero_is_unknown = false;
  std::int64_t unknown = -1;  ///< The family's own word for it, if it is positive.
  std::string_view digits{};  ///< Object that says how many decimal digits the number has.
  std::string_view unit{};    ///< Object with the unit as text: kW, min, deg F.
  /// The object whose number is the '#' of the name, in place of the row; zero: not this row.
  std::string_view numbered_by{};
  /// The row counts only where this object has this number, or is not there.
  std::string_view only{};
  std::int64_t only_is = 0;
};

/// What one value of an enumeration says about the UPS; values without a row say nothing.
struct state_row {
  std::string_view object{};
  std::int64_t when = 0;
  std::uint32_t flags = 0;  ///< Of power::ups_flag.
  std::string_view text{};  ///< Instead of `when`, where the agent says it in words.
};

struct text_row {
  std::string_view object{};  ///< With a hole: the first row that says anything.
  std::string power::identity::*field = nullptr;
};

/// The three circuits of a UPS; each has a table with a row for each phase.
enum class circuit : std::uint8_t { input, output, bypass };

/// A column of such a table; '#' is the phase, and may be left out at the end.
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

/// A probe or contact: one object, or a column of them.
struct sensor_row {
  power::sensor_kind kind = power::sensor_kind::unspecified;  ///< Unspecified: as its unit says.
  std::string_view value{};
  std::string_view name{};   ///< Behind the kind: "temperature.uio.1.2"; '#' is the row.
  std::string_view label{};  ///< Object with the name that somebody gave it.
  double factor = 1;
  double offset = 0;  ///< After the factor.
  std::string_view digits{};
  std::string_view unit{};
  /// Object that says Fahrenheit by this number.
  std::string_view fahrenheit{};
  std::int64_t fahrenheit_is = 2;
  /// The row counts only where this object has this number: connected, of this type.
  std::string_view only{};
  std::int64_t only_is = 1;
  bool zero_is_unknown = false;  ///< What is said where no probe is fitted.
  std::int64_t active = 1;       ///< Contacts: the words for active and not;
  std::int64_t inactive = 0;     ///< any other is no state.
};

/// What to set for one command; a command's rows go into one request, in their order.
struct order_row {
  enum class value : std::uint8_t {
    constant,
    seconds,   ///< The command's delay.
    minutes,   ///< The same, rounded up.
    identity,  ///< An object's name.
    lock,      ///< What the object reads now: RFC 1628's spin lock, a TestAndIncr.
  };
  power::ups_command::verb what{};
  std::string_view object{};
  value how = value::constant;
  std::int64_t number = 0;
  std::string_view name{};      ///< For identity.
  bool may_be_missing = false;  ///< Left out where the agent does not have it.
  std::int64_t least = 0;       ///< Of a delay: where nothing means "call off", and not "at once".
  /// The row counts only while this object reads, or does not read, that number.
  std::string_view only{};
  std::int64_t only_is = 0;
  bool only_if_not = false;
};

struct outlet_profile;

struct family {
  std::string_view name{};
  std::string_view title{};  ///< For people: "RFC 1628 (UPS-MIB)".
  /// Below which names its agents' sysObjectID is.
  std::span<const std::string_view> identities{};
  /// Objects of which one at least is there in every agent of the family.
  std::span<const std::string_view> landmarks{};
  bool is_ups = false;
  std::span<const number_row> numbers{};
  std::span<const state_row> states{};
  std::span<const text_row> texts{};
  std::span<const phase_row> phases{};
  std::array<std::string_view, 3> line_counts{};  ///< How many phases; by circuit. Empty: the table
                                                  ///< says itself.
  std::string_view alarm_count{};                 ///< Empty: the family has no alarm table.
  std::string_view alarm_column{};
  std::string_view alarm_base{};
  std::span<const alarm_row> alarms{};
  std::span<const sensor_row> sensors{};
  std::span<const order_row> orders{};
  std::string_view manufacturer{};  ///< Known from the family, where the agent does not say.
  /// What the family's quirks make of the whole, after the tables; may be null.
  void (*finish)(power::ups_reading&) = nullptr;
};

/// What to set in order to tell an outlet something beyond on and off.
struct outlet_order {
  std::string_view object{};  ///< Empty: the family cannot.
  std::int64_t number = 0;
  bool takes_delay = false;  ///< The number is the delay in seconds.
};

/// How a switched outlet is read and told; in names '#' is its number, '@' the unit of a chain, and
/// '*' what the agent has in that place for all of them (a product's number).
struct outlet_profile {
  std::string_view name{};
  std::string_view title{};
  std::string_view state{};  ///< "1.3.6.1.4.1.318.1.1.4.4.2.1.3.#"
  std::int64_t state_on = 1;
  std::int64_t state_off = 2;
  std::string_view command_on{};  ///< Empty: it can be seen, not switched.
  std::int64_t command_on_value = 1;
  std::string_view command_off{};
  std::int64_t command_off_value = 2;
  std::uint32_t first = 1;       ///< The '#' of the outlet printed 1 on the unit.
  std::uint32_t first_unit = 1;  ///< The '@' of the first unit of a chain.
  std::string_view load{};       ///< Empty: the unit does not measure outlets.
  double load_factor = 1;        ///< To watts.
  std::string_view current{};
  double current_factor = 1;  ///< To amperes.
  std::string_view digits{};  ///< As number_row's, of `current`.
  std::string_view label{};
  std::string_view manufacturer{};  ///< Known from the family.
  std::string_view model{};         ///< Object with the model; empty: none.
  outlet_order cycle{};
  outlet_order on_delayed{};
  outlet_order off_delayed{};
  outlet_order cycle_delayed{};
};

/// Bits of flags, for tables.
template <class... F>
constexpr std::uint32_t bits(F... flag) {
  return (0u | ... | static_cast<std::uint32_t>(flag));
}

/// Every family, in the order of the merging rule: those of makers before the standard, as they say
/// the same in finer steps.
std::span<const family* const> families();

/// The family of a name as in a site file; null if there is none.
const family* find_family(std::string_view name);
const outlet_profile* find_outlet_profile(std::string_view name);

/// The names that a site file may give to a kind of device.
std::vector<std::string> ups_profile_names();
std::vector<std::string> sensor_profile_names();
/// Of outlets that can be switched, not only seen.
std::vector<std::string> outlet_profile_names();

}  // namespace holdover::device::snmp
