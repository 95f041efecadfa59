#include "io/device/snmp/ups_reader.hpp"

#include "io/device/snmp/instances.hpp"

#include <algorithm>
#include <array>
#include <cctype>
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
constexpr std::int64_t numbered_max = 999;
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

// --- numbers, states and texts

/// The row with its number as the table says it; nothing if it is not this row's business.
std::optional<instance> numbered(const number_row& row, instance at, const snapshot& said) {
  if (const auto* what = beside(row.only, at, said);
      what != nullptr && whole_number(*what) != row.only_is)
    return std::nullopt;
  if (row.numbered_by.empty()) return at;
  const auto* what = beside(row.numbered_by, at, said);
  const auto index = what != nullptr ? whole_number(*what) : std::nullopt;
  if (!index || *index < 1 || *index > numbered_max) return std::nullopt;
  at.index = {static_cast<std::uint32_t>(*index)};
  return at;
}

void read_number(const number_row& row, const instance& seen, const snapshot& said,
                 std::vector<measurement>& values) {
  const auto raw = number(*seen.what);
  const auto counted = raw ? numbered(row, seen, said) : std::nullopt;
  if (!counted) return;
  const auto& at = *counted;
  const auto factor = row.factor * scale_by(row.digits, row.unit, at, said);
  auto result =
      measured(at.variable(row.name), *raw, {factor, row.least, row.most}, to_string(at.name));
  const bool said_unknown = row.unknown >= 0 && *raw == static_cast<double>(row.unknown);
  if (said_unknown || (row.zero_is_unknown && *raw == 0)) {
    result.how = quality::absent;
    result.number = 0;
  }
  keep_better(values, std::move(result));
}

void read_numbers(const family& profile, const snapshot& said, ups_reading& reading) {
  for (const auto& row : profile.numbers)
    for (const auto& at : instances(row.object, said))
      read_number(row, at, said, reading.values);
}

bool matches(const state_row& row, const value& what) {
  if (row.text.empty()) return whole_number(what) == row.when;
  const auto words = text(what);
  return std::ranges::equal(words, row.text, [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a))
           == std::tolower(static_cast<unsigned char>(b));
  });
}

/// What an object's rows can tell at all.
std::uint32_t subject_of(const family& profile, std::string_view object) {
  std::uint32_t flags = 0;
  for (const auto& row : profile.states)
    if (row.object == object) flags |= row.flags;
  return flags;
}

void read_states(const family& profile, const snapshot& said, spoken& out) {
  std::uint32_t flags = 0;
  std::uint32_t told = 0;
  for (const auto& row : profile.states)
    for (const auto& at : instances(row.object, said))
      if (matches(row, *at.what)) {
        flags |= row.flags;
        told |= subject_of(profile, row.object);
      }
  out.reading.flags = power::ups_flags(out.reading.flags.bits() | flags);
  out.told = power::ups_flags(out.told.bits() | told);
}

void read_texts(const family& profile, const snapshot& said, ups_reading& reading) {
  for (const auto& row : profile.texts) {
    auto& field = reading.who.*row.field;
    for (const auto& at : instances(row.object, said))
      if (field.empty()) field = text(*at.what);
  }
  if (reading.who.manufacturer.empty()) reading.who.manufacturer = profile.manufacturer;
}

// --- the phases

/// The raw numbers of one column, by phase.
using column_values = std::map<std::uint32_t, double>;
/// The place of a phase's value; the hole may be left out at the end.
const pattern& column_of(const phase_row& row) {
  if (row.column.find('#') != std::string_view::npos) return pattern::of(row.column);
  return pattern::of(std::string(row.column) + ".#");
}

/// By place in the profile's rows.
using all_columns = std::vector<column_values>;

column_values read_column(const pattern& column, const snapshot& said) {
  column_values found;
  for (auto at = said.lower_bound(column.before()); at != said.end(); ++at) {
    const auto& [name, what] = *at;
    if (!name.starts_with(column.before())) break;
    const auto arcs = column.match(name);
    if (!arcs) continue;
    const auto index = column.only('#', *arcs);
    const auto raw = number(what);
    if (raw && index.size() == 1 && index[0] >= 1 && index[0] <= phases_max)
      found.emplace(index[0], *raw);
  }
  return found;
}

std::optional<std::uint32_t> declared_lines(const family& profile, circuit of,
                                            const snapshot& said) {
  const auto object = profile.line_counts[static_cast<std::size_t>(of)];
  if (object.empty()) return std::nullopt;
  const auto* what = find(said, pattern::of(object).before());
  const auto lines = what != nullptr ? whole_number(*what) : std::nullopt;
  if (!lines || *lines < 1 || *lines > phases_max) return std::nullopt;
  return static_cast<std::uint32_t>(*lines);
}

/// How many phases a circuit has: as declared, as far as there are rows; else up to the last row
/// that shows anything.
std::uint32_t count_lines(const family& profile, circuit of, const all_columns& columns,
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

bool gives_tenths_of_volts(const family& profile, const all_columns& columns) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!profile.phases[i].mains_volts) continue;
    for (const auto& [phase, raw] : columns[i]) {
      const double volts = raw * profile.phases[i].factor;
      if (volts > volts_max && volts <= volts_max * 10) return true;
    }
  }
  return false;
}

bool feeds_something(const family& profile, circuit of, const all_columns& columns,
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
  measurement result{std::string(row.single), 0, quality::good, to_string(column_of(row).before())};
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

void read_phases(const family& profile, const snapshot& said, ups_reading& reading) {
  all_columns columns;
  for (const auto& row : profile.phases)
    columns.push_back(read_column(column_of(row), said));
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
                             to_string(*column_of(row).with({phase})));
      if (row.zero_needs_idle && raw == 0 && feeds_something(profile, row.of, columns, phase))
        result.how = quality::absent;
      results.push_back(std::move(result));
    }
    auto whole = lines > 1 && results.size() == lines ? taken_together(row, results) : std::nullopt;
    for (auto& result : results)
      keep_better(reading.values, std::move(result));
    if (whole) keep_better(reading.values, *std::move(whole));
  }
}

// --- the alarms

std::optional<object_id> alarm_identity(const value& what) {
  if (const auto* name = std::get_if<object_id>(&what)) return *name;
  return object_id::parse(text(what));
}

void read_alarm(const family& profile, const object_id& base, const object_id& alarm,
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

void read_alarms(const family& profile, const snapshot& said, spoken& out) {
  auto& reading = out.reading;
  if (!instances(profile.alarm_count, said).empty())
    for (const auto& row : profile.alarms)
      out.told = power::ups_flags(out.told.bits() | row.flags);
  if (!may_have_alarms(profile, said)) return;
  const auto& column = pattern::of(profile.alarm_column).before();
  const auto& base = pattern::of(profile.alarm_base).before();
  for (auto at = said.lower_bound(column); at != said.end() && at->first.starts_with(column); ++at)
    if (const auto alarm = alarm_identity(at->second)) read_alarm(profile, base, *alarm, reading);
  const auto* count = find(said, pattern::of(profile.alarm_count).before());
  if (!reading.alarms.empty() || (count != nullptr && number(*count).value_or(0) > 0))
    reading.flags.set(power::ups_flag::alarm);
}

// --- what to ask for

void add_fixed(std::vector<object_id>& names, std::string_view object) {
  if (!object.empty() && pattern::of(object).fixed()) names.push_back(pattern::of(object).before());
}

void add_column(std::vector<object_id>& names, const pattern& place) {
  if (!place.fixed()) names.push_back(place.before());
}

std::vector<object_id> sorted(std::vector<object_id> names) {
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

bool speaks(const family& profile, const snapshot& said) {
  return std::ranges::any_of(
      profile.landmarks, [&](std::string_view object) { return !instances(object, said).empty(); });
}

}  // namespace

std::vector<object_id> scalars(const family& profile) {
  std::vector<object_id> names;
  for (const auto& row : profile.states)
    add_fixed(names, row.object);
  for (const auto& row : profile.numbers)
    for (const auto object : {row.object, row.digits, row.unit, row.numbered_by, row.only})
      add_fixed(names, object);
  for (const auto& row : profile.texts)
    add_fixed(names, row.object);
  for (const auto object : profile.line_counts)
    add_fixed(names, object);
  add_fixed(names, profile.alarm_count);
  for (const auto object : profile.landmarks)
    add_fixed(names, object);
  return sorted(std::move(names));
}

std::vector<object_id> vital_scalars(const family& profile) {
  std::vector<object_id> names;
  for (const auto& row : profile.numbers)
    if (row.vital) add_fixed(names, row.object);
  return sorted(std::move(names));
}

std::vector<object_id> state_scalars(const family& profile) {
  std::vector<object_id> names;
  for (const auto object : profile.landmarks)
    add_fixed(names, object);
  for (const auto& row : profile.states)
    add_fixed(names, row.object);
  add_fixed(names, profile.alarm_count);
  return sorted(std::move(names));
}

std::vector<object_id> vital_columns(const family& profile) {
  std::vector<object_id> names;
  for (const auto& row : profile.phases)
    if (row.shows_load || (row.mains_volts && row.of == circuit::input))
      add_column(names, column_of(row));
  for (const auto& row : profile.states)
    add_column(names, pattern::of(row.object));
  return sorted(std::move(names));
}

std::vector<object_id> columns(const family& profile) {
  std::vector<object_id> names;
  for (const auto& row : profile.phases)
    add_column(names, column_of(row));
  for (const auto& row : profile.numbers)
    for (const auto object : {row.object, row.digits, row.unit, row.numbered_by, row.only})
      if (!object.empty()) add_column(names, pattern::of(object));
  for (const auto& row : profile.states)
    add_column(names, pattern::of(row.object));
  for (const auto& row : profile.texts)
    add_column(names, pattern::of(row.object));
  return sorted(std::move(names));
}

std::vector<const pattern*> phase_places(const family& profile) {
  std::vector<const pattern*> places;
  for (const auto& row : profile.phases)
    places.push_back(&column_of(row));
  return places;
}

bool may_have_alarms(const family& profile, const snapshot& said) {
  if (profile.alarm_count.empty()) return false;
  const auto* count = find(said, pattern::of(profile.alarm_count).before());
  return count == nullptr || number(*count).value_or(1) > 0;
}

std::optional<spoken> listen(const family& profile, const snapshot& said) {
  if (!speaks(profile, said)) return std::nullopt;
  spoken out;
  read_states(profile, said, out);
  read_numbers(profile, said, out.reading);
  read_phases(profile, said, out.reading);
  read_texts(profile, said, out.reading);
  read_alarms(profile, said, out);
  if (profile.finish != nullptr) profile.finish(out.reading);
  return out;
}

std::optional<ups_reading> read_ups(const family& profile, const snapshot& said) {
  auto heard = listen(profile, said);
  if (!heard) return std::nullopt;
  return std::move(heard->reading);
}

}  // namespace holdover::device::snmp
