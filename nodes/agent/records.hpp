// What an agent keeps on disk, written aside: a disk that hangs must not hold up the machine (X5).
//
// The commit record, the evidence of an outage and the log of commands have a thread each, there
// from the beginning. What one of them waits for does not hold up the others.

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

/// What is said of an outage that would be forgotten, and what helps.
inline constexpr const char* unkept =
    "what is known of an outage cannot be kept, and a restart of this agent would forget it, "
    "though "
    "votes and the local rule protect this host as ever";
inline constexpr const char* remedy = "; make the state directory writable";

class records {
public:
  /// Throws std::system_error if its threads cannot be started.
  explicit records(host::agent_files files) : files_(std::move(files)) {}

  using on_written = std::function<void(const std::optional<std::string>& problem)>;
  /// Answers on another thread when the record is durable or cannot be written; not while it hangs.
  void commit(const std::string& boot_id, std::string cause, std::vector<std::string> evidence,
              on_written);
  /// Only the newest counts. A problem is logged when it begins and when it is over.
  void keep_evidence(const std::string& boot_id, std::string text);
  /// Lines that a hung disk does not take are counted, and missed where they belong.
  void log_command(std::string line);

private:
  const host::agent_files files_;
  const std::shared_ptr<bool> evidence_works_ = std::make_shared<bool>(true);  ///< Of its thread.
  const std::shared_ptr<std::atomic<std::uint64_t>> lines_lost_ =
      std::make_shared<std::atomic<std::uint64_t>>(0);
  host::crew committing_{{}};
  host::crew keeping_{{.waiting_max = 1, .newest_matters = true}};
  host::crew logging_{{.waiting_max = 1000}};
};

}  // namespace holdover::agent_node
