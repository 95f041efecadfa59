#include "io/host/program.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace holdover::host {

namespace {

constexpr std::size_t tail_limit = 4096;

class file_handle {
public:
  explicit file_handle(int fd = -1) : fd_(fd) {}
  file_handle(file_handle&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  file_handle& operator=(file_handle&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~file_handle() { close(); }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  int get() const { return fd_; }

private:
  int fd_;
};

struct channel {
  file_handle read;
  file_handle write;
};

std::optional<channel> make_channel() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  return channel{file_handle{ends[0]}, file_handle{ends[1]}};
}

std::string last_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
    text.pop_back();
  const auto at = text.rfind('\n');
  return at == std::string::npos ? text : text.substr(at + 1);
}

// Starts it with its standard streams on our channels. @return pid or the errno, negated.
pid_t start(const program& what, const channel& input, const channel& output) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, input.read.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, output.write.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, output.write.get(), STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::vector<char*> argv;
  for (const auto& word : what.argv)
    argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
  static char locale[] = "LC_ALL=C.UTF-8";
  std::array<char*, 3> environment{path, locale, nullptr};
  pid_t pid = -1;
  const int problem = ::posix_spawn(&pid, what.argv[0].c_str(), &files, &attributes, argv.data(),
                                    environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return problem == 0 ? pid : -problem;
}

// Feeds its input and reads its output until it ends or the limit is over.
program_result attend(pid_t pid, const program& what, channel input, channel output) {
  input.read.close();
  output.write.close();
  ::fcntl(input.write.get(), F_SETFL, O_NONBLOCK);
  const file_handle alive{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
  const auto ends = std::chrono::steady_clock::now() + what.limit;
  std::string tail;
  std::size_t fed = 0;
  bool output_open = true, overran = false;
  for (;;) {
    if (fed == what.input.size()) input.write.close();
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(ends - std::chrono::steady_clock::now());
    if (left.count() <= 0) {
      overran = true;
      break;
    }
    std::array<pollfd, 3> watched{{{alive.get(), POLLIN, 0},
                                   {output_open ? output.read.get() : -1, POLLIN, 0},
                                   {input.write.get(), POLLOUT, 0}}};
    const int wait = static_cast<int>(std::min<long long>(left.count(), 60000));
    if (::poll(watched.data(), watched.size(), wait) < 0 && errno != EINTR) break;
    if (watched[2].revents != 0) {
      const auto n = ::write(input.write.get(), what.input.data() + fed, what.input.size() - fed);
      fed = n > 0 ? fed + static_cast<std::size_t>(n)
                  : (n < 0 && (errno == EAGAIN || errno == EINTR) ? fed : what.input.size());
    }
    if (watched[1].revents != 0) {
      std::array<char, 1024> some{};
      const auto n = ::read(output.read.get(), some.data(), some.size());
      if (n > 0) {
        tail.append(some.data(), static_cast<std::size_t>(n));
        if (tail.size() > tail_limit) tail.erase(0, tail.size() - tail_limit);
      } else if (n == 0) {
        output_open = false;
      }
    }
    // Its end counts, not that of a grandchild that keeps the output open.
    if (watched[0].revents != 0 && (watched[1].revents & POLLIN) == 0) break;
  }
  if (overran) ::kill(-pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  const auto said = last_line(std::move(tail));
  if (overran)
    return {false, "did not end within " + std::to_string(what.limit.count()) + " ms, killed"
                       + (said.empty() ? "" : ": " + said)};
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {true, said};
  const auto how = WIFEXITED(status) ? "exit status " + std::to_string(WEXITSTATUS(status))
                                     : "killed by signal " + std::to_string(WTERMSIG(status));
  return {false, how + (said.empty() ? "" : ": " + said)};
}

}  // namespace

std::optional<std::string> objection(const std::string& path) {
  if (path.empty() || path.front() != '/')
    return "'" + path + "' is not an absolute path; write it from the root";
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0)
    return path + ": " + std::strerror(errno) + "; name an installed program";
  if (!S_ISREG(facts.st_mode) || ::access(path.c_str(), X_OK) != 0)
    return path + " is not an executable file; chmod 0755 it";
  if (facts.st_uid != 0 && facts.st_uid != ::geteuid())
    return path + " belongs to somebody else; chown root it";
  if ((facts.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return path + " can be changed by others; chmod go-w it";
  return std::nullopt;
}

program_runner::~program_runner() {
  const std::lock_guard lock{shared_->mutex};
  shared_->closed = true;
}

void program_runner::run(program what, on_started started, on_ended ended) {
  std::thread{[what = std::move(what), started = std::move(started), ended = std::move(ended),
               keep = shared_] {
    const auto tell = [&](const auto& handler, auto... arguments) {
      const std::lock_guard lock{keep->mutex};
      if (!keep->closed) handler(arguments...);
    };
    if (what.argv.empty()) return tell(ended, program_result{false, "no program is configured"});
    if (const auto why = objection(what.argv[0])) return tell(ended, program_result{false, *why});
    auto input = make_channel();
    auto output = make_channel();
    if (!input || !output)
      return tell(ended, program_result{false, std::string{"no pipe: "} + std::strerror(errno)});
    const auto pid = start(what, *input, *output);
    if (pid < 0)
      return tell(ended, program_result{false, what.argv[0] + ": " + std::strerror(-pid)});
    tell(started);
    tell(ended, attend(pid, what, std::move(*input), std::move(*output)));
  }}.detach();
}

}  // namespace holdover::host
