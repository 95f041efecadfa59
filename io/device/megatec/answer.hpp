// The answers of Megatec's protocol (Q1): one line each, taken apart.
//
//   Q1  (229.7 000.0 230.1 012 50.0 27.4 25.0 00001001
//        input, input at fault, output V, load %, Hz, battery V, Celsius, eight bits
//   F   #230.0 004 24.00 50.0           rated: V, A, battery V, Hz
//   I   #MEGATEC         M1000      V1.0       maker, model, version: 15, 10 and 10 characters
//
// The protocol has no checksum, so only a line of exactly the right form is believed. A number that
// a UPS does not have is written with dashes and is absent.
//
// Pure.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdover::device::megatec {

/// Bits of the status, the first written one being the highest.
enum class bit : std::uint8_t {
  utility_failed = 0x80,
  battery_low = 0x40,
  bypass_or_regulating = 0x20,
  failed = 0x10,
  standby_type = 0x08,
  testing = 0x04,
  shutting_down = 0x02,
  beeper_on = 0x01,
};

struct status {
  std::optional<double> input_voltage;
  std::optional<double> input_fault_voltage;
  std::optional<double> output_voltage;
  std::optional<double> load_percent;
  std::optional<double> input_frequency;
  std::optional<double> battery_voltage;  ///< Of the whole, or of one cell.
  std::optional<double> temperature;
  std::uint8_t bits = 0;

  bool has(bit b) const { return (bits & static_cast<std::uint8_t>(b)) != 0; }
  bool operator==(const status&) const = default;
};

struct rating {
  std::optional<double> voltage;
  std::optional<double> current;
  std::optional<double> battery_voltage;
  std::optional<double> frequency;

  bool operator==(const rating&) const = default;
};

struct maker {
  std::string company;
  std::string model;
  std::string version;

  bool operator==(const maker&) const = default;
};

/// Lines come without their carriage return. Absent: not of the right form.
std::optional<status> status_from(std::string_view line);
std::optional<rating> rating_from(std::string_view line);
std::optional<maker> maker_from(std::string_view line);

}  // namespace holdover::device::megatec
