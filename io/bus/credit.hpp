// How much may be on its way into the program at once.
//
// The mailboxes behind the handlers have no bound, so the bound is here: each message delivered
// takes credit, and without credit the bus does not read. What then waits, waits in ZeroMQ's
// bounded queues, and after those at the sender.
//
// Each message comes with a slip, to be kept for as long as it is being dealt with; the last copy
// that goes gives the credit back. So nothing is owed for ever if an actor dies with a full
// mailbox.
//
// A message costs one, and one more for each 4 KiB: a limit of 512 is two megabytes, too.

#pragma once

#include "io/bus/wake_event.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace holdover::bus {

/// Empty where there is no limit.
using slip = std::shared_ptr<const void>;

class credit {
public:
  static constexpr std::size_t bytes_for_one = 4096;

  /// No limit: 0.
  explicit credit(std::int64_t limit) : limit_{limit} {}

  bool exhausted() const { return limit_ > 0 && taken_ >= limit_; }
  void take(std::int64_t count) { taken_ += count; }
  /// True if this ends an exhaustion: the bus thread must be woken.
  [[nodiscard]] bool give_back(std::int64_t count) {
    const auto before = taken_.fetch_sub(count);
    return limit_ > 0 && before >= limit_ && before - count < limit_;
  }

  /// Takes what a message of so many bytes costs. Slips may outlive the endpoint.
  static slip lend(const std::shared_ptr<credit>& from, const std::shared_ptr<wake_event>& wake,
                   std::size_t bytes) {
    if (from->limit_ <= 0) return {};
    const auto cost = static_cast<std::int64_t>(1 + bytes / bytes_for_one);
    from->take(cost);
    return {nullptr, [from, wake, cost](const void*) {
              if (from->give_back(cost)) wake->wake();
            }};
  }

private:
  const std::int64_t limit_;
  std::atomic<std::int64_t> taken_{0};
};

}  // namespace holdover::bus
