// How long hosts took to stop when they really did, in a file that grows: one line for each time,
// "HOST SECONDS WHEN". `drill run --execute` writes it, `plan --stop-times` reads it.
//
// A plan takes for each host half as long again as its slowest usual stop, and 30 s (rule O4):
// with few measurements the slowest usual one is the slowest.

#pragma once

#include "core/site.hpp"
#include "core/time.hpp"

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace holdover::tool {

using stop_times = std::map<std::string, std::vector<duration>>;

/// What the file has, or the line that is wrong.
std::variant<stop_times, std::string> read_stop_times(const std::string& path);
/// Why it could not be written, if it could not.
std::optional<std::string> add_stop_time(const std::string& path, const std::string& host,
                                         duration took, const std::string& when);

/// The shutdown_time that follows. @pre not empty
duration advised_shutdown_time(std::vector<duration> took);

/// Puts what was measured in the place of what the file says. Returns what changed, for people.
std::vector<std::string> apply(const stop_times&, site&);

}  // namespace holdover::tool
