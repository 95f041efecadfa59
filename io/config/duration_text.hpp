// Durations as people write them: "90s", "1m30s", "250ms", "2h", "1.5s".

#pragma once

#include "core/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace holdover::config {

/// Nothing if it is not a duration. A number needs its unit (ms, s, m, h, d), units go from large
/// to small, and only zero may stand alone: "30" leaves open whether seconds or minutes are meant.
std::optional<duration> parse_duration(std::string_view text);

}  // namespace holdover::config
