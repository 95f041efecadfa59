// The files of a node, read and held against each other: only a consistent set is run.

#pragma once

#include "core/membership.hpp"
#include "core/site.hpp"
#include "io/config/node_loader.hpp"
#include "io/keys/key_pair.hpp"
#include "nodes/site/node.hpp"

#include <string>
#include <variant>
#include <vector>

namespace holdover::site_node {

struct loaded {
  config::node_settings settings;
  site about;
  membership members;
  keys::key_pair keys;
  const node_config* self = nullptr;  ///< Within about.nodes, whose storage a move keeps.
  std::vector<std::string> warnings;
};

std::variant<loaded, start_problem> load(const config::node_settings&);

}  // namespace holdover::site_node
