// Which members can be reached right now, and over which connection.
//
// A node that we connect to is reached over that connection. Anybody who has connected to us is
// reached over the route by which its last message came; which member that was is known from its
// key, never from the route's own name, which its sender may choose freely.

#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace holdover::bus {

/// Written by the bus thread, read by all.
class paths {
public:
  struct route {
    std::string id;
    std::string curve_key;  ///< With which its owner connected.
  };

  void learn(std::string_view member, std::string_view route_id, std::string_view curve_key);
  void forget(std::string_view member, std::string_view route_id);
  void forget_routes();
  void set_connected(const std::string& peer, bool connected);

  bool connected(std::string_view peer) const;
  /// By either way.
  bool reachable(std::string_view member) const;
  std::optional<route> route_to(std::string_view member) const;

private:
  mutable std::mutex lock_;
  std::map<std::string, route, std::less<>> routes_;
  std::set<std::string, std::less<>> connected_;
};

}  // namespace holdover::bus
