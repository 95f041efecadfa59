// Who needs a look now, of many who mostly need none.
//
// A receptionist with a waiting room and an alarm clock. Whoever is *watched* is looked at in every
// round. Whoever was found quiet may leave with a time at which to come back, and is watched again
// when that time has come, when somebody touches him, or when everybody is called.
//
// Everybody is watched in the beginning, so to be looked at once too often is the default and to be
// left out is what must be earned, in every round anew.
//
// Times of those who left stand in a tree of minima: the next one is its root, and those that are
// due are found by walking down from it. Allocates nothing after it was made.

#pragma once

#include "core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace holdover::policy {

class watch_list {
public:
  explicit watch_list(std::size_t count);

  /// Whoever has left and is due now is watched again.
  void call_due(time_point now);
  void touch(std::uint32_t index);
  void touch_all();
  bool watches(std::uint32_t index) const { return watched_[index] != 0; }
  bool watches_all() const { return round_.size() == watched_.size(); }

  /// The watched, in order. Touching somebody ends the use of what this gave.
  const std::vector<std::uint32_t>& watched();

  /// A time that the look at somebody depends on; the earliest is when to come back.
  void note(std::uint32_t index, time_point at);

  /// Ends a round: who is quiet leaves until the earliest of his times, the others stay.
  template <class Quiet>
  void settle(Quiet quiet) {
    std::size_t kept = 0;
    for (const auto index : watched()) {
      if (quiet(index))
        leave(index);
      else
        round_[kept++] = index;
      notes_[index] = never;
    }
    round_.resize(kept);
  }

  /// When the first of those who left comes back.
  std::optional<time_point> next() const;

private:
  static constexpr time_point never = time_point::max();

  void leave(std::uint32_t index);
  void set(std::uint32_t index, time_point at);
  void collect(std::size_t node, time_point now);

  std::size_t leaves_ = 1;          ///< A power of two.
  std::vector<time_point> minima_;  ///< Of a node's two children; the root is 1.
  std::vector<time_point> notes_;   ///< Of this round.
  std::vector<std::uint8_t> watched_;
  std::vector<std::uint32_t> round_;
  bool in_order_ = true;
};

}  // namespace holdover::policy
