#include "io/log/line_writer.hpp"

#include <climits>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <ctime>
#include <deque>
#include <fcntl.h>
#include <mutex>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace holdover::log_output {

namespace {

constexpr int look_again_milliseconds = 100;

void block_signals() {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

struct line_writer::desk {
  int descriptor = -1;  // Our own, as the thread may live longer than its user.
  std::string program;
  std::size_t lines = 0;
  std::mutex lock;
  std::condition_variable news;
  std::deque<std::string> waiting;
  std::uint64_t dropped = 0;
  std::atomic<std::size_t> unwritten{0};  ///< Waiting, and under way.
  std::atomic<bool> stop{false};

  desk() = default;
  ~desk() { ::close(descriptor); }
  desk(const desk&) = delete;
  desk& operator=(const desk&) = delete;

  void run();
  void write(const std::string& text);
};

void line_writer::desk::run() {
  block_signals();
  std::uint64_t told = 0;
  for (std::unique_lock held{lock};;) {
    news.wait(held, [this] { return stop || !waiting.empty(); });
    if (waiting.empty()) return;
    auto line = std::move(waiting.front());
    waiting.pop_front();
    if (dropped > told)
      line.insert(0, program + " warning: " + std::to_string(dropped - told)
                         + " lines of the log were dropped here, as nobody read them in time\n");
    told = dropped;
    held.unlock();
    write(line);
    --unwritten;
    held.lock();
    if (stop) return;
  }
}

// A reader that is gone will not come back; what cannot be written is no reason to end.
void line_writer::desk::write(const std::string& text) {
  for (std::size_t at = 0; at < text.size() && !stop;) {
    pollfd room{descriptor, POLLOUT, 0};
    const int ready = ::poll(&room, 1, look_again_milliseconds);
    if (stop || ready == 0 || (ready < 0 && errno == EINTR)) continue;
    if (ready < 0) return;
    const auto most = std::min<std::size_t>(text.size() - at, PIPE_BUF);
    const auto written = ::write(descriptor, text.data() + at, most);
    if (written > 0)
      at += static_cast<std::size_t>(written);
    else if (errno != EAGAIN && errno != EINTR)
      return;
  }
}

line_writer::line_writer(int descriptor, std::string program, std::size_t lines)
    : desk_{std::make_shared<desk>()} {
  desk_->descriptor = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  desk_->program = std::move(program);
  desk_->lines = lines;
  thread_ = std::thread{[mine = desk_] { mine->run(); }};
}

line_writer::~line_writer() {
  const bool all_out = drain(goodbye);
  {
    const std::lock_guard held{desk_->lock};
    desk_->stop = true;
  }
  desk_->news.notify_one();
  if (all_out)
    thread_.join();
  else
    thread_.detach();
}

void line_writer::put(std::string line) {
  if (line.size() > line_bytes_max) line.replace(line_bytes_max - 1, std::string::npos, "\n");
  {
    const std::lock_guard held{desk_->lock};
    if (desk_->waiting.size() >= desk_->lines) {
      desk_->waiting.pop_front();
      --desk_->unwritten;
      ++desk_->dropped;
    }
    desk_->waiting.push_back(std::move(line));
    ++desk_->unwritten;
  }
  desk_->news.notify_one();
}

std::uint64_t line_writer::dropped() const {
  const std::lock_guard held{desk_->lock};
  return desk_->dropped;
}

bool line_writer::drain(std::chrono::milliseconds bound) const noexcept {
  const timespec moment{0, 1'000'000};
  for (auto left = bound.count(); desk_->unwritten != 0; --left) {
    if (left <= 0) return false;
    ::nanosleep(&moment, nullptr);
  }
  return true;
}

}  // namespace holdover::log_output
