#include "core/site.hpp"

#include "core/site_checks.hpp"
#include "core/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

namespace holdover {

double declared_watts(const site& s, outlet_index index) {
  auto watts = s.outlets[index].load_watts;
  for (const auto host : s.outlets[index].feeds)
    watts += s.hosts[host].load_watts / std::max(1u, s.hosts[host].needed);
  return watts;
}

std::optional<double> outlet_limit_watts(const site& s, outlet_index index) {
  const auto amperes = s.units[s.outlets[index].unit].outlet_rating_amperes;
  return amperes > 0 ? std::optional{amperes * s.nominal_volts} : std::nullopt;
}

std::optional<double> unit_limit_watts(const site& s, outlet_unit_index index) {
  const auto amperes = s.units[index].rating_amperes;
  return amperes > 0 ? std::optional{amperes * s.nominal_volts} : std::nullopt;
}

bool is_environmental(const site& s, const stage_config& stage) {
  const auto& when = stage.when;
  if (when.on_battery_for || when.runtime_below || when.charge_below_percent || when.battery_low)
    return false;
  if (!stage.condition) return false;
  for (auto n = stage.condition->first; n <= stage.condition->root; ++n)
    if (asks_battery(s.conditions[n].kind)) return false;
  return true;
}

std::vector<site_problem> validate(const site& s) {
  checks::findings found;
  for (const auto check :
       {checks::names, checks::nodes, checks::votes, checks::observing, checks::upses,
        checks::outlets, checks::sensors, checks::hosts, checks::conditions, checks::stages,
        checks::restoring, checks::ratings, checks::generator, checks::jobs})
    check(s, found);
  return found.take();
}

namespace checks {

namespace {

constexpr std::size_t name_length_max = 63;
constexpr duration time_to_live_max = 60s;
constexpr duration period_alert_max = 5s;

/// Names become topics, paths and columns, so they hold nothing that means something there.
bool well_formed(std::string_view name) {
  constexpr std::string_view alphanumeric =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  const auto plain = [&](char c) { return alphanumeric.find(c) != std::string_view::npos; };
  const auto allowed = [&](char c) { return plain(c) || c == '.' || c == '_' || c == '-'; };
  return !name.empty() && name.size() <= name_length_max && plain(name.front())
         && std::all_of(name.begin(), name.end(), allowed);
}

struct named_thing {
  std::string path;
  std::string name;
};

/// Everything that events, votes and pages call by its name.
std::vector<named_thing> named_things(const site& s) {
  std::vector<named_thing> all;
  const auto add = [&](std::string_view list, const auto& things) {
    for (std::size_t i = 0; i < things.size(); ++i)
      all.push_back({at(list, i) + ".name", things[i].name});
  };
  add("nodes", s.nodes);
  add("ups", s.upses);
  add("outlet_units", s.units);
  add("sensors", s.sensors);
  add("hosts", s.hosts);
  add("operator_switches", s.switches);
  add("jobs", s.jobs);
  for (const auto& outlet : s.outlets)
    all.push_back({at("outlet_units", outlet.unit) + ".names", outlet.name});
  return all;
}

void check_name(findings& found, const std::string& path, const std::string& name) {
  if (name.empty())
    found.error(path, "has no name: give one");
  else if (!well_formed(name))
    found.error(path, quoted(name)
                          + " is no name: begin with a letter or digit, go on with letters, "
                            "digits, '.', '_' or '-', 63 characters at most");
}

void endpoint(findings& found, std::map<std::string, std::string>& taken, const std::string& path,
              const std::string& address) {
  if (address.empty()) {
    found.error(path,
                "is missing: give the address that others reach this node at, such as "
                "tcp://10.0.0.1:7400");
    return;
  }
  const auto [other, is_new] = taken.emplace(address, path);
  if (!is_new)
    found.error(path, address + " is already used by " + other->second + ": give each its own");
}

}  // namespace

std::string at(std::string_view list, std::size_t index) {
  return std::string(list) + '[' + std::to_string(index) + ']';
}

std::string quoted(std::string_view name) {
  return '"' + std::string(name) + '"';
}

void at_least(findings& found, const std::string& path, duration value, duration floor) {
  if (value < floor)
    found.error(path, "is " + in_words(value) + ", the least is " + in_words(floor)
                          + ": raise it, or set lab: true where nothing real depends on it");
}

void percent(findings& found, const std::string& path, double value) {
  if (!std::isfinite(value) || value < 0 || value > 100)
    found.error(path, "is " + in_words(value) + ": give percent from 0 to 100");
}

void names(const site& s, findings& found) {
  check_name(found, "site", s.name);
  if (s.revision == 0) found.error("revision", "is 0: count from 1 and up with each change");
  std::map<std::string, std::string> taken;
  for (const auto& [path, name] : named_things(s)) {
    check_name(found, path, name);
    const auto [other, is_new] = taken.emplace(name, path);
    if (!is_new && !name.empty())
      found.error(path, quoted(name) + " is already the name at " + other->second
                            + ": nodes, devices, outlets and hosts need names of their own");
  }
}

void nodes(const site& s, findings& found) {
  if (s.nodes.empty())
    found.error("nodes", "is empty: a site needs one node at least, better three");
  if (s.nodes.size() > node_number_limit)
    found.error("nodes", "has " + std::to_string(s.nodes.size()) + " nodes, the most is "
                             + std::to_string(node_number_limit) + ": three to five are plenty");
  std::set<node_number> numbers;
  std::map<std::string, std::string> endpoints;
  for (std::size_t i = 0; i < s.nodes.size(); ++i) {
    const auto& node = s.nodes[i];
    const auto path = at("nodes", i);
    if (node.number >= node_number_limit)
      found.error(path + ".number", "is " + std::to_string(node.number) + ": number from 0 to "
                                        + std::to_string(node_number_limit - 1));
    if (!numbers.insert(node.number).second)
      found.error(path + ".number",
                  std::to_string(node.number) + " is taken by another node: give each its own");
    else if (i > 0 && node.number < s.nodes[i - 1].number)
      found.error(path + ".number", "is out of order: list nodes by ascending number");
    endpoint(found, endpoints, path + ".control", node.control_endpoint);
    endpoint(found, endpoints, path + ".events", node.events_endpoint);
  }
}

void votes(const site& s, findings& found) {
  const auto& v = s.votes;
  const auto floor = floors_of(s);
  const auto n = s.nodes.size();
  const auto k = threshold(s);
  if (k > n && n > 0)
    found.error("votes.threshold", "is " + std::to_string(k) + " of " + std::to_string(n)
                                       + " nodes, so nothing could ever be decided: lower it");
  else if (n > 1 && k * 2 <= n)
    found.warning("votes.threshold", std::to_string(k) + " of " + std::to_string(n)
                                         + " nodes is no majority, so a faulty minority can shut "
                                           "hosts down: raise it to "
                                         + std::to_string(n / 2 + 1));
  else if (n > 2 && k == n)
    found.warning("votes.threshold",
                  "needs every node, so one that is down leaves hosts to their own fallback: lower "
                  "it to "
                      + std::to_string(n / 2 + 1));

  if (v.period_alert <= 0s || v.period_alert > period_alert_max)
    found.error("votes.period_alert", "is " + in_words(v.period_alert) + ": give more than 0 s and "
                                          + in_words(period_alert_max) + " at most");
  if (v.period_calm < v.period_alert)
    found.error("votes.period_calm", "is shorter than period_alert: make it as long at least");
  at_least(found, "votes.time_to_live", v.time_to_live, floor.time_to_live);
  const int renewals = s.lab ? 2 : 3;
  if (v.time_to_live < v.period_alert * renewals)
    found.error("votes.time_to_live", "is less than " + std::to_string(renewals)
                                          + " times period_alert, so lost packets would cancel "
                                            "votes: make it "
                                          + in_words(v.period_alert * renewals) + " at least");
  if (v.time_to_live > time_to_live_max)
    found.warning("votes.time_to_live", "is " + in_words(v.time_to_live)
                                            + ": for so long a vote acts after its voter died; "
                                              "10 s is usual");
  if (v.able_within < v.time_to_live)
    found.error("votes.able_within", "is shorter than time_to_live: make it as long at least");
  if (v.able_within < v.period_calm * 2)
    found.error("votes.able_within",
                "is less than twice period_calm, so calm nodes would seem "
                "dead: make it "
                    + in_words(v.period_calm * 2) + " at least");
  at_least(found, "votes.single_witness", v.single_witness, floor.single_witness);
  at_least(found, "votes.clear_after", v.clear_after, floor.clear_after);
  at_least(found, "votes.fallback_reserve", v.fallback_reserve, floor.fallback_reserve);
  at_least(found, "votes.fallback_floor_low", v.fallback_floor_low, floor.fallback_floor_low);
  if (v.fallback_floor_high < v.fallback_floor_low)
    found.error("votes.fallback_floor_high", "is below fallback_floor_low: swap or raise it");
}

void observing(const site& s, findings& found) {
  const auto& o = s.observing;
  const auto floor = floors_of(s);
  if (o.fresh_periods < 2 || o.fresh_periods > 10)
    found.error("observing.fresh_periods", "is " + std::to_string(o.fresh_periods)
                                               + ": give 2 to 10; one lost poll must not make a "
                                                 "belief stale");
  if (o.blind_periods < o.fresh_periods)
    found.error("observing.blind_periods", "is below fresh_periods: raise it, 5 is usual");
  at_least(found, "observing.blind_floor", o.blind_floor, floor.blind_floor);
  at_least(found, "observing.episode_end", o.episode_end, floor.episode_end);
  at_least(found, "observing.late_cancel", o.late_cancel, floor.late_cancel);
  at_least(found, "observing.runtime_margin", o.runtime_margin, floor.runtime_margin);
}

void restoring(const site& s, findings& found) {
  const auto& r = s.restore;
  at_least(found, "restore.mains_stable", r.mains_stable, floors_of(s).mains_stable);
  if (!s.lab && r.mains_stable >= floors_of(s).mains_stable
      && r.mains_stable < s.observing.episode_end)
    found.warning("restore.mains_stable",
                  "is shorter than observing.episode_end: a host that was started again would be "
                  "stopped by the next blip, as the time on battery still counts; raise it");
  percent(found, "restore.charge_minimum", r.charge_minimum_percent);
  if (r.stagger < 0s)
    found.error("restore.stagger", "is negative: give the time between two hosts, or 0s");
  if (r.charge_unknown_after < 0s)
    found.error("restore.charge_unknown_after", "is negative: 30m is usual");
}

}  // namespace checks

}  // namespace holdover
