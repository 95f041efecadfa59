// `holdover check`: every problem of site files, before they run.

#pragma once

#include "tools/holdover/exit_status.hpp"

#include <string>
#include <vector>

namespace holdover::tool {

/// Prints each problem with its place and a summary line, or one JSON document. Findings are errors
/// and warnings; a note is none.
exit_status check(const std::vector<std::string>& files, bool json);

}  // namespace holdover::tool
