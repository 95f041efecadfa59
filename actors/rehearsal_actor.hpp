// Hosts a host's part in a drill, beside the agent and apart from it: what it says and hears is
// signed in the domain of drills, and what it would run is only looked at.

#pragma once

#include "actors/guard.hpp"
#include "actors/messages.hpp"
#include "actors/ports.hpp"
#include "actors/refusal_log.hpp"
#include "core/drill/host_drill.hpp"

#include <caf/typed_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <functional>
#include <memory>
#include <string>

namespace holdover::actors {

using rehearsal_actor = caf::typed_actor<  //
    caf::reacts_to<frame>,                 // Something that is signed for a drill.
    caf::reacts_to<drill::trouble>,        // The real agent has a reason to act.
    caf::reacts_to<drill::looked>,         // Whether a program could be run.
    caf::reacts_to<wake_atom>>;            // INTERNAL.

struct rehearsal_setup {
  agent::agent_config config;
  std::string boot_id;
  std::function<random_id()> make_nonce;
  ports outside;  ///< send_to_nodes, sign, verify, wall_milliseconds.
  /// Whether an action could be run now; answers with drill::looked.
  std::function<void(rehearsal_actor, const std::string& id)> look_at;
};

class rehearsal_state {
public:
  static inline const char* name = "rehearsal";

  explicit rehearsal_state(rehearsal_actor::pointer self) : self_(self) {}

  rehearsal_actor::behavior_type start(std::shared_ptr<const rehearsal_setup> setup);

private:
  void read(const frame&);
  void feed(const drill::host_event&);
  void refuse(const std::string& why);

  void carry_out(const drill::say&);
  void carry_out(const drill::look_at&);
  void carry_out(const drill::note&);

  rehearsal_actor::pointer self_;
  std::shared_ptr<const rehearsal_setup> setup_;
  std::unique_ptr<drill::host_drill> machine_;
  timer timer_;
  refusal_log refused_;
};

rehearsal_actor::behavior_type rehearsal_behavior(
    rehearsal_actor::stateful_pointer<rehearsal_state> self,
    std::shared_ptr<const rehearsal_setup> setup);

}  // namespace holdover::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::drill::trouble)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::drill::looked)
