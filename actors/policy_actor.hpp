// Hosts one site_machine on the safety thread: facts in, signed votes out, reasons to the recorder.
//
// Spawned detached, so that nothing else of this process can delay it; runs under SCHED_FIFO where
// that is asked for and allowed, and says in its status how it runs and why. A wake-up that comes
// late is an event: a node that cannot keep its deadlines says so.

#pragma once

#include "actors/directory.hpp"
#include "actors/guard.hpp"
#include "actors/interfaces.hpp"
#include "actors/ports.hpp"
#include "core/agent/relay_table.hpp"
#include "core/drill/two_persons.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace holdover::actors {

struct policy_setup {
  std::shared_ptr<const site> about;
  node_number self = 0;
  std::string name;  ///< Of this node.
  random_id incarnation;
  random_id label_seed;
  policy::journal_recalled recalled;
  ports outside;
  std::shared_ptr<directory> where;
  /// Raises the calling thread's priority; returns how it runs now, in words.
  std::function<std::string()> enter_safety_thread;
  /// Sends a magic packet to a hardware address; what went wrong, if anything.
  std::function<std::optional<std::string>(const std::string&)> wake;
  /// What the wall clock says in the site's time zone; nothing where no stage asks for it.
  std::function<policy::wall_clock_told()> wall_clock;
  /// The rest of a status: sensors, interfaces, peers, storage.
  std::function<void(node_status&)> complete_status;
};

/// A changed site file: the setup under which the policy goes on, with the same incarnation.
struct adoption {
  std::shared_ptr<const policy_setup> setup;
};

/// What the supervisor says to it, too.
using adopting_policy_actor = policy_actor::extend<caf::replies_to<adoption>::with<alive_atom>>;

class policy_state {
public:
  static inline const char* name = "policy";

  // Every actor state declares this constructor. Without one it would be an aggregate, and under
  // C++20 CAF 0.17 would quietly initialize its first member from the actor pointer.
  explicit policy_state(adopting_policy_actor::pointer self) : self_(self) {}

  adopting_policy_actor::behavior_type start(std::shared_ptr<const policy_setup> setup);

private:
  void adopt(const adoption&);
  void feed(const policy::site_event&);
  void wake();
  void read_clock();
  void answer(const operator_request&);
  bool is_fresh(const operator_command&);
  void reply(const way_back&, operator_answer);
  std::string pass_on(const operator_request&, const drill::order&);
  std::string forbids_drill() const;
  void watch_drill(const policy::site_event&, const policy::site_decision&);
  void watch_executions(const policy::site_event&);
  std::string hold(const std::string& by, const hold_command&);
  std::string pass_on(const operator_request&, const ups_order&);
  std::string test_refused(ups_index);
  /// Empty unless the switch is for the output of a UPS that carries a host.
  std::string why_not_off(switch_index);
  void hold_host(host_index, const std::string& by, const hold_command&);
  std::string set_switch(switch_index, const std::string& by, const hold_command&);
  node_status describe();
  void tell(severity, event_payload);

  void carry_out(const policy::cast_vote&);
  void carry_out(const policy::incident_changed&);
  void carry_out(const policy::decided&);
  void carry_out(const policy::host_changed&);
  void carry_out(const policy::receipt_arrived&);
  void carry_out(const policy::ups_belief_changed&);
  void carry_out(const policy::raise_alarm&);
  void carry_out(const policy::clear_alarm&);
  void carry_out(const policy::redundancy_changed&);
  void carry_out(const policy::set_polling&);
  void carry_out(const policy::wake_host&);
  void carry_out(const policy::tell_peers&);

  adopting_policy_actor::pointer self_;
  std::shared_ptr<const policy_setup> setup_;
  std::unique_ptr<policy::site_machine> machine_;
  timer timer_;
  std::string scheduling_;
  random_id incident_;
  bool drilling_ = false;  ///< Until real trouble has been told.
  drill::two_persons confirmed_;
  std::set<std::string> executing_;  ///< Switches by which a drill really stops hosts.
  time_point started_{};
  std::optional<time_point> lateness_told_;
  std::optional<agent::relay_table> relays_;        ///< Ways of our votes (V6).
  std::optional<vote::tick_clock> operator_ticks_;  ///< Challenges for operators' commands.
  std::set<std::uint64_t> operator_ticks_used_;     ///< Each is good for one command.
};

adopting_policy_actor::behavior_type policy_behavior(
    adopting_policy_actor::stateful_pointer<policy_state> self,
    std::shared_ptr<const policy_setup> setup);

}  // namespace holdover::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::actors::adoption)
