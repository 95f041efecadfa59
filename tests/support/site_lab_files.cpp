// What a laboratory's site writes down: keys, members, the site's file, one for each node and host.

#include "io/config/members_loader.hpp"
#include "io/keys/key_file.hpp"
#include "tests/support/site_lab.hpp"

#include <filesystem>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace holdover::support {

namespace {

constexpr const char* nowhere = "tcp://127.0.0.1:1";  // Nobody listens there.

// Held open together, so that no two are the same.
std::vector<std::uint16_t> free_ports(std::size_t count) {
  std::vector<int> held;
  std::vector<std::uint16_t> ports;
  for (std::size_t i = 0; i < count; ++i) {
    const int one = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof where;
    if (::bind(one, reinterpret_cast<sockaddr*>(&where), size) != 0
        || ::getsockname(one, reinterpret_cast<sockaddr*>(&where), &size) != 0)
      throw std::runtime_error("no free port");
    ports.push_back(ntohs(where.sin_port));
    held.push_back(one);
  }
  for (const int one : held)
    ::close(one);
  return ports;
}

}  // namespace

void site_lab::make_member(const std::string& name, role as, node_number number) {
  const auto keys = keys::make_key_pair(name);
  if (const auto why = keys::write_key_file(keys, file(name + ".key")))
    throw std::runtime_error(why->reason);
  if (as == role::unspecified) return;
  members_.members.push_back({name, as, number, keys.curve.public_key, keys.sign.public_key});
  if (const auto why = config::save_members(file("members.yaml"), members_))
    throw std::runtime_error(*why);
}

void site_lab::write_files() {
  const auto ports = free_ports(2 * node_names.size());
  node_number number = 0;
  for (const std::string name : node_names) {
    ports_[name] = ports[2 * number];
    ports_[name + " events"] = ports[2 * number + 1];
    make_member(name, role::node, number++);
  }
  for (const auto& [name, one] : hosts_)
    make_member(name, role::agent);
  make_member("watcher", role::tap);
  make_member("oper", role::operator_);
  folder_.write("community", "reading\nwriting\n", 0600);
  folder_.write("site.yaml", site_text());
  for (const auto* name : node_names)
    write_node(name);
  for (const auto& [name, one] : hosts_)
    write_host(name);
}

std::string site_lab::site_text() const {
  std::string text = "site: lab\nlab: true\nnodes:\n";
  node_number number = 0;
  for (const auto* name : node_names)
    text += "  - {number: " + std::to_string(number++) + ", name: " + name + ", control: \""
            + control(name) + "\", events: \"" + events(name) + "\"}\n";
  text += "ups:\n";
  for (const auto& [name, device] : upses_)
    text += "  - {name: " + name + ", nut: {host: 127.0.0.1, port: " + std::to_string(nut_.port())
            + ", ups: " + name + "}, poll: 250ms, alert_poll: 150ms}\n";
  const std::string times = ", shutdown_time: 3s, boot_time: 3s, power_off_delay: 1s, hold: ";
  if (layout_.redundant) {
    text += "hosts:\n  - {name: app1, supplies: [{ups: left}, {ups: right}]" + times + "500ms}\n"
            "stages:\n  - {name: all, when: {on_battery_for: 1s, runtime_below: 30s}, "
            "hosts: [app1]}\n";
  } else {
    text += "outlet_units:\n  - name: ss4\n    snmp: {host: 127.0.0.1, port: "
            + std::to_string(switch_.port())
            + ", profile: generex-aux, credentials: \"file:community\"}\n    feed: main\n"
              "    poll: 250ms\n    names:\n";
    for (int outlet = 1; outlet <= 4; ++outlet)
      text += "      - {number: " + std::to_string(outlet) + ", minimum_off: 1s"
              + (outlet == 1 ? ", name: printer" : "") + "}\n";
    text += "hosts:\n  - {name: web1, supplies: [{outlet: ss4.2}]" + times + layout_.hold
            + "}\n  - {name: db1, supplies: [{outlet: ss4.4}]" + times
            + "500ms}\n  - {name: nas1, supplies: [{ups: main}]" + times
            + "500ms}\nstages:\n"
              "  - {name: shed, when: {on_battery_for: 1s}, shed: [printer], commands: "
              "[{host: db1, action: message, text: \"the printer goes off\"}, "
              "{host: db1, action: backup}]}\n"
              "  - {name: clients, when: {on_battery_for: "
            + layout_.clients
            + ", runtime_below: 1m}, hosts: [web1], timeout: 20s}\n"
              "  - {name: servers, when: {runtime_below: 1m30s, battery_low: true}, "
              "hosts: [db1], timeout: 20s}\n"
              "  - {name: storage, when: {runtime_below: 30s, battery_low: true}, hosts: [nas1], timeout: 20s}\n";
  }
  return text
         + "restore: {mains_stable: 1s, stagger: 200ms, charge_unknown_after: 5s}\n"
           "votes: {period_alert: 400ms, period_calm: 800ms, time_to_live: 3s, able_within: 5s, "
           "single_witness: 5s, clear_after: 2s, fallback_reserve: 5s, fallback_floor_low: 1s, "
           "fallback_floor_high: 5s}\n"
           "observing: {blind_floor: 4s, episode_end: 1s, late_cancel: 1s, runtime_margin: 2s}\n";
}

void site_lab::write_node(const std::string& name) {
  const auto number = members_.find(name)->number;
  folder_.write(name + ".yaml", "number: " + std::to_string(number)
                                    + "\nsite_file: site.yaml\nmembers_file: members.yaml\n"
                                      "key_file: "
                                    + name + ".key\ndatabase: " + database(name) + '\n');
}

void site_lab::write_host(const std::string& name) {
  const auto folder = file(name);
  std::filesystem::create_directory(folder);
  std::filesystem::create_directory(folder + "/state");
  std::filesystem::permissions(folder + "/state", std::filesystem::perms::owner_all);
  const auto script = [&](const std::string& what, const std::string& lines) {
    return folder_.write(name + '/' + what, "#!/bin/sh\n" + lines, 0755);
  };
  // What a service manager does on power-off: stop the services, and last of all the agent.
  const auto shutdown =
      script("shutdown", "echo asked >> " + folder + "/shutdowns\n"
                             + (layout_.shutdown_waits
                                    ? "while [ ! -e " + folder + "/leave ]; do sleep 0.05; done\n"
                                    : "")
                             + "kill -TERM $(cat " + folder + "/agent.pid)\n");
  const auto message = script("message", "cat >> " + folder + "/messages\n");
  const auto backup = script("backup", "echo saved >> " + folder + "/backups\n");
  std::string text = "host: " + name
                     + "\nsite: lab\nlab: true\nmembers_file: ../members.yaml\nkey_file: ../" + name
                     + ".key\nstate_directory: state\nboot_id_file: boot_id\nhold: "
                     + (name == "web1" ? layout_.hold : "500ms")
                     + "\ntime_to_live: 3s\nbeacon_period: 400ms\n"
                       "fallback: {able_within: 5s, single_witness: 5s, clear_after: 2s, "
                       "reserve: 5s, floor_low: 1s, floor_high: 5s}\nnodes:\n";
  for (const auto* node : node_names)
    text += "  - {number: " + std::to_string(members_.find(node)->number) + ", control: \""
            + (layout_.one_way && name == "web1" && std::string{node} != node_names.front()
                   ? std::string{nowhere}
                   : control(node))
            + "\"}\n";
  text += "actions:\n  - {id: shutdown, run: [" + shutdown
          + "], limit: 30s}\n  - {id: message, run: [" + message
          + "], limit: 5s}\n  - {id: backup, run: [" + backup + "], limit: 5s}\n";
  folder_.write(name + "/agent.yaml", text);
}

}  // namespace holdover::support
