#include "io/host/clock_watch.hpp"

#include <ctime>
#include <utility>

namespace holdover::host {

namespace {

std::chrono::milliseconds read(clockid_t which) {
  timespec at{};
  ::clock_gettime(which, &at);
  return std::chrono::seconds{at.tv_sec}
         + std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::nanoseconds{at.tv_nsec});
}

std::string seconds(std::chrono::milliseconds time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) + " s";
}

}  // namespace

clock_readings read_clocks() {
  return {read(CLOCK_MONOTONIC), read(CLOCK_BOOTTIME), read(CLOCK_REALTIME)};
}

std::optional<std::string> clock_watch::look(clock_readings now) {
  const auto before = std::exchange(last_, now);
  const auto ran = now.monotonic - before.monotonic;
  const auto slept = now.since_boot - before.since_boot - ran;
  const auto jumped = now.wall - before.wall - ran;
  if (slept >= limit_) return "this host slept for " + seconds(slept);
  if (jumped >= limit_) return "the wall clock went " + seconds(jumped) + " ahead at once";
  if (-jumped >= limit_) return "the wall clock went " + seconds(-jumped) + " back at once";
  return std::nullopt;
}

}  // namespace holdover::host
