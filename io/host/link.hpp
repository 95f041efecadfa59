// The pipe between the two parts of an agent: datagrams over a UNIX socketpair.
//
//   machine (keys, nonce, decisions, actions) <--- link ---> ferry (sockets, no keys but CURVE)
//
// A datagram is a kind and a body. The machine never parses more of it than that before it hands
// the body to the strict decoder of io/wire; the ferry does not look inside at all. A full pipe
// loses the datagram: votes and beacons are renewed each second, and neither part may wait.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

namespace holdover::host {

enum class datagram_kind : char {
  keys = 'K',      ///< machine to ferry, once: the CURVE secret key, 32 bytes.
  setup = 'S',     ///< machine to ferry, once, after the keys: whom to connect to.
  outgoing = 'O',  ///< machine to ferry: to every node.
  incoming = 'I',  ///< ferry to machine: from a node.
  ask = 'A',       ///< machine to ferry, now and then: does it still carry?
  here = 'H',      ///< ferry to machine, as soon as it takes the question.
};

struct datagram {
  datagram_kind kind = datagram_kind::outgoing;
  std::string body;
};

constexpr std::size_t datagram_limit = 64 * 1024;

/// One end; owns the descriptor.
class link {
public:
  explicit link(int fd) : fd_(fd) {}
  link(link&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  link(const link&) = delete;
  link& operator=(const link&) = delete;
  link& operator=(link&&) = delete;
  ~link();

  /// Two connected ends, or nothing if the system has none left.
  static std::optional<std::pair<link, link>> make();

  /// Never waits. @return false if the pipe is full, closed, or the body too large.
  bool send(const datagram&) const;
  /// Waits. Nothing: the other end is gone.
  std::optional<datagram> receive() const;

  int fd() const { return fd_; }
  /// Ends the conversation: whoever waits in receive(), here or there, gets nothing more.
  void shut() const;
  void close();

private:
  int fd_;
};

}  // namespace holdover::host
