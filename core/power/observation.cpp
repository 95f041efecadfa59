#include "core/power/observation.hpp"

#include "core/power/names.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace holdover::power {

namespace {

constexpr double runtime_seconds_max = 7 * 24 * 3600;    // No battery lasts a week.
constexpr double counter_seconds_max = 366 * 24 * 3600;  // Nor an outage a year.
constexpr double load_percent_max = 500;                 // Short overloads reach 200.
constexpr double voltage_good_without_nominal = 80;      // The lowest mains are 100 V.

/// A number that may be relied on: measured now, and finite.
std::optional<double> trusted(const ups_reading& reading, std::string_view name) {
  for (const auto& value : reading.values)
    if (value.name == name && value.how == quality::good && std::isfinite(value.number))
      return value.number;
  return std::nullopt;
}

std::optional<double> percent_of_charge(const ups_reading& reading) {
  const auto charge = trusted(reading, names::battery_charge);
  if (!charge || *charge < -5 || *charge > 105) return std::nullopt;
  return std::clamp(*charge, 0.0, 100.0);
}

std::optional<double> percent_of_load(const ups_reading& reading) {
  const auto load = trusted(reading, names::ups_load);
  if (!load || *load < 0 || *load > load_percent_max) return std::nullopt;
  return load;
}

std::optional<duration> seconds(const ups_reading& reading, std::string_view name, double most) {
  const auto given = trusted(reading, name);
  if (!given || *given < 0 || *given > most) return std::nullopt;
  return std::chrono::round<duration>(std::chrono::duration<double>(*given));
}

enum class input { good, lost, unsaid };

input judged(const ups_reading& reading, double voltage) {
  const auto nominal = trusted(reading, names::input_voltage_nominal);
  const auto least = nominal && *nominal > 0 ? *nominal / 2 : voltage_good_without_nominal;
  return voltage > least ? input::good : input::lost;
}

/// What the measured voltage says. With phases, each one that is fitted must be good; rows 2 and 3
/// that read zero are not fitted, as many single-phase cards fill them so.
input measured_input(const ups_reading& reading) {
  if (const auto plain = trusted(reading, names::input_voltage)) return judged(reading, *plain);
  const auto first = trusted(reading, names::input_voltage_l1);
  if (!first) return input::unsaid;
  auto verdict = judged(reading, *first);
  for (const auto name : {names::input_voltage_l2, names::input_voltage_l3}) {
    const auto voltage = trusted(reading, name);
    if (voltage && *voltage >= 1 && judged(reading, *voltage) == input::lost) verdict = input::lost;
  }
  return verdict;
}

bool tells(const ups_reading& reading, std::string_view alarm) {
  return std::find(reading.alarms.begin(), reading.alarms.end(), alarm) != reading.alarms.end();
}

/// RFC 1628 has a word for each fault; NUT has one flag, with a text in the device's own words.
bool has_fault(const ups_reading& reading) {
  static constexpr std::array<std::string_view, 8> faults{
      "BatteryBad", "TempBad",     "OutputBad",    "ChargerFailed",
      "FanFailure", "FuseFailure", "GeneralFault", "DiagnosticTestFailed"};
  return reading.flags.has(ups_flag::alarm)
         || std::any_of(faults.begin(), faults.end(),
                        [&](std::string_view fault) { return tells(reading, fault); });
}

belief believed(const ups_reading& reading) {
  const auto has = [&](ups_flag flag) { return reading.flags.has(flag); };
  const bool says_online = has(ups_flag::online);
  const bool says_on_battery = has(ups_flag::on_battery);
  const auto measured = measured_input(reading);
  const bool input_good =
      says_online ? !(says_on_battery && measured == input::lost) : measured == input::good;

  if (has(ups_flag::bypass)) {
    if (input_good) return belief::bypass;
    if (says_on_battery) return belief::on_battery;
    const bool nothing_carries = has(ups_flag::off) || measured == input::lost;
    return nothing_carries ? belief::off : belief::unknown;
  }
  if (has(ups_flag::off)) return says_on_battery && !says_online ? belief::on_battery : belief::off;
  if (has(ups_flag::testing) || has(ups_flag::calibrating)) {
    if (input_good) return belief::test;
    return says_on_battery ? belief::on_battery : belief::unknown;
  }
  if (says_online && says_on_battery) {
    if (measured == input::unsaid) return belief::unknown;
    return measured == input::good ? belief::online : belief::on_battery;
  }
  if (says_online) return belief::online;
  return says_on_battery ? belief::on_battery : belief::unknown;
}

/// What a UPS whose output is off stands on. OL beside OFF is its word for a good input.
std::optional<bool> input_behind(const ups_reading& reading) {
  const auto measured = measured_input(reading);
  if (measured != input::unsaid) return measured == input::good;
  if (reading.flags.has(ups_flag::online)) return true;
  if (reading.flags.has(ups_flag::on_battery)) return false;
  return std::nullopt;
}

}  // namespace

std::string_view to_string(belief state) {
  switch (state) {
    case belief::online:
      return "online";
    case belief::on_battery:
      return "on_battery";
    case belief::test:
      return "test";
    case belief::bypass:
      return "bypass";
    case belief::off:
      return "off";
    case belief::unknown:
      break;
  }
  return "unknown";
}

observation observe(const ups_reading& reading) {
  if (reading.stale) return {};
  observation seen;
  seen.state = believed(reading);
  seen.battery_low = reading.flags.has(ups_flag::low_battery);
  seen.overload = reading.flags.has(ups_flag::overload);
  seen.replace_battery = reading.flags.has(ups_flag::replace_battery);
  seen.forced_shutdown = reading.flags.has(ups_flag::forced_shutdown);
  seen.output_off = seen.state == belief::on_battery && reading.flags.has(ups_flag::off);
  seen.input_lost = seen.state == belief::on_battery && measured_input(reading) == input::lost;
  seen.fault = has_fault(reading);
  seen.on_generator = tells(reading, "GeneratorOn");
  if (seen.state == belief::off) seen.input_good = input_behind(reading);
  seen.charge_percent = percent_of_charge(reading);
  seen.load_percent = percent_of_load(reading);
  seen.runtime_left = seconds(reading, names::battery_runtime, runtime_seconds_max);
  seen.countdown = seconds(reading, names::ups_timer_shutdown, runtime_seconds_max);
  if (seen.countdown == 0s) seen.countdown.reset();
  seen.counter_on_battery = seconds(reading, names::seconds_on_battery, counter_seconds_max);

  // A full battery that lasts no time at all is a card that has not measured yet. On battery it is
  // believed all the same: stopping early is the safe side there.
  if (carries(seen.state) && seen.runtime_left == 0s && seen.charge_percent > 50.0)
    seen.runtime_left.reset();
  return seen;
}

}  // namespace holdover::power
