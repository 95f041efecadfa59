#include "io/device/nut/connection.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace holdover::device::nut {

namespace {

// More than one answer of any device; a peer that does not read is not worth more memory.
constexpr std::size_t outgoing_bytes_max = 1u << 20;

void set_option(int socket, int level, int name, int value) {
  // Without these the connection works, only less promptly, so a failure changes nothing.
  (void)setsockopt(socket, level, name, &value, sizeof value);
}

bool would_block(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

}  // namespace

void connection::open(const std::string& host, std::uint16_t port, steady_time deadline,
                      std::function<void()> wake) {
  close();
  lines_ = {};
  state_ = state::resolving;
  deadline_ = deadline;
  problem_ = "the name server does not answer";
  lookup_ = std::make_shared<looked_up>();
  resolve(host, port, [lookup = lookup_, wake = std::move(wake)](resolution found) {
    {
      std::lock_guard lock(lookup->mutex);
      lookup->result = std::move(found);
    }
    wake();
  });
}

void connection::step(steady_time now) {
  if (state_ == state::resolving) take_resolution(now);
  if (state_ == state::connecting) check_connected(now);
  bool late = (state_ == state::resolving || state_ == state::connecting) && now >= deadline_;
  if (late) close(problem_);
}

void connection::take_resolution(steady_time now) {
  std::optional<resolution> found;
  {
    std::lock_guard lock(lookup_->mutex);
    found = std::exchange(lookup_->result, std::nullopt);
  }
  if (!found) return;
  problem_ = found->problem;
  addresses_ = std::move(found->addresses);
  std::ranges::reverse(addresses_);
  try_next_address(now);
}

void connection::try_next_address(steady_time now) {
  while (!addresses_.empty()) {
    if (socket_ >= 0) ::close(socket_);
    // Each address gets its share of the time, so that a dead one cannot use up another's.
    attempt_deadline_ = now + (deadline_ - now) / static_cast<int>(addresses_.size());
    auto to = addresses_.back();
    addresses_.pop_back();
    socket_ = ::socket(to.bytes.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket_ < 0) {
      problem_ = std::strerror(errno);
      continue;
    }
    set_option(socket_, IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(socket_, SOL_SOCKET, SO_KEEPALIVE, 1);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&to.bytes), to.size) == 0) {
      state_ = state::connected;
      return;
    }
    if (errno == EINPROGRESS) {
      state_ = state::connecting;
      problem_ = "no answer";
      return;
    }
    problem_ = std::strerror(errno);
  }
  close(problem_);
}

void connection::check_connected(steady_time now) {
  pollfd ready{.fd = socket_, .events = POLLOUT, .revents = 0};
  if (::poll(&ready, 1, 0) == 0) {
    if (now >= attempt_deadline_) try_next_address(now);
    return;
  }
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error == 0) {
    state_ = state::connected;
    return;
  }
  problem_ = std::strerror(error);
  try_next_address(now);
}

void connection::send(std::string_view bytes) {
  outgoing_ += bytes;
  if (outgoing_.size() > outgoing_bytes_max) return close("it takes no more questions");
  flush();
}

void connection::flush() {
  while (state_ == state::connected && !outgoing_.empty()) {
    auto sent = ::send(socket_, outgoing_.data(), outgoing_.size(), MSG_NOSIGNAL);
    if (sent < 0 && would_block(errno)) return;
    // What it still had to say before it went away is read first: see receive().
    if (sent < 0) return outgoing_.clear();
    outgoing_.erase(0, static_cast<std::size_t>(sent));
  }
}

void connection::receive() {
  flush();
  std::array<char, 16384> bytes;
  while (state_ == state::connected) {
    auto got = ::recv(socket_, bytes.data(), bytes.size(), 0);
    if (got < 0 && would_block(errno)) return;
    if (got < 0) return close(std::strerror(errno));
    if (got == 0) return close("it closed the connection");
    // upsd writes a list line by line and waits for our acknowledgement after the first, which the
    // system would hold back for 40 ms. To be asked for each time; it does not last.
    set_option(socket_, IPPROTO_TCP, TCP_QUICKACK, 1);
    if (!lines_.take({bytes.data(), static_cast<std::size_t>(got)}))
      return close("it sent a line without an end");
    // One bite at a time: lines are taken out before more comes in, so memory stays bounded.
    return;
  }
}

void connection::close(std::string why) {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
  state_ = state::closed;
  problem_ = std::move(why);
  lookup_.reset();
  addresses_.clear();
  outgoing_.clear();
  // Complete lines that arrived before the end are still worth reading; open() forgets them.
}

short connection::events() const {
  if (state_ == state::connecting) return POLLOUT;
  return outgoing_.empty() ? POLLIN : static_cast<short>(POLLIN | POLLOUT);
}

std::optional<steady_time> connection::deadline() const {
  if (state_ == state::resolving) return deadline_;
  if (state_ == state::connecting) return std::min(deadline_, attempt_deadline_);
  return std::nullopt;
}

}  // namespace holdover::device::nut
