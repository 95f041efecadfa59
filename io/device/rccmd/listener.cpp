#include "io/device/rccmd/listener.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <netinet/in.h>
#include <optional>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace holdover::device::rccmd {

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

/// IPv4 senders that reach an IPv6 socket are IPv4 senders.
std::string text_of(const sockaddr_storage& from) {
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

}  // namespace

std::string canonical_address(const std::string& text) {
  const auto found = numeric(text, 0);
  return found ? text_of(found->bytes) : std::string{};
}

std::string problem_with_endpoint(const std::string& endpoint) {
  if (place_of(endpoint)) return {};
  return "must be an address and a port, such as 0.0.0.0:6003 or [::]:6003";
}

std::variant<std::unique_ptr<listener>, std::string> listener::open(const std::string& endpoint,
                                                                    std::set<std::string> senders,
                                                                    handler tell) {
  const auto where = place_of(endpoint);
  if (!where) return "\"" + endpoint + "\" " + problem_with_endpoint(endpoint);
  const int made = ::socket(where->bytes.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int bell = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  const bool listening =
      made >= 0 && bell >= 0
      && ::bind(made, reinterpret_cast<const sockaddr*>(&where->bytes), where->size) == 0;
  if (listening)
    return std::unique_ptr<listener>(new listener(made, bell, std::move(senders), std::move(tell)));
  const int error = errno;
  if (made >= 0) ::close(made);
  if (bell >= 0) ::close(bell);
  return "cannot listen for RCCMD at " + endpoint + ": " + std::strerror(error)
         + (error == EADDRINUSE ? "; another program does already" : "");
}

listener::listener(int socket, int bell, std::set<std::string> senders, handler tell)
    : socket_(socket), bell_(bell), senders_(std::move(senders)), handler_(std::move(tell)) {
  thread_ = std::thread([this] { run(); });
}

listener::~listener() {
  const std::uint64_t one = 1;
  while (::write(bell_, &one, sizeof one) < 0 && errno == EINTR) {
  }
  thread_.join();
  ::close(socket_);
  ::close(bell_);
}

std::uint16_t listener::port() const {
  sockaddr_storage where{};
  socklen_t size = sizeof where;
  ::getsockname(socket_, reinterpret_cast<sockaddr*>(&where), &size);
  return ntohs(where.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(where).sin6_port
                                           : reinterpret_cast<sockaddr_in&>(where).sin_port);
}

counters listener::count() const {
  return {heard_.load(), from_strangers_.load(), not_understood_.load()};
}

void listener::run() {
  for (;;) {
    std::array<pollfd, 2> waiting{{{socket_, POLLIN, 0}, {bell_, POLLIN, 0}}};
    if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) return;
    if (waiting[1].revents != 0) return;
    if (waiting[0].revents != 0) take_one();
  }
}

void listener::take_one() {
  std::array<char, 2048> bytes;
  sockaddr_storage from{};
  socklen_t size = sizeof from;
  const auto got =
      ::recvfrom(socket_, bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
  if (got < 0) return;
  const auto sender = text_of(from);
  if (!senders_.contains(sender)) {
    ++from_strangers_;
    return;
  }
  const auto said = message_from({bytes.data(), static_cast<std::size_t>(got)});
  if (!said) {
    ++not_understood_;
    return;
  }
  handler_(sender, *said);
  ++heard_;
}

}  // namespace holdover::device::rccmd
