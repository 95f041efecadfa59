// What an agent keeps on disk, written aside: a disk that hangs must not hold up the machine (X5).
//
// The commit record, the evidence of an outage and the log of commands have a thread each, there
// from the beginning. What one of them waits for does not hold up the others.
//
// Whether evidence can be kept is tried now and then in calm, too: a disk that was found read-only
// in an outage would be found too late. What could not be kept is tried again with each look.

#pragma once

#include "io/host/agent_files.hpp"
#include "io/host/crew.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace holdover::agent_node {

inline constexpr const char* remedy = "; make the state directory writable, or room in it";

class records {
public:
  /// Throws std::system_error if its threads cannot be started.
  explicit records(host::agent_files files);

  using on_written = std::function<void(const std::optional<std::string>& problem)>;
  /// Answers on another thread when the record is durable or cannot be written; not while it hangs.
  void commit(const std::string& boot_id, std::string cause, std::vector<std::string> evidence,
              on_written);
  /// Only the newest counts. Tells on another thread when it cannot be kept any more, with the
  /// remedy, and when it can again.
  void keep_evidence(const std::string& boot_id, std::string text, on_written tell);
  /// Tries whether something could be kept. Beside keep_evidence(), by any thread.
  void check_evidence(on_written tell);
  /// Nothing can be kept from the start, and that was told.
  void evidence_fails();
  /// Lines that a hung disk does not take are counted, and missed where they belong.
  void log_command(std::string line);

private:
  const host::agent_files files_;
  struct evidence_slot;
  void post_evidence(on_written tell);

  const std::shared_ptr<evidence_slot> evidence_;
  const std::shared_ptr<std::atomic<std::uint64_t>> lines_lost_ =
      std::make_shared<std::atomic<std::uint64_t>>(0);
  host::crew committing_{{}};
  host::crew keeping_{{.waiting_max = 1, .newest_matters = true}};
  host::crew logging_{{.waiting_max = 1000}};
};

}  // namespace holdover::agent_node
