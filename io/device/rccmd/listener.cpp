#include "io/device/rccmd/listener.hpp"

#include "io/device/udp.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace holdover::device::rccmd {

namespace {

constexpr std::uint16_t port_of_rccmd = 6003;

}  // namespace

std::string problem_with_endpoint(const std::string& endpoint) {
  return device::problem_with_endpoint(endpoint, port_of_rccmd);
}

std::variant<std::unique_ptr<listener>, std::string> listener::open(const std::string& endpoint,
                                                                    std::set<std::string> senders,
                                                                    handler tell) {
  auto made = open_udp(endpoint, port_of_rccmd);
  if (const auto* why = std::get_if<std::string>(&made))
    return "cannot listen for RCCMD at " + *why;
  const int socket = std::get<int>(made);
  const int bell = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (bell >= 0)
    return std::unique_ptr<listener>(
        new listener(socket, bell, std::move(senders), std::move(tell)));
  const int error = errno;
  ::close(socket);
  return "cannot listen for RCCMD at " + endpoint + ": " + std::strerror(error);
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
  return port_of(socket_);
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
  const auto sender = address_text(from);
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
