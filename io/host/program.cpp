#include "io/host/program.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <exception>
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
constexpr std::size_t threads_max = 64;
constexpr std::size_t waiting_max = 256;
constexpr std::chrono::milliseconds first_pause{50};
constexpr std::chrono::milliseconds last_pause{1000};

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

bool passes(int problem) {
  return problem == EAGAIN || problem == ENOMEM || problem == EMFILE || problem == ENFILE
         || problem == ETXTBSY;
}

struct beginning {
  pid_t pid = -1;
  std::string problem;
  std::optional<channel> input;
  std::optional<channel> output;
};

beginning try_to_start(const program& what, int& problem) {
  beginning made{.pid = -1, .problem = {}, .input = make_channel(), .output = {}};
  if (made.input) made.output = make_channel();
  if (!made.output) {
    problem = errno;
    made.problem = std::string{"no pipe: "} + std::strerror(problem);
    return made;
  }
  made.pid = start(what, *made.input, *made.output);
  problem = made.pid < 0 ? -made.pid : 0;
  if (problem != 0) made.problem = what.argv[0] + ": " + std::strerror(problem);
  return made;
}

beginning start_in_time(const program& what) {
  const auto ends = std::chrono::steady_clock::now() + what.limit;
  for (auto pause = first_pause;; pause = std::min(2 * pause, last_pause)) {
    int problem = 0;
    auto made = try_to_start(what, problem);
    if (!passes(problem) || std::chrono::steady_clock::now() + pause >= ends) return made;
    std::this_thread::sleep_for(pause);
  }
}

/// Whether it has ended, for where the kernel has no descriptor left to tell us.
bool has_ended(pid_t pid) {
  siginfo_t seen{};
  return ::waitid(P_PID, static_cast<id_t>(pid), &seen, WEXITED | WNOHANG | WNOWAIT) == 0
         && seen.si_pid == pid;
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
    const int wait =
        static_cast<int>(std::min<long long>(left.count(), alive.get() < 0 ? 100 : 60000));
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
    const bool over = alive.get() < 0 ? has_ended(pid) : watched[0].revents != 0;
    if (over && (watched[1].revents & POLLIN) == 0) break;
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

/// Whatever goes wrong, somebody waits for the answer.
template <class What>
program_result reported(const What& what) {
  try {
    return what();
  } catch (const std::exception& problem) {
    return {false, problem.what()};
  }
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

program_runner::program_runner(std::size_t ready)
    : threads_({.threads = ready, .threads_max = threads_max, .waiting_max = waiting_max}) {}

program_runner::~program_runner() {
  const std::lock_guard lock{shared_->mutex};
  shared_->closed = true;
}

void program_runner::run(program what, on_started started, on_ended ended) {
  post(
      [what = std::move(what), started = std::move(started), ended, keep = shared_] {
        const auto tell = [&](const auto& handler, auto... arguments) {
          const std::lock_guard lock{keep->mutex};
          if (!keep->closed) handler(arguments...);
        };
        const auto result = reported([&] {
          if (what.argv.empty()) return program_result{false, "no program is configured"};
          if (const auto why = objection(what.argv[0])) return program_result{false, *why};
          auto begun = start_in_time(what);
          if (begun.pid < 0) return program_result{false, begun.problem};
          tell(started);
          return attend(begun.pid, what, std::move(*begun.input), std::move(*begun.output));
        });
        tell(ended, result);
      },
      ended);
}

void program_runner::call(std::function<program_result()> what, on_ended ended) {
  post(
      [what = std::move(what), ended, keep = shared_] {
        const auto result = reported(what);
        const std::lock_guard lock{keep->mutex};
        if (!keep->closed) ended(result);
      },
      ended);
}

void program_runner::post(crew::errand what, const on_ended& if_dropped) {
  if (!threads_.post(std::move(what)))
    if_dropped({false, "too many programs are waiting for others to end"});
}

}  // namespace holdover::host
