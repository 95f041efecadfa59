// Which events of one publisher's log have arrived, and what to ask for (rules L1, L2).
//
// Like a reader who files the pages of a serial: he keeps the number up to which nothing is
// missing, a note of pages that came early, and writes for the missing ones, not at once (they may
// be in the post) but after a short wait, and not again until the answer has had time.
//
// One per (publisher, incarnation). Idempotent: a page twice is no news.
//
// Decisions worth knowing:
//   - What is kept is the holes, not what arrived: a log that is a million events behind is one
//     hole, and a complete one costs two numbers.
//   - Every hole waits `patience` from when it was noticed and `retry` from when it was asked for.
//   - A publisher may have given up what is asked for: such numbers are skipped, or they would be
//     asked for for ever. What arrived and could not be kept is a hole again.
//   - Questions are bounded: `batch` numbers each, and no more than `questions_max` batches without
//     an answer, so that a receiver that is far behind does not drown whom it asks.

#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

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
  /// These numbers never come any more. Returns those of them that were still missing.
  std::vector<range> skipped(range gone);
  /// A number that arrived could not be kept: it is missing again, and worth asking for after
  /// `wait`.
  void lost(std::uint64_t sequence, time_point now, duration wait);

  /// The first hole worth asking for now; asking marks it as asked until `retry` has passed. Call
  /// until it has nothing more.
  std::optional<range> ask(time_point now);

  std::uint64_t prefix() const { return holes_.empty() ? highest_ : holes_.begin()->first - 1; }
  std::uint64_t highest() const { return highest_; }
  bool complete() const { return holes_.empty(); }
  /// When ask() may have something, if nothing arrives before; in the past if it has.
  std::optional<time_point> next_change(time_point now) const;

private:
  struct hole {
    std::uint64_t last = 0;
    time_point worth_asking{};  ///< Not before.
    bool asked = false;
  };
  using holes = std::map<std::uint64_t, hole>;  ///< By first number: disjoint, ascending.

  static constexpr std::uint64_t questions_max = 4;

  void extend(std::uint64_t last, time_point now);
  std::uint64_t unanswered(time_point now) const;

  std::uint64_t highest_;
  duration patience_;
  duration retry_;
  std::uint64_t batch_;
  holes holes_;
};

}  // namespace holdover::log
