// What the programs' exit statuses mean.

#pragma once

namespace holdover::tool {

enum class exit_status : int {
  fine = 0,
  failed = 1,  ///< `check`: findings.
  usage = 2,   ///< Or bad configuration.
  not_reachable = 3,
  refused = 4,
  timed_out = 5,
};

}  // namespace holdover::tool
