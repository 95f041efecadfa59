#include "core/drill/node_drill.hpp"

#include "core/expects.hpp"
#include "core/overloaded.hpp"
#include "core/words.hpp"

#include <algorithm>
#include <utility>

namespace holdover::drill {

namespace {

constexpr duration call_period = 1s;
constexpr duration least_settling = 5s;
constexpr std::size_t lines_limit = 500;
constexpr std::size_t missing_limit = 2000;
constexpr std::uint32_t day_minutes = 24 * 60;

// Every host has been heard by then, and has heard every node.
duration settling(const site& about) {
  return std::max(least_settling, about.votes.time_to_live);
}

duration length(const node_setup& setup) {
  return std::min(setup.told.lasts, longest_drill - settling(setup.about));
}

std::string name_of(const site& about, node_number number) {
  for (const auto& node : about.nodes)
    if (node.number == number) return node.name;
  return {};
}

const host_view* of(const std::vector<host_view>& hosts, const std::string& name) {
  for (const auto& host : hosts)
    if (host.host == name) return &host;
  return nullptr;
}

void set_once(std::optional<duration>& time, duration now) {
  if (!time) time = now;
}

}  // namespace

node_drill::node_drill(node_setup setup, time_point now)
    : setup_(std::move(setup)),
      name_(name_of(setup_.about, setup_.self)),
      begins_(now + settling(setup_.about)),
      ends_(begins_ + length(setup_)),
      mind_(setup_.about, setup_.self, setup_.incarnation, setup_.label_seed, now),
      power_(setup_.about, setup_.told),
      now_(now),
      next_call_(now),
      ups_polls_(setup_.about.upses.size(), now),
      alert_(setup_.about.upses.size(), false),
      unit_polls_(setup_.about.units.size(), now),
      sensor_polls_(setup_.about.sensors.size(), now),
      echoed_(setup_.about.hosts.size()) {
  for (const auto& outlet : setup_.about.outlets)
    outlets_on_.push_back(!outlet.output);
  for (const auto& host : setup_.about.hosts) {
    host_view made;
    made.host = host.name;
    made.shutdown_time = host.shutdown_time;
    hosts_.push_back(std::move(made));
  }
  for (const auto& one : setup_.what.exercises)
    exercises_.push_back({one, {}, {}, {}});
  mind_wake_ = now;
}

node_decision node_drill::step(const node_event& what, time_point now) {
  expects(now >= now_);
  now_ = now;
  node_decision out;
  if (over()) return out;
  std::visit([&](const auto& one) { learn(one, out); }, what);
  if (over()) return out;
  play(out);
  if (mind_wake_ && *mind_wake_ <= now_) feed(policy::tick{}, out);
  call_out(out);
  exercise_due(out);
  if (now_ >= ends_) end(drill_state::done, "", out);
  if (!over()) out.wake_at = next_wake();
  return out;
}

// ---- What happens ------------------------------------------------------------------------------

void node_drill::learn(const beacon_heard& heard, node_decision& out) {
  auto& host = hosts_[heard.host];
  const auto at = since(now_);
  set_once(host.heard, at);
  using agent::host_state;
  const auto state = heard.what.state;
  if (state == host_state::armed) set_once(host.armed, at);
  if (state == host_state::running) host.armed.reset();  // Called off.
  const bool gone = state == host_state::committed || state == host_state::down;
  if (gone && !host.committed) {
    host.committed = at;
    host.left = mind_.snapshot(now_).hosts[heard.host].left;
  }
  if (state == host_state::down) set_once(host.down, at);
  host.checks = heard.what.actions;
  mark_echoes(heard);
  feed(policy::host_beacon_received{heard.host, heard.what, {}, {}}, out);
}

void node_drill::mark_echoes(const beacon_heard& heard) {
  auto& before = echoed_[heard.host];
  const auto& name = hosts_[heard.host].host;
  for (const auto& node : setup_.about.nodes) {
    const auto& echoes = heard.what.echoes;
    const bool now = std::any_of(echoes.begin(), echoes.end(), [&](const agent::echo& one) {
      return one.controller == node.number;
    });
    const auto known = before.find(node.number);
    if (known != before.end() && known->second == now) continue;
    before[node.number] = now;
    for (auto one = missing_.rbegin(); now && one != missing_.rend(); ++one)
      if (one->host == name && one->node == node.number) {
        one->to = since(now_);
        break;
      }
    if (!now && missing_.size() < missing_limit)
      missing_.push_back({name, node.number, since(now_), {}});
  }
}

// What a peer has seen is reason enough for all.
void node_drill::learn(const peer_called& heard, node_decision& out) {
  if (heard.what.over && heard.what.drill == id() && !heard.what.why.empty())
    end(drill_state::aborted, "node " + std::to_string(heard.by) + ": " + heard.what.why, out);
}

void node_drill::learn(const real_trouble& what, node_decision& out) {
  end(drill_state::aborted, "real: " + what.why, out);
}

void node_drill::learn(const stopped& what, node_decision& out) {
  end(drill_state::aborted, "stopped by " + what.by + (what.why.empty() ? "" : ": " + what.why),
      out);
}

void node_drill::learn(const exercise_over& what, node_decision&) {
  if (what.which >= exercises_.size()) return;
  auto& one = exercises_[what.which];
  one.evidence = what.evidence;
  if (what.done)
    one.ended = since(now_);
  else
    one.began.reset();
  write(std::string{spaced(to_string(one.what.what))}
        + (what.done ? " is over: " : " was not done: ") + what.evidence);
}

// ---- The story ---------------------------------------------------------------------------------

void node_drill::play(node_decision& out) {
  const auto at = since(now_);
  const auto before = power_.next();
  if (at >= duration::zero()) {
    for (const auto& event : power_.advance(at))
      happen(event, out);
    // Whoever is to see it sees it at once; calm polls would blur the times of a report.
    if (before != power_.next()) {
      std::fill(ups_polls_.begin(), ups_polls_.end(), now_);
      std::fill(sensor_polls_.begin(), sensor_polls_.end(), now_);
    }
  }
  if (!silent_) poll(out);
}

void node_drill::happen(const story_event& event, node_decision& out) {
  const auto subject = event.subjects.empty() ? 0 : event.subjects.front();
  const bool ours =
      (event.what == story_verb::node_killed || event.what == story_verb::node_started)
      && setup_.about.nodes[subject].number == setup_.self;
  switch (event.what) {
    case story_verb::node_killed:
    case story_verb::node_started:
      if (ours) silent_ = event.what == story_verb::node_killed;
      break;
    case story_verb::hold:
    case story_verb::release:
      feed(policy::operator_hold{subject, event.lasts, "story", ""}, out);
      break;
    case story_verb::switch_on:
    case story_verb::switch_off:
      feed(policy::operator_switched{subject, event.lasts, "story", ""}, out);
      break;
    case story_verb::clock:
      clock_ = story_clock{event.week_minute, event.good, now_, now_};
      tell_clock(out);
      break;
    default:
      not_played_.insert(std::string{to_string(event.what)} + ' ' + event.named);
      return;
  }
  write("story: " + std::string{to_string(event.what)} + ' ' + event.named);
}

void node_drill::poll(node_decision& out) {
  const auto& about = setup_.about;
  for (ups_index i = 0; i < ups_polls_.size(); ++i) {
    if (ups_polls_[i] > now_) continue;
    ups_polls_[i] =
        now_ + (alert_[i] ? about.upses[i].alert_poll_period : about.upses[i].poll_period);
    if (const auto says = power_.ups(i)) feed(policy::ups_observed{i, *says, 0ms}, out);
  }
  for (outlet_unit_index i = 0; i < unit_polls_.size(); ++i) {
    if (unit_polls_[i] > now_) continue;
    unit_polls_[i] = now_ + about.units[i].poll_period;
    if (about.units[i].feed && !power_.carries(*about.units[i].feed)) continue;
    power::outlet_unit_reading made;
    for (outlet_index o = 0; o < about.outlets.size(); ++o)
      if (about.outlets[o].unit == i)
        made.outlets.push_back({about.outlets[o].number,
                                outlets_on_[o] ? power::outlet_state::on : power::outlet_state::off,
                                {}});
    feed(policy::outlets_observed{i, made}, out);
  }
  for (sensor_index i = 0; i < sensor_polls_.size(); ++i) {
    if (sensor_polls_[i] > now_) continue;
    sensor_polls_[i] = now_ + about.sensors[i].poll_period;
    const auto says = power_.sensor(i);
    if (!says) continue;
    power::sensor_reading reading;
    reading.kind = about.sensors[i].kind;
    reading.value.number = *says;
    feed(policy::sensor_observed{i, reading, 0ms}, out);
  }
  if (clock_ && clock_->next <= now_) tell_clock(out);
}

// It goes by itself, and is told each minute as a real one is.
void node_drill::tell_clock(node_decision& out) {
  const auto gone = static_cast<std::uint32_t>((now_ - clock_->since) / 60s);
  const auto minute = (clock_->week_minute + gone) % (7 * day_minutes);
  clock_->next = clock_->since + (gone + 1) * 60s;
  feed(policy::wall_clock_told{minute / day_minutes, minute % day_minutes, clock_->good}, out);
}

void node_drill::feed(const policy::site_event& what, node_decision& out) {
  const auto decided = mind_.step(what, now_);
  mind_wake_ = decided.wake_at;
  for (const auto& action : decided.actions)
    std::visit(overloaded{
                   [&](const policy::cast_vote& a) { take(a, out); },
                   [&](const policy::decided& a) { take(a); },
                   [&](const policy::host_changed& a) { take(a); },
                   [&](const policy::incident_changed& a) {
                     write("incident " + std::string{to_string(a.to)} + ": " + a.why);
                   },
                   [&](const policy::raise_alarm& a) {
                     write("alarm " + spaced(to_string(a.what)) + ' ' + a.subject + ": " + a.text);
                   },
                   [&](const policy::set_polling& a) { alert_[a.ups] = a.alert; },
                   [&](const policy::redundancy_changed& a) {
                     if (a.what.raised)
                       write("host " + a.what.host + ": redundancy " + a.what.what + ", "
                             + to_string(a.what));
                   },
                   [](const policy::clear_alarm&) {},
                   [](const policy::receipt_arrived&) {},
                   [](const policy::ups_belief_changed&) {},
                   [](const policy::wake_host&) {},
                   [](const policy::tell_peers&) {},
               },
               action);
}

void node_drill::take(const policy::cast_vote& cast, node_decision& out) {
  if (silent_ || cast.what.to.kind != target_kind::host) return;
  auto what = cast.what;
  what.drill = id();
  out.actions.emplace_back(cast_rehearsed{std::move(what)});
}

// For a host its first vote of a level is told; of an outlet the wish is taken for done.
void node_drill::take(const policy::decided& what) {
  if (what.about.kind == target_kind::outlet) {
    const auto& outlets = setup_.about.outlets;
    for (outlet_index i = 0; i < outlets.size(); ++i)
      if (outlets[i].name == what.about.name && what.outlet != vote::outlet_wish::keep)
        outlets_on_[i] = what.outlet == vote::outlet_wish::on;
    if (what.outlet == vote::outlet_wish::keep) return;
    return write("outlet " + what.about.name + " would be switched "
                 + (what.outlet == vote::outlet_wish::on ? "on: " : "off: ") + what.explanation);
  }
  for (auto& host : hosts_) {
    if (host.host != what.about.name) continue;
    const auto at = since(now_);
    if (what.host_level >= vote::level::warn) set_once(host.warned, at);
    if (what.host_level == vote::level::shed) set_once(host.shed, at);
    if (what.host_level >= vote::level::shutdown && !host.wanted_down) {
      host.wanted_down = at;
      host.why = what.why;
    }
  }
  if (what.host_level > vote::level::run)
    write("host " + what.about.name + ": " + std::string{to_string(what.host_level)} + ", "
          + what.explanation);
}

void node_drill::take(const policy::host_changed& what) {
  const auto& name = setup_.about.hosts[what.host].name;
  const auto* host = of(hosts_, name);
  // What stopped in a drill is not started again by it.
  if (host->down && what.to != "down") return;
  write("host " + name + ": " + what.from + " -> " + what.to + (what.why.empty() ? "" : ", ")
        + what.why);
}

// ---- Calls, exercises, the end -----------------------------------------------------------------

void node_drill::call_out(node_decision& out) {
  if (now_ < next_call_ || silent_) return;
  next_call_ = now_ + call_period;
  out.actions.emplace_back(send_call{{id(), false, {}, ends_ - now_}});
}

void node_drill::exercise_due(node_decision& out) {
  for (std::size_t i = 0; i < exercises_.size(); ++i) {
    auto& one = exercises_[i];
    if (one.what.node != name_ || one.began || !one.evidence.empty() || since(now_) < one.what.at)
      continue;
    one.began = since(now_);
    write(spaced(to_string(one.what.what)) + (one.what.peer.empty() ? "" : ' ' + one.what.peer)
          + " for " + in_words(one.what.lasts));
    out.actions.emplace_back(begin_exercise{i, one.what});
  }
}

void node_drill::end(drill_state how, const std::string& why, node_decision& out) {
  state_ = how;
  why_ = why;
  over_at_ = now_;
  out.actions.emplace_back(heal{});
  out.actions.emplace_back(send_call{{id(), true, how == drill_state::done ? "" : why, {}}});
  out.actions.emplace_back(finished{});
}

std::optional<time_point> node_drill::next_wake() const {
  auto next = earliest(mind_wake_, ends_);
  if (const auto event = power_.next()) next = earliest(next, begins_ + *event);
  if (silent_) return std::max(*next, now_ + 1ms);
  next = earliest(next, next_call_);
  if (clock_) next = earliest(next, clock_->next);
  for (const auto* polls : {&ups_polls_, &unit_polls_, &sensor_polls_})
    for (const auto at : *polls)
      next = earliest(next, at);
  for (const auto& one : exercises_)
    if (one.what.node == name_ && !one.began && one.evidence.empty())
      next = earliest(next, begins_ + one.what.at);
  return std::max(*next, now_ + 1ms);
}

void node_drill::write(std::string text) {
  if (lines_.size() < lines_limit) lines_.push_back({since(now_), std::move(text)});
}

report node_drill::view(time_point now) const {
  report made;
  made.drill = id();
  made.story = setup_.what.name;
  made.by = setup_.by;
  made.state = state_;
  made.why = why_;
  made.wall_milliseconds = setup_.wall_milliseconds;
  made.elapsed = since(over_at_.value_or(now));
  made.lasts = ends_ - begins_;
  made.hosts = hosts_;
  made.missing = missing_;
  for (const auto& one : exercises_)
    if (one.what.node == name_) made.exercises.push_back(one);
  made.lines = lines_;
  made.not_played.assign(not_played_.begin(), not_played_.end());
  return made;
}

// ---- Whether it can be done --------------------------------------------------------------------

std::optional<std::string> objection(const order& wish, const story& told, const site& about) {
  if (wish.drill.empty()) return "a drill needs a name of its own";
  if (told.lasts <= duration::zero()) return "the story has no length: say how long it `lasts`";
  if (settling(about) + told.lasts > longest_drill)
    return "the story lasts " + in_words(told.lasts) + "; a drill lasts "
           + in_words(longest_drill - settling(about)) + " at most: shorten it, or play it with "
             "`holdover simulate`";
  duration free_from{};
  for (const auto& one : wish.exercises) {
    const auto node = std::find_if(about.nodes.begin(), about.nodes.end(),
                                   [&](const node_config& n) { return n.name == one.node; });
    if (node == about.nodes.end()) return "no node is called '" + one.node + "'";
    if (one.lasts <= duration::zero() || one.lasts > longest_exercise)
      return "an exercise lasts up to " + in_words(longest_exercise);
    if (one.at < free_from) return "exercises must come one after the other";
    free_from = one.at + one.lasts;
    if (about.nodes.size() <= threshold(about))
      return "a site of " + std::to_string(about.nodes.size()) + " nodes that needs "
             + std::to_string(threshold(about))
             + " of them has none to spare: leave the failover out, or add a node";
    if (one.what != exercise_kind::cut_peer) continue;
    if (std::none_of(about.hosts.begin(), about.hosts.end(),
                     [&](const host_config& host) { return host.name == one.peer; }))
      return "a cut is between a node and a host, and no host is called '" + one.peer + "'";
  }
  return std::nullopt;
}

}  // namespace holdover::drill
