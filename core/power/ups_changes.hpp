// From readings of one UPS to events: each change once, by the names that operators know.
//
// A bookkeeper with one page: what was last said. A reading that says the same says nothing; a
// device that falls silent is "communication_lost", once, and its first reading afterwards tells
// what changed meanwhile.
//
// Pure. One per UPS in its device actor.

#pragma once

#include "core/event.hpp"
#include "core/power/reading.hpp"

#include <optional>
#include <string>
#include <vector>

namespace holdover::power {

struct ups_change {
  severity how = severity::info;
  ups_event what;
};

class ups_changes {
public:
  /// @param successor somebody else said something before, and nobody knows what: the first reading
  /// tells how it is, good or bad.
  explicit ups_changes(std::string device, bool successor = false)
      : device_(std::move(device)), tells_all_(successor) {
    if (!successor) reachable_ = true;
  }

  std::vector<ups_change> read(const ups_reading&);
  std::vector<ups_change> lost();

private:
  ups_change change(std::string what, severity) const;

  std::string device_;
  std::optional<belief> said_;
  ups_flags flags_;
  std::vector<measurement> values_;
  bool tells_all_;                 ///< With the next reading.
  std::optional<bool> reachable_;  ///< As was said; true at first, as a first failure is news.
};

}  // namespace holdover::power
