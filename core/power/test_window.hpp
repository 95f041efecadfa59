// For how long "on battery" may mean a battery test that an operator has ordered (rule X7).
//
// Some devices show their own test as nothing but "on battery", even as "battery low". Somebody who
// knows that it was ordered need not be alarmed by it, for a moment. A window opens with the order
// and explains one stretch on battery, no more:
//
//   order --> open --seen on battery--> explaining --online, a test by name--> shut
//               |                            |------ a sign of a real outage --> shut
//               +----------------------------+------ `lasts` after the order --> shut
//
// Decisions worth knowing:
//   - It fails towards protection. The stopwatch of the outage runs meanwhile, so what turns out to
//     be none of a test counts from its first second; and whoever could not wait for the end of the
//     window ends it, which is the caller's part.
//   - It is bounded by the order, not by what the device says, and there is no second one for
//     `rest`: a node that lies about orders delays an outage once, by less than `lasts`.
//
// Pure. One in each ups_tracker.

#pragma once

#include "core/power/observation.hpp"
#include "core/time.hpp"

#include <optional>

namespace holdover::power {

class test_window {
public:
  static constexpr duration lasts = 30s;
  static constexpr duration rest = 5min;

  /// Nothing if the order is too old, or comes within `rest` of another: a repetition of the same.
  void order(duration ago, time_point now);
  void observe(const observation&);
  void advance(time_point now);
  void shut() { open_ = false; }

  bool open() const { return open_; }
  /// While open: when it shuts by itself.
  std::optional<time_point> until() const;
  /// For how long no further order opens it.
  duration rests_for(time_point now) const;

private:
  std::optional<time_point> ordered_at_;
  bool open_ = false;
  bool seen_ = false;
};

}  // namespace holdover::power
