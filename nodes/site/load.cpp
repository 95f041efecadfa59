#include "nodes/site/load.hpp"

#include "io/config/epoch_guard.hpp"
#include "io/config/members_loader.hpp"
#include "io/config/site_loader.hpp"
#include "io/device/secret.hpp"
#include "io/device/simulated/stage.hpp"
#include "io/host/program.hpp"
#include "io/host/wall_clock.hpp"
#include "io/keys/digest.hpp"
#include "io/keys/endorsement.hpp"
#include "io/keys/key_file.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace holdover::site_node {

namespace {

start_problem wrong(std::string text) {
  return {std::move(text), true};
}

// Every host needs an agent of its name and every node its key, or votes would go nowhere.
std::string mismatch(const loaded& files) {
  const auto& site = files.about;
  if (files.members.site != site.name)
    return files.settings.members_file + " is for site '" + files.members.site
           + "', the site file for '" + site.name + "'";
  for (const auto& node : site.nodes) {
    const auto* known = files.members.find(node.name);
    if (known == nullptr || known->as != role::node || known->number != node.number)
      return "node '" + node.name + "' (number " + std::to_string(node.number)
             + ") of the site file is not enrolled in " + files.settings.members_file
             + "; run `holdover keys enrol`";
  }
  if (files.members.electorate().size() != site.nodes.size())
    return files.settings.members_file + " has nodes that the site file does not know; remove them";
  const auto* self = files.members.find(files.self->name);
  if (files.keys.name != files.self->name || self->curve_key != files.keys.curve.public_key
      || self->sign_key != files.keys.sign.public_key)
    return files.settings.key_file + " holds the keys of '" + files.keys.name
           + "', but this node is '" + files.self->name
           + "' or is enrolled with other keys; enrol this key again";
  return {};
}

/// What a device's address points to on this machine, tried once.
std::string missing_behind(const device_address& where) {
  if (!where.credentials.empty()) {
    const auto secret = device::fetch_secret(where.credentials);
    if (const auto* why = std::get_if<device::failure>(&secret)) return why->text;
  }
  if (where.driver != "simulated") return {};
  const auto looked = device::simulated::stage{where.host, [] { return time_point{}; }}.look();
  const auto* why = std::get_if<device::failure>(&looked);
  return why != nullptr ? why->text : std::string{};
}

// A device that does not answer is the world's fault, and a node works on without it. A secret or a
// file that is not on this machine is the configuration's: the node would vote with an eye shut or
// hold no switch, and nobody would see it before the outage.
std::string missing_pieces(const site& about, const std::string& site_file) {
  std::set<std::string> told;  // Many devices share a secret.
  std::string text;
  const auto try_all = [&](const char* kind, const auto& devices) {
    for (const auto& one : devices) {
      const auto why = missing_behind(one.address);
      if (!why.empty() && told.insert(why).second)
        text += site_file + ": " + kind + " '" + one.name + "': " + why + '\n';
    }
  };
  try_all("ups", about.upses);
  struct named_path {
    std::string name;
    device_address address;
  };
  for (const auto& ups : about.upses)
    for (const auto& path : ups.paths)
      try_all("ups", std::vector<named_path>{{ups.name + ", seen by " + path.group, path.address}});
  try_all("outlet unit", about.units);
  try_all("sensor", about.sensors);
  if (about.mail && !about.mail->credentials.empty()) {
    const auto secret = device::fetch_secret(about.mail->credentials);
    if (const auto* why = std::get_if<device::failure>(&secret))
      text += site_file + ": mail: " + why->text + '\n';
  }
  return text;
}

/// Programs are this machine's own: what jobs call must be here, and nobody else's to change.
void check_programs(loaded& files) {
  for (const auto& program : files.settings.programs)
    if (const auto why = host::objection(program.run.front()))
      files.warnings.push_back("programs: '" + program.name + "': " + *why);
  for (const auto& job : files.about.jobs)
    for (const auto* actions : {&job.actions, &job.when_over})
      for (const auto& action : *actions) {
        if (action.kind != jobs::action_kind::program) continue;
        const auto& nodes = action.nodes;
        const bool mine =
            nodes.empty() || std::count(nodes.begin(), nodes.end(), files.settings.number) != 0;
        const auto& known = files.settings.programs;
        if (mine && std::none_of(known.begin(), known.end(), [&](const auto& program) {
              return program.name == action.program;
            }))
          files.warnings.push_back("job '" + job.name + "' has a node run '" + action.program
                                   + "', which is none of the `programs` in this node's file");
      }
}

}  // namespace

std::variant<loaded, start_problem> load(const config::node_settings& settings) {
  auto keys_or = keys::read_key_file(settings.key_file);
  if (const auto* bad = std::get_if<keys::refusal>(&keys_or)) return wrong(bad->reason);
  loaded files{settings, {}, {}, std::move(std::get<keys::key_pair>(keys_or)), nullptr, {}};
  std::vector<config::problem> warnings;
  auto site_or = config::load_site(settings.site_file, keys::sha256, warnings);
  if (const auto* bad = std::get_if<std::vector<config::problem>>(&site_or))
    return wrong(config::to_string(*bad));
  files.about = std::move(std::get<site>(site_or));
  for (const auto& warning : warnings)
    if (warning.how == site_problem::weight::warning)
      files.warnings.push_back(config::to_string(warning));

  auto members_or = config::load_members(settings.members_file);
  if (const auto* bad = std::get_if<std::vector<config::problem>>(&members_or))
    return wrong(config::to_string(*bad));
  files.members = std::move(std::get<membership>(members_or));
  files.about.epoch = files.members.epoch;
  if (settings.admin_key)
    if (const auto bad = keys::check_endorsement(files.members, *settings.admin_key))
      return wrong(settings.members_file + ": " + bad->reason);

  if (asks_calendar(files.about) && !host::known_time_zone(files.about.time_zone))
    return wrong(settings.site_file + ": time_zone: '" + files.about.time_zone
                 + "' is no time zone of this system; write it as Europe/Rome, and see that "
                   "tzdata is installed");
  const auto& nodes = files.about.nodes;
  const auto self = std::find_if(nodes.begin(), nodes.end(),
                                 [&](const node_config& n) { return n.number == settings.number; });
  if (self == nodes.end())
    return wrong("node number " + std::to_string(settings.number) + " is not in "
                 + settings.site_file);
  files.self = &*self;
  if (const auto why = mismatch(files); !why.empty()) return wrong(why);
  if (auto why = missing_pieces(files.about, settings.site_file); !why.empty())
    return wrong(std::move(why));
  auto epoch =
      config::guard_epoch(settings.database + ".epoch", files.members.epoch, settings.members_file);
  if (epoch.objection) return wrong(std::move(*epoch.objection));
  if (epoch.trouble) files.warnings.push_back(std::move(*epoch.trouble));
  check_programs(files);
  for (const auto& host : files.about.hosts) {
    const auto* agent = files.members.find(host.name);
    if (agent == nullptr || agent->as != role::agent)
      files.warnings.push_back(
          "host '" + host.name
          + "' has no agent among the members: it cannot be told of an outage");
  }
  return files;
}

}  // namespace holdover::site_node
