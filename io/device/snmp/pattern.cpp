#include "io/device/snmp/pattern.hpp"

#include "core/expects.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace holdover::device::snmp {

namespace {

constexpr std::string_view hole_kinds = "#@*";

/// Arcs without the zeros behind.
std::size_t length(const std::vector<std::uint32_t>& arcs, std::size_t least) {
  return arcs.size() > least && arcs.back() == 0 ? arcs.size() - 1 : arcs.size();
}

}  // namespace

pattern::pattern(std::string_view text) {
  std::string plain(text);
  for (char& c : plain)
    if (hole_kinds.find(c) != std::string_view::npos) c = '0';
  const auto complete = object_id::known(plain);
  arcs_.assign(complete.arcs().begin(), complete.arcs().end());
  std::size_t place = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '.') ++place;
    if (hole_kinds.find(text[i]) == std::string_view::npos) continue;
    holes_.push_back(place);
    kinds_.push_back(text[i]);
  }
  expects(arcs_.size() == place + 1);
  const auto end = holes_.empty() ? arcs_.size() : holes_.front();
  expects(end >= 2);
  before_ = object_id(complete.arcs().first(end));
}

const pattern& pattern::of(std::string_view text) {
  // A reading asks a hundred times: each thread remembers what it has asked for.
  thread_local std::unordered_map<std::string_view, const pattern*> asked;
  if (const auto there = asked.find(text); there != asked.end()) return *there->second;
  static std::mutex guard;
  static std::map<std::string, std::unique_ptr<const pattern>, std::less<>> known;
  const std::lock_guard lock(guard);
  auto found = known.find(text);
  if (found == known.end())
    found = known.emplace(std::string(text), std::make_unique<const pattern>(text)).first;
  asked.emplace(found->first, found->second.get());
  return *found->second;
}

std::optional<std::vector<std::uint32_t>> pattern::match(const object_id& name) const {
  const auto arcs = name.arcs();
  const auto least = holes_.empty() ? 0 : holes_.back() + 1;
  const auto mine = length(arcs_, least);
  if (arcs.size() < mine || arcs.size() > mine + 1) return std::nullopt;
  if (arcs.size() == mine + 1 && arcs.back() != 0) return std::nullopt;
  std::vector<std::uint32_t> filled;
  auto hole = holes_.begin();
  for (std::size_t i = 0; i < mine; ++i) {
    if (hole != holes_.end() && *hole == i) {
      filled.push_back(arcs[i]);
      ++hole;
    } else if (arcs[i] != arcs_[i]) {
      return std::nullopt;
    }
  }
  return filled;
}

std::optional<object_id> pattern::with(const std::vector<std::uint32_t>& arcs) const {
  if (arcs.size() < holes_.size()) return std::nullopt;
  auto filled = arcs_;
  for (std::size_t i = 0; i < holes_.size(); ++i)
    filled[holes_[i]] = arcs[i];
  return object_id(filled);
}

std::vector<std::uint32_t> pattern::only(char kind, const std::vector<std::uint32_t>& arcs) const {
  std::vector<std::uint32_t> chosen;
  for (std::size_t i = 0; i < kinds_.size() && i < arcs.size(); ++i)
    if (kinds_[i] == kind) chosen.push_back(arcs[i]);
  return chosen;
}

}  // namespace holdover::device::snmp
