#include "tests/support/udp_link.hpp"

#include "tests/support/udp_port.hpp"

#include <algorithm>
#include <array>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace holdover::support {

namespace {

constexpr std::size_t datagram_max = 65536;
constexpr int get_bulk = 0xa5;

/// What kind of request it is: the tag behind the message's head, its version and its community.
int request_tag(const std::vector<char>& bytes) {
  const auto byte = [&](std::size_t i) {
    return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0;
  };
  const std::size_t head = byte(1) < 0x80 ? 2u : 2u + (byte(1) & 0x7fu);
  const std::size_t community = head + 3;
  return byte(community + 2 + byte(community + 1));
}

}  // namespace

udp_link::udp_link(std::uint16_t agent_port)
    : front_(bound_udp_socket()), back_(bound_udp_socket()), stranger_(bound_udp_socket()) {
  port_ = udp_port_of(front_);
  const auto agent = udp_loopback(agent_port);
  if (agent_port != 0)
    (void)::connect(back_, reinterpret_cast<const sockaddr*>(&agent), sizeof agent);
  else
    cut_ = true;
  thread_ = std::thread([this] { run(); });
}

udp_link::~udp_link() {
  stopping_ = true;
  thread_.join();
  for (int socket : {front_, back_, stranger_})
    ::close(socket);
}

void udp_link::run() {
  while (!stopping_) {
    std::array<pollfd, 2> watched{pollfd{front_, POLLIN, 0}, pollfd{back_, POLLIN, 0}};
    ::poll(watched.data(), watched.size(), 5);
    if (watched[0].revents != 0) from_driver();
    if (watched[1].revents != 0) from_agent();
    deliver();
  }
}

void udp_link::from_driver() {
  std::vector<char> bytes(datagram_max);
  socklen_t size = sizeof driver_;
  const auto got = ::recvfrom(front_, bytes.data(), bytes.size(), 0,
                              reinterpret_cast<sockaddr*>(&driver_), &size);
  if (got <= 0) return;
  ++requests_;
  if (cut_ || (losing_bulk_ && request_tag(bytes) == get_bulk)) return;
  if (to_lose_ > 0) {
    --to_lose_;
    return;
  }
  ++under_way_;
  under_way_max_ = std::max<int>(under_way_max_, under_way_);
  (void)::send(back_, bytes.data(), static_cast<std::size_t>(got), 0);
}

void udp_link::from_agent() {
  std::vector<char> bytes(datagram_max);
  const auto got = ::recv(back_, bytes.data(), bytes.size(), 0);
  if (got <= 0) return;
  bytes.resize(static_cast<std::size_t>(got));
  delayed_.emplace_back(std::chrono::steady_clock::now() + std::chrono::milliseconds(delay_ms_),
                        std::move(bytes));
}

void udp_link::deliver() {
  const auto now = std::chrono::steady_clock::now();
  while (!delayed_.empty() && delayed_.front().first <= now) {
    const auto& bytes = delayed_.front().second;
    const auto* to = reinterpret_cast<const sockaddr*>(&driver_);
    --under_way_;
    if (forging_) (void)::sendto(stranger_, bytes.data(), bytes.size(), 0, to, sizeof driver_);
    if (!cut_ && !forging_)
      (void)::sendto(front_, bytes.data(), bytes.size(), 0, to, sizeof driver_);
    delayed_.erase(delayed_.begin());
  }
}

}  // namespace holdover::support
