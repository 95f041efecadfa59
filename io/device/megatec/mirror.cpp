#include "io/device/megatec/mirror.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>
#include <utility>

namespace holdover::device::megatec {

namespace {

constexpr std::chrono::seconds status_lives{6};
constexpr std::size_t question_bytes_max = 64;
constexpr mode_t for_the_group = 0660;

/// Why no link can be made there; empty if it was made.
std::string link_to(const std::string& terminal, const std::string& path) {
  struct stat there {};
  if (::lstat(path.c_str(), &there) == 0 && !S_ISLNK(there.st_mode))
    return path + " is there and no link; remove it, or offer the line under another name";
  const auto beside = path + ".new";
  ::unlink(beside.c_str());
  if (::symlink(terminal.c_str(), beside.c_str()) == 0
      && ::rename(beside.c_str(), path.c_str()) == 0)
    return {};
  return path + ": " + std::strerror(errno) + "; name a folder that this program may write to";
}

struct terminal_pair {
  int master = -1;
  int other_end = -1;
  std::string name;
};

std::variant<terminal_pair, std::string> open_terminal() {
  terminal_pair made;
  std::array<char, 64> name;
  made.master = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (made.master < 0) return std::string{"no pseudo terminal to be had: "} + std::strerror(errno);
  if (::grantpt(made.master) == 0 && ::unlockpt(made.master) == 0
      && ::ptsname_r(made.master, name.data(), name.size()) == 0)
    made.other_end = ::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC);
  termios raw{};
  if (made.other_end >= 0 && ::tcgetattr(made.other_end, &raw) == 0) {
    ::cfmakeraw(&raw);
    if (::tcsetattr(made.other_end, TCSANOW, &raw) == 0) {
      ::fchmod(made.other_end, for_the_group);
      made.name = name.data();
      return made;
    }
  }
  const std::string why = std::strerror(errno);
  if (made.other_end >= 0) ::close(made.other_end);
  ::close(made.master);
  return "no pseudo terminal to be had: " + why;
}

}  // namespace

std::variant<std::unique_ptr<mirror>, std::string> mirror::open(const std::string& path) {
  auto opened = open_terminal();
  if (auto* why = std::get_if<std::string>(&opened)) return std::move(*why);
  const auto& ends = std::get<terminal_pair>(opened);
  auto why = link_to(ends.name, path);
  const int bell = why.empty() ? ::eventfd(0, EFD_CLOEXEC) : -1;
  if (why.empty() && bell < 0) why = std::string{"no event to be had: "} + std::strerror(errno);
  if (why.empty())
    return std::unique_ptr<mirror>(new mirror(path, ends.master, ends.other_end, bell));
  ::close(ends.master);
  ::close(ends.other_end);
  return why;
}

mirror::mirror(std::string path, int terminal, int other_end, int bell)
    : path_(std::move(path)), terminal_(terminal), other_end_(other_end), bell_(bell) {
  thread_ = std::thread([this] { run(); });
}

mirror::~mirror() {
  const std::uint64_t one = 1;
  // An event takes eight bytes unless it is full, and then it rings already.
  static_cast<void>(!::write(bell_, &one, sizeof one));
  thread_.join();
  ::unlink(path_.c_str());
  ::close(terminal_);
  ::close(other_end_);
  ::close(bell_);
}

void mirror::note(const std::string& question, const std::string& line) {
  const std::lock_guard lock(mutex_);
  known_[question] = {line, clock::now()};
}

void mirror::run() {
  for (;;) {
    std::array<pollfd, 2> waiting{{{terminal_, POLLIN, 0}, {bell_, POLLIN, 0}}};
    if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) return;
    if (waiting[1].revents != 0) return;
    if ((waiting[0].revents & POLLIN) == 0) continue;
    std::array<char, question_bytes_max> bytes;
    const auto got = ::read(terminal_, bytes.data(), bytes.size());
    for (ssize_t i = 0; i < got; ++i)
      take(bytes[static_cast<std::size_t>(i)]);
  }
}

void mirror::take(char c) {
  if (c == '\n') return;
  if (c != '\r') {
    said_ += c;
    if (said_.size() > question_bytes_max) said_.clear();
    return;
  }
  auto reply = reply_to(std::exchange(said_, {}));
  if (reply.empty()) return;
  reply += '\r';
  // A program that reads nothing loses the rest, and nobody else does.
  const int was = ::fcntl(terminal_, F_GETFL);
  ::fcntl(terminal_, F_SETFL, was | O_NONBLOCK);
  static_cast<void>(!::write(terminal_, reply.data(), reply.size()));
  ::fcntl(terminal_, F_SETFL, was);
}

std::string mirror::reply_to(const std::string& question) {
  if (question != "Q1" && question != "F" && question != "I") return question;
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(question);
  if (found == known_.end()) return {};
  const auto status = known_.find("Q1");
  if (status == known_.end() || clock::now() - status->second.at > status_lives) return {};
  return found->second.line;
}

}  // namespace holdover::device::megatec
