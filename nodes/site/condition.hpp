// How the process itself is doing, for the status: its disk, its peers, and what it refused.
//
// Told by many threads, asked by the policy's; each call is short and waits for nothing else.

#pragma once

#include "core/message.hpp"
#include "core/site.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace holdover::site_node {

class condition {
public:
  void storage(bool ok, const std::string& text);
  void peer(const std::string& name, bool connected);
  void heard(const std::string& name);
  void refused(const std::string& why);
  /// A warning of ours among the policy's alarms; empty: none.
  void overdue(const std::string& why);
  void fill(const site&, const std::string& self, node_status&) const;
  bool connected(const std::string& peer) const;

private:
  struct peer_memory {
    bool connected = false;
    std::optional<std::chrono::steady_clock::time_point> heard;
  };
  mutable std::mutex mutex_;
  std::string storage_ = "ok";
  std::string overdue_;
  std::map<std::string, peer_memory> peers_;
  std::map<std::string, std::uint64_t> refused_;  ///< Messages from the bus, by reason.
};

}  // namespace holdover::site_node
