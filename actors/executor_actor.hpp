// Hosts one outlet_executor: votes and read-backs in, switchings and beacons out.

#pragma once

#include "actors/directory.hpp"
#include "actors/guard.hpp"
#include "actors/interfaces.hpp"
#include "actors/ports.hpp"
#include "actors/refusal_log.hpp"
#include "core/agent/outlet_executor.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace holdover::actors {

struct executor_setup {
  agent::executor_config config;
  std::function<random_id()> make_nonce;  ///< A new one for each life of the actor.
  outlet_unit_index unit = 0;
  std::string node;    ///< This node's name.
  std::string device;  ///< Its unit's name in the directory.
  ports outside;
  std::shared_ptr<directory> where;
};

class executor_state {
public:
  static inline const char* name = "executor";

  explicit executor_state(executor_actor::pointer self) : self_(self) {}

  executor_actor::behavior_type start(std::shared_ptr<const executor_setup> setup);

private:
  void take(const vote::received_vote&);
  void feed(const agent::executor_event&);
  void refuse(const vote::vote&, std::string_view why);
  void tell(severity, event_payload);

  void carry_out(const agent::send_executor_beacon&);
  void carry_out(const agent::record_intent&);
  void carry_out(const agent::switch_outlet&);
  void carry_out(const agent::read_outlets&);
  void carry_out(const agent::record_result&);
  void carry_out(const agent::outlet_alarm&);

  executor_actor::pointer self_;
  std::shared_ptr<const executor_setup> setup_;
  std::unique_ptr<agent::outlet_executor> machine_;
  timer timer_;
  refusal_log refused_;
};

executor_actor::behavior_type executor_behavior(
    executor_actor::stateful_pointer<executor_state> self,
    std::shared_ptr<const executor_setup> setup);

}  // namespace holdover::actors
