#include "io/host/service.hpp"

#include <systemd/sd-daemon.h>

#include <cstdint>

namespace holdover::host {

void say_ready(const std::string& status) {
  sd_notify(0, ("READY=1\nSTATUS=" + status).c_str());
}

void say_alive() {
  sd_notify(0, "WATCHDOG=1");
}

void say_status(const std::string& status) {
  sd_notify(0, ("STATUS=" + status).c_str());
}

void say_stopping() {
  sd_notify(0, "STOPPING=1");
}

void stretch_watchdog(duration to) {
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(to).count();
  sd_notify(0, ("WATCHDOG_USEC=" + std::to_string(microseconds) + "\nWATCHDOG=1").c_str());
}

std::optional<duration> watchdog_limit() {
  std::uint64_t microseconds = 0;
  if (sd_watchdog_enabled(0, &microseconds) <= 0) return std::nullopt;
  return std::chrono::duration_cast<duration>(std::chrono::microseconds{microseconds});
}

std::optional<duration> watchdog_period() {
  const auto limit = watchdog_limit();
  return limit ? std::optional{*limit / 3} : std::nullopt;
}

}  // namespace holdover::host
