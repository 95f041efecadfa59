// Stops this very process for a while, all threads at once, as if it hung: for exercises.
//
// The kernel starts it again: a timer of its own sends SIGCONT when the time is over, and each
// second after that. Nobody has to stay alive for it, and nothing that happens to this process
// before it stops can leave it stopped.

#pragma once

#include <chrono>
#include <string>

namespace holdover::host {

struct pause_result {
  bool done = false;
  std::string detail;  ///< What can be shown for it, or why it was not done.
};

/// Returns when the process goes on.
pause_result pause_this_process(std::chrono::milliseconds lasts);

}  // namespace holdover::host
