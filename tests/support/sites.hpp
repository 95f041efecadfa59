// Sites for tests, built in code, with the timings of a small machine room rather than of a lab.
//
//   office      one UPS "main", an outlet unit "ss4" behind it (printer, web1, web2, db1), nas1
//               straight on the UPS; stages shed, clients, servers, storage
//   redundant   two UPSes "left" and "right" with a unit each; app1 and app2 live on either of
//               both, tape on the left one alone; stages clients (tape), servers (app1, app2)

#pragma once

#include "core/site.hpp"
#include "tests/support/conditions.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

namespace holdover::test {

inline site three_nodes(std::string name) {
  site s;
  s.name = std::move(name);
  node_number number = 0;
  for (const auto* node : {"alpha", "beta", "gamma"}) {
    ++number;
    const auto end = "tcp://10.0.0." + std::to_string(number);
    s.nodes.push_back({number, node, end + ":7400", end + ":7401"});
  }
  return s;
}

inline ups_index add_ups(site& s, std::string name) {
  ups_config ups;
  ups.name = std::move(name);
  ups.poll_period = 1s;
  s.upses.push_back(ups);
  return static_cast<ups_index>(s.upses.size() - 1);
}

inline outlet_unit_index add_unit(site& s, std::string name, ups_index feed) {
  outlet_unit_config unit;
  unit.name = std::move(name);
  unit.poll_period = 1s;
  unit.feed = feed;
  s.units.push_back(unit);
  return static_cast<outlet_unit_index>(s.units.size() - 1);
}

inline outlet_index add_outlet(site& s, outlet_unit_index unit, std::uint32_t number,
                               std::string name = {}) {
  outlet_config outlet;
  outlet.unit = unit;
  outlet.number = number;
  outlet.name = name.empty() ? s.units[unit].name + "." + std::to_string(number) : std::move(name);
  outlet.minimum_off = 10s;
  s.outlets.push_back(outlet);
  return static_cast<outlet_index>(s.outlets.size() - 1);
}

/// A host that stops within a minute and boots within one.
inline host_index add_host(site& s, std::string name, std::vector<supply_config> supplies,
                           stage_index stage, std::uint32_t needed = 1) {
  const auto index = static_cast<host_index>(s.hosts.size());
  host_config host;
  host.name = std::move(name);
  host.supplies = std::move(supplies);
  host.needed = needed;
  host.shutdown_time = 60s;
  host.boot_time = 60s;
  host.power_off_delay = 5s;
  host.hold = 5s;
  host.stage = stage;
  for (const auto& supply : host.supplies)
    if (supply.outlet) s.outlets[*supply.outlet].feeds.push_back(index);
  s.stages.at(stage).hosts.push_back(index);
  s.hosts.push_back(host);
  return index;
}

inline stage_config stage(std::string name, trigger when) {
  stage_config made;
  made.name = std::move(name);
  made.when = when;
  made.timeout = 120s;
  return made;
}

inline site office() {
  auto s = three_nodes("office");
  const auto main = add_ups(s, "main");
  const auto ss4 = add_unit(s, "ss4", main);
  s.stages = {
      stage("shed", {.on_battery_for = 30s, .runtime_below = {}, .charge_below_percent = {}}),
      stage("clients",
            {.on_battery_for = 1min, .runtime_below = 10min, .charge_below_percent = {}}),
      stage("servers", {.on_battery_for = 5min, .runtime_below = 6min, .charge_below_percent = {}}),
      stage("storage", {.on_battery_for = {},
                        .runtime_below = 4min,
                        .charge_below_percent = {},
                        .battery_low = true})};
  s.stages[0].shed = {add_outlet(s, ss4, 1, "printer")};
  const auto web1 = add_outlet(s, ss4, 2), web2 = add_outlet(s, ss4, 3),
             db1 = add_outlet(s, ss4, 4);
  add_host(s, "web1", {{main, web1}}, 1);
  add_host(s, "web2", {{main, web2}}, 1);
  const auto database = add_host(s, "db1", {{main, db1}}, 2);
  add_host(s, "nas1", {{main, {}}}, 3);
  s.stages[0].commands = {{database, "message", "on battery: the printer goes off"}};
  s.restore.mains_stable = 60s;
  s.restore.charge_minimum_percent = 20;
  s.restore.stagger = 5s;
  return s;
}

inline site redundant() {
  auto s = three_nodes("redundant");
  const auto left = add_ups(s, "left"), right = add_ups(s, "right");
  const auto ul = add_unit(s, "ul", left), ur = add_unit(s, "ur", right);
  s.stages = {
      stage("clients", {.on_battery_for = 1min, .runtime_below = 8min, .charge_below_percent = {}}),
      stage("servers", {.on_battery_for = {}, .runtime_below = 5min, .charge_below_percent = {}})};
  const auto ul1 = add_outlet(s, ul, 1), ul2 = add_outlet(s, ul, 2), ul3 = add_outlet(s, ul, 3);
  const auto ur1 = add_outlet(s, ur, 1), ur2 = add_outlet(s, ur, 2);
  add_host(s, "app1", {{left, ul1}, {right, ur1}}, 1);
  add_host(s, "app2", {{left, ul2}, {right, ur2}}, 1);
  add_host(s, "tape", {{left, ul3}}, 0);
  s.restore.mains_stable = 60s;
  s.restore.charge_minimum_percent = 20;
  s.restore.stagger = 5s;
  return s;
}

inline sensor_index add_sensor(site& s, std::string name, power::sensor_kind kind) {
  sensor_config sensor;
  sensor.name = std::move(name);
  sensor.kind = kind;
  s.sensors.push_back(sensor);
  return static_cast<sensor_index>(s.sensors.size() - 1);
}

inline site server_room() {
  auto s = office();
  s.name = "server_room";
  for (const auto* rack : {"rack1", "rack2", "rack3"})
    add_sensor(s, rack, power::sensor_kind::temperature_celsius);
  add_sensor(s, "door", power::sensor_kind::contact);
  s.switches = {{"maintenance"}};
  s.windows = {{{true, true, true, true, true, false, false}, 22 * 60, 6 * 60}};
  const auto hot = [](sensor_index rack) { return above(rack, 40).with_hysteresis(2); };
  const auto add = [&](std::string name, const branch& tree, std::vector<host_index> hosts) {
    stage_config made;
    made.name = std::move(name);
    made.condition = plant(s, tree);
    made.hosts = std::move(hosts);
    s.stages.push_back(made);
  };
  add("hot", at_least(2, {hot(0), hot(1), hot(2)}).held(1min), {0, 1});
  s.stages.back().shed = {0};
  add("night", leaf(condition_kind::time_window), {1});
  add("maintenance", leaf(condition_kind::operator_switch), {2});
  return s;
}

inline site genset() {
  auto s = office();
  s.name = "genset";
  generator_config generator;
  generator.contact = add_sensor(s, "runs", power::sensor_kind::contact);
  s.sensors.back().poll_period = 1s;
  generator.hold = 2min;
  generator.capacity_watts = 1600;
  generator.stagger = 20s;
  s.generator = generator;
  for (auto& host : s.hosts)
    host.load_watts = 500;
  s.outlets[0].load_watts = 300;
  return s;
}

inline site chain() {
  auto s = office();
  s.name = "chain";
  stage_config everybody;
  everybody.name = "everybody";
  everybody.condition = plant(s, leaf(condition_kind::latest_safe));
  everybody.hosts = {0, 1, 2, 3};
  everybody.timeout = 120s;
  s.stages = {everybody};
  for (auto& host : s.hosts)
    host.stage = 0;
  s.hosts[0].depends_on = s.hosts[1].depends_on = {2};
  s.hosts[2].depends_on = {3};
  return s;
}

/// By the name that a story gives in its head.
inline site site_by_name(std::string_view name) {
  if (name == "office") return office();
  if (name == "redundant") return redundant();
  if (name == "server_room") return server_room();
  if (name == "genset") return genset();
  if (name == "chain") return chain();
  throw std::invalid_argument("no site is called " + std::string{name});
}

template <class List>
std::uint32_t index_of(const List& things, std::string_view name) {
  for (std::uint32_t i = 0; i < things.size(); ++i)
    if (things[i].name == name) return i;
  throw std::invalid_argument("nothing is called " + std::string{name});
}

}  // namespace holdover::test
