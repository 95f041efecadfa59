// One fact of a Modbus device: where it is, how it is written there, and what it is called here.
//
// A map of a device is a list of these, so a further device is a table, not code. A number is
//
//   raw / divisor + offset        in the unit that its name implies
//
// and counts only if the raw number and the result are within their limits. A yes-or-no fact (flag,
// alarm, contact, outlet) is `(raw & mask) == equals`.
//
// Pure.

#pragma once

#include "core/power/reading.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace holdover::device::modbus {

/// The four tables of a Modbus device, by the function that reads them.
enum class space : std::uint8_t { coil = 1, discrete = 2, holding = 3, input = 4 };
std::string_view to_string(space);
std::optional<space> space_from(std::string_view);
constexpr bool of_bits(space where) {
  return where == space::coil || where == space::discrete;
}

/// 32 bits stand in two registers, the high word first; `_low` means the low word first.
enum class shape : std::uint8_t { u16, s16, u32, s32, f32, u32_low, s32_low, f32_low };
std::string_view to_string(shape);
std::optional<shape> shape_from(std::string_view);
constexpr std::uint16_t width(shape as) {
  return as == shape::u16 || as == shape::s16 ? 1 : 2;
}

struct limits {
  double least = 0;
  double most = 0;

  bool hold(double number) const { return number >= least && number <= most; }
  bool operator==(const limits&) const = default;
};

struct point {
  enum class role : std::uint8_t {
    value,    ///< A measurement: a variable of RFC 9271, or a channel such as "analog.3".
    flag,     ///< A word of ups.status ("OB"), or "STALE": the device has lost what it speaks for.
    alarm,    ///< A word of RFC 1628.
    contact,  ///< A channel such as "digital.2".
    outlet    ///< Its name is its number.
  };
  role what = role::value;
  std::string name;
  space where = space::holding;
  std::uint16_t address = 0;
  shape as = shape::u16;
  std::uint16_t mask = 0xffff;
  std::uint16_t equals = 1;
  double divisor = 1;
  double offset = 0;
  std::optional<limits> raw{};
  std::optional<limits> result{};

  bool operator==(const point&) const = default;
};
std::string_view to_string(point::role);
std::optional<point::role> role_from(std::string_view);

/// What was read of a device: registers and bits by table and address.
using image = std::map<std::pair<space, std::uint16_t>, std::uint16_t>;

/// The number that stands at a point; absent if it was not read, or is no finite number.
std::optional<double> raw_number(const point&, const image&);
/// Whether a yes-or-no point holds; absent if it was not read.
std::optional<bool> holds(const point&, const image&);
/// The point's measurement: absent if not read, suspect if it cannot be true.
power::measurement measure(const point&, const image&);

/// "holding 109"
std::string source_of(const point&);

/// One line of "key=value" words, and back; the second says what is wrong.
std::string to_text(const point&);
std::pair<point, std::string> point_from(std::string_view line);

}  // namespace holdover::device::modbus
