#include "io/device/snmp/sensor_reader.hpp"

#include "io/device/snmp/instances.hpp"
#include "io/device/snmp/pattern.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string>
#include <utility>

namespace holdover::device::snmp {

namespace {

using power::quality;
using power::sensor_kind;

struct span_of_sense {
  double least = -1e9;
  double most = 1e9;
};

/// What a probe of a kind can show at all.
span_of_sense sense(sensor_kind kind) {
  switch (kind) {
    case sensor_kind::temperature_celsius:
      return {-40, 150};
    case sensor_kind::humidity_percent:
      return {0, 100};
    case sensor_kind::contact:
      return {0, 1};
    case sensor_kind::unspecified:
      break;
  }
  return {};
}

bool holds(std::string words, std::string_view part) {
  for (char& c : words)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return words.find(part) != std::string::npos;
}

/// Where neither the table nor a unit says what is measured, the name that somebody gave it may.
sensor_kind kind_by_label(const std::string& label) {
  if (holds(label, "humid")) return sensor_kind::humidity_percent;
  return holds(label, "temp") ? sensor_kind::temperature_celsius : sensor_kind::unspecified;
}

sensor_kind kind_by_unit(const std::string& unit) {
  if (unit.find('%') != std::string::npos) return sensor_kind::humidity_percent;
  if (unit.ends_with('C') || unit.ends_with('F')) return sensor_kind::temperature_celsius;
  return sensor_kind::unspecified;
}

std::string_view word(sensor_kind kind) {
  return kind == sensor_kind::unspecified ? "sensor" : to_string(kind);
}

bool in_fahrenheit(const sensor_row& row, const instance& at, const snapshot& said,
                   const std::string& unit) {
  if (const auto* what = beside(row.fahrenheit, at, said))
    return whole_number(*what) == row.fahrenheit_is;
  return unit.ends_with('F');
}

power::measurement measured(const sensor_row& row, sensor_kind kind, const instance& at,
                            const snapshot& said, const std::string& unit) {
  power::measurement result{at.variable(std::string(word(kind)) + '.' + std::string(row.name)), 0,
                            quality::absent, to_string(at.name)};
  const auto raw = number(*at.what);
  if (!raw) return result;
  if (kind == sensor_kind::contact) {
    if (*raw != static_cast<double>(row.active) && *raw != static_cast<double>(row.inactive))
      return result;
    result.number = *raw == static_cast<double>(row.active) ? 1 : 0;
    result.how = quality::good;
    return result;
  }
  if (row.zero_is_unknown && *raw == 0) return result;
  double shown = *raw * row.factor * scale_by(row.digits, {}, at, said) + row.offset;
  if (kind == sensor_kind::temperature_celsius && in_fahrenheit(row, at, said, unit))
    shown = (shown - 32) / 1.8;
  const auto within = sense(kind);
  if (*raw == -1 || shown < within.least || shown > within.most) {
    result.how = *raw == -1 ? quality::absent : quality::suspect;
    return result;
  }
  result.number = shown;
  result.how = quality::good;
  return result;
}

bool counts(const sensor_row& row, const instance& at, const snapshot& said) {
  if (row.only.empty()) return true;
  const auto* what = beside(row.only, at, said);
  return what != nullptr && whole_number(*what) == row.only_is;
}

/// The first row that claims an object or a name has it; a better number may come from a later one.
void add(power::sensor_reading one, std::vector<power::sensor_reading>& out) {
  const auto there = std::ranges::find_if(out, [&](const power::sensor_reading& other) {
    return other.value.source == one.value.source || other.value.name == one.value.name;
  });
  if (there == out.end())
    out.push_back(std::move(one));
  else if (there->value.how != quality::good && one.value.how == quality::good)
    *there = std::move(one);
}

void read_row(const sensor_row& row, const snapshot& said,
              std::vector<power::sensor_reading>& out) {
  for (const auto& at : instances(row.value, said)) {
    if (!counts(row, at, said)) continue;
    const auto* unit_said = beside(row.unit, at, said);
    const auto unit = unit_said != nullptr ? text(*unit_said) : std::string();
    power::sensor_reading one;
    if (const auto* label = beside(row.label, at, said)) one.label = text(*label);
    one.kind = row.kind;
    if (one.kind == sensor_kind::unspecified)
      one.kind = row.unit.empty() ? kind_by_label(one.label) : kind_by_unit(unit);
    one.value = measured(row, one.kind, at, said, unit);
    add(std::move(one), out);
  }
}

/// Sorted, each once.
std::vector<object_id> tidy(std::vector<object_id> names) {
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace

std::vector<object_id> sensor_scalars(const family& profile) {
  std::vector<object_id> names;
  for (const auto& row : profile.sensors)
    for (const auto object : {row.value, row.label, row.digits, row.unit, row.fahrenheit, row.only})
      if (!object.empty() && pattern::of(object).fixed())
        names.push_back(pattern::of(object).before());
  return tidy(std::move(names));
}

std::vector<object_id> sensor_columns(const family& profile) {
  std::vector<object_id> names;
  for (const auto& row : profile.sensors)
    for (const auto object : {row.value, row.label, row.digits, row.unit, row.fahrenheit, row.only})
      if (!object.empty() && !pattern::of(object).fixed())
        names.push_back(pattern::of(object).before());
  return tidy(std::move(names));
}

std::vector<object_id> settled_columns(const family& profile) {
  std::vector<object_id> names;
  for (const auto& row : profile.sensors)
    for (const auto object : {row.label, row.digits, row.unit, row.fahrenheit})
      if (!object.empty()) names.push_back(pattern::of(object).before());
  for (const auto& row : profile.numbers)
    for (const auto object : {row.digits, row.unit})
      if (!object.empty()) names.push_back(pattern::of(object).before());
  return tidy(std::move(names));
}

void read_sensors(const family& profile, const snapshot& said,
                  std::vector<power::sensor_reading>& out) {
  for (const auto& row : profile.sensors)
    read_row(row, said, out);
}

}  // namespace holdover::device::snmp
