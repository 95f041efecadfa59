// How long to wait for one agent before saying it again, and before calling it silent.
//
// A visitor at a door: rings again after a while, and leaves after a longer one. At a house where
// somebody old came last time, the visitor waits for longer before ringing again, as each ring has
// the old one begin anew: a slow card answers the copies while the next request waits.
//
//   - The patience is twice what the last reply took.
//   - A reply that came after a copy may belong to either; it makes the patience longer, never
//     shorter, and only by a second: a line that loses datagrams must not look like a slow card.
//   - After a silence the patience doubles: perhaps the card is not dead, only slower than
//   believed.
//   - The limit of silence stays the same, unless the patience does not fit into it. It is bounded,
//     so that a dead device is told as lost within it.
//
// Pure.

#pragma once

#include <chrono>

namespace holdover::device::snmp {

class pace {
public:
  using milliseconds = std::chrono::milliseconds;

  static constexpr milliseconds patience_least{1000};
  static constexpr milliseconds patience_most{6000};
  static constexpr milliseconds silence_usual{4800};
  static constexpr milliseconds silence_most{7500};

  /// Before a request is sent again.
  milliseconds patience() const;
  /// Nothing heard for so long is silence.
  milliseconds silence() const;

  /// @param resent the request had been sent more than once.
  void answered(milliseconds took, bool resent);
  void fell_silent();

private:
  milliseconds patience_ = patience_least;
  int silences_ = 0;  ///< In a row.
};

}  // namespace holdover::device::snmp
