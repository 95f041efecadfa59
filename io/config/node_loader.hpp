// The file of one node: which node it is, and where its site file, keys and journal are.

#pragma once

#include "core/identity.hpp"
#include "core/time.hpp"
#include "io/config/problem.hpp"

#include <array>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace holdover::config {

/// A program that jobs of the site file may call by its name.
struct node_program {
  std::string name;
  std::vector<std::string> run;
  duration limit = 30s;
};

/// Paths are resolved against the folder of the node's file.
struct node_settings {
  node_number number = 0;
  std::string site_file;
  std::string members_file;
  std::string key_file;
  std::string database;
  int realtime_priority = 0;  ///< SCHED_FIFO priority of the safety path; 0: normal scheduling.
  std::string log_level = "info";
  std::vector<node_program> programs{};
  duration drill_every{};  ///< A drill is overdue after so long; 0: never.
  /// The administrator's: who must have signed the membership document.
  std::optional<std::array<std::uint8_t, 32>> admin_key{};
};

std::variant<node_settings, std::vector<problem>> load_node(const std::string& path);

}  // namespace holdover::config
