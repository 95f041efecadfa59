#include "core/agent/receipts.hpp"

#include <algorithm>

namespace holdover::agent {

namespace {

constexpr std::uint32_t burst = 64;  // Two beacons that are full of news.
constexpr duration pace = 1s;        // Then one step in this time.
constexpr std::size_t actions_max = 256;

}  // namespace

void receipts::refill(time_point now) {
  if (!refilled_at_) {
    allowance_ = burst;
    refilled_at_ = now;
  }
  const auto due = (now - *refilled_at_) / pace;
  if (due <= 0) return;
  *refilled_at_ += due * pace;
  allowance_ = static_cast<std::uint32_t>(std::min<std::int64_t>(burst, allowance_ + due));
}

std::vector<action_report> receipts::read(const host_beacon& beacon, time_point now) {
  refill(now);
  if (beacon.nonce != life_) {
    life_ = beacon.nonce;
    last_.clear();
  }
  std::vector<action_report> news;
  for (const auto& report : beacon.actions) {
    const auto known = last_.find(report.id);
    if (known != last_.end() && known->second == report) continue;
    if (allowance_ == 0 || (known == last_.end() && last_.size() == actions_max)) continue;
    --allowance_;
    last_.insert_or_assign(report.id, report);
    news.push_back(report);
  }
  return news;
}

}  // namespace holdover::agent
