#include "io/device/rccmd/sender.hpp"

#include "io/device/udp.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace holdover::device::rccmd {

namespace {

constexpr std::string_view opening = "CONNECT TO RCCMD (SEND) ";
constexpr std::size_t say_characters_max = 400;
constexpr int datagrams = 3;
constexpr std::chrono::milliseconds between_datagrams{150};

using clock = std::chrono::steady_clock;

struct closing {
  explicit closing(int s) : socket(s) {}
  ~closing() {
    if (socket >= 0) ::close(socket);
  }
  closing(const closing&) = delete;
  closing& operator=(const closing&) = delete;
  const int socket;
};

struct target {
  sockaddr_storage where{};
  socklen_t size = 0;
};

std::optional<target> resolve(const order& what) {
  addrinfo wanted{};
  wanted.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  wanted.ai_socktype = what.by_tcp ? SOCK_STREAM : SOCK_DGRAM;
  addrinfo* found = nullptr;
  const auto port = std::to_string(what.port);
  if (::getaddrinfo(what.address.c_str(), port.c_str(), &wanted, &found) != 0) return std::nullopt;
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> keep(found, &::freeaddrinfo);
  target made;
  std::memcpy(&made.where, found->ai_addr, found->ai_addrlen);
  made.size = found->ai_addrlen;
  return made;
}

std::string because(const order& what, int error) {
  return what.address + " port " + std::to_string(what.port) + ": " + std::strerror(error);
}

/// Waits until the socket may be written; an error number, or zero.
int wait_writable(int socket, clock::time_point deadline) {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock::now()).count();
    if (left <= 0) return ETIMEDOUT;
    pollfd look{socket, POLLOUT, 0};
    const int ready = ::poll(&look, 1, static_cast<int>(left));
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) return errno;
    if (ready == 0) return ETIMEDOUT;
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) != 0 ? errno : error;
  }
}

std::optional<std::string> send_stream(const order& what, const target& to,
                                       clock::time_point deadline) {
  const closing line{::socket(to.where.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (line.socket < 0) return because(what, errno);
  if (::connect(line.socket, reinterpret_cast<const sockaddr*>(&to.where), to.size) != 0
      && errno != EINPROGRESS)
    return because(what, errno);
  const auto bytes = bytes_of(what);
  for (std::size_t sent = 0; sent < bytes.size();) {
    if (const int error = wait_writable(line.socket, deadline)) return because(what, error);
    const auto took = ::send(line.socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (took < 0 && errno != EAGAIN && errno != EINTR) return because(what, errno);
    if (took > 0) sent += static_cast<std::size_t>(took);
  }
  ::shutdown(line.socket, SHUT_WR);
  return std::nullopt;
}

std::optional<std::string> send_datagrams(const order& what, const target& to,
                                          clock::time_point deadline) {
  const closing line{::socket(to.where.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  if (line.socket < 0) return because(what, errno);
  const auto bytes = bytes_of(what);
  std::optional<std::string> why;
  bool any = false;
  for (int n = 0; n < datagrams; ++n) {
    if (n > 0 && clock::now() + between_datagrams >= deadline) break;
    if (n > 0) std::this_thread::sleep_for(between_datagrams);
    const auto took = ::sendto(line.socket, bytes.data(), bytes.size(), 0,
                               reinterpret_cast<const sockaddr*>(&to.where), to.size);
    if (took < 0)
      why = because(what, errno);
    else
      any = true;
  }
  return any ? std::nullopt : why;
}

}  // namespace

std::optional<std::string> problem_with(const order& what) {
  if (canonical_address(what.address).empty())
    return '"' + what.address + "\" is no numeric address: write it as 10.0.0.5 or fd00::5";
  if (what.port == 0) return "0 is no port; usual is " + std::to_string(usual_port);
  if (what.say.empty()) return "there is nothing to say: give what the client takes for a shutdown";
  const bool printable = std::ranges::all_of(what.say, [](char c) { return c >= ' ' && c <= '~'; });
  if (!printable || what.say.size() > say_characters_max)
    return "what is said must be one line of at most " + std::to_string(say_characters_max)
           + " printable characters";
  return std::nullopt;
}

std::string bytes_of(const order& what) {
  return std::string{opening} + what.say;
}

std::optional<std::string> send(const order& what, duration limit) {
  if (auto why = problem_with(what)) return why;
  const auto to = resolve(what);
  if (!to) return '"' + what.address + "\" is no numeric address";
  const auto deadline = clock::now() + limit;
  return what.by_tcp ? send_stream(what, *to, deadline) : send_datagrams(what, *to, deadline);
}

}  // namespace holdover::device::rccmd
