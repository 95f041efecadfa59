// `holdover drill`: rehearse an outage in the running site, and see what it would have done.
//
//   list     stories that can be drilled here, and when each was last
//   run      one of them, at the pace of the clock; the report at the end
//   report   of the last drill, from the nodes; or of an earlier one
//   stop     the drill that runs, everywhere
//
// The nodes do it; this verb starts it, looks on, and puts the report together. If it ends early
// the drill goes on, and `drill report` has the rest.

#pragma once

#include "tools/holdover/client.hpp"
#include "tools/holdover/exit_status.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace holdover::tool {

struct drill_options {
  std::string story_file;
  std::string why;
  std::string format = "markdown";   ///< Or "html", "json".
  std::string folder;                ///< For the report in all formats; empty: none is kept.
  std::string stories;               ///< Of list: their folder.
  std::vector<std::string> execute;  ///< Hosts to be really stopped, instead of a story.
  bool confirm = false;              ///< As the second person.
  bool failover = true;
  std::chrono::milliseconds patience{3000};
};

exit_status list_drills(const access&, const drill_options&);
/// run_drill() with hosts to execute.
exit_status execute_drill(const access&, const drill_options&);
exit_status run_drill(const access&, const drill_options&);
exit_status report_drill(const access&, const drill_options&);
exit_status stop_drill(const access&, const drill_options&);

}  // namespace holdover::tool
