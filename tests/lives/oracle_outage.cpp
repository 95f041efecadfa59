// What stages of an outage may ask for, and must: nobody goes too early, nobody is let off too
// early, nobody is forgotten.

#include "tests/lives/oracle.hpp"
#include "tests/lives/player.hpp"

#include <algorithm>

namespace holdover::lives {

namespace {

constexpr ms just_now = 6'000;    // A reading, the second look, the beat in which it is told.
constexpr ms reaction = 25'000;   // As for commits.
constexpr ms blindness = 45'000;  // A node that is blind presumes what it cannot see (X9).
constexpr ms blind_soon = 24'000;
constexpr ms due_within = 45'000;
constexpr ms gone_within = 35'000;  // Without a last word it takes as long to know.
constexpr ms start_slack = 12'000;
constexpr ms hold_heard = 3'000;

std::optional<stage_index> step_of(const site& about, host_index i) {
  const auto stage = about.hosts[i].stage;
  return stage && !is_environmental(about, about.stages[*stage]) ? stage : std::nullopt;
}

}  // namespace

answer oracle::short_form(stage_index stage, const std::vector<supply_config>& supplies,
                          std::uint32_t needed) const {
  const auto& when = site_.stages[stage].when;
  answer sum;
  const auto add = [&](const battery_bounds::question& what) {
    const auto one = batteries_.ask(what, supplies, needed);
    sum.may = sum.may || one.may;
    sum.sure = sum.sure || one.sure;
  };
  if (when.on_battery_for)
    add({condition_kind::on_battery_for, when.on_battery_for->count(), 0, 0});
  if (when.runtime_below) add({condition_kind::runtime_below, when.runtime_below->count(), 0, 0});
  if (when.charge_below_percent)
    add({condition_kind::charge_below, 0, *when.charge_below_percent, 0});
  if (when.battery_low) add({condition_kind::battery_low, 0, 0, 0});
  return sum;
}

answer oracle::stage_of_outage(stage_index stage, host_index host, ms now) const {
  const auto& config = site_.hosts[host];
  auto sum = short_form(stage, config.supplies, config.needed);
  if (hosts_see_[stage].empty()) return sum;
  const auto& tree = hosts_see_[stage][host];
  sum.may = sum.may || tree.may_be_true(now, just_now);
  sum.sure = sum.sure || (tree.surely_since() && *tree.surely_since() <= now);
  return sum;
}

void oracle::note_what_may_be_due(const player& at) {
  for (host_index i = 0; i < hosts_.size(); ++i) {
    auto& notes = hosts_[i];
    if (notes.troubled_since < 0) notes.may_be_due_at = notes.surely_due_since = -1;
    const auto step = step_of(site_, i);
    if (notes.troubled_since < 0 || !step) continue;
    bool sure = false;
    for (auto s = *step; s < site_.stages.size(); ++s) {
      if (environmental_[s]) continue;
      const auto asks = stage_of_outage(s, i, at.now());
      if (asks.may) notes.may_be_due_at = at.now();
      sure = sure || asks.sure;
    }
    if (!notes.threatened) notes.surely_due_since = -1;
    if (sure && notes.threatened && notes.surely_due_since < 0) notes.surely_due_since = at.now();
  }
  // Who is due makes those due that go before it, and so on.
  for (std::size_t round = 0; round < hosts_.size(); ++round)
    for (host_index later = 0; later < hosts_.size(); ++later)
      if (hosts_[later].may_be_due_at >= 0)
        for (const auto earlier : before_it(site_, later))
          if (hosts_[earlier].troubled_since >= 0) hosts_[earlier].may_be_due_at = at.now();
  for (outlet_index i = 0; i < outlets_.size(); ++i) {
    const auto feed = site_.units[site_.outlets[i].unit].feed;
    if (!feed) continue;
    auto& notes = outlets_[i];
    const auto& ups = at.is().ups(*feed);
    if (ups.mains && at.now() - ups.returned_at > reaction) notes.may_be_due_at = -1;
    bool named = false;
    for (stage_index s = 0; s < site_.stages.size(); ++s) {
      if (environmental_[s]) continue;
      const auto& shed = site_.stages[s].shed;
      named = named || std::count(shed.begin(), shed.end(), i) != 0;
      const bool tree =
          !feeds_see_[s].empty() && feeds_see_[s][*feed].may_be_true(at.now(), just_now);
      if (named && (tree || short_form(s, {{*feed, {}}}, 1).may)) notes.may_be_due_at = at.now();
    }
  }
}

void oracle::note_levels(const player& at) {
  for (host_index i = 0; i < hosts_.size(); ++i) {
    auto& notes = hosts_[i];
    const bool is_held = at.is().held_until(i) > at.now();
    if (is_held && notes.held_since < 0) notes.held_since = at.now();
    if (!is_held) notes.held_since = -1;
    if (is_held) notes.free_since = at.now();
    const bool ordered = at.wants().levels[i] >= vote::level::shutdown;
    if (ordered && !notes.was_ordered) judge_order(at, i);
    if (!ordered && notes.was_ordered) judge_withdrawal(at, i);
    judge_delay(at, i);
    notes.was_ordered = ordered;
  }
}

bool oracle::held(const player& at, host_index index) const {
  return hosts_[index].held_since >= 0 && at.now() - hosts_[index].held_since > hold_heard;
}

bool oracle::latest_start_near(host_index index) const {
  const auto& config = site_.hosts[index];
  // All that may go after it: who depends on it may hang on other power.
  const auto step = step_of(site_, index);
  auto most = needs(site_, index);
  for (host_index other = 0; other < site_.hosts.size(); ++other) {
    const auto others = step_of(site_, other);
    if (other != index && !(step && others && *others < *step))
      most += site_.hosts[other].shutdown_time.count();
  }
  return batteries_.least_left(config.supplies, config.needed) <= most + start_slack;
}

void oracle::judge_order(const player& at, host_index index) {
  const auto& notes = hosts_[index];
  const auto& config = site_.hosts[index];
  const bool near = latest_start_near(index);
  const bool in_doubt = batteries_.out_of_sight(config.supplies, blindness);
  if (held(at, index)) {
    seen_.note(sometimes::held_by_operator);
    if (!near && !in_doubt)
      breaks(at, "early", config.name + " is ordered down though an operator holds it");
  }
  if (asked_for(at, index, just_now)) return;
  bool seen = false;
  for (const auto& supply : config.supplies) {
    if (supply.ups == no_ups) continue;
    const auto& ups = at.is().ups(supply.ups);
    const bool fails = !ups.mains || at.now() - ups.returned_at <= just_now;
    seen = seen || (fails && !batteries_.stale(supply.ups));
  }
  if (!seen) breaks(at, "early", config.name + " is ordered down on what nobody has seen lately");
  if (notes.may_be_due_at < 0 && !near && !in_doubt)
    breaks(at, "early", config.name + " is ordered down before anything asks for it");
}

// Nothing but a look takes an order back: not the silence of its supply, before a node is blind.
void oracle::judge_withdrawal(const player& at, host_index index) {
  const auto& notes = hosts_[index];
  const auto& config = site_.hosts[index];
  const bool same = notes.threatened && at.now() - notes.threatened_since > reaction
                    && at.now() - notes.up_since > reaction;
  if (!same || notes.held_since >= 0 || asked_for(at, index, 2 * reaction)) return;
  for (const auto& supply : config.supplies) {
    if (supply.ups == no_ups) return;
    const auto silent = batteries_.silent_for(supply.ups);
    const bool answered_again =
        silent == 0 && batteries_.out_of_sight({supply}, blindness + reaction);
    if (silent > blind_soon || answered_again) return;
  }
  if (at.host(index).is == host_is::up || at.host(index).is == host_is::armed)
    breaks(at, "kept", "the order for " + config.name + " is taken back in the outage");
}

void oracle::judge_delay(const player& at, host_index index) {
  const auto& notes = hosts_[index];
  const auto& config = site_.hosts[index];
  const auto long_ago = [&](ms since) { return at.now() - since > due_within; };
  if (notes.surely_due_since < 0 || !long_ago(notes.surely_due_since)) return;
  if (batteries_.out_of_sight(config.supplies, due_within)) return;
  seen_.note(sometimes::surely_due_in_outage);
  if (at.host(index).is != host_is::up || !long_ago(notes.up_since)) return;
  if (!long_ago(notes.free_since)) return;
  for (const auto before : before_it(site_, index)) {
    const auto& other = at.host(before);
    const bool gone =
        other.is == host_is::down || other.is == host_is::off || other.is == host_is::dark;
    if (!gone || at.now() - other.since < gone_within) return;
    // It may have come up unseen since its last word, for all a node knows.
    for (const auto& supply : site_.hosts[before].supplies)
      if (supply.ups != no_ups && at.is().ups(supply.ups).last_silent >= other.last_word_at) return;
  }
  breaks(at, "due", config.name + " should be down in this outage");
}

}  // namespace holdover::lives
