// Answers ZeroMQ's question "may this key connect?" for all listening sockets of a context.
//
// ZeroMQ asks over inproc, on a protocol of its own (ZAP 1.0). Without somebody who answers, its
// default is to let every key in; our sockets insist on an answer (see set_curve_server), so that
// this thread's absence or death means that nobody connects, and the self-test proves at start that
// this is so on the library at hand. It has a thread of its own because the bus thread must not
// make others wait for a handshake, nor the other way round.

#pragma once

#include "io/bus/admission.hpp"
#include "io/bus/refusal.hpp"
#include "io/bus/wake_event.hpp"
#include "io/keys/key_pair.hpp"

#include <zmq.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <thread>

namespace holdover::bus {

class zap_handler {
public:
  /// Answers from here on, so make it before the first socket listens. Both must outlive it.
  zap_handler(zmq::context_t&, admission&);
  ~zap_handler();
  zap_handler(const zap_handler&) = delete;
  zap_handler& operator=(const zap_handler&) = delete;

private:
  void answer_until_stopped(zmq::socket_t& requests);

  admission& admission_;
  wake_event wake_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

/// Connects to itself with our own key, which must be let in under our name, and with a key that
/// nobody knows, which must not. Says why it is not safe to listen, if it is not.
[[nodiscard]] std::optional<refusal> zap_self_test(
    zmq::context_t&, const keys::curve_keys&, const admission&,
    std::chrono::milliseconds patience = std::chrono::seconds{5});

/// Calls `listen` only once the self-test has passed: what listens before could let anybody in.
[[nodiscard]] std::optional<refusal> listen_if_guarded(
    zmq::context_t&, const keys::curve_keys&, admission&,
    const std::function<std::optional<refusal>()>& listen,
    std::chrono::milliseconds patience = std::chrono::seconds{5});

}  // namespace holdover::bus
