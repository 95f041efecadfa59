#include "core/policy/watch_list.hpp"

#include <algorithm>
#include <numeric>

namespace holdover::policy {

watch_list::watch_list(std::size_t count) : notes_(count, never), watched_(count, 1) {
  while (leaves_ < count)
    leaves_ *= 2;
  minima_.assign(2 * leaves_, never);
  round_.resize(count);
  std::iota(round_.begin(), round_.end(), 0u);
}

void watch_list::call_due(time_point now) {
  collect(1, now);
}

void watch_list::collect(std::size_t node, time_point now) {
  if (minima_[node] > now) return;
  if (node >= leaves_) {
    touch(static_cast<std::uint32_t>(node - leaves_));
    return;
  }
  collect(2 * node, now);
  collect(2 * node + 1, now);
}

void watch_list::touch(std::uint32_t index) {
  if (watched_[index] != 0) return;
  watched_[index] = 1;
  set(index, never);
  in_order_ = in_order_ && (round_.empty() || round_.back() < index);
  round_.push_back(index);
}

void watch_list::touch_all() {
  if (watches_all()) return;
  std::fill(watched_.begin(), watched_.end(), std::uint8_t{1});
  std::fill(minima_.begin(), minima_.end(), never);
  round_.resize(watched_.size());
  std::iota(round_.begin(), round_.end(), 0u);
  in_order_ = true;
}

const std::vector<std::uint32_t>& watch_list::watched() {
  if (!in_order_) std::sort(round_.begin(), round_.end());
  in_order_ = true;
  return round_;
}

void watch_list::note(std::uint32_t index, time_point at) {
  notes_[index] = std::min(notes_[index], at);
}

std::optional<time_point> watch_list::next() const {
  if (minima_[1] == never) return std::nullopt;
  return minima_[1];
}

void watch_list::leave(std::uint32_t index) {
  watched_[index] = 0;
  set(index, notes_[index]);
}

void watch_list::set(std::uint32_t index, time_point at) {
  auto node = leaves_ + index;
  minima_[node] = at;
  while (node /= 2) {
    const auto least = std::min(minima_[2 * node], minima_[2 * node + 1]);
    if (minima_[node] == least) break;
    minima_[node] = least;
  }
}

}  // namespace holdover::policy
