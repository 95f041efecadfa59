// holdover-agent: the protected host's part, as two processes. The first one keeps the rights and
// the keys and decides; the one that it starts faces the network and has neither.

#include "io/config/agent_loader.hpp"
#include "io/config/epoch_guard.hpp"
#include "io/config/members_loader.hpp"
#include "io/host/link.hpp"
#include "io/host/service.hpp"
#include "io/keys/endorsement.hpp"
#include "io/keys/key_file.hpp"
#include "io/log/log.hpp"
#include "nodes/agent/ferry.hpp"
#include "nodes/agent/ferry_keeper.hpp"
#include "nodes/agent/machine.hpp"

#include <CLI/CLI.hpp>
#include <spdlog/spdlog.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <future>
#include <iostream>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace {

using namespace holdover;

constexpr int failed = 1;
constexpr int bad_configuration = 2;
// What ZeroMQ needs to put the last word on the wire; the machine has said it several times.
constexpr std::chrono::milliseconds last_word_time{400};
constexpr std::chrono::seconds disk_check_period{30};

int complain(const std::string& text) {
  std::cerr << text << (text.ends_with('\n') ? "" : "\n");
  return bad_configuration;
}

/// A newer document is taken up while the host stays protected (E2); whatever speaks against it
/// leaves everything as it is.
std::optional<std::string> renew_membership(const config::agent_settings& settings,
                                            const keys::key_pair& keys, membership& members) {
  if (!settings.admin_key)
    return "no `admin_key` stands in the agent's file, by which a new membership could be told "
           "from "
           "a false one: restart the agent instead";
  auto read = config::load_members(settings.members_file);
  if (const auto* bad = std::get_if<std::vector<config::problem>>(&read))
    return config::to_string(*bad);
  auto& next = std::get<membership>(read);
  if (const auto bad = keys::check_endorsement(next, *settings.admin_key))
    return settings.members_file + ": " + bad->reason;
  if (const auto why = agent_node::objection(settings, next, keys)) return *why;
  if (next.epoch == members.epoch)
    return next == members ? "the membership is the one in force"
                           : settings.members_file
                                 + " has changed, but not its epoch: raise it by `holdover keys "
                                   "sign --raise`";
  const auto epoch =
      config::guard_epoch(settings.state_directory + "/epoch", next.epoch, settings.members_file);
  if (epoch.objection) return *epoch.objection;
  if (epoch.trouble) spdlog::warn("{}", *epoch.trouble);
  members = std::move(next);
  return std::nullopt;
}

int serve(agent_node::machine& running, agent_node::ferry_keeper& ferries, const sigset_t& signals,
          const std::function<void()>& on_hangup) {
  const auto period = host::watchdog_period().value_or(std::chrono::seconds{5});
  auto next = std::chrono::steady_clock::now() + period;
  auto next_disk_check = std::chrono::steady_clock::now() + disk_check_period;
  for (;;) {
    const timespec pause{0, 50'000'000};
    const int got = sigtimedwait(&signals, nullptr, &pause);
    if (got == SIGTERM || got == SIGINT) running.stop();
    if (got == SIGHUP) on_hangup();
    if (running.ended().wait_for(std::chrono::seconds{0}) == std::future_status::ready) {
      if (running.ended().get() == agent_node::machine::end::said_last_word) {
        const timespec flush{0, std::chrono::nanoseconds{last_word_time}.count()};
        ::nanosleep(&flush, nullptr);
        return EXIT_SUCCESS;
      }
      // At once: nothing protects this host until the service manager has started us again.
      spdlog::critical("the agent's machine is lost: this agent ends and is to be started anew");
      log_output::drain(last_word_time);
      std::_Exit(failed);
    }
    ferries.look_after(running);
    if (std::chrono::steady_clock::now() >= next_disk_check) {
      next_disk_check += disk_check_period;
      running.check_disk();
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
  auto& members = std::get<membership>(members_or);
  if (settings.admin_key)
    if (const auto bad = keys::check_endorsement(members, *settings.admin_key))
      return complain(settings.members_file + ": " + bad->reason);
  auto keys_or = keys::read_key_file(settings.key_file);
  if (const auto* bad = std::get_if<keys::refusal>(&keys_or)) return complain(bad->reason);
  const auto& keys = std::get<keys::key_pair>(keys_or);
  if (const auto why = agent_node::objection(settings, members, keys)) return complain(*why);
  const auto epoch = config::guard_epoch(settings.state_directory + "/epoch", members.epoch,
                                         settings.members_file);
  if (epoch.objection) return complain(*epoch.objection);

  log_output::start("holdover-agent " + settings.machine.host, settings.log_level);
  if (epoch.trouble) spdlog::warn("{}", *epoch.trouble);
  try {
    agent_node::ferry_keeper ferries{settings, members, keys};
    agent_node::machine running{settings, members, keys};
    ferries.look_after(running);
    spdlog::info("protects host {} of site {}{}", settings.machine.host, settings.machine.site,
                 settings.lab ? " (LAB)" : "");
    host::say_ready("protects host " + settings.machine.host);
    const int result = serve(running, ferries, signals, [&] {
      if (const auto why = renew_membership(settings, keys, members))
        return spdlog::error("the membership goes on as it is: {}", *why);
      running.adopt(members);
      ferries.renew();
    });
    host::say_stopping();
    return result;
  } catch (const std::system_error& problem) {
    spdlog::critical("cannot start: {}; give this agent more processes or memory", problem.what());
    return failed;
  }
}

int carry(int link, const std::string& user, int parent, const std::string& level) {
  if (const auto why = agent_node::become_ferry(link, user, parent)) {
    std::cerr << "network part: " << *why << '\n';
    return failed;
  }
  log_output::start("holdover-agent-network", level);
  return agent_node::run_ferry(host::link{link});
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "The agent of a protected host: counts the nodes' votes and takes the host down in good "
      "order"};
  std::string file = "/etc/holdover/agent.yaml";
  int network_fd = -1, parent = -1;
  std::string network_user;
  std::string level = "info";
  app.add_option("-c,--config", file, "the agent's file")
      ->envname("HOLDOVER_AGENT")
      ->capture_default_str();
  app.add_option(agent_node::link_option, network_fd)->group("");
  app.add_option(agent_node::user_option, network_user)->group("");
  app.add_option(agent_node::parent_option, parent)->group("");
  app.add_option(agent_node::level_option, level)->group("");
  app.set_version_flag("--version", HOLDOVER_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    return app.exit(problem) == 0 ? EXIT_SUCCESS : bad_configuration;
  }
  std::signal(SIGPIPE, SIG_IGN);
  if (network_fd >= 0) return carry(network_fd, network_user, parent, level);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return protect(file, signals);
}
