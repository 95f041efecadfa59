#include "core/drill/drill.hpp"

namespace holdover::drill {

std::string_view to_string(exercise_kind what) {
  switch (what) {
    case exercise_kind::stop_process:
      return "stop_process";
    case exercise_kind::cut_peer:
      return "cut_peer";
  }
  return "invalid exercise";
}

std::string_view to_string(drill_state what) {
  switch (what) {
    case drill_state::none:
      return "none";
    case drill_state::running:
      return "running";
    case drill_state::done:
      return "done";
    case drill_state::aborted:
      return "aborted";
  }
  return "invalid state";
}

}  // namespace holdover::drill
