#include "core/agent/beacon.hpp"

namespace holdover::agent {

std::string_view to_string(host_state state) {
  switch (state) {
    case host_state::unspecified:
      return "unspecified";
    case host_state::running:
      return "running";
    case host_state::armed:
      return "armed";
    case host_state::committed:
      return "committed";
    case host_state::down:
      return "down";
  }
  return "invalid state";
}

std::string_view to_string(action_state state) {
  switch (state) {
    case action_state::unspecified:
      return "unspecified";
    case action_state::received:
      return "received";
    case action_state::refused:
      return "refused";
    case action_state::started:
      return "started";
    case action_state::done:
      return "done";
    case action_state::failed:
      return "failed";
  }
  return "invalid state";
}

}  // namespace holdover::agent
