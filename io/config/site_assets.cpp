// Cabling and models of a site file: what the checks reason about and nothing runs by.

#include "core/catalogue.hpp"
#include "io/config/site_parts.hpp"
#include "io/config/suggest.hpp"
#include "io/config/values.hpp"

#include <algorithm>
#include <cmath>

namespace holdover::config {

namespace {

using words = std::vector<std::string>;

template <class List>
words as_words(const List& views) {
  return {views.begin(), views.end()};
}

void check_model(const std::string& model, const words& known, const std::string& path,
                 document& file) {
  if (model.empty() || std::find(known.begin(), known.end(), model) != known.end()) return;
  file.error(path, "unknown model " + in_quotes(model) + suggestion(model, known));
}

/// Of the whole list: what nobody has resolves to nothing, after the error.
template <class List>
std::vector<std::uint32_t> find_all(const List& in, const std::string& path, const index& names,
                                    document& file) {
  std::vector<std::uint32_t> out;
  for (int i = 0; i < in.size(); ++i) {
    const auto found = names.find(in.Get(i), at(path, i), file);
    if (found != index::none) out.push_back(found);
  }
  return out;
}

std::optional<std::uint32_t> find_one(const std::string& name, const std::string& path,
                                      const index& names, document& file) {
  if (name.empty()) return std::nullopt;
  const auto found = names.find(name, path, file);
  return found == index::none ? std::nullopt : std::optional{found};
}

// Unlike a host, a node, a switch or a card may hang on an outlet that no UPS feeds: that is bad,
// and said by the checks, but it is no mistake in the file.
template <class List>
std::vector<supply_config> load_leads(const List& in, const std::string& path, const site& s,
                                      const site_names& names, document& file) {
  std::vector<supply_config> out;
  for (int i = 0; i < in.size(); ++i) {
    const auto here = path + '.' + at("supplies", i);
    const auto& lead = in.Get(i);
    if (lead.outlet().empty() == lead.ups().empty()) {
      if (!file.touched(here))
        file.error(here, "choose one: the outlet it is plugged into, or the ups");
      continue;
    }
    supply_config made{.ups = no_ups, .outlet = std::nullopt};
    if (!lead.ups().empty()) {
      made.ups = names.upses.find(lead.ups(), here + ".ups", file);
    } else {
      made.outlet = find_one(lead.outlet(), here + ".outlet", names.outlets, file);
      if (made.outlet && *made.outlet < s.outlets.size())
        made.ups = s.units[s.outlets[*made.outlet].unit].feed.value_or(no_ups);
    }
    out.push_back(made);
  }
  return out;
}

std::optional<double> length(bool given, double metres, const std::string& path, document& file) {
  if (!given) return std::nullopt;
  if (!std::isfinite(metres) || metres < 0) {
    file.error(path, "is no length: give metres");
    return std::nullopt;
  }
  return metres;
}

switch_asset load_switch(const v1::Switch& in, const std::string& path, const site& s,
                         const site_names& names, document& file) {
  switch_asset out;
  out.name = in.name();
  if (!in.segment().empty()) out.segment = in.segment();
  out.links = find_all(in.links(), path + ".links", names.switches, file);
  out.supplies = load_leads(in.supplies(), path, s, names, file);
  return out;
}

interface_asset load_interface(const v1::Interface& in, const std::string& path, const site& s,
                               const site_names& names, document& file) {
  interface_asset out;
  out.name = in.name();
  file.require(path + ".model", !in.model().empty());
  check_model(in.model(), as_words(catalogue::names(catalogue::interfaces())), path + ".model",
              file);
  out.model = in.model();
  out.ups = find_one(in.ups(), path + ".ups", names.upses, file);
  out.switches = find_all(in.switches(), path + ".switches", names.switches, file);
  out.supplies = load_leads(in.supplies(), path, s, names, file);
  out.cable_metres = length(in.has_cable_metres(), in.cable_metres(), path + ".cable_metres", file);
  const words kinds{"ip", "rs232", "rs485"};
  if (!in.modbus().empty() && std::find(kinds.begin(), kinds.end(), in.modbus()) == kinds.end())
    file.error(path + ".modbus", "must be " + choice(kinds) + ", not " + in_quotes(in.modbus()));
  out.modbus = in.modbus();
  out.sensor_manager = in.has_sensor_manager();
  for (int i = 0; i < in.sensor_manager().outputs_size(); ++i) {
    const auto& output = in.sensor_manager().outputs(i);
    check_model(output.model(), {std::string{catalogue::flash}},
                path + ".sensor_manager." + at("outputs", i) + ".model", file);
    out.outputs.push_back({output.number(), output.name(), output.model()});
  }
  return out;
}

sensor_asset load_sensor(const v1::Sensor& in, const std::string& path, const site& s,
                         const site_names& names, document& file) {
  sensor_asset out;
  check_model(in.model(), as_words(catalogue::names(catalogue::sensors())), path + ".model", file);
  out.model = in.model();
  out.input = in.input();
  if (in.attached_to().empty()) return out;
  const auto unit = std::find_if(s.units.begin(), s.units.end(),
                                 [&](const auto& u) { return u.name == in.attached_to(); });
  if (unit != s.units.end())
    out.attached_unit = static_cast<outlet_unit_index>(unit - s.units.begin());
  else
    out.attached_to = find_one(in.attached_to(), path + ".attached_to", names.interfaces, file);
  return out;
}

void load_devices(const v1::SiteFile& in, document& file, const site& s, const site_names& names,
                  site_assets& out) {
  for (int i = 0; i < in.ups_size(); ++i) {
    auto& ups = out.upses.emplace_back();
    if (in.ups(i).has_full_load_runtime())
      ups.full_load_runtime = to_duration(in.ups(i).full_load_runtime());
    ups.switches = find_all(in.ups(i).switches(), at("ups", i) + ".switches", names.switches, file);
  }
  for (int i = 0; i < in.outlet_units_size(); ++i) {
    const auto& unit = in.outlet_units(i);
    const auto path = at("outlet_units", i);
    out.units.push_back(
        {unit.model(), find_one(unit.attached_to(), path + ".attached_to", names.interfaces, file),
         length(unit.has_cable_metres(), unit.cable_metres(), path + ".cable_metres", file)});
  }
  for (int i = 0; i < in.sensors_size(); ++i)
    out.sensors.push_back(load_sensor(in.sensors(i), at("sensors", i), s, names, file));
}

}  // namespace

site_assets load_assets(const v1::SiteFile& in, document& file, site& s, site_names& names) {
  site_assets out;
  for (const auto& one : in.switches())
    names.switches.add(one.name());
  for (const auto& one : in.interfaces())
    names.interfaces.add(one.name());
  for (int i = 0; i < in.switches_size(); ++i)
    out.switches.push_back(load_switch(in.switches(i), at("switches", i), s, names, file));
  for (int i = 0; i < in.interfaces_size(); ++i)
    out.interfaces.push_back(load_interface(in.interfaces(i), at("interfaces", i), s, names, file));
  load_devices(in, file, s, names, out);
  for (int i = 0; i < in.nodes_size(); ++i) {
    const auto path = at("nodes", i);
    const auto& node = in.nodes(i);
    out.nodes.push_back({find_all(node.switches(), path + ".switches", names.switches, file)});
    auto& known = s.nodes[static_cast<std::size_t>(i)];
    known.supplies = load_leads(node.supplies(), path, s, names, file);
    known.host = find_one(node.host(), path + ".host", names.hosts, file);
  }
  for (int i = 0; i < in.hosts_size(); ++i)
    out.host_switches.push_back(
        find_all(in.hosts(i).switches(), at("hosts", i) + ".switches", names.switches, file));
  return out;
}

}  // namespace holdover::config
