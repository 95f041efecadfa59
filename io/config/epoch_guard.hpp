// Never back to an earlier membership (E2): the highest epoch that a machine has seen, on its disk.
//
// An old membership document still names keys that were taken out, a stolen node's perhaps. Whoever
// puts one back, by a restored backup or on purpose, must not bring those keys back to life. So
// each node and agent keeps the highest epoch that it ran with, and does not start with a lower
// one.
//
// A disk that cannot be written or read must not keep a host unprotected: that is told, and the
// document at hand is taken.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace holdover::config {

struct epoch_verdict {
  std::optional<std::string> objection;  ///< Why not to start: an earlier document came back.
  std::optional<std::string> trouble;    ///< The memory could not be read or kept.
};

/// Compares with the file's number, and keeps the higher of both there.
epoch_verdict guard_epoch(const std::string& file, std::uint64_t epoch,
                          const std::string& members_file);

}  // namespace holdover::config
