#include "io/device/snmp/object_id.hpp"

#include "core/expects.hpp"

#include <algorithm>
#include <charconv>

namespace holdover::device::snmp {

namespace {

constexpr std::size_t arcs_max = 128;  // RFC 2578, 3.5

/// BER packs the first two arcs into one number, which limits both.
bool can_be_encoded(const std::vector<std::uint32_t>& arcs) {
  if (arcs.size() < 2 || arcs.size() > arcs_max) return false;
  return arcs[0] < 2 ? arcs[1] < 40 : arcs[0] == 2;
}

}  // namespace

std::optional<object_id> object_id::parse(std::string_view dotted) {
  if (dotted.starts_with('.')) dotted.remove_prefix(1);
  std::vector<std::uint32_t> arcs;
  const char* at = dotted.data();
  const char* const end = at + dotted.size();
  while (true) {
    std::uint32_t arc = 0;
    auto [next, error] = std::from_chars(at, end, arc);
    if (error != std::errc{} || arcs.size() == arcs_max) return std::nullopt;
    arcs.push_back(arc);
    if (next == end) break;
    if (*next != '.') return std::nullopt;
    at = next + 1;
  }
  if (!can_be_encoded(arcs)) return std::nullopt;
  return object_id(std::move(arcs));
}

object_id object_id::known(std::string_view dotted) {
  auto parsed = parse(dotted);
  expects(parsed.has_value());
  return *std::move(parsed);
}

bool object_id::starts_with(const object_id& prefix) const {
  return arcs_.size() >= prefix.arcs_.size()
         && std::equal(prefix.arcs_.begin(), prefix.arcs_.end(), arcs_.begin());
}

object_id object_id::with(std::uint32_t arc) const {
  auto longer = arcs_;
  longer.push_back(arc);
  return object_id(std::move(longer));
}

std::string to_string(const object_id& name) {
  std::string text;
  for (auto arc : name.arcs()) {
    if (!text.empty()) text += '.';
    text += std::to_string(arc);
  }
  return text;
}

}  // namespace holdover::device::snmp
