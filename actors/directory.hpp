// Where to find an actor that may have been restarted: names to the handles of now.
//
// A handle dies with its actor. Whoever talks to something that is supervised looks it up by name
// each time; the supervisor enters the successor. Thread-safe, and shared by a node's actors.

#pragma once

#include <caf/actor.hpp>
#include <caf/actor_cast.hpp>

#include <map>
#include <mutex>
#include <string>

namespace holdover::actors {

class directory {
public:
  void enter(const std::string& name, caf::actor who) {
    const std::lock_guard lock{mutex_};
    entries_[name] = std::move(who);
  }

  template <class Handle>
  Handle find(const std::string& name) const {
    const std::lock_guard lock{mutex_};
    const auto found = entries_.find(name);
    return found == entries_.end() ? Handle{} : caf::actor_cast<Handle>(found->second);
  }

  void remove(const std::string& name) {
    const std::lock_guard lock{mutex_};
    entries_.erase(name);
  }

  void clear() {
    const std::lock_guard lock{mutex_};
    entries_.clear();
  }

private:
  mutable std::mutex mutex_;
  std::map<std::string, caf::actor> entries_;
};

}  // namespace holdover::actors
