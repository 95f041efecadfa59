// What waits for the bus thread to be sent: two bounded queues, filled by any thread.
//
// When one is full, the oldest message in it goes, and is counted. For everything we send the
// newest says more: a vote or a beacon replaces the one before, and a lost event is asked for again
// by whoever sees the hole. Control goes before events, so that a flood of the latter delays no
// vote.
//
// Waking a thread costs more than sending a message, so whoever puts something wakes the bus thread
// only if it sleeps, and it lies down only while the box is empty.

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>

namespace holdover::bus {

class outbox {
public:
  struct control {
    std::string to;         ///< Member.
    std::string route;      ///< The connection to answer on; empty: any way to the member.
    std::string route_key;  ///< The member's key on that connection.
    std::string bytes;
  };
  struct event {
    std::string topic;
    std::string bytes;
  };
  struct batch {
    std::deque<control> controls;
    std::deque<event> events;
  };
  struct count {
    std::uint64_t controls_dropped = 0;
    std::uint64_t events_dropped = 0;
  };

  outbox(std::size_t controls_max, std::size_t events_max);

  /// True if the bus thread sleeps and must be woken.
  [[nodiscard]] bool put(control);
  [[nodiscard]] bool put(event);
  /// The bus thread, awake.
  batch take();
  /// The bus thread, before it waits: false if there is something to take instead.
  [[nodiscard]] bool may_sleep();
  count dropped() const;

private:
  const std::size_t controls_max_;
  const std::size_t events_max_;
  mutable std::mutex lock_;
  batch waiting_;
  bool asleep_ = false;
  count dropped_;
};

}  // namespace holdover::bus
