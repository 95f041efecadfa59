// Events that wait for the journal: first come, first served, but bounded.
//
// While storage fails the queue fills, and then it is a lifeboat: it gives up the least dear event,
// the oldest among equals, and counts what it gave up so that it can be told. See worth.
//
// Not thread-safe; its owner locks.

#pragma once

#include "io/store/record.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <deque>
#include <utility>
#include <vector>

namespace holdover::store {

struct waiting_event {
  event what;
  std::chrono::steady_clock::time_point since;  ///< Its age grows while it waits.
};

class event_queue {
public:
  explicit event_queue(std::size_t events_max) : events_max_(events_max) {}

  void add(waiting_event);
  /// The oldest ones.
  std::vector<waiting_event> take(std::size_t how_many);
  /// To the front again, in their order.
  void give_back(std::vector<waiting_event>);

  bool empty() const { return events_.empty(); }
  std::size_t size() const { return events_.size(); }
  /// How many were given up since the last call.
  std::uint64_t take_dropped() { return std::exchange(dropped_, 0); }

private:
  static std::size_t rank(const waiting_event&);
  void trim();

  std::size_t events_max_;
  std::deque<waiting_event> events_;
  std::array<std::size_t, 5> count_{};  ///< By worth.
  std::uint64_t dropped_ = 0;
};

}  // namespace holdover::store
