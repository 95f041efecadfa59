// What an agent keeps on its host: that this boot is committed, and which commands it has seen.
//
//     STATE/commit         boot id, cause and the signed votes behind it; written once per boot
//     STATE/evidence       boot id, and what is known of an outage that lasts
//     STATE/commands.log   one line per distinct command, received or refused, with the wall time;
//                          beyond 1 MiB it becomes commands.log.1 and is begun anew
//
// The commit record is on disk before write_commit() returns. Its room is reserved beforehand, so
// that the moment of commit costs one flush of data and works on a full disk, too. If it cannot be
// written the agent acts all the same and says so. The evidence is for an agent that is started
// again in the same boot, so it is replaced whole and never flushed.

#pragma once

#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <vector>

namespace holdover::host {

class agent_files {
public:
  /// @param directory must exist; see objection().
  explicit agent_files(std::string directory) : directory_(std::move(directory)) {}

  /// Why nothing can be kept here, in words with the remedy.
  std::optional<std::string> objection() const;

  /// Why nothing new can be kept here just now, on a disk that is full or has become read-only:
  /// what is here may then be out of date, as it could be neither replaced nor removed.
  std::optional<std::string> unwritable() const;

  /// Makes room for the commit record, once at start; keeps a record that is there.
  std::optional<std::string> reserve_commit() const;

  /// Durable when it returns nothing; else the problem.
  std::optional<std::string> write_commit(const std::string& boot_id, const std::string& cause,
                                          const std::vector<std::string>& evidence) const;

  /// Whether a record of this very boot is there (X18).
  bool committed(const std::string& boot_id) const;

  /// Replaces the evidence; empty removes it. Returns the problem, if there is one.
  std::optional<std::string> keep_evidence(const std::string& boot_id,
                                           const std::string& text) const;
  /// The evidence of this very boot, or nothing (X18).
  std::string evidence(const std::string& boot_id) const;

  static constexpr std::int64_t command_log_bytes_max = 1 << 20;

  /// Appends a line; a failure is returned for the caller to log elsewhere.
  std::optional<std::string> log_command(const std::string& line,
                                         std::time_t at = std::time(nullptr)) const;

private:
  std::string directory_;
};

/// One life of this host, from its start to its end (X18).
struct boot {
  std::string id;
  std::string problem;  ///< Why it cannot be told from others, if so; `id` is empty then.
};

/// The kernel's boot id and when the first process began, so that a container, which shares the
/// kernel's with its neighbours and with its own lives, has one of its own. The moment counts from
/// the boot of the kernel, not by the wall clock, so nothing that sets a clock begins a new life.
///
/// A part that cannot be read makes the whole unknown, and a caller must then take no record for
/// one of this life. That is the safe side of two: an agent that ends by itself forgets the outage
/// until the nodes tell it again, while with an id that two lives share the commit of the first
/// would stop the host in the second, at each start.
///
/// With `instead` its first line alone: for labs, where several "hosts" share one kernel.
boot read_boot(const std::string& instead,
               const std::string& kernel_id = "/proc/sys/kernel/random/boot_id",
               const std::string& first_process = "/proc/1/stat");

/// Seconds since the host, or the container, booted; with `instead`, since that file was made.
double read_uptime_seconds(const std::string& instead);

}  // namespace holdover::host
