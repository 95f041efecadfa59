// What the clock on the wall says, and whether it may be believed (rule X19).
//
// Deadlines are never taken from here. A time window is: what it stops is stopped on the word of
// this clock, so it is believed only while the kernel says that it is synchronised, and after a
// step of more than a minute not for an hour: a wrong time server must not shut a site down.

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace holdover::host {

struct wall_time {
  std::uint32_t weekday = 0;  ///< From Monday.
  std::uint32_t minute = 0;   ///< Of the day.
  /// Since 1970, as if the local time zone were UTC.
  std::int64_t local_seconds = 0;
  bool trusted = false;
};

class wall_clock {
public:
  /// Where it reads; the system's own clocks if nothing is given.
  struct sources {
    std::function<std::chrono::system_clock::time_point()> wall;
    std::function<std::chrono::steady_clock::time_point()> steady;
    std::function<bool()> synchronised;
  };
  wall_clock();
  explicit wall_clock(sources from);

  wall_time read();

private:
  sources from_;
  std::optional<std::chrono::milliseconds> offset_;  ///< Wall less steady, at the last look.
  std::optional<std::chrono::steady_clock::time_point> stepped_at_;
};

/// A moment of the wall clock in the local time zone: seconds since 1970 as if that were UTC.
std::int64_t local_seconds(std::chrono::system_clock::time_point);

/// Whether the system's database knows a time zone.
bool known_time_zone(const std::string& name);

/// From now on this process reads clocks in this zone. To be called before there are threads.
void set_time_zone(const std::string& name);

}  // namespace holdover::host
