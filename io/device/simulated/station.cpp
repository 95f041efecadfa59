#include "io/device/simulated/station.hpp"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <utility>

namespace holdover::device::simulated {

struct station::queue {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<job> jobs;
  bool ended = false;
};

std::shared_ptr<station> station::of(const std::string& path, const play_clock& clock) {
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<station>> playing;
  std::lock_guard lock(mutex);
  std::erase_if(playing, [](const auto& entry) { return entry.second.expired(); });
  auto& entry = playing[path];
  auto found = entry.lock();
  if (!found) entry = found = std::make_shared<station>(path, clock);
  return found;
}

station::station(std::string path, play_clock clock) : queue_(std::make_shared<queue>()) {
  thread_ = std::thread([jobs = queue_, where = std::move(path), when = std::move(clock)] {
    run(jobs, stage(where, when));
  });
}

station::~station() {
  {
    std::lock_guard lock(queue_->mutex);
    queue_->ended = true;
  }
  queue_->changed.notify_one();
  if (thread_.get_id() == std::this_thread::get_id())
    thread_.detach();
  else
    thread_.join();
}

void station::post(job what) {
  // The job may run, and let go of this station, before the caller is back.
  auto to = queue_;
  std::lock_guard lock(to->mutex);
  to->jobs.push_back(std::move(what));
  to->changed.notify_one();
}

void station::run(const std::shared_ptr<queue>& jobs, stage on) {
  std::unique_lock lock(jobs->mutex);
  for (;;) {
    jobs->changed.wait(lock, [&] { return jobs->ended || !jobs->jobs.empty(); });
    if (jobs->ended) return;
    auto next = std::move(jobs->jobs.front());
    jobs->jobs.pop_front();
    lock.unlock();
    next(on);
    next = nullptr;
    lock.lock();
  }
}

}  // namespace holdover::device::simulated
