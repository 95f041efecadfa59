#include "nodes/agent/machine.hpp"

#include "actors/agent_actor.hpp"
#include "actors/rehearsal_actor.hpp"
#include "io/host/agent_files.hpp"
#include "io/host/clock_watch.hpp"
#include "io/host/port_watch.hpp"
#include "io/host/privileges.hpp"
#include "io/host/program.hpp"
#include "io/keys/random.hpp"
#include "io/keys/signing.hpp"
#include "nodes/agent/records.hpp"

#include <caf/actor.hpp>
#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>

namespace holdover::agent_node {

namespace {

constexpr std::chrono::seconds alive_limit{2};

// What a host does by itself where its file says nothing. A lab's "host" is only a process: it
// never gets the programs that stop a machine.
std::map<std::string, config::agent_action> actions_of(const config::agent_settings& settings) {
  auto actions = settings.actions;
  if (settings.stands_for_another) return actions;  // Not on the machine that it runs on.
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

/// What comes after the point of no return. A host that is short of everything must be able to run
/// these, so nothing else shares their threads.
bool is_of_the_ladder(const std::string& id) {
  constexpr std::array<std::string_view, 6> ids{"stand_by", "read_only",  "reboot",
                                                "shutdown", "forced_off", "last_resort"};
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}
constexpr std::size_t ladder_threads = 4;
constexpr std::size_t other_threads = 2;

/// Told once, by whoever is first.
class ending {
public:
  void tell(machine::end how) {
    if (!told_.exchange(true)) promise_.set_value(how);
  }
  std::future<machine::end> get() { return promise_.get_future(); }

private:
  std::atomic<bool> told_{false};
  std::promise<machine::end> promise_;
};

}  // namespace

struct machine::parts {
  struct system_settings : caf::actor_system_config {
    system_settings() {
      set("scheduler.policy", caf::atom("sharing"));
      set("scheduler.max-threads", std::size_t{1});
    }
  };

  parts(const config::agent_settings& s, const membership& members, const keys::key_pair& keys)
      : settings(s),
        actions(actions_of(s)),
        files(s.state_directory),
        signer(keys),
        verifiers{std::make_shared<const keys::verifier>(members), nullptr} {}

  /// The membership in force and the one before it, if there was one in this process.
  struct documents {
    std::shared_ptr<const keys::verifier> now, before;
  };
  documents in_force() const {
    const std::lock_guard lock{verifier_mutex};
    return verifiers;
  }
  static std::variant<member, std::string> verify(const keys::verifier* by,
                                                  const signed_message& what) {
    if (by == nullptr) return std::string{"there is no membership before this one"};
    const auto verdict = by->verify(what);
    if (const auto* bad = std::get_if<keys::refusal>(&verdict)) return bad->reason;
    return *std::get<const member*>(verdict);
  }

  std::shared_ptr<const host::link> carrier() const {
    const std::lock_guard lock{link_mutex};
    return ferry;
  }
  void change_carrier(std::shared_ptr<const host::link> to) {
    const std::lock_guard lock{link_mutex};
    if (ferry) ferry->shut();
    ferry = std::move(to);
    link_changed.notify_all();
  }
  void lose(const std::shared_ptr<const host::link>& gone) {
    const std::lock_guard lock{link_mutex};
    if (ferry == gone) ferry.reset();
  }
  void read_all() {
    for (;;) {
      std::unique_lock lock{link_mutex};
      link_changed.wait(lock, [this] { return closing || ferry; });
      if (closing) return;
      const auto from = ferry;
      lock.unlock();
      while (auto what = from->receive()) {
        ferry_heard = true;
        if (what->kind == host::datagram_kind::incoming)
          caf::anon_send(agent, actors::frame{{}, std::move(what->body)});
      }
      lose(from);
    }
  }

  void run(const actors::agent_actor& to, const agent::run_action& what) {
    const auto tell = [to, id = what.id](const host::program_result& result) {
      caf::anon_send(to, agent::action_ended{id, result.ok, result.detail});
    };
    const auto found = actions.find(what.id);
    if (found == actions.end()) return run_own(what, tell);
    auto& by = is_of_the_ladder(what.id) ? ladder : others;
    if (found->second.rccmd) return send_rccmd(to, what.id, found->second, tell);
    by.run(
        {found->second.run, what.text, what.limit},
        [to, id = what.id] { caf::anon_send(to, agent::action_started{id}); }, tell);
  }

  /// What the kernel does for us: it takes seconds, and may hang.
  void run_own(const agent::run_action& what, const host::program_runner::on_ended& tell) {
    if (settings.stands_for_another) return tell({false, "nothing is configured for it"});
    if (what.id == "last_resort" && !settings.lab) return power_off(what, tell);
    if (what.id != "read_only" || settings.lab)
      return tell({false, "nothing is configured for it"});
    ladder.call(
        [] {
          const auto problem = host::make_disks_read_only();
          return host::program_result{!problem, problem.value_or("")};
        },
        tell);
  }

  /// By the kernel; where that refuses, by the program before, which may have lacked something that
  /// is there again. The machine asks for this until it works.
  void power_off(const agent::run_action& what, const host::program_runner::on_ended& tell) {
    ladder.call(
        [] {
          return host::program_result{false, host::power_off_now()};
        },
        [this, what, tell](const host::program_result& refused) {
          const auto before = actions.find("forced_off");
          if (before == actions.end()) return tell(refused);
          ladder.run(
              {before->second.run, what.text, what.limit}, [] {},
              [tell, why = refused.detail](const host::program_result& result) {
                tell({result.ok, why + "; then: " + result.detail});
              });
        });
  }

  void send_rccmd(const actors::agent_actor& to, const std::string& id,
                  const config::agent_action& action, const host::program_runner::on_ended& tell) {
    caf::anon_send(to, agent::action_started{id});
    ladder.call(
        [id, order = *action.rccmd, limit = action.limit] {
          const auto why = device::rccmd::send(order, limit);
          spdlog::warn("{} by RCCMD to {}, EXPERIMENTAL and NOT AUTHENTICATED: {}", id,
                       order.address, why.value_or("sent"));
          return host::program_result{
              !why, why.value_or("sent by RCCMD, not authenticated; nobody confirms it")};
        },
        tell);
  }

  /// Whether an action of the real agent could be run: by the same rules, without running it.
  host::program_result look_at(const std::string& id) const {
    if (id == drill::commit_record) {
      const auto why = files.unwritable();
      return {!why, why.value_or("")};
    }
    const auto found = actions.find(id);
    if (found == actions.end()) {
      const bool by_kernel = !settings.stands_for_another && !settings.lab
                             && (id == "read_only" || id == "last_resort");
      return {by_kernel, by_kernel ? "the kernel would do it" : "nothing is configured for it"};
    }
    if (found->second.rccmd)
      return {true, "would be sent by RCCMD to " + found->second.rccmd->address};
    const auto& program = found->second.run.front();
    const auto why = host::objection(program);
    return {!why, why.value_or("would run " + program)};
  }
  actors::rehearsal_setup make_rehearsal(const actors::agent_setup& of);

  /// Of evidence that can be kept no more, or again.
  static records::on_written teller(const actors::agent_actor& to) {
    return [to](const std::optional<std::string>& problem) {
      caf::anon_send(to, agent::evidence_kept{!problem, problem.value_or("")});
    };
  }

  actors::agent_setup make_setup(const membership& members);

  config::agent_settings settings;
  std::map<std::string, config::agent_action> actions;
  host::agent_files files;
  keys::signer signer;
  mutable std::mutex verifier_mutex;
  documents verifiers;
  records disk{files};
  bool life_known = true;  ///< Evidence under an unknown one would never be found again.
  host::program_runner ladder{ladder_threads};
  host::program_runner others{other_threads};
  std::shared_ptr<ending> end_of_all = std::make_shared<ending>();
  std::future<end> ended = end_of_all->get();
  system_settings config;
  std::unique_ptr<caf::actor_system> system;
  actors::agent_actor agent;
  actors::rehearsal_actor rehearsal;
  mutable std::mutex link_mutex;
  std::condition_variable link_changed;
  std::shared_ptr<const host::link> ferry;  ///< Null while there is none.
  std::atomic<bool> ferry_heard{false};
  bool closing = false;
  std::thread reader;
  std::unique_ptr<host::port_watch> ports;  ///< F2, where it is asked for.
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
  life_known = boot.problem.empty();
  if (!life_known)
    setup.evidence_problem = "this boot cannot be told from others, as " + boot.problem
                             + "; give the container its own /proc";
  else if (const auto why = files.unwritable())
    setup.evidence_problem = *why + remedy;
  else
    setup.evidence_recalled = files.evidence(setup.boot_id);
  if (!setup.evidence_problem.empty()) disk.evidence_fails();
  setup.outside.send_to_nodes = [this](std::string bytes) {
    if (const auto to = carrier()) to->send({host::datagram_kind::outgoing, std::move(bytes)});
  };
  setup.outside.sign = [this](domain about, std::string bytes) {
    return signer.sign(about, std::move(bytes));
  };
  setup.outside.verify = [this](const signed_message& what) -> std::variant<member, std::string> {
    return verify(in_force().now.get(), what);
  };
  setup.verify_before = [this](const signed_message& what) {
    return verify(in_force().before.get(), what);
  };
  setup.outside.wall_milliseconds = wall_milliseconds;
  setup.host.write_commit_record = [this, boot_id = setup.boot_id](
                                       const actors::agent_actor& to,
                                       const agent::write_commit_record& what) {
    disk.commit(boot_id, what.cause, what.evidence,
                [to](const std::optional<std::string>& problem) {
                  caf::anon_send(to, agent::commit_recorded{!problem, problem.value_or("")});
                });
  };
  setup.host.keep_evidence = [this, boot_id = setup.boot_id](const actors::agent_actor& to,
                                                             const agent::keep_evidence& what) {
    if (life_known) disk.keep_evidence(boot_id, what.text, teller(to));
  };
  setup.host.run_action = [this](const actors::agent_actor& to, const agent::run_action& what) {
    run(to, what);
  };
  setup.host.log_command = [this](const agent::log_command& what) {
    const auto line = std::string{what.accepted ? "received" : "refused"} + " from node "
                      + std::to_string(what.from) + ": " + what.what
                      + (what.why.empty() ? "" : " (" + what.why + ")");
    spdlog::info("{}", line);
    disk.log_command(line);
  };
  setup.host.past_in_doubt =
      [watch = std::make_shared<host::clock_watch>(settings.machine.time_to_live)] {
        return watch->look(host::read_clocks());
      };
  setup.host.on_drill = [this](const actors::frame& what) { caf::anon_send(rehearsal, what); };
  setup.host.on_trouble = [this](const std::string& why) {
    caf::anon_send(rehearsal, drill::trouble{why});
  };
  setup.host.leave = [this] { end_of_all->tell(end::said_last_word); };
  return setup;
}

actors::rehearsal_setup machine::parts::make_rehearsal(const actors::agent_setup& of) {
  actors::rehearsal_setup setup;
  setup.config = of.config;
  setup.boot_id = of.boot_id;
  setup.make_nonce = of.make_nonce;
  setup.outside = of.outside;
  setup.look_at = [this](const actors::rehearsal_actor& to, const std::string& id) {
    others.call([this, id] { return look_at(id); },
                [to, id](const host::program_result& result) {
                  caf::anon_send(to, drill::looked{id, result.ok, result.detail});
                });
  };
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
  if (auto why = host::user_objection(settings.network_user)) return why;
  for (const auto& [id, action] : settings.actions)
    if (auto why = action.rccmd ? std::nullopt : host::objection(action.run.front()))
      return "action " + id + ": " + *why;
  return std::nullopt;
}

machine::machine(const config::agent_settings& settings, const membership& members,
                 const keys::key_pair& keys) {
  // Before any thread: each of them takes its whole stack at once.
  if (!settings.lab)
    if (const auto why = host::lock_memory()) spdlog::warn("{}", *why);
  if (settings.stands_for_another)
    spdlog::warn(
        "this agent stops {} by RCCMD: EXPERIMENTAL and NOT AUTHENTICATED, anybody on the "
        "network can send the same",
        settings.machine.host);
  parts_ = std::make_unique<parts>(settings, members, keys);
  auto& p = *parts_;
  if (const auto why = p.files.reserve_commit())
    spdlog::warn("no room for a commit record: {}", *why);
  p.system = std::make_unique<caf::actor_system>(p.config);
  p.system->await_actors_before_shutdown(false);
  const auto setup = std::make_shared<actors::agent_setup>(p.make_setup(members));
  p.rehearsal =
      p.system->spawn(actors::rehearsal_behavior,
                      std::shared_ptr<const actors::rehearsal_setup>{
                          std::make_shared<actors::rehearsal_setup>(p.make_rehearsal(*setup))});
  p.agent =
      p.system->spawn(actors::agent_behavior, std::shared_ptr<const actors::agent_setup>{setup});
  caf::actor_cast<caf::strong_actor_ptr>(p.agent)->get()->attach_functor(
      [told = p.end_of_all] { told->tell(end::actor_lost); });
  p.reader = std::thread{[&p] { p.read_all(); }};
  if (settings.ports)
    p.ports = std::make_unique<host::port_watch>(*settings.ports,
                                                 [to = p.agent](const agent::ports_seen& seen) {
                                                   caf::anon_send(to, agent::ports_looked_at{seen});
                                                 });
}

machine::~machine() {
  parts_->ports.reset();
  caf::anon_send_exit(parts_->agent, caf::exit_reason::user_shutdown);
  caf::scoped_actor self{*parts_->system};
  self->wait_for(caf::actor_cast<caf::actor>(parts_->agent));
  {
    const std::lock_guard lock{parts_->link_mutex};
    parts_->closing = true;
  }
  parts_->change_carrier(nullptr);
  parts_->reader.join();
  caf::anon_send_exit(parts_->rehearsal, caf::exit_reason::user_shutdown);
  self->wait_for(caf::actor_cast<caf::actor>(parts_->rehearsal));
  parts_->rehearsal = actors::rehearsal_actor{};
  parts_->agent = actors::agent_actor{};
}

void machine::adopt(const membership& next) {
  auto& p = *parts_;
  agent::membership_changed change{.epoch = next.epoch,
                                   .electorate = next.electorate(),
                                   .threshold = p.settings.machine.threshold,
                                   .same_keys = {}};
  {
    const std::lock_guard lock{p.verifier_mutex};
    change.same_keys = stayed(p.verifiers.now->members(), next);
    p.verifiers = {std::make_shared<const keys::verifier>(next), p.verifiers.now};
  }
  caf::anon_send(p.agent, std::move(change));
}

void machine::connect(host::link to) {
  parts_->change_carrier(std::make_shared<const host::link>(std::move(to)));
}

bool machine::connected() const {
  return parts_->carrier() != nullptr;
}

void machine::ask_ferry() const {
  if (const auto to = parts_->carrier()) to->send({host::datagram_kind::ask, {}});
}

bool machine::ferry_was_heard() {
  return parts_->ferry_heard.exchange(false);
}

void machine::check_disk() {
  if (parts_->life_known) parts_->disk.check_evidence(parts::teller(parts_->agent));
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
