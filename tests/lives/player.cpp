#include "tests/lives/player.hpp"

#include "tests/lives/oracle.hpp"

#include <algorithm>
#include <cstdio>

namespace holdover::lives {

namespace {

constexpr ms beat_length = 1000;
constexpr ms vote_lives = 10'000;
constexpr node_number self = 1;

random_id id_of(std::uint64_t a, std::uint64_t b) {
  random_id id;
  for (std::size_t i = 0; i < 8; ++i) {
    id.bytes[i] = static_cast<std::uint8_t>(a >> (8 * i));
    id.bytes[8 + i] = static_cast<std::uint8_t>(b >> (8 * i));
  }
  return id;
}

template <class List>
std::uint32_t index_of(const List& things, const std::string& name) {
  for (std::uint32_t i = 0; i < things.size(); ++i)
    if (things[i].name == name) return i;
  return static_cast<std::uint32_t>(things.size());
}

bool has_power(host_is is) {
  return is != host_is::dark;
}

}  // namespace

std::string_view to_string(host_is is) {
  switch (is) {
    case host_is::up:
      return "is up";
    case host_is::armed:
      return "armed";
    case host_is::stopping:
      return "COMMITTED";
    case host_is::down:
      return "said its last word";
    case host_is::off:
      return "is off";
    case host_is::dark:
      return "is without power";
    case host_is::booting:
      return "boots";
  }
  return "";
}

player::player(const life& of, oracle& judge, std::string* story)
    : of_(of),
      site_(of.about),
      oracle_(judge),
      story_(story),
      truth_(of),
      noise_(of.seed * 31 + 7),
      order_(of.seed * 37 + 11),
      hosts_(of.about.hosts.size()),
      outlets_(of.about.outlets.size()),
      switch_told_(of.about.switches.size()),
      held_told_(of.about.hosts.size()),
      alert_(of.about.upses.size()) {
  for (std::uint64_t mind = 0; mind < (of.in_two_orders ? 2u : 1u); ++mind) {
    minds_.emplace_back(site_, self, id_of(1000 + mind, of.seed), id_of(2000, of.seed), at());
    wakes_.emplace_back();
    wanted_.push_back({std::vector<vote::level>(hosts_.size(), vote::level::run),
                       std::vector<vote::reason>(hosts_.size()),
                       std::vector<vote::outlet_wish>(outlets_.size()),
                       {}});
  }
  for (auto& host : hosts_)
    host.echoes.resize(minds_.size());
  for (host_index i = 0; i < hosts_.size(); ++i)
    if (!truth_.powered(i)) hosts_[i].is = host_is::dark;
}

void player::play() {
  while (now_ < of_.ends && !oracle_.broken()) {
    now_ += beat_length;
    beat();
  }
  if (!oracle_.broken()) oracle_.end(*this);
}

bool player::alarmed(policy::site_alarm what, const std::string& subject) const {
  return std::find(alarms_.begin(), alarms_.end(), std::pair{what, subject}) != alarms_.end();
}

void player::beat() {
  for (; next_happening_ < of_.happenings.size() && of_.happenings[next_happening_].at <= now_;
       ++next_happening_) {
    const auto& what = of_.happenings[next_happening_];
    truth_.happen(what, now_);
    if (story_ != nullptr)
      say("happening " + std::to_string(static_cast<int>(what.what)),
          "of " + std::to_string(what.subject) + " value " + std::to_string(what.value));
  }
  truth_.pass(now_);
  move_outlets();
  move_hosts();
  tell_minds();
  oracle_.look(*this);
}

// ---- Telling -----------------------------------------------------------------------------------

void player::facts(std::vector<policy::site_event>& out) {
  const auto due = [&](duration period) { return now_ % period.count() == 0; };
  for (ups_index i = 0; i < site_.upses.size(); ++i)
    if (alert_[i] || due(site_.upses[i].poll_period))
      if (const auto seen = truth_.reading(i))
        out.emplace_back(policy::ups_observed{i, *seen, 0ms});
  for (sensor_index i = 0; i < site_.sensors.size(); ++i)
    if (due(site_.sensors[i].poll_period))
      if (const auto seen = truth_.reading(i, noise_))
        out.emplace_back(policy::sensor_observed{i, *seen, 0ms});
  ++executor_tick_;
  for (outlet_unit_index i = 0; i < site_.units.size(); ++i) {
    if (due(site_.units[i].poll_period) && truth_.unit_answers(i))
      out.emplace_back(policy::outlets_observed{i, truth_.unit_reading(i)});
    if (!due(3s)) continue;
    agent::executor_beacon b;
    b.site = site_.name;
    b.unit = site_.units[i].name;
    b.node = self;
    b.nonce = id_of(3000 + i, of_.seed);
    b.tick = executor_tick_;
    out.emplace_back(policy::executor_beacon_received{i, b});
  }
  for (host_index i = 0; i < hosts_.size(); ++i) {
    const auto& host = hosts_[i];
    const bool talks = host.is == host_is::up || host.is == host_is::armed
                       || host.is == host_is::stopping || host.is == host_is::down;
    if (talks && (due(3s) || now_ - host.since < 3000 || host.is != host_is::up))
      out.emplace_back(policy::host_beacon_received{i, beacon(i), {}});
  }
  for (switch_index i = 0; i < switch_told_.size(); ++i)
    if (truth_.switch_set(i) != switch_told_[i]) {
      switch_told_[i] = truth_.switch_set(i);
      out.emplace_back(policy::operator_switched{i, switch_told_[i] ? duration{24h} : duration{},
                                                 "operator", ""});
    }
  for (host_index i = 0; i < hosts_.size(); ++i)
    if (truth_.held_until(i) != held_told_[i]) {
      held_told_[i] = truth_.held_until(i);
      out.emplace_back(policy::operator_hold{i, duration{std::max<ms>(held_told_[i] - now_, 0)},
                                             "operator", "drawn"});
    }
  if (!site_.windows.empty() && (due(60s) || now_ == beat_length)) {
    const auto minute = of_.first_minute + static_cast<std::uint32_t>(now_ / 60'000);
    out.emplace_back(policy::wall_clock_told{2 + minute / (24 * 60), minute % (24 * 60), true});
  }
}

void player::tell_minds() {
  // What has come due by time alone comes before the news of the same instant.
  const auto tick_due = [this] {
    for (std::size_t mind = 0; mind < minds_.size(); ++mind)
      if (wakes_[mind] && *wakes_[mind] <= at()) tell(mind, policy::tick{});
  };
  tick_due();
  std::vector<policy::site_event> events;
  facts(events);
  for (const auto& one : events)
    tell(0, one);
  if (two_minds()) {
    for (std::size_t i = events.size(); i > 1; --i)
      std::swap(events[i - 1], events[order_.index(i)]);
    for (const auto& one : events)
      tell(1, one);
  }
  tick_due();
}

void player::tell(std::size_t mind, const policy::site_event& what) {
  auto decided = minds_[mind].step(what, at());
  wakes_[mind] = decided.wake_at;
  for (const auto& action : decided.actions)
    hear(mind, action);
}

agent::host_beacon player::beacon(host_index index) {
  auto& host = hosts_[index];
  agent::host_beacon b;
  b.site = site_.name;
  b.host = site_.hosts[index].name;
  b.nonce = id_of(4000 + index, host.lives);
  b.tick = ++host.tick;
  b.state = host.is == host_is::up         ? agent::host_state::running
            : host.is == host_is::armed    ? agent::host_state::armed
            : host.is == host_is::stopping ? agent::host_state::committed
                                           : agent::host_state::down;
  for (const auto& echo : host.echoes)
    if (echo.controller == self) b.echoes.push_back(echo);
  return b;
}

void player::hear(std::size_t mind, const policy::site_action& action) {
  auto& wants = wanted_[mind];
  if (const auto* cast = std::get_if<policy::cast_vote>(&action)) {
    const auto& v = cast->what;
    if (v.to.kind == target_kind::host) {
      const auto index = index_of(site_.hosts, v.to.name);
      auto& host = hosts_[index];
      if (v.nonce == id_of(4000 + index, host.lives))
        host.echoes[mind] = {self, v.incarnation, v.challenge_tick};
    }
    if (mind == 0) obey(v);
  } else if (const auto* said = std::get_if<policy::decided>(&action)) {
    if (said->about.kind == target_kind::host) {
      const auto index = index_of(site_.hosts, said->about.name);
      wants.levels[index] = said->host_level;
      wants.reasons[index] = said->why;
    } else {
      wants.wishes[index_of(site_.outlets, said->about.name)] = said->outlet;
    }
    if (story_ != nullptr)
      say((mind == 0 ? "" : "other order: ") + said->about.name,
          said->about.kind == target_kind::host
              ? "vote " + std::string{to_string(said->host_level)} + ": " + said->explanation
              : "vote " + std::string{to_string(said->outlet)} + ": " + said->explanation);
  } else if (const auto* moved = std::get_if<policy::incident_changed>(&action)) {
    wants.incident = moved->to;
    if (mind == 0) say("incident", std::string{to_string(moved->to)} + ", " + moved->why);
  } else if (mind == 0) {
    if (const auto* raised = std::get_if<policy::raise_alarm>(&action)) {
      alarms_.emplace_back(raised->what, raised->subject);
      say(raised->subject, "ALARM " + std::string{to_string(raised->what)});
    } else if (const auto* cleared = std::get_if<policy::clear_alarm>(&action)) {
      std::erase(alarms_, std::pair{cleared->what, cleared->subject});
    } else if (const auto* poll = std::get_if<policy::set_polling>(&action)) {
      alert_[poll->ups] = poll->alert;
    } else if (const auto* packet = std::get_if<policy::wake_host>(&action)) {
      oracle_.packet_sent(*this, packet->host);
      say(site_.hosts[packet->host].name, "PACKET");
      if (hosts_[packet->host].is == host_is::off) {
        oracle_.started(*this, packet->host, "woken");
        become(packet->host, host_is::booting);
      }
    }
  }
}

void player::obey(const vote::vote& v) {
  if (v.to.kind == target_kind::outlet) {
    auto& outlet = outlets_[index_of(site_.outlets, v.to.name)];
    outlet.wish = v.outlet == vote::outlet_wish::keep
                      ? std::nullopt
                      : std::optional{v.outlet == vote::outlet_wish::on};
    outlet.wished_at = now_;
    return;
  }
  const auto index = index_of(site_.hosts, v.to.name);
  auto& host = hosts_[index];
  if (v.nonce != id_of(4000 + index, host.lives)) return;
  host.level = v.host_level;
  host.why = v.why;
  host.told_at = now_;
}

// ---- Hosts and outlets -------------------------------------------------------------------------

void player::become(host_index index, host_is next) {
  auto& host = hosts_[index];
  if (host.is == next) return;
  host.is = next;
  host.since = now_;
  if (next == host_is::down) host.last_word_at = now_;
  if (next == host_is::booting || next == host_is::dark) {
    host.stands = false;
    host.run_since.reset();
  }
  if (next == host_is::booting) {
    ++host.lives;
    host.tick = 0;
    host.level = vote::level::run;
    for (auto& echo : host.echoes)
      echo = {};
  }
  if (story_ != nullptr) say(site_.hosts[index].name, to_string(next));
}

void player::move_hosts() {
  for (host_index i = 0; i < hosts_.size(); ++i) {
    const bool powered = truth_.powered(i);
    if (powered == has_power(hosts_[i].is)) {
      move_host(i);
    } else if (powered) {
      oracle_.started(*this, i, "by power");
      become(i, host_is::booting);
    } else {
      oracle_.lost_power(*this, i);
      become(i, host_is::dark);
    }
  }
}

void player::move_host(host_index i) {
  auto& host = hosts_[i];
  const auto& config = site_.hosts[i];
  const auto& nature = of_.hosts[i];
  const auto spent = now_ - host.since;
  const bool told = host.level >= vote::level::shutdown && now_ - host.told_at < vote_lives;
  switch (host.is) {
    case host_is::up:
      if (told) become(i, host_is::armed);
      return;
    case host_is::armed:
      if (!told) return become(i, host_is::up);
      if (spent < config.hold.count()) return;
      oracle_.committed(*this, i);
      return become(i, host_is::stopping);
    case host_is::stopping:
      host.hung = nature.hangs;
      if (nature.hangs && spent >= config.shutdown_time.count()) return become(i, host_is::off);
      if (!nature.hangs && spent >= nature.stops_in) {
        host.stands = config.stands_by;
        become(i, host_is::down);
      }
      return;
    case host_is::down:
      if (host.stands) return move_standing(i);
      if (spent >= nature.halts_in) become(i, host_is::off);
      return;
    case host_is::booting:
      if (spent >= nature.boots_in) become(i, host_is::up);
      return;
    case host_is::off:
    case host_is::dark:
      return;
  }
}

void player::move_standing(host_index i) {
  auto& host = hosts_[i];
  const bool run = host.level == vote::level::run && now_ - host.told_at < vote_lives
                   && host.told_at > host.since;
  if (!run) return host.run_since.reset();
  if (!host.run_since) host.run_since = now_;
  if (now_ - *host.run_since < site_.hosts[i].hold.count()) return;
  oracle_.started(*this, i, "by word");
  become(i, host_is::booting);
}

void player::move_outlets() {
  for (outlet_index i = 0; i < outlets_.size(); ++i) {
    const auto& outlet = outlets_[i];
    if (!outlet.wish || *outlet.wish == truth_.outlet_on(i) || now_ - outlet.wished_at >= vote_lives
        || !truth_.unit_answers(site_.outlets[i].unit))
      continue;
    say(site_.outlets[i].name, *outlet.wish ? "SWITCHED ON" : "SWITCHED OFF");
    oracle_.switched(*this, i, *outlet.wish);
    truth_.switch_outlet(i, *outlet.wish);
  }
}

void player::say(const std::string& subject, std::string_view text) {
  if (story_ == nullptr) return;
  char head[32];
  std::snprintf(head, sizeof head, "[%5.0f] ", static_cast<double>(now_) / 1000);
  *story_ += head;
  *story_ += subject + ": ";
  *story_ += text;
  *story_ += '\n';
}

}  // namespace holdover::lives
