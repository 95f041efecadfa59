// A node's part in a drill: a second mind that lives through a story at the pace of the clock.
//
//   preparing --hosts are heard, story begins--> playing --its end--> done
//       |                                          |
//       +---- a real sign of trouble, a peer, or an operator ---> aborted
//
// The mind inside is the policy of this site, with its own incarnation. It sees the power of the
// story, hears the beacons of rehearsing agents, and its votes go to those alone. Whatever it would
// do to an outlet is taken for done: outlets are not touched.
//
// Decisions worth knowing:
//   - It ends for good: `over()` is for ever, and what was seen stays readable.
//   - A story's `node killed` makes the rehearsal of that node fall silent. The process goes on;
//     only an exercise really stops one.
//   - Exercises are done while the site can spare a node, and never two at once: objection().
//   - A host that a story stops does not come back in a drill: power comes back, and that is noted.
//
// Pure. Driver: actors/drill_actor.

#pragma once

#include "core/drill/drill.hpp"
#include "core/drill/rehearsed_power.hpp"
#include "core/drill/story.hpp"
#include "core/policy/site_machine.hpp"
#include "core/site.hpp"
#include "core/time.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace holdover::drill {

/// Why an order cannot be carried out on this site, in words with the remedy; nothing if it can.
std::optional<std::string> objection(const order&, const story&, const site&);

struct node_setup {
  site about;
  node_number self = 0;
  order what;
  story told;
  std::string by;
  std::int64_t wall_milliseconds = 0;
  random_id incarnation;  ///< Random, as are the labels.
  random_id label_seed;
};

/// A beacon of a rehearsing agent, its signature checked in the domain of drills.
struct beacon_heard {
  host_index host = 0;
  agent::host_beacon what;
};
struct peer_called {
  node_number by = 0;
  call what;
};
/// Something real that forbids a drill.
struct real_trouble {
  std::string why;
};
struct stopped {
  std::string by;
  std::string why;
};
/// An exercise of ours is over, or was not done.
struct exercise_over {
  std::size_t which = 0;
  bool done = false;
  std::string evidence;
};
struct node_tick {};
using node_event =
    std::variant<beacon_heard, peer_called, real_trouble, stopped, exercise_over, node_tick>;

/// To every agent and peer.
struct send_call {
  call what;
};
/// Sign in the domain of drills and send to the host.
struct cast_rehearsed {
  vote::vote what;
};
struct begin_exercise {
  std::size_t which = 0;
  exercise what;
};
/// Undo what an exercise does, at once.
struct heal {};
/// It is over; the report is as it will stay.
struct finished {};
using node_action = std::variant<send_call, cast_rehearsed, begin_exercise, heal, finished>;

struct node_decision {
  std::vector<node_action> actions;
  std::optional<time_point> wake_at;
};

class node_drill {
public:
  /// @pre objection() has none.
  node_drill(node_setup, time_point now);

  node_decision step(const node_event&, time_point now);

  bool over() const { return state_ != drill_state::running; }
  const std::string& id() const { return setup_.what.drill; }
  report view(time_point now) const;

private:
  void learn(const beacon_heard&, node_decision&);
  void learn(const peer_called&, node_decision&);
  void learn(const real_trouble&, node_decision&);
  void learn(const stopped&, node_decision&);
  void learn(const exercise_over&, node_decision&);
  void learn(const node_tick&, node_decision&) {}

  void play(node_decision&);
  void happen(const story_event&, node_decision&);
  void poll(node_decision&);
  void tell_clock(node_decision&);
  void call_out(node_decision&);
  void exercise_due(node_decision&);
  void end(drill_state, const std::string& why, node_decision&);

  void feed(const policy::site_event&, node_decision&);
  void take(const policy::cast_vote&, node_decision&);
  void take(const policy::decided&);
  void take(const policy::host_changed&);
  void mark_echoes(const beacon_heard&);
  void write(std::string text);
  duration since(time_point at) const { return at - begins_; }
  std::optional<time_point> next_wake() const;

  const node_setup setup_;
  const std::string name_;
  const time_point begins_;  ///< The story; hosts are heard before.
  const time_point ends_;
  policy::site_machine mind_;
  rehearsed_power power_;
  time_point now_;
  drill_state state_ = drill_state::running;
  std::string why_;
  std::optional<time_point> over_at_;
  std::optional<time_point> mind_wake_;
  time_point next_call_;
  bool silent_ = false;  ///< The story has killed this node.

  std::vector<time_point> ups_polls_;
  std::vector<bool> alert_;
  std::vector<time_point> unit_polls_;
  std::vector<time_point> sensor_polls_;
  std::vector<bool> outlets_on_;
  struct story_clock {
    std::uint32_t week_minute = 0;
    bool good = true;
    time_point since{};
    time_point next{};
  };
  std::optional<story_clock> clock_;

  std::vector<host_view> hosts_;
  std::vector<std::map<node_number, bool>> echoed_;  ///< By host: whom it last echoed, or not.
  std::vector<missing_votes> missing_;
  std::vector<exercise_result> exercises_;
  std::vector<line> lines_;
  std::set<std::string> not_played_;
};

}  // namespace holdover::drill
