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

std::optional<duration> watchdog_period() {
  std::uint64_t microseconds = 0;
  if (sd_watchdog_enabled(0, &microseconds) <= 0) return std::nullopt;
  return std::chrono::duration_cast<duration>(std::chrono::microseconds{microseconds}) / 3;
}

}  // namespace holdover::host
