// One switched outlet: tells when it goes on or off, whoever switched it, and when it is lost.

#pragma once

#include "actors/directory.hpp"
#include "actors/guard.hpp"
#include "actors/interfaces.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <memory>
#include <string>

namespace holdover::actors {

class outlet_actor_state {
public:
  static inline const char* name = "outlet";

  explicit outlet_actor_state(outlet_actor::pointer self) : self_(self) {}

  outlet_actor::behavior_type start(std::string outlet, std::shared_ptr<directory> where);

private:
  void heard(const outlet_share&);
  void tell(severity, std::string_view what, std::string detail);

  outlet_actor::pointer self_;
  std::string outlet_;
  std::shared_ptr<directory> where_;
  power::outlet_state state_ = power::outlet_state::unknown;
  bool lost_ = false;
};

outlet_actor::behavior_type outlet_behavior(outlet_actor::stateful_pointer<outlet_actor_state> self,
                                            std::string outlet, std::shared_ptr<directory> where);

}  // namespace holdover::actors
