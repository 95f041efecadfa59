#include "core/agent/receipts.hpp"

namespace holdover::agent {

std::vector<action_report> receipts::read(const host_beacon& beacon) {
  if (beacon.nonce != life_) {
    life_ = beacon.nonce;
    last_.clear();
  }
  std::vector<action_report> news;
  for (const auto& report : beacon.actions) {
    auto& known = last_[report.id];
    if (known == report) continue;
    known = report;
    news.push_back(report);
  }
  return news;
}

}  // namespace holdover::agent
