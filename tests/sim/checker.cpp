#include "tests/sim/checker.hpp"

#include <algorithm>
#include <utility>

namespace holdover::sim {

const char* to_string(crash_cause cause) {
  switch (cause) {
    case crash_cause::program_hung:
      return "program hung";
    case crash_cause::battery_collapsed:
      return "battery collapsed";
    case crash_cause::not_in_plan:
      return "not in the plan";
    case crash_cause::while_booting:
      return "while booting";
    case crash_cause::too_short:
      return "too short";
    case crash_cause::faulty_node:
      return "faulty node";
    case crash_cause::agent_restarted:
      return "agent restarted";
    case crash_cause::out_of_touch:
      return "out of touch";
    case crash_cause::unexplained:
      return "unexplained";
  }
  return "?";
}

const char* to_string(restore_excuse why) {
  switch (why) {
    case restore_excuse::still_stopping:
      return "still stopping";
    case restore_excuse::no_outlet:
      return "no outlet";
    case restore_excuse::last_word_lost:
      return "last word lost";
    case restore_excuse::forgotten:
      return "forgotten";
    case restore_excuse::cut_off:
      return "cut off";
    case restore_excuse::not_woken:
      return "not woken";
  }
  return "?";
}

checker::checker(facts what, const ground_truth& truth)
    : what_(std::move(what)),
      truth_(truth),
      on_battery_(what_.upses.size()),
      seen_(what_.nodes, std::vector<seen>(what_.upses.size())),
      contacts_(what_.hosts.size(), std::vector<contact>(what_.nodes)),
      machines_(what_.hosts.size()),
      outlets_(what_.outlets.size()),
      node_since_(what_.nodes),
      first_demand_(what_.stages.size()) {}

void checker::fail(ms now, std::string invariant, std::string text) {
  violations_.push_back({now, std::move(invariant), std::move(text)});
}

bool checker::all_honest() const {
  return std::all_of(what_.honest.begin(), what_.honest.end(), [](bool b) { return b; });
}

std::size_t checker::honest_count() const {
  return static_cast<std::size_t>(std::count(what_.honest.begin(), what_.honest.end(), true));
}

bool checker::sufficient(std::size_t host) const {
  return truth_.on_mains(host) >= what_.hosts[host].needed;
}

void checker::mains(std::size_t ups, bool on, ms now) {
  auto& spans = on_battery_[ups];
  const bool open = !spans.empty() && !spans.back().to;
  if (on && open) spans.back().to = now;
  if (!on && !open) spans.push_back({now, {}});
  for (std::size_t h = 0; h < machines_.size(); ++h) {
    auto& lacking = machines_[h].insufficient;
    const bool was = !lacking.empty() && !lacking.back().to;
    if (sufficient(h) && was) lacking.back().to = now;
    if (!sufficient(h) && !was) lacking.push_back({now, {}});
    if (!on) machines_[h].good_since.reset();
  }
  const bool all_on = std::all_of(on_battery_.begin(), on_battery_.end(), [](const auto& s) {
    return s.empty() || s.back().to.has_value();
  });
  if (all_on) std::fill(first_demand_.begin(), first_demand_.end(), std::nullopt);
}

std::optional<ms> checker::last_insufficient(std::size_t host, ms now) const {
  const auto& lacking = machines_[host].insufficient;
  if (lacking.empty()) return {};
  return lacking.back().to.value_or(now);
}

bool checker::outage_within(std::size_t ups, ms from, ms to) const {
  return std::any_of(on_battery_[ups].begin(), on_battery_[ups].end(),
                     [&](const span& s) { return s.from <= to && (!s.to || *s.to > from); });
}

/// How many supplies of a host have been on battery since a moment.
std::size_t checker::failed_since(std::size_t host, ms since, ms now) const {
  const auto& supplies = what_.hosts[host].supplies;
  return static_cast<std::size_t>(
      std::count_if(supplies.begin(), supplies.end(),
                    [&](const supply_truth& s) { return outage_within(s.ups, since, now); }));
}

ms checker::fresh_limit(std::size_t ups) const {
  return what_.upses[ups].poll * what_.fresh_periods;
}

ms checker::blind_limit(std::size_t ups) const {
  return std::max(what_.blind_floor, what_.upses[ups].poll * what_.blind_periods);
}

/// True time on battery in this episode: at least as long as anybody can have confirmed. Stretches
/// of mains shorter than the poll may have gone unseen; they are counted.
ms checker::battery_time(std::size_t ups, ms now, int& flickers) const {
  const auto& spans = on_battery_[ups];
  ms total = 0;
  ms later = now;
  for (auto it = spans.rbegin(); it != spans.rend(); ++it) {
    const ms end = it->to.value_or(now);
    if (later - end > what_.episode_end + blind_limit(ups)) break;
    total += end - it->from;
    later = it->from;
    ++flickers;
  }
  return total;
}

ms checker::later_stages(std::size_t host) const {
  const auto stage = what_.hosts[host].stage;
  if (!stage) return 0;
  ms total = 0;
  for (std::size_t i = *stage + 1; i < what_.stages.size(); ++i) {
    ms slowest = 0;
    for (const auto h : what_.stages[i].hosts)
      slowest = std::max(slowest, what_.hosts[h].shutdown_time);
    total += slowest;
  }
  return total;
}

}  // namespace holdover::sim
