#include "actors/policy_actor.hpp"

#include "actors/names.hpp"
#include "core/words.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace holdover::actors {

namespace {

// What the product promises is a second; half of it is ours to lose.
constexpr duration lateness_limit = 500ms;
constexpr duration lateness_quiet = 60s;
constexpr duration command_freshness = 30s;
constexpr duration clock_period = 20s;  // The machine trusts what it was told for 90 s.

severity weight(const policy::decided& what) {
  if (what.host_level >= vote::level::shutdown) return severity::alarm;
  return what.host_level > vote::level::run ? severity::warning : severity::info;
}

/// What of the power is not as it should be; empty if all is well or it is about something else.
std::string seen_trouble(const site& about, const policy::site_event& what) {
  const auto look = [&](ups_index ups, const power::observation& seen) {
    const bool fine = seen.state == power::belief::online && !seen.battery_low
                      && !seen.forced_shutdown && !seen.countdown;
    return fine ? std::string{}
                : "UPS " + about.upses[ups].name + " is " + spaced(to_string(seen.state));
  };
  if (const auto* own = std::get_if<policy::ups_observed>(&what)) return look(own->ups, own->what);
  if (const auto* peer = std::get_if<policy::peer_observed>(&what))
    return look(peer->ups, peer->what);
  return {};
}

policy::site_event aged(const fact& told, time_point now) {
  auto what = told.what;
  std::visit(
      [&](auto& one) {
        if constexpr (requires { one.age; }) one.age += now - told.sent;
      },
      what);
  return what;
}

}  // namespace

adopting_policy_actor::behavior_type policy_behavior(
    adopting_policy_actor::stateful_pointer<policy_state> self,
    std::shared_ptr<const policy_setup> setup) {
  return self->state.start(std::move(setup));
}

adopting_policy_actor::behavior_type policy_state::start(
    std::shared_ptr<const policy_setup> setup) {
  guard(self_, name);
  setup_ = std::move(setup);
  scheduling_ = setup_->enter_safety_thread();
  started_ = now(self_);
  operator_ticks_.emplace(setup_->incarnation, 2 * command_freshness);
  machine_ = std::make_unique<policy::site_machine>(
      *setup_->about, setup_->self, setup_->incarnation, setup_->label_seed, started_);
  relays_.emplace(setup_->self, numbers_of(setup_->about->nodes),
                  setup_->about->votes.time_to_live);
  feed(setup_->recalled);
  if (setup_->wall_clock) read_clock();
  return {
      [this](const fact& what) { feed(aged(what, now(self_))); },
      [this](const operator_request& what) { answer(what); },
      [this](const ups_order_done& what) {
        operator_answer said;
        said.request = what.request;
        said.ok = what.ok;
        said.text = what.text;
        reply(what.from, std::move(said));
      },
      [this](wake_atom) { wake(); },
      [this](clock_atom) { read_clock(); },
      [](alive_atom) { return alive_atom::value; },
      [this](const adoption& what) {
        adopt(what);
        return alive_atom::value;
      },
  };
}

// Says nothing by itself: the devices of the new file are not there yet, and no vote may depend on
// the moment between. The next fact or wake-up brings the next step.
void policy_state::adopt(const adoption& what) {
  machine_->adopt(*what.setup->about, now(self_));
  const bool reads_clock = static_cast<bool>(setup_->wall_clock);
  setup_ = what.setup;
  if (setup_->wall_clock && !reads_clock) read_clock();
}

void policy_state::feed(const policy::site_event& what) {
  if (const auto* heard = std::get_if<policy::host_beacon_received>(&what))
    relays_->heard(heard->what.host, heard->by, now(self_));
  auto decision = machine_->step(what, now(self_));
  if (drilling_) watch_drill(what, decision);
  for (const auto& action : decision.actions)
    std::visit([this](const auto& a) { carry_out(a); }, action);
  timer_.arm(self_, decision.wake_at);
  if (!executing_.empty()) watch_executions(what);
}

void policy_state::wake() {
  const auto at = now(self_);
  const auto late = timer_.fired(at);
  if (late > lateness_limit && (!lateness_told_ || at - *lateness_told_ > lateness_quiet)) {
    lateness_told_ = at;
    tell(severity::alarm,
         node_event{"deadline_missed", "the safety thread woke " + std::to_string(late.count())
                                           + " ms late: this node is overloaded"});
  }
  feed(policy::tick{});
}

void policy_state::read_clock() {
  if (!setup_->wall_clock) return;  // The site file asks no more.
  feed(setup_->wall_clock());
  self_->delayed_send(self_, clock_period, clock_atom::value);
}

void policy_state::tell(severity how, event_payload what) {
  if (const auto to = setup_->where->find<recorder_actor>("recorder"))
    self_->send(to, record{how, std::move(what)});
}

// A vote for our own executor takes the same way as everybody's: signed, and verified there.
void policy_state::carry_out(const policy::cast_vote& cast) {
  const auto& to = cast.what.to;
  auto bytes = seal(setup_->outside, domain::vote, setup_->about->name, setup_->name, cast.what);
  if (to.kind == target_kind::host) {
    for (const auto way : relays_->ways(to.name, now(self_)))
      if (const auto* node = name_of(setup_->about->nodes, way)) setup_->outside.send(*node, bytes);
    setup_->outside.send(to.name, std::move(bytes));
  } else if (to.executor == setup_->self) {
    if (const auto reader = setup_->where->find<bus_reader_actor>("bus_reader"))
      self_->send(reader, frame{{setup_->name, role::node, false, {}, {}}, std::move(bytes)});
  } else if (const auto* node = name_of(setup_->about->nodes, to.executor)) {
    setup_->outside.send(*node, std::move(bytes));
  }
}

void policy_state::carry_out(const policy::incident_changed& what) {
  incident_ = what.incident;
  const auto how = what.to == policy::incident_state::calm ? severity::info : severity::warning;
  tell(how, incident_event{what.incident, std::string{to_string(what.from)},
                           std::string{to_string(what.to)}, what.why});
}

void policy_state::carry_out(const policy::decided& what) {
  tell(weight(what),
       vote_event{what.about, what.host_level, what.outlet, what.why, what.explanation, incident_});
}

void policy_state::carry_out(const policy::host_changed& what) {
  const bool grave = what.to == "committed" || what.to == "down" || what.to == "gone";
  tell(grave ? severity::alarm : severity::info,
       host_event{setup_->about->hosts[what.host].name, what.to, what.from, what.why,
                  what.evidence});
}

void policy_state::carry_out(const policy::receipt_arrived& what) {
  const bool bad = what.what.state == agent::action_state::failed
                   || what.what.state == agent::action_state::refused;
  tell(bad ? severity::alarm : severity::info,
       receipt_event{setup_->about->hosts[what.host].name, what.what, what.evidence});
}

// The device actor tells the device's changes; freshness is for the log on this node.
void policy_state::carry_out(const policy::ups_belief_changed& what) {
  spdlog::info("ups {}: {} ({})", setup_->about->upses[what.ups].name, to_string(what.to),
               to_string(what.fresh));
}

void policy_state::carry_out(const policy::raise_alarm& what) {
  tell(severity::alarm,
       alarm_event{std::string{to_string(what.what)}, what.subject, true, what.text});
}

void policy_state::carry_out(const policy::clear_alarm& what) {
  tell(severity::info, alarm_event{std::string{to_string(what.what)}, what.subject, false, {}});
}

void policy_state::carry_out(const policy::redundancy_changed& changed) {
  const bool lost = changed.what.what == "lost";
  tell(!changed.what.raised ? severity::info
       : lost               ? severity::alarm
                            : severity::warning,
       changed.what);
}

void policy_state::carry_out(const policy::set_polling& what) {
  const auto& ups = setup_->about->upses[what.ups];
  for (std::size_t path = 0; path <= ups.paths.size(); ++path)
    if (const auto device = setup_->where->find<device_actor>("ups " + name_of_path(ups, path)))
      self_->send(device, alert_atom::value, what.alert);
}

void policy_state::carry_out(const policy::wake_host& what) {
  const auto& host = setup_->about->hosts[what.host];
  const auto problem = setup_->wake(*host.wake_address);
  tell(problem ? severity::alarm : severity::info,
       host_event{host.name,
                  problem ? "not_woken" : "woken",
                  {},
                  problem.value_or("magic packet to " + *host.wake_address),
                  {}});
}

void policy_state::carry_out(const policy::tell_peers& word) {
  const auto bytes =
      seal(setup_->outside, domain::bus, setup_->about->name, setup_->name, word.what);
  for (const auto& node : setup_->about->nodes)
    if (node.number != setup_->self) setup_->outside.send(node.name, bytes);
}

node_status policy_state::describe() {
  node_status seen;
  seen.name = setup_->name;
  seen.policy = machine_->snapshot(now(self_));
  seen.scheduling = scheduling_;
  seen.up_for = now(self_) - started_;
  setup_->complete_status(seen);
  return seen;
}

// A status is answered to whoever may ask. A command must echo our incarnation and a tick that we
// gave out within the last half minute, and no two the same tick: a recorded one is worthless.
void policy_state::answer(const operator_request& asked) {
  operator_answer said;
  said.request = asked.what.request;
  if (std::holds_alternative<status_command>(asked.what.what)) {
    said.ok = true;
    said.status = describe();
  } else if (!is_fresh(asked.what)) {
    said.text = "refused: the command is too old for this node, or a repetition; ask again";
  } else if (const auto* order = std::get_if<ups_order>(&asked.what.what)) {
    said.text = pass_on(asked, *order);
    if (said.text.empty()) return;  // The device answers.
  } else if (const auto* rehearsal = std::get_if<drill::order>(&asked.what.what)) {
    said.text = pass_on(asked, *rehearsal);
    if (said.text.empty()) return;  // Who drills answers.
  } else {
    said.text = hold(asked.what.by, std::get<hold_command>(asked.what.what));
    said.ok = !said.text.starts_with("unknown") && !said.text.starts_with("refused");
  }
  reply(asked.from, std::move(said));
}

bool policy_state::is_fresh(const operator_command& what) {
  const auto issued = operator_ticks_->issued(what.node_tick);
  const bool fresh = what.node_incarnation == setup_->incarnation && issued
                     && now(self_) - *issued <= command_freshness
                     && operator_ticks_used_.insert(what.node_tick).second;
  std::erase_if(operator_ticks_used_,
                [&](std::uint64_t tick) { return !operator_ticks_->issued(tick); });
  return fresh;
}

void policy_state::reply(const way_back& to, operator_answer said) {
  said.node_incarnation = setup_->incarnation;
  said.node_tick = operator_ticks_->issue(now(self_));
  setup_->outside.answer(to, seal(setup_->outside, domain::operator_, setup_->about->name,
                                  setup_->name, std::move(said)));
}

// An operator tells a UPS only what leaves its output alone: what ends one takes k votes. A test is
// refused unless this node sees good mains, as a weak battery is the first to be asked for.
std::string policy_state::pass_on(const operator_request& asked, const ups_order& order) {
  const auto ups = index_of(setup_->about->upses, order.ups);
  if (!ups) return "unknown UPS '" + order.ups + "'; see `holdover status` for the names";
  if (!power::keeps_output(order.what))
    return "refused: no operator's order may end an output or empty a battery";
  const auto seen = machine_->snapshot(now(self_)).upses[*ups];
  if (power::is_test(order.what)
      && (seen.state != power::belief::online || seen.fresh != power::freshness::fresh))
    return "refused: a battery is tested only while the UPS is freshly seen on mains; it is "
           + std::string{to_string(seen.state)} + ", " + std::string{to_string(seen.fresh)};
  if (power::is_test(order.what))
    if (auto no = test_refused(*ups); !no.empty()) return no;
  const auto device = setup_->where->find<device_actor>("ups " + order.ups);
  if (!device) return "the UPS' device is being restarted; try again";
  if (power::is_test(order.what)) feed(policy::test_ordered{*ups});
  tell(severity::warning,
       operator_event{asked.what.by, std::string{to_string(order.what)}, order.ups, order.why});
  self_->send(device, ups_order_request{asked.from, asked.what.request, asked.what.by, order});
  return {};
}

// ---- Drills -----------------------------------------------------------------------------------

// A drill begins only where nothing is wrong, and the first thing that goes wrong ends it.
std::string policy_state::pass_on(const operator_request& asked, const drill::order& order) {
  const bool starts = order.what == drill::order::verb::start;
  if (starts)
    if (auto why = forbids_drill(); !why.empty()) return "refused: no drill now, as " + why;
  const auto to = setup_->where->find<drill_actor>("drill");
  if (!to) return "what drills is being restarted; try again";
  tell(severity::warning, operator_event{asked.what.by, starts ? "drill" : "drill_stop",
                                         starts ? order.name : order.drill, order.why});
  drilling_ = drilling_ || starts;
  self_->send(to, drill_request{asked.from, asked.what.request, asked.what.by, order});
  return {};
}

std::string policy_state::forbids_drill() const {
  const auto seen = machine_->snapshot(now(self_));
  if (seen.incident != policy::incident_state::calm) return "an incident is open";
  for (const auto& ups : seen.upses)
    if (ups.state != power::belief::online || ups.fresh != power::freshness::fresh
        || ups.battery_low)
      return "UPS '" + ups.name + "' is " + spaced(to_string(ups.state)) + ", "
             + std::string{to_string(ups.fresh)} + (ups.battery_low ? ", its battery low" : "");
  for (const auto& host : seen.hosts)
    if (host.wanted > vote::level::run)
      return "this node wants host '" + host.name + "' to " + std::string{to_string(host.wanted)};
  return {};
}

// By what is seen and by what is voted, whichever comes first.
void policy_state::watch_drill(const policy::site_event& what,
                               const policy::site_decision& decision) {
  auto trouble = seen_trouble(*setup_->about, what);
  for (const auto& action : decision.actions) {
    if (!trouble.empty()) break;
    if (const auto* vote = std::get_if<policy::cast_vote>(&action);
        vote != nullptr && vote->what.host_level > vote::level::run)
      trouble =
          to_string(vote->what.to) + " is told to " + std::string{to_string(vote->what.host_level)};
    if (const auto* incident = std::get_if<policy::incident_changed>(&action);
        incident != nullptr && incident->to != policy::incident_state::calm)
      trouble = "an incident: " + incident->why;
  }
  if (trouble.empty()) return;
  drilling_ = false;
  if (const auto to = setup_->where->find<drill_actor>("drill"))
    self_->send(to, drill_heard{drill::real_trouble{trouble}});
}

// Who has not committed yet is spared: from here on the real policy alone decides.
void policy_state::watch_executions(const policy::site_event& what) {
  const auto trouble = seen_trouble(*setup_->about, what);
  if (trouble.empty()) return;
  for (const auto& called : std::exchange(executing_, {}))
    if (const auto index = index_of(setup_->about->switches, called))
      set_switch(*index, "drill", {{called}, duration::zero(), "real: " + trouble});
}

// A device that shows its test as an outage is excused for one test, and one device at a time.
std::string policy_state::test_refused(ups_index index) {
  const auto upses = machine_->snapshot(now(self_)).upses;
  for (const auto& other : upses)
    if (other.test_expected)
      return "refused: the battery of '" + other.name + "' is being tested; try again in a minute";
  if (const auto rest = upses[index].test_rest; rest > duration::zero())
    return "refused: its battery was tested just now; try again in " + in_words(rest);
  return {};
}

// All or nothing: an unknown name changes none. Naming nobody means every host, and no switch.
// A job can only be released.
std::string policy_state::hold(const std::string& by, const hold_command& command) {
  std::vector<host_index> hosts;
  std::vector<switch_index> switches;
  std::vector<std::uint32_t> jobs;
  for (const auto& called : command.hosts) {
    const auto host = index_of(setup_->about->hosts, called);
    const auto wish = index_of(setup_->about->switches, called);
    const auto job = index_of(setup_->about->jobs, called);
    if (job && command.lasts <= duration::zero()) {
      jobs.push_back(*job);
      continue;
    }
    if (!host && !wish)
      return (job ? "unknown as host or switch, and a job is only released: '"
                  : "unknown host, switch or job '") + called + "': nothing was held; see `holdover status` for "
             "the names";
    host ? hosts.push_back(*host) : switches.push_back(*wish);
  }
  for (const auto index : switches)
    if (auto why = why_not_off(index); command.lasts > duration::zero() && !why.empty()) return why;
  for (const auto index : switches)
    if (command.lasts > duration::zero()
        && drill::is_execution(setup_->about->switches[index].name))
      if (auto why = forbids_drill(); !why.empty()) return "refused: no drill now, as " + why;
  for (host_index i = 0; command.hosts.empty() && i < setup_->about->hosts.size(); ++i)
    hosts.push_back(i);
  for (const auto index : hosts)
    hold_host(index, by, command);
  std::string waits;
  for (const auto index : switches)
    if (auto text = set_switch(index, by, command); !text.empty())
      waits += (waits.empty() ? "" : "; ") + text;
  for (const auto index : jobs)
    if (const auto to = setup_->where->find<jobs_actor>("jobs"))
      self_->send(to, job_release{index, by});
  if (!waits.empty()) return waits;
  const bool on = command.lasts > duration::zero();
  auto said = (switches.empty() && jobs.empty()) || !hosts.empty()
                  ? std::to_string(hosts.size()) + (on ? " held" : " released")
                  : std::string{};
  if (!switches.empty())
    said += (said.empty() ? "" : ", ") + std::to_string(switches.size())
            + (on ? " set" : " taken back");
  if (!jobs.empty())
    said += (said.empty() ? "" : ", ") + std::to_string(jobs.size())
            + (jobs.size() == 1 ? " job released" : " jobs released");
  return said;
}

void policy_state::hold_host(host_index index, const std::string& by, const hold_command& command) {
  feed(policy::operator_hold{index, command.lasts, by, command.why});
  tell(severity::warning, operator_event{by, command.lasts > duration::zero() ? "hold" : "release",
                                         setup_->about->hosts[index].name, command.why});
}

// The machine would let such an order wait for ever, and nobody likes an order that lies in wait.
std::string policy_state::why_not_off(switch_index index) {
  const auto& about = *setup_->about;
  const auto seen = machine_->snapshot(now(self_));
  for (const auto& outlet : about.outlets) {
    if (about.units[outlet.unit].off_switch != index) continue;
    for (const auto* hosts : {&outlet.feeds, &outlet.beyond})
      for (const auto host : *hosts)
        if (const auto& state = seen.hosts[host].state; state != "down")
          return "refused: " + about.hosts[host].name + " hangs on that UPS and is " + state
                 + ", not down by its own last word; stop it first";
  }
  return {};
}

// What is missing before it can be done, for whoever asked.
std::string policy_state::set_switch(switch_index index, const std::string& by,
                                     const hold_command& command) {
  const auto& called = setup_->about->switches[index].name;
  auto lasts = command.lasts;
  const bool on = lasts > duration::zero();
  if (drill::is_execution(called)) {
    if (!on) {
      confirmed_.forget(called);
      executing_.erase(called);
    } else {
      const auto both = confirmed_.ask(called, by, lasts, now(self_));
      if (!both.good) {
        tell(severity::warning, operator_event{by, "drill_execution_asked", called, command.why});
        return both.words;
      }
      lasts = both.lasts;
      executing_.insert(called);
    }
  }
  feed(policy::operator_switched{index, lasts, by, command.why});
  tell(severity::warning, operator_event{by, on ? "set" : "take_back", called, command.why});
  return {};
}

}  // namespace holdover::actors
