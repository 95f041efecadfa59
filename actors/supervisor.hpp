// Keeps a node's actors alive: starts them, listens for their ends, asks whether they still answer.
//
// A child that dies is started again after a pause that doubles from 100 ms to 10 s and shrinks
// again once it has lived for a minute. A child that is alive but does not answer three pings in a
// row is killed and treated the same: being monitored is not the same as being alive. A *vital*
// child, the policy, is not restarted inside a process that has lost its memory: the whole node
// ends, and the service manager starts it anew with a new incarnation.
//
// A changed site file replaces all children but those that keep their memory, policy and recorder:
//
//   old ones told to end --all of them gone--> policy adopts the new file --done--> new ones
//   started
//
// in this order, because facts name devices by their place in the file: no fact of an old device
// may reach the policy under the new one.
//
// When a device actor ends, its device is unknown from that moment until the successor hears it:
// the policy is told at once, and so are the executor and the outlets of a unit. And as a successor
// knows nothing of alarms, the policy is told that there is a new one and sets its pace again.
// People are told by a node event.

#pragma once

#include "actors/directory.hpp"
#include "actors/policy_actor.hpp"
#include "core/time.hpp"

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/stateful_actor.hpp>

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace holdover::actors {

struct child_spec {
  std::string name;  ///< In the directory.
  std::function<caf::actor(caf::actor_system&)> make;
  bool vital = false;
  bool paced = false;  ///< The policy tells it how often to look at its device.
  /// It has ended otherwise than by our will, and will be started again: tells whom it concerns.
  std::function<void(const std::string& why)> on_end = {};
};

/// A changed site file.
struct replacement {
  std::vector<child_spec> children;  ///< Of the new file; those who are kept are not among them.
  std::shared_ptr<const policy_setup> policy;
};

struct supervisor_setup {
  std::vector<child_spec> children;  ///< Started in this order.
  std::shared_ptr<directory> where;
  std::function<void(const std::string& child, const std::string& why)> on_vital_loss;
  duration ping_period = 1s;
  duration ping_limit = 2s;
};

class supervisor_state {
public:
  static inline const char* name = "supervisor";

  explicit supervisor_state(caf::event_based_actor* self) : self_(self) {}

  caf::behavior start(std::shared_ptr<const supervisor_setup> setup);

private:
  struct child {
    child_spec spec;  ///< Our own: what a spec holds, such as a driver, ends with its child.
    caf::actor handle;
    std::uint32_t failures = 0;
    std::uint32_t missed = 0;
    time_point started{};
    bool running = false;
  };

  caf::result<alive_atom> replace(std::shared_ptr<const replacement>);
  void start_replacement();
  void spawn(child&);
  void restart(child&);
  void tell_policy_of_new_devices();
  void ended(child&, const std::string& why);
  void ping_all();
  void unanswered(const std::string& name, const caf::actor_addr& who);

  caf::event_based_actor* self_;
  std::shared_ptr<const supervisor_setup> setup_;
  std::map<std::string, child> children_;

  std::shared_ptr<const replacement> replacement_;  ///< While it is under way.
  std::set<caf::actor_addr> leaving_;
  bool replacing_ = false;
  caf::response_promise replaced_;
};

caf::behavior supervisor_behavior(caf::stateful_actor<supervisor_state>* self,
                                  std::shared_ptr<const supervisor_setup> setup);

using replacement_ptr = std::shared_ptr<const replacement>;

}  // namespace holdover::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::actors::replacement_ptr)
