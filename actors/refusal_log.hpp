// How often something was refused, by reason, and when that is worth a line: at once, and then once
// a minute with the count. Reasons may quote what came; beyond so many of them in a minute, the
// others share one count. So whoever sends rubbish of all kinds without end fills no disk.

#pragma once

#include "core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace holdover::actors {

class refusal_log {
public:
  static constexpr duration told_again_after = 60s;
  static constexpr std::size_t reasons_max = 64;

  /// Counts one more. @return how many there were for this reason so far, if it is to be told now.
  std::optional<std::uint64_t> add(const std::string& why, time_point now);

private:
  struct refusals {
    std::uint64_t count = 0;
    time_point told;
  };

  /// Where there is no room for another reason, the one that stands for all others.
  std::string place_of(const std::string& why, time_point now);

  std::map<std::string, refusals> known_;
};

}  // namespace holdover::actors
