#include "nodes/agent/machine.hpp"

#include "actors/agent_actor.hpp"
#include "io/host/agent_files.hpp"
#include "io/host/clock_watch.hpp"
#include "io/host/privileges.hpp"
#include "io/host/program.hpp"
#include "io/keys/random.hpp"
#include "io/keys/signing.hpp"

#include <caf/actor.hpp>
#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace holdover::agent_node {

namespace {

constexpr std::chrono::seconds alive_limit{2};
constexpr const char* remedy = "; make the state directory writable";
constexpr const char* unkept =
    "what is known of an outage cannot be kept, and a restart of this agent would forget it, "
    "though "
    "votes and the local rule protect this host as ever";

// What a host does by itself where its file says nothing. A lab's "host" is only a process: it
// never gets the programs that stop a machine.
std::map<std::string, config::agent_action> actions_of(const config::agent_settings& settings) {
  auto actions = settings.actions;
  actions.try_emplace("message", config::agent_action{{"/usr/bin/wall"}, 10s});
  if (!settings.lab)
    actions.try_emplace("forced_off",
                        config::agent_action{{"/usr/bin/systemctl", "poweroff", "-ff"},
                                             settings.machine.forced_limit});
  if (!settings.lab && settings.machine.stands_by)
    actions.try_emplace("reboot", config::agent_action{{"/usr/bin/systemctl", "reboot", "--force"},
                                                       settings.machine.shutdown_limit});
  return actions;
}

/// What the kernel does for us, on a thread of its own: it takes seconds, and may hang.
void ask_the_kernel(std::function<void(bool ok, const std::string& detail)> tell,
                    std::optional<std::string> (*what)()) {
  std::thread{[=] {
    const auto problem = what();
    tell(!problem, problem.value_or(""));
  }}.detach();
}

std::int64_t wall_milliseconds() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// Nothing that is recorded under it is ever found again.
std::string unknown_boot() {
  std::string id = "unknown-";
  for (const auto byte : keys::make_random_id().bytes)
    id += std::to_string(byte % 10);
  return id;
}

/// Writes on a thread of its own, as a disk that hangs must not hold up the machine (X5). While it
/// does, only the newest waits.
class evidence_keeper {
public:
  evidence_keeper(host::agent_files files, std::string boot_id)
      : files_(std::move(files)), boot_id_(std::move(boot_id)) {}

  static void keep(const std::shared_ptr<evidence_keeper>& self, std::string text) {
    const std::lock_guard lock{self->mutex_};
    self->next_ = std::move(text);
    if (std::exchange(self->busy_, true)) return;
    std::thread{[self] { self->write_all(); }}.detach();
  }

private:
  void write_all() {
    while (const auto text = take()) {
      const auto problem = files_.keep_evidence(boot_id_, *text);
      if (std::exchange(works_, !problem) == !problem) continue;
      if (problem)
        spdlog::error("{}: {}{}", unkept, *problem, remedy);
      else
        spdlog::info("what is known of an outage is kept again");
    }
  }
  std::optional<std::string> take() {
    const std::lock_guard lock{mutex_};
    auto taken = std::exchange(next_, std::nullopt);
    busy_ = taken.has_value();
    return taken;
  }

  const host::agent_files files_;
  const std::string boot_id_;
  bool works_ = true;  ///< Of the writing thread, of which there is one at most.
  std::mutex mutex_;
  std::optional<std::string> next_;
  bool busy_ = false;
};

}  // namespace

struct machine::parts {
  struct system_settings : caf::actor_system_config {
    system_settings() {
      set("scheduler.policy", caf::atom("sharing"));
      set("scheduler.max-threads", std::size_t{1});
    }
  };

  parts(const config::agent_settings& s, const membership& members, const keys::key_pair& keys,
        host::link to_ferry)
      : settings(s),
        actions(actions_of(s)),
        files(s.state_directory),
        signer(keys),
        verifier(members),
        ferry(std::move(to_ferry)) {}

  void finish(end how) {
    if (!finished.exchange(true)) promise.set_value(how);
  }

  void run(const actors::agent_actor& to, const agent::run_action& what) {
    const auto tell = [to](bool ok, const std::string& id, const std::string& detail) {
      caf::anon_send(to, agent::action_ended{id, ok, detail});
    };
    const auto found = actions.find(what.id);
    if (found == actions.end()) {
      if (what.id == "last_resort" && !settings.lab)
        return tell(false, what.id, host::power_off_now());
      if (what.id == "read_only" && !settings.lab)
        return ask_the_kernel(
            [tell, id = what.id](bool ok, const std::string& detail) { tell(ok, id, detail); },
            host::make_disks_read_only);
      return tell(false, what.id, "nothing is configured for it");
    }
    runner.run(
        {found->second.run, what.text, what.limit},
        [to, id = what.id] { caf::anon_send(to, agent::action_started{id}); },
        [tell, id = what.id](const host::program_result& result) {
          tell(result.ok, id, result.detail);
        });
  }

  actors::agent_setup make_setup(const membership& members);

  config::agent_settings settings;
  std::map<std::string, config::agent_action> actions;
  host::agent_files files;
  keys::signer signer;
  keys::verifier verifier;
  host::link ferry;
  host::program_runner runner;
  std::atomic<bool> finished{false};
  std::promise<end> promise;
  std::future<end> ended = promise.get_future();
  system_settings config;
  std::unique_ptr<caf::actor_system> system;
  actors::agent_actor agent;
  std::thread reader;
};

actors::agent_setup machine::parts::make_setup(const membership& members) {
  actors::agent_setup setup;
  setup.config = settings.machine;
  setup.config.epoch = members.epoch;
  setup.config.electorate = members.electorate();
  setup.config.up_for =
      duration{static_cast<duration::rep>(host::read_uptime_seconds(settings.boot_id_file) * 1000)};
  for (const auto* side : {"warn", "warn_over", "shed", "shed_over"})
    if (actions.count(side) == 0) setup.config.unconfigured.emplace_back(side);
  setup.make_nonce = keys::make_random_id;
  const auto boot = host::read_boot(settings.boot_id_file);
  setup.boot_id = boot.problem.empty() ? boot.id : unknown_boot();
  setup.commit_recalled = boot.problem.empty() && files.committed(setup.boot_id);
  if (!boot.problem.empty())
    spdlog::error("{}: this boot cannot be told from others, as {}", unkept, boot.problem);
  else if (const auto why = files.unwritable())
    spdlog::error("{}: {}{}", unkept, *why, remedy);
  else
    setup.evidence_recalled = files.evidence(setup.boot_id);
  setup.outside.send_to_nodes = [this](std::string bytes) {
    ferry.send({host::datagram_kind::outgoing, std::move(bytes)});
  };
  setup.outside.sign = [this](domain about, std::string bytes) {
    return signer.sign(about, std::move(bytes));
  };
  setup.outside.verify = [this](const signed_message& what) -> std::variant<member, std::string> {
    const auto verdict = verifier.verify(what);
    if (const auto* bad = std::get_if<keys::refusal>(&verdict)) return bad->reason;
    return *std::get<const member*>(verdict);
  };
  setup.outside.wall_milliseconds = wall_milliseconds;
  // On a thread of its own: a disk that hangs must not hold up the machine (X5).
  setup.host.write_commit_record = [this, boot = setup.boot_id](actors::agent_actor to,
                                                                agent::write_commit_record what) {
    std::thread{[files = files, boot, to = std::move(to), what = std::move(what)] {
      const auto problem = files.write_commit(boot, what.cause, what.evidence);
      caf::anon_send(to, agent::commit_recorded{!problem, problem.value_or("")});
    }}.detach();
  };
  setup.host.keep_evidence = [keeper = std::make_shared<evidence_keeper>(files, setup.boot_id)](
                                 const agent::keep_evidence& what) {
    evidence_keeper::keep(keeper, what.text);
  };
  setup.host.run_action = [this](const actors::agent_actor& to, const agent::run_action& what) {
    run(to, what);
  };
  setup.host.log_command = [this](const agent::log_command& what) {
    const auto line = std::string{what.accepted ? "received" : "refused"} + " from node "
                      + std::to_string(what.from) + ": " + what.what
                      + (what.why.empty() ? "" : " (" + what.why + ")");
    spdlog::info("{}", line);
    if (const auto problem = files.log_command(line)) spdlog::error("{}", *problem);
  };
  setup.host.past_in_doubt =
      [watch = std::make_shared<host::clock_watch>(settings.machine.time_to_live)] {
        return watch->look(host::read_clocks());
      };
  setup.host.leave = [this] { finish(end::said_last_word); };
  return setup;
}

std::optional<std::string> objection(const config::agent_settings& settings,
                                     const membership& members, const keys::key_pair& keys) {
  if (members.site != settings.machine.site)
    return settings.members_file + " is for site '" + members.site + "', this agent for '"
           + settings.machine.site + "'";
  const auto* self = members.find(settings.machine.host);
  if (self == nullptr || self->as != role::agent)
    return "host '" + settings.machine.host + "' is not enrolled as an agent in "
           + settings.members_file + "; run `holdover keys enrol`";
  if (keys.name != self->name || keys.curve.public_key != self->curve_key
      || keys.sign.public_key != self->sign_key)
    return settings.key_file + " does not hold the keys that are enrolled for '" + self->name + "'";
  for (const auto& node : settings.nodes)
    if (members.find_node(node.number) == nullptr)
      return "node number " + std::to_string(node.number) + " is no member of the site";
  if (auto why = host::agent_files{settings.state_directory}.objection()) return why;
  for (const auto& [id, action] : settings.actions)
    if (auto why = host::objection(action.run.front())) return "action " + id + ": " + *why;
  return std::nullopt;
}

machine::machine(const config::agent_settings& settings, const membership& members,
                 const keys::key_pair& keys, host::link to_ferry)
    : parts_(std::make_unique<parts>(settings, members, keys, std::move(to_ferry))) {
  if (!settings.lab)
    if (const auto why = host::lock_memory()) spdlog::warn("{}", *why);
  auto& p = *parts_;
  if (const auto why = p.files.reserve_commit())
    spdlog::warn("no room for a commit record: {}", *why);
  p.system = std::make_unique<caf::actor_system>(p.config);
  p.system->await_actors_before_shutdown(false);
  p.agent = p.system->spawn(actors::agent_behavior,
                            std::shared_ptr<const actors::agent_setup>{
                                std::make_shared<actors::agent_setup>(p.make_setup(members))});
  p.reader = std::thread{[&p] {
    while (auto what = p.ferry.receive())
      if (what->kind == host::datagram_kind::incoming)
        caf::anon_send(p.agent, actors::frame{{}, std::move(what->body)});
    p.finish(end::ferry_lost);
  }};
}

machine::~machine() {
  caf::anon_send_exit(parts_->agent, caf::exit_reason::user_shutdown);
  caf::scoped_actor self{*parts_->system};
  self->wait_for(caf::actor_cast<caf::actor>(parts_->agent));
  parts_->ferry.shut();
  parts_->reader.join();
  parts_->agent = actors::agent_actor{};
}

void machine::stop() {
  caf::anon_send(parts_->agent, actors::stop_atom::value);
}

bool machine::alive() const {
  bool answered = false;
  caf::scoped_actor self{*parts_->system};
  self->request(parts_->agent, alive_limit, actors::alive_atom::value)
      .receive([&](actors::alive_atom) { answered = true; }, [](caf::error&) {});
  return answered;
}

std::future<machine::end>& machine::ended() {
  return parts_->ended;
}

}  // namespace holdover::agent_node
