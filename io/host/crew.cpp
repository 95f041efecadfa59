#include "io/host/crew.hpp"

#include <condition_variable>
#include <csignal>
#include <deque>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace holdover::host {

struct crew::desk {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<errand> waiting;
  std::size_t threads = 0;
  std::size_t idle = 0;
  bool closed = false;
};

crew::crew(shape wanted) : shape_(wanted), desk_(std::make_shared<desk>()) {
  const std::lock_guard lock{desk_->mutex};
  try {
    for (; desk_->threads < shape_.threads; ++desk_->threads)
      std::thread{[desk = desk_] { serve(desk); }}.detach();
  } catch (...) {
    desk_->closed = true;
    desk_->changed.notify_all();
    throw;
  }
}

crew::~crew() {
  std::deque<errand> dropped;
  const std::lock_guard lock{desk_->mutex};
  desk_->closed = true;
  std::swap(dropped, desk_->waiting);
  desk_->changed.notify_all();
}

bool crew::post(errand what) {
  const std::lock_guard lock{desk_->mutex};
  const bool full = desk_->waiting.size() >= shape_.waiting_max;
  if (full && !shape_.newest_matters) return false;
  if (full) desk_->waiting.pop_front();
  desk_->waiting.push_back(std::move(what));
  if (desk_->waiting.size() > desk_->idle && desk_->threads < shape_.threads_max) {
    try {
      std::thread{[desk = desk_] { serve(desk); }}.detach();
      ++desk_->threads;
    } catch (const std::system_error&) {
      // It waits for one of those that are there.
    }
  }
  desk_->changed.notify_one();
  return !full;
}

void crew::serve(const std::shared_ptr<desk>& desk) {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);  // Signals are for the threads that expect them.
  std::unique_lock lock{desk->mutex};
  for (;;) {
    ++desk->idle;
    desk->changed.wait(lock, [&] { return desk->closed || !desk->waiting.empty(); });
    --desk->idle;
    if (desk->closed) return;
    auto what = std::move(desk->waiting.front());
    desk->waiting.pop_front();
    lock.unlock();
    try {
      what();
    } catch (const std::exception&) {
      // Its own business, as the header says; this thread is for the next one.
    }
    what = nullptr;  // It may hold the last reference to somebody who posts.
    lock.lock();
  }
}

}  // namespace holdover::host
