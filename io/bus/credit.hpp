// How many messages may be on their way into the program at once.
//
// The mailboxes behind the handlers have no bound, so the bound is here: each message delivered
// takes one credit, whoever has dealt with it gives it back, and without credit the bus does not
// read. What then waits, waits in ZeroMQ's bounded queues, and after those at the sender.

#pragma once

#include <atomic>
#include <cstdint>

namespace holdover::bus {

class credit {
public:
  /// No limit: 0.
  explicit credit(std::int64_t limit) : limit_{limit} {}

  bool exhausted() const { return paused_ || (limit_ > 0 && taken_ >= limit_); }
  void take() { ++taken_; }
  /// True if this ends an exhaustion: the bus thread must be woken.
  [[nodiscard]] bool give_back(std::int64_t count) {
    const auto before = taken_.fetch_sub(count);
    return limit_ > 0 && before >= limit_;
  }
  void pause(bool paused) { paused_ = paused; }

private:
  const std::int64_t limit_;
  std::atomic<std::int64_t> taken_{0};
  std::atomic<bool> paused_{false};
};

}  // namespace holdover::bus
