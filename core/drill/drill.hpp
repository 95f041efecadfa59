// What nodes, agents and operators say to each other about a drill, and what a node keeps of it.
//
// A drill is a rehearsed outage in the real processes: second machines beside the real ones, with a
// signature domain of their own (domain::drill). Nothing of it can be counted as real: the domain
// differs, the nonce differs, and votes name the drill. See docs/operating/drills.md.

#pragma once

#include "core/agent/beacon.hpp"
#include "core/identity.hpp"
#include "core/time.hpp"
#include "core/vote/vote.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdover::drill {

/// No drill lasts longer, whatever its story says.
constexpr duration longest_drill = 4h;
/// Shorter than any margin of a plan may be: real trouble that comes meanwhile is late at most.
constexpr duration longest_exercise = 20s;

/// From a node to agents and peers, each second while the drill lasts. A lease: who hears no more
/// of them ends its part.
struct call {
  std::string drill;
  bool over = false;
  std::string why;   ///< It is over.
  duration lasts{};  ///< At most so long from now.

  bool operator==(const call&) const = default;
};

enum class exercise_kind : std::uint8_t {
  stop_process,  ///< A node's process is stopped for a while, as if it hung.
  cut_peer,      ///< A node neither sends to a member nor hears it.
};
std::string_view to_string(exercise_kind);

/// A failover that is really caused. Who is to do it does it only while all is well.
struct exercise {
  exercise_kind what{};
  std::string node;  ///< That does it.
  std::string peer;  ///< Of a cut.
  duration at{};     ///< Since the story began.
  duration lasts{};

  bool operator==(const exercise&) const = default;
};

/// By an operator, to each node apart.
struct order {
  enum class verb : std::uint8_t { start, stop, report };
  verb what = verb::report;
  std::string drill;                ///< To be started; otherwise empty is the last one.
  std::string name;                 ///< Of the story, for people.
  std::string story;                ///< Its text.
  std::vector<exercise> exercises;  ///< Of all nodes.
  std::string why;

  bool operator==(const order&) const = default;
};

/// What a node saw of a host in its rehearsal. Times are since the story began; before it they are
/// negative.
struct host_view {
  std::string host;
  std::optional<duration> heard;   ///< First beacon of its rehearsal.
  std::optional<duration> warned;  ///< When this node first wanted it; likewise the next two.
  std::optional<duration> shed;
  std::optional<duration> wanted_down;
  std::optional<duration> armed;  ///< By its own beacon, as are the next two.
  std::optional<duration> committed;
  std::optional<duration> down;
  std::optional<duration> left;  ///< Of its power, when it committed; else the least that was seen.
  duration shutdown_time{};      ///< That the site allows it.
  vote::reason why{};            ///< Of the first vote to shut down.
  std::vector<agent::action_report> checks;  ///< What it would have run, and whether it could.

  bool operator==(const host_view&) const = default;
};

/// A stretch in which a host's beacons echoed no vote of a node.
struct missing_votes {
  std::string host;
  node_number node = 0;
  duration from{};
  std::optional<duration> to;  ///< Absent: to the end.

  bool operator==(const missing_votes&) const = default;
};

/// What this node did of the exercises, and what it can show for it.
struct exercise_result {
  exercise what;
  std::optional<duration> began;  ///< Absent: not done, `evidence` says why.
  std::optional<duration> ended;
  std::string evidence;

  bool operator==(const exercise_result&) const = default;
};

struct line {
  duration at{};
  std::string text;

  bool operator==(const line&) const = default;
};

enum class drill_state : std::uint8_t { none, running, done, aborted };
std::string_view to_string(drill_state);

struct report {
  std::string drill;
  std::string story;
  std::string by;
  drill_state state = drill_state::none;
  std::string why;  ///< It was aborted.
  std::int64_t wall_milliseconds = 0;
  duration elapsed{};  ///< Since the story began.
  duration lasts{};
  std::vector<host_view> hosts;
  std::vector<missing_votes> missing;
  std::vector<exercise_result> exercises;
  std::vector<line> lines;
  std::vector<std::string> not_played;  ///< Parts of the story that a drill leaves out.

  bool operator==(const report&) const = default;
};

}  // namespace holdover::drill
