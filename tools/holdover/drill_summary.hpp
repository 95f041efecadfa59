// What the nodes saw of a drill, put together: one picture, and what of it somebody should mend.
//
// A host is decided when the k-th node wants it down: that is the moment from which its agent
// counts enough. Everything else is the first that any node saw.

#pragma once

#include "core/drill/drill.hpp"
#include "core/site.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace holdover::tool {

/// By name of the node.
using drill_reports = std::map<std::string, drill::report>;

struct drilled_host {
  std::string name;
  std::string stage;
  std::vector<std::string> heard_by;
  std::vector<std::string> unheard_by;  ///< Nodes that took part and did not hear it.
  std::optional<duration> warned;
  std::optional<duration> shed;
  std::optional<duration> decided;
  std::map<std::string, duration> wanted;  ///< By node.
  std::optional<duration> armed;
  std::optional<duration> committed;
  std::optional<duration> down;
  std::optional<duration> left;  ///< The least that a node saw when it committed.
  duration shutdown_time{};
  std::optional<duration> margin;  ///< What is left when the time that it is allowed is over.
  std::string why;
  std::vector<agent::action_report> checks;
};

struct drilled_failover {
  drill::exercise_result what;
  /// Hosts that missed the node's votes meanwhile, by the nodes that saw it.
  struct gap {
    std::string host;
    std::string seen_by;
    duration from{};
    std::optional<duration> to;
  };
  std::vector<gap> gaps;
  std::vector<std::string> carried_by;  ///< Whose votes went on meanwhile.
  bool shown = false;                   ///< Caused in this drill, and felt by somebody.
};

struct drill_summary {
  std::string site;
  bool lab = false;
  std::string drill;
  std::string story;
  std::string about;  ///< What the story is about.
  std::string by;
  std::int64_t wall_milliseconds = 0;
  duration lasts{};
  drill::drill_state state = drill::drill_state::none;
  std::string why;
  std::uint32_t threshold = 0;
  std::map<std::string, std::string> nodes;  ///< Name to what became of its part.
  std::vector<drilled_host> hosts;
  std::vector<drilled_failover> failovers;
  struct timeline_entry {
    duration at{};
    std::string text;
    std::vector<std::string> nodes;
  };
  std::vector<timeline_entry> timeline;
  std::vector<std::string> findings;  ///< To be mended.
  std::vector<std::string> notes;     ///< Worth knowing.
};

/// Reports of one drill. @param silent nodes that were asked and did not answer.
drill_summary summarise(const site&, const drill_reports&, const std::vector<std::string>& silent);

std::string as_markdown(const drill_summary&);
std::string as_html(const drill_summary&);
std::string as_json(const drill_summary&);

}  // namespace holdover::tool
