// What devices say: one reading of a UPS, an outlet unit, a sensor or an interface, as values.
//
// Every driver, whatever its wire, speaks this one language: the variable names of RFC 9271 (which
// are NUT's: "battery.charge", "input.voltage", "outlet.3.power") in SI units, and NUT's status
// words as flags. So a new family of devices is a table from its own names to these, and whoever
// reads a value can say where it came from.
//
// Unknown is never a number: a value that a device does not give, or that is not plausible, is
// absent or has a quality other than good, and carries no magic number.

#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace holdover::power {

enum class quality : std::uint8_t { good, stale, suspect, absent };

/// One number that a device gave, in the unit that its name implies: percent, seconds, volts,
/// amperes, hertz, watts, volt-amperes, degrees Celsius.
struct measurement {
  std::string name;   ///< RFC 9271 variable, such as "battery.runtime".
  double number = 0;  ///< Meaningful only if quality is good or stale.
  quality how = quality::good;
  std::string source;  ///< The OID, register or variable it was read from.
  duration age{};      ///< Of the number within its reading: how long before it was measured.

  bool operator==(const measurement&) const = default;
};

/// NUT's status words (RFC 9271, ups.status).
enum class ups_flag : std::uint32_t {
  online = 1u << 0,            // OL
  on_battery = 1u << 1,        // OB
  low_battery = 1u << 2,       // LB
  replace_battery = 1u << 3,   // RB
  charging = 1u << 4,          // CHRG
  discharging = 1u << 5,       // DISCHRG
  bypass = 1u << 6,            // BYPASS
  calibrating = 1u << 7,       // CAL
  testing = 1u << 8,           // TEST
  off = 1u << 9,               // OFF: the output is off
  overload = 1u << 10,         // OVER
  trimming = 1u << 11,         // TRIM
  boosting = 1u << 12,         // BOOST
  forced_shutdown = 1u << 13,  // FSD
  alarm = 1u << 14,            // ALARM
  eco = 1u << 15,              // ECO
};

class ups_flags {
public:
  constexpr ups_flags() = default;
  constexpr explicit ups_flags(std::uint32_t bits) : bits_(bits) {}

  constexpr bool has(ups_flag f) const { return (bits_ & static_cast<std::uint32_t>(f)) != 0; }
  constexpr void set(ups_flag f, bool on = true) {
    bits_ = on ? bits_ | static_cast<std::uint32_t>(f) : bits_ & ~static_cast<std::uint32_t>(f);
  }
  constexpr std::uint32_t bits() const { return bits_; }
  bool operator==(const ups_flags&) const = default;

private:
  std::uint32_t bits_ = 0;
};

/// "OL CHRG", in NUT's words and order; "none" without a flag.
std::string to_string(ups_flags);

/// Text facts about a device; empty means the device does not say.
struct identity {
  std::string manufacturer;
  std::string model;
  std::string serial;
  std::string firmware;

  bool operator==(const identity&) const = default;
};

/// One answer of a UPS.
struct ups_reading {
  ups_flags flags;
  std::vector<measurement> values;
  std::vector<std::string> alarms;  ///< Names of the alarms present, RFC 1628 words.
  identity who;
  bool stale = false;  ///< The server behind which the device stands says its data is old.

  bool operator==(const ups_reading&) const = default;
};

enum class outlet_state : std::uint8_t { unknown, on, off };
std::string_view to_string(outlet_state);

struct outlet_reading {
  std::uint32_t number = 0;  ///< 1-based, as printed on the unit.
  outlet_state state = outlet_state::unknown;
  std::optional<double> load_watts;
  std::optional<double> load_amperes{};
  std::string label{};   ///< As somebody named it on the unit.
  std::string source{};  ///< The OID, register or variable of the state.

  bool operator==(const outlet_reading&) const = default;
};

/// One answer of a switched-outlet unit, in the order of the outlets' numbers.
struct outlet_unit_reading {
  std::vector<outlet_reading> outlets;
  identity who;
  std::vector<measurement> values{};  ///< Of the unit: inputs, phases, banks, each outlet's meter.

  bool operator==(const outlet_unit_reading&) const = default;
};

enum class sensor_kind : std::uint8_t {
  unspecified,
  temperature_celsius,
  humidity_percent,
  contact
};
std::string_view to_string(sensor_kind);

/// One answer of a sensor. A contact is 1 when active, 0 when not.
struct sensor_reading {
  sensor_kind kind = sensor_kind::unspecified;
  measurement value;
  std::string label{};  ///< As somebody named it on the device.

  bool operator==(const sensor_reading&) const = default;
};

/// The card or server in front of a device, apart from the device behind it.
struct interface_reading {
  identity who;
  std::string description;           ///< sysDescr, or a server's version line.
  std::optional<duration> up_since;  ///< How long it says it has been running.

  bool operator==(const interface_reading&) const = default;
};

/// Everything that one device says, whatever it is: a UPS with outlets, a PDU with probes. For
/// looking at a device; what is decided on are the four readings above.
struct whole_reading {
  ups_reading power;  ///< Flags, alarms, identity and every value.
  ups_flags told;     ///< Which flags the device says anything about, set or not.
  std::vector<outlet_reading> outlets;
  std::vector<sensor_reading> sensors;
  std::vector<std::string> families;  ///< Whose terms it was read in, the leading ones first.

  bool operator==(const whole_reading&) const = default;
};

using device_reading = std::variant<ups_reading, outlet_unit_reading, sensor_reading,
                                    interface_reading, whole_reading>;

/// The number under a name, if the device gave one that can be used.
std::optional<double> number(const ups_reading&, std::string_view name);

}  // namespace holdover::power
