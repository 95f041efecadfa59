// holdover-site: one node of a site.

#include "io/config/node_loader.hpp"
#include "io/config/problem.hpp"
#include "io/host/service.hpp"
#include "io/log/log.hpp"
#include "nodes/site/node.hpp"

#include <CLI/CLI.hpp>
#include <spdlog/spdlog.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>

namespace {

constexpr int failed = 1;
constexpr int bad_configuration = 2;
constexpr std::chrono::milliseconds last_words{500};

void reload(holdover::site_node::node& running) {
  const auto result = running.reload();
  if (const auto* bad = std::get_if<holdover::site_node::start_problem>(&result)) {
    spdlog::error("the changed site file is refused, the old one goes on: {}", bad->text);
    holdover::host::say_status(running.summary()
                               + "; a changed site file was refused, see the log");
    return;
  }
  spdlog::info("site file taken over: {}", std::get<std::string>(result));
  holdover::host::say_status(running.summary());
}

// The watchdog is fed only while the safety thread answers: a node that hangs is restarted.
int serve(holdover::site_node::node& running, const sigset_t& signals) {
  const auto period = holdover::host::watchdog_period().value_or(std::chrono::seconds{5});
  const timespec pause{static_cast<time_t>(period.count() / 1000),
                       static_cast<long>(period.count() % 1000) * 1'000'000};
  for (;;) {
    const int got = sigtimedwait(&signals, nullptr, &pause);
    if (got == SIGTERM || got == SIGINT) return EXIT_SUCCESS;
    if (got == SIGHUP) reload(running);
    if (running.alive())
      holdover::host::say_alive();
    else
      spdlog::critical("the safety thread does not answer");
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"One node of a Holdover site: watches its power and votes on what hosts should do"};
  std::string file = "/etc/holdover/node.yaml";
  app.add_option("-c,--config", file, "the node's file")
      ->envname("HOLDOVER_NODE")
      ->capture_default_str();
  app.set_version_flag("--version", HOLDOVER_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    return app.exit(problem) == 0 ? EXIT_SUCCESS : bad_configuration;
  }
  // Blocked before any thread starts, so that only serve() sees them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  auto settings = holdover::config::load_node(file);
  if (const auto* bad = std::get_if<std::vector<holdover::config::problem>>(&settings)) {
    std::cerr << holdover::config::to_string(*bad);
    return bad_configuration;
  }
  const auto& read = std::get<holdover::config::node_settings>(settings);
  holdover::log_output::start("holdover-site", read.log_level);
  auto started = holdover::site_node::node::start(read, [] {
    holdover::log_output::drain(last_words);
    std::_Exit(failed);
  });
  if (const auto* bad = std::get_if<holdover::site_node::start_problem>(&started)) {
    std::cerr << bad->text << (bad->text.ends_with('\n') ? "" : "\n");
    return bad->configuration ? bad_configuration : failed;
  }
  const auto running = std::move(std::get<std::unique_ptr<holdover::site_node::node>>(started));
  spdlog::info("{}", running->summary());
  holdover::host::say_ready(running->summary());
  const int result = serve(*running, signals);
  holdover::host::say_stopping();
  return result;
}
