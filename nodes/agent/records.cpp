#include "nodes/agent/records.hpp"

#include <spdlog/spdlog.h>

#include <ctime>
#include <utility>

namespace holdover::agent_node {

void records::commit(const std::string& boot_id, std::string cause,
                     std::vector<std::string> evidence, on_written answer) {
  const auto write = [files = files_, boot_id, cause = std::move(cause),
                      evidence = std::move(evidence),
                      answer] { answer(files.write_commit(boot_id, cause, evidence)); };
  if (!committing_.post(write)) answer("the disk hangs");
}

void records::keep_evidence(const std::string& boot_id, std::string text) {
  keeping_.post([files = files_, works = evidence_works_, boot_id, text = std::move(text)] {
    const auto problem = files.keep_evidence(boot_id, text);
    if (std::exchange(*works, !problem) == !problem) return;
    if (problem)
      spdlog::error("{}: {}{}", unkept, *problem, remedy);
    else
      spdlog::info("what is known of an outage is kept again");
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
