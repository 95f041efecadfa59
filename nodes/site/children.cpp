#include "nodes/site/children.hpp"

#include "actors/bus_reader_actor.hpp"
#include "actors/device_actor.hpp"
#include "actors/drill_actor.hpp"
#include "actors/executor_actor.hpp"
#include "actors/jobs_actor.hpp"
#include "actors/names.hpp"
#include "actors/outlet_actor.hpp"
#include "actors/policy_actor.hpp"
#include "core/agent/outlet_executor.hpp"
#include "io/config/story_loader.hpp"
#include "io/device/factory.hpp"
#include "io/device/ups_output.hpp"
#include "io/host/pause.hpp"
#include "io/host/program.hpp"
#include "io/host/service.hpp"
#include "io/host/wake_on_lan.hpp"
#include "io/host/wall_clock.hpp"
#include "io/keys/random.hpp"
#include "io/mail/sender.hpp"
#include "nodes/site/safety_thread.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/send.hpp>

#include <string_view>
#include <utility>

namespace holdover::site_node {

namespace {

using children = std::vector<actors::child_spec>;

// The card in front of a device is asked seldom: it is there to be found missing, not to be timed.
constexpr duration interface_period = 10s;

template <class Behavior, class... Arguments>
std::function<caf::actor(caf::actor_system&)> spawning(Behavior behavior, Arguments... arguments) {
  return [=](caf::actor_system& system) {
    return caf::actor_cast<caf::actor>(system.spawn(behavior, arguments...));
  };
}

// By name: the recorder outlives the jobs of one site file.
actors::recorder_listeners listeners_for_jobs(const std::shared_ptr<actors::directory>& where) {
  const auto to = [where](const auto& what) {
    if (const auto jobs = where->find<actors::jobs_actor>("jobs")) caf::anon_send(jobs, what);
  };
  actors::recorder_listeners listeners;
  listeners.noted = to;
  listeners.peer_job = [to](const std::string& by, const job_event& what) {
    to(actors::peer_job{by, what});
  };
  listeners.battery = [to](const ups_telemetry& told) {
    to(actors::battery_told{told.device, told.what.state == power::belief::on_battery,
                            told.confirmed_on_battery, told.what.runtime_left});
  };
  return listeners;
}

void add_recorder(const surroundings& s, children& all) {
  auto setup = std::make_shared<actors::recorder_setup>();
  setup->about = s.about;
  setup->node = s.name;
  setup->outside = s.outside;
  setup->journal = s.journal;
  setup->known = s.known_logs;
  setup->listeners = listeners_for_jobs(s.where);
  all.push_back(
      {"recorder",
       spawning(actors::recorder_behavior, std::shared_ptr<const actors::recorder_setup>{setup}),
       false});
}

// Detached: its thread is the safety path. Vital: a policy without its memory must not go on in the
// same process under the same incarnation.
void add_policy(const surroundings& s, children& all) {
  all.push_back({"policy",
                 [setup = make_policy_setup(s)](caf::actor_system& system) {
                   return caf::actor_cast<caf::actor>(
                       system.spawn<caf::detached>(actors::policy_behavior, setup));
                 },
                 true});
}

void add_bus_readers(const surroundings& s, children& all) {
  for (const bool events : {false, true}) {
    auto setup = std::make_shared<actors::bus_reader_setup>();
    setup->about = s.about;
    setup->self = s.self;
    setup->outside = s.outside;
    setup->where = s.where;
    setup->reads_events = events;
    setup->on_refusal = s.count_refusal;
    if (s.drilled)
      setup->on_carried = [apart = s.drilled](const std::string& host, const std::string& by) {
        apart->carried(host, by);
      };
    if (s.earlier) setup->same_keys = s.same_keys;
    if (s.fine)
      setup->on_forgery = [fine = s.fine, events](const std::string& who) { fine(who, events); };
    all.push_back({events ? "event_reader" : "bus_reader",
                   spawning(actors::bus_reader_behavior,
                            std::shared_ptr<const actors::bus_reader_setup>{setup}),
                   false});
  }
}

void add_executor(const surroundings& s, outlet_unit_index unit, children& all) {
  const auto& config = s.about->units[unit];
  auto setup = std::make_shared<actors::executor_setup>();
  auto& machine = setup->config;
  machine.site = s.about->name;
  machine.unit = config.name;
  machine.node = s.self;
  machine.epoch = s.about->epoch;
  machine.electorate = actors::numbers_of(s.about->nodes);
  machine.threshold = threshold(*s.about);
  machine.earlier = s.earlier;
  if (s.earlier) machine.switch_over = s.switch_over;
  machine.time_to_live = s.about->votes.time_to_live;
  machine.rank = agent::rank_of(s.self, machine.electorate, config.name);
  machine.reading_fresh = s.about->observing.fresh_periods * config.poll_period;
  for (const auto& outlet : s.about->outlets)
    if (outlet.unit == unit)
      machine.outlets.push_back({outlet.name, outlet.number, outlet.minimum_off, config.off_delay});
  setup->make_nonce = keys::make_random_id;
  setup->unit = unit;
  setup->node = s.name;
  setup->device = "unit " + config.name;
  setup->outside = s.outside;
  setup->where = s.where;
  all.push_back(
      {"executor " + config.name,
       spawning(actors::executor_behavior, std::shared_ptr<const actors::executor_setup>{setup}),
       false});
}

using tell_news = std::function<void(const actors::job_news&)>;

std::function<void(const jobs::order&)> make_program_port(
    const std::vector<config::node_program>& programs, tell_news tell) {
  return [programs, tell = std::move(tell),
          runner = std::make_shared<host::program_runner>()](const jobs::order& what) {
    for (const auto& known : programs) {
      if (known.name != what.program) continue;
      if (const auto why = host::objection(known.run.front()))
        return tell({what.task, true, false, *why});
      runner->run(
          {known.run, what.text + '\n', known.limit}, [] {},
          [tell, task = what.task](host::program_result result) {
            tell({task, true, result.ok, std::move(result.detail)});
          });
      return;
    }
    tell({what.task, true, false,
          what.program + " is none of the `programs` in the file of this node"});
  };
}

void add_mail_port(const jobs::mail_config& server, const tell_news& tell,
                   actors::jobs_port& port) {
  const auto sender = std::make_shared<mail::sender>(
      server, [tell](std::uint64_t task, mail::outcome how, std::string detail) {
        tell({task, how != mail::outcome::delayed, how == mail::outcome::sent, std::move(detail)});
      });
  port.send_mail = [sender](const jobs::order& what) {
    sender->post(what.task, {what.subject, what.text, what.to});
  };
  port.withdraw_mail = [sender](std::uint64_t task) { sender->withdraw(task); };
}

// Only where the site file has jobs.
void add_jobs(const surroundings& s, children& all) {
  if (s.about->jobs.empty()) return;
  auto setup = std::make_shared<actors::jobs_setup>();
  setup->about = s.about;
  setup->self = s.self;
  setup->where = s.where;
  const auto tell = [where = s.where](const actors::job_news& news) {
    if (const auto to = where->find<actors::jobs_actor>("jobs")) caf::anon_send(to, news);
  };
  auto& port = setup->outside;
  port.recall = s.recall_jobs;
  port.alive = [about = s.about, self = s.self, connected = s.connected] {
    std::vector<node_number> alive;
    for (const auto& node : about->nodes)
      if (node.number == self || connected(node.name)) alive.push_back(node.number);
    return alive;
  };
  if (asks_calendar(*s.about))
    port.clock = [clock = std::make_shared<host::wall_clock>()] {
      const auto seen = clock->read();
      return jobs::clock_told{seen.local_seconds, seen.trusted};
    };
  port.run_program = make_program_port(s.programs, tell);
  if (s.about->mail) add_mail_port(*s.about->mail, tell, port);
  all.push_back({"jobs",
                 spawning(actors::jobs_behavior, std::shared_ptr<const actors::jobs_setup>{setup}),
                 false});
}

// A node's process is stopped only while every other one is connected, and the watchdog is told:
// it would take this for a hang. If the kernel should not start it again, the watchdog does.
actors::exercise_port exercises_of(const surroundings& s) {
  actors::exercise_port port;
  port.forbids = [about = s.about, self = s.self, connected = s.connected]() -> std::string {
    for (const auto& node : about->nodes)
      if (node.number != self && !connected(node.name))
        return "node " + node.name + " is not connected, so no other may be taken away";
    return {};
  };
  port.stop_process = [](duration lasts) {
    const auto limit = host::watchdog_limit();
    if (limit) host::stretch_watchdog(*limit + lasts);
    auto result = host::pause_this_process(lasts);
    if (limit) host::stretch_watchdog(*limit);
    return std::pair{result.done, std::move(result.detail)};
  };
  port.cut = [apart = s.drilled](const std::string& member, duration lasts) {
    apart->cut(member, lasts);
  };
  port.heal = [apart = s.drilled] { return apart->heal(); };
  return port;
}

// On a thread of its own: a second mind of a large site would keep others of the pool waiting.
void add_drill(const surroundings& s, children& all) {
  auto setup = std::make_shared<actors::drill_setup>();
  setup->about = s.about;
  setup->self = s.self;
  setup->name = s.name;
  setup->outside = s.outside;
  setup->where = s.where;
  setup->make_id = keys::make_random_id;
  setup->exercises = exercises_of(s);
  setup->every = s.drill_every;
  setup->last_done = s.last_drill;
  setup->say_overdue = s.say_overdue;
  setup->read_story = [about = s.about](
                          const std::string& name,
                          const std::string& text) -> std::variant<drill::story, std::string> {
    auto told = config::load_story_text(name, text, *about);
    if (const auto* bad = std::get_if<std::vector<config::problem>>(&told))
      return config::to_string(*bad);
    return std::get<drill::story>(std::move(told));
  };
  all.push_back({"drill",
                 [setup](caf::actor_system& system) {
                   return caf::actor_cast<caf::actor>(system.spawn<caf::detached>(
                       actors::drill_behavior, std::shared_ptr<const actors::drill_setup>{setup}));
                 },
                 false});
}

void add_outlets(const surroundings& s, children& all) {
  for (const auto& outlet : s.about->outlets)
    all.push_back(
        {"outlet " + outlet.name, spawning(actors::outlet_behavior, outlet.name, s.where), false});
}

std::vector<std::string> outlet_actor_names(const site& about) {
  std::vector<std::string> names;
  for (const auto& outlet : about.outlets)
    names.push_back("outlet " + outlet.name);
  return names;
}

using made_driver = std::variant<std::unique_ptr<device::driver>, std::string>;

template <class Config>
made_driver make_driver_of(const Config& config, device::device_kind kind) {
  if constexpr (requires { config.channel; })
    return device::make_driver(config.address, kind, config.channel);
  else
    return device::make_driver(config.address, kind, {});
}

// The output of a UPS is switched by the commands of that UPS.
made_driver make_driver_of(const outlet_unit_config& config, device::device_kind kind) {
  if (!config.output_of) return device::make_driver(config.address, kind, {});
  auto made = device::make_driver(config.address, device::device_kind::ups, {});
  if (auto* ups = std::get_if<std::unique_ptr<device::driver>>(&made))
    return device::make_ups_output_driver(std::move(*ups), config);
  return made;
}

/// Whether a role is the first of its device; an actor's successor has a later one.
std::function<actors::life()> lives() {
  return [count = std::make_shared<int>(0)] {
    return (*count)++ == 0 ? actors::life::first : actors::life::later;
  };
}

// A device and the card in front of it are two actors on one driver.
std::string add_device(const surroundings& s, made_driver made, actors::device_setup setup,
                       std::optional<policy::device_unattended> unattended,
                       const std::string& device, children& all) {
  if (const auto* why = std::get_if<std::string>(&made)) return device + ": " + *why;
  setup.driver = std::move(std::get<std::unique_ptr<device::driver>>(made));
  setup.where = s.where;
  auto behind = setup;
  behind.name = "interface " + device;
  behind.interface = true;
  behind.poll_period = behind.alert_poll_period = interface_period;
  behind.make_role = [device, which = lives()](time_point) {
    return actors::make_interface_role(device, which());
  };
  for (auto& one : {std::move(setup), std::move(behind)})
    all.push_back({one.name,
                   spawning(actors::device_behavior,
                            std::shared_ptr<const actors::device_setup>{
                                std::make_shared<actors::device_setup>(one)}),
                   false, one.alert_poll_period != one.poll_period});
  if (unattended)
    all[all.size() - 2].on_end = [where = s.where, about = s.about,
                                  what = *unattended](const std::string& why) {
      actors::tell_unattended(*where, *about, {what.kind, what.index, why});
    };
  return {};
}

// The nodes ask a UPS in turns, as evenly as their number allows.
duration part_of(duration period, const surroundings& s) {
  const auto& nodes = s.about->nodes;
  for (std::size_t i = 0; i < nodes.size(); ++i)
    if (nodes[i].number == s.self) return period * i / nodes.size();
  return duration::zero();
}

/// A device of each entry of a list. @param describe gives what its kind has of its own: poll
/// periods, role, and whom it speaks to.
template <class Devices, class Describe>
std::string add_devices(const surroundings& s, const Devices& devices, device::device_kind kind,
                        policy::device_kind to_policy, std::string_view word,
                        const Describe& describe, children& all) {
  for (std::uint32_t i = 0; i < devices.size(); ++i) {
    const auto& config = devices[i];
    actors::device_setup setup = describe(i);
    setup.name = std::string{word} + ' ' + config.name;
    if (auto why = add_device(s, make_driver_of(config, kind), std::move(setup),
                              policy::device_unattended{to_policy, i, {}}, config.name, all);
        !why.empty())
      return why;
  }
  return {};
}

// Devices of their own, as each may be silent without the others.
std::string add_paths(const surroundings& s, ups_index index, actors::device_setup setup,
                      children& all) {
  const auto& ups = s.about->upses[index];
  for (std::uint32_t path = 1; path <= ups.paths.size(); ++path) {
    const auto name = actors::name_of_path(ups, path);
    setup.name = "ups " + name;
    setup.make_role = [index, path](time_point) { return actors::make_ups_path_role(index, path); };
    auto made = device::make_driver(ups.paths[path - 1].address, device::device_kind::ups, {});
    // Whoever sees the UPS by another path goes on: it is not left alone by the end of one.
    if (auto why = add_device(s, std::move(made), setup, std::nullopt, name, all); !why.empty())
      return why;
  }
  return {};
}

std::string add_upses(const surroundings& s, children& all) {
  const auto describe = [&s](ups_index i) {
    const auto& config = s.about->upses[i];
    actors::device_setup setup;
    setup.poll_period = config.poll_period;
    setup.alert_poll_period = config.alert_poll_period;
    setup.step_aside = part_of(config.poll_period, s);
    setup.make_role = [about = s.about, i, which = lives()](time_point now) {
      return actors::make_ups_role(*about, i, now, which());
    };
    return setup;
  };
  auto why = add_devices(s, s.about->upses, device::device_kind::ups, policy::device_kind::ups,
                         "ups", describe, all);
  for (ups_index i = 0; why.empty() && i < s.about->upses.size(); ++i)
    why = add_paths(s, i, describe(i), all);
  return why;
}

std::string add_units(const surroundings& s, children& all) {
  for (outlet_unit_index i = 0; i < s.about->units.size(); ++i)
    add_executor(s, i, all);
  const auto describe = [&s](outlet_unit_index i) {
    const auto& config = s.about->units[i];
    actors::device_setup setup;
    setup.poll_period = setup.alert_poll_period = config.poll_period;
    setup.executor = "executor " + config.name;
    setup.outlets = outlet_actor_names(*s.about);
    setup.make_role = [about = s.about, i](time_point) {
      return actors::make_outlet_unit_role(*about, i);
    };
    return setup;
  };
  return add_devices(s, s.about->units, device::device_kind::outlet_unit,
                     policy::device_kind::outlet_unit, "unit", describe, all);
}

std::string add_sensors(const surroundings& s, children& all) {
  const auto describe = [&s](sensor_index i) {
    actors::device_setup setup;
    setup.poll_period = setup.alert_poll_period = s.about->sensors[i].poll_period;
    setup.make_role = [about = s.about, i, which = lives()](time_point) {
      return actors::make_sensor_role(*about, i, which());
    };
    return setup;
  };
  return add_devices(s, s.about->sensors, device::device_kind::sensor, policy::device_kind::sensor,
                     "sensor", describe, all);
}

}  // namespace

std::shared_ptr<const actors::policy_setup> make_policy_setup(const surroundings& s) {
  auto setup = std::make_shared<actors::policy_setup>();
  setup->about = s.about;
  setup->self = s.self;
  setup->name = s.name;
  setup->incarnation = keys::make_random_id();
  setup->label_seed = keys::make_random_id();
  setup->recalled = s.recalled;
  setup->outside = s.outside;
  setup->where = s.where;
  setup->enter_safety_thread = [priority = s.realtime_priority] {
    return enter_safety_thread(priority);
  };
  setup->wake = [](const std::string& address) { return host::wake_on_lan(address); };
  setup->complete_status = s.complete_status;
  if (!s.about->windows.empty())
    setup->wall_clock = [clock = std::make_shared<host::wall_clock>()] {
      const auto seen = clock->read();
      return policy::wall_clock_told{seen.weekday, seen.minute, seen.trusted};
    };
  return setup;
}

std::variant<children, start_problem> make_children(const surroundings& s) {
  children all;
  add_recorder(s, all);
  add_policy(s, all);
  add_jobs(s, all);
  add_drill(s, all);
  add_outlets(s, all);
  for (const auto& add : {add_upses, add_units, add_sensors})
    if (auto why = add(s, all); !why.empty()) return start_problem{std::move(why), true};
  add_bus_readers(s, all);  // Last: whom they serve is there.
  return all;
}

}  // namespace holdover::site_node
