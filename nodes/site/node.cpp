#include "nodes/site/node.hpp"

#include "actors/directory.hpp"
#include "actors/interfaces.hpp"
#include "actors/names.hpp"
#include "actors/supervisor.hpp"
#include "core/policy/difference.hpp"
#include "io/device/factory.hpp"
#include "io/host/wall_clock.hpp"
#include "nodes/site/children.hpp"
#include "nodes/site/hints.hpp"
#include "nodes/site/load.hpp"
#include "nodes/site/outside.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <thread>
#include <utility>

namespace holdover::site_node {

namespace {

constexpr std::chrono::seconds goodbye{3};
constexpr std::chrono::seconds alive_limit{2};
constexpr std::chrono::seconds replace_limit{15};
constexpr std::chrono::minutes switch_over{10};

template <class Things>
std::vector<std::uint32_t> indexes_of(const Things& things, const std::vector<std::string>& names) {
  std::vector<std::uint32_t> found;
  for (std::uint32_t i = 0; i < things.size(); ++i)
    if (std::count(names.begin(), names.end(), things[i].name) != 0) found.push_back(i);
  return found;
}

// What sockets, keys and the electorate hang on is fixed while the process runs.
std::string needs_restart(const site& before, const site& after, bool signed_documents) {
  const auto same_node = [](const node_config& a, const node_config& b) {
    return a.number == b.number && a.name == b.name && a.control_endpoint == b.control_endpoint
           && a.events_endpoint == b.events_endpoint;
  };
  if (before.name != after.name) return "the site's name has changed: restart this node instead";
  if (before.epoch != after.epoch && !signed_documents)
    return "the membership document is another one, and no `admin_key` vouches for it: restart "
           "this "
           "node instead";
  if (before.lab != after.lab) return "`lab` has changed: restart this node instead";
  if (!std::equal(before.nodes.begin(), before.nodes.end(), after.nodes.begin(), after.nodes.end(),
                  same_node))
    return "the nodes have changed: restart the nodes instead, one after the other";
  return {};
}

}  // namespace

struct node::parts {
  struct system_settings : caf::actor_system_config {
    system_settings() {
      // "stealing" burns processor time when idle; two threads serve ten thousand devices.
      set("scheduler.policy", caf::atom("sharing"));
      set("scheduler.max-threads", std::size_t{2});
      // Whoever has much to do lets the others have their turn in between.
      set("scheduler.max-throughput", std::size_t{64});
    }
  };

  config::node_settings settings;
  surroundings around;
  std::shared_ptr<const site> about;
  std::string name;
  std::shared_ptr<actors::directory> where = std::make_shared<actors::directory>();
  std::unique_ptr<outside> world;
  hint_listeners hints;
  system_settings config;
  std::unique_ptr<caf::actor_system> system;
  caf::actor supervisor;
  std::chrono::steady_clock::time_point switch_over_ends{};

  void complete_status() {
    around.complete_status = [this, state = world->state(), about = around.about,
                              name = name](node_status& seen) {
      state->fill(*about, name, seen);
      if (const auto floods = world->refused_unread(); floods > 0)
        seen.refusals.push_back({"beyond its sender's share, unread", floods});
    };
  }

  /// Hints are a help: without them a node works, and says so.
  void listen() {
    hints = {};  // The ports must be free for the successors.
    hints = listen_for_hints(*about, where, around.count_refusal);
    for (const auto& problem : hints.problems) {
      spdlog::warn("{}", problem);
      tell(severity::warning, "hints_unavailable", problem);
    }
  }

  /// For a while both electorates have a say (E2).
  void begin_switch_over(const membership& before, const membership& after, surroundings& next) {
    switch_over_ends = std::chrono::steady_clock::now() + switch_over;
    next.earlier = {before.epoch, actors::numbers_of(about->nodes), threshold(*about)};
    next.same_keys = stayed(before, after);
  }
  void go_on_switching(surroundings& next) const {
    next.switch_over =
        std::chrono::duration_cast<duration>(switch_over_ends - std::chrono::steady_clock::now());
    if (next.switch_over <= duration::zero()) next.earlier.reset();
  }

  void tell(severity how, const char* what, std::string detail) const {
    if (const auto to = where->find<actors::recorder_actor>("recorder"))
      caf::anon_send(to, actors::record{how, node_event{what, std::move(detail)}});
  }
};

node::node(std::unique_ptr<parts> all) : parts_(std::move(all)) {}

std::variant<std::unique_ptr<node>, start_problem> node::start(
    const config::node_settings& settings, std::function<void()> on_vital_loss) {
  auto files_or = load(settings);
  if (auto* bad = std::get_if<start_problem>(&files_or)) return std::move(*bad);
  auto& files = std::get<loaded>(files_or);

  // Before the journal's, the bus's and the actors' threads.
  if (const auto why = device::start_families(settings.database + ".snmp-engine"); !why.empty())
    files.warnings.push_back(why);
  if (asks_calendar(files.about)) host::set_time_zone(files.about.time_zone);

  auto all = std::make_unique<parts>();
  all->name = files.self->name;
  auto opened = outside::open(files, all->where);
  if (auto* bad = std::get_if<start_problem>(&opened)) return std::move(*bad);
  all->world = std::move(std::get<std::unique_ptr<outside>>(opened));
  for (const auto& warning :
       files.warnings)  // Of a node that does not start, one message is enough.
    spdlog::warn("{}", warning);
  all->about = std::make_shared<const site>(std::move(files.about));

  all->settings = settings;
  auto& around = all->around;
  around.about = all->about;
  around.self = settings.number;
  around.name = all->name;
  around.realtime_priority = settings.realtime_priority;
  around.outside = all->world->ports();
  around.journal = all->world->journal();
  around.programs = settings.programs;
  around.recall_jobs = all->world->recall_jobs();
  around.connected = [state = all->world->state()](const std::string& peer) {
    return state->connected(peer);
  };
  around.where = all->where;
  around.drill_every = settings.drill_every;
  around.drilled = all->world->drilled();
  around.last_drill = all->world->last_drill();
  around.say_overdue = [state = all->world->state()](const std::string& why) {
    state->overdue(why);
  };
  const auto& found = all->world->found();
  for (const auto& log : found.logs)
    around.known_logs.logs.push_back({log.name.publisher, log.name.incarnation, log.prefix});
  around.recalled = {found.left.incident, indexes_of(all->about->hosts, found.left.stopped_hosts),
                     indexes_of(all->about->outlets, found.left.switched_off_outlets)};
  all->complete_status();
  around.count_refusal = [state = all->world->state()](const std::string& why) {
    state->refused(why);
  };
  around.fine = [world = all->world.get()](const std::string& member, bool for_events) {
    world->fine(member, for_events);
  };
  auto children = make_children(around);
  if (auto* bad = std::get_if<start_problem>(&children)) return std::move(*bad);

  auto setup = std::make_shared<actors::supervisor_setup>();
  setup->children = std::move(std::get<std::vector<actors::child_spec>>(children));
  setup->where = all->where;
  setup->on_vital_loss = [lost = std::move(on_vital_loss)](const std::string& child,
                                                           const std::string& why) {
    spdlog::critical("{} is lost ({}): this node ends and is to be started anew", child, why);
    lost();
  };
  all->system = std::make_unique<caf::actor_system>(all->config);
  all->system->await_actors_before_shutdown(false);
  all->supervisor = all->system->spawn(actors::supervisor_behavior,
                                       std::shared_ptr<const actors::supervisor_setup>{setup});
  std::unique_ptr<node> running{new node{std::move(all)}};
  if (!running->alive()) return start_problem{"the node's actors do not answer", false};
  running->parts_->tell(severity::info, "started",
                        running->parts_->about->lab ? "LAB timings: not for production" : "");
  running->parts_->listen();
  return running;
}

// Order matters: say goodbye, end the actors, stop listening, and let the journal flush last.
node::~node() {
  parts_->hints = {};
  parts_->tell(severity::info, "stopping", {});
  caf::scoped_actor self{*parts_->system};
  if (const auto recorder = parts_->where->find<actors::recorder_actor>("recorder"))
    self->request(recorder, alive_limit, actors::alive_atom::value)
        .receive([](actors::alive_atom) {}, [](caf::error&) {});
  parts_->world->flush(goodbye);
  parts_->world->close_bus();
  caf::anon_send_exit(parts_->supervisor, caf::exit_reason::user_shutdown);
  self->wait_for(parts_->supervisor);
  parts_->supervisor = {};
}

// Whatever can be refused is refused before anything is touched.
std::variant<std::string, start_problem> node::reload() {
  auto files_or = load(parts_->settings);
  if (auto* bad = std::get_if<start_problem>(&files_or)) return std::move(*bad);
  auto& files = std::get<loaded>(files_or);
  const bool signed_documents = parts_->settings.admin_key.has_value();
  if (const auto why = needs_restart(*parts_->about, files.about, signed_documents); !why.empty())
    return start_problem{why, true};
  const auto before = parts_->world->members();
  const bool new_members = files.members.epoch != before.epoch;
  if (signed_documents && !new_members && files.members.members != before.members)
    return start_problem{parts_->settings.members_file
                             + " has changed, but not its epoch: raise it by `holdover keys sign "
                               "--raise`, so that nobody can put the old one back",
                         true};
  auto next = parts_->around;
  if (new_members) parts_->begin_switch_over(before, files.members, next);
  parts_->go_on_switching(next);
  const auto found = policy::differences(*parts_->about, files.about);
  next.about = std::make_shared<const site>(std::move(files.about));
  std::swap(parts_->around, next);  // complete_status() is of the new file.
  parts_->complete_status();
  auto children_or = make_children(parts_->around);
  if (auto* bad = std::get_if<start_problem>(&children_or)) {
    std::swap(parts_->around, next);
    return std::move(*bad);
  }
  auto order = std::make_shared<actors::replacement>();
  for (auto& child : std::get<std::vector<actors::child_spec>>(children_or))
    if (child.name != "policy" && child.name != "recorder")
      order->children.push_back(std::move(child));
  order->policy = make_policy_setup(parts_->around);
  std::string problem;
  caf::scoped_actor self{*parts_->system};
  self->request(parts_->supervisor, replace_limit, actors::replacement_ptr{order})
      .receive([](actors::alive_atom) {},
               [&](caf::error& why) { problem = parts_->system->render(why); });
  if (!problem.empty()) {
    std::swap(parts_->around, next);
    return start_problem{"the node's actors did not take over the new file: " + problem, false};
  }
  for (const auto& warning : files.warnings)
    spdlog::warn("{}", warning);
  parts_->about = parts_->around.about;
  if (new_members) parts_->world->adopt_members(files.members);
  parts_->listen();
  auto summary = "revision " + std::to_string(parts_->about->revision) + ", "
                 + std::to_string(found.size()) + " changes in behaviour";
  if (new_members) summary += ", membership of epoch " + std::to_string(parts_->about->epoch);
  parts_->tell(severity::info, "reloaded", summary);
  std::string words = summary;
  for (const auto& one : found)
    words += '\n' + to_string(one);
  return words;
}

bool node::alive() const {
  caf::scoped_actor self{*parts_->system};
  const auto deadline = std::chrono::steady_clock::now() + alive_limit;
  while (std::chrono::steady_clock::now() < deadline) {
    const auto policy = parts_->where->find<actors::policy_actor>("policy");
    if (!policy) {
      std::this_thread::yield();
      continue;
    }
    bool answered = false;
    self->request(policy, alive_limit, actors::alive_atom::value)
        .receive([&](actors::alive_atom) { answered = true; }, [](caf::error&) {});
    return answered;
  }
  return false;
}

std::string node::summary() const {
  return "node " + parts_->name + " of site " + parts_->about->name
         + (parts_->about->lab ? " (LAB)" : "") + ", control "
         + parts_->world->endpoint().control_address() + ", events "
         + parts_->world->endpoint().events_address();
}

}  // namespace holdover::site_node
