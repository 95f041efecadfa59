// What an agent said about one object, and how to make sense of it.
//
// Agents are sloppy with types: a voltage may come as INTEGER, Gauge32, "230" or " 23.0 V", and a
// missing one as noSuchObject, noSuchInstance or NULL. So nobody asks a value for its type: one
// asks for its number or its text, and gets nothing if it has none.

#pragma once

#include "io/device/snmp/by_name.hpp"
#include "io/device/snmp/object_id.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace holdover::device::snmp {

/// Why there is no value.
enum class absence : std::uint8_t { null, no_such_object, no_such_instance, end_of_view };

using value = std::variant<absence, std::int64_t, std::uint64_t, double, std::string, object_id>;

inline bool present(const value& what) {
  return !std::holds_alternative<absence>(what);
}

/// The number, also out of an OCTET STRING such as "230", "-1.5" or "23.4 C".
std::optional<double> number(const value&);

/// The same, but nothing unless it is a whole number.
std::optional<std::int64_t> whole_number(const value&);

/// Printable ASCII and well-formed UTF-8 up to the first control character, trimmed, at most 96
/// bytes: cards pad names with zeros, line ends and the remains of other strings.
std::string text(const value&);

struct binding {
  object_id name;
  value what;

  bool operator==(const binding&) const = default;
};

/// Everything that one poll gathered, by name.
using snapshot = by_name<value>;

/// The value of a name if it is there and has one.
const value* find(const snapshot&, const object_id&);

}  // namespace holdover::device::snmp
