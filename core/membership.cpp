#include "core/membership.hpp"

#include <algorithm>

namespace holdover {

namespace {

template <class Matches>
const member* first(const std::vector<member>& members, Matches matches) {
  const auto found = std::find_if(members.begin(), members.end(), matches);
  return found == members.end() ? nullptr : &*found;
}

}  // namespace

std::string_view to_string(role as) {
  switch (as) {
    case role::node:
      return "node";
    case role::agent:
      return "agent";
    case role::operator_:
      return "operator";
    case role::tap:
      return "tap";
    case role::hub:
      return "hub";
    case role::unspecified:
      break;
  }
  return "unspecified";
}

const member* membership::find(std::string_view name) const {
  return first(members, [&](const member& m) { return m.name == name; });
}

const member* membership::find_node(node_number number) const {
  return first(members, [&](const member& m) { return m.as == role::node && m.number == number; });
}

const member* membership::find_curve_key(std::string_view z85) const {
  return first(members, [&](const member& m) { return m.curve_key == z85; });
}

std::vector<node_number> membership::electorate() const {
  std::vector<node_number> numbers;
  for (const auto& m : members)
    if (m.as == role::node) numbers.push_back(m.number);
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

std::vector<node_number> stayed(const membership& before, const membership& after) {
  std::vector<node_number> numbers;
  for (const auto number : before.electorate()) {
    const auto* then = before.find_node(number);
    const auto* now = after.find_node(number);
    if (now != nullptr && now->sign_key == then->sign_key) numbers.push_back(number);
  }
  return numbers;
}

}  // namespace holdover
