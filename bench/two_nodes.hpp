// Two nodes of a site in one process, as far as readings go: everything between a device's actor on
// one and the policy's actor on the other is the product's.
//
//   telemetry -> recorder (alpha) -> sign -> bus_endpoint ~CURVE~ bus_endpoint -> bus_reader (beta)
//             -> verify, decode, weigh -> policy (here: a counter)
//
// Each node has its own actor system with two threads, as a real one has.

#pragma once

#include "actors/directory.hpp"
#include "actors/interfaces.hpp"
#include "actors/ports.hpp"
#include "bench/bench.hpp"
#include "core/message.hpp"
#include "io/bus/endpoint.hpp"
#include "io/keys/signing.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <memory>
#include <semaphore>
#include <string>

namespace holdover::bench {

inline constexpr std::ptrdiff_t readings_under_way = 1024;

struct site_of_two {
  keys::key_pair alpha = keys::make_key_pair("alpha");
  keys::key_pair beta = keys::make_key_pair("beta");
  membership members{"bench", 1, {as_member(alpha, role::node, 0), as_member(beta, role::node, 1)}};
  std::shared_ptr<const site> about = make_site();

  static std::shared_ptr<const site> make_site();
};

class two_nodes {
public:
  /// @param with_signatures false: a run that shows what they cost.
  two_nodes(const site_of_two&, bool with_signatures);
  ~two_nodes();
  two_nodes(const two_nodes&) = delete;
  two_nodes& operator=(const two_nodes&) = delete;

  /// As many as possible, with a bounded number under way.
  double readings_per_second(std::size_t count, const ups_telemetry& of);
  /// From telling to having heard, one at a time: the median.
  double microseconds_alone(std::size_t count, const ups_telemetry& of);
  std::uint64_t messages_published() const { return alpha_->counters().events_out; }

private:
  struct two_threads : caf::actor_system_config {
    two_threads();
  };

  void open_buses();
  void start_recorder();
  void start_reader();
  void wait_until_heard(const ups_telemetry& of);
  actors::ports ports_of(const keys::key_pair&);
  void tell(const ups_telemetry&);
  void heard(const policy::site_event&);

  const site_of_two& about_;
  bool signs_;
  keys::verifier verifier_;
  std::counting_semaphore<readings_under_way> under_way_{readings_under_way};
  counter heard_;
  std::shared_ptr<actors::directory> where_ = std::make_shared<actors::directory>();
  two_threads config_;
  caf::actor_system there_{config_};
  caf::actor_system here_{config_};
  actors::recorder_actor recorder_;
  std::unique_ptr<bus::bus_endpoint> alpha_;
  std::unique_ptr<bus::bus_endpoint> beta_;
};

}  // namespace holdover::bench
