// The calendar of scheduled jobs: which minute comes next, which one was last.
//
// Local time is given as seconds since 1970 as if the site's time zone were UTC, so that a day has
// 24 hours here; what a change of the clock leaves out or repeats is for the machine to judge.
//
// Pure arithmetic of the proleptic Gregorian calendar.

#pragma once

#include "core/jobs/job.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdover::jobs {

using local_seconds = std::int64_t;

inline constexpr std::int64_t day_seconds = 24 * 60 * 60;

/// The first minute of a schedule later than `after`, in seconds; nothing within a year.
std::optional<local_seconds> next_time(const schedule&, const std::vector<std::int64_t>& special,
                                       local_seconds after);
/// The last one not later than `until` and later than `after`.
std::optional<local_seconds> last_time(const schedule&, const std::vector<std::int64_t>& special,
                                       local_seconds after, local_seconds until);

/// "2026-12-24" -> days since 1970-01-01.
std::optional<std::int64_t> parse_date(std::string_view);
/// "2026-12-24 22:00"
std::string date_and_time(local_seconds);

}  // namespace holdover::jobs
