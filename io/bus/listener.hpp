// One socket that others connect to, and the ability to throw all of them out.
//
// ZeroMQ cannot end a single connection of a socket. When somebody who is connected loses its place
// in the membership document, the socket is closed and made again on the same address: all others
// are back within a fraction of a second, and the one that was meant is not let in again.

#pragma once

#include "io/bus/refusal.hpp"
#include "io/keys/key_pair.hpp"

#include <zmq.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace holdover::bus {

/// Made by whoever assembles, then of the bus thread alone.
class listener {
public:
  using clock = std::chrono::steady_clock;

  struct shape {
    zmq::socket_type type = zmq::socket_type::router;
    std::string address;
    int outgoing = 0;  ///< Messages that may wait for, and from, each client.
    int incoming = 0;
  };

  listener(zmq::context_t&, const keys::curve_keys&, shape);

  [[nodiscard]] std::optional<refusal> open();
  /// Closes and opens again; if the address is not free yet, open_if_due() goes on trying.
  void throw_all_out(clock::time_point now);
  /// The reason, once, when it takes suspiciously long.
  [[nodiscard]] std::optional<refusal> open_if_due(clock::time_point now);
  std::optional<clock::time_point> due() const { return open_at_; }

  bool is_open() const { return static_cast<bool>(socket_.handle()); }
  zmq::socket_t& socket() { return socket_; }
  /// With the real port where any was asked for.
  const std::string& address() const { return shape_.address; }

private:
  /// 0, or what went wrong.
  int try_open();

  zmq::context_t& context_;
  const keys::curve_keys& keys_;
  shape shape_;
  zmq::socket_t socket_;
  std::optional<clock::time_point> open_at_;
  std::optional<clock::time_point> complain_at_;
};

}  // namespace holdover::bus
