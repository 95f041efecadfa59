#include "core/agent/agent_machine.hpp"

#include "core/expects.hpp"
#include "core/overloaded.hpp"
#include "core/words.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace holdover::agent {
namespace {

using vote::level;

/// What levels and the ladder run by themselves. A vote cannot name them, configured or not: else
/// naming "shutdown" would be a shutdown without a commit.
constexpr std::array<std::string_view, 12> reserved_ids{
    "commit_record", "stand_by", "read_only", "reboot", "shutdown",  "forced_off",
    "last_resort",   "warn",     "warn_over", "shed",   "shed_over", evidence_id};

// How many times to live lie between two new nonces that a controller's ticks cause.
constexpr int doubts_apart = 6;

constexpr duration evidence_period = 5s;

// A life that begins within so many times to live after the last one stopped listening goes on with
// its listening. Otherwise a process that ends again and again would push a deadline for ever.
constexpr int listening_lasts = 6;
constexpr std::string_view listens = "listens ";

vote::ballot_rules ballot_rules_of(const agent_config& c) {
  return {.site = c.site,
          .self = {target_kind::host, c.host, 0},
          .epoch = c.epoch,
          .electorate = c.electorate,
          .threshold = c.threshold,
          .time_to_live = c.time_to_live};
}

fallback_rules fallback_rules_of(const agent_config& c) {
  auto rules = c.fallback;
  rules.threshold = c.threshold;
  return rules;
}

std::vector<std::string> bytes_of(const std::vector<const vote::ballot_box::ballot*>& ballots) {
  std::vector<std::string> bytes;
  for (const auto* b : ballots)
    bytes.push_back(b->what.signed_bytes);
  return bytes;
}

/// Takes the line "listens UNTIL" from the beginning of what was kept, if it is there.
std::optional<time_point> take_listening(std::string_view& text) {
  if (!text.starts_with(listens)) return std::nullopt;
  const auto end = text.find('\n');
  duration::rep until = 0;
  const auto* last = text.data() + std::min(end, text.size());
  const auto [read, problem] = std::from_chars(text.data() + listens.size(), last, until);
  if (problem != std::errc{} || read != last || end == std::string_view::npos) return std::nullopt;
  text.remove_prefix(end + 1);
  return time_point{duration{until}};
}

std::optional<bool> shows_battery(const vote::vote& v) {
  std::optional<bool> shows;
  for (const auto& s : v.supplies)
    if (!s.blind) shows = shows.value_or(false) || s.state == power::belief::on_battery;
  return shows;
}

}  // namespace

std::string_view to_string(agent_alarm a) {
  switch (a) {
    case agent_alarm::degraded:
      return "degraded";
    case agent_alarm::silence:
      return "silence";
    case agent_alarm::fallback_armed:
      return "fallback_armed";
    case agent_alarm::no_carrier:
      return "no_carrier";
    case agent_alarm::commit_unrecorded:
      return "commit_unrecorded";
    case agent_alarm::shutdown_overrun:
      return "shutdown_overrun";
    case agent_alarm::evidence_unkept:
      return "evidence_unkept";
  }
  return "invalid alarm";
}

agent_machine::agent_machine(agent_config config, random_id nonce, std::string boot_id,
                             time_point now)
    : config_(std::move(config)),
      boot_id_(std::move(boot_id)),
      ticks_(nonce, config_.time_to_live),
      box_(ballot_rules_of(config_)),
      fallback_(fallback_rules_of(config_), now - config_.up_for),
      isolation_(config_.no_carrier_after),
      board_(config_.time_to_live),
      now_(now),
      started_(now),
      next_beacon_(now) {
  expects(config_.beacon_period > 0s);
}

agent_decision agent_machine::step(const agent_event& what, time_point now) {
  expects(now >= now_);
  now_ = now;
  agent_decision out;
  if (left_) return out;
  if (wake_ && now_ - *wake_ >= config_.time_to_live) deaf_until_ = now_ + config_.time_to_live;
  lapse(out);
  std::visit([&](const auto& fact) { learn(fact, out); }, what);
  if (leaving_) {
    beacon(out, true);
    out.actions.emplace_back(leave{});
    left_ = true;
    return out;
  }
  decide(out);
  keep(out);
  beacon(out, false);
  wake_ = out.wake_at = next_wake();
  expects(wake_ && *wake_ > now_);
  return out;
}

// ---- Facts -------------------------------------------------------------------------------------

/// What ended by time alone ends before anything new is learnt. Otherwise a level that lapsed
/// during a pause of this process, and came back with the votes that woke it, would look like it
/// had held.
void agent_machine::lapse(agent_decision& out) {
  if (switch_over_ends_ && now_ >= *switch_over_ends_) end_switch_over(out);
  if (!told_to_run()) told_to_run_since_.reset();
  fallback_.advance(now_);
  observe_named();
  if (state_ == host_state::armed && box_.effective_level(now_) < level::shutdown) cancel(out);
}

void agent_machine::observe_named() {
  std::vector<vote::named_action> named;
  for (const auto* b : box_.unexpired(now_))
    named.insert(named.end(), b->what.content.actions.begin(), b->what.content.actions.end());
  board_.observe(named, now_);
}

void agent_machine::learn(const vote_received& event, agent_decision& out) {
  const auto& content = event.what.content;
  const auto as_of = ticks_.issued(content.tick);
  auto counted = event.what;
  std::string why;
  if (as_of && content.host_level > level::warn && fallback_.older_than_boot(content, *as_of)) {
    counted.content.host_level = level::warn;
    why = "counts as warn: its evidence is older than this boot";
  }
  const auto refused = box_.accept(counted, ticks_, now_);
  const auto line = refused ? log_.refused(content, *refused, now_) : log_.accepted(content, why);
  if (line && undecided()) out.actions.emplace_back(*line);
  if (refused == vote::refusal::future_tick) doubt(content, out);
  if (refused) return;

  observe_named();
  const auto* cast = box_.of(content.controller);
  fallback_.learn(content, *as_of, now_, {cast->counts, cast->counted});
  if (const auto battery = shows_battery(content)) {
    if (*battery) {
      outage_evidence_[content.controller] = event.what.signed_bytes;
    } else {
      outage_evidence_.erase(content.controller);
    }
  }
}

void agent_machine::learn(const commit_recorded& answer, agent_decision& out) {
  if (state_ != host_state::committed) return;
  board_.report(id_of(rung::commit_record), answer.ok ? action_state::done : action_state::failed,
                answer.problem);
  alarm(agent_alarm::commit_unrecorded, !answer.ok, out, [&] {
    return "the commit record could not be written: " + answer.problem
           + "; going down all the same";
  });
  if (rung_ == rung::commit_record) enter(next(rung_), out);
}

void agent_machine::learn(const action_started& what, agent_decision&) {
  if (board_.reported(what.id)) board_.report(what.id, action_state::started, "");
}

void agent_machine::learn(const action_ended& what, agent_decision& out) {
  if (!board_.reported(what.id)) return;
  board_.report(what.id, what.ok ? action_state::done : action_state::failed, what.detail);
  if (!what.ok) out.actions.emplace_back(note{"action " + what.id + " failed: " + what.detail});
  if (state_ != host_state::committed) return;
  if (what.id == id_of(rung::shutdown) && what.ok
      && config_.last_word == final_word::on_program_end) {
    say_down("the shutdown program has ended well", out);
  } else if (what.ok && rung_ == rung::stand_by && what.id == id_of(rung_)) {
    enter(rung::read_only, out);
  } else if (what.ok && rung_ == rung::read_only && what.id == id_of(rung_)) {
    say_down("stands by until mains are back; its disks are read-only", out);
  } else if (!what.ok && what.id == id_of(rung_)) {
    overrun("failed: " + what.detail, out);
    // A last resort that failed is tried again when its limit is over, not in a tight loop.
    if (rung_ != rung::last_resort) enter(next(rung_), out);
  }
}

void agent_machine::learn(const stop_requested&, agent_decision& out) {
  leaving_ = true;
  if (undecided()) {
    state_ = host_state::running;
    out.actions.emplace_back(note{"the agent is told to stop; the host runs on unprotected"});
  } else if (state_ == host_state::committed && config_.last_word == final_word::on_stop
             && rung_ >= rung::shutdown) {
    say_down("the agent is told to stop, late in the shutdown", out);
  }
}

void agent_machine::learn(const commit_recalled&, agent_decision& out) {
  if (!undecided()) return;
  state_ = host_state::committed;
  acting_ = level::shutdown;
  cause_ = "resumed: this boot had committed before the agent was started again";
  out.actions.emplace_back(note{"committed: " + cause_});
  enter(next(rung::commit_record), out);
}

void agent_machine::learn(const evidence_recalled& kept, agent_decision& out) {
  if (!undecided()) return;
  std::string_view text = kept.text;
  if (isolation_.recall(text.substr(0, text.find('\n'))))
    text.remove_prefix(std::min(text.find('\n') + 1, text.size()));
  const auto listened = take_listening(text);
  if (!fallback_.recall(text)) {
    out.actions.emplace_back(note{"what was kept of the outage cannot be read: begun anew"});
    return;
  }
  kept_at_ = now_;
  fallback_.advance(now_);
  if (fallback_.outlived(now_)) {
    fallback_.recall({});
    out.actions.emplace_back(note{"what was kept of an outage is over: this host has outlived it"});
    return;
  }
  deaf_until_ = now_ + config_.time_to_live;
  if (listened && now_ < *listened + listening_lasts * config_.time_to_live)
    deaf_until_ = std::min(*deaf_until_, *listened);
  out.actions.emplace_back(note{"goes on with what was known of the outage before the restart"});
}

void agent_machine::learn(const evidence_kept& answer, agent_decision& out) {
  const bool told = raised_.count(agent_alarm::evidence_unkept) != 0;
  if (!answer.ok || told)
    board_.report(std::string{evidence_id}, answer.ok ? action_state::done : action_state::failed,
                  answer.problem);
  alarm(agent_alarm::evidence_unkept, !answer.ok, out, [&] {
    return "what is known of an outage cannot be kept, and a restart of this agent would forget "
           "it, though votes and the local rule protect this host as ever: "
           + answer.problem;
  });
}

void agent_machine::keep(agent_decision& out) {
  if (!undecided()) return;
  if (fallback_.worth_keeping() || isolation_.worth_keeping()) {
    const bool moved = deadline() != kept_deadline_ || fallback_.on_battery() != kept_on_battery_
                       || isolation_.worth_keeping() != kept_cut_off_;
    if (kept_at_ && !moved && now_ - *kept_at_ < evidence_period) return;
    kept_at_ = now_;
    kept_deadline_ = deadline();
    kept_on_battery_ = fallback_.on_battery();
    kept_cut_off_ = isolation_.worth_keeping();
    const auto& set = fallback_.deadline();
    const bool pushed = set && deaf_until_ && *deaf_until_ > *set;
    const auto listening =
        pushed
            ? std::string{listens} + std::to_string(deaf_until_->time_since_epoch().count()) + '\n'
            : std::string{};
    const auto cut_off = kept_cut_off_ ? isolation_.remember() + '\n' : std::string{};
    out.actions.emplace_back(keep_evidence{cut_off + listening + fallback_.remember()});
  } else if (kept_at_) {
    kept_at_.reset();
    kept_deadline_.reset();
    kept_on_battery_ = kept_cut_off_ = false;
    out.actions.emplace_back(keep_evidence{});
  }
}

// The nonce was ours and the signature good, so somebody was given this tick: by us in a future
// that was taken back, or by a second copy of this host. Once committed no vote counts any more,
// but the last word does: under a new nonce, which nobody has echoed yet, it would prove nothing,
// and the host would never be started again.
void agent_machine::doubt(const vote::vote& v, agent_decision& out) {
  if (state_ == host_state::committed || state_ == host_state::down) return;
  if (doubted_ && now_ - *doubted_ < doubts_apart * config_.time_to_live) return;
  doubted_ = now_;
  out.actions.emplace_back(want_new_nonce{
      "node " + std::to_string(v.controller) + " answers beacon " + std::to_string(v.tick)
      + ", but this agent has sent only " + std::to_string(ticks_.last())});
}

void agent_machine::learn(const life_renewed& fresh, agent_decision& out) {
  if (fresh.nonce == ticks_.nonce()) return;
  ticks_.renew(fresh.nonce);
  box_.clear();
  deaf_until_ = now_ + config_.time_to_live;
  next_beacon_ = now_;
  out.actions.emplace_back(note{"votes from before count no more: " + fresh.why});
}

void agent_machine::learn(const ports_looked_at& seen, agent_decision&) {
  isolation_.look(seen.what, now_);
}

void agent_machine::learn(const membership_changed& next, agent_decision& out) {
  if (next.epoch <= config_.epoch) {
    out.actions.emplace_back(note{"a membership of epoch " + std::to_string(next.epoch)
                                  + " is refused: this agent runs epoch "
                                  + std::to_string(config_.epoch)});
    return;
  }
  end_switch_over(out);
  box_.begin_switch_over(next.epoch, next.electorate, next.threshold, next.same_keys);
  fallback_.begin_switch_over(next.threshold, next.same_keys, now_);
  out.actions.emplace_back(note{"the membership goes from epoch " + std::to_string(config_.epoch)
                                + " to " + std::to_string(next.epoch) + "; for "
                                + in_words(config_.switch_over) + " both must agree"});
  config_.epoch = next.epoch;
  config_.electorate = next.electorate;
  config_.threshold = next.threshold;
  switch_over_ends_ = now_ + config_.switch_over;
  next_beacon_ = now_;
}

void agent_machine::end_switch_over(agent_decision& out) {
  if (!switch_over_ends_) return;
  switch_over_ends_.reset();
  box_.end_switch_over();
  fallback_.end_switch_over(now_);
  out.actions.emplace_back(
      note{"the membership of epoch " + std::to_string(config_.epoch) + " decides alone"});
}

void agent_machine::learn(const tick&, agent_decision&) {}

// ---- Decisions before the point of no return ---------------------------------------------------

void agent_machine::decide(agent_decision& out) {
  if (undecided()) {
    watch(out);
    const auto voted = box_.effective_level(now_);
    if (state_ == host_state::running && voted >= level::shutdown) arm(out);
    if (state_ == host_state::armed && voted < level::shutdown) cancel(out);
    if (hold_is_over()) {
      commit(votes_for(level::shutdown), bytes_of(box_.behind(level::shutdown, now_)), out);
    } else if (deadline() && now_ >= *deadline()) {
      commit("fallback: " + fallback_.explanation(), outage_evidence(), out);
    } else if (isolation_.due(now_)) {
      commit("cut off: no port had a carrier for " + in_words(*config_.no_carrier_after)
                 + ", and nothing here says that mains are good",
             {}, out);
    } else {
      move_sides(side_level(voted), out);
      run_named(out);
      acting_ = std::max(voted, side_);
    }
  }
  if (state_ == host_state::committed) climb(out);
  if (standing_by()) await_mains(out);
}

void agent_machine::watch(agent_decision& out) {
  const auto at = deadline();
  alarm(agent_alarm::fallback_armed, at.has_value(), out, [&] {
    return "this host will shut down in " + in_words(round<std::chrono::seconds>(*at - now_)) + ": "
           + fallback_.explanation();
  });
  const auto cut = isolation_.deadline();
  alarm(agent_alarm::no_carrier, cut.has_value(), out, [&] {
    return "no port of this host has a carrier: it will shut down in "
           + in_words(round<std::chrono::seconds>(*cut - now_)) + " unless one gets it back";
  });
  if (now_ < started_ + config_.fallback.able_within) return;  // Nobody can be late yet.
  alarm(agent_alarm::degraded, fallback_.degraded(now_), out, [&] {
    return std::to_string(fallback_.able(now_)) + " of " + std::to_string(config_.threshold)
           + " controllers needed can judge the power: the local rule alone protects this host";
  });
  alarm(agent_alarm::silence, !fallback_.heard_anybody(now_) && !fallback_.on_battery(), out, [] {
    return std::string("no controller is heard: nothing would tell this host that power fails");
  });
}

template <class Text>
void agent_machine::alarm(agent_alarm what, bool wrong, agent_decision& out, Text text) {
  if (wrong && raised_.insert(what).second) out.actions.emplace_back(raise_alarm{what, text()});
  if (!wrong && raised_.erase(what) > 0) out.actions.emplace_back(clear_alarm{what});
}

void agent_machine::arm(agent_decision& out) {
  state_ = host_state::armed;
  armed_since_ = now_;
  out.actions.emplace_back(
      note{"armed by " + votes_for(level::shutdown) + "; commits in " + in_words(config_.hold)});
}

void agent_machine::cancel(agent_decision& out) {
  state_ = host_state::running;
  out.actions.emplace_back(
      note{"cancelled: the level fell to " + std::string(to_string(box_.effective_level(now_)))});
}

bool agent_machine::hold_is_over() const {
  return state_ == host_state::armed && now_ - armed_since_ >= config_.hold;
}

std::optional<time_point> agent_machine::deadline() const {
  const auto& set = fallback_.deadline();
  if (!set || !deaf_until_) return set;
  // Whoever begins to deny the outage while the host listens anew is heard out.
  const auto denial = fallback_.denied();
  const bool heard_out = denial && denial->since < *deaf_until_;
  return std::max({*set, *deaf_until_, heard_out ? denial->settles : *set});
}

level agent_machine::side_level(level voted) const {
  const bool doomed = deadline() || isolation_.deadline();
  const auto wanted = std::max(voted, doomed ? level::warn : level::run);
  const bool may_fall = box_.quorate(now_) || !fallback_.on_battery();
  return std::min(may_fall ? wanted : std::max(wanted, side_), level::shed);
}

void agent_machine::move_sides(level to, agent_decision& out) {
  if (to == side_) return;
  const auto why = deadline()              ? fallback_.explanation()
                   : isolation_.deadline() ? std::string{"no port has a carrier"}
                                           : votes_for(to);
  const auto limit = config_.action_limit;
  if (side_ < level::warn && to >= level::warn) run("warn", why, limit, out);
  if (side_ < level::shed && to >= level::shed) run("shed", why, limit, out);
  if (side_ >= level::shed && to < level::shed) run("shed_over", why, limit, out);
  if (side_ >= level::warn && to < level::warn) run("warn_over", why, limit, out);
  side_ = to;
}

void agent_machine::run_named(agent_decision& out) {
  for (const auto& wanted : box_.effective_actions(now_)) {
    if (!board_.claim(wanted)) continue;
    if (const auto why = objection(wanted.id); !why.empty()) {
      const auto from = box_.behind(wanted, now_).front()->what.content.controller;
      out.actions.emplace_back(log_command{from, false, "action " + wanted.id, why});
      board_.report(wanted.id, action_state::refused, why);
    } else {
      run(wanted.id, wanted.text, config_.action_limit, out);
    }
  }
}

std::string agent_machine::objection(const std::string& id) const {
  if (id == message_action) return "";
  if (std::find(reserved_ids.begin(), reserved_ids.end(), id) != reserved_ids.end())
    return "runs by level only and cannot be named";
  if (std::find(config_.actions.begin(), config_.actions.end(), id) == config_.actions.end())
    return "not among the actions of this agent's configuration";
  return "";
}

std::string agent_machine::votes_for(level wanted) const {
  const auto behind = box_.behind(wanted, now_);
  auto text =
      std::to_string(behind.size()) + " of " + std::to_string(config_.electorate.size()) + " votes";
  if (!behind.empty()) text += ": " + spaced(to_string(behind.front()->what.content.why));
  return text;
}

std::vector<std::string> agent_machine::outage_evidence() const {
  std::vector<std::string> bytes;
  for (const auto& [from, signed_bytes] : outage_evidence_)
    bytes.push_back(signed_bytes);
  return bytes;
}

// ---- Outputs ------------------------------------------------------------------------------------

void agent_machine::run(const std::string& id, const std::string& text, duration limit,
                        agent_decision& out) {
  const auto& nothing = config_.unconfigured;
  if (std::find(nothing.begin(), nothing.end(), id) != nothing.end()) return;
  board_.report(id, action_state::received, "");
  out.actions.emplace_back(run_action{id, text, limit});
}

std::optional<time_point> agent_machine::next_wake() const {
  std::optional<time_point> next = earliest(next_beacon_, switch_over_ends_);
  const auto consider = [&](std::optional<time_point> at) {
    if (at && *at > now_) next = earliest(next, at);
  };
  if (state_ == host_state::committed) {
    consider(rung_ends_);
    consider(last_rung_at_);
  }
  if (standing_by()) {
    consider(box_.next_expiry(now_));
    if (told_to_run_since_) consider(*told_to_run_since_ + config_.hold);
    if (rebooted_at_) consider(*rebooted_at_ + config_.shutdown_limit);
  }
  if (undecided()) {
    consider(started_ + config_.fallback.able_within);
    consider(box_.next_expiry(now_));
    consider(fallback_.next_change(now_));
    consider(deadline());
    if (state_ == host_state::armed) consider(armed_since_ + config_.hold);
  }
  return next;
}

}  // namespace holdover::agent
