#include "tests/support/site_lab.hpp"

#include "tools/holdover/status.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <signal.h>
#include <sstream>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace holdover::support {

namespace {

constexpr std::chrono::seconds start_limit{40};
constexpr std::chrono::milliseconds power_period{40};
constexpr std::chrono::milliseconds status_patience{1500};

nut_device::variables mains() {
  return {{"ups.status", "OL"},          {"battery.charge", "100"},
          {"battery.runtime", "600"},    {"ups.load", "30"},
          {"input.voltage", "230"},      {"device.mfr", "Holdover"},
          {"device.model", "Laboratory"}};
}

}  // namespace

std::string site_lab::missing() {
  if (!upsd::installed()) return upsd::not_installed;
  if (!snmpd::installed()) return snmpd::not_installed;
  for (const auto* program : {"/holdover-site", "/holdover-agent"})
    if (::access((HOLDOVER_BIN + std::string{program}).c_str(), X_OK) != 0)
      return std::string{"not built: "} + program;
  return {};
}

site_lab::site_lab(site_layout layout) : layout_(std::move(layout)) {
  members_.site = "lab";
  for (const auto* ups : layout_.redundant ? std::vector{"left", "right"} : std::vector{"main"})
    upses_[ups] = &nut_.attach(ups, mains());
  if (layout_.redundant)
    hosts_["app1"] = {.name = "app1", .outlet = 0, .agent = {}};
  else
    for (const auto& [name, outlet] : {std::pair{"web1", 2}, {"db1", 4}, {"nas1", 0}})
      hosts_[name] = {.name = name, .outlet = outlet, .agent = {}};
  write_files();
}

site_lab::~site_lab() {
  stopping_ = true;
  if (power_.joinable()) power_.join();
  tap_.reset();
  for (auto& [name, one] : hosts_)
    one.agent.send(SIGKILL);
  for (auto& [name, one] : nodes_)
    one.send(SIGTERM);
}

// ---- Processes ----------------------------------------------------------------------------------

void site_lab::start() {
  std::vector<std::string> hosts;
  for (const auto& [name, one] : hosts_)
    hosts.push_back(name);
  start_only({node_names.begin(), node_names.end()}, hosts);
  if (!eventually([&] { return calm(); }, start_limit))
    throw std::runtime_error("the site does not become calm:\n" + story() + log("alpha"));
  tap_->forget();
}

void site_lab::start_only(const std::vector<std::string>& nodes,
                          const std::vector<std::string>& hosts) {
  tap_ = std::make_unique<site_tap>(access("watcher"));
  nut_.start();
  if (!layout_.redundant) switch_.start();
  for (const auto& name : nodes)
    start_node(name);
  std::erase_if(hosts_, [&](const auto& entry) {
    return std::count(hosts.begin(), hosts.end(), entry.first) == 0;
  });
  power_ = std::thread{[this] { watch_power(); }};
}

void site_lab::feed(const std::string& host, std::function<bool()> has_power) {
  hosts_.at(host).fed = std::move(has_power);
}

void site_lab::start_node(const std::string& name) {
  nodes_[name] = process({HOLDOVER_BIN "/holdover-site", "--config", file(name + ".yaml")}, {},
                         file(name + ".log"));
}

void site_lab::kill_node(const std::string& name) {
  nodes_.at(name).kill();
}

bool site_lab::node_runs(const std::string& name) {
  const auto found = nodes_.find(name);
  return found != nodes_.end() && found->second.running();
}

void site_lab::boot(machine& one) {
  const auto folder = file(one.name);
  std::filesystem::remove(folder + "/leave");
  ++one.boots;
  folder_.write(one.name + "/boot_id", one.name + "-boot-" + std::to_string(one.boots) + '\n');
  one.agent = process({HOLDOVER_BIN "/holdover-agent", "--config", folder + "/agent.yaml"}, {},
                      folder + "/log");
  folder_.write(one.name + "/agent.pid", std::to_string(one.agent.id()) + '\n');
}

bool site_lab::has_power(const machine& one, const std::map<int, bool>& outlets) {
  if (one.fed) return one.fed();
  if (one.outlet == 0) return true;
  const auto found = outlets.find(one.outlet);
  return found == outlets.end() ? one.powered : found->second;
}

// The current does not ask: a host whose outlet is off is off.
void site_lab::watch_power() {
  while (!stopping_) {
    const auto states = switch_.outlets();
    {
      const std::lock_guard lock{hosts_mutex_};
      for (auto& [name, one] : hosts_) {
        const bool power = has_power(one, states);
        if (power && !one.powered) boot(one);
        if (!power && one.agent.running()) {
          ++one.crashes;
          one.agent.kill();
        }
        one.powered = power;
      }
    }
    std::this_thread::sleep_for(power_period);
  }
}

// ---- Looking ------------------------------------------------------------------------------------

std::optional<node_status> site_lab::status(const std::string& node) const {
  auto opened = tool::client::open(access("oper"), false);
  if (const auto* why = std::get_if<std::string>(&opened)) throw std::runtime_error(*why);
  auto answers = tool::ask_all(*std::get<std::unique_ptr<tool::client>>(opened), status_patience);
  const auto found = answers.find(node);
  return found == answers.end() ? std::nullopt : found->second.status;
}

std::optional<policy::host_status> site_lab::host_seen_by(const std::string& node,
                                                          const std::string& host) const {
  if (const auto seen = status(node))
    for (const auto& one : seen->policy.hosts)
      if (one.name == host) return one;
  return std::nullopt;
}

bool site_lab::calm() const {
  auto opened = tool::client::open(access("oper"), false);
  const auto answers =
      tool::ask_all(*std::get<std::unique_ptr<tool::client>>(opened), status_patience);
  return answers.size() == node_names.size()
         && std::all_of(answers.begin(), answers.end(), [](const auto& entry) {
              const auto& seen = entry.second.status;
              if (!seen || seen->policy.incident != policy::incident_state::calm) return false;
              const auto& p = seen->policy;
              return std::all_of(p.upses.begin(), p.upses.end(),
                                 [](const auto& u) { return u.state == power::belief::online; })
                     && std::all_of(p.hosts.begin(), p.hosts.end(),
                                    [](const auto& h) { return h.state == "running"; })
                     && std::all_of(p.outlets.begin(), p.outlets.end(), [](const auto& o) {
                          return o.state == power::outlet_state::on;
                        });
            });
}

void site_lab::let_go(const std::string& name) {
  folder_.write(name + "/leave", "");
}

int site_lab::boots(const std::string& name) const {
  const std::lock_guard lock{hosts_mutex_};
  return hosts_.at(name).boots;
}

int site_lab::crashes(const std::string& name) const {
  const std::lock_guard lock{hosts_mutex_};
  return hosts_.at(name).crashes;
}

bool site_lab::agent_runs(const std::string& name) {
  const std::lock_guard lock{hosts_mutex_};
  return hosts_.at(name).agent.running();
}

std::string site_lab::wrote(const std::string& host, const std::string& what) const {
  return read_file(file(host + '/' + what));
}

tool::access site_lab::access(const std::string& key) const {
  return {file("site.yaml"), file("members.yaml"), file(key + ".key")};
}

std::string site_lab::control(const std::string& node) const {
  return "tcp://127.0.0.1:" + std::to_string(ports_.at(node));
}

std::string site_lab::events(const std::string& node) const {
  return "tcp://127.0.0.1:" + std::to_string(ports_.at(node + " events"));
}

std::string site_lab::database(const std::string& node) const {
  return node == "alpha" && !layout_.alpha_database.empty() ? layout_.alpha_database
                                                            : file(node + ".db");
}

std::string site_lab::log(const std::string& node) const {
  return read_file(file(node + ".log"));
}

std::string site_lab::story() const {
  std::string text = "the story so far:\n" + (tap_ ? tap_->story() : std::string{});
  for (const auto& [name, one] : hosts_)
    text += "agent " + name + ":\n" + wrote(name, "log");
  return text;
}

std::string read_file(const std::string& path) {
  std::ifstream in{path};
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

program_end run_to_end(const std::string& command_line) {
  program_end end;
  auto* pipe = ::popen(("timeout 20 " + command_line + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return end;
  std::array<char, 4096> piece{};
  while (const auto got = ::fread(piece.data(), 1, piece.size(), pipe))
    end.said.append(piece.data(), got);
  const int status = ::pclose(pipe);
  end.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return end;
}

}  // namespace holdover::support
