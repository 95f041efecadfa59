// One connection that we make and keep: a socket, its server's pinned key, and what ZeroMQ tells of
// its fate.
//
// ZeroMQ reconnects by itself after every failure but two: a server that answers "not enrolled" is
// never asked again, nor is one whose bytes made no sense once the handshake was over (damaged on
// their way, or larger than a message may be). Enrolment may come later, and a link that somebody
// spoilt for a moment must not stay dead: we drop such a socket and make a new one after a while.
// The same goes for a server that keeps ending the handshake, which is all one sees when its key is
// not the one in our document: no reason to knock ten times a second.

#pragma once

#include "io/keys/key_pair.hpp"

#include <zmq.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace holdover::bus {

/// Of the bus thread, like its sockets.
class channel {
public:
  using clock = std::chrono::steady_clock;

  enum class change { none, connected, disconnected, refused, not_our_protocol, key_mismatch };

  struct shape {
    zmq::socket_type type = zmq::socket_type::dealer;
    std::string endpoint;
    std::vector<std::string> topics;  ///< Of a subscriber: beginnings of topics.
    int outgoing = 0;                 ///< Messages that may wait, either way.
    int incoming = 0;
  };

  channel(zmq::context_t&, const keys::curve_keys&, shape);
  ~channel();
  channel(const channel&) = delete;
  channel& operator=(const channel&) = delete;

  void open(const std::string& server_key);
  void close();
  /// Opens anew what was refused or given up by ZeroMQ long enough ago.
  void open_if_due(clock::time_point now);
  std::optional<clock::time_point> due() const { return open_at_; }

  bool is_open() const { return static_cast<bool>(socket_.handle()); }
  bool connected() const { return connected_; }
  zmq::socket_t& socket() { return socket_; }
  zmq::socket_t& monitor() { return monitor_; }

  /// The next thing that happened to the connection; call until there is none. What keeps us from
  /// connecting is told once, until there was a connection again.
  change next_change();

private:
  void open_socket();
  change after(std::uint16_t event);
  change give_up_for_now(change);

  zmq::context_t& context_;
  const keys::curve_keys& keys_;
  const shape shape_;
  std::string server_key_;
  zmq::socket_t socket_;
  zmq::socket_t monitor_;
  bool connected_ = false;
  int handshakes_ended_ = 0;  ///< In a row, without a reason given.
  bool complained_ = false;
  std::optional<clock::time_point> open_at_;
};

}  // namespace holdover::bus
