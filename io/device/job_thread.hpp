// A thread with a queue, for neighbours that answer one question at a time and make one wait.
//
// Thread-safe. Jobs run in the order of their times. The last reference may be let go from within
// a job; jobs that have not begun are then dropped, as their questions are answered elsewhere.

#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace holdover::device {

class job_thread {
public:
  using job = std::function<void()>;
  using clock = std::chrono::steady_clock;

  job_thread();
  ~job_thread();  ///< Waits for a job that runs, unless called from within it.
  job_thread(const job_thread&) = delete;
  job_thread& operator=(const job_thread&) = delete;

  void post(job, clock::time_point not_before = {});

private:
  struct desk;
  static void run(const std::shared_ptr<desk>&);

  std::shared_ptr<desk> desk_;
};

}  // namespace holdover::device
