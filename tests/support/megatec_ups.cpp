#include "tests/support/megatec_ups.hpp"

#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <stdexcept>
#include <termios.h>
#include <unistd.h>
#include <utility>

namespace holdover::support {

megatec_ups::megatec_ups() {
  answers("Q1", "(229.7 000.0 230.1 012 50.0 27.4 25.0 00001000");
  answers("F", "#230.0 004 24.00 50.0");
  answers("I", "#LAB             PTY-UPS    V1.2");
  for (const char* command : {"T", "TL", "CT", "C", "Q"})
    answers(command, "");
  plug();
}

megatec_ups::~megatec_ups() {
  pull();
}

void megatec_ups::answers(const std::string& question, const std::string& line) {
  std::lock_guard lock(mutex_);
  answers_[question] = line;
}

std::vector<std::string> megatec_ups::heard() {
  std::lock_guard lock(mutex_);
  return std::exchange(heard_, {});
}

void megatec_ups::pull() {
  if (terminal_ < 0) return;
  ::close(hand_);
  thread_.join();
  ::close(terminal_);
  terminal_ = -1;
  std::filesystem::remove(folder_ / "line");
}

void megatec_ups::plug() {
  terminal_ = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  std::array<char, 64> name;
  std::array<int, 2> pipe_ends{};
  if (terminal_ < 0 || ::grantpt(terminal_) != 0 || ::unlockpt(terminal_) != 0
      || ::ptsname_r(terminal_, name.data(), name.size()) != 0
      || ::pipe2(pipe_ends.data(), O_CLOEXEC) != 0)
    throw std::runtime_error("no pseudo terminal to be had");
  termios raw{};
  ::tcgetattr(terminal_, &raw);
  ::cfmakeraw(&raw);
  ::tcsetattr(terminal_, TCSANOW, &raw);
  std::filesystem::create_symlink(name.data(), folder_ / "line");
  hand_ = pipe_ends[1];
  thread_ = std::thread([this, at = terminal_, until = pipe_ends[0]] {
    serve(at, until);
    ::close(until);
  });
}

void megatec_ups::serve(int terminal, int until) {
  std::string said;
  for (;;) {
    // Until somebody opens the other end a terminal reports a hang-up without a pause.
    std::array<pollfd, 2> waiting{{{terminal, POLLIN, 0}, {until, 0, 0}}};
    ::poll(waiting.data(), waiting.size(), 1000);
    if (waiting[1].revents != 0) return;
    if ((waiting[0].revents & POLLIN) == 0) {
      ::poll(&waiting[1], 1, 5);
      continue;
    }
    char c = 0;
    if (::read(terminal, &c, 1) != 1) continue;
    if (c != '\r') {
      said += c;
      continue;
    }
    std::lock_guard lock(mutex_);
    heard_.push_back(said);
    const auto found = answers_.find(said);
    const auto line = found == answers_.end() ? said : found->second;
    said.clear();
    const auto words = line + '\r';
    if (!line.empty() && ::write(terminal, words.data(), words.size()) < 0) return;
  }
}

device_address megatec_ups::address() const {
  return {.driver = "megatec",
          .host = folder_ / "line",
          .port = 0,
          .unit = {},
          .credentials = {},
          .version = {},
          .settings = {}};
}

}  // namespace holdover::support
