// What every actor of ours does first: survive stray errors, and keep one timer.
//
// In CAF 0.17 an actor dies on any error message that it did not expect, for instance the answer of
// a callee that had just gone. guard() turns those into log lines. A bug still kills: an exception
// ends the actor, and the supervisor restarts it.
//
// A scheduled message cannot be recalled, so `timer` keeps at most one useful wake-up under way and
// lets early ones be: machines ignore them.

#pragma once

#include "actors/messages.hpp"
#include "actors/time.hpp"

#include <caf/scheduled_actor.hpp>
#include <spdlog/spdlog.h>

#include <exception>
#include <optional>
#include <string>

namespace holdover::actors {

template <class Self>
void guard(Self* self, const std::string& name) {
  self->set_error_handler([name](caf::scheduled_actor* who, caf::error& what) {
    spdlog::warn("{}: stray error: {}", name, who->system().render(what));
  });
  self->set_exception_handler(
      [name](caf::scheduled_actor*, std::exception_ptr& thrown) -> caf::error {
        try {
          std::rethrow_exception(thrown);
        } catch (const std::exception& problem) {
          spdlog::error("{}: ends after a bug: {}", name, problem.what());
        } catch (...) {
          spdlog::error("{}: ends after a bug", name);
        }
        return caf::exit_reason::unhandled_exception;
      });
}

class timer {
public:
  /// Makes sure that a wake_atom arrives at or soon after `at`.
  template <class Self>
  void arm(Self* self, std::optional<time_point> at) {
    if (!at || (pending_ && *pending_ <= *at)) return;
    pending_ = at;
    self->scheduled_send(self, to_actor_time(*at), wake_atom::value);
  }

  /// To be called when a wake_atom arrives. Returns how late it is.
  duration fired(time_point now) {
    const auto late = pending_ ? now - *pending_ : duration::zero();
    if (!pending_ || now < *pending_) return duration::zero();
    pending_.reset();
    return late;
  }

private:
  std::optional<time_point> pending_;
};

}  // namespace holdover::actors
