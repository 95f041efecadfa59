#include "nodes/site/condition.hpp"

#include <utility>

namespace holdover::site_node {

namespace {

constexpr std::size_t reasons_max = 64;

}  // namespace

void condition::storage(bool ok, const std::string& text) {
  const std::lock_guard lock{mutex_};
  storage_ = ok ? "ok" : text;
}

void condition::peer(const std::string& name, bool connected) {
  const std::lock_guard lock{mutex_};
  peers_[name].connected = connected;
}

bool condition::connected(const std::string& name) const {
  const std::lock_guard lock{mutex_};
  const auto known = peers_.find(name);
  return known != peers_.end() && known->second.connected;
}

void condition::heard(const std::string& name) {
  const std::lock_guard lock{mutex_};
  peers_[name].heard = std::chrono::steady_clock::now();
}

// A hostile neighbour must not fill our memory with reasons; those that it provokes are few.
void condition::refused(const std::string& why) {
  const std::lock_guard lock{mutex_};
  const bool fits = refused_.size() < reasons_max || refused_.count(why) != 0;
  ++refused_[fits ? why : "other reasons"];
}

void condition::overdue(const std::string& why) {
  const std::lock_guard lock{mutex_};
  overdue_ = why;
}

void condition::fill(const site& about, const std::string& self, node_status& seen) const {
  const std::lock_guard lock{mutex_};
  seen.storage = storage_;
  if (!overdue_.empty()) seen.policy.alarms.push_back("drill overdue: " + overdue_);
  for (const auto& [why, count] : refused_)
    seen.refusals.push_back({why, count});
  for (const auto& node : about.nodes) {
    if (node.name == self) continue;
    peer_status row{node.name, "node", false, {}};
    if (const auto known = peers_.find(node.name); known != peers_.end()) {
      row.connected = known->second.connected;
      if (known->second.heard)
        row.heard_ago =
            std::chrono::floor<duration>(std::chrono::steady_clock::now() - *known->second.heard);
    }
    seen.peers.push_back(std::move(row));
  }
}

}  // namespace holdover::site_node
