// `holdover tap`: the live bus, as lines for people or as JSON for programs.
//
// It never mistakes a site that cannot be heard for one in which nothing happens: it says when no
// node is reached, and ends with not_reachable if none ever was.

#pragma once

#include "tools/holdover/client.hpp"
#include "tools/holdover/exit_status.hpp"
#include "tools/holdover/terminal.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace holdover::tool {

struct tap_options {
  std::vector<std::string> kinds;  ///< ups, outlet, host, …, telemetry; none: all but telemetry.
  std::vector<std::string> subjects;  ///< Devices, hosts, outlets; none: all.
  std::vector<std::string> nodes;     ///< Publishers; none: all.
  std::vector<std::string> sites;     ///< None: all.
  severity at_least = severity::info;
  output form = output::table;
  std::string record_file;                         ///< Also write JSON lines here.
  std::optional<std::chrono::seconds> since;       ///< Begin with the past so far back.
  std::optional<std::chrono::milliseconds> lasts;  ///< Stop after this; absent: until interrupted.
  std::uint64_t count = 0;                         ///< Stop after so many; 0: never.
};

exit_status tap(const access&, const tap_options&);

}  // namespace holdover::tool
