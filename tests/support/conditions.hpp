// Trees of conditions for tests, written as they nest:
//
//   s.stages[0].condition =
//       plant(s, at_least(2, {above(0, 40), above(1, 40), above(2, 40)}).held(1min));

#pragma once

#include "core/site.hpp"

#include <utility>
#include <vector>

namespace holdover::test {

struct branch {
  condition_node node;
  std::vector<branch> children;

  branch held(duration time) && {
    node.hold = time;
    return std::move(*this);
  }
  branch cleared_after(duration time) && {
    node.clear_after = time;
    return std::move(*this);
  }
  branch with_hysteresis(double by) && {
    node.hysteresis = by;
    return std::move(*this);
  }
  branch of_ups(ups_index index) && {
    node.ups = index;
    return std::move(*this);
  }
};

inline branch leaf(condition_kind kind, std::uint32_t subject = 0, double limit = 0) {
  branch made;
  made.node.kind = kind;
  made.node.subject = subject;
  made.node.limit = limit;
  return made;
}
inline branch timed(condition_kind kind, duration time) {
  auto made = leaf(kind);
  made.node.time = time;
  return made;
}
inline branch above(sensor_index sensor, double limit) {
  return leaf(condition_kind::sensor_above, sensor, limit);
}
inline branch combined(condition_kind kind, std::vector<branch> of, std::uint32_t needed = 0) {
  branch made;
  made.node.kind = kind;
  made.node.needed = needed;
  made.children = std::move(of);
  return made;
}
inline branch all(std::vector<branch> of) {
  return combined(condition_kind::all, std::move(of));
}
inline branch any(std::vector<branch> of) {
  return combined(condition_kind::any, std::move(of));
}
inline branch at_least(std::uint32_t needed, std::vector<branch> of) {
  return combined(condition_kind::at_least, std::move(of), needed);
}

inline condition_index plant_into(std::vector<condition_node>& nodes, const branch& from) {
  std::vector<condition_index> children;
  for (const auto& child : from.children)
    children.push_back(plant_into(nodes, child));
  const auto own = static_cast<condition_index>(nodes.size());
  nodes.push_back(from.node);
  nodes.back().parent = own;
  for (const auto child : children)
    nodes[child].parent = own;
  return own;
}

inline condition_tree plant(site& s, const branch& from) {
  const auto first = static_cast<condition_index>(s.conditions.size());
  return {first, plant_into(s.conditions, from)};
}

}  // namespace holdover::test
