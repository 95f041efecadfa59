// Where log lines go: standard error, plain under systemd (the journal stamps them), with the time
// and colour on a terminal.
//
// One line per decision, with its reason: info is what an operator wants to read the morning after,
// debug is what we want.

#pragma once

#include <string>

namespace holdover::log_output {

/// @param level "debug", "info", "warning"; @param program stands in front of each line.
void start(const std::string& program, const std::string& level);

}  // namespace holdover::log_output
