// Hosts one agent_machine on a protected host: votes in, beacons and the host's own actions out.
//
// All of it lives in the agent's privileged part. The network part only ferries bytes: it can
// withhold a vote, never make one, because signatures are checked here, against keys that only
// this part can read.

#pragma once

#include "actors/guard.hpp"
#include "actors/messages.hpp"
#include "actors/ports.hpp"
#include "actors/refusal_log.hpp"
#include "core/agent/agent_machine.hpp"

#include <caf/typed_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace holdover::actors {

using stop_atom = caf::atom_constant<caf::atom("stop")>;

/// The whole in-process protocol of an agent.
using agent_actor = caf::typed_actor<                //
    caf::reacts_to<frame>,                           // Bytes from the network part.
    caf::reacts_to<agent::commit_recorded>,          // The commit record is durable, or is not.
    caf::reacts_to<agent::action_started>,           //
    caf::reacts_to<agent::action_ended>,             //
    caf::reacts_to<agent::evidence_kept>,            // It can be kept again, or no more.
    caf::reacts_to<agent::ports_looked_at>,          // The host's own eyes (F2).
    caf::reacts_to<agent::membership_changed>,       // A newer document is in force (E2).
    caf::reacts_to<stop_atom>,                       // SIGTERM.
    caf::reacts_to<wake_atom>,                       // INTERNAL.
    caf::replies_to<alive_atom>::with<alive_atom>>;  // The watchdog, through the votes' mailbox
                                                     // (A6).

/// The host, as plain functions. Each returns at once; outcomes come back as messages.
struct host_port {
  std::function<void(agent_actor, agent::write_commit_record)> write_commit_record;
  std::function<void(agent_actor, agent::run_action)> run_action;
  std::function<void(const agent::log_command&)> log_command;
  std::function<void(agent_actor, agent::keep_evidence)> keep_evidence;
  /// Why votes from before this moment may be from another life, once each time; see clock_watch.
  std::function<std::optional<std::string>()> past_in_doubt;
  /// Something that is signed for a drill: for whoever rehearses, and for nobody else.
  std::function<void(const frame&)> on_drill = {};
  /// The real machine has a reason to act.
  std::function<void(const std::string& why)> on_trouble = {};
  std::function<void()> leave;  ///< The last word is with the network part: end the process.
};

struct agent_setup {
  agent::agent_config config;
  std::function<random_id()> make_nonce;
  std::string boot_id;
  bool commit_recalled = false;
  std::string evidence_recalled{};  ///< Empty: none of this boot.
  std::string evidence_problem{};   ///< Why none can be kept; then none is recalled.
  ports outside;                    ///< send_to_nodes, sign, verify, wall_milliseconds.
  /// By the membership before the present one, if there was one in this process (E2).
  std::function<std::variant<member, std::string>(const signed_message&)> verify_before{};
  host_port host;
};

class agent_state {
public:
  static inline const char* name = "agent";

  explicit agent_state(agent_actor::pointer self) : self_(self) {}

  agent_actor::behavior_type start(std::shared_ptr<const agent_setup> setup);

private:
  void feed(const agent::agent_event&);
  void step(const agent::agent_event&);
  void read(const frame&);
  template <class Verdict>
  static bool may_cast(const Verdict&, const signed_message&, const vote::vote&);
  void refuse(const std::string& why);

  void carry_out(const agent::send_beacon&);
  void carry_out(const agent::write_commit_record&);
  void carry_out(const agent::run_action&);
  void carry_out(const agent::log_command&);
  void carry_out(const agent::raise_alarm&);
  void carry_out(const agent::clear_alarm&);
  void carry_out(const agent::note&);
  void carry_out(const agent::leave&);
  void carry_out(const agent::want_new_nonce&);
  void carry_out(const agent::keep_evidence&);

  agent_actor::pointer self_;
  std::shared_ptr<const agent_setup> setup_;
  std::unique_ptr<agent::agent_machine> machine_;
  timer timer_;
  refusal_log refused_;
};

agent_actor::behavior_type agent_behavior(agent_actor::stateful_pointer<agent_state> self,
                                          std::shared_ptr<const agent_setup> setup);

}  // namespace holdover::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::agent::commit_recorded)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::agent::action_started)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::agent::action_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::agent::evidence_kept)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::agent::ports_looked_at)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::agent::membership_changed)
