// The agent_machine from the point of no return on: the ladder of X5.
//
// Whatever a rung waits for may hang: a full disk, a script, an inhibitor, a dead network file
// system. So each has a limit, and what follows it is harsher and needs less of the host.

#include "core/agent/agent_machine.hpp"
#include "core/expects.hpp"

#include <algorithm>

namespace holdover::agent {
namespace {

using vote::level;

/// X5: the last rung starts this long before the power ends, but a shutdown program gets at least
/// `least_stop` first, whatever the battery is said to hold.
constexpr duration last_rung_reserve = 20s;
constexpr duration least_stop = 5s;

/// A last resort that did not work is tried again; this keeps a zero limit from spinning.
constexpr duration least_pause = 1s;

}  // namespace

void agent_machine::commit(const std::string& cause, const std::vector<std::string>& evidence,
                           agent_decision& out) {
  acting_ = std::max(box_.effective_level(now_), level::shutdown);
  state_ = host_state::committed;
  cause_ = cause;
  if (const auto empty = fallback_.empty())
    last_rung_at_ = std::max(*empty - last_rung_reserve, now_ + least_stop);
  rung_ = rung::commit_record;
  rung_ends_ = now_ + config_.commit_record_limit;
  board_.report(id_of(rung::commit_record), action_state::started, "");
  out.actions.emplace_back(note{"committed: " + cause});
  out.actions.emplace_back(write_commit_record{cause, evidence});
}

void agent_machine::climb(agent_decision& out) {
  while (true) {
    if (rung_ != rung::last_resort && last_rung_at_ && now_ >= *last_rung_at_) {
      overrun("is cut short: the power ends soon", out);
      enter(rung::last_resort, out);
    } else if (now_ >= rung_ends_) {
      overrun("did not end within its limit", out);
      enter(next(rung_), out);
    } else {
      return;
    }
  }
}

void agent_machine::enter(rung to, agent_decision& out) {
  rung_ = to;
  const bool stops = to == rung::shutdown || to == rung::stand_by;
  const auto limit = stops ? config_.shutdown_limit : std::max(config_.forced_limit, least_pause);
  rung_ends_ = now_ + limit;
  board_.report(id_of(to), action_state::received, "");
  beacon(out, false);  // A2: "committed" is said before anything is done about it.
  out.actions.emplace_back(run_action{id_of(to), cause_, limit});
}

void agent_machine::overrun(const std::string& how, agent_decision& out) {
  const std::string id = id_of(rung_);
  board_.report(id, action_state::failed, how);
  const auto kind =
      rung_ == rung::commit_record ? agent_alarm::commit_unrecorded : agent_alarm::shutdown_overrun;
  raised_.insert(kind);  // Each rung is told, even if one before it raised the same alarm.
  out.actions.emplace_back(raise_alarm{kind, id + " " + how + "; next: " + id_of(next(rung_))});
}

void agent_machine::say_down(const std::string& why, agent_decision& out) {
  state_ = host_state::down;
  out.actions.emplace_back(note{"down: " + why});
}

// ---- Standing by (X3) ---------------------------------------------------------------------------

bool agent_machine::standing_by() const {
  return state_ == host_state::down && rung_ == rung::read_only;
}

std::size_t agent_machine::saying_run() const {
  return box_.behind(level::run, now_).size() - box_.behind(level::warn, now_).size();
}

/// By k controllers themselves: that fewer than k say more is not enough, as the others may be
/// waiting for the battery or for what comes before this host.
bool agent_machine::told_to_run() const {
  return standing_by() && box_.agreed_on(level::run, now_)
         && box_.effective_level(now_) <= level::run;
}

// It never ends well for this process, so a reboot that takes longer than a stop does is tried
// again.
void agent_machine::await_mains(agent_decision& out) {
  if (!told_to_run()) {
    told_to_run_since_.reset();
    return;
  }
  if (!told_to_run_since_) told_to_run_since_ = now_;
  if (now_ - *told_to_run_since_ < config_.hold) return;
  if (rebooted_at_ && now_ - *rebooted_at_ < config_.shutdown_limit) return;
  rebooted_at_ = now_;
  const auto said = std::to_string(saying_run()) + " of "
                    + std::to_string(config_.electorate.size()) + " nodes say that power is back";
  out.actions.emplace_back(note{"reboots: " + said});
  run("reboot", said, config_.shutdown_limit, out);
}

agent_machine::rung agent_machine::next(rung from) const {
  switch (from) {
    case rung::commit_record:
      return config_.stands_by ? rung::stand_by : rung::shutdown;
    case rung::stand_by:
    case rung::read_only:
      return rung::shutdown;
    case rung::shutdown:
      return rung::forced_off;
    case rung::forced_off:
    case rung::last_resort:
      return rung::last_resort;
  }
  return rung::last_resort;
}

const char* agent_machine::id_of(rung which) {
  switch (which) {
    case rung::commit_record:
      return "commit_record";
    case rung::stand_by:
      return "stand_by";
    case rung::read_only:
      return "read_only";
    case rung::shutdown:
      return "shutdown";
    case rung::forced_off:
      return "forced_off";
    case rung::last_resort:
      return "last_resort";
  }
  return "last_resort";
}

}  // namespace holdover::agent
