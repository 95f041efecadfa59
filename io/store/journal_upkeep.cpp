// What a journal does about a disk that fills up, and about its own size.

#include "io/store/journal.hpp"

namespace holdover::store {

// Once the disk is full the room that the ballast gave is spent with care. What is in the
// write-ahead log is moved into the file at once, for a log that cannot be emptied cannot be
// reused; and the file gets free pages inside, at the cost of routine events, so that it need not
// grow.
fault journal::with_reserve(const std::function<fault()>& work) {
  auto failed = work();
  if (is_full(failed)) {
    strained_ = true;
    ballast_.drop();
    make_room();
    failed = work();
  }
  if (!failed && strained_) make_room();
  return failed;
}

void journal::make_room() {
  constexpr std::uint64_t step = 50;
  constexpr int steps_max = 20;
  for (int i = 0; i < steps_max; ++i) {
    // Not truncated: the room that the log has is ours, and another program would take it.
    // A reader in another process may keep it from being emptied; that is not worth a long wait.
    const auto busy = db_.integer("PRAGMA wal_checkpoint(RESTART)");
    if (const auto* yes = std::get_if<std::int64_t>(&busy); yes != nullptr && *yes != 0) return;
    const auto tight = cramped(db_);
    if (fault_of(tight) || !std::get<bool>(tight)) return;
    if (discard(step).value_or(0) == 0) return;
  }
}

std::optional<std::uint64_t> journal::discard(std::uint64_t how_many) {
  const auto gone = discard_routine(db_, how_many);
  if (fault_of(gone)) return std::nullopt;
  discarded_ += std::get<std::uint64_t>(gone);
  return std::get<std::uint64_t>(gone);
}

fault journal::tend() {
  ballast_.take();
  if (ballast_.held()) strained_ = false;
  const auto excess = beyond(db_, options_.keep);
  if (auto failed = fault_of(excess)) return failed;
  if (std::get<std::uint64_t>(excess) > 0) discard(std::get<std::uint64_t>(excess));
  return std::nullopt;
}

}  // namespace holdover::store
