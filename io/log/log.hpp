// Where log lines go: standard error, plain under systemd (the journal stamps them), with the time
// and colour on a terminal.
//
// One line per decision, with its reason: info is what an operator wants to read the morning after,
// debug is what we want.
//
// Nobody who logs ever waits for standard error: see line_writer. What waits gets half a second to
// come out when the process ends, also when it ends by a fault of its own; who ends it by _Exit()
// calls drain() before.

#pragma once

#include <chrono>
#include <string>

namespace holdover::log_output {

/// Starts a thread, so before system calls are given up, and after any fork.
/// @param level "debug", "info", "warning"; @param program stands in front of each line.
void start(const std::string& program, const std::string& level);

/// Waits until all lines are out, or for the bound: false.
bool drain(std::chrono::milliseconds bound);

}  // namespace holdover::log_output
