#include "io/device/job_thread.hpp"

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace holdover::device {

/// The queue; the thread shares it, so that its owner may go from within a job.
struct job_thread::desk {
  std::mutex mutex;
  std::condition_variable changed;
  std::multimap<clock::time_point, job> jobs;
  bool closing = false;
  std::thread thread;
};

job_thread::job_thread() : desk_(std::make_shared<desk>()) {
  desk_->thread = std::thread([desk = desk_] { run(desk); });
}

job_thread::~job_thread() {
  {
    std::lock_guard lock(desk_->mutex);
    desk_->closing = true;
  }
  desk_->changed.notify_all();
  if (desk_->thread.get_id() == std::this_thread::get_id())
    desk_->thread.detach();
  else
    desk_->thread.join();
}

void job_thread::post(job what, clock::time_point not_before) {
  {
    std::lock_guard lock(desk_->mutex);
    desk_->jobs.emplace(not_before, std::move(what));
  }
  desk_->changed.notify_all();
}

void job_thread::run(const std::shared_ptr<desk>& desk) {
  std::unique_lock lock(desk->mutex);
  while (!desk->closing) {
    if (desk->jobs.empty()) {
      desk->changed.wait(lock);
      continue;
    }
    const auto first = desk->jobs.begin();
    if (const auto due = first->first; due > clock::now()) {
      desk->changed.wait_until(lock, due);
      continue;
    }
    auto what = std::move(first->second);
    desk->jobs.erase(first);
    lock.unlock();
    what();
    what = nullptr;  // It may hold the last reference to the owner.
    lock.lock();
  }
}

}  // namespace holdover::device
