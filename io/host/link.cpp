#include "io/host/link.hpp"

#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <unistd.h>

namespace holdover::host {

namespace {

// Room for a burst: a thousand votes of half a kilobyte.
constexpr int buffer_bytes = 512 * 1024;

bool known(char kind) {
  switch (static_cast<datagram_kind>(kind)) {
    case datagram_kind::keys:
    case datagram_kind::setup:
    case datagram_kind::outgoing:
    case datagram_kind::incoming:
    case datagram_kind::ask:
    case datagram_kind::here:
      return true;
  }
  return false;
}

}  // namespace

link::~link() {
  close();
}

void link::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

void link::shut() const {
  ::shutdown(fd_, SHUT_RDWR);
}

std::optional<std::pair<link, link>> link::make() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return std::nullopt;
  for (const int end : ends)
    ::setsockopt(end, SOL_SOCKET, SO_SNDBUF, &buffer_bytes, sizeof buffer_bytes);
  return std::pair{link{ends[0]}, link{ends[1]}};
}

bool link::send(const datagram& what) const {
  if (what.body.size() >= datagram_limit) return false;
  std::string bytes(1, static_cast<char>(what.kind));
  bytes += what.body;
  return ::send(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL)
         == static_cast<ssize_t>(bytes.size());
}

std::optional<datagram> link::receive() const {
  std::string bytes(datagram_limit, '\0');
  for (;;) {
    const auto n = ::recv(fd_, bytes.data(), bytes.size(), 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return std::nullopt;
    if (!known(bytes[0])) continue;
    return datagram{static_cast<datagram_kind>(bytes[0]),
                    bytes.substr(1, static_cast<std::size_t>(n) - 1)};
  }
}

}  // namespace holdover::host
