#include "io/device/modbus/block_plan.hpp"

#include <algorithm>
#include <tuple>

namespace holdover::device::modbus {

namespace {

constexpr std::uint32_t count_max = 120;  // Registers in one answer: the standard allows 125.

std::vector<block> pieces(const std::vector<point>& points) {
  std::vector<block> all;
  for (const auto& p : points) {
    const auto wide = of_bits(p.where) ? std::uint16_t{1} : width(p.as);
    if (p.address + wide > 0x10000) continue;
    all.push_back({p.where, p.address, wide});
  }
  std::ranges::sort(all, {}, [](const block& b) { return std::tuple(b.where, b.first, b.count); });
  const auto same = std::ranges::unique(all);
  all.erase(same.begin(), same.end());
  return all;
}

}  // namespace

block_plan::block_plan(const std::vector<point>& points) {
  for (const auto& piece : pieces(points)) {
    if (!groups_.empty()) {
      const auto last = whole(groups_.back());
      const auto end = last.first + last.count;
      const auto reach = std::max<std::uint32_t>(
          static_cast<std::uint32_t>(end), static_cast<std::uint32_t>(piece.first) + piece.count);
      if (last.where == piece.where && piece.first <= end && reach - last.first <= count_max) {
        groups_.back().push_back(piece);
        continue;
      }
    }
    groups_.push_back({piece});
  }
}

block block_plan::whole(const group& of) {
  auto all = of.front();
  for (const auto& piece : of)
    all.count =
        std::max(all.count, static_cast<std::uint16_t>(piece.first + piece.count - all.first));
  return all;
}

std::vector<block> block_plan::blocks() const {
  std::vector<block> all;
  for (const auto& g : groups_)
    all.push_back(whole(g));
  return all;
}

std::vector<block> block_plan::refused(const block& which) {
  const auto found =
      std::ranges::find_if(groups_, [&](const group& g) { return whole(g) == which; });
  if (found == groups_.end()) return {};
  const auto old = *found;
  groups_.erase(found);
  if (old.size() == 1) return {};
  const auto middle = old.begin() + static_cast<std::ptrdiff_t>(old.size() / 2);
  std::vector<block> instead;
  for (auto& half : {group(old.begin(), middle), group(middle, old.end())}) {
    // What reaches as far as the whole would only be refused again.
    if (whole(half) == which) continue;
    groups_.push_back(half);
    instead.push_back(whole(half));
  }
  return instead;
}

}  // namespace holdover::device::modbus
