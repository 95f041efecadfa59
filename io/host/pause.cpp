#include "io/host/pause.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <string>
#include <unistd.h>

namespace holdover::host {

namespace {

double seconds_of(clockid_t clock) {
  timespec now{};
  if (::clock_gettime(clock, &now) != 0) return 0;
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

pause_result failed(const char* what) {
  return {false, std::string{what} + ": " + std::strerror(errno)};
}

}  // namespace

pause_result pause_this_process(std::chrono::milliseconds lasts) {
  sigevent wake{};
  wake.sigev_notify = SIGEV_SIGNAL;
  wake.sigev_signo = SIGCONT;
  timer_t timer{};
  if (::timer_create(CLOCK_MONOTONIC, &wake, &timer) != 0) return failed("no timer to go on by");
  itimerspec when{};
  when.it_value.tv_sec = static_cast<time_t>(lasts.count() / 1000);
  when.it_value.tv_nsec = static_cast<long>(lasts.count() % 1000) * 1'000'000;
  when.it_interval.tv_sec = 1;  // Should the stop come later than the first of them.
  if (::timer_settime(timer, 0, &when, nullptr) != 0) {
    auto result = failed("the timer to go on by cannot be set");
    ::timer_delete(timer);
    return result;
  }
  const auto wall = seconds_of(CLOCK_MONOTONIC);
  const auto work = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
  // To this thread, not to the process: so it takes effect before anything else is done here.
  const bool stopped = std::raise(SIGSTOP) == 0;
  const auto after = seconds_of(CLOCK_MONOTONIC) - wall;
  const auto used = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - work;
  if (!stopped || after * 1000 < static_cast<double>(lasts.count())) {
    // The timer stays: whatever stops us now must not do so for ever.
    return {false, "the process was not stopped for as long as it should be"};
  }
  ::timer_delete(timer);
  char text[128];
  std::snprintf(text, sizeof text,
                "process %d was stopped for %.1f s and used %.0f ms of processor time meanwhile",
                static_cast<int>(::getpid()), after, used * 1000);
  return {true, text};
}

}  // namespace holdover::host
