// The one place where actor time becomes core time.
//
// CAF's clock is monotonic in production and under test control in tests, so an actor that reads
// time only through now() runs unchanged in the deterministic simulator.

#pragma once

#include "core/time.hpp"

#include <caf/actor_clock.hpp>

namespace holdover::actors {

template <class Self>
time_point now(Self* self) {
  return time_point{std::chrono::floor<duration>(self->clock().now().time_since_epoch())};
}

/// Rounds so that a message scheduled for the result is never delivered before `at`.
inline caf::actor_clock::time_point to_actor_time(time_point at) {
  return caf::actor_clock::time_point{at.time_since_epoch()};
}

}  // namespace holdover::actors
