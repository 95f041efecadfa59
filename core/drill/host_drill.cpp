#include "core/drill/host_drill.hpp"

#include "core/overloaded.hpp"

#include <algorithm>
#include <utility>

namespace holdover::drill {

namespace {

constexpr std::size_t past_limit = 64;
constexpr duration last_beacon_within = 1500ms;  // They are a second apart.
constexpr duration up_long_enough = 24h;  // Evidence of a story is never older than the boot.

agent::agent_config rehearsed(agent::agent_config of) {
  of.up_for = up_long_enough;
  // Nobody tells a rehearsal to stop: its program's end is its last word.
  if (of.last_word == agent::final_word::on_stop) of.last_word = agent::final_word::on_program_end;
  return of;
}

}  // namespace

host_drill::host_drill(agent::agent_config config, std::string boot_id)
    : config_(rehearsed(std::move(config))), boot_id_(std::move(boot_id)) {}

host_decision host_drill::step(const host_event& what, time_point now) {
  now_ = now;
  host_decision out;
  std::erase_if(calls_, [&](const auto& one) { return one.second.until <= now_; });
  std::visit([&](const auto& one) { learn(one, out); }, what);
  if (machine_ && now_ >= ends_) end(std::string{why_it_ends_}, out);
  if (machine_ && callers(drill_) == 0) end("no node calls for it any more", out);
  if (!machine_) return out;
  for (bool any = true; any && machine_;) {
    any = false;
    for (auto at = endings_.begin(); at != endings_.end(); ++at) {
      if (at->at > now_) continue;
      due_.push_back(at->what);
      endings_.erase(at);
      any = true;
      break;
    }
    if (machine_wake_ && *machine_wake_ <= now_) due_.push_back(agent::tick{});
    while (machine_ && !due_.empty()) {
      const auto next = due_.front();
      due_.pop_front();
      feed(next, out);
      any = true;
    }
  }
  if (!machine_) return out;
  out.wake_at = earliest(machine_wake_, ends_);
  for (const auto& one : endings_)
    out.wake_at = earliest(out.wake_at, one.at);
  for (const auto& [by, one] : calls_)
    out.wake_at = earliest(out.wake_at, one.until);
  return out;
}

void host_drill::learn(const call_heard& heard, host_decision& out) {
  const auto& called = heard.what;
  if (called.over) {
    calls_.erase(heard.by);
    if (machine_ && called.drill == drill_)
      end("node " + std::to_string(heard.by) + ": " + called.why, out);
    return;
  }
  calls_[heard.by] = {called.drill, now_ + config_.time_to_live};
  if (!machine_ && callers(called.drill) >= config_.threshold
      && std::find(past_.begin(), past_.end(), called.drill) == past_.end())
    begin(heard, out);
}

std::size_t host_drill::callers(const std::string& drill) const {
  return static_cast<std::size_t>(std::count_if(
      calls_.begin(), calls_.end(), [&](const auto& one) { return one.second.drill == drill; }));
}

void host_drill::begin(const call_heard& heard, host_decision& out) {
  drill_ = heard.what.drill;
  ends_ = now_ + std::min(heard.what.lasts, longest_drill);
  why_it_ends_ = "its time is over";
  machine_ = std::make_unique<agent::agent_machine>(config_, heard.fresh, boot_id_, now_);
  machine_wake_ = now_;
  allowed_ = {};
  out.actions.emplace_back(note{"drill " + drill_ + ": this host rehearses; nothing real is run"});
}

void host_drill::end(const std::string& why, host_decision& out) {
  machine_.reset();
  machine_wake_.reset();
  endings_.clear();
  due_.clear();
  past_.push_back(drill_);
  if (past_.size() > past_limit) past_.pop_front();
  out.actions.emplace_back(note{"drill " + drill_ + " has ended here: " + why});
}

void host_drill::learn(const vote_heard& heard, host_decision&) {
  if (!machine_ || heard.what.content.drill != drill_) return;
  auto counted = heard.what;
  if (counted.signature_valid) allowed_ = counted.content.shutdown_time;
  counted.content.drill.clear();  // To the machine inside, this drill is the world.
  due_.push_back(agent::vote_received{std::move(counted)});
}

void host_drill::learn(const trouble& what, host_decision& out) {
  if (machine_) end("real: " + what.why, out);
}

// A host that is forced off says once more what had become of its programs. From then on it is to
// the nodes as it would be.
void host_drill::learn(const looked& what, host_decision&) {
  if (!machine_) return;
  if (what.ok && (what.id == "forced_off" || what.id == "last_resort")) {
    ends_ = std::min(ends_, now_ + last_beacon_within);
    why_it_ends_ = "this host would be off by " + what.id + ": " + what.detail;
    return;
  }
  if (what.id == commit_record)
    return due_.push_back(agent::commit_recorded{what.ok, what.ok ? "" : what.detail});
  endings_.push_back(
      {now_ + (what.ok ? takes(what.id) : duration::zero()), {what.id, what.ok, what.detail}});
}

duration host_drill::takes(const std::string& id) const {
  if (id != "shutdown" && id != "stand_by") return duration::zero();
  return std::min(allowed_, config_.shutdown_limit * 3 / 4);
}

void host_drill::feed(const agent::agent_event& what, host_decision& out) {
  auto decided = machine_->step(what, now_);
  machine_wake_ = decided.wake_at;
  for (const auto& action : decided.actions)
    take(action, out);
}

void host_drill::take(const agent::agent_action& action, host_decision& out) {
  const auto log = [&](const std::string& text) {
    out.actions.emplace_back(note{"drill " + drill_ + ": " + text});
  };
  std::visit(overloaded{
                 [&](const agent::send_beacon& a) { out.actions.emplace_back(say{a.what}); },
                 [&](const agent::write_commit_record&) {
                   out.actions.emplace_back(look_at{std::string{commit_record}});
                 },
                 [&](const agent::run_action& a) {
                   due_.push_back(agent::action_started{a.id});
                   out.actions.emplace_back(look_at{a.id});
                 },
                 [&](const agent::raise_alarm& a) { log(a.text); },
                 [&](const agent::note& a) { log(a.text); },
                 [](const agent::clear_alarm&) {},
                 [](const agent::log_command&) {},
                 [](const agent::keep_evidence&) {},
                 // Its nonce is good for one drill, and that is as long as it is needed.
                 [](const agent::want_new_nonce&) {},
                 [](const agent::leave&) {},
             },
             action);
}

}  // namespace holdover::drill
