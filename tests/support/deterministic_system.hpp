// An actor system without threads and without real time.
//
// Messages run one by one, in order, on the calling thread; delayed messages fire only when a test
// advances the clock. A day of outage takes milliseconds and comes out the same every run. Built on
// the test_coordinator that ships inside CAF 0.17 itself.
//
// Whatever a test spawns is handed to adopt(): an actor that keeps a timer would otherwise keep the
// system from ending.

#pragma once

#include "core/time.hpp"

#include <caf/actor.hpp>
#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <vector>

namespace holdover::test {

class deterministic_system {
public:
  deterministic_system() : system_(configure(config_)), scheduler_(coordinator(system_)) {
    system_.await_actors_before_shutdown(false);
  }

  ~deterministic_system() {
    for (auto& one : adopted_)
      caf::anon_send_exit(one, caf::exit_reason::kill);
    adopted_.clear();
    scheduler_.run();
    scheduler_.clock().cancel_all();
    scheduler_.run();
  }

  caf::actor_system& system() { return system_; }

  /// Ends it with the system.
  template <class Handle>
  Handle adopt(Handle who) {
    adopted_.push_back(caf::actor_cast<caf::actor>(who));
    return who;
  }

  time_point now() {
    return time_point{std::chrono::floor<duration>(system_.clock().now().time_since_epoch())};
  }

  /// Delivers everything that is deliverable now.
  void settle() { scheduler_.run(); }
  /// Lets one actor work off one message.
  void step() { scheduler_.run_once(); }

  /// What actors take for the time.
  time_point now() const {
    return time_point{std::chrono::floor<duration>(scheduler_.clock().now().time_since_epoch())};
  }

  /// Lets time pass in small steps, delivering whatever becomes due on the way.
  void pass(duration span, duration grain = 50ms) {
    for (; span.count() > 0; span -= grain) {
      scheduler_.advance_time(std::min(span, grain));
      scheduler_.run();
    }
  }

  /// Time passes in one leap in which nobody gets to run, as on an overloaded machine.
  void stall(duration span) { pass(span, span); }

private:
  static caf::actor_system_config& configure(caf::actor_system_config& config) {
    config.set("scheduler.policy", caf::atom("testing"));
    return config;
  }

  static caf::scheduler::test_coordinator& coordinator(caf::actor_system& system) {
    return dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  }

  caf::actor_system_config config_;
  caf::actor_system system_;
  caf::scheduler::test_coordinator& scheduler_;
  std::vector<caf::actor> adopted_;
};

}  // namespace holdover::test
