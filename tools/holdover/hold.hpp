// `holdover hold` and `holdover release`: an operator keeps hosts up for a while, within what is
// safe: never past a host's latest safe start, and never without an end.

#pragma once

#include "core/message.hpp"
#include "tools/holdover/client.hpp"
#include "tools/holdover/exit_status.hpp"

#include <chrono>

namespace holdover::tool {

/// Tells every node; each judges for itself. Fine only if all of them agreed.
exit_status send_hold(const access&, const hold_command&, std::chrono::milliseconds patience);

}  // namespace holdover::tool
