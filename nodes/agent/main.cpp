// holdover-agent: the protected host's part, as two processes. The first one keeps the rights and
// the keys and decides; the one that it starts faces the network and has neither.

#include "io/config/agent_loader.hpp"
#include "io/config/epoch_guard.hpp"
#include "io/config/members_loader.hpp"
#include "io/host/link.hpp"
#include "io/host/privileges.hpp"
#include "io/host/service.hpp"
#include "io/keys/key_file.hpp"
#include "io/log/log.hpp"
#include "nodes/agent/ferry.hpp"
#include "nodes/agent/machine.hpp"

#include <CLI/CLI.hpp>
#include <spdlog/spdlog.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <future>
#include <iostream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {

using namespace holdover;

constexpr int failed = 1;
constexpr int bad_configuration = 2;
// What ZeroMQ needs to put the last word on the wire; the machine has said it several times.
constexpr std::chrono::milliseconds last_word_time{400};

int complain(const std::string& text) {
  std::cerr << text << (text.ends_with('\n') ? "" : "\n");
  return bad_configuration;
}

// Before any thread exists. The child starts anew from the program file, so that nothing of the
// parent's memory, least of all its keys, is left in it.
pid_t start_ferry(host::link near, host::link& far, const std::string& user,
                  const std::string& level) {
  const pid_t parent = ::getpid();
  // Opened while we may: a process that has given up root cannot follow /proc/self/exe any more.
  const int program = ::open("/proc/self/exe", O_PATH | O_CLOEXEC);
  const pid_t child = ::fork();
  if (child != 0) {
    ::close(program);
    return child;
  }
  near.close();
  if (const auto why = host::drop_to(user, parent)) {
    std::cerr << "network part: " << *why << '\n';
    std::_Exit(failed);
  }
  far.survive_exec();
  std::array<std::string, 5> words{"holdover-agent", "--network-part", std::to_string(far.fd()),
                                   "--log-level", level};
  std::vector<char*> arguments;
  for (auto& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::fexecve(program, arguments.data(), environ);
  std::cerr << "network part: cannot start anew: " << std::strerror(errno) << '\n';
  std::_Exit(failed);
}

int serve(agent_node::machine& running, const sigset_t& signals) {
  const auto period = host::watchdog_period().value_or(std::chrono::seconds{5});
  auto next = std::chrono::steady_clock::now() + period;
  for (;;) {
    const timespec pause{0, 50'000'000};
    const int got = sigtimedwait(&signals, nullptr, &pause);
    if (got == SIGTERM || got == SIGINT) running.stop();
    if (running.ended().wait_for(std::chrono::seconds{0}) == std::future_status::ready) {
      if (running.ended().get() == agent_node::machine::end::said_last_word) {
        const timespec flush{0, std::chrono::nanoseconds{last_word_time}.count()};
        ::nanosleep(&flush, nullptr);
        return EXIT_SUCCESS;
      }
      spdlog::critical("the network part is gone: this agent ends and is to be started anew");
      return failed;
    }
    if (std::chrono::steady_clock::now() < next) continue;
    next = std::chrono::steady_clock::now() + period;
    if (running.alive())
      host::say_alive();
    else
      spdlog::critical("the agent's machine does not answer");
  }
}

int protect(const std::string& file, const sigset_t& signals) {
  auto settings_or = config::load_agent(file);
  if (const auto* bad = std::get_if<std::vector<config::problem>>(&settings_or))
    return complain(config::to_string(*bad));
  const auto& settings = std::get<config::agent_settings>(settings_or);
  auto members_or = config::load_members(settings.members_file);
  if (const auto* bad = std::get_if<std::vector<config::problem>>(&members_or))
    return complain(config::to_string(*bad));
  const auto& members = std::get<membership>(members_or);
  auto keys_or = keys::read_key_file(settings.key_file);
  if (const auto* bad = std::get_if<keys::refusal>(&keys_or)) return complain(bad->reason);
  const auto& keys = std::get<keys::key_pair>(keys_or);
  if (const auto why = agent_node::objection(settings, members, keys)) return complain(*why);
  const auto epoch = config::guard_epoch(settings.state_directory + "/epoch", members.epoch,
                                         settings.members_file);
  if (epoch.objection) return complain(*epoch.objection);

  auto ends = host::link::make();
  if (!ends) return complain("no socketpair: the system has no descriptors left");
  const pid_t ferry = start_ferry(host::link{::dup(ends->first.fd())}, ends->second,
                                  settings.network_user, settings.log_level);
  if (ferry < 0) return complain("the network part could not be started");
  ends->second.close();
  log_output::start("holdover-agent " + settings.machine.host, settings.log_level);
  if (epoch.trouble) spdlog::warn("{}", *epoch.trouble);
  if (!agent_node::brief_ferry(ends->first, settings, members, keys))
    return complain("the network part does not listen");
  int result = failed;
  {
    agent_node::machine running{settings, members, keys, std::move(ends->first)};
    spdlog::info("protects host {} of site {}{}", settings.machine.host, settings.machine.site,
                 settings.lab ? " (LAB)" : "");
    host::say_ready("protects host " + settings.machine.host);
    result = serve(running, signals);
    host::say_stopping();
  }
  ::kill(ferry, SIGTERM);
  int ending = 0;
  if (::waitpid(ferry, &ending, 0) == ferry && WIFSIGNALED(ending) && WTERMSIG(ending) == SIGSYS)
    spdlog::critical(
        "the network part did what it must not and was ended by its filter; the "
        "kernel's audit log names the system call");
  return result;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "The agent of a protected host: counts the nodes' votes and takes the host down in good "
      "order"};
  std::string file = "/etc/holdover/agent.yaml";
  int network_fd = -1;
  std::string level = "info";
  app.add_option("-c,--config", file, "the agent's file")
      ->envname("HOLDOVER_AGENT")
      ->capture_default_str();
  app.add_option("--network-part", network_fd)->group("");
  app.add_option("--log-level", level)->group("");
  app.set_version_flag("--version", HOLDOVER_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    return app.exit(problem) == 0 ? EXIT_SUCCESS : bad_configuration;
  }
  std::signal(SIGPIPE, SIG_IGN);
  if (network_fd >= 0) {
    log_output::start("holdover-agent-network", level);
    return agent_node::run_ferry(host::link{network_fd});
  }
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return protect(file, signals);
}
