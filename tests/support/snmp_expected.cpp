#include "tests/support/snmp_expected.hpp"

#include "io/device/snmp/whole_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <istream>
#include <map>
#include <optional>

namespace holdover::support {

namespace {

namespace snmp = device::snmp;
using nlohmann::json;
using power::ups_flag;

std::string from_hex(const std::string& digits) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    unsigned byte = 0;
    std::from_chars(digits.data() + i, digits.data() + i + 2, byte, 16);
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

template <class T>
std::optional<snmp::value> whole(const std::string& text) {
  T parsed = 0;
  const auto* end = text.data() + text.size();
  const auto [next, error] = std::from_chars(text.data(), end, parsed);
  return error == std::errc{} && next == end ? std::optional(snmp::value(parsed)) : std::nullopt;
}

/// A value by the tag that a recording gives it: the number of its ASN.1 type, "x" for hexadecimal.
std::optional<snmp::value> value_of(const std::string& tag, const std::string& text) {
  if (tag == "2") return whole<std::int64_t>(text);
  if (tag == "65" || tag == "66" || tag == "67" || tag == "70") return whole<std::uint64_t>(text);
  if (tag == "4x") return snmp::value(from_hex(text));
  if (tag == "6") {
    if (auto name = snmp::object_id::parse(text)) return snmp::value(*std::move(name));
    return std::nullopt;
  }
  if (tag == "4" || tag == "64") return snmp::value(text);
  return std::nullopt;
}

/// One step of the MIB's resolution, or what a comparison may be off by.
double tolerance(const std::string& field) {
  static const std::vector<std::pair<std::string, double>> by_unit{
      {"_v", 1}, {"_hz", 0.1}, {"_a", 0.1}, {"_pct", 1}, {"_c", 0.5}, {"_w", 1}, {"_s", 60}};
  for (const auto& [unit, step] : by_unit)
    if (field.ends_with(unit)) return step + 1e-6;
  return 0;
}

const std::map<std::string, std::string>& plain_names() {
  static const std::map<std::string, std::string> names{
      {"battery.seconds_on_battery", "battery.seconds_on_battery"},
      {"battery.runtime_s", "battery.runtime"},
      {"battery.charge_pct", "battery.charge"},
      {"battery.voltage_v", "battery.voltage"},
      {"battery.current_a", "battery.current"},
      {"battery.temperature_c", "battery.temperature"},
      {"output.frequency_hz", "output.frequency"},
      {"input.frequency_hz", "input.frequency"},
      {"bypass.frequency_hz", "input.bypass.frequency"},
      {"output.load_pct", "ups.load"},
      {"alarms_present", "ups.alarm.count"},
  };
  return names;
}

std::string quantity(const std::string& what) {
  static const std::map<std::string, std::string> words{
      {"voltage_v", "voltage"}, {"current_a", "current"}, {"frequency_hz", "frequency"},
      {"power_w", "realpower"}, {"load_pct", "load"},     {"temperature_c", "temperature"},
  };
  const auto found = words.find(what);
  return found == words.end() ? what : found->second;
}

/// Our names of a field, the likeliest first.
std::vector<std::string> names_of(const std::string& field) {
  if (const auto plain = plain_names().find(field); plain != plain_names().end())
    return {plain->second};
  if (field == "output.power_w") return {"input.realpower", "ups.realpower"};
  const auto first = field.find('.');
  const auto last = field.rfind('.');
  if (first == last) return {field};
  const auto circuit = field.substr(0, first);
  const auto index = field.substr(first + 1, last - first - 1);
  const auto what = quantity(field.substr(last + 1));
  const auto before = circuit == "bypass" ? "input.bypass" : circuit;
  if (circuit != "input" && circuit != "output" && circuit != "bypass")
    return {circuit + '.' + index + '.' + what};
  std::vector<std::string> names{before + ".L" + index + "-N." + what,
                                 before + ".L" + index + '.' + what,
                                 before + '.' + index + '.' + what};
  if (what == "load") names.push_back(before + ".L" + index + ".power.percent");
  if (index != "1") return names;
  if (what == "load") names.push_back("ups.load");
  if (what == "realpower" && circuit == "output") names.push_back("ups.realpower");
  names.push_back(before + '.' + what);
  return names;
}

std::optional<double> value_of(const power::whole_reading& reading, const std::string& field) {
  // A name that is there without a number is an answer too: nothing is put in its place.
  for (const auto& name : names_of(field))
    if (std::ranges::find(reading.power.values, name, &power::measurement::name)
        != reading.power.values.end())
      return number(reading.power, name);
  return std::nullopt;
}

std::optional<ups_flag> flag_of(const std::string& field) {
  static const std::map<std::string, ups_flag> flags{
      {"on_mains", ups_flag::online},
      {"on_battery", ups_flag::on_battery},
      {"on_bypass", ups_flag::bypass},
      {"low_battery", ups_flag::low_battery},
      {"overload", ups_flag::overload},
      {"replace_battery", ups_flag::replace_battery},
      {"output_off", ups_flag::off},
      {"boosting", ups_flag::boosting},
      {"trimming", ups_flag::trimming},
      {"charging", ups_flag::charging},
      {"discharging", ups_flag::discharging},
      {"alarm", ups_flag::alarm},
      {"forced_shutdown", ups_flag::forced_shutdown},
  };
  const auto found = flags.find(field);
  return found == flags.end() ? std::nullopt : std::optional(found->second);
}

bool near(const json& want, std::optional<double> got, double within) {
  if (want.is_null()) return !got.has_value();
  return want.is_number() && got && std::abs(*got - want.get<double>()) <= within;
}

bool near_any(const json& accept, std::optional<double> got, double within) {
  return std::ranges::any_of(accept, [&](const json& one) { return near(one, got, within); });
}

std::string shown(std::optional<double> value) {
  return value ? std::to_string(*value) : "nothing";
}

void compare_values(const power::whole_reading& reading, const json& expected, score& out) {
  const auto also = expected.value("accept_also", json::object());
  const auto values = expected.value("values", json::object());
  for (const auto& [field, want] : values.items()) {
    const auto got = value_of(reading, field);
    const auto within = tolerance(field);
    const bool hit =
        near(want, got, within) || (also.contains(field) && near_any(also[field], got, within));
    out.count(hit, field + ": " + shown(got) + " instead of " + want.dump());
  }
}

void compare_flags(const power::whole_reading& reading, const json& expected, score& out) {
  const auto flags = expected.value("flags", json::object());
  for (const auto& [field, want] : flags.items())
    if (const auto flag = flag_of(field))
      out.count(reading.power.flags.has(*flag) == want.get<bool>(),
                "flag " + field + " is not " + want.dump());
}

void compare_outlets(const power::whole_reading& reading, const json& expected, score& out) {
  const auto outlets = expected.value("outlets", json::object());
  if (!outlets.is_object()) return;
  const auto states = outlets.value("states", json::object());
  for (const auto& [number, want] : states.items()) {
    const auto wanted = static_cast<std::uint32_t>(std::stoul(number));
    const auto got = std::ranges::find(reading.outlets, wanted, &power::outlet_reading::number);
    const auto state =
        got == reading.outlets.end() ? "nothing" : std::string(to_string(got->state));
    out.count(state == want.get<std::string>(),
              "outlet " + number + ": " + state + " instead of " + want.dump());
  }
}

/// A contact's word as our number.
json contact(const json& word) {
  static const std::map<std::string, int> active{
      {"closed", 1}, {"open", 0}, {"normal", 0},   {"alarm", 1}, {"lo", 0},
      {"hi", 1},     {"off", 0},  {"inactive", 0}, {"on", 1},    {"active", 1}};
  if (!word.is_string()) return word;
  const auto found = active.find(word.get<std::string>());
  return found == active.end() ? json() : json(found->second);
}

void compare_sensors(const power::whole_reading& reading, const json& expected, score& out) {
  for (const auto& one : expected.value("sensors", json::array())) {
    const auto kind = one.at("kind").get<std::string>();
    const auto index = one.value("index", std::string());
    const auto got =
        std::ranges::find_if(reading.sensors, [&](const power::sensor_reading& sensor) {
          return sensor.value.source == one.value("oid", std::string())
                 || sensor.value.name == kind + '.' + index;
        });
    std::optional<double> shows;
    if (got != reading.sensors.end() && got->value.how == power::quality::good
        && to_string(got->kind) == kind)
      shows = got->value.number;
    out.count(near(contact(one.at("value")), shows, 0.5),
              kind + " " + index + ": " + shown(shows) + " instead of " + one.at("value").dump());
  }
}

void compare_ambiguous(const power::whole_reading& reading, const json& expected, score& out) {
  for (const auto& one : expected.value("ambiguous", json::array())) {
    const auto field = one.at("field").get<std::string>();
    const bool not_a_value =
        field.starts_with("flags.") || field.starts_with("sensors.") || field == "outlets";
    if (not_a_value) continue;
    const auto got = value_of(reading, field);
    out.count(near_any(one.at("accept"), got, tolerance(field)),
              field + ": " + shown(got) + " is none of " + one.at("accept").dump());
  }
}

}  // namespace

void score::count(bool hit, const std::string& about) {
  ++asked;
  if (hit)
    ++right;
  else
    wrong.push_back(about);
}

score& score::operator+=(const score& other) {
  right += other.right;
  asked += other.asked;
  wrong.insert(wrong.end(), other.wrong.begin(), other.wrong.end());
  return *this;
}

nlohmann::json load_json(const std::filesystem::path& file) {
  return json::parse(std::ifstream(file));
}

snmp::snapshot load_recording(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return parse_recording(in);
}

snmp::snapshot parse_recording(std::istream& in) {
  snmp::snapshot said;
  for (std::string line; std::getline(in, line);) {
    if (line.ends_with('\r')) line.pop_back();
    const auto first = line.find('|');
    const auto second = line.find('|', first + 1);
    if (second == std::string::npos) continue;
    const auto name = snmp::object_id::parse(line.substr(0, first));
    auto what = value_of(line.substr(first + 1, second - first - 1), line.substr(second + 1));
    if (name && what) said.insert_or_assign(*name, *std::move(what));
  }
  return said;
}

power::whole_reading read_recording(const snmp::snapshot& said) {
  std::vector<snmp::binding> first_below;
  for (const auto& root : snmp::landmarks())
    if (const auto at = said.lower_bound(root); at != said.end() && at->first.starts_with(root))
      first_below.push_back({at->first, at->second});
  snmp::object_id identity;
  const auto* named = find(said, snmp::object_id::known("1.3.6.1.2.1.1.2.0"));
  if (named != nullptr && std::holds_alternative<snmp::object_id>(*named))
    identity = std::get<snmp::object_id>(*named);
  auto reading = read_whole(ranked(snmp::recognised(first_below), identity), said);
  read_outlet_states(said, reading);
  return reading;
}

score compare(const power::whole_reading& reading, const json& expected) {
  score result;
  compare_values(reading, expected, result);
  compare_flags(reading, expected, result);
  compare_outlets(reading, expected, result);
  compare_sensors(reading, expected, result);
  compare_ambiguous(reading, expected, result);
  return result;
}

}  // namespace holdover::support
