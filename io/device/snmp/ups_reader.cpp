#include "io/device/snmp/ups_reader.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <utility>

namespace holdover::device::snmp {

namespace {

using power::measurement;
using power::quality;
using power::ups_reading;

constexpr std::uint32_t phases_max = 12;
constexpr double volts_max = 1000;
// What agents say for "unknown" in 32 bits, signed and not.
constexpr std::array<double, 3> unknown_words{4294967295.0, 2147483647.0, -2147483648.0};

bool is_unknown_word(double raw) {
  return std::ranges::find(unknown_words, raw) != unknown_words.end();
}

struct limits {
  double factor = 1;
  double least = 0;
  double most = 0;
};

measurement measured(std::string name, double raw, limits within, std::string source) {
  measurement result{std::move(name), 0, quality::good, std::move(source)};
  const double converted = raw * within.factor;
  if (is_unknown_word(raw) || (raw < 0 && within.least >= 0))
    result.how = quality::absent;
  else if (converted < within.least || converted > within.most)
    result.how = quality::suspect;
  else
    result.number = converted;
  return result;
}

// --- what stands alone

void read_numbers(const ups_profile& profile, const snapshot& said, ups_reading& reading) {
  for (const auto& row : profile.numbers) {
    const auto* what = find(said, object_id::known(row.object));
    const auto raw = what != nullptr ? number(*what) : std::nullopt;
    if (!raw) continue;
    auto result = measured(std::string(row.name), *raw, {row.factor, row.least, row.most},
                           std::string(row.object));
    if (row.zero_is_unknown && *raw == 0) result.how = quality::absent;
    reading.values.push_back(std::move(result));
  }
}

void read_states(const ups_profile& profile, const snapshot& said, ups_reading& reading) {
  std::uint32_t flags = 0;
  for (const auto& row : profile.states)
    if (const auto* what = find(said, object_id::known(row.object)))
      if (whole_number(*what) == row.when) flags |= row.flags;
  reading.flags = power::ups_flags(reading.flags.bits() | flags);
}

void read_texts(const ups_profile& profile, const snapshot& said, ups_reading& reading) {
  for (const auto& row : profile.texts) {
    auto& field = reading.who.*row.field;
    const auto* what = find(said, object_id::known(row.object));
    if (what != nullptr && field.empty()) field = text(*what);
  }
}

// --- the phases

/// The raw numbers of one column, by phase.
using column_values = std::map<std::uint32_t, double>;
/// By place in the profile's rows.
using all_columns = std::vector<column_values>;

column_values read_column(const object_id& column, const snapshot& said) {
  column_values found;
  for (auto at = said.lower_bound(column); at != said.end(); ++at) {
    const auto& [name, what] = *at;
    if (!name.starts_with(column)) break;
    const auto rest = name.size() - column.size();
    const bool odd = rest == 2 && name.arcs().back() == 0;
    if (rest != 1 && !odd) continue;
    const auto phase = name.arcs()[column.size()];
    const auto raw = number(what);
    if (raw && phase >= 1 && phase <= phases_max) found.emplace(phase, *raw);
  }
  return found;
}

std::optional<std::uint32_t> declared_lines(const ups_profile& profile, circuit of,
                                            const snapshot& said) {
  const auto object = profile.line_counts[static_cast<std::size_t>(of)];
  if (object.empty()) return std::nullopt;
  const auto* what = find(said, object_id::known(object));
  const auto lines = what != nullptr ? whole_number(*what) : std::nullopt;
  if (!lines || *lines < 1 || *lines > phases_max) return std::nullopt;
  return static_cast<std::uint32_t>(*lines);
}

/// How many phases a circuit has: as declared, as far as there are rows; else up to the last row
/// that shows anything.
std::uint32_t count_lines(const ups_profile& profile, circuit of, const all_columns& columns,
                          const snapshot& said) {
  std::uint32_t rows = 1;
  std::uint32_t rows_with_values = 1;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (profile.phases[i].of != of) continue;
    for (const auto& [phase, raw] : columns[i]) {
      rows = std::max(rows, phase);
      if (raw > 0 && !is_unknown_word(raw)) rows_with_values = std::max(rows_with_values, phase);
    }
  }
  const auto declared = declared_lines(profile, of, said);
  return declared ? std::min(*declared, rows) : rows_with_values;
}

bool gives_tenths_of_volts(const ups_profile& profile, const all_columns& columns) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!profile.phases[i].mains_volts) continue;
    for (const auto& [phase, raw] : columns[i]) {
      const double volts = raw * profile.phases[i].factor;
      if (volts > volts_max && volts <= volts_max * 10) return true;
    }
  }
  return false;
}

bool feeds_something(const ups_profile& profile, circuit of, const all_columns& columns,
                     std::uint32_t phase) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (profile.phases[i].of != of || !profile.phases[i].shows_load) continue;
    const auto raw = columns[i].find(phase);
    if (raw != columns[i].end() && raw->second > 0 && !is_unknown_word(raw->second)) return true;
  }
  return false;
}

std::string phase_name(std::string_view pattern, std::uint32_t phase) {
  std::string name(pattern);
  name.replace(name.find('#'), 1, std::to_string(phase));
  return name;
}

/// Several phases as one value; nothing if that would be a guess.
std::optional<measurement> taken_together(const phase_row& row,
                                          const std::vector<measurement>& phases) {
  if (row.together == phase_row::whole::none || phases.empty()) return std::nullopt;
  measurement result{std::string(row.single), 0, quality::good, std::string(row.column)};
  if (row.together == phase_row::whole::first) {
    result.number = phases.front().number;
    result.how = phases.front().how;
    return result;
  }
  bool any = false;
  for (const auto& phase : phases) {
    const bool usable = phase.how == quality::good;
    if (!usable && row.together == phase_row::whole::sum) return std::nullopt;
    if (!usable) continue;
    result.number = row.together == phase_row::whole::sum ? result.number + phase.number
                    : any                                 ? std::max(result.number, phase.number)
                                                          : phase.number;
    any = true;
  }
  return any ? std::optional(std::move(result)) : std::nullopt;
}

void read_phases(const ups_profile& profile, const snapshot& said, ups_reading& reading) {
  all_columns columns;
  for (const auto& row : profile.phases)
    columns.push_back(read_column(object_id::known(row.column), said));
  const bool tenths = gives_tenths_of_volts(profile, columns);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto& row = profile.phases[i];
    const auto lines = count_lines(profile, row.of, columns, said);
    const double factor = row.mains_volts && tenths ? row.factor / 10 : row.factor;
    std::vector<measurement> results;
    for (const auto& [phase, raw] : columns[i]) {
      if (phase > lines) continue;
      auto name = lines == 1 ? std::string(row.single) : phase_name(row.phases, phase);
      auto result = measured(std::move(name), raw, {factor, 0, row.most},
                             std::string(row.column) + '.' + std::to_string(phase));
      if (row.zero_needs_idle && raw == 0 && feeds_something(profile, row.of, columns, phase))
        result.how = quality::absent;
      results.push_back(std::move(result));
    }
    auto whole = lines > 1 && results.size() == lines ? taken_together(row, results) : std::nullopt;
    std::ranges::move(results, std::back_inserter(reading.values));
    if (whole) reading.values.push_back(*std::move(whole));
  }
}

// --- the alarms

std::optional<object_id> alarm_identity(const value& what) {
  if (const auto* name = std::get_if<object_id>(&what)) return *name;
  return object_id::parse(text(what));
}

void read_alarm(const ups_profile& profile, const object_id& base, const object_id& alarm,
                ups_reading& reading) {
  // Some agents keep empty rows, named by nothing but zeros.
  if (std::ranges::all_of(alarm.arcs(), [](auto arc) { return arc == 0; })) return;
  std::string name = to_string(alarm);
  const bool ours = alarm.starts_with(base) && alarm.size() > base.size();
  const auto row =
      ours ? std::ranges::find(profile.alarms, alarm.arcs()[base.size()], &alarm_row::number)
           : profile.alarms.end();
  if (row != profile.alarms.end()) {
    name = row->name;
    reading.flags = power::ups_flags(reading.flags.bits() | row->flags);
    reading.stale = reading.stale || row->stale;
  }
  if (std::ranges::find(reading.alarms, name) == reading.alarms.end())
    reading.alarms.push_back(std::move(name));
}

void read_alarms(const ups_profile& profile, const snapshot& said, ups_reading& reading) {
  if (!may_have_alarms(profile, said)) return;
  const auto column = object_id::known(profile.alarm_column);
  const auto base = object_id::known(profile.alarm_base);
  for (auto at = said.lower_bound(column); at != said.end() && at->first.starts_with(column); ++at)
    if (const auto alarm = alarm_identity(at->second)) read_alarm(profile, base, *alarm, reading);
  const auto* count = find(said, object_id::known(profile.alarm_count));
  if (!reading.alarms.empty() || (count != nullptr && number(*count).value_or(0) > 0))
    reading.flags.set(power::ups_flag::alarm);
}

}  // namespace

std::vector<object_id> scalars(const ups_profile& profile) {
  std::vector<object_id> names;
  for (const auto& row : profile.states)
    names.push_back(object_id::known(row.object));
  for (const auto& row : profile.numbers)
    names.push_back(object_id::known(row.object));
  for (const auto& row : profile.texts)
    names.push_back(object_id::known(row.object));
  for (const auto object : profile.line_counts)
    if (!object.empty()) names.push_back(object_id::known(object));
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::vector<object_id> vital_scalars(const ups_profile& profile) {
  std::vector<object_id> names;
  for (const auto object : profile.landmarks)
    names.push_back(object_id::known(object));
  for (const auto& row : profile.numbers)
    if (row.vital) names.push_back(object_id::known(row.object));
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::vector<object_id> phase_columns(const ups_profile& profile) {
  std::vector<object_id> names;
  for (const auto& row : profile.phases)
    names.push_back(object_id::known(row.column));
  return names;
}

bool may_have_alarms(const ups_profile& profile, const snapshot& said) {
  if (profile.alarm_count.empty()) return false;
  const auto* count = find(said, object_id::known(profile.alarm_count));
  return count == nullptr || number(*count).value_or(1) > 0;
}

std::optional<ups_reading> read_ups(const ups_profile& profile, const snapshot& said) {
  const bool known = std::ranges::any_of(profile.landmarks, [&](std::string_view object) {
    return find(said, object_id::known(object)) != nullptr;
  });
  if (!known) return std::nullopt;
  ups_reading reading;
  read_states(profile, said, reading);
  read_numbers(profile, said, reading);
  read_phases(profile, said, reading);
  read_texts(profile, said, reading);
  read_alarms(profile, said, reading);
  if (profile.finish != nullptr) profile.finish(reading);
  return reading;
}

}  // namespace holdover::device::snmp
