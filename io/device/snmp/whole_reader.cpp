#include "io/device/snmp/whole_reader.hpp"

#include "io/device/snmp/instances.hpp"
#include "io/device/snmp/outlet_profiles.hpp"
#include "io/device/snmp/outlet_reader.hpp"
#include "io/device/snmp/pattern.hpp"
#include "io/device/snmp/sensor_reader.hpp"
#include "io/device/snmp/ups_reader.hpp"

#include <algorithm>
#include <utility>

namespace holdover::device::snmp {

namespace {

/// How much of the agent's identity a family claims; longer is closer.
std::size_t closeness(const family& one, const object_id& identity) {
  std::size_t best = 0;
  for (const auto claimed : one.identities) {
    const auto root = object_id::known(claimed);
    if (identity.starts_with(root)) best = std::max(best, root.size());
  }
  return best;
}

/// A landmark as GETNEXT finds it: without the ".0".
object_id above(std::string_view landmark) {
  const auto& place = pattern::of(landmark);
  if (!place.fixed() || place.before().arcs().back() != 0) return place.before();
  const auto arcs = place.before().arcs();
  return object_id(arcs.first(arcs.size() - 1));
}

void take(std::string& field, const std::string& said) {
  if (field.empty()) field = said;
}

void merge(spoken&& heard, power::whole_reading& into) {
  auto& all = into.power;
  for (auto& value : heard.reading.values)
    keep_better(all.values, std::move(value));
  all.flags = power::ups_flags(all.flags.bits() | (heard.reading.flags.bits() & ~into.told.bits()));
  into.told = power::ups_flags(into.told.bits() | heard.told.bits());
  for (auto& alarm : heard.reading.alarms)
    if (std::ranges::find(all.alarms, alarm) == all.alarms.end())
      all.alarms.push_back(std::move(alarm));
  take(all.who.manufacturer, heard.reading.who.manufacturer);
  take(all.who.model, heard.reading.who.model);
  take(all.who.serial, heard.reading.who.serial);
  take(all.who.firmware, heard.reading.who.firmware);
  all.stale = all.stale || heard.reading.stale;
}

}  // namespace

family_list ranked(family_list list, const object_id& identity) {
  std::ranges::stable_sort(list, [&](const family* a, const family* b) {
    return closeness(*a, identity) > closeness(*b, identity);
  });
  return list;
}

family_list claimed_by(const object_id& identity) {
  family_list list;
  for (const auto* one : families())
    if (closeness(*one, identity) > 0) list.push_back(one);
  return ranked(std::move(list), identity);
}

std::vector<object_id> landmarks() {
  std::vector<object_id> names;
  for (const auto* one : families())
    for (const auto landmark : one->landmarks)
      names.push_back(above(landmark));
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

family_list recognised(const std::vector<binding>& found) {
  family_list list;
  for (const auto* one : families()) {
    const bool there = std::ranges::any_of(one->landmarks, [&](std::string_view landmark) {
      const auto root = above(landmark);
      return std::ranges::any_of(
          found, [&](const binding& at) { return present(at.what) && at.name.starts_with(root); });
    });
    if (there) list.push_back(one);
  }
  return list;
}

power::whole_reading read_whole(const family_list& list, const snapshot& said) {
  power::whole_reading reading;
  for (const auto* one : list) {
    if (auto heard = listen(*one, said)) merge(*std::move(heard), reading);
    take(reading.power.who.manufacturer, std::string(one->manufacturer));
    read_sensors(*one, said, reading.sensors);
    reading.families.emplace_back(one->name);
  }
  return reading;
}

void read_outlet_states(const snapshot& said, power::whole_reading& reading) {
  std::vector<binding> all;
  for (const auto& profile : outlet_profiles) {
    all.clear();
    for (const auto& at : instances(profile.state, said))
      all.push_back({at.name, *at.what});
    const auto states = outlet_states(profile, all);
    if (states.empty()) continue;
    const auto outlets = read_outlets(settled_on(profile, states.front()), states, said).outlets;
    // Two tables of one unit show the same outlets; the first table in the list is the finer one.
    for (const auto& outlet : outlets)
      if (std::ranges::find(reading.outlets, outlet.number, &power::outlet_reading::number)
          == reading.outlets.end())
        reading.outlets.push_back(outlet);
  }
}

}  // namespace holdover::device::snmp
