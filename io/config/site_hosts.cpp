// Hosts and stages of a site file: who hangs on what, and who goes first.

#include "io/config/site_parts.hpp"
#include "io/config/suggest.hpp"
#include "io/config/values.hpp"

#include <algorithm>

namespace holdover::config {

namespace {

/// A supply on an outlet takes its energy from what feeds the outlet's unit.
supply_config supply_on_outlet(outlet_index outlet, const site& s) {
  supply_config supply{.ups = index::none, .outlet = outlet};
  if (outlet >= s.outlets.size()) return supply;
  supply.ups = s.units[s.outlets[outlet].unit].feed.value_or(index::none);
  return supply;
}

supply_config load_supply(const v1::Supply& in, const std::string& path, document& file,
                          const site& s, const site_names& names) {
  const int given =
      (in.outlet().empty() ? 0 : 1) + (in.ups().empty() ? 0 : 1) + (in.mains() ? 1 : 0);
  if (given != 1) {
    if (!file.touched(path))
      file.error(path, given == 0 ? "choose one: the outlet it is plugged into, the ups, or mains"
                                  : "choose one: an outlet gets its energy from the unit's feed");
    return {.ups = index::none, .outlet = std::nullopt};
  }
  if (in.mains()) return {.ups = no_ups, .outlet = std::nullopt};
  if (!in.ups().empty()) {
    const auto ups = names.upses.find(in.ups(), path + ".ups", file);
    if (ups == index::none) file.excuse(path);
    return {.ups = ups, .outlet = std::nullopt};
  }
  const auto outlet = names.outlets.find(in.outlet(), path + ".outlet", file);
  const auto supply = supply_on_outlet(outlet, s);
  if (outlet == index::none) file.excuse(path);
  return supply;
}

void load_host(const v1::Host& in, const std::string& path, document& file, site& out,
               const site_names& names) {
  host_config host;
  host.name = in.name();
  for (int i = 0; i < in.supplies_size(); ++i)
    host.supplies.push_back(
        load_supply(in.supplies(i), path + '.' + at("supplies", i), file, out, names));
  if (file.given(path + ".needed")) host.needed = in.needed();
  take(host.shutdown_time, in.has_shutdown_time(), in.shutdown_time());
  take(host.boot_time, in.has_boot_time(), in.boot_time());
  take(host.power_off_delay, in.has_power_off_delay(), in.power_off_delay());
  take(host.hold, in.has_hold(), in.hold());
  host.load_watts = in.load_watts();
  host.stands_by = in.stands_by();
  host.holds_in_dispute = in.dispute() == "hold";
  if (!in.dispute().empty() && in.dispute() != "hold" && in.dispute() != "act")
    file.error(path + ".dispute", "must be act or hold, not " + in_quotes(in.dispute()));
  if (!in.wake_address().empty()) host.wake_address = in.wake_address();
  out.hosts.push_back(std::move(host));
}

/// What the output of a UPS carries besides: hosts straight on the UPS, or on other outlets that it
/// feeds.
void derive_beyond(site& out) {
  for (outlet_index i = 0; i < out.outlets.size(); ++i) {
    if (!is_ups_output(out, i)) continue;
    const auto ups = *out.units[out.outlets[i].unit].output_of;
    for (host_index h = 0; h < out.hosts.size(); ++h) {
      const auto& supplies = out.hosts[h].supplies;
      if (std::any_of(supplies.begin(), supplies.end(), [&](const supply_config& supply) {
            return supply.ups == ups && supply.outlet != i;
          }))
        out.outlets[i].beyond.push_back(h);
    }
  }
}

/// Each outlet's list of hosts follows from the supplies, so that the two cannot disagree.
void derive_feeds(site& out) {
  for (host_index h = 0; h < out.hosts.size(); ++h) {
    for (const auto& supply : out.hosts[h].supplies) {
      if (!supply.outlet || *supply.outlet >= out.outlets.size()) continue;
      auto& feeds = out.outlets[*supply.outlet].feeds;
      if (std::find(feeds.begin(), feeds.end(), h) == feeds.end()) feeds.push_back(h);
    }
  }
}

template <class List>
std::vector<std::uint32_t> find_all(const List& in, const std::string& path, const index& names,
                                    document& file) {
  std::vector<std::uint32_t> out;
  for (const auto& name : in)
    out.push_back(names.find(name, at(path, static_cast<int>(out.size())), file));
  return out;
}

std::vector<host_index> find_hosts(const google::protobuf::RepeatedPtrField<std::string>& in,
                                   const std::string& path, const site_names& names,
                                   document& file) {
  std::vector<host_index> out;
  for (int i = 0; i < in.size(); ++i) {
    const bool group = names.groups.contains(in[i]);
    for (const auto host : names.hosts_of(in[i], at(path, i), file))
      if (!group || std::find(out.begin(), out.end(), host) == out.end()) out.push_back(host);
  }
  return out;
}

void load_command(const v1::HostCommand& in, const std::string& path, document& file,
                  const site_names& names, stage_config& stage) {
  for (const auto host : names.hosts_of(in.host(), path + ".host", file))
    stage.commands.push_back({.host = host, .action = in.action(), .text = in.text()});
}

}  // namespace

/// The stage of an outage that lists a host, or else the first that does; a host in two is reported
/// by core's checks.
void assign_stages(site& out) {
  for (const bool environmental : {false, true})
    for (stage_index i = 0; i < out.stages.size(); ++i) {
      if (is_environmental(out, out.stages[i]) != environmental) continue;
      for (const auto host : out.stages[i].hosts)
        if (host < out.hosts.size() && !out.hosts[host].stage) out.hosts[host].stage = i;
    }
}

namespace {

void shed_by_priority(const v1::Stage& in, const std::string& path, document& file, const site& out,
                      stage_config& stage) {
  if (in.shed_priority() == 0) return;
  const auto before = stage.shed.size();
  for (outlet_index i = 0; i < out.outlets.size(); ++i) {
    const auto priority = out.outlets[i].priority;
    if (priority == 0 || priority > in.shed_priority()) continue;
    if (std::find(stage.shed.begin(), stage.shed.end(), i) == stage.shed.end())
      stage.shed.push_back(i);
  }
  if (stage.shed.size() == before && !file.touched("outlet_units"))
    file.error(path + ".shed_priority", "sheds nothing: no outlet has a priority from 1 to "
                                            + std::to_string(in.shed_priority())
                                            + "; give outlets one, or leave it out");
}

void load_stage(const v1::Stage& in, const std::string& path, document& file, site& out,
                const site_names& names) {
  stage_config stage;
  stage.name = in.name();
  load_condition(in.when(), path + ".when", file, out, names, stage);
  stage.shed = find_all(in.shed(), path + ".shed", names.outlets, file);
  shed_by_priority(in, path, file, out, stage);
  stage.shed_hosts = find_hosts(in.shed_hosts(), path + ".shed_hosts", names, file);
  stage.hosts = find_hosts(in.hosts(), path + ".hosts", names, file);
  for (int i = 0; i < in.commands_size(); ++i)
    load_command(in.commands(i), path + '.' + at("commands", i), file, names, stage);
  take(stage.timeout, in.has_timeout(), in.timeout());
  out.stages.push_back(std::move(stage));
}

}  // namespace

void load_hosts(const v1::SiteFile& in, document& file, site& out, site_names& names) {
  for (int i = 0; i < in.hosts_size(); ++i) {
    load_host(in.hosts(i), at("hosts", i), file, out, names);
    names.hosts.add(in.hosts(i).name());
  }
  derive_feeds(out);
  derive_beyond(out);
}

/// A group may name groups that stand before it, so there is no circle.
void load_groups(const v1::SiteFile& in, document& file, site_names& names) {
  for (int i = 0; i < in.groups_size(); ++i) {
    const auto& group = in.groups(i);
    const auto path = at("groups", i);
    file.require(path + ".name", !group.name().empty());
    auto members = find_hosts(group.hosts(), path + ".hosts", names, file);
    if (members.empty() && !file.touched(path))
      file.error(path, "is a group of nobody; name its hosts, or remove it");
    if (names.hosts.knows(group.name()) || names.groups.contains(group.name()))
      file.error(path + ".name", in_quotes(group.name())
                                     + " is already a host or a group; give it a name of its own");
    else if (!group.name().empty())
      names.groups.emplace(group.name(), std::move(members));
  }
}

void load_dependencies(const v1::SiteFile& in, document& file, site& out, const site_names& names) {
  for (int i = 0; i < in.hosts_size(); ++i)
    out.hosts[static_cast<std::size_t>(i)].depends_on =
        find_hosts(in.hosts(i).depends_on(), at("hosts", i) + ".depends_on", names, file);
}

void load_stages(const v1::SiteFile& in, document& file, site& out, const site_names& names) {
  for (int i = 0; i < in.stages_size(); ++i)
    load_stage(in.stages(i), at("stages", i), file, out, names);
}

std::vector<host_index> site_names::hosts_of(const std::string& name, const std::string& path,
                                             document& file) const {
  if (const auto group = groups.find(name); group != groups.end()) return group->second;
  return {hosts.find(name, path, file)};
}

}  // namespace holdover::config
