// Which events of one publisher's log have arrived, and what to ask for (rules L1, L2).
//
// Like a reader who files the pages of a serial: he keeps the number up to which nothing is
// missing, a note of pages that came early, and writes for the missing ones, not at once (they may
// be in the post) but after a short wait, and not again until the answer has had time.
//
// One per (publisher, incarnation). Idempotent: a page twice is no news.

#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <map>
#include <optional>

namespace holdover::log {

struct range {
  std::uint64_t first = 0;
  std::uint64_t last = 0;

  bool operator==(const range&) const = default;
};

enum class arrival : std::uint8_t { new_one, duplicate };

class sequence_tracker {
public:
  /// @param prefix everything up to it is already stored.
  explicit sequence_tracker(std::uint64_t prefix = 0, duration patience = 200ms,
                            duration retry = 2s, std::uint64_t batch = 500);

  arrival arrived(std::uint64_t sequence, time_point now);
  /// The publisher says that its log reaches to here (heartbeat, digest).
  void announced(std::uint64_t last, time_point now);

  /// The first hole worth asking for now; asking marks it as asked until `retry` has passed.
  std::optional<range> ask(time_point now);

  std::uint64_t prefix() const { return prefix_; }
  std::uint64_t highest() const { return highest_; }
  bool complete() const { return prefix_ == highest_; }
  std::optional<time_point> next_change(time_point now) const;

private:
  std::uint64_t prefix_;
  std::uint64_t highest_;
  duration patience_;
  duration retry_;
  std::uint64_t batch_;
  std::map<std::uint64_t, std::uint64_t> early_;  ///< first -> last, disjoint, beyond the prefix.
  std::optional<time_point> hole_since_;
  std::optional<time_point> asked_at_;
};

}  // namespace holdover::log
