// A contact chatters when it moves: what it says counts once it has said so for a while.
//
// The first look is believed at once; after that a change must hold for `time`. Pure.

#pragma once

#include "core/time.hpp"

#include <optional>

namespace holdover::device::modbus {

class debouncer {
public:
  explicit debouncer(duration time) : time_(time) {}

  /// The state that counts after a look; absent while a change has yet to prove itself.
  std::optional<bool> look(bool now_is, time_point now);
  /// When to look again, after an absent answer.
  duration again_after() const;
  /// Contact was lost: what was believed counts no more.
  void forget();

private:
  duration time_;
  std::optional<bool> believed_;
  std::optional<bool> candidate_;
  time_point since_{};
};

}  // namespace holdover::device::modbus
