#include "tests/support/fake_upsd.hpp"

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace holdover::support {

fake_upsd::fake_upsd(script what)
    : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)),
      wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      script_(std::make_shared<script>(std::move(what))) {
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof where;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&where), size) != 0
      || ::getsockname(listener_, reinterpret_cast<sockaddr*>(&where), &size) != 0
      || ::listen(listener_, 16) != 0)
    throw std::runtime_error("cannot listen on the loopback");
  port_ = ntohs(where.sin_port);
  thread_ = std::thread([this] { run(); });
}

fake_upsd::~fake_upsd() {
  stopping_ = true;
  ring();
  thread_.join();
  for (const auto& [peer, text] : peers_)
    ::close(peer);
  ::close(listener_);
  ::close(wake_);
}

void fake_upsd::ring() const {
  (void)eventfd_write(wake_, 1);
}

void fake_upsd::react(script what) {
  std::lock_guard lock(mutex_);
  script_ = std::make_shared<script>(std::move(what));
}

void fake_upsd::drop_connections() {
  dropping_ = true;
  ring();
  while (dropping_)
    std::this_thread::yield();
}

std::vector<std::string> fake_upsd::lines() const {
  std::lock_guard lock(mutex_);
  return lines_;
}

void fake_upsd::run() {
  while (!stopping_) {
    std::vector<pollfd> ready{{wake_, POLLIN, 0}, {listener_, POLLIN, 0}};
    for (const auto& [peer, text] : peers_)
      ready.push_back({peer, POLLIN, 0});
    (void)::poll(ready.data(), ready.size(), -1);
    eventfd_t times = 0;
    (void)eventfd_read(wake_, &times);
    if (dropping_) {
      for (const auto& [peer, text] : peers_)
        ::close(peer);
      peers_.clear();
      dropping_ = false;
      continue;
    }
    for (std::size_t i = 2; i < ready.size(); ++i)
      if (ready[i].revents != 0) receive(ready[i].fd);
    if (ready[1].revents != 0) accept_one();
  }
}

void fake_upsd::accept_one() {
  int fresh = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (fresh < 0) return;
  peers_[fresh];
  ++connections_;
}

void fake_upsd::receive(int peer) {
  std::array<char, 4096> bytes;
  auto got = ::recv(peer, bytes.data(), bytes.size(), 0);
  bool open = got > 0;
  auto& text = peers_[peer];
  if (open) text.append(bytes.data(), static_cast<std::size_t>(got));
  for (auto end = text.find('\n'); open && end != std::string::npos; end = text.find('\n')) {
    auto line = text.substr(0, end);
    text.erase(0, end + 1);
    std::shared_ptr<script> decide;
    {
      std::lock_guard lock(mutex_);
      lines_.push_back(line);
      decide = script_;
    }
    auto what = (*decide)(line);
    for (std::string_view left = what.bytes; !left.empty();) {
      auto sent = ::send(peer, left.data(), left.size(), MSG_NOSIGNAL);
      if (sent <= 0) break;
      left.remove_prefix(static_cast<std::size_t>(sent));
    }
    open = !what.close;
  }
  if (open) return;
  ::close(peer);
  peers_.erase(peer);
}

}  // namespace holdover::support
