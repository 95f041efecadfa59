#include "tests/support/process.hpp"

#include <chrono>
#include <fcntl.h>
#include <signal.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>

extern char** environ;

namespace holdover::support {

namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (auto& text : texts)
    result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

}  // namespace

process::process(const std::vector<std::string>& command,
                 const std::vector<std::string>& environment, const std::string& log_file) {
  // Everything is prepared before the fork: the child of a program with threads may allocate
  // nothing.
  auto words = command;
  auto variables = environment;
  for (char** v = environ; *v != nullptr; ++v)
    variables.emplace_back(*v);
  auto argv = pointers(words);
  auto envp = pointers(variables);
  int log = ::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  id_ = ::fork();
  if (id_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(nothing, 0);
    ::dup2(log, 1);
    ::dup2(log, 2);
    ::execve(argv[0], argv.data(), envp.data());
    ::_exit(127);
  }
  ::close(log);
  ::close(nothing);
  if (id_ < 0) throw std::runtime_error("cannot start " + command.front());
}

process::process(process&& other) noexcept : id_(std::exchange(other.id_, -1)) {}

process& process::operator=(process&& other) noexcept {
  if (this != &other) {
    stop();
    id_ = std::exchange(other.id_, -1);
  }
  return *this;
}

bool process::gone(int milliseconds_max) {
  auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds_max);
  while (id_ > 0) {
    if (::waitpid(id_, nullptr, WNOHANG) != 0) {
      id_ = -1;
    } else if (std::chrono::steady_clock::now() >= end) {
      return false;
    } else {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  return true;
}

bool process::running() {
  return !gone(0);
}

void process::send(int signal) {
  if (id_ > 0) ::kill(id_, signal);
}

void process::stop() {
  send(SIGTERM);
  send(SIGCONT);
  if (!gone(3000)) kill();
}

void process::kill() {
  send(SIGKILL);
  gone(3000);
}

}  // namespace holdover::support
