#include "core/policy/lives.hpp"

#include <algorithm>

namespace holdover::policy {

namespace {

constexpr std::size_t lives_limit = 4;

}  // namespace

bool life_list::hear(const random_id& nonce, std::uint64_t tick,
                     const std::optional<random_id>& keep, time_point now, std::uint64_t epoch) {
  auto known =
      std::find_if(lives_.begin(), lives_.end(), [&](const life& l) { return l.nonce == nonce; });
  if (known != lives_.end()) {
    if (tick <= known->tick) return false;
    known->tick = tick;
    known->heard = now;
    known->epoch = epoch;
    return true;
  }
  if (lives_.size() >= lives_limit) {
    auto oldest = lives_.end();
    for (auto l = lives_.begin(); l != lives_.end(); ++l)
      if (l->nonce != keep && (oldest == lives_.end() || l->heard < oldest->heard)) oldest = l;
    lives_.erase(oldest);
  }
  lives_.push_back({nonce, tick, now, epoch});
  return true;
}

void life_list::forget(const random_id& nonce) {
  lives_.erase(
      std::remove_if(lives_.begin(), lives_.end(), [&](const life& l) { return l.nonce == nonce; }),
      lives_.end());
}

std::optional<time_point> life_list::last_heard() const {
  std::optional<time_point> last;
  for (const auto& l : lives_)
    if (!last || *last < l.heard) last = l.heard;
  return last;
}

std::vector<life> life_list::fresh(duration limit, time_point now) const {
  std::vector<life> heard;
  for (const auto& l : lives_)
    if (now - l.heard <= limit) heard.push_back(l);
  return heard;
}

bool life_list::other_than(const random_id& nonce, duration limit, time_point now) const {
  return std::any_of(lives_.begin(), lives_.end(),
                     [&](const life& l) { return l.nonce != nonce && now - l.heard <= limit; });
}

}  // namespace holdover::policy
