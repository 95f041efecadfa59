// Looking things up in a site file: by name, and nodes by number.

#pragma once

#include "core/site.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdover::actors {

template <class Things>
std::optional<std::uint32_t> index_of(const Things& things, std::string_view name) {
  for (std::uint32_t i = 0; i < things.size(); ++i)
    if (things[i].name == name) return i;
  return std::nullopt;
}

inline std::vector<node_number> numbers_of(const std::vector<node_config>& nodes) {
  std::vector<node_number> numbers;
  numbers.reserve(nodes.size());
  for (const auto& node : nodes)
    numbers.push_back(node.number);
  return numbers;
}

inline std::optional<node_number> number_of(const std::vector<node_config>& nodes,
                                            std::string_view name) {
  const auto index = index_of(nodes, name);
  return index ? std::optional{nodes[*index].number} : std::nullopt;
}

/// Null for a number that no node has.
inline const std::string* name_of(const std::vector<node_config>& nodes, node_number number) {
  for (const auto& node : nodes)
    if (node.number == number) return &node.name;
  return nullptr;
}

/// What a way to see a UPS is called: the first by the UPS' own name.
inline std::string name_of_path(const ups_config& ups, std::size_t path) {
  return path == 0 ? ups.name : ups.name + ".path" + std::to_string(path + 1);
}

}  // namespace holdover::actors
