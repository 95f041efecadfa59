// Checks of what is protected and in which order: hosts, their supplies, stages.

#include "core/site_checks.hpp"
#include "core/words.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace holdover::checks {

namespace {

constexpr duration hold_max = 60s;
constexpr duration last_word_flush = 500ms;  ///< The agent repeats it for as long, then goes.

/// "aa:bb:cc:dd:ee:ff"
bool is_hardware_address(std::string_view text) {
  constexpr std::string_view hexadecimal = "0123456789abcdefABCDEF";
  if (text.size() != 17) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i % 3 == 2 ? text[i] != ':' && text[i] != '-' : hexadecimal.find(text[i]) == text.npos)
      return false;
  }
  return true;
}

/// @param bare every supply of the host is in bare mains.
void supply(const site& s, const supply_config& plug, bool bare, const std::string& path,
            findings& found) {
  if (!plug.outlet) {
    if (plug.ups >= s.upses.size() && !bare)
      found.error(path, "names no UPS of this site: name the UPS or the outlet it is plugged into");
    return;
  }
  if (*plug.outlet >= s.outlets.size()) {
    found.error(path,
                "names no outlet of this site: name the UPS or the outlet it is plugged into");
    return;
  }
  const auto& outlet = s.outlets[*plug.outlet];
  if (outlet.unit >= s.units.size()) return;  // Reported with the outlet.
  const auto feed = s.units[outlet.unit].feed;
  if (!feed && !bare)
    found.error(path, "is plugged into " + quoted(outlet.name)
                          + ", which no UPS feeds, and another supply is not: leave it out, as mains "
                            "fails with the outage, or set `feed` of unit "
                          + quoted(s.units[outlet.unit].name) + " to the UPS behind it");
  else if (!feed && !s.upses.empty())
    found.warning(path, "is plugged into " + quoted(outlet.name)
                            + ", which no UPS feeds: a power failure stops it hard; set `feed` of "
                              "unit " + quoted(s.units[outlet.unit].name)
                            + " if a UPS is behind it");
  else if (feed && *feed != plug.ups)
    found.error(path, "takes its energy from another UPS than the one that feeds "
                          + quoted(outlet.name) + ": make both agree");
}

void supplies(const site& s, const host_config& host, const std::string& path, findings& found) {
  const auto m = host.supplies.size();
  if (m == 0) {
    found.error(path + ".supplies", "is empty: name the outlet or UPS of each power supply");
    return;
  }
  if (host.needed == 0 || host.needed > m)
    found.error(path + ".needed", "is " + std::to_string(host.needed) + " of " + std::to_string(m)
                                      + " supplies: give how many must carry, 1 to "
                                      + std::to_string(m));
  std::set<ups_index> sources;
  std::set<outlet_index> outlets;
  for (std::size_t j = 0; j < m; ++j) {
    const auto& plug = host.supplies[j];
    supply(s, plug, on_bare_mains(host), path + '.' + at("supplies", j), found);
    sources.insert(plug.ups);
    if (plug.outlet && !outlets.insert(*plug.outlet).second)
      found.error(path + '.' + at("supplies", j),
                  "is plugged into the same outlet as another: name each supply once");
  }
  if (host.needed < m && m > 1 && sources.size() == 1 && !on_bare_mains(host))
    found.warning(path + ".supplies",
                  "hang on one UPS all together, so that none is redundant: "
                  "move one to another UPS, or accept it");
}

void times(const host_config& host, const std::string& path, findings& found) {
  if (host.shutdown_time <= 0s)
    found.error(path + ".shutdown_time",
                "is not positive: measure a shutdown, times 1.5 plus 30 s");
  if (host.boot_time <= 0s)
    found.error(path + ".boot_time", "is not positive: measure a start until the agent reports");
  if (host.power_off_delay < 0s)
    found.error(path + ".power_off_delay",
                "is negative: give the time from the agent's last word "
                "to power off");
  else if (host.power_off_delay < last_word_flush)
    found.error(path + ".power_off_delay",
                "is " + in_words(host.power_off_delay) + ", but the agent needs "
                    + in_words(last_word_flush)
                    + " to send its last word: give 1s at least, and what the host still does after "
                      "it");
  if (host.hold < 0s)
    found.error(path + ".hold", "is negative: 5s is usual");
  else if (host.hold == 0s)
    found.warning(path + ".hold",
                  "is 0 s: the host acts on the first moment of agreement, however "
                  "short; 5s is usual");
  else if (host.hold > hold_max)
    found.warning(path + ".hold",
                  "is " + in_words(host.hold)
                      + ", taken from the battery before every shutdown: 5s is usual");
}

/// In which stages each host is shut down: in an outage one, or in none, then in those that other
/// conditions call for.
std::map<host_index, std::vector<std::size_t>> stages_of_hosts(const site& s) {
  std::map<host_index, std::vector<std::size_t>> where;
  for (const bool environmental : {false, true})
    for (std::size_t j = 0; j < s.stages.size(); ++j) {
      if (is_environmental(s, s.stages[j]) != environmental) continue;
      for (const auto host : s.stages[j].hosts) {
        auto& stages = where[host];
        if (environmental && !stages.empty()) continue;
        if (stages.empty() || stages.back() != j) stages.push_back(j);
      }
    }
  return where;
}

void place_in_plan(const host_config& host, const std::vector<std::size_t>& stages,
                   const std::string& path, findings& found) {
  if (stages.size() > 1)
    found.error(path, quoted(host.name) + " is shut down by " + at("stages", stages[0]) + " and "
                          + at("stages", stages[1]) + ": keep it in one");
  else if (stages.empty() && host.stage)
    found.error(path,
                quoted(host.name) + " belongs to a stage that does not list it: make both agree");
  else if (stages.size() == 1 && host.stage != stages[0])
    found.error(path, quoted(host.name) + " is listed by " + at("stages", stages[0])
                          + " but does not belong to it: make both agree");
  else if (stages.empty() && !on_bare_mains(host))
    found.warning(path, quoted(host.name) + " is in no stage: it is shut down only when its "
                            "battery leaves no more time; list it in one");
}

// ---- Stages
// --------------------------------------------------------------------------------------

/// Within its tree.
bool asks_runtime(const site& s, const stage_config& stage) {
  if (!stage.condition) return false;
  for (auto n = stage.condition->first; n <= stage.condition->root; ++n)
    if (s.conditions[n].kind == condition_kind::runtime_below
        || s.conditions[n].kind == condition_kind::latest_safe)
      return true;
  return false;
}

void triggers(const site& s, const stage_config& stage, const std::string& path, findings& found) {
  const auto& when = stage.when;
  if (!when.on_battery_for && !when.runtime_below && !when.charge_below_percent && !when.battery_low
      && !stage.condition)
    found.error(path,
                "has no condition: set on_battery_for, runtime_below, charge_below or "
                "battery_low");
  if (when.on_battery_for && *when.on_battery_for < 0s)
    found.error(path + ".on_battery_for", "is negative: 0s means at once");
  if (when.runtime_below && *when.runtime_below <= 0s)
    found.error(path + ".runtime_below", "is not positive: give the time that the shutdown needs");
  if (when.charge_below_percent) percent(found, path + ".charge_below", *when.charge_below_percent);
  if (stage.hosts.empty() || is_environmental(s, stage) || asks_runtime(s, stage)) return;

  if (!when.runtime_below) {
    found.warning(path, when.battery_low
                            ? "shuts hosts down on battery low without runtime_below: some "
                              "batteries say low too late; add runtime_below, or on_battery_for "
                              "where the UPS predicts no runtime"
                            : "has neither runtime_below nor battery_low: a weak battery is then "
                              "met by the latest safe start alone; add runtime_below");
    return;
  }
  duration slowest{};
  for (const auto host : stage.hosts)
    if (host < s.hosts.size()) slowest = std::max(slowest, s.hosts[host].shutdown_time);
  const auto wanted = slowest + s.observing.runtime_margin;
  if (*when.runtime_below < wanted)
    found.warning(path + ".runtime_below",
                  "is " + in_words(*when.runtime_below) + ", less than the slowest host's "
                      "shutdown_time and the margin: the latest safe start comes first; raise it to "
                      + in_words(wanted));
}

/// Reports each index that is out of range or repeated.
template <class Index>
void list(const std::vector<Index>& indexes, std::size_t known, const std::string& path,
          std::string_view thing, findings& found) {
  std::set<Index> seen;
  for (std::size_t i = 0; i < indexes.size(); ++i) {
    const auto where = path + '[' + std::to_string(i) + ']';
    if (indexes[i] >= known)
      found.error(where, "names no " + std::string(thing) + " of this site: correct the name");
    else if (!seen.insert(indexes[i]).second)
      found.error(where, "names the same " + std::string(thing) + " again: name it once");
  }
}

/// A shed outlet waits until every host on it is down. That is what is wanted if this stage or an
/// earlier one stops them, and a wait for ever if none does.
void shed_outlets(const site& s, std::size_t stage, const std::string& path, findings& found) {
  const auto where = stages_of_hosts(s);
  const auto& shed = s.stages[stage].shed;
  for (std::size_t i = 0; i < shed.size(); ++i) {
    if (shed[i] >= s.outlets.size()) continue;
    for (const auto host : s.outlets[shed[i]].feeds) {
      const auto stops = where.find(host);
      const bool in_time = stops != where.end() && stops->second.front() <= stage;
      if (host >= s.hosts.size() || in_time) continue;
      found.warning(path + '[' + std::to_string(i) + ']',
                    quoted(s.outlets[shed[i]].name) + " feeds host " + quoted(s.hosts[host].name)
                        + ", which this stage does not shut down: it stays on until that host is "
                          "down; list the host in this stage or an earlier one");
    }
  }
}

void commands(const site& s, const stage_config& stage, const std::string& path, findings& found) {
  for (std::size_t i = 0; i < stage.commands.size(); ++i) {
    const auto& command = stage.commands[i];
    const auto where = path + '.' + at("commands", i);
    if (command.host >= s.hosts.size())
      found.error(where + ".host", "names no host of this site: correct the name");
    if (command.action.empty())
      found.error(where + ".action",
                  "is missing: name an action of the agent's configuration, or "
                  "\"message\"");
    else if (command.action == "message" && command.text.empty())
      found.error(where + ".text", "is missing: say what to show");
  }
}

void timeout(const site& s, const stage_config& stage, const std::string& path, findings& found) {
  if (stage.timeout <= 0s) {
    found.error(path + ".timeout", "is not positive: 5m is usual");
    return;
  }
  for (const auto index : stage.hosts) {
    if (index >= s.hosts.size()) continue;
    const auto& host = s.hosts[index];
    const auto needed = host.hold + host.shutdown_time + host.power_off_delay;
    if (stage.timeout < needed)
      found.warning(path + ".timeout", "is " + in_words(stage.timeout) + ", but host "
                                           + quoted(host.name) + " takes " + in_words(needed)
                                           + ": the next stage would not wait for it; raise it");
  }
}

/// X3: a host that stopped while its UPS held on must be started by somebody.
void restart(const host_config& host, const std::string& path, findings& found) {
  const bool all_switched =
      std::all_of(host.supplies.begin(), host.supplies.end(),
                  [](const supply_config& supply) { return supply.outlet.has_value(); });
  if (all_switched || host.wake_address || host.stands_by || !host.stage) return;
  found.warning(path, quoted(host.name)
                          + " has a supply without an outlet and no wake_address: nobody can start "
                            "it again once it has stopped and its UPS did not run empty; plug it "
                            "into an outlet, give wake_address and enable Wake-on-LAN, or let it wait for mains with "
                            "stands_by");
}

}  // namespace

void hosts(const site& s, findings& found) {
  const auto where = stages_of_hosts(s);
  dependency_cycles(s, found);
  for (host_index i = 0; i < s.hosts.size(); ++i) {
    const auto& host = s.hosts[i];
    const auto path = at("hosts", i);
    supplies(s, host, path, found);
    times(host, path, found);
    const auto stages = where.find(i);
    place_in_plan(host, stages == where.end() ? std::vector<std::size_t>{} : stages->second, path,
                  found);
    if (!s.lab) restart(host, path, found);  // A lab's hosts are processes.
    dependencies(s, i, path, found);
    if (host.wake_address && !is_hardware_address(*host.wake_address))
      found.error(path + ".wake_address", quoted(*host.wake_address)
                                              + " is no hardware address: write it as "
                                                "aa:bb:cc:dd:ee:ff");
  }
}

void stages(const site& s, findings& found) {
  std::set<std::string> names;
  for (std::size_t j = 0; j < s.stages.size(); ++j) {
    const auto& stage = s.stages[j];
    if (stage.wish) continue;  // Judged with its jobs.
    const auto path = at("stages", j);
    if (stage.name.empty())
      found.error(path + ".name", "is missing: say what the stage is for");
    else if (!names.insert(stage.name).second)
      found.error(path + ".name", quoted(stage.name) + " names two stages: give each its own");
    triggers(s, stage, path + ".when", found);
    list(stage.shed, s.outlets.size(), path + ".shed", "outlet", found);
    list(stage.shed_hosts, s.hosts.size(), path + ".shed_hosts", "host", found);
    list(stage.hosts, s.hosts.size(), path + ".hosts", "host", found);
    shed_outlets(s, j, path + ".shed", found);
    commands(s, stage, path, found);
    timeout(s, stage, path, found);
    if (stage.shed.empty() && stage.shed_hosts.empty() && stage.hosts.empty()
        && stage.commands.empty())
      found.warning(path, "does nothing: list hosts, outlets or commands, or remove it");
  }
}

}  // namespace holdover::checks
