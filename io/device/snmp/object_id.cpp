#include "io/device/snmp/object_id.hpp"

#include "core/expects.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace holdover::device::snmp {

namespace {

constexpr std::size_t arcs_max = 128;  // RFC 2578, 3.5
constexpr std::size_t digits_max = 10;

/// BER packs the first two arcs into one number, which limits both.
bool can_be_encoded(object_id::arc_view arcs) {
  if (arcs.size() < 2 || arcs.size() > arcs_max) return false;
  return arcs[0] < 2 ? arcs[1] < 40 : arcs[0] == 2;
}

std::shared_ptr<const std::uint32_t[]> copy_of(object_id::arc_view arcs) {
  auto kept = std::make_shared<std::uint32_t[]>(arcs.size());
  std::ranges::copy(arcs, kept.get());
  return kept;
}

}  // namespace

object_id::object_id(arc_view arcs) : arcs_(copy_of(arcs)), size_(arcs.size()) {}

std::optional<object_id> object_id::parse(std::string_view dotted) {
  if (dotted.starts_with('.')) dotted.remove_prefix(1);
  std::array<std::uint32_t, arcs_max> arcs;
  std::size_t count = 0;
  const char* at = dotted.data();
  const char* const end = at + dotted.size();
  while (true) {
    std::uint32_t arc = 0;
    auto [next, error] = std::from_chars(at, end, arc);
    if (error != std::errc{} || count == arcs_max) return std::nullopt;
    arcs[count++] = arc;
    if (next == end) break;
    if (*next != '.') return std::nullopt;
    at = next + 1;
  }
  const arc_view found(arcs.data(), count);
  if (!can_be_encoded(found)) return std::nullopt;
  return object_id(found);
}

object_id object_id::known(std::string_view dotted) {
  auto parsed = parse(dotted);
  expects(parsed.has_value());
  return *std::move(parsed);
}

bool object_id::starts_with(const object_id& prefix) const {
  return size_ >= prefix.size_ && std::ranges::equal(prefix.arcs(), arcs().first(prefix.size_));
}

object_id object_id::with(std::uint32_t arc) const {
  std::vector<std::uint32_t> longer(arcs().begin(), arcs().end());
  longer.push_back(arc);
  return object_id(longer);
}

std::strong_ordering object_id::operator<=>(const object_id& other) const {
  if (arcs_ == other.arcs_ && size_ == other.size_) return std::strong_ordering::equal;
  const auto shorter = std::min(size_, other.size_);
  const auto [mine, theirs] = std::mismatch(arcs_.get(), arcs_.get() + shorter, other.arcs_.get());
  if (mine != arcs_.get() + shorter) return *mine <=> *theirs;
  return size_ <=> other.size_;
}

bool object_id::operator==(const object_id& other) const {
  if (size_ != other.size_) return false;
  return arcs_ == other.arcs_ || std::ranges::equal(arcs(), other.arcs());
}

std::string to_string(const object_id& name) {
  std::string text;
  text.reserve(name.size() * 4);
  for (const auto arc : name.arcs()) {
    if (!text.empty()) text += '.';
    std::array<char, digits_max> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), arc).ptr;
    text.append(digits.data(), end);
  }
  return text;
}

}  // namespace holdover::device::snmp
