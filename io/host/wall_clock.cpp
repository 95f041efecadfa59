#include "io/host/wall_clock.hpp"

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <sys/timex.h>
#include <utility>

namespace holdover::host {

namespace {

constexpr std::chrono::milliseconds step_limit{60'000};
constexpr std::chrono::hours suspended_for{1};
constexpr const char* zones = "/usr/share/zoneinfo/";

bool kernel_says_synchronised() {
  timex state{};
  const auto how = ::adjtimex(&state);
  return how != -1 && how != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
}

}  // namespace

wall_clock::wall_clock()
    : wall_clock({std::chrono::system_clock::now, std::chrono::steady_clock::now,
                  kernel_says_synchronised}) {}

wall_clock::wall_clock(sources from) : from_(std::move(from)) {}

wall_time wall_clock::read() {
  const auto wall = from_.wall();
  const auto steady = from_.steady();
  const auto offset = std::chrono::duration_cast<std::chrono::milliseconds>(
      wall.time_since_epoch() - steady.time_since_epoch());
  if (offset_ && std::chrono::abs(offset - *offset_) > step_limit) stepped_at_ = steady;
  offset_ = offset;
  if (stepped_at_ && steady - *stepped_at_ >= suspended_for) stepped_at_.reset();

  const auto seconds = std::chrono::system_clock::to_time_t(wall);
  std::tm local{};
  if (::localtime_r(&seconds, &local) == nullptr) return {};
  return {static_cast<std::uint32_t>((local.tm_wday + 6) % 7),
          static_cast<std::uint32_t>(local.tm_hour * 60 + local.tm_min), host::local_seconds(wall),
          !stepped_at_ && from_.synchronised()};
}

std::int64_t local_seconds(std::chrono::system_clock::time_point at) {
  const auto seconds = std::chrono::system_clock::to_time_t(at);
  std::tm local{};
  if (::localtime_r(&seconds, &local) == nullptr) return seconds;
  return seconds + local.tm_gmtoff;
}

bool known_time_zone(const std::string& name) {
  std::error_code ignored;
  const bool plain = !name.empty() && name.front() != '/' && name.find("..") == std::string::npos;
  return plain && (name == "UTC" || std::filesystem::is_regular_file(zones + name, ignored));
}

void set_time_zone(const std::string& name) {
  ::setenv("TZ", (":" + name).c_str(), 1);
  ::tzset();
}

}  // namespace holdover::host
