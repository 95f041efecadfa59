#include "actors/outlet_actor.hpp"

#include <utility>

namespace holdover::actors {

outlet_actor::behavior_type outlet_behavior(outlet_actor::stateful_pointer<outlet_actor_state> self,
                                            std::string outlet, std::shared_ptr<directory> where) {
  return self->state.start(std::move(outlet), std::move(where));
}

outlet_actor::behavior_type outlet_actor_state::start(std::string outlet,
                                                      std::shared_ptr<directory> where) {
  guard(self_, "outlet " + outlet);
  outlet_ = std::move(outlet);
  where_ = std::move(where);
  return {
      [this](const outlet_share& what) { heard(what); },
      [](alive_atom) { return alive_atom::value; },
  };
}

void outlet_actor_state::heard(const outlet_share& share) {
  if (share.lost) {
    if (!std::exchange(lost_, true)) tell(severity::warning, "communication_lost", share.why);
    return;
  }
  if (std::exchange(lost_, false)) tell(severity::info, "communication_restored", {});
  // What could not be read is as it was: else a switching meanwhile would be no news.
  if (share.reading.state == power::outlet_state::unknown) return;
  const auto before = std::exchange(state_, share.reading.state);
  if (before == state_) return;
  // The first sight of an outlet that is on is no news.
  if (before == power::outlet_state::unknown && state_ == power::outlet_state::on) return;
  tell(severity::warning, to_string(state_), {});
}

void outlet_actor_state::tell(severity how, std::string_view what, std::string detail) {
  if (const auto to = where_->find<recorder_actor>("recorder"))
    self_->send(to, record{how, outlet_event{outlet_, std::string{what}, std::move(detail), {}}});
}

}  // namespace holdover::actors
