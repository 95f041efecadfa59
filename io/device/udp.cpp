#include "io/device/udp.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <netinet/in.h>
#include <optional>
#include <string_view>
#include <unistd.h>

namespace holdover::device {

namespace {

struct place {
  sockaddr_storage bytes{};
  socklen_t size = 0;
};

std::optional<place> numeric(const std::string& address, std::uint16_t port) {
  place out;
  auto& four = reinterpret_cast<sockaddr_in&>(out.bytes);
  auto& six = reinterpret_cast<sockaddr_in6&>(out.bytes);
  if (::inet_pton(AF_INET, address.c_str(), &four.sin_addr) == 1) {
    four.sin_family = AF_INET;
    four.sin_port = htons(port);
    out.size = sizeof four;
  } else if (::inet_pton(AF_INET6, address.c_str(), &six.sin6_addr) == 1) {
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(port);
    out.size = sizeof six;
  } else {
    return std::nullopt;
  }
  return out;
}

std::optional<place> place_of(std::string_view endpoint) {
  const auto colon = endpoint.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto address = endpoint.substr(0, colon);
  const auto digits = endpoint.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  if (address.starts_with('[') && address.ends_with(']'))
    address = address.substr(1, address.size() - 2);
  else if (address.find(':') != std::string_view::npos)
    return std::nullopt;
  return numeric(std::string(address), port);
}

std::string remedy(int error) {
  if (error == EADDRINUSE) return "; another program does already";
  if (error == EACCES)
    return "; ports below 1024 need CAP_NET_BIND_SERVICE, or have the sender use a higher one";
  return {};
}

}  // namespace

std::string canonical_address(const std::string& text) {
  const auto found = numeric(text, 0);
  return found ? address_text(found->bytes) : std::string{};
}

std::string address_text(const sockaddr_storage& from) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (from.ss_family == AF_INET) {
    const auto& four = reinterpret_cast<const sockaddr_in&>(from);
    ::inet_ntop(AF_INET, &four.sin_addr, text.data(), text.size());
  } else if (from.ss_family == AF_INET6) {
    const auto& six = reinterpret_cast<const sockaddr_in6&>(from);
    if (IN6_IS_ADDR_V4MAPPED(&six.sin6_addr))
      ::inet_ntop(AF_INET, &six.sin6_addr.s6_addr[12], text.data(), text.size());
    else
      ::inet_ntop(AF_INET6, &six.sin6_addr, text.data(), text.size());
  }
  return text.data();
}

std::string problem_with_endpoint(const std::string& endpoint, std::uint16_t usual_port) {
  if (place_of(endpoint)) return {};
  const auto port = std::to_string(usual_port);
  return "must be an address and a port, such as 0.0.0.0:" + port + " or [::]:" + port;
}

std::variant<int, std::string> open_udp(const std::string& endpoint, std::uint16_t usual_port) {
  const auto where = place_of(endpoint);
  if (!where) return '"' + endpoint + "\" " + problem_with_endpoint(endpoint, usual_port);
  const int made = ::socket(where->bytes.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (made >= 0 && ::bind(made, reinterpret_cast<const sockaddr*>(&where->bytes), where->size) == 0)
    return made;
  const int error = errno;
  if (made >= 0) ::close(made);
  return endpoint + ": " + std::strerror(error) + remedy(error);
}

std::uint16_t port_of(int socket) {
  sockaddr_storage where{};
  socklen_t size = sizeof where;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&where), &size);
  return ntohs(where.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(where).sin6_port
                                           : reinterpret_cast<sockaddr_in&>(where).sin_port);
}

}  // namespace holdover::device
