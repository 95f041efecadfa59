// Out: votes when they are due, changes once, alarms while they hold.

#include "core/policy/site_state.hpp"
#include "core/words.hpp"

#include <algorithm>

namespace holdover::policy {

namespace {

constexpr duration silent_alarm_after = 60s;
constexpr duration word_period = 10s;
constexpr duration policy_alarm_after = 60s;  // E4
constexpr duration word_counts = 60s;         // Who says nothing for longer may run anything.

std::string seconds_text(duration d) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(d).count()) + " s";
}

}  // namespace

void site_machine::state::cast_votes() {
  each_host([this](host_index i) { cast_to_host(i); });
  each_outlet([this](outlet_index i) { cast_to_outlet(i); });
}

void site_machine::state::tell_peers_now_and_then() {
  if (site_.nodes.size() < 2) return;
  if (told_peers_at_ && !reached(*told_peers_at_ + word_period)) return;
  node_word word{site_.revision, site_.hash, {}, {}};
  for (host_index i = 0; i < hosts_.size(); ++i)
    if (held(hosts_[i]))
      word.holds.push_back({site_.hosts[i].name, *hosts_[i].held_until - now_, hosts_[i].held_by});
  for (ups_index i = 0; i < upses_.size(); ++i)
    if (const auto at = upses_[i].test_ordered_at; at && now_ - *at < power::test_window::lasts)
      word.tests.push_back({site_.upses[i].name, now_ - *at});
  emit(tell_peers{std::move(word)});
  told_peers_at_ = now_;
  reached(now_ + word_period);
}

vote::vote site_machine::state::blank_vote() {
  vote::vote v;
  v.site = site_.name;
  v.epoch = site_.epoch;
  v.controller = self_;
  v.incarnation = challenges_.nonce();
  v.challenge_tick = challenges_.issue(now_);
  v.policy_revision = site_.revision;
  v.policy_hash = site_.hash;
  v.incident = incident_id_;
  return v;
}

// Each is spoken to in the epoch that he lives in, so that nobody is left unprotected by the order
// in which a new membership reaches nodes and agents. He verifies by his own document anyway.
std::uint64_t site_machine::state::epoch_for(std::uint64_t told) const {
  return told != 0 && told < site_.epoch ? told : site_.epoch;
}

std::vector<vote::supply_view> site_machine::state::supply_views(host_index index) const {
  const auto& host = hosts_[index];
  std::vector<vote::supply_view> views;
  for (const auto& supply : site_.hosts[index].supplies) {
    if (supply.ups == no_ups) continue;
    const auto& tracker = trackers_[supply.ups];
    const auto& ups = site_.upses[supply.ups];
    const auto seen = tracker.fresh(now_);
    vote::supply_view view;
    view.ups = ups.name;
    view.state = tracker.state();
    view.blind = seen == power::freshness::never || seen == power::freshness::blind;
    view.observation_age = tracker.age(now_).value_or(duration::zero());
    const bool spare_is_off = tracker.last().output_off && site_.hosts[index].supplies.size() > 1;
    view.left = spare_is_off ? duration::zero() : tracker.left(now_);
    view.confirmed_on_battery = tracker.confirmed_on_battery();
    // To the agent it is the same what ends its power, and when is said by `left`.
    if (tracker.ending()) view.state = power::belief::on_battery;
    // Of a dispute the agent goes by us: what stops nobody by our vote is no evidence for it.
    if (tracker.disputed() && view.state == power::belief::on_battery) {
      view.disputed = true;
      view.blind = view.blind || site_.hosts[index].holds_in_dispute || !tracker.last().discharging;
    }
    // What we presume we answer for: the agent shall go by our vote, not by its own rule.
    if (const auto left = host.view.silent_lost ? presumed_left(supply.ups, host) : std::nullopt) {
      view.state = power::belief::on_battery;
      view.blind = false;
      view.observation_age = tracker.age(now_).value_or(now_ - started_);
      view.left = left;
    }
    view.groups = panels_[supply.ups].voices();
    views.push_back(std::move(view));
  }
  return views;
}

// To a host that stands by RUN means "start", so it is not said before the gates of restore are
// open.
vote::level site_machine::state::level_to_say(host_index index) const {
  const auto& host = hosts_[index];
  const bool waits =
      site_.hosts[index].stands_by && host.stopped && !host.start_wished && !host.record.up();
  return waits && host.level == vote::level::run ? vote::level::warn : host.level;
}

void site_machine::state::cast_to_host(host_index index) {
  auto& host = hosts_[index];
  const auto& config = site_.hosts[index];
  const auto until = host.record.audience_until(site_.votes.time_to_live);
  if (!until || *until < now_) return;
  auto actions = commands_for(index);
  const auto level = level_to_say(index);
  const bool changed = level != host.said_level || actions != host.said_actions;
  const auto period = common_.wrong ? site_.votes.period_alert : site_.votes.period_calm;
  if (!changed && host.last.at && !reached(*host.last.at + period)) return;
  for (const auto& to : host.record.audience(site_.votes.time_to_live, now_)) {
    auto v = blank_vote();
    v.sequence = ++host.last.sequence;
    v.to = {target_kind::host, config.name, 0};
    v.nonce = to.nonce;
    v.tick = to.tick;
    v.epoch = epoch_for(to.epoch);
    // A level is for the life that it was reached in: one that has just begun is judged afresh, as
    // soon as its echo has proven it.
    const bool proven = host.record.lives_as(to.nonce);
    v.host_level = proven ? level : std::min(level, vote::level::warn);
    if (proven) v.actions = actions;
    v.why = host.why;
    v.supplies = supply_views(index);
    v.needed_supplies = config.needed;
    v.shutdown_time = config.shutdown_time;
    v.before = plan_.hosts[index].before;
    v.after = plan_.hosts[index].after;
    emit(cast_vote{std::move(v)});
  }
  host.last.at = now_;
  host.said_level = level;
  host.said_actions = std::move(actions);
  reached(now_ + period);
}

// A wish is renewed each alert period. `keep` is said for one time to live after a change, so that
// executors need not wait for the old wish to expire.
void site_machine::state::cast_to_outlet(outlet_index index) {
  auto& outlet = outlets_[index];
  if (!outlet.wish_since) return;
  const bool keeps = outlet.wish == vote::outlet_wish::keep;
  if (keeps && now_ > *outlet.wish_since + site_.votes.time_to_live) return;
  const auto& config = site_.outlets[index];
  for (const auto& node : site_.nodes) {
    const auto found = executors_.find({config.unit, node.number});
    if (found == executors_.end()) continue;
    const auto audience = found->second.fresh(site_.votes.time_to_live, now_);
    if (audience.empty()) continue;
    auto& last = outlet.last[node.number];
    if (last.at && !reached(*last.at + site_.votes.period_alert)) continue;
    for (const auto& to : audience) {
      auto v = blank_vote();
      v.sequence = ++last.sequence;
      v.to = {target_kind::outlet, config.name, node.number};
      v.nonce = to.nonce;
      v.tick = to.tick;
      v.epoch = epoch_for(to.epoch);
      v.outlet = outlet.wish;
      v.why = outlet.why;
      emit(cast_vote{std::move(v)});
    }
    last.at = now_;
    if (outlet.wish == vote::outlet_wish::off) outlet.off_said_at = now_;
    reached(now_ + site_.votes.period_alert);
  }
}

void site_machine::state::report_changes() {
  each_ups([this](ups_index i) {
    auto& memory = upses_[i];
    const auto& tracker = trackers_[i];
    const auto seen = tracker.fresh(now_);
    if (tracker.state() != memory.said_state || seen != memory.said_fresh) {
      emit(ups_belief_changed{i, memory.said_state, tracker.state(), seen});
      memory.said_state = tracker.state();
      memory.said_fresh = seen;
    }
    // D2: anything but a fresh online here or at a peer makes everybody look closely.
    const bool alert =
        peer_worried(memory) || !tracker.fresh_online(now_) || incident_ != incident_state::calm;
    if (alert != memory.alert) {
      memory.alert = alert;
      emit(set_polling{i, alert});
    }
  });
  each_host([this](host_index i) {
    auto& host = hosts_[i];
    const auto now_is = to_string(phase(host, site_.hosts[i]));
    if (const auto heard = host.record.last_heard())
      reached(*heard + site_.votes.able_within + 1ms);
    if (now_is == host.said_phase) return;
    const bool reported = now_is != "gone" && now_is != "silent" && now_is != "booting";
    emit(host_changed{i, host.said_phase, std::string{now_is}, host.explanation,
                      reported ? host.evidence : std::string{}});
    host.said_phase = now_is;
  });
}

bool site_machine::state::peer_worried(const ups_memory& memory) const {
  return std::any_of(memory.peers.begin(), memory.peers.end(), [&](const auto& entry) {
    const auto& peer = entry.second;
    return now_ - peer.taken <= site_.votes.able_within && peer.what.state != power::belief::online;
  });
}

// Alarms are asked for as long as they hold, mostly the same ones again: only news is written down.
void site_machine::state::expect_alarm(alarm_list& list, site_alarm what,
                                       const std::string& subject, std::string_view text) {
  const auto at = list.asked++;
  if (at == list.entries.size()) list.entries.emplace_back();
  auto& entry = list.entries[at];
  if (entry.what == what && entry.subject == subject && entry.text == text) return;
  entry = {what, subject, std::string{text}};
  alarms_changed_ = true;
}

void site_machine::state::end_alarms(alarm_list& list) {
  if (list.asked != list.entries.size()) {
    list.entries.resize(list.asked);
    alarms_changed_ = true;
  }
  list.asked = 0;
}

void site_machine::state::alarms_of_ups(ups_index index) {
  auto& alarms = upses_[index].alarms;
  const auto& tracker = trackers_[index];
  const auto& name = site_.upses[index].name;
  const auto seen = tracker.fresh(now_);
  if (seen == power::freshness::stale && attended(device_kind::ups, index))
    expect_alarm(alarms, site_alarm::ups_stale, name,
                 "no fresh reading; last seen values are kept");
  if (seen == power::freshness::blind
      || (seen == power::freshness::never && reached(started_ + site_.observing.blind_floor)))
    expect_alarm(alarms, site_alarm::ups_blind, name,
                 "unknown: no reading for long; this node has no view of it");
  if (seen == power::freshness::never || seen == power::freshness::blind) return;
  const auto& last = tracker.last();
  if (tracker.battery_low()) expect_alarm(alarms, site_alarm::battery_low, name, "battery low");
  if (last.replace_battery)
    expect_alarm(alarms, site_alarm::replace_battery, name, "the device asks for a new battery");
  if (const auto& step = upses_[index].load.standing_out())
    expect_alarm(alarms, site_alarm::load_step, name,
                 "carries " + in_words(step->now) + " %, usual are " + in_words(step->usual)
                     + " %: see what was plugged in");
  if (last.overload) expect_alarm(alarms, site_alarm::overload, name, "overload");
  if (last.output_off)
    expect_alarm(
        alarms, site_alarm::unprotected, name,
        "says that it is on battery and that its output is off: on battery is believed for "
        "hosts that have no other supply");
  if (tracker.ending())
    expect_alarm(alarms, site_alarm::output_ending, name,
                 last.forced_shutdown
                     ? "forced shutdown: whoever set it is about to have the output cut"
                     : "it counts down to the end of its output");
  else if (tracker.forced_left_over())
    expect_alarm(alarms, site_alarm::output_ending, name,
                 "says forced shutdown, but nobody saw it begin lately: it counts for nothing; "
                 "clear it, for NUT by a restart of its server");
  alarms_of_paths(index);
  if (last.state == power::belief::bypass)
    expect_alarm(alarms, site_alarm::unprotected, name,
                 "on bypass: nothing stands behind the input");
}

void site_machine::state::alarms_of_paths(ups_index index) {
  auto& alarms = upses_[index].alarms;
  const auto& panel = panels_[index];
  if (panel.single()) return;
  const auto& name = site_.upses[index].name;
  const auto listed = [](const std::vector<std::string>& groups) {
    std::string text;
    for (const auto& group : groups)
      text += (text.empty() ? "" : ", ") + group;
    return text;
  };
  if (const auto next = panel.next_silent(now_)) reached(*next);
  const auto silent = panel.silent(now_);
  if (!silent.empty())
    expect_alarm(alarms, site_alarm::path_silent, name,
                 "nothing is heard by " + listed(silent) + ": look after that path");
  if (trackers_[index].fresh(now_) != power::freshness::fresh) return;
  const auto& dissent = panel.dissent();
  if (trackers_[index].disputed())
    expect_alarm(alarms, site_alarm::ups_disputed, name,
                 listed(panel.voices()) + " says on battery, "
                     + (dissent.empty() ? "and the other paths are not heard yet"
                                        : listed(dissent) + " says the contrary")
                     + ": nobody goes down for it before the latest safe start; look after both");
  else if (!dissent.empty())
    expect_alarm(alarms, site_alarm::path_dissents, name,
                 listed(dissent) + " contradicts " + listed(panel.voices())
                     + " and is not believed: look after that path");
}

void site_machine::state::alarms_of_host(host_index index) {
  auto& host = hosts_[index];
  const auto& config = site_.hosts[index];
  const auto now_is = phase(host, config);
  if (host.order_broken && host.level >= vote::level::shutdown)
    expect_alarm(host.alarms, site_alarm::order_broken, config.name,
                 "its latest safe start came before earlier stages were done");
  if (now_is == host_phase::gone)
    expect_alarm(host.alarms, site_alarm::host_gone, config.name,
                 "committed, then silent without a last word; its outlet stays on");
  if (host.given_up)
    expect_alarm(host.alarms, site_alarm::host_not_back, config.name,
                 "was stopped and is not heard again: look after it");
  if (host.stuck_since) {
    const bool no_power = host.view.how != feed::carried;
    const bool no_outlet = plan_.hosts[index].outlets.empty();
    expect_alarm(host.alarms, site_alarm::host_cannot_start, config.name,
                 no_power    ? "too few of its supplies are back: look after its UPS"
                 : no_outlet ? "no outlet feeds it: start it by hand"
                 : host.recalled
                     ? "its outlet may not be cycled, as no node has heard its last word since it "
                       "was started: start it by hand"
                     : "its outlet may not be cycled, as it never said its last word: "
                       "start it by hand");
  }
  if (!host.postponed.empty())
    expect_alarm(host.alarms, site_alarm::start_postponed, config.name, host.postponed);
  const auto heard_or_start = host.record.last_heard().value_or(started_);
  if (now_is == host_phase::silent && !host.stopped && reached(heard_or_start + silent_alarm_after))
    expect_alarm(host.alarms, site_alarm::host_silent, config.name,
                 "its agent is not heard: it would not be told of an outage");
  if (!host.unkept.empty())
    expect_alarm(host.alarms, site_alarm::evidence_unkept, config.name,
                 "its agent protects it, but would forget an outage if it were started again: "
                     + host.unkept);
  const bool in_doubt = host.view.how == feed::undetermined || host.view.presumed;
  const bool some_fail =
      std::any_of(config.supplies.begin(), config.supplies.end(), [this](const supply_config& s) {
        return s.ups != no_ups && trackers_[s.ups].fresh_failing(now_);
      });
  if (host.view.disputed && host.view.presumed)
    expect_alarm(host.alarms, site_alarm::unprotected, config.name,
                 std::string{"the paths to its power contradict each other: "}
                     + (config.holds_in_dispute
                            ? "by `dispute: hold` it is left alone, and may crash"
                            : "it goes down at its latest safe start, if its battery is seen "
                              "getting emptier"));
  else if (in_doubt && some_fail)
    expect_alarm(host.alarms, site_alarm::unprotected, config.name,
                 std::string{"one supply is on battery and another out of sight: "}
                     + (host.view.presumed ? "it counts as lost at the latest safe start"
                                           : "this node has no view of its power"));
  if (config.supplies.size() > config.needed && (host.view.how == feed::carried || in_doubt)
      && !host.view.all_carry)
    alarms_of_redundancy(index);
}

void site_machine::state::alarms_of_peers() {
  for (const auto& node : site_.nodes) {
    const auto found = peers_.find(node.number);
    if (found == peers_.end() || !found->second.differs_since) continue;
    const auto& peer = found->second;
    if (reached(peer.heard + word_counts)) continue;
    if (reached(*peer.differs_since + policy_alarm_after))
      expect_alarm(peer_alarms_, site_alarm::policy_differs, node.name,
                   peer.said.policy_revision == site_.revision
                       ? "runs another site file than this node, though of the same revision "
                             + std::to_string(site_.revision) + ": give both the same file"
                       : "runs revision " + std::to_string(peer.said.policy_revision)
                             + " of the site file, this node " + std::to_string(site_.revision)
                             + ": give both the same file");
  }
}

void site_machine::state::alarms_of_outlet(outlet_index index) {
  auto& outlet = outlets_[index];
  const auto& name = site_.outlets[index].name;
  if (!outlet.postponed.empty())
    expect_alarm(outlet.alarms, site_alarm::start_postponed, name, outlet.postponed);
  if (outlet.wish == vote::outlet_wish::keep) return;
  const auto wished =
      outlet.wish == vote::outlet_wish::on ? power::outlet_state::on : power::outlet_state::off;
  if (outlet.state != wished && reached(*outlet.wish_since + 60s))
    expect_alarm(outlet.alarms, site_alarm::outlet_unconfirmed, name,
                 "does not follow its votes for " + seconds_text(60s));
}

void site_machine::state::alarms_of_unattended() {
  for (const auto& [device, why] : unattended_) {
    const auto& [kind, index] = device;
    const auto& name = kind == device_kind::ups      ? site_.upses[index].name
                       : kind == device_kind::sensor ? site_.sensors[index].name
                                                     : site_.units[index].name;
    expect_alarm(
        site_alarms_, site_alarm::device_unknown, name,
        "not heard since its actor ended (" + why + "): "
            + (kind == device_kind::ups ? "what was last seen of it runs on as its worst case"
                                        : "unknown until it is heard again"));
  }
}

void site_machine::state::alarms_of_site() {
  alarms_of_unattended();
  if (generator_since_)
    expect_alarm(site_alarms_, site_alarm::on_generator, site_.name,
                 "a generator runs: time on battery counts again after "
                     + seconds_text(site_.generator->hold) + " of it, and starts are staggered");
  for (stage_index i = 0; i < conditions_.size(); ++i)
    for (const auto& memory : conditions_[i].rules)
      if (memory.doubt)
        expect_alarm(site_alarms_, site_alarm::condition_unknown, site_.stages[i].name,
                     "it acted, and its condition is unknown since: look after its sensors");
  if (charge_unknown_)
    expect_alarm(site_alarms_, site_alarm::charge_unknown, site_.name,
                 "the charge is unknown: restored by time online alone");
}

void site_machine::state::report_alarms() {
  each_ups([this](ups_index i) {
    alarms_of_ups(i);
    end_alarms(upses_[i].alarms);
  });
  each_host([this](host_index i) {
    alarms_of_host(i);
    end_alarms(hosts_[i].alarms);
  });
  each_outlet([this](outlet_index i) {
    alarms_of_outlet(i);
    end_alarms(outlets_[i].alarms);
  });
  alarms_of_peers();
  end_alarms(peer_alarms_);
  alarms_of_site();
  end_alarms(site_alarms_);
  if (alarms_changed_) tell_alarms();
  alarms_changed_ = false;
}

void site_machine::state::tell_alarms() {
  expected_.clear();
  const auto expect = [this](const alarm_list& list) {
    for (const auto& entry : list.entries)
      expected_.emplace(alarm_key{entry.what, entry.subject}, entry.text);
  };
  for (const auto& ups : upses_)
    expect(ups.alarms);
  for (const auto& host : hosts_)
    expect(host.alarms);
  expect(peer_alarms_);
  for (const auto& outlet : outlets_)
    expect(outlet.alarms);
  expect(site_alarms_);
  const auto of_redundancy = [](const alarm_key& key) {
    return key.first == site_alarm::redundancy_lost || key.first == site_alarm::redundancy_unknown;
  };
  for (const auto& [key, text] : raised_) {
    if (expected_.count(key) != 0) continue;
    if (of_redundancy(key))
      tell_redundancy(key.first, key.second, false);
    else
      emit(clear_alarm{key.first, key.second});
  }
  for (const auto& [key, text] : expected_) {
    const auto before = raised_.find(key);
    const bool news = before == raised_.end();
    if (of_redundancy(key) && (news || before->second != text))
      tell_redundancy(key.first, key.second, true);
    else if (news)
      emit(raise_alarm{key.first, key.second, text});
  }
  raised_ = expected_;
}

}  // namespace holdover::policy
