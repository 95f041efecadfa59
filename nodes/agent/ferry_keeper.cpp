#include "nodes/agent/ferry_keeper.hpp"

#include "io/host/privileges.hpp"
#include "io/sandbox/sandbox.hpp"
#include "nodes/agent/ferry.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace holdover::agent_node {

namespace {

constexpr std::chrono::milliseconds first_pause{100};
// Below every time to live that a site may have.
constexpr std::chrono::milliseconds longest_pause{2000};
// One that has lived so long did not end because of how it was started.
constexpr std::chrono::seconds lived{10};
constexpr std::chrono::milliseconds goodbye{1000};
// Three seconds in all: on a machine that is short of processors a process may well wait for one.
constexpr std::chrono::milliseconds question_period{500};
constexpr int questions_missed = 6;
constexpr int link_of_ferry = 3;

/// Without a copy of our memory, so it works when there is little.
std::variant<pid_t, std::string> spawn(std::vector<std::string> words, int link) {
  std::vector<char*> arguments;
  for (auto& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, link, link_of_ferry);
  pid_t child = -1;
  const int problem =
      ::posix_spawn(&child, "/proc/self/exe", &files, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (problem != 0) return std::string{"/proc/self/exe: "} + std::strerror(problem);
  return child;
}

std::string how(int ending) {
  if (WIFEXITED(ending)) return "with exit status " + std::to_string(WEXITSTATUS(ending));
  return "by signal " + std::to_string(WTERMSIG(ending));
}

}  // namespace

ferry_keeper::ferry_keeper(const config::agent_settings& settings, const membership& members,
                           const keys::key_pair& keys)
    : settings_(settings), members_(members), keys_(keys) {}

ferry_keeper::~ferry_keeper() {
  if (ferry_ < 0) return;
  const auto until = clock::now() + goodbye;
  int ending = 0;
  while (::waitpid(ferry_, &ending, WNOHANG) == 0) {
    if (clock::now() >= until) ::kill(ferry_, SIGKILL);
    const timespec moment{0, 5'000'000};
    ::nanosleep(&moment, nullptr);
  }
}

void ferry_keeper::look_after(machine& of) {
  int ending = 0;
  if (ferry_ >= 0 && ::waitpid(ferry_, &ending, WNOHANG) == ferry_) bury(ending);
  // It is on its way out, or has closed its end and can carry nothing any more.
  if (ferry_ >= 0 && !of.connected()) ::kill(ferry_, SIGKILL);
  if (ferry_ >= 0) listen_for_life(of);
  if (ferry_ >= 0 || clock::now() < next_) return;
  wait_longer();
  if (const auto why = start(of)) spdlog::error("the network part cannot be started: {}", *why);
}

void ferry_keeper::renew() {
  if (ferry_ < 0) return;
  renewing_ = true;
  ::kill(ferry_, SIGKILL);
}

std::optional<std::string> ferry_keeper::start(machine& of) {
  auto ends = host::link::make();
  if (!ends) return "no socketpair: the system has no descriptors left";
  const auto begun = spawn({"holdover-agent", link_option, std::to_string(link_of_ferry),
                            user_option, settings_.network_user, parent_option,
                            std::to_string(::getpid()), level_option, settings_.log_level},
                           ends->second.fd());
  if (const auto* why = std::get_if<std::string>(&begun)) return *why;
  ferry_ = std::get<pid_t>(begun);
  begun_ = clock::now();
  unanswered_ = 0;
  ends->second.close();
  if (!brief_ferry(ends->first, settings_, members_, keys_)) return "it does not listen";
  of.connect(std::move(ends->first));
  return std::nullopt;
}

void ferry_keeper::listen_for_life(machine& of) {
  if (of.ferry_was_heard()) unanswered_ = 0;
  if (clock::now() < next_question_) return;
  next_question_ = clock::now() + question_period;
  of.ask_ferry();
  if (++unanswered_ <= questions_missed) return;
  unanswered_ = 0;
  spdlog::error("the network part lives and does not answer: it is ended");
  ::kill(ferry_, SIGKILL);
}

void ferry_keeper::bury(int ending) {
  ferry_ = -1;
  if (clock::now() - begun_ >= lived) pause_ = {};
  if (pause_ < first_pause) next_ = clock::now();
  if (std::exchange(renewing_, false)) {
    next_ = clock::now();
    spdlog::info("another network part takes over, which knows the new membership");
    return;
  }
  if (WIFSIGNALED(ending) && WTERMSIG(ending) == SIGSYS)
    spdlog::critical(
        "the network part did what it must not and was ended by its filter; the kernel's audit log "
        "names the system call. It is started again");
  else
    spdlog::error("the network part ended {}: it is started again", how(ending));
}

void ferry_keeper::wait_longer() {
  pause_ = std::clamp(2 * pause_, first_pause, longest_pause);
  next_ = clock::now() + pause_;
}

std::optional<std::string> become_ferry(int link, const std::string& user, int parent) {
  sandbox::calm_memory();
  if (::close_range(static_cast<unsigned>(link) + 1, ~0U, 0) != 0)
    for (int fd = link + 1; fd < 1024; ++fd)
      ::close(fd);
  return host::drop_to(user, parent);
}

}  // namespace holdover::agent_node
