// Knows the commands that only ask for a power-off and return at once.
//
// They matter where a host's last word is said when its program ends: the outlet would open while
// the host is still stopping. Known by name only: what a script of the owner's own does inside,
// nobody can tell from here.

#pragma once

#include <optional>
#include <string>
#include <vector>

namespace holdover::config {

/// The word of a command line that asks and does not wait, as `systemctl poweroff`; looked for
/// behind shells and helpers such as sudo, too. Nothing: none is known in it.
std::optional<std::string> power_off_request_in(const std::vector<std::string>& command);

}  // namespace holdover::config
