#include "io/device/snmp/loop.hpp"

#include "core/expects.hpp"
#include "io/device/snmp/connection.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace holdover::device::snmp {

namespace {

constexpr std::uint64_t wake_number = 0;

}  // namespace

// Without these two descriptors nothing here can work, and at start-up nothing depends on it yet.
loop::loop() : epoll_(epoll_create1(EPOLL_CLOEXEC)), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  expects(epoll_ >= 0 && wake_ >= 0);
  watch(wake_, wake_number);
}

loop::~loop() {
  ::close(wake_);
  ::close(epoll_);
}

bool loop::post(task work) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return false;
    inbox_.push_back(std::move(work));
    // Whoever is awake looks by itself; and one call wakes for all.
    if (!std::exchange(asleep_, false)) return true;
  }
  eventfd_write(wake_, 1);
  return true;
}

std::uint64_t loop::reserve_number() {
  const std::lock_guard lock(mutex_);
  return next_number_++;
}

void loop::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    asleep_ = false;
  }
  eventfd_write(wake_, 1);
}

void loop::run() {
  while (true) {
    empty_inbox();
    start_waiting();
    bool idle = false;
    {
      const std::lock_guard lock(mutex_);
      idle = inbox_.empty();
      if (stopping_ && idle) break;
      asleep_ = idle;
    }
    serve_sockets(idle ? patience_ms() : 0);
    serve_timers();
  }
  connections_.clear();
  ears_.clear();
}

void loop::empty_inbox() {
  std::vector<task> work;
  {
    const std::lock_guard lock(mutex_);
    work.swap(inbox_);
  }
  for (auto& one : work)
    one();
}

void loop::add(std::uint64_t number, const session_parameters& access) {
  connections_.emplace(number, std::make_unique<connection>(*this, number, access));
}

void loop::remove(std::uint64_t number) {
  connections_.erase(number);
}

connection* loop::find(std::uint64_t number) {
  const auto found = connections_.find(number);
  return found == connections_.end() ? nullptr : found->second.get();
}

void loop::hear(std::uint64_t number, int socket, task on_readable) {
  ears_.emplace(number, std::move(on_readable));
  watch(socket, number);
}

void loop::unhear(std::uint64_t number, int socket) {
  unwatch(socket);
  ears_.erase(number);
}

void loop::watch(int socket, std::uint64_t number) {
  epoll_event wanted{};
  wanted.events = EPOLLIN;
  wanted.data.u64 = number;
  expects(epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &wanted) == 0);
}

void loop::unwatch(int socket) {
  epoll_ctl(epoll_, EPOLL_CTL_DEL, socket, nullptr);
}

void loop::wake_at(std::uint64_t number, std::optional<clock::time_point> when) {
  if (const auto old = timer_of_.find(number); old != timer_of_.end()) {
    if (when == old->second) return;
    timers_.erase({old->second, number});
    timer_of_.erase(old);
  }
  if (!when) return;
  timers_.emplace(*when, number);
  timer_of_.emplace(number, *when);
}

void loop::look_up(std::uint64_t number, const std::string& host, std::uint16_t port) {
  resolve(host, port, [self = weak_from_this(), number](answer<endpoint> found) {
    const auto alive = self.lock();
    if (!alive) return;
    alive->post([loop = alive.get(), number, found = std::move(found)] {
      if (auto* asker = loop->find(number)) asker->looked_up(found);
    });
  });
}

void loop::queue_up(std::uint64_t number, bool urgent) {
  if (urgent)
    waiting_.push_front(number);
  else
    waiting_.push_back(number);
}

void loop::request_ended() {
  expects(under_way_ > 0);
  --under_way_;
}

void loop::start_waiting() {
  while (under_way_ < window && !waiting_.empty()) {
    const auto number = waiting_.front();
    waiting_.pop_front();
    auto* next = find(number);
    if (next == nullptr) continue;
    ++under_way_;
    next->start();
  }
}

void loop::serve_sockets(int patience) {
  std::array<epoll_event, 64> events;
  const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), patience);
  {
    const std::lock_guard lock(mutex_);
    asleep_ = false;
  }
  for (int i = 0; i < count; ++i) {
    const auto number = events[static_cast<std::size_t>(i)].data.u64;
    if (number == wake_number) {
      eventfd_t ignored = 0;
      eventfd_read(wake_, &ignored);
    } else if (auto* readable = find(number)) {
      readable->readable();
    } else if (const auto ear = ears_.find(number); ear != ears_.end()) {
      ear->second();
    }
  }
}

void loop::serve_timers() {
  const auto now = clock::now();
  while (!timers_.empty() && timers_.begin()->first <= now) {
    const auto number = timers_.begin()->second;
    wake_at(number, std::nullopt);
    if (auto* late = find(number)) late->timer();
  }
}

int loop::patience_ms() const {
  if (!waiting_.empty() && under_way_ < window) return 0;
  if (timers_.empty()) return -1;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(timers_.begin()->first - clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
}

}  // namespace holdover::device::snmp
