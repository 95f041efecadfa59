#include "nodes/agent/records.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <ctime>
#include <mutex>
#include <utility>

namespace holdover::agent_node {

void records::commit(const std::string& boot_id, std::string cause,
                     std::vector<std::string> evidence, on_written answer) {
  const auto write = [files = files_, boot_id, cause = std::move(cause),
                      evidence = std::move(evidence),
                      answer] { answer(files.write_commit(boot_id, cause, evidence)); };
  if (!committing_.post(write)) answer("the disk hangs");
}

namespace {

constexpr std::chrono::seconds hangs_after{10};

}  // namespace

/// What is to be kept next, and how it went.
struct records::evidence_slot {
  struct entry {
    std::string boot_id;
    std::string text;
  };

  std::optional<entry> take() {
    const std::lock_guard lock{mutex};
    busy_since = std::chrono::steady_clock::now();
    return std::exchange(next, std::nullopt);
  }
  /// @return whether that is news.
  bool ended(std::optional<entry> what, bool well) {
    const std::lock_guard lock{mutex};
    busy_since.reset();
    if (!well && what && !next) next = std::move(what);
    return std::exchange(works, well) != well;
  }
  bool hangs() {
    const std::lock_guard lock{mutex};
    const bool long_since =
        busy_since && std::chrono::steady_clock::now() - *busy_since >= hangs_after;
    return long_since && std::exchange(works, false);
  }

  std::mutex mutex;
  std::optional<entry> next;
  bool works = true;
  std::optional<std::chrono::steady_clock::time_point> busy_since;
};

records::records(host::agent_files files)
    : files_(std::move(files)), evidence_(std::make_shared<evidence_slot>()) {}

void records::keep_evidence(const std::string& boot_id, std::string text, on_written tell) {
  {
    const std::lock_guard lock{evidence_->mutex};
    evidence_->next = {boot_id, std::move(text)};
  }
  post_evidence(std::move(tell));
}

void records::check_evidence(on_written tell) {
  if (evidence_->hangs()) tell("the disk of the state directory hangs");
  post_evidence(std::move(tell));
}

void records::evidence_fails() {
  const std::lock_guard lock{evidence_->mutex};
  evidence_->works = false;
}

// An errand takes whatever is next then, so none is lost where one stands for another.
void records::post_evidence(on_written tell) {
  keeping_.post([files = files_, slot = evidence_, tell = std::move(tell)] {
    auto what = slot->take();
    const auto problem = what ? files.keep_evidence(what->boot_id, what->text) : files.unwritable();
    if (slot->ended(std::move(what), !problem))
      tell(problem ? std::optional{*problem + remedy} : std::nullopt);
  });
}

void records::log_command(std::string line) {
  const auto write = [files = files_, lost = lines_lost_, line = std::move(line),
                      at = std::time(nullptr)] {
    std::optional<std::string> problem;
    if (const auto missing = lost->exchange(0); missing > 0)
      problem =
          files.log_command("(" + std::to_string(missing) + " lines are lost: the disk hung)", at);
    if (!problem) problem = files.log_command(line, at);
    if (problem) spdlog::error("{}", *problem);
  };
  if (logging_.post(write)) return;
  if (lines_lost_->fetch_add(1) == 0)
    spdlog::error("the disk hangs: lines of the log of commands are lost");
}

}  // namespace holdover::agent_node
