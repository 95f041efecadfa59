// A UDP port of the loopback that nobody uses at the moment.

#pragma once

#include <arpa/inet.h>
#include <cstdint>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace holdover::support {

inline sockaddr_in udp_loopback(std::uint16_t port) {
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  where.sin_port = htons(port);
  return where;
}

inline std::uint16_t udp_port_of(int socket) {
  sockaddr_in where{};
  socklen_t size = sizeof where;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&where), &size);
  return ntohs(where.sin_port);
}

inline int bound_udp_socket() {
  const int made = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const auto anywhere = udp_loopback(0);
  if (made < 0 || ::bind(made, reinterpret_cast<const sockaddr*>(&anywhere), sizeof anywhere) != 0)
    throw std::runtime_error("no free port");
  return made;
}

inline std::uint16_t free_udp_port() {
  const int probe = bound_udp_socket();
  const auto port = udp_port_of(probe);
  ::close(probe);
  return port;
}

}  // namespace holdover::support
