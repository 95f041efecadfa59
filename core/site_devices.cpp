// Checks of what is polled and switched: UPSes, outlet units and their outlets, sensors.

#include "core/site_checks.hpp"
#include "core/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>
#include <vector>

namespace holdover::checks {

namespace {

constexpr duration poll_comfortable = 5s;  // O2: what is above is added to every margin.
constexpr duration poll_max = 60s;
constexpr std::uint32_t outlets_max = 256;
constexpr duration off_delay_max = 5min;

void poll(findings& found, const std::string& path, duration period, const floors& floor) {
  at_least(found, path, period, floor.poll);
  if (period > poll_max)
    found.error(path, "is " + in_words(period) + ", the most is " + in_words(poll_max)
                          + ": an outage would be over before it is seen");
  else if (period > poll_comfortable)
    found.warning(path, "is " + in_words(period) + ": all above " + in_words(poll_comfortable)
                            + " is added to every margin; 2 s is usual");
}

/// The hosts that a UPS carries, but not by the outlet that is its output.
std::set<host_index> carried_beyond(const site& s, outlet_index index) {
  std::set<host_index> found;
  const auto ups = s.units[s.outlets[index].unit].output_of;
  for (host_index h = 0; ups && h < s.hosts.size(); ++h)
    for (const auto& supply : s.hosts[h].supplies)
      if (supply.ups == *ups && supply.outlet != index) found.insert(h);
  return found;
}

/// Who must be where the outlet's supplies say it is: the list is derived from them, and the
/// interlock that keeps an outlet closed under a running host reads it.
void feeds(const site& s, outlet_index index, const std::set<host_index>& plugged,
           const std::string& path, findings& found) {
  const auto as_set = [](const std::vector<host_index>& listed) {
    return std::set<host_index>(listed.begin(), listed.end());
  };
  const auto& outlet = s.outlets[index];
  if (as_set(outlet.feeds) != plugged || as_set(outlet.beyond) != carried_beyond(s, index))
    found.error(path, "outlet " + quoted(s.outlets[index].name)
                          + " lists other hosts than those that have a supply on it: make both "
                            "agree");
}

/// The hosts with a supply on each outlet.
std::vector<std::set<host_index>> plugged_hosts(const site& s) {
  std::vector<std::set<host_index>> plugged(s.outlets.size());
  for (host_index h = 0; h < s.hosts.size(); ++h)
    for (const auto& supply : s.hosts[h].supplies)
      if (supply.outlet && *supply.outlet < plugged.size()) plugged[*supply.outlet].insert(h);
  return plugged;
}

/// Whoever switches an output off must outlive that, and everything on it must be told.
void ups_output(const site& s, outlet_unit_index index, const std::string& path, findings& found) {
  const auto& unit = s.units[index];
  const auto ups = *unit.output_of;
  if (ups >= s.upses.size())
    return found.error(path + ".ups_output.ups", "names no UPS of this site: name one");
  for (outlet_unit_index other = 0; other < index; ++other)
    if (s.units[other].output_of == ups)
      found.error(path + ".ups_output.ups", quoted(s.upses[ups].name)
                                                + " has an output unit already, "
                                                + quoted(s.units[other].name) + ": remove one");
  if (unit.feed != ups)
    found.error(path + ".feed", "is another than the UPS whose output this is: leave it out");
  if (unit.outlets != 1)
    found.error(path + ".outlets", "is " + std::to_string(unit.outlets)
                                       + ", but the output of a UPS is one outlet: leave it out; "
                                         "outlet groups are a unit of their own");
  if (unit.off_delay < 0s || unit.off_delay > off_delay_max)
    found.error(path + ".ups_output.off_delay",
                "is " + in_words(unit.off_delay) + ": give at most " + in_words(off_delay_max));
  for (const auto& node : s.nodes)
    for (const auto& supply : node.supplies)
      if (supply.ups == ups) {
        found.warning(path, "node " + quoted(node.name) + " hangs on " + quoted(s.upses[ups].name)
                                + ": when its output goes off, that node has no vote to switch it "
                                  "on again; feed it from elsewhere");
        break;
      }
  for (host_index h = 0; h < s.hosts.size(); ++h)
    for (const auto& supply : s.hosts[h].supplies)
      if (supply.ups == ups && !supply.outlet)
        found.warning(path, "host " + quoted(s.hosts[h].name) + " hangs on " + quoted(s.upses[ups].name)
                                + " itself: its output is not cycled to start that host; give the "
                                  "outlet of " + quoted(unit.name) + " as its supply");
}

/// Four thresholds, in their order; those that are given.
void thresholds(const sensor_config& sensor, const std::string& path, findings& found) {
  const std::array<std::pair<std::string_view, std::optional<double>>, 4> limits{
      {{"alarm_low", sensor.alarm_low},
       {"pre_alarm_low", sensor.pre_alarm_low},
       {"pre_alarm_high", sensor.pre_alarm_high},
       {"alarm_high", sensor.alarm_high}}};
  const std::pair<std::string_view, std::optional<double>>* below = nullptr;
  for (const auto& limit : limits) {
    const auto& [field, value] = limit;
    if (!value) continue;
    if (!std::isfinite(*value)) {
      found.error(path + '.' + std::string{field}, "is no number: give one");
      continue;
    }
    if (below != nullptr && !(*below->second < *value))
      found.error(path + '.' + std::string{below->first},
                  "is not below " + std::string{field} + ": swap them");
    below = &limit;
  }
}

}  // namespace

void upses(const site& s, findings& found) {
  const bool acts = !s.stages.empty() || !s.jobs.empty();
  if (s.upses.empty() && acts)
    found.note("ups",
               "is empty: no power failure is seen or survived; stages and jobs go by sensors, "
               "the calendar and people alone");
  else if (s.upses.empty())
    found.warning("ups", "is empty, so nothing is protected: name a UPS");
  for (std::size_t i = 0; i < s.upses.size(); ++i) {
    const auto& ups = s.upses[i];
    const auto path = at("ups", i);
    poll(found, path + ".poll", ups.poll_period, floors_of(s));
    at_least(found, path + ".alert_poll", ups.alert_poll_period, floors_of(s).poll);
    if (ups.alert_poll_period > ups.poll_period)
      found.error(path + ".alert_poll",
                  "is longer than poll: in an alert look more often, not less");
    const auto& own = ups.independence_group.empty() ? ups.name : ups.independence_group;
    const bool one_group = std::all_of(ups.paths.begin(), ups.paths.end(),
                                       [&](const auto& other) { return other.group == own; });
    if (!ups.paths.empty() && one_group)
      found.warning(path + ".paths",
                    "are all of the independence group " + quoted(own)
                        + ": what fails together has one voice, so they contradict nobody; name "
                          "another group, if a path does not fail with the first");
    if (ups.rated_runtime && *ups.rated_runtime <= 0s)
      found.error(path + ".rated_runtime",
                  "is not positive: give the runtime at the usual load "
                  "with new batteries, or leave it out");
  }
}

void outlets(const site& s, findings& found) {
  for (std::size_t i = 0; i < s.units.size(); ++i) {
    const auto& unit = s.units[i];
    const auto path = at("outlet_units", i);
    poll(found, path + ".poll", unit.poll_period, floors_of(s));
    if (unit.feed && *unit.feed >= s.upses.size())
      found.error(path + ".feed", "names no UPS of this site: name one, or leave it out");
    if (unit.address.driver == "simulated" && s.nodes.size() > 1)
      found.warning(path, quoted(unit.name)
                              + " is simulated, and each node plays it by itself: what one switches "
                                "the others do not see; use one node, or a simulator behind SNMP");
    if (unit.output_of) ups_output(s, static_cast<outlet_unit_index>(i), path, found);
    if (unit.outlets == 0 || unit.outlets > outlets_max)
      found.error(path + ".outlets", "is " + std::to_string(unit.outlets) + ": give 1 to "
                                         + std::to_string(outlets_max));
  }
  const auto plugged = plugged_hosts(s);
  std::set<std::pair<outlet_unit_index, std::uint32_t>> numbers;
  for (outlet_index i = 0; i < s.outlets.size(); ++i) {
    const auto& outlet = s.outlets[i];
    const auto path = at("outlet_units", outlet.unit) + ".names";
    if (outlet.unit >= s.units.size()) {
      found.error(path, "outlet " + quoted(outlet.name)
                            + " belongs to no unit of this site: correct the unit");
      continue;
    }
    if (outlet.number == 0 || outlet.number > s.units[outlet.unit].outlets)
      found.error(path, "outlet " + quoted(outlet.name) + " has number "
                            + std::to_string(outlet.number) + ", the unit has 1 to "
                            + std::to_string(s.units[outlet.unit].outlets)
                            + ": correct it, or the unit's `outlets`");
    if (!numbers.insert({outlet.unit, outlet.number}).second)
      found.error(path, "outlet number " + std::to_string(outlet.number)
                            + " appears twice: name each once");
    at_least(found, path + ".minimum_off", outlet.minimum_off, floors_of(s).minimum_off);
    feeds(s, i, plugged[i], path, found);
  }
}

void sensors(const site& s, findings& found) {
  for (std::size_t i = 0; i < s.sensors.size(); ++i) {
    const auto& sensor = s.sensors[i];
    const auto path = at("sensors", i);
    poll(found, path + ".poll", sensor.poll_period, floors_of(s));
    if (sensor.kind == power::sensor_kind::unspecified)
      found.error(path + ".kind", "is missing: temperature, humidity or contact");
    thresholds(sensor, path, found);
    if (!std::isfinite(sensor.hysteresis) || sensor.hysteresis < 0)
      found.error(path + ".hysteresis", "is negative or no number: give 0 or more");
    else if (sensor.hysteresis < sensor.accuracy)
      found.error(path + ".hysteresis",
                  "is " + in_words(sensor.hysteresis) + ", less than the accuracy of "
                      + in_words(sensor.accuracy)
                      + ": the sensor's own error would raise and clear the alarm; raise it");
    if (!std::isfinite(sensor.accuracy) || sensor.accuracy < 0)
      found.error(path + ".accuracy", "is negative or no number: give the width of its error");
  }
}

}  // namespace holdover::checks
