// A member that a drill has cut off from this node: what goes to it or comes from it is dropped.
//
// Whoever sends or hears asks for each message, and the time at which it ends is part of the
// answer: there is nothing that would have to happen for it to heal. While it lasts, the beacons of
// the one cut off that others carry to us are counted: they are the failover.

#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace holdover::site_node {

class cuts {
public:
  using clock = std::chrono::steady_clock;

  void cut(const std::string& member, clock::duration lasts);
  bool apart(const std::string& member);
  /// A beacon of a host came by a node.
  void carried(const std::string& host, const std::string& by);
  /// Ends it. What it did, in words.
  std::string heal();

private:
  std::mutex mutex_;
  std::string member_;
  clock::time_point until_{};
  std::uint64_t dropped_ = 0;
  std::map<std::string, std::uint64_t> carried_;
};

}  // namespace holdover::site_node
