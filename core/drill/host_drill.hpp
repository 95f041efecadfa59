// A host's part in a drill: a second agent machine that counts the votes of a rehearsal and runs
// nothing.
//
//             calls of k nodes                 all calls lapsed, one says "over", the time is up,
//   idle -----------------------> rehearsing   or a real level above RUN
//    ^                                |
//    +--------------------------------+
//
// The machine inside is the one that protects the host, with the host's own configuration, a nonce
// of its own and nothing of the real one's state. What it would run is only looked at: whoever
// drives this says whether the program could be started. A shutdown then takes as long as the site
// allows it, so that a drill shows the slowest course that is still as agreed.
//
// Decisions worth knowing:
//   - It hears votes that name its drill, and only those; the real ballot box refuses just these.
//   - A drill that has ended here is not begun again, however long a node goes on calling.
//   - Its alarms are lines of a log: a rehearsed alarm must wake nobody.
//
// Pure. Driver: actors/rehearsal_actor.

#pragma once

#include "core/agent/agent_machine.hpp"
#include "core/drill/drill.hpp"
#include "core/time.hpp"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace holdover::drill {

/// A node's call, its signature checked in the domain of drills.
struct call_heard {
  node_number by = 0;
  call what;
  random_id fresh;  ///< Random: the nonce of a rehearsal that begins with this.
};
/// A vote, with the verdict on its signature in the domain of drills.
struct vote_heard {
  vote::received_vote what;
};
/// The host's real agent has a reason to act.
struct trouble {
  std::string why;
};
/// What became of look_at.
struct looked {
  std::string id;
  bool ok = false;
  std::string detail;  ///< What would have been run, or why it could not.
};
struct tick {};
using host_event = std::variant<call_heard, vote_heard, trouble, looked, tick>;

/// Sign in the domain of drills and send to every node.
struct say {
  agent::host_beacon what;
};
/// What stands for the commit record among what is looked at.
constexpr std::string_view commit_record = "commit_record";
/// Find out whether this action could be run now, or the commit record be written; answer with
/// `looked`.
struct look_at {
  std::string id;
};
struct note {
  std::string text;
};
using host_action = std::variant<say, look_at, note>;

struct host_decision {
  std::vector<host_action> actions;
  std::optional<time_point> wake_at;
};

class host_drill {
public:
  /// @param boot_id the kernel's.
  host_drill(agent::agent_config, std::string boot_id);

  host_decision step(const host_event&, time_point now);

  bool rehearsing() const { return machine_ != nullptr; }

private:
  struct lease {
    std::string drill;
    time_point until{};
  };
  struct ending {
    time_point at{};
    agent::action_ended what;
  };

  void learn(const call_heard&, host_decision&);
  void learn(const vote_heard&, host_decision&);
  void learn(const trouble&, host_decision&);
  void learn(const looked&, host_decision&);
  void learn(const tick&, host_decision&) {}

  void begin(const call_heard&, host_decision&);
  void end(const std::string& why, host_decision&);
  std::size_t callers(const std::string& drill) const;
  void feed(const agent::agent_event&, host_decision&);
  void take(const agent::agent_action&, host_decision&);
  duration takes(const std::string& id) const;

  const agent::agent_config config_;
  const std::string boot_id_;
  time_point now_{};
  std::map<node_number, lease> calls_;
  std::deque<std::string> past_;  ///< Drills that have ended here.

  std::unique_ptr<agent::agent_machine> machine_;  ///< While rehearsing, as are the next ones.
  std::string drill_;
  time_point ends_{};
  std::string why_it_ends_;
  duration allowed_{};  ///< For a shutdown, by the last vote.
  std::vector<ending> endings_;
  std::deque<agent::agent_event> due_;  ///< Answers that the machine has at once.
  std::optional<time_point> machine_wake_;
};

}  // namespace holdover::drill
