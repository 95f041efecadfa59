// A reading as an operator or a program reads it.

#include "tools/holdover/device.hpp"
#include "tools/holdover/json_stream.hpp"
#include "tools/holdover/terminal.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <sstream>

namespace holdover::tool {

namespace {

using power::ups_flag;

struct unit_of_name {
  std::string_view part;
  std::string_view unit;
};
// The first that a variable's name has in it.
constexpr std::array units{
    unit_of_name{"powerfactor", ""}, unit_of_name{"charge", "%"},
    unit_of_name{"load", "%"},       unit_of_name{"percent", "%"},
    unit_of_name{"humidity", "%"},   unit_of_name{"runtime", "s"},
    unit_of_name{"seconds", "s"},    unit_of_name{"timer", "s"},
    unit_of_name{"delay", "s"},      unit_of_name{"uptime", "s"},
    unit_of_name{"voltage", "V"},    unit_of_name{"transfer", "V"},
    unit_of_name{"current", "A"},    unit_of_name{"frequency", "Hz"},
    unit_of_name{"realpower", "W"},  unit_of_name{"energy", "Wh"},
    unit_of_name{"power", "VA"},     unit_of_name{"temperature", "C"},
};

std::string unit_of(const std::string& name) {
  for (const auto& one : units)
    if (name.find(one.part) != std::string::npos) return std::string(one.unit);
  return {};
}

std::string_view word(power::quality how) {
  switch (how) {
    case power::quality::good:
      return "good";
    case power::quality::stale:
      return "stale";
    case power::quality::suspect:
      return "suspect";
    case power::quality::absent:
      break;
  }
  return "absent";
}

bool has_number(const power::measurement& one) {
  return one.how == power::quality::good || one.how == power::quality::stale;
}

std::string digits(double number) {
  char text[40];
  std::snprintf(text, sizeof text, "%.10g", number);
  return text;
}

std::vector<std::string> row_of(const power::measurement& one, const std::string& label) {
  return {one.name,
          has_number(one) ? digits(one.number) : "-",
          unit_of(one.name),
          std::string(word(one.how)),
          duration_text(one.age),
          one.source,
          label};
}

void write(json_stream& out, const power::measurement& one) {
  out.field("name", one.name);
  if (has_number(one)) out.field("value", one.number);
  out.field("unit", unit_of(one.name));
  out.field("quality", word(one.how));
  out.field("age_s", one.age);
  out.field("source", one.source);
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& one : words)
    text += (text.empty() ? "" : ", ") + one;
  return text.empty() ? "none" : text;
}

}  // namespace

std::string reading_text(const power::whole_reading& reading) {
  std::ostringstream out;
  const auto& who = reading.power.who;
  out << "device    " << who.manufacturer << ' ' << who.model << ", serial "
      << (who.serial.empty() ? "-" : who.serial) << ", firmware "
      << (who.firmware.empty() ? "-" : who.firmware) << '\n'
      << "read as   " << joined(reading.families) << '\n'
      << "status    " << to_string(reading.power.flags)
      << (reading.power.stale ? " (the card does not hear the device: old)" : "") << '\n'
      << "alarms    " << joined(reading.power.alarms) << '\n';
  std::vector<std::vector<std::string>> rows{
      {"variable", "value", "unit", "quality", "age", "source", "label"}};
  for (const auto& value : reading.power.values)
    rows.push_back(row_of(value, {}));
  for (const auto& sensor : reading.sensors)
    rows.push_back(row_of(sensor.value, sensor.label));
  for (const auto& outlet : reading.outlets)
    rows.push_back({"outlet." + std::to_string(outlet.number) + ".status",
                    std::string(to_string(outlet.state)), "",
                    outlet.state == power::outlet_state::unknown ? "absent" : "good", "",
                    outlet.source, outlet.label});
  print_table(out, rows);
  return out.str();
}

std::string reading_json(const power::whole_reading& reading) {
  json_stream out;
  out.object([&] {
    out.object("identity", [&] {
      out.field("manufacturer", reading.power.who.manufacturer);
      out.field("model", reading.power.who.model);
      out.field("serial", reading.power.who.serial);
      out.field("firmware", reading.power.who.firmware);
    });
    out.list("families", [&] {
      for (const auto& name : reading.families)
        out.item(name);
    });
    out.field("status", to_string(reading.power.flags));
    out.field("status_told", to_string(reading.told));
    out.field("stale", reading.power.stale);
    out.list("alarms", [&] {
      for (const auto& name : reading.power.alarms)
        out.item(name);
    });
    out.list("values", [&] {
      for (const auto& value : reading.power.values)
        out.object([&] { write(out, value); });
    });
    out.list("sensors", [&] {
      for (const auto& sensor : reading.sensors)
        out.object([&] {
          out.field("kind", to_string(sensor.kind));
          out.field("label", sensor.label);
          write(out, sensor.value);
        });
    });
    out.list("outlets", [&] {
      for (const auto& outlet : reading.outlets)
        out.object([&] {
          out.field("number", outlet.number);
          out.field("state", to_string(outlet.state));
          out.field("label", outlet.label);
          out.field("power_w", outlet.load_watts);
          out.field("current_a", outlet.load_amperes);
          out.field("source", outlet.source);
        });
    });
  });
  return out.text() + '\n';
}

}  // namespace holdover::tool
