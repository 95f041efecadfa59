// The nonces under which somebody has been heard lately: his lives, one of them current perhaps.
//
// Bounded, so that a tape of old beacons cannot fill it. Ticks of one life only grow, so the same
// beacon heard twice is no news.

#pragma once

#include "core/identity.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace holdover::policy {

struct life {
  random_id nonce;
  std::uint64_t tick = 0;
  time_point heard{};
  std::uint64_t epoch = 0;  ///< Of the membership that it lives by, if it says.
};

class life_list {
public:
  /// Whether this is news. The life heard longest ago makes room, but never `keep`.
  bool hear(const random_id& nonce, std::uint64_t tick, const std::optional<random_id>& keep,
            time_point now, std::uint64_t epoch = 0);
  void forget(const random_id& nonce);

  /// When any of them was heard last.
  std::optional<time_point> last_heard() const;
  /// Those heard within a limit: whom to vote to.
  std::vector<life> fresh(duration limit, time_point now) const;
  /// Whether another life than this one was heard within a limit.
  bool other_than(const random_id& nonce, duration limit, time_point now) const;

private:
  std::vector<life> lives_;
};

}  // namespace holdover::policy
