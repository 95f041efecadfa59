#include "core/agent/fallback.hpp"

#include "core/expects.hpp"
#include "core/words.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace holdover::agent {
namespace {

/// Durations in a vote are a stranger's numbers: kept where adding them up cannot overflow.
duration sane(duration told) {
  return std::clamp<duration>(told, 0s, 24h * 30);
}

/// The middle of some values; of an even count the lower one, or the upper one.
template <class T>
T mid_value(std::vector<T> values, bool upper = false) {
  expects(!values.empty());
  std::sort(values.begin(), values.end());
  return values[(values.size() - (upper ? 0 : 1)) / 2];
}

}  // namespace

fallback::fallback(fallback_rules rules, time_point boot) : rules_(rules), boot_(boot) {
  expects(rules_.threshold >= 1);
  expects(rules_.floor_low <= rules_.floor_high);
}

void fallback::learn(const vote::vote& v, time_point as_of, time_point now,
                     standing_of_vote standing) {
  expects(as_of <= now);
  advance(now);  // What lapsed before this vote has lapsed, even if nobody woke us for it.
  auto& from = controllers_[v.controller];
  from.standing = standing;
  from.as_of = as_of;
  from.needed_supplies = v.needed_supplies;
  from.shutdown_time = sane(v.shutdown_time);
  from.before = sane(v.before);
  from.after = sane(v.after);
  from.views.clear();
  for (const auto& told : v.supplies) {
    auto name = told.ups;
    for (int n = 2; from.views.count(name) > 0; ++n)
      name = told.ups + "#" + std::to_string(n);
    const auto judged = judge(told, as_of);
    from.views[name] = judged;
    report(supplies_[name], v.controller, judged);
  }
  weigh_names();
  advance(now);
}

void fallback::begin_switch_over(std::uint32_t threshold, const std::vector<node_number>& same_keys,
                                 time_point now) {
  earlier_threshold_ = rules_.threshold;
  rules_.threshold = threshold;
  for (auto& [number, c] : controllers_) {
    const bool stays = std::find(same_keys.begin(), same_keys.end(), number) != same_keys.end();
    c.standing = {stays, true};
  }
  weigh_names();
  advance(now);
}

void fallback::end_switch_over(time_point now) {
  earlier_threshold_.reset();
  for (auto at = controllers_.begin(); at != controllers_.end();) {
    if (at->second.standing.counts) {
      at->second.standing.counted = false;
      ++at;
      continue;
    }
    for (auto& [name, s] : supplies_)
      s.reports.erase(at->first);
    at = controllers_.erase(at);
  }
  weigh_names();
  advance(now);
}

fallback::view fallback::judge(const vote::supply_view& told, time_point as_of) const {
  if (told.blind || as_of - sane(told.observation_age) < boot_) return {};
  view judged;
  judged.stale = told.disputed || told.observation_age > rules_.observed_within;
  if (told.left) judged.empty = as_of + sane(*told.left);
  if (power::carries(told.state)) judged.says = knowledge::carries;
  // An output that is off under a host that runs is a contradiction, no evidence (X7).
  if (told.state == power::belief::on_battery) judged.says = knowledge::on_battery;
  return judged;
}

void fallback::report(supply& about, node_number from, const view& judged) {
  if (judged.says == knowledge::carries) about.reports.erase(from);
  if (judged.says != knowledge::on_battery) return;
  if (!judged.stale) about.seen_on_battery = true;
  auto& kept = about.reports[from];
  if (judged.empty) kept = judged.empty;
}

bool fallback::older_than_boot(const vote::vote& v, time_point as_of) const {
  bool seen = false;
  for (const auto& told : v.supplies) {
    if (told.blind) continue;
    if (as_of - sane(told.observation_age) >= boot_) return false;
    seen = true;
  }
  return seen;
}

void fallback::advance(time_point now) {
  std::uint32_t on_battery = 0;
  for (auto& [name, s] : supplies_) {
    if (!s.counts) continue;
    const auto votes = count(name, now);
    if (quorum(votes)) {
      advance_quorum(name, s, votes, now);
    } else {
      advance_degraded(s, votes, now);
    }
    if (s.state == knowledge::on_battery) ++on_battery;
  }
  on_battery_ = on_battery > spare();
  arm(now);
}

void fallback::advance_quorum(const std::string& name, supply& s, const tally& votes,
                              time_point now) {
  s.witness_since.reset();
  s.clear_since.reset();
  s.empty_by_quorum.reset();
  if (const auto left = left_by_able(name, now)) s.quorum_left = left;
  if (votes.on_battery > votes.carries) {
    s.state = knowledge::on_battery;
    return;
  }
  s.state = knowledge::carries;
  s.seen_on_battery = votes.on_battery > 0 && s.seen_on_battery;
  // The episode is over. A minority that says "on battery" this very moment may be the first to see
  // the next one: its reports stay as long as it says so.
  std::erase_if(s.reports, [&](const auto& entry) {
    const auto& from = controllers_.at(entry.first);
    const auto found = from.views.find(name);
    return !fresh(from, now) || found == from.views.end()
           || found->second.says != knowledge::on_battery;
  });
}

void fallback::advance_degraded(supply& s, const tally& votes, time_point now) {
  const auto holds_since = [now](std::optional<time_point>& since, bool holds) {
    if (!holds)
      since.reset();
    else if (!since)
      since = now;
    return holds ? now - *since : duration{-1};
  };
  const bool known = s.state == knowledge::on_battery;
  const bool witnessed = !known && votes.on_battery > 0 && votes.carries == 0;
  const bool denied = known && votes.carries > 0 && votes.on_battery == 0;
  if (holds_since(s.witness_since, witnessed) >= rules_.single_witness) {
    s.state = knowledge::on_battery;
    if (s.quorum_left) s.empty_by_quorum = *s.witness_since + *s.quorum_left;
    s.witness_since.reset();
  }
  if (holds_since(s.clear_since, denied) >= rules_.clear_after) {
    s.state = knowledge::carries;
    s.reports.clear();
    s.seen_on_battery = false;
    s.empty_by_quorum.reset();
    s.clear_since.reset();
  }
}

void fallback::weigh_names() {
  const auto least = std::min(rules_.threshold, earlier_threshold_.value_or(rules_.threshold));
  const auto enough = std::min<std::ptrdiff_t>(least, std::ssize(controllers_));
  for (auto at = supplies_.begin(); at != supplies_.end();) {
    const auto named_by =
        std::count_if(controllers_.begin(), controllers_.end(),
                      [&](const auto& entry) { return entry.second.views.count(at->first) > 0; });
    at->second.counts = named_by >= enough;
    at = named_by == 0 ? supplies_.erase(at) : std::next(at);
  }
}

void fallback::arm(time_point now) {
  if (!on_battery_) return disarm();
  if (!degraded(now)) {
    // The votes decide. The deadline is kept for the case that they fall silent again at once.
    deadline_.reset();
    explanation_.clear();
    if (!quorum_since_) quorum_since_ = now;
    if (now - *quorum_since_ < rules_.quorum_moves) return;
    armed_at_.reset();
    earliest_yet_.reset();
    return;
  }
  quorum_since_.reset();
  if (!armed_at_) armed_at_ = now;
  set_deadline(now);
}

void fallback::disarm() {
  armed_at_.reset();
  earliest_yet_.reset();
  quorum_since_.reset();
  deadline_.reset();
  explanation_.clear();
}

void fallback::set_deadline(time_point now) {
  const auto runs_out = empty();
  const auto shutdown_time = middle(&controller::shutdown_time, true);
  duration wait = rules_.floor_high;  // Nobody predicts anything: act soon, but not on a flicker.
  if (runs_out) {
    const duration left = *runs_out - *armed_at_;
    const duration half = left / 2 + middle(&controller::before, false);
    const duration latest =
        left - shutdown_time - middle(&controller::after, true) - rules_.reserve;
    const duration floor =
        std::clamp((left - shutdown_time) / 4, rules_.floor_low, rules_.floor_high);
    wait = std::max(floor, rests_on_presumption() ? latest : std::min(half, latest));
  }
  earliest_yet_ = earliest(earliest_yet_, *armed_at_ + wait);
  deadline_ = earliest_yet_;
  explanation_ = "on battery with " + who_judges(now) + "; "
                 + (runs_out ? in_words(round<std::chrono::seconds>(*runs_out - now)) + " left"
                             : "time left unknown")
                 + ", a stop takes " + in_words(round<std::chrono::seconds>(shutdown_time));
}

std::optional<time_point> fallback::empty() const {
  if (!on_battery_) return std::nullopt;
  std::vector<time_point> times;
  for (const auto& [name, s] : supplies_) {
    if (!s.counts) continue;
    // A battery of unknown size may be the first to end: the safe guess for the load.
    times.push_back(s.state == knowledge::on_battery
                        ? projected_empty(s).value_or(time_point::min())
                        : time_point::max());
  }
  std::sort(times.begin(), times.end());
  const auto ends = times[spare()];
  return ends == time_point::min() ? std::nullopt : std::optional(ends);
}

std::optional<time_point> fallback::projected_empty(const supply& s) const {
  if (s.empty_by_quorum) return s.empty_by_quorum;
  std::vector<time_point> times;
  for (const auto& [from, empty] : s.reports)
    if (empty) times.push_back(*empty);
  return times.empty() ? std::nullopt : std::optional(mid_value(times));
}

std::optional<duration> fallback::left_by_able(const std::string& name, time_point now) const {
  std::vector<duration> lefts;
  for (const auto& [number, c] : controllers_) {
    const auto found = c.views.find(name);
    if (fresh(c, now) && found != c.views.end() && found->second.empty)
      lefts.push_back(*found->second.empty - now);
  }
  return lefts.empty() ? std::nullopt : std::optional(mid_value(lefts));
}

bool fallback::fresh(const controller& c, time_point now) const {
  return now < c.as_of + rules_.able_within;
}

fallback::tally fallback::count(const std::string& name, time_point now) const {
  const auto votes = count(name, now, false);
  if (!earlier_threshold_) return votes;
  const auto before = count(name, now, true);
  return before.able() > votes.able() ? before : votes;
}

fallback::tally fallback::count(const std::string& name, time_point now, bool earlier) const {
  const auto votes = count(name, now, earlier, true);
  return votes.on_battery == votes.carries ? count(name, now, earlier, false) : votes;
}

fallback::tally fallback::count(const std::string& name, time_point now, bool earlier,
                                bool stale_too) const {
  tally votes;
  votes.threshold = earlier ? *earlier_threshold_ : rules_.threshold;
  for (const auto& [number, c] : controllers_) {
    if (earlier ? !c.standing.counted : !c.standing.counts) continue;
    const auto found = c.views.find(name);
    if (!fresh(c, now) || found == c.views.end()) continue;
    if (found->second.stale && !stale_too) continue;
    if (found->second.says == knowledge::on_battery) ++votes.on_battery;
    if (found->second.says == knowledge::carries) ++votes.carries;
  }
  return votes;
}

bool fallback::quorum(const tally& votes) const {
  return votes.able() >= votes.threshold && votes.on_battery != votes.carries;
}

std::uint32_t fallback::able(time_point now) const {
  std::optional<std::uint32_t> fewest;
  for (const auto& [name, s] : supplies_) {
    if (!s.counts) continue;
    const auto able_here = count(name, now).able();
    fewest = fewest ? std::min(*fewest, able_here) : able_here;
  }
  return fewest.value_or(0);
}

std::string fallback::who_judges(time_point now) const {
  const auto judging = able(now);
  if (judging >= rules_.threshold && judging > 0)
    return "the " + std::to_string(judging) + " controllers in sight of two minds";
  return std::to_string(judging) + " of " + std::to_string(rules_.threshold)
         + " controllers needed";
}

bool fallback::degraded(time_point now) const {
  // On bare mains nobody can judge the power, and nothing is to fall back on: to be heard is
  // enough.
  if (supplies_.empty() && !controllers_.empty())
    return std::count_if(controllers_.begin(), controllers_.end(),
                         [&](const auto& entry) { return fresh(entry.second, now); })
           < std::ptrdiff_t{rules_.threshold};
  bool any = false;
  for (const auto& [name, s] : supplies_) {
    if (!s.counts) continue;
    if (!quorum(count(name, now))) return true;
    any = true;
  }
  return !any;
}

bool fallback::heard_anybody(time_point now) const {
  return std::any_of(controllers_.begin(), controllers_.end(),
                     [&](const auto& entry) { return fresh(entry.second, now); });
}

std::uint32_t fallback::spare() const {
  const auto supplies = static_cast<std::uint32_t>(std::count_if(
      supplies_.begin(), supplies_.end(), [](const auto& entry) { return entry.second.counts; }));
  if (supplies == 0) return 0;
  const auto needed = middle(&controller::needed_supplies, true);
  return supplies - std::clamp<std::uint32_t>(needed, 1, supplies);
}

std::optional<fallback::denial> fallback::denied() const {
  std::optional<denial> latest;
  for (const auto& [name, s] : supplies_)
    if (s.counts && s.clear_since && (!latest || *s.clear_since > latest->since))
      latest = denial{*s.clear_since, *s.clear_since + rules_.clear_after};
  return latest;
}

bool fallback::rests_on_presumption() const {
  const auto seen = std::count_if(supplies_.begin(), supplies_.end(), [](const auto& entry) {
    const auto& s = entry.second;
    return s.counts && s.state == knowledge::on_battery && s.seen_on_battery;
  });
  return static_cast<std::uint32_t>(seen) <= spare();
}

template <class Field>
Field fallback::middle(Field controller::*field, bool upper) const {
  std::vector<Field> values;
  for (const auto& [number, c] : controllers_)
    values.push_back(c.*field);
  return values.empty() ? Field{} : mid_value(values, upper);
}

std::optional<time_point> fallback::next_change(time_point now) const {
  std::optional<time_point> next;
  const auto consider = [&](std::optional<time_point> at) {
    if (at && *at > now) next = earliest(next, at);
  };
  const auto after = [](const std::optional<time_point>& since, duration wait) {
    return since ? std::optional(*since + wait) : std::nullopt;
  };
  for (const auto& [number, c] : controllers_)
    consider(c.as_of + rules_.able_within);
  for (const auto& [name, s] : supplies_) {
    consider(after(s.witness_since, rules_.single_witness));
    consider(after(s.clear_since, rules_.clear_after));
  }
  consider(after(quorum_since_, rules_.quorum_moves));
  consider(deadline_);
  return next;
}

}  // namespace holdover::agent
