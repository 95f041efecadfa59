#include "core/policy/host_record.hpp"

#include <algorithm>

namespace holdover::policy {

namespace {

constexpr std::size_t buried_limit = 256;

bool echoes_us(const agent::host_beacon& beacon, node_number self,
               const vote::tick_clock& challenges, duration time_to_live, time_point now) {
  return std::any_of(beacon.echoes.begin(), beacon.echoes.end(), [&](const agent::echo& e) {
    if (e.controller != self || e.incarnation != challenges.nonce()) return false;
    const auto issued = challenges.issued(e.challenge_tick);
    return issued && now - *issued <= time_to_live;
  });
}

}  // namespace

std::string_view to_string(host_phase phase) {
  switch (phase) {
    case host_phase::silent:
      return "silent";
    case host_phase::running:
      return "running";
    case host_phase::armed:
      return "armed";
    case host_phase::committed:
      return "committed";
    case host_phase::down:
      return "down";
    case host_phase::gone:
      return "gone";
    case host_phase::booting:
      return "booting";
  }
  return "silent";
}

host_record::heard host_record::hear(const agent::host_beacon& beacon, node_number self,
                                     const vote::tick_clock& challenges, duration time_to_live,
                                     time_point now) {
  heard result;
  if (buried_.count(beacon.nonce) != 0) return result;
  if (!lives_.hear(beacon.nonce, beacon.tick, current_, now, beacon.epoch)) return result;
  result.counted = true;
  if (!echoes_us(beacon, self, challenges, time_to_live, now)) return result;

  result.proven = true;
  if (current_ != beacon.nonce) {
    result.new_life = true;
    if (current_) {
      if (buried_.size() >= buried_limit) buried_.erase(buried_.begin());
      buried_.insert(*current_);
      lives_.forget(*current_);
    }
    current_ = beacon.nonce;
    committed_at_.reset();
    down_at_.reset();
    booting_since_.reset();
  }
  believe(beacon, now);
  return result;
}

void host_record::believe(const agent::host_beacon& beacon, time_point now) {
  heard_at_ = now;
  reported_ = beacon.state;
  acts_at_ = beacon.acts_in ? std::optional{now + *beacon.acts_in} : std::nullopt;
  const bool over =
      beacon.state == agent::host_state::committed || beacon.state == agent::host_state::down;
  if (over && !committed_at_) committed_at_ = now;
  if (beacon.state == agent::host_state::down && !down_at_) down_at_ = now;
  if (!over) booting_since_.reset();
}

host_phase host_record::phase(duration shutdown_time, duration heard_limit, time_point now) const {
  if (booting_since_) return host_phase::booting;
  if (down_at_) return host_phase::down;
  const bool quiet = !heard_at_ || now - *heard_at_ > heard_limit;
  if (committed_at_) {
    const bool overdue = now - *committed_at_ >= shutdown_time;
    return quiet && overdue ? host_phase::gone : host_phase::committed;
  }
  if (quiet) return host_phase::silent;
  return reported_ == agent::host_state::armed ? host_phase::armed : host_phase::running;
}

bool host_record::surely_down(duration time_to_live, time_point now) const {
  if (!down_at_ || booting_since_) return false;
  return !lives_.other_than(*current_, time_to_live, now);
}

std::optional<duration> host_record::acts_in(time_point now) const {
  if (!acts_at_) return std::nullopt;
  return std::max(duration::zero(), *acts_at_ - now);
}

void host_record::powered(time_point now) {
  booting_since_ = now;
  down_at_.reset();
  committed_at_.reset();
}

}  // namespace holdover::policy
