// What a host does when its controllers are gone (protocol 2.5, rule F1 with X4, A4).
//
// Think of a diver whose line to the boat has gone slack: he keeps the last gauge reading that he
// can trust, works out how long it lasts, and surfaces in time, but he does not surface merely
// because it is quiet. So: silence while on line is an alarm and nothing more (F3); known on
// battery plus silence is a deadline, computed once at arming from the last reports of *all*
// controllers of this episode, and shown.
//
// A controller is *able* while its vote is fresh (within `able_within`) and its view of the supply
// is not blind. With k able, their majority sets each supply's state (the quorum view). With fewer
// the host is degraded: a known on-battery stays; one witness may set it newly after
// `single_witness`, if nobody able says online; an able online with no able on-battery clears it
// after `clear_after`.
//
//   deadline = arming + max(floor, min(left/2 + before, left - shutdown_time - after - reserve))
//   floor    = clamp((left - shutdown_time)/4, floor_low, floor_high)
//
// `left` is the mid-value (the lower one of an even count) of the projected empty times in the
// last report of every controller of this episode, silent ones included.
//
// Pure helper of agent_machine: no output of its own, asked after every change.

#pragma once

#include "core/identity.hpp"
#include "core/time.hpp"
#include "core/vote/vote.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace holdover::agent {

struct fallback_rules {
  std::uint32_t threshold = 1;
  duration able_within = 15s;
  duration single_witness = 30s;
  duration clear_after = 15s;
  duration reserve = 60s;
  duration floor_low = 5s;
  duration floor_high = 30s;
};

class fallback {
public:
  fallback(fallback_rules rules, time_point boot);

  /// Learns from a vote that passed every check of V4.
  void learn(const vote::vote&, time_point now);

  /// Brings the view up to `now`; call before asking.
  void advance(time_point now);

  std::uint32_t able(time_point now) const;
  bool degraded(time_point now) const { return able(now) < rules_.threshold; }
  /// Whether fewer than the needed supplies are known to carry.
  bool on_battery() const { return on_battery_; }
  bool heard_anybody(time_point now) const;

  /// Set while degraded and on battery: the moment to commit, and why, in words.
  const std::optional<time_point>& deadline() const { return deadline_; }
  const std::string& explanation() const { return explanation_; }

  /// The next moment at which an answer above can change by time alone.
  std::optional<time_point> next_change(time_point now) const;

private:
  // The private part may be reshaped freely by whoever implements it.
  fallback_rules rules_;
  time_point boot_;
  bool on_battery_ = false;
  std::optional<time_point> deadline_;
  std::string explanation_;
};

}  // namespace holdover::agent
