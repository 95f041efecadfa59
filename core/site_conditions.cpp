// Checks of conditions and of the order among hosts: what could never be met, or never be kept.

#include "core/site_checks.hpp"
#include "core/words.hpp"

#include <algorithm>
#include <cmath>

namespace holdover::checks {

namespace {

bool asks_sensor(condition_kind kind) {
  return kind >= condition_kind::sensor_above && kind <= condition_kind::sensor_inactive;
}

std::size_t known_subjects(const site& s, condition_kind kind) {
  if (asks_sensor(kind)) return s.sensors.size();
  if (kind == condition_kind::outlet_load_above) return s.outlets.size();
  if (kind == condition_kind::unit_load_above) return s.units.size();
  if (kind == condition_kind::time_window) return s.windows.size();
  if (kind == condition_kind::operator_switch) return s.switches.size();
  if (kind == condition_kind::job_wish) return s.wishes.size();
  return 1;
}

void combination(const site& s, const condition_tree& tree, condition_index index,
                 const std::string& path, findings& found) {
  const auto& node = s.conditions[index];
  std::uint32_t children = 0;
  for (auto n = tree.first; n < index; ++n)
    children += s.conditions[n].parent == index ? 1 : 0;
  if (children == 0)
    found.error(path,
                "has a group of conditions with nothing in it: name conditions, or leave it "
                "out");
  else if (node.kind == condition_kind::at_least && (node.needed == 0 || node.needed > children))
    found.error(path, "asks for at least " + std::to_string(node.needed) + " of "
                          + std::to_string(children) + " conditions: give 1 to "
                          + std::to_string(children));
}

void sensor_leaf(const site& s, const condition_node& node, const std::string& path,
                 findings& found) {
  const auto& sensor = s.sensors[node.subject];
  const bool contact = sensor.kind == power::sensor_kind::contact;
  const bool asks_contact =
      node.kind == condition_kind::sensor_active || node.kind == condition_kind::sensor_inactive;
  if (contact != asks_contact)
    found.error(path, quoted(sensor.name)
                          + (contact ? " is a contact: ask for state active or inactive"
                                     : " gives a number: ask for above or below"));
  if (!asks_contact && node.hysteresis < sensor.accuracy)
    found.error(path, "has a hysteresis of " + in_words(node.hysteresis) + " on "
                          + quoted(sensor.name) + ", less than its accuracy of "
                          + in_words(sensor.accuracy)
                          + ": its own error would call the stage and call it off; raise it");
}

void leaf(const site& s, const condition_node& node, const std::string& path, findings& found) {
  const bool of_ups = node.kind <= condition_kind::ups_fault;
  if (of_ups && node.ups && *node.ups >= s.upses.size())
    found.error(path, "names no UPS of this site: correct the name");
  if (!of_ups && node.subject >= known_subjects(s, node.kind)) {
    found.error(path, "names nothing of this site: correct the name");
    return;
  }
  if (node.kind == condition_kind::charge_below) percent(found, path, node.limit);
  if (!std::isfinite(node.limit) || !std::isfinite(node.hysteresis) || node.hysteresis < 0)
    found.error(path, "has a limit or hysteresis that is no number: give one");
  if (node.kind == condition_kind::runtime_below && node.time <= 0s)
    found.error(path,
                "has a runtime_below that is not positive: give the time that the shutdown "
                "needs");
  if (asks_sensor(node.kind)) sensor_leaf(s, node, path, found);
  if (node.kind == condition_kind::time_window) {
    const auto& window = s.windows[node.subject];
    if (std::none_of(window.days.begin(), window.days.end(), [](bool day) { return day; })
        || window.from_minute == window.to_minute)
      found.error(path, "has a time window that never opens: name days, and from other than to");
  }
}

/// Whether a stage of an outage stops it.
bool steps(const site& s, const host_config& host) {
  return host.stage && *host.stage < s.stages.size() && !is_environmental(s, s.stages[*host.stage]);
}

}  // namespace

void conditions(const site& s, findings& found) {
  for (std::size_t j = 0; j < s.stages.size(); ++j) {
    const auto& tree = s.stages[j].condition;
    if (!tree || s.stages[j].wish) continue;
    const auto path = at("stages", j) + ".when";
    if (tree->root >= s.conditions.size() || tree->first > tree->root) {
      found.error(path, "has no condition: name one");
      continue;
    }
    for (auto n = tree->first; n <= tree->root; ++n) {
      const auto& node = s.conditions[n];
      const auto here = node.path.empty() ? path : node.path;
      if (node.hold < 0s || node.clear_after < 0s)
        found.error(here, "has a negative time: for and clear_after are 0s or more");
      combines(node.kind) ? combination(s, *tree, n, here, found) : leaf(s, node, here, found);
    }
  }
}

// What a host depends on goes down after it: so it must not belong to an earlier stage.
void dependencies(const site& s, host_index index, const std::string& path, findings& found) {
  const auto& host = s.hosts[index];
  for (std::size_t i = 0; i < host.depends_on.size(); ++i) {
    const auto here = path + '.' + at("depends_on", i);
    const auto needed = host.depends_on[i];
    if (needed >= s.hosts.size()) {
      found.error(here, "names no host of this site: correct the name");
      continue;
    }
    const auto& other = s.hosts[needed];
    if (needed == index)
      found.error(here, "names the host itself: name another, or leave it out");
    else if (std::count(host.depends_on.begin(), host.depends_on.end(), needed) > 1
             && std::find(host.depends_on.begin(), host.depends_on.end(), needed)
                    != host.depends_on.begin() + static_cast<std::ptrdiff_t>(i))
      found.error(here, "names the same host again: name it once");
    else if (steps(s, other) && !steps(s, host))
      found.warning(here, quoted(host.name) + " is in no stage of an outage, but " + quoted(other.name)
                              + ", which ought to go down after it, is and does not wait for it: "
                                "put it in a stage, too");
    else if (steps(s, other) && steps(s, host) && *other.stage < *host.stage)
      found.error(here, quoted(other.name) + " goes down in an earlier stage than "
                            + quoted(host.name) + ", which depends on it: swap the stages");
  }
}

// Each cycle once, told by its first host.
void dependency_cycles(const site& s, findings& found) {
  enum class mark : std::uint8_t { fresh, open, done };
  std::vector<mark> marks(s.hosts.size(), mark::fresh);
  struct step {
    host_index host;
    std::size_t next;
  };
  for (host_index start = 0; start < s.hosts.size(); ++start) {
    if (marks[start] != mark::fresh) continue;
    std::vector<step> way{{start, 0}};
    marks[start] = mark::open;
    while (!way.empty()) {
      auto& here = way.back();
      const auto& needed = s.hosts[here.host].depends_on;
      if (here.next == needed.size()) {
        marks[here.host] = mark::done;
        way.pop_back();
        continue;
      }
      const auto to = needed[here.next++];
      if (to >= s.hosts.size() || to == here.host) continue;  // Reported with the host.
      if (marks[to] == mark::fresh) {
        marks[to] = mark::open;
        way.push_back({to, 0});
      } else if (marks[to] == mark::open) {
        std::string circle;
        auto from =
            std::find_if(way.begin(), way.end(), [&](const step& w) { return w.host == to; });
        for (; from != way.end(); ++from)
          circle += s.hosts[from->host].name + " -> ";
        found.error(at("hosts", to) + ".depends_on",
                    "goes in a circle (" + circle + s.hosts[to].name
                        + "), so none of them could go down first: leave one out");
      }
    }
  }
}

}  // namespace holdover::checks
