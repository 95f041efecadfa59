// Sockets that listen for datagrams, and addresses as they are written here.
//
// An address has one way of being written ("10.0.0.5", "fd00::1"), also where an IPv4 sender
// reaches an IPv6 socket, so that addresses can be compared as text.

#pragma once

#include <cstdint>
#include <string>
#include <sys/socket.h>
#include <variant>

namespace holdover::device {

/// The one way in which an address is written here, or empty if it is none.
std::string canonical_address(const std::string& text);
std::string address_text(const sockaddr_storage&);

/// What is wrong with "ADDRESS:PORT" or "[ADDRESS]:PORT"; empty if nothing is.
std::string problem_with_endpoint(const std::string& endpoint, std::uint16_t usual_port);

/// A socket that is bound and does not block, or why there is none.
std::variant<int, std::string> open_udp(const std::string& endpoint, std::uint16_t usual_port);
std::uint16_t port_of(int socket);

}  // namespace holdover::device
