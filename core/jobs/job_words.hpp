// A job in words: for comparing two site files, and for people.

#pragma once

#include "core/site.hpp"

#include <string>

namespace holdover::jobs {

/// "on battery of main", "at 22:00 on Mon Tue Wed Thu Fri".
std::string called_words(const job_config&);
/// "after 30 s, then each 1 min".
std::string timing_words(const site&, const job_config&);
/// "mail to ops@example.org \"hot\"; printer off".
std::string action_words(const site&, const std::vector<action_config>&);

}  // namespace holdover::jobs
