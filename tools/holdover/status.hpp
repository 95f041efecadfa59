// `holdover status`: what every node sees and wants, side by side.

#pragma once

#include "tools/holdover/client.hpp"
#include "tools/holdover/exit_status.hpp"
#include "tools/holdover/terminal.hpp"

#include <chrono>
#include <map>
#include <string>

namespace holdover::tool {

/// Asks every node for its status and waits for the answers.
std::map<std::string, operator_answer> ask_all(client&, std::chrono::milliseconds patience);

exit_status show_status(const access&, output, std::chrono::milliseconds patience);

}  // namespace holdover::tool
