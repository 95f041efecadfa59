// `holdover diff`: what a changed site file changes in behaviour.

#pragma once

#include "tools/holdover/exit_status.hpp"

#include <string>

namespace holdover::tool {

/// Prints each difference, or one JSON document. Exit status 0: none; 1: some; 2: a file is broken.
exit_status diff(const std::string& before, const std::string& after, bool json);

}  // namespace holdover::tool
