// Recordings of real hardware and simulated cards that are kept beside this tree and are not part
// of it: tests that play them are skipped where they are absent.

#pragma once

#include <cstdlib>
#include <filesystem>

namespace holdover::support {

/// What HOLDOVER_SHARED names, else the folder "shared" beside the root of the project.
inline std::filesystem::path shared_folder() {
  const char* named = std::getenv("HOLDOVER_SHARED");
  if (named != nullptr) return named;
  return std::filesystem::path(HOLDOVER_ROOT).parent_path() / "shared";
}

}  // namespace holdover::support
