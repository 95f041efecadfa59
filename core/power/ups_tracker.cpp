#include "core/power/ups_tracker.hpp"

#include "core/expects.hpp"

#include <algorithm>

namespace holdover::power {

namespace {

constexpr duration low_battery_budget = 60s;     // X8
constexpr std::uint32_t samples_to_worsen = 2;   // X8: worse news counts after two samples,
constexpr std::uint32_t samples_to_recover = 3;  // better news after three.
constexpr duration claim_proof = 5s;  // How long a counter must keep time before it is believed.

// From the flag to the cut: the master's patience with its clients, its own shutdown, and the delay
// that it leaves the UPS with. What stands for longer was left over by somebody.
constexpr duration forced_lasts = 300s;
constexpr duration countdown_step = 30s;  // A countdown that stands still for longer does not run.
constexpr duration jitter_most = 10s;     // Of a number that stands still.
constexpr duration least_fall = 4s;

/// Whether a number fell as a countdown does. Some cards show it in steps of ten seconds, and
/// servers repeat what they were told two seconds ago.
bool counts_down(duration fall, duration elapsed) {
  return fall > 0s && fall >= elapsed / 2 - 2s && fall <= 2 * elapsed + 2s;
}

/// Whether the device's counter and our clock measured the same interval. Counters step by whole
/// seconds and reach us with the delay of a poll; clocks may differ by a percent each.
bool keeps_time(duration growth, duration elapsed) {
  const auto tolerance = std::min<duration>(2s + elapsed / 50, elapsed / 2);
  return std::chrono::abs(growth - elapsed) <= tolerance;
}

std::optional<duration> lesser(std::optional<duration> a, std::optional<duration> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

}  // namespace

std::string_view to_string(freshness how) {
  switch (how) {
    case freshness::fresh:
      return "fresh";
    case freshness::stale:
      return "stale";
    case freshness::blind:
      return "blind";
    case freshness::never:
      break;
  }
  return "never";
}

ups_tracker::ups_tracker(duration poll_period, std::optional<duration> rated_runtime,
                         const observation_config& rules, time_point now)
    : poll_period_(poll_period), rated_runtime_(rated_runtime), rules_(rules), started_(now) {
  expects(poll_period > 0s);
}

// ---- Taking observations
// -------------------------------------------------------------------------

void ups_tracker::observe(const observation& seen, duration age, time_point now) {
  if (seen.state == belief::unknown) return;
  const auto taken = now - std::max(age, duration::zero());
  if (taken_ && taken < *taken_) return;                    // Overtaken on its way.
  if (taken_ && taken == *taken_ && seen == last_) return;  // Told twice.

  const bool in_time = now - taken <= fresh_limit();
  const auto elapsed = taken_ ? taken - *taken_ : duration::zero();
  const auto how = follows(seen, elapsed, in_time);
  if (how == link::broken) forget();
  watch_countdown(seen, taken);
  watch_forced(seen, taken);
  const bool explained = testing();
  test_.observe(seen);
  if (explained && carries(seen.state)) forget_low();
  if (seen.state == belief::on_battery)
    account_on_battery(seen, how, taken, elapsed, in_time && last_in_time_);
  else
    account_off_battery(seen, taken, in_time);
  predict(seen, taken, elapsed);
  last_ = seen;
  taken_ = taken;
  last_in_time_ = in_time;
  lost_.reset();
}

void ups_tracker::lose(time_point now) {
  if (!lost_) lost_ = now;
}

ups_tracker::link ups_tracker::follows(const observation& seen, duration elapsed,
                                       bool in_time) const {
  if (!taken_) return link::first;
  if (elapsed <= fresh_limit()) return link::next;
  const bool both_on_battery =
      last_.state == belief::on_battery && seen.state == belief::on_battery;
  const bool bridged = both_on_battery && in_time && last_.counter_on_battery
                       && seen.counter_on_battery
                       && keeps_time(*seen.counter_on_battery - *last_.counter_on_battery, elapsed);
  return bridged ? link::bridged : link::broken;
}

/// After a gap nothing of before can be continued, neither a stopwatch nor a projection.
void ups_tracker::forget() {
  end_episode();
  online_since_.reset();
  runtime_.clear();
  cut_.clear();
  forget_low();
  forget_countdown();
  forced_since_.reset();
  looks_forced_ = 0;
  forced_ = false;
}

/// Also at the end of a test: it was low by its own load.
void ups_tracker::forget_low() {
  low_budget_.reset();
  low_samples_ = not_low_samples_ = 0;
  battery_low_ = false;
}

void ups_tracker::watch_countdown(const observation& seen, time_point taken) {
  if (!seen.countdown) {
    if (++looks_without_countdown_ >= samples_to_recover) forget_countdown();
    return;
  }
  const auto told = *seen.countdown;
  if (!countdown_) {
    // To have seen it appear is half of the proof: a constant that jitters was always there.
    falls_ = taken_ && !last_.countdown ? 1 : 0;
    fell_from_ = told + falls_ * least_fall;
    looks_without_countdown_ = 0;
  } else if (told == countdown_->left) {
    const auto stood = taken - countdown_->at;
    if (stood > countdown_step) runs_down_ = false;
    if (!runs_down_ && stood > jitter_most) stands_still(told);
    countdown_->seen = taken;
    return;
  } else if (counts_down(countdown_->left - told, taken - countdown_->at)
             || counts_down(countdown_->left - told, taken - countdown_->seen)) {
    if (falls_ == 0) fell_from_ = countdown_->left;
    ++falls_;
    looks_without_countdown_ = 0;
    if (proven(told)) runs_down_ = true;
    if (runs_down_) stood_at_.reset();
  } else {
    falls_ = 0;
    if (runs_down_ && ++looks_without_countdown_ >= samples_to_recover) runs_down_ = false;
    if (!runs_down_) stands_still(std::min(told, countdown_->left));
  }
  countdown_ = {told, taken, taken};
}

// Two falls are enough, by more than a number jitters. One that was seen to stand, or to rise, has
// to fall once more, and below all that it stood at.
bool ups_tracker::proven(duration told) const {
  if (stood_at_) return falls_ >= samples_to_recover && told < *stood_at_;
  return falls_ >= samples_to_worsen && fell_from_ - told >= least_fall;
}

void ups_tracker::forget_countdown() {
  countdown_.reset();
  stood_at_.reset();
  falls_ = 0;
  runs_down_ = false;
}

void ups_tracker::stands_still(duration at) {
  const bool same = stood_at_ && std::chrono::abs(*stood_at_ - at) <= jitter_most;
  stood_at_ = same ? std::min(*stood_at_, at) : at;
}

void ups_tracker::watch_forced(const observation& seen, time_point taken) {
  if (seen.forced_shutdown) {
    looks_not_forced_ = 0;
    ++looks_forced_;
    // What began while we were blind may have begun, and ended in its cut, long ago.
    const bool watched = taken_ && taken - *taken_ <= blind_limit();
    if (watched && !last_.forced_shutdown && !forced_since_) forced_since_ = taken;
  } else if (++looks_not_forced_ >= samples_to_recover) {
    looks_forced_ = 0;
    forced_since_.reset();
  }
  forced_ = looks_forced_ >= samples_to_worsen && forced_counts(taken);
}

bool ups_tracker::forced_counts(time_point at) const {
  return forced_since_ && at - *forced_since_ <= forced_lasts;
}

bool ups_tracker::forced_left_over() const {
  return carries(last_.state) && last_.forced_shutdown && !forced_counts(*taken_);
}

/// The battery is not even in use: only the cut counts.
duration ups_tracker::left_until_cut(time_point now) const {
  auto left = settled::never;
  if (runs_down_) left = countdown_->left - (now - countdown_->at);
  if (forced_) left = std::min(left, low_budget_.value_or(low_battery_budget) - (now - *taken_));
  return std::max(left, duration::zero());
}

void ups_tracker::account_on_battery(const observation& seen, link how, time_point taken,
                                     duration elapsed, bool credited) {
  const bool goes_on = episode_open_ && last_.state == belief::on_battery;
  const bool agreed = !seen.disputed && !last_.disputed;
  if (!goes_on) battery_since_ = taken;
  episode_open_ = true;
  if (!seen.disputed) online_since_.reset();  // One path's word alone keeps no episode going.
  account_dispute(seen, taken);
  if (how == link::first) claim_ = seen.counter_on_battery;
  if (!goes_on)
    stretch_ = {.counter = seen.counter_on_battery};
  else if (how == link::bridged && agreed)
    extend_stretch(seen, std::min(*seen.counter_on_battery - *last_.counter_on_battery, elapsed));
  else
    extend_stretch(seen, credited && agreed ? elapsed : duration::zero());
}

void ups_tracker::account_off_battery(const observation& seen, time_point taken, bool in_time) {
  end_stretch();
  disputed_since_.reset();
  const bool ends = runs_down_ || forced_;
  if (!carries(seen.state) || ends || !in_time) {
    online_since_.reset();
    return;
  }
  if (!online_since_) online_since_ = taken;
  if (taken - *online_since_ >= rules_.episode_end) end_episode();
}

/// A minute in which mains may have been there ends what was confirmed before it.
void ups_tracker::account_dispute(const observation& seen, time_point taken) {
  if (!seen.disputed) return disputed_since_.reset();
  if (!disputed_since_) disputed_since_ = taken;
  if (taken - *disputed_since_ < rules_.episode_end) return;
  end_stretch();
  banked_ = {};
}

/// A dispute confirms nothing, and empties a battery all the same.
duration ups_tracker::worst_on_battery() const {
  const auto confirmed = confirmed_on_battery();
  if (!disputed() || last_.state != belief::on_battery || !battery_since_) return confirmed;
  return std::max(confirmed, *taken_ - *battery_since_);
}

void ups_tracker::online_since(time_point since) {
  if (!online_since_) return;
  online_since_ = std::min(*online_since_, since);
  if (*taken_ - *online_since_ >= rules_.episode_end) end_episode();
}

void ups_tracker::extend_stretch(const observation& seen, duration elapsed) {
  const auto counter = seen.counter_on_battery;
  if (counter && stretch_.counter && *counter < *stretch_.counter) {
    end_stretch();  // Mains came back for a moment between two looks.
    elapsed = std::min(elapsed, *counter);
  }
  if (counter) stretch_.counter = counter;
  stretch_.own += elapsed;
  const bool bounded = counter && *counter > 0s;
  stretch_.credit =
      bounded ? std::max(stretch_.credit, std::min(stretch_.own, *counter)) : stretch_.own;
  settle_claim();
}

void ups_tracker::end_stretch() {
  banked_ += stretch_.credit;
  stretch_ = {};
  claim_.reset();
}

void ups_tracker::end_episode() {
  end_stretch();
  banked_ = {};
  episode_open_ = false;
}

void ups_tracker::settle_claim() {
  if (!claim_ || !stretch_.counter || stretch_.own < claim_proof) return;
  if (keeps_time(*stretch_.counter - *claim_, stretch_.own)) raise_confirmed(*stretch_.counter);
  claim_.reset();
}

void ups_tracker::raise_confirmed(duration to) {
  banked_ += std::max(to - confirmed_on_battery(), duration::zero());
}

void ups_tracker::vouch(duration confirmed, time_point now) {
  if (episode_open_ && fresh_on_battery(now) && !disputed()) raise_confirmed(confirmed);
}

void ups_tracker::predict(const observation& seen, time_point taken, duration elapsed) {
  const bool discharges = seen.state == belief::on_battery || last_.state == belief::on_battery;
  const bool ends = runs_down_ || forced_;
  if (discharges) runtime_.drain(elapsed);
  if (discharges || ends) {
    cut_.drain(elapsed);
    if (low_budget_) low_budget_ = std::max(*low_budget_ - elapsed, duration::zero());
  }
  // Without a runtime in this answer the last projection runs on.
  if (seen.runtime_left) runtime_.push(*seen.runtime_left);

  const bool forced = seen.forced_shutdown && (!carries(seen.state) || forced_counts(taken));
  const bool low = seen.battery_low || forced;
  low_samples_ = low ? low_samples_ + 1 : 0;
  not_low_samples_ = low ? 0 : not_low_samples_ + 1;
  if (low_samples_ >= samples_to_worsen) battery_low_ = true;
  if (not_low_samples_ >= samples_to_recover) battery_low_ = false;
  if (low && !low_budget_) low_budget_ = low_battery_budget;
  if (not_low_samples_ >= samples_to_recover) low_budget_.reset();

  cut_.push(low ? *low_budget_ : settled::never);
}

// ---- Answering
// -----------------------------------------------------------------------------------

duration ups_tracker::fresh_limit() const {
  return poll_period_ * rules_.fresh_periods;
}

duration ups_tracker::blind_limit() const {
  return std::max({rules_.blind_floor, poll_period_ * rules_.blind_periods, fresh_limit()});
}

void ups_tracker::expect_test(duration ago, time_point now) {
  const bool calm = carries(last_.state) && !ending() && !episode_open_;
  const bool just_begun =
      last_.state == belief::on_battery && confirmed_on_battery() <= ago && !last_.forced_shutdown;
  if (fresh(now) == freshness::fresh && (calm || just_begun)) test_.order(ago, now);
}

void ups_tracker::advance(time_point now) {
  test_.advance(now);
  if (fresh(now) != freshness::fresh) test_.shut();
}

freshness ups_tracker::fresh(time_point now) const {
  if (!taken_) return freshness::never;
  if (!lost_ && now - *taken_ <= fresh_limit()) return freshness::fresh;
  return now - *taken_ <= blind_limit() ? freshness::stale : freshness::blind;
}

std::optional<duration> ups_tracker::unknown_for(time_point now) const {
  if (!taken_) return now - started_;
  if (fresh(now) == freshness::fresh) return std::nullopt;
  const auto aged_at = *taken_ + fresh_limit();
  return now - (lost_ ? std::min(*lost_, aged_at) : aged_at);
}

bool ups_tracker::fresh_on_battery(time_point now) const {
  return fresh(now) == freshness::fresh && state() == belief::on_battery;
}

bool ups_tracker::fresh_failing(time_point now) const {
  return fresh_on_battery(now) || (fresh(now) == freshness::fresh && ending());
}

bool ups_tracker::fresh_online(time_point now) const {
  return fresh(now) == freshness::fresh && carries(state()) && !ending();
}

std::optional<duration> ups_tracker::online_for(time_point now) const {
  if (!online_since_ || !fresh_online(now)) return std::nullopt;
  return now - *online_since_;
}

std::optional<duration> ups_tracker::left(time_point now) const {
  return fresh(now) == freshness::blind ? std::nullopt : last_known_left(now);
}

std::optional<duration> ups_tracker::last_known_left(time_point now) const {
  if (!taken_) return std::nullopt;
  if (ending()) return left_until_cut(now);
  const auto said = [&](const settled& what) {
    // One sample will do where nothing hangs on it, or where there will be no second one.
    const bool one_will_do = carries(last_.state) || fresh(now) == freshness::blind;
    return what.value() || !one_will_do ? what.value() : what.latest();
  };
  auto lasts = said(runtime_);
  if (!lasts && rated_runtime_) lasts = *rated_runtime_ / 2 - worst_on_battery();
  if (const auto cut = said(cut_); cut != settled::never) lasts = lesser(lasts, cut);
  if (lasts) lasts = *lasts - (now - *taken_);
  if (runs_down_) lasts = lesser(lasts, countdown_->left - (now - countdown_->at));
  if (!lasts) return std::nullopt;
  return std::max(*lasts, duration::zero());
}

std::optional<duration> ups_tracker::age(time_point now) const {
  if (!taken_) return std::nullopt;
  return now - *taken_;
}

std::optional<time_point> ups_tracker::next_change(time_point now) const {
  if (!taken_) return std::nullopt;
  for (const auto limit : {fresh_limit(), blind_limit()}) {
    const auto change = *taken_ + limit + duration{1};
    if (change > now) return earliest(change, test_.until());
  }
  return std::nullopt;
}

}  // namespace holdover::power
