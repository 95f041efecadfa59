#include "tools/holdover/lamps.hpp"

#include <algorithm>
#include <optional>

namespace holdover::tool {

namespace {

using statuses = std::vector<const policy::status*>;

mains_lamp mains_by(const policy::ups_status& ups, bool ending) {
  if (ups.fresh != power::freshness::fresh && ups.fresh != power::freshness::stale)
    return mains_lamp::unknown;
  if (ups.state == power::belief::off) return mains_lamp::off;
  const bool on_battery = ups.state == power::belief::on_battery;
  if (ending || (on_battery && ups.battery_low)) return mains_lamp::ending;
  if (on_battery) return mains_lamp::on_battery;
  return power::carries(ups.state) ? mains_lamp::good : mains_lamp::unknown;
}

bool alarmed(const policy::status& by, std::string_view what, const std::string& subject) {
  const auto head = std::string{what} + ' ' + subject + ':';
  return std::any_of(by.alarms.begin(), by.alarms.end(),
                     [&](const std::string& alarm) { return alarm.starts_with(head); });
}

/// What all agree on who know anything.
template <class Lamp>
void agree(std::optional<Lamp>& sum, Lamp one, bool& contradicted) {
  if (one == Lamp::unknown) return;
  contradicted = contradicted || (sum && *sum != one);
  sum = one;
}

mains_lamp mains_of(const site& about, const outlet_unit_config& unit, const statuses& seen) {
  std::optional<mains_lamp> sum;
  bool contradicted = false;
  if (!unit.feed) {
    // No UPS behind it: its mains is there if anybody can read it.
    for (const auto* by : seen)
      for (const auto& outlet : by->outlets)
        for (const auto& config : about.outlets)
          if (config.name == outlet.name && about.units[config.unit].name == unit.name
              && outlet.state != power::outlet_state::unknown)
            return mains_lamp::good;
    return mains_lamp::unknown;
  }
  const auto& feed = about.upses[*unit.feed].name;
  for (const auto* by : seen)
    for (const auto& ups : by->upses)
      if (ups.name == feed)
        agree(sum, mains_by(ups, alarmed(*by, "output_ending", feed)), contradicted);
  return contradicted ? mains_lamp::unknown : sum.value_or(mains_lamp::unknown);
}

outlet_lamp lamp_by(const policy::outlet_status& outlet, bool unconfirmed) {
  using power::outlet_state;
  if (outlet.state == outlet_state::unknown) return outlet_lamp::unknown;
  const bool on = outlet.state == outlet_state::on;
  const auto wished = on ? vote::outlet_wish::off : vote::outlet_wish::on;
  if (outlet.wanted == wished) return unconfirmed ? outlet_lamp::stuck : outlet_lamp::switching;
  return on ? outlet_lamp::on : outlet_lamp::off;
}

/// Nodes wish at slightly different moments: that is switching, and no contradiction.
outlet_lamp lamp_of(const std::string& name, const statuses& seen) {
  bool on = false, off = false, switching = false, stuck = false;
  for (const auto* by : seen)
    for (const auto& outlet : by->outlets) {
      if (outlet.name != name) continue;
      const auto lamp = lamp_by(outlet, alarmed(*by, "outlet_unconfirmed", name));
      stuck = stuck || lamp == outlet_lamp::stuck;
      switching = switching || lamp == outlet_lamp::switching;
      on = on || outlet.state == power::outlet_state::on;
      off = off || outlet.state == power::outlet_state::off;
    }
  if (on == off) return on && switching ? outlet_lamp::switching : outlet_lamp::unknown;
  if (stuck) return outlet_lamp::stuck;
  if (switching) return outlet_lamp::switching;
  return on ? outlet_lamp::on : outlet_lamp::off;
}

}  // namespace

std::string_view to_string(mains_lamp lamp) {
  switch (lamp) {
    case mains_lamp::unknown:
      return "unknown";
    case mains_lamp::good:
      return "good";
    case mains_lamp::on_battery:
      return "on battery";
    case mains_lamp::ending:
      return "ending";
    case mains_lamp::off:
      return "off";
  }
  return "unknown";
}

std::string_view to_string(outlet_lamp lamp) {
  switch (lamp) {
    case outlet_lamp::unknown:
      return "unknown";
    case outlet_lamp::on:
      return "on";
    case outlet_lamp::off:
      return "off";
    case outlet_lamp::switching:
      return "switching";
    case outlet_lamp::stuck:
      return "stuck";
  }
  return "unknown";
}

std::vector<unit_lamps> lamps_of(const site& about, const statuses& seen) {
  std::vector<unit_lamps> all;
  for (outlet_unit_index u = 0; u < about.units.size(); ++u) {
    unit_lamps unit{about.units[u].name, mains_of(about, about.units[u], seen), {}};
    for (const auto& outlet : about.outlets)
      if (outlet.unit == u)
        unit.outlets.push_back({outlet.number, outlet.name, lamp_of(outlet.name, seen)});
    std::sort(unit.outlets.begin(), unit.outlets.end(),
              [](const auto& a, const auto& b) { return a.number < b.number; });
    all.push_back(std::move(unit));
  }
  return all;
}

}  // namespace holdover::tool
