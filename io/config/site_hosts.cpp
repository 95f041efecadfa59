// Hosts and stages of a site file: who hangs on what, and who goes first.

#include "io/config/site_parts.hpp"
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
  if (in.outlet().empty() == in.ups().empty()) {
    if (!file.touched(path))
      file.error(path, in.outlet().empty()
                           ? "choose one: the outlet it is plugged into, or the ups"
                           : "choose one: an outlet gets its energy from the unit's feed");
    return {.ups = index::none, .outlet = std::nullopt};
  }
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
  if (!in.wake_address().empty()) host.wake_address = in.wake_address();
  out.hosts.push_back(std::move(host));
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

trigger to_trigger(const v1::Trigger& in) {
  trigger out;
  if (in.has_on_battery_for()) out.on_battery_for = to_duration(in.on_battery_for());
  if (in.has_runtime_below()) out.runtime_below = to_duration(in.runtime_below());
  if (in.has_charge_below()) out.charge_below_percent = in.charge_below();
  out.battery_low = in.battery_low();
  return out;
}

host_command load_command(const v1::HostCommand& in, const std::string& path, document& file,
                          const site_names& names) {
  return {.host = names.hosts.find(in.host(), path + ".host", file),
          .action = in.action(),
          .text = in.text()};
}

void load_stage(const v1::Stage& in, const std::string& path, document& file, site& out,
                const site_names& names) {
  stage_config stage;
  stage.name = in.name();
  stage.when = to_trigger(in.when());
  stage.shed = find_all(in.shed(), path + ".shed", names.outlets, file);
  stage.shed_hosts = find_all(in.shed_hosts(), path + ".shed_hosts", names.hosts, file);
  stage.hosts = find_all(in.hosts(), path + ".hosts", names.hosts, file);
  for (int i = 0; i < in.commands_size(); ++i)
    stage.commands.push_back(
        load_command(in.commands(i), path + '.' + at("commands", i), file, names));
  take(stage.timeout, in.has_timeout(), in.timeout());
  // A host in two stages is reported by core's checks; the first counts until then.
  for (const auto host : stage.hosts)
    if (host < out.hosts.size() && !out.hosts[host].stage)
      out.hosts[host].stage = static_cast<stage_index>(out.stages.size());
  out.stages.push_back(std::move(stage));
}

}  // namespace

void load_hosts(const v1::SiteFile& in, document& file, site& out, site_names& names) {
  for (int i = 0; i < in.hosts_size(); ++i) {
    load_host(in.hosts(i), at("hosts", i), file, out, names);
    names.hosts.add(in.hosts(i).name());
  }
  derive_feeds(out);
}

void load_stages(const v1::SiteFile& in, document& file, site& out, const site_names& names) {
  for (int i = 0; i < in.stages_size(); ++i)
    load_stage(in.stages(i), at("stages", i), file, out, names);
}

}  // namespace holdover::config
