// What the agent_machine says of itself: its beacons.

#include "core/agent/agent_machine.hpp"

#include <utility>

namespace holdover::agent {
namespace {

bool differs(const host_beacon& a, const host_beacon& b) {
  return a.state != b.state || a.effective != b.effective || a.degraded != b.degraded
         || a.actions != b.actions;
}

}  // namespace

host_state agent_machine::reported_state() const {
  // A2: record first, then report. Until then others see a host about to commit.
  const bool unrecorded = state_ == host_state::committed && rung_ == rung::commit_record;
  return unrecorded ? host_state::armed : state_;
}

std::optional<time_point> agent_machine::acts_at() const {
  if (state_ == host_state::committed && rung_ == rung::commit_record) return now_;
  if (!undecided()) return std::nullopt;
  const auto held =
      state_ == host_state::armed ? std::optional(armed_since_ + config_.hold) : std::nullopt;
  if (leaving_) return held;
  return earliest(held, earliest(deadline(), isolation_.deadline()));
}

host_beacon agent_machine::snapshot() const {
  host_beacon b;
  b.site = config_.site;
  b.host = config_.host;
  b.nonce = ticks_.nonce();
  b.boot_id = boot_id_;
  b.state = reported_state();
  b.effective = acting_;
  if (const auto at = acts_at()) b.acts_in = *at - now_;
  b.epoch = config_.epoch;
  b.degraded = fallback_.degraded(now_);
  b.echoes = echoes();
  b.actions = board_.reports();
  return b;
}

std::vector<echo> agent_machine::echoes() const {
  std::vector<echo> found;
  for (node_number number = 0; number < node_number_limit; ++number) {
    const auto* last = box_.of(number);
    if (last == nullptr || now_ - last->accepted > config_.time_to_live) continue;
    const auto& v = last->what.content;
    found.push_back({number, v.incarnation, v.challenge_tick});
  }
  return found;
}

void agent_machine::beacon(agent_decision& out, bool at_once) {
  auto b = snapshot();
  if (!at_once && now_ < next_beacon_ && said_ && !differs(*said_, b)) return;
  b.tick = ticks_.issue(now_);
  said_ = b;
  next_beacon_ = now_ + config_.beacon_period;
  out.actions.emplace_back(send_beacon{std::move(b)});
}

}  // namespace holdover::agent
