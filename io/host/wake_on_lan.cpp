#include "io/host/wake_on_lan.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <set>
#include <sys/socket.h>
#include <unistd.h>

namespace holdover::host {

namespace {

constexpr std::size_t address_length = 6;

std::string problem(const std::string& what) {
  return what + ": " + std::strerror(errno);
}

std::string dotted(const sockaddr_in& address) {
  std::array<char, INET_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET, &address.sin_addr, text.data(), text.size());
  return text.data();
}

/// Of every interface that is up and broadcasts.
std::set<std::string> broadcast_addresses() {
  std::set<std::string> found;
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0) return found;
  for (const auto* one = all; one != nullptr; one = one->ifa_next) {
    const bool usable = (one->ifa_flags & IFF_UP) != 0 && (one->ifa_flags & IFF_BROADCAST) != 0;
    if (!usable || one->ifa_broadaddr == nullptr || one->ifa_addr == nullptr) continue;
    if (one->ifa_addr->sa_family != AF_INET) continue;
    sockaddr_in address{};
    std::memcpy(&address, one->ifa_broadaddr, sizeof address);
    found.insert(dotted(address));
  }
  ::freeifaddrs(all);
  return found;
}

}  // namespace

std::optional<magic_packet> make_magic_packet(std::string_view hardware_address) {
  if (hardware_address.size() != 3 * address_length - 1) return std::nullopt;
  std::array<std::uint8_t, address_length> address{};
  for (std::size_t i = 0; i < address_length; ++i) {
    const auto* const digits = hardware_address.data() + 3 * i;
    const auto [end, bad] = std::from_chars(digits, digits + 2, address[i], 16);
    if (bad != std::errc{} || end != digits + 2) return std::nullopt;
    if (i > 0 && digits[-1] != ':' && digits[-1] != '-') return std::nullopt;
  }
  magic_packet made{};
  auto* at = std::fill_n(made.begin(), address_length, std::uint8_t{0xff});
  while (at != made.end())
    at = std::copy(address.begin(), address.end(), at);
  return made;
}

std::optional<std::string> send_magic_packet(const magic_packet& what, const std::string& broadcast,
                                             std::uint16_t port) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  if (::inet_pton(AF_INET, broadcast.c_str(), &to.sin_addr) != 1)
    return broadcast + " is no IPv4 address";
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0) return problem("no socket for a magic packet");
  const int yes = 1;
  std::optional<std::string> why;
  if (::setsockopt(socket, SOL_SOCKET, SO_BROADCAST, &yes, sizeof yes) != 0)
    why = problem("may not broadcast");
  else if (::sendto(socket, what.data(), what.size(), 0, reinterpret_cast<const sockaddr*>(&to),
                    sizeof to)
           != static_cast<ssize_t>(what.size()))
    why = problem("no magic packet to " + broadcast);
  ::close(socket);
  return why;
}

std::optional<std::string> wake_on_lan(std::string_view hardware_address, std::uint16_t port) {
  const auto packet = make_magic_packet(hardware_address);
  if (!packet) return '"' + std::string{hardware_address} + "\" is no hardware address";
  std::optional<std::string> why = "no interface of this node broadcasts";
  bool left = false;
  for (const auto& network : broadcast_addresses()) {
    auto failed = send_magic_packet(*packet, network, port);
    left = left || !failed;
    if (failed) why = std::move(failed);
  }
  return left ? std::nullopt : why;
}

}  // namespace holdover::host
