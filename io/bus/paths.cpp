#include "io/bus/paths.hpp"

namespace holdover::bus {

void paths::learn(std::string_view member, std::string_view route_id, std::string_view curve_key) {
  const std::lock_guard guard{lock_};
  const auto known = routes_.find(member);
  if (known == routes_.end()) {
    routes_.emplace(member, route{std::string{route_id}, std::string{curve_key}});
  } else if (known->second.id != route_id || known->second.curve_key != curve_key) {
    known->second = route{std::string{route_id}, std::string{curve_key}};
  }
}

void paths::forget(std::string_view member, std::string_view route_id) {
  const std::lock_guard guard{lock_};
  const auto known = routes_.find(member);
  if (known != routes_.end() && known->second.id == route_id) routes_.erase(known);
}

void paths::forget_routes() {
  const std::lock_guard guard{lock_};
  routes_.clear();
}

void paths::set_connected(const std::string& peer, bool connected) {
  const std::lock_guard guard{lock_};
  if (connected)
    connected_.insert(peer);
  else
    connected_.erase(peer);
}

bool paths::connected(std::string_view peer) const {
  const std::lock_guard guard{lock_};
  return connected_.contains(peer);
}

bool paths::reachable(std::string_view member) const {
  const std::lock_guard guard{lock_};
  return connected_.contains(member) || routes_.find(member) != routes_.end();
}

std::optional<paths::route> paths::route_to(std::string_view member) const {
  const std::lock_guard guard{lock_};
  const auto known = routes_.find(member);
  if (known == routes_.end()) return std::nullopt;
  return known->second;
}

}  // namespace holdover::bus
