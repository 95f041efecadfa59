#include "core/identity.hpp"

namespace holdover {

std::string to_string(const random_id& id) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * id.bytes.size());
  for (const auto byte : id.bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::string to_string(const target& what) {
  if (what.kind == target_kind::host) return "host " + what.name;
  return "outlet " + what.name + " at node " + std::to_string(what.executor);
}

}  // namespace holdover
