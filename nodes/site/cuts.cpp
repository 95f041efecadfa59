#include "nodes/site/cuts.hpp"

namespace holdover::site_node {

void cuts::cut(const std::string& member, clock::duration lasts) {
  const std::lock_guard lock{mutex_};
  member_ = member;
  until_ = clock::now() + lasts;
  dropped_ = 0;
  carried_.clear();
}

bool cuts::apart(const std::string& member) {
  const std::lock_guard lock{mutex_};
  if (member_.empty() || member != member_ || clock::now() >= until_) return false;
  ++dropped_;
  return true;
}

void cuts::carried(const std::string& host, const std::string& by) {
  const std::lock_guard lock{mutex_};
  if (!member_.empty() && host == member_ && clock::now() < until_) ++carried_[by];
}

std::string cuts::heal() {
  const std::lock_guard lock{mutex_};
  if (member_.empty()) return {};
  auto text = std::to_string(dropped_) + " messages to and from " + member_ + " were dropped";
  for (const auto& [by, count] : carried_)
    text += "; " + std::to_string(count) + " of its beacons came through " + by;
  member_.clear();
  return text;
}

}  // namespace holdover::site_node
