#include "io/device/megatec/reading.hpp"

#include "core/power/names.hpp"

#include <cmath>
#include <string_view>

namespace holdover::device::megatec {

namespace {

using power::ups_flag;
namespace names = power::names;

constexpr double cell_voltage_max = 3.5;  // Of lead batteries while charging, with room.
constexpr double cell_voltage_nominal = 2;

void add(power::ups_reading& to, std::string_view name, const std::optional<double>& number,
         double least, double most, const char* source) {
  power::measurement value{.name = std::string(name), .source = source};
  if (!number)
    value.how = power::quality::absent;
  else if (*number < least || *number > most)
    value.how = power::quality::suspect;
  else
    value.number = *number;
  to.values.push_back(std::move(value));
}

/// The whole battery's voltage; a number that cannot be one if only a cell's is known.
std::optional<double> battery_voltage(const status& s, const std::optional<rating>& rated) {
  if (!s.battery_voltage || *s.battery_voltage >= cell_voltage_max || *s.battery_voltage <= 0)
    return s.battery_voltage;
  if (!rated || !rated->battery_voltage || *rated->battery_voltage < 2 * cell_voltage_nominal)
    return -1;
  return *s.battery_voltage * std::round(*rated->battery_voltage / cell_voltage_nominal);
}

power::ups_flags flags_of(const status& s) {
  power::ups_flags flags;
  const bool failed = s.has(bit::utility_failed);
  flags.set(ups_flag::online, !failed);
  flags.set(ups_flag::on_battery, failed);
  flags.set(ups_flag::discharging, failed);
  flags.set(ups_flag::low_battery, s.has(bit::battery_low));
  flags.set(ups_flag::testing, s.has(bit::testing));
  flags.set(ups_flag::alarm, s.has(bit::failed));
  if (s.has(bit::bypass_or_regulating)) {
    if (!s.has(bit::standby_type))
      flags.set(ups_flag::bypass);
    else if (s.output_voltage && s.input_voltage && !failed)
      flags.set(*s.output_voltage >= *s.input_voltage ? ups_flag::boosting : ups_flag::trimming);
  }
  if (s.has(bit::shutting_down) && s.output_voltage == 0.0) {
    flags.set(ups_flag::off);
    flags.set(ups_flag::online, false);
  }
  return flags;
}

failure cannot(const power::ups_command& what, const std::string& why) {
  return {failure_kind::unsupported,
          "a Megatec UPS cannot be told \"" + std::string(to_string(what.what)) + "\": " + why};
}

std::string two_digits(long number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

/// Tenths of a minute from .2 to .9, then whole minutes from 01 to 10; never sooner than asked.
std::optional<std::string> shutdown_delay(duration delay) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(delay).count();
  if (seconds <= 54) return "." + std::to_string(std::max<long>(2, (seconds + 5) / 6));
  const auto minutes = (seconds + 59) / 60;
  return minutes <= 10 ? std::optional(two_digits(minutes)) : std::nullopt;
}

std::string four_digits(long number) {
  auto text = std::to_string(number);
  return std::string(text.size() < 4 ? 4 - text.size() : 0, '0') + text;
}

// Early firmware takes a pause of one or two minutes for none, goes off, and never comes back.
constexpr long pause_minutes_min = 3;

answer<std::string> shutdown_words(const power::ups_command& what) {
  using verb = power::ups_command::verb;
  const bool reboot = what.what == verb::reboot;
  const auto off = shutdown_delay(reboot ? duration::zero() : what.delay);
  if (!off) return cannot(what, "it can wait for ten minutes at most");
  const auto back = std::chrono::ceil<std::chrono::minutes>(what.delay).count();
  if (reboot && back > 9999) return cannot(what, "the pause is too long");
  if (what.what == verb::stay_off) return "S" + *off + "R0000";
  return "S" + *off + "R"
         + four_digits(reboot ? std::max<long>(pause_minutes_min, back) : pause_minutes_min);
}

answer<std::string> buzzer_words(const power::ups_command& what, const std::optional<status>& s) {
  if (!s) return cannot(what, "whether its beeper is on is not known");
  const bool wanted = what.what == power::ups_command::verb::buzzer_on;
  return std::string(s->has(bit::beeper_on) == wanted ? "" : "Q");
}

}  // namespace

power::ups_reading reading_of(const status& s, const std::optional<rating>& rated,
                              const std::optional<maker>& who) {
  power::ups_reading reading;
  reading.flags = flags_of(s);
  if (s.has(bit::failed)) reading.alarms.emplace_back("upsAlarmGeneralFault");
  if (s.has(bit::battery_low)) reading.alarms.emplace_back("upsAlarmLowBattery");
  if (s.has(bit::shutting_down)) reading.alarms.emplace_back("upsAlarmShutdownImminent");
  add(reading, names::input_voltage, s.input_voltage, 0, 1000, "Q1");
  add(reading, "input.voltage.fault", s.input_fault_voltage, 0, 1000, "Q1");
  add(reading, names::output_voltage, s.output_voltage, 0, 1000, "Q1");
  add(reading, names::ups_load, s.load_percent, 0, 200, "Q1");
  add(reading, names::input_frequency, s.input_frequency, 0, 440, "Q1");
  add(reading, names::battery_voltage, battery_voltage(s, rated), 0, 1000, "Q1");
  add(reading, names::ups_temperature, s.temperature, -40, 120, "Q1");
  if (rated) {
    add(reading, names::input_voltage_nominal, rated->voltage, 1, 1000, "F");
    add(reading, "input.current.nominal", rated->current, 0, 5000, "F");
    add(reading, names::battery_voltage_nominal, rated->battery_voltage, 1, 1000, "F");
    add(reading, "input.frequency.nominal", rated->frequency, 1, 440, "F");
  }
  if (who)
    reading.who = {
        .manufacturer = who->company, .model = who->model, .serial = {}, .firmware = who->version};
  return reading;
}

answer<std::string> words_for(const power::ups_command& what, const std::optional<status>& s) {
  switch (what.what) {
    using enum power::ups_command::verb;
    case test_quick:
    case test_general:
      return "T";
    case test_deep:
      return "TL";
    case test_abort:
      return "CT";
    case shutdown:
    case stay_off:
    case reboot:
      return shutdown_words(what);
    case startup:
      if (what.delay > duration::zero()) return cannot(what, "it starts at once or not at all");
      return "C";
    case cancel:
      return "C";
    case buzzer_on:
    case buzzer_off:
    case buzzer_mute:
      return buzzer_words(what, s);
  }
  return cannot(what, "there is no word for it");
}

std::optional<failure> refusal_in(const std::string& said, const std::string& command) {
  if (said.empty() || said.find("ACK") != std::string::npos) return std::nullopt;
  const bool no = said.find("NAK") != std::string::npos || said == command;
  if (no) return failure{failure_kind::unsupported, "the UPS does not know the command " + command};
  return failure{failure_kind::nonsense,
                 "the UPS answered the command " + command + " with something else; read it back"};
}

}  // namespace holdover::device::megatec
