// What one node has heard from one host, and how far that may be trusted (rules X2, X6, S2).
//
// A host lives many lives, each with a nonce of its own, and only one of them is now. A new nonce
// is a *candidate* until a beacon under it echoes a fresh challenge of ours: until then it may be a
// recording, so it proves nothing, but it may also be the host coming up, so it forbids opening the
// host's outlet. Proof makes it the current life and buries the previous one for good.
//
//   silent --proof--> running <--> armed --> committed --last word--> down --outlet on--> booting
//                                               |                      (also from gone)      |
//                                               +--silence--> gone                proof of a new
//                                               life

#pragma once

#include "core/agent/beacon.hpp"
#include "core/identity.hpp"
#include "core/policy/lives.hpp"
#include "core/time.hpp"
#include "core/vote/ballot_box.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

namespace holdover::policy {

enum class host_phase : std::uint8_t {
  silent,  ///< Not heard, or not for long.
  running,
  armed,
  committed,
  down,     ///< Said its last word, in this life.
  gone,     ///< Committed, then silent for its whole shutdown time. No last word.
  booting,  ///< Has power again since it went down; counts as up.
};
std::string_view to_string(host_phase);

class host_record {
public:
  struct heard {
    bool counted = false;   ///< The beacon was new and its nonce not buried.
    bool proven = false;    ///< It echoed our challenge in time: its report counts.
    bool new_life = false;  ///< It replaced the life before.
  };

  /// @param challenges ours: nonce is our incarnation, ticks those of our votes.
  heard hear(const agent::host_beacon&, node_number self, const vote::tick_clock& challenges,
             duration time_to_live, time_point now);

  host_phase phase(duration shutdown_time, duration heard_limit, time_point now) const;

  /// Down by its own word in its current life, and nothing has been heard that may be a newer life.
  bool surely_down(duration time_to_live, time_point now) const;
  std::optional<time_point> down_since() const { return down_at_; }
  std::optional<time_point> committed_since() const { return committed_at_; }
  std::optional<time_point> last_heard() const { return heard_at_; }
  std::optional<duration> acts_in(time_point now) const;
  /// Whether a nonce is that of its proven life, not of one that may be a recording or just
  /// beginning.
  bool lives_as(const random_id& nonce) const { return current_ == nonce; }
  bool up() const { return current_ && !committed_at_ && !booting_since_; }

  /// Its outlet has power again: whatever it said before is over.
  void powered(time_point now);
  std::optional<time_point> booting_since() const { return booting_since_; }

  /// Until when there is somebody to vote to, if he says no more; absent: nobody was ever heard.
  std::optional<time_point> audience_until(duration time_to_live) const {
    const auto last = lives_.last_heard();
    return last ? std::optional{*last + time_to_live} : std::nullopt;
  }
  /// Nonce and tick to vote to: the current life and fresh candidates.
  std::vector<life> audience(duration time_to_live, time_point now) const {
    return lives_.fresh(time_to_live, now);
  }

private:
  void believe(const agent::host_beacon&, time_point now);

  std::optional<random_id> current_;
  life_list lives_;             ///< Current and candidates.
  std::set<random_id> buried_;  ///< Bounded.
  std::optional<time_point> heard_at_;
  agent::host_state reported_ = agent::host_state::unspecified;
  std::optional<time_point> acts_at_;
  std::optional<time_point> committed_at_;
  std::optional<time_point> down_at_;
  std::optional<time_point> booting_since_;
};

}  // namespace holdover::policy
