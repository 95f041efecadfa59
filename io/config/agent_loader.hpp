// The file of one agent: whom it listens to and what this host agrees to do.
//
// The action table is the host's own authorisation list: votes name entries of it and never carry a
// command. Programs are given by absolute path and started without a shell, so neither PATH nor
// quoting can change what runs.

#pragma once

#include "core/agent/agent_machine.hpp"
#include "io/config/problem.hpp"
#include "io/device/rccmd/sender.hpp"
#include "io/host/port_watch.hpp"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace holdover::config {

struct agent_action {
  std::vector<std::string> run;  ///< Program (absolute path) and arguments.
  duration limit{};              ///< After this it is killed.
  /// Instead of a program: EXPERIMENTAL, and not authenticated.
  std::optional<device::rccmd::order> rccmd{};
};

/// Where one node of the site listens.
struct agent_node {
  node_number number = 0;
  std::string control;  ///< "tcp://10.0.0.1:7400"
};

/// Paths are resolved against the folder of the agent's file.
struct agent_settings {
  agent::agent_config machine;  ///< All but the epoch, which the membership document says.
  std::map<std::string, agent_action> actions;
  std::vector<agent_node> nodes;
  std::string members_file;
  std::string key_file;
  std::string state_directory;
  std::string network_user = "nobody";
  /// The administrator's: who must have signed the membership document.
  std::optional<std::array<std::uint8_t, 32>> admin_key{};
  std::optional<host::ports_to_watch> ports{};  ///< F2, where the file asks for it.
  std::string boot_id_file;                     ///< Labs only: stands for the kernel's boot id.
  std::string log_level = "info";
  bool lab = false;
  /// It stops another host by RCCMD, and never does anything to the machine that it runs on.
  bool stands_for_another = false;
};

std::variant<agent_settings, std::vector<problem>> load_agent(const std::string& path);

}  // namespace holdover::config
