// Hosts a node's part in a drill, one at a time: orders in, calls and rehearsed votes out.
//
// On a thread of its own and never on the safety thread: a drill may be late, what is real may not.
// It is not vital either: should it end by a bug, the supervisor starts it again without a drill.

#pragma once

#include "actors/directory.hpp"
#include "actors/guard.hpp"
#include "actors/interfaces.hpp"
#include "actors/ports.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace holdover::actors {

/// What an exercise does to this node, as plain functions.
struct exercise_port {
  /// Why nothing may be taken from the site now; empty if all is well.
  std::function<std::string()> forbids;
  /// Stops this very process; returns when it goes on: whether it did, and what shows it.
  std::function<std::pair<bool, std::string>(duration)> stop_process;
  /// Drops what goes to a member or comes from it, for so long.
  std::function<void(const std::string& member, duration)> cut;
  /// Ends a cut; what it did.
  std::function<std::string()> heal;
};

struct drill_setup {
  std::shared_ptr<const site> about;
  node_number self = 0;
  std::string name;  ///< Of this node.
  ports outside;
  std::shared_ptr<directory> where;
  std::function<random_id()> make_id;
  /// A story's text against this site; else what is wrong with it.
  std::function<std::variant<drill::story, std::string>(const std::string& name,
                                                        const std::string& text)>
      read_story;
  exercise_port exercises;
  duration every{};  ///< One is overdue after so long; 0: never. Then the next two are not needed.
  /// When a drill was last done, by the journal; nothing: none is on record.
  std::function<void(std::function<void(std::optional<std::int64_t> wall_milliseconds)>)> last_done;
  /// Why a drill is overdue, for the status; empty if none is.
  std::function<void(const std::string&)> say_overdue;
};

class drill_state {
public:
  static inline const char* name = "drill";

  explicit drill_state(drill_actor::pointer self) : self_(self) {}

  drill_actor::behavior_type start(std::shared_ptr<const drill_setup> setup);

private:
  void take(const drill_request&);
  std::string begin(const drill_request&);
  void answer(const drill_request&, bool ok, std::string text, std::optional<drill::report>);
  void feed(const drill::node_event&);
  void end_cut();
  void turn_page();
  void look_at_calendar();
  void tell(severity, const std::string& by, std::string what, std::string detail);

  void carry_out(const drill::send_call&);
  void carry_out(const drill::cast_rehearsed&);
  void carry_out(const drill::begin_exercise&);
  void carry_out(const drill::heal&);
  void carry_out(const drill::finished&);

  drill_actor::pointer self_;
  std::shared_ptr<const drill_setup> setup_;
  std::unique_ptr<drill::node_drill> drill_;  ///< The last one, running or over.
  random_id life_;                            ///< In answers: nothing is ordered by it.
  bool asked_journal_ = false;
  std::optional<std::int64_t> done_;    ///< When one was last done, of this or another life.
  std::string overdue_;                 ///< As it was last said.
  std::optional<std::size_t> cutting_;  ///< Which exercise it is.
  timer timer_;
};

drill_actor::behavior_type drill_behavior(drill_actor::stateful_pointer<drill_state> self,
                                          std::shared_ptr<const drill_setup> setup);

}  // namespace holdover::actors
