// What a host does when its cables are dead (protocol 2.5, rule F2). Off unless its file asks for
// it.
//
// A host with a carrier and silent controllers may be serving somebody, and goes on (F3). One whose
// ports have all lost their carrier serves nobody, and a switch that has died with its power is the
// likeliest reason: after a time it stops by itself, while it still can. So the rule asks the ports
// and a sensor of the host's own, and no controller: none can be heard.
//
// Decisions worth knowing:
//   - Only what was seen counts: the ports are looked at about once a second, and a gap in looking
//     begins the time anew. A host that slept or stood still was not watching its cables.
//   - A host that has had no carrier since it began to look is not cut off, it was never connected:
//     being up proves power (A4), and stopping it at every boot would be a loop.
//   - Where a sensor of the host's own sees good mains, nothing is done while it does.
//
// Pure helper of agent_machine.

#pragma once

#include "core/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace holdover::agent {

/// What the host's own eyes see.
struct ports_seen {
  bool carrier = true;      ///< On any of the ports that its file names.
  bool mains_good = false;  ///< By its own sensor; false where there is none.
};

class isolation {
public:
  /// @param after so long without a carrier; absent: the rule is off.
  explicit isolation(std::optional<duration> after) : after_(after) {}

  void look(const ports_seen&, time_point now);

  /// When the host is to stop; absent while it is connected, was never, or its mains are good.
  std::optional<time_point> deadline() const;
  /// Whether that has come, by a look that is not old.
  bool due(time_point now) const;
  /// Whether something would be forgotten if this process ended now.
  bool worth_keeping() const { return lost_since_.has_value(); }

  /// One line for another process of this boot, and back; false and unchanged if it is none.
  std::string remember() const;
  bool recall(std::string_view line);

private:
  std::optional<duration> after_;
  bool was_connected_ = false;
  bool mains_good_ = false;
  std::optional<time_point> lost_since_;
  std::optional<time_point> looked_at_;
};

}  // namespace holdover::agent
