#include "io/device/simulated/stage.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace holdover::device::simulated {

namespace {

constexpr std::size_t file_bytes_max = 4u << 20;

/// Everything in a file; absent, with errno, if it cannot be read or is too long.
std::optional<std::string> content(int file) {
  std::string text;
  std::array<char, 16384> bytes;
  for (;;) {
    auto got = ::read(file, bytes.data(), bytes.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) return text;
    text.append(bytes.data(), static_cast<std::size_t>(got));
    if (text.size() > file_bytes_max) {
      errno = EFBIG;
      return std::nullopt;
    }
  }
}

}  // namespace

stage::stage(std::string path, play_clock clock)
    : path_(std::move(path)), clock_(std::move(clock)) {}

answer<snapshot> stage::look() {
  if (auto problem = refresh()) return std::move(*problem);
  snapshot now;
  now.running = std::max(clock_() - began_, duration::zero());
  now.values = script_.at(now.running);
  for (const auto& outlet : switched_)
    set(now.values, outlet.name, outlet.value);
  return now;
}

answer<switched> stage::switch_outlet(std::uint32_t number, bool on) {
  auto looked = look();
  if (auto* problem = std::get_if<failure>(&looked)) return std::move(*problem);
  const auto& values = std::get<snapshot>(looked).values;
  auto outlet = "outlet." + std::to_string(number);
  if (!nut::value_of(values, outlet + ".status"))
    return failure{failure_kind::unsupported, "the simulated device in " + path_ + " has no "
                                                  + outlet + ".status; add it to the file"};
  if (nut::value_of(values, outlet + ".switchable") == "no")
    return failure{failure_kind::unsupported, outlet + " in " + path_ + " is not switchable"};
  set(switched_, outlet + ".status", on ? "on" : "off");
  return switched{outlet + (on ? " on" : " off")};
}

std::optional<failure> stage::refresh() {
  int file = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return unreadable(errno);
  std::optional<failure> problem;
  struct stat about {};
  if (fstat(file, &about) != 0) {
    problem = unreadable(errno);
  } else {
    edition found{.device = about.st_dev,
                  .inode = about.st_ino,
                  .size = about.st_size,
                  .modified_ns = about.st_mtim.tv_sec * 1'000'000'000 + about.st_mtim.tv_nsec};
    if (playing_ != found) problem = load(file, found);
  }
  ::close(file);
  return problem;
}

std::optional<failure> stage::load(int file, const edition& found) {
  playing_.reset();
  auto text = content(file);
  if (!text) return unreadable(errno);
  auto parsed = parse_script(*text);
  if (const auto* problem = std::get_if<script_problem>(&parsed))
    return failure{failure_kind::nonsense, path_ + ": " + problem->text};
  script_ = std::get<script>(std::move(parsed));
  switched_.clear();
  began_ = clock_();
  playing_ = found;
  return std::nullopt;
}

failure stage::unreadable(int error) const {
  return {failure_kind::unreachable, "cannot read the simulated device " + path_ + ": "
                                         + std::strerror(error) + "; correct the path or the file"};
}

}  // namespace holdover::device::simulated
