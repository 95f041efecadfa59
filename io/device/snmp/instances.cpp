#include "io/device/snmp/instances.hpp"

#include "io/device/snmp/pattern.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace holdover::device::snmp {

namespace {

// A unit of a chain that is further down than this is a misread index.
constexpr std::uint32_t chain_max = 64;
constexpr std::int64_t digits_max = 9;

constexpr std::array<std::pair<std::string_view, double>, 8> prefixed_units{{
    {"kW", 1000},
    {"kVA", 1000},
    {"min", 60},
    {"minutes", 60},
    {"mA", 0.001},
    {"mV", 0.001},
    {"kV", 1000},
    {"h", 3600},
}};

std::string joined(const std::vector<std::uint32_t>& arcs) {
  std::string text;
  for (const auto arc : arcs)
    text += (text.empty() ? "" : ".") + std::to_string(arc);
  return text;
}

/// The units of a chain are numbered from the least that is there.
void number_units(const pattern& place, std::vector<instance>& found) {
  std::vector<std::vector<std::uint32_t>> units;
  for (const auto& one : found)
    units.push_back(place.only('@', one.arcs));
  if (units.empty() || units.front().empty()) return;
  for (std::size_t i = 0; i < found.size(); ++i) {
    std::uint32_t least = units[i].front();
    for (const auto& other : units)
      least = std::min(least, other.front());
    found[i].unit = std::min(units[i].front() - least, chain_max) + 1;
  }
}

}  // namespace

std::string instance::variable(std::string_view name_pattern) const {
  std::string text = unit > 1 ? "device." + std::to_string(unit) + '.' : std::string();
  const auto hole = name_pattern.find('#');
  if (hole == std::string_view::npos) return text.append(name_pattern);
  return text.append(name_pattern.substr(0, hole))
      .append(joined(index))
      .append(name_pattern.substr(hole + 1));
}

std::vector<instance> instances(std::string_view place, const snapshot& said) {
  std::vector<instance> found;
  if (place.empty()) return found;
  const auto& column = pattern::of(place);
  if (column.fixed()) {
    if (const auto* what = find(said, column.before()))
      found.push_back({column.before(), what, {}, {}, 1});
    return found;
  }
  for (auto at = said.lower_bound(column.before());
       at != said.end() && at->first.starts_with(column.before()); ++at) {
    if (!present(at->second)) continue;
    if (auto arcs = column.match(at->first)) {
      auto index = column.only('#', *arcs);
      found.push_back({at->first, &at->second, *std::move(arcs), std::move(index), 1});
    }
  }
  number_units(column, found);
  return found;
}

const value* beside(std::string_view place, const instance& at, const snapshot& said) {
  if (place.empty()) return nullptr;
  const auto name = pattern::of(place).with(at.arcs);
  return name ? find(said, *name) : nullptr;
}

double scale_by(std::string_view digits, std::string_view unit, const instance& at,
                const snapshot& said) {
  double scale = 1;
  if (const auto* what = beside(digits, at, said))
    if (const auto places = whole_number(*what); places && *places > 0 && *places <= digits_max)
      scale /= std::pow(10, *places);
  if (const auto* what = beside(unit, at, said)) {
    const auto word = text(*what);
    const auto known =
        std::ranges::find(prefixed_units, word, &std::pair<std::string_view, double>::first);
    if (known != prefixed_units.end()) scale *= known->second;
  }
  return scale;
}

void keep_better(std::vector<power::measurement>& values, power::measurement one) {
  const auto there = std::ranges::find(values, one.name, &power::measurement::name);
  if (there == values.end())
    values.push_back(std::move(one));
  else if (there->how != power::quality::good && one.how == power::quality::good)
    *there = std::move(one);
}

}  // namespace holdover::device::snmp
