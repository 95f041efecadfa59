#include "core/policy/timetable.hpp"

#include "core/expects.hpp"
#include "core/policy/condition.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace holdover::policy {

namespace {

using moment = std::optional<duration>;

constexpr duration longest_look = 24h;  // Where no battery ends.

moment sooner(moment a, moment b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}
moment later(moment a, moment b) {
  if (!a || !b) return std::nullopt;
  return std::max(*a, *b);
}

/// The n-th smallest, counted from 1; absent if there are not so many.
moment nth(std::vector<duration>& of, std::size_t n) {
  if (n == 0 || n > of.size()) return std::nullopt;
  std::nth_element(of.begin(), of.begin() + static_cast<std::ptrdiff_t>(n - 1), of.end());
  return of[n - 1];
}

/// What everybody with the same supplies sees in the outage.
struct outlook {
  bool threatened = false;
  moment says_left;  ///< At the beginning.
  moment ends;       ///< Really.
  std::vector<const supply_outlook*> failing;
  std::size_t fatal = 1;    ///< So many failures leave fewer than needed.
  moment low_after;         ///< That as many say battery low.
  std::vector<moment> due;  ///< By stage: its own conditions are met.
  std::vector<vote::reason> why;
};

/// When the charge of a supply will be so low: it falls in step with the time left.
moment falls_to(double percent, const supply_outlook& supply) {
  if (!supply.charge_percent || !supply.says_left) return std::nullopt;
  const auto part = std::max(1 - percent / std::max(*supply.charge_percent, 1.0), 0.0);
  return duration{
      static_cast<duration::rep>(static_cast<double>(supply.says_left->count()) * part)};
}

outlook look_ahead(const power_domain& of, const std::vector<supply_outlook>& supplies) {
  const std::size_t fatal = of.supplies.size() - of.needed + 1;
  std::vector<duration> says, ends, lows;
  outlook seen;
  for (const auto& plug : of.supplies) {
    if (plug.ups == no_ups) continue;
    const auto& supply = supplies[plug.ups];
    if (!supply.fails) continue;
    if (supply.says_left) says.push_back(*supply.says_left);
    if (supply.ends_after) ends.push_back(*supply.ends_after);
    seen.failing.push_back(&supply);
    if (!supply.low_at_percent) continue;
    if (const auto low = falls_to(*supply.low_at_percent, supply)) lows.push_back(*low);
  }
  seen.threatened = seen.failing.size() >= fatal;
  if (!seen.threatened) return seen;
  seen.says_left = nth(says, fatal);
  seen.ends = nth(ends, fatal);
  seen.low_after = nth(lows, fatal);
  seen.fatal = fatal;
  return seen;
}

/// When the charge that counts has fallen so low: that of the supply whose end is fatal.
moment charge_falls_to(double percent, const outlook& seen) {
  std::vector<duration> falls;
  for (const auto* supply : seen.failing)
    if (const auto at = falls_to(percent, *supply)) falls.push_back(*at);
  return nth(falls, seen.fatal);
}

/// When a condition of the short form is met, and by which of its parts.
std::pair<moment, vote::reason> first_met(const trigger& when, const outlook& seen,
                                          const timetable_assumptions& assumed) {
  std::pair<moment, vote::reason> first{std::nullopt, vote::reason::unspecified};
  const auto offer = [&](moment at, vote::reason why) {
    if (!at) return;
    const auto known = std::max(*at, assumed.detection);  // Nothing matures before it is seen.
    if (!first.first || known < *first.first) first = {known, why};
  };
  if (when.battery_low) offer(seen.low_after, vote::reason::battery_low);
  if (when.runtime_below && seen.says_left)
    offer(*seen.says_left - *when.runtime_below, vote::reason::runtime_below);
  if (when.charge_below_percent)
    offer(charge_falls_to(*when.charge_below_percent, seen), vote::reason::charge_below);
  if (when.on_battery_for)
    offer(assumed.detection + *when.on_battery_for, vote::reason::time_on_battery);
  return first;
}

std::pair<moment, vote::reason> sooner_of(std::pair<moment, vote::reason> a,
                                          std::pair<moment, vote::reason> b) {
  return b.first && (!a.first || *b.first < *a.first) ? b : a;
}

/// The leaves of a condition as the outage will answer them at a moment. What is no battery is
/// taken to be as it should: nobody can foresee a sensor or an operator.
class foreseen final : public leaf_source {
public:
  foreseen(const outlook& own, const std::vector<supply_outlook>& supplies,
           const timetable_assumptions& assumed, moment latest_safe)
      : own_(own), supplies_(supplies), assumed_(assumed), latest_safe_(latest_safe) {}

  void at(duration after) { after_ = after; }

  leaf_value ask(const condition_node& leaf, bool) override {
    const auto says = asks_battery(leaf.kind) && met(leaf) ? truth::yes : truth::no;
    return {says, time_point{after_}};
  }

private:
  bool met(const condition_node& leaf) const {
    if (leaf.ups) return met(leaf, look_ahead({{{*leaf.ups, std::nullopt}}, 1}, supplies_));
    return met(leaf, own_);
  }
  bool reached(moment at) const { return at && *at <= after_; }
  bool met(const condition_node& leaf, const outlook& seen) const {
    if (!seen.threatened) return false;
    const auto below = [&](moment limit) {
      return limit && seen.says_left && *seen.says_left - after_ <= *limit;
    };
    switch (leaf.kind) {
      case condition_kind::on_battery_for:
        return after_ - assumed_.detection >= leaf.time;
      case condition_kind::runtime_below:
        return below(leaf.time);
      case condition_kind::charge_below:
        return reached(charge_falls_to(leaf.limit, seen));
      case condition_kind::battery_low:
        return reached(seen.low_after);
      case condition_kind::latest_safe:
        return below(latest_safe_);
      default:
        return false;
    }
  }

  const outlook& own_;
  const std::vector<supply_outlook>& supplies_;
  const timetable_assumptions& assumed_;
  moment latest_safe_;
  duration after_{};
};

class draft {
public:
  draft(const site& about, const plan& timing, const std::vector<supply_outlook>& supplies,
        const timetable_assumptions& assumed)
      : site_(about), plan_(timing), supplies_(supplies), assumed_(assumed) {
    made_.hosts.resize(site_.hosts.size());
    made_.outlets.resize(site_.outlets.size());
    made_.stages.resize(site_.stages.size());
    settled_.resize(site_.hosts.size());
    outlooks_.resize(plan_.domains.size());
  }

  timetable write() && {
    for (const auto& supply : supplies_)
      if (supply.fails && supply.ends_after)
        made_.ends = std::max(made_.ends.value_or(duration::zero()), *supply.ends_after);
    for (host_index i = 0; i < site_.hosts.size(); ++i)
      see(i);
    sort_by_order();
    pull_the_earlier();
    for (const auto i : order_)
      schedule(i);
    for (outlet_index i = 0; i < site_.outlets.size(); ++i)
      open(i);
    sum_up();
    return std::move(made_);
  }

private:
  const outlook& outlook_of(domain_index domain) {
    auto& known = outlooks_[domain];
    if (known) return *known;
    known = look_ahead(plan_.domains[domain], supplies_);
    known->due.resize(site_.stages.size());
    known->why.resize(site_.stages.size());
    for (stage_index i = 0; i < site_.stages.size() && known->threatened; ++i) {
      auto first = first_met(site_.stages[i].when, *known, assumed_);
      if (site_.stages[i].condition && !is_environmental(site_, site_.stages[i]))
        first = sooner_of(first, tree_met(i, domain, *known));
      std::tie(known->due[i], known->why[i]) = first;
    }
    return *known;
  }

  // A tree has a memory of its own, so it is asked second by second until it is met or every
  // battery is empty.
  std::pair<moment, vote::reason> tree_met(stage_index stage, domain_index domain,
                                           const outlook& seen) const {
    const auto& needs = plan_.latest_safe[stage];
    foreseen facts{seen, supplies_, assumed_, needs.empty() ? moment{} : needs[domain]};
    condition tree{*site_.stages[stage].condition};
    const auto last = made_.ends.value_or(longest_look);
    for (auto after = assumed_.detection; after <= last; after += 1s) {
      facts.at(after);
      const auto found = tree.judge(site_.conditions, facts, time_point{after});
      if (found.met == truth::yes) return {after, found.why};
    }
    return {std::nullopt, vote::reason::unspecified};
  }

  void see(host_index index) {
    const auto& config = site_.hosts[index];
    auto& host = made_.hosts[index];
    const auto& seen = outlook_of(plan_.hosts[index].domain);
    host.threatened = seen.threatened;
    if (!seen.threatened) return;
    host.ends = seen.ends;
    if (seen.says_left)
      host.latest_start =
          *seen.says_left - latest_safe_start(config, plan_.hosts[index], site_.observing);
    if (!config.stage) return;
    if (is_environmental(site_, site_.stages[*config.stage])) return;
    for (stage_index i = *config.stage; i < site_.stages.size(); ++i) {
      if (!seen.due[i] || (host.due && *host.due <= *seen.due[i])) continue;
      host.due = seen.due[i];
      host.why = seen.why[i];
    }
  }

  // Those who must be done first come first.
  void sort_by_order() {
    enum class mark : std::uint8_t { fresh, entered, done };
    std::vector<mark> marks(site_.hosts.size(), mark::fresh);
    std::vector<host_index> path;
    for (host_index root = 0; root < site_.hosts.size(); ++root) {
      path.push_back(root);
      while (!path.empty()) {
        const auto at = path.back();
        if (marks[at] == mark::fresh) {
          marks[at] = mark::entered;
          for (const auto* first : {&plan_.hosts[at].earlier, &plan_.hosts[at].outlived})
            for (const auto before : *first)
              if (marks[before] == mark::fresh) path.push_back(before);
          continue;
        }
        path.pop_back();
        if (marks[at] == mark::done) continue;
        marks[at] = mark::done;
        order_.push_back(at);
      }
    }
  }

  // A host whose stage is due makes those due that go before it and share its power.
  void pull_the_earlier() {
    for (auto i = order_.rbegin(); i != order_.rend(); ++i) {
      const auto& host = made_.hosts[*i];
      if (!host.due) continue;
      for (const auto before : plan_.hosts[*i].earlier) {
        auto& earlier = made_.hosts[before];
        if (!earlier.threatened || !site_.hosts[before].stage
            || (earlier.due && *earlier.due <= *host.due))
          continue;
        earlier.due = host.due;
        earlier.why = host.why;
      }
    }
  }

  void schedule(host_index index) {
    auto& host = made_.hosts[index];
    const auto& config = site_.hosts[index];
    if (!host.threatened) {
      settled_[index] = duration::zero();
      return;
    }
    moment in_turn = host.due;
    for (const auto* first : {&plan_.hosts[index].earlier, &plan_.hosts[index].outlived})
      for (const auto before : *first)
        in_turn = later(in_turn, settled_[before]);
    const auto latest =
        host.latest_start ? moment{std::max(*host.latest_start, assumed_.detection)} : std::nullopt;
    host.ordered = sooner(in_turn, latest);
    if (!host.ordered) return;
    if (!in_turn || (latest && *latest < *in_turn)) {
      host.why = vote::reason::latest_safe_start;
      host.order_broken = config.stage && host.due && *host.due <= *latest;
    }
    const auto stop = static_cast<double>(config.shutdown_time.count()) * assumed_.stop_share;
    host.committed = *host.ordered + assumed_.reaction + config.hold;
    host.down = *host.committed + duration{static_cast<duration::rep>(stop)};
    host.off = *host.down + config.power_off_delay;
    if (host.ends) host.slack = *host.ends - *host.off;
    settled_[index] = host.down;
    if (config.stage)
      settled_[index] = std::min(*host.down, *host.ordered + site_.stages[*config.stage].timeout);
  }

  void open(outlet_index index) {
    const auto& config = site_.outlets[index];
    auto& outlet = made_.outlets[index];
    moment empty = duration::zero(), ordered = duration::zero();
    for (const auto host : config.feeds) {
      empty = later(empty, made_.hosts[host].off);
      ordered = later(ordered, made_.hosts[host].ordered);
    }
    if (!config.feeds.empty() && empty && ordered) {
      outlet.off = *empty + assumed_.outlet_reaction;
      outlet.why = vote::reason::host_is_down;
    }
    const auto& timing = plan_.outlets[index];
    if (!timing.shed_in || !timing.ups || !empty) return;
    const auto& seen = outlook_of(*timing.domain);
    moment due;
    for (stage_index i = *timing.shed_in; i < site_.stages.size(); ++i)
      due = sooner(due, seen.due[i]);
    const auto shed = later(due, empty);
    if (!shed || (outlet.off && *outlet.off <= *shed + assumed_.outlet_reaction)) return;
    outlet.off = *shed + assumed_.outlet_reaction;
    outlet.why = vote::reason::shed_load;
  }

  void sum_up() {
    const auto widen = [](stage_times& stage, moment due, moment from, moment to) {
      stage.due = sooner(stage.due, due);
      stage.from = sooner(stage.from, from);
      if (to) stage.to = std::max(stage.to.value_or(*to), *to);
    };
    for (host_index i = 0; i < site_.hosts.size(); ++i) {
      const auto& host = made_.hosts[i];
      if (!site_.hosts[i].stage || !host.threatened) continue;
      auto& stage = made_.stages[*site_.hosts[i].stage];
      widen(stage, host.due, host.ordered, host.down);
      stage.slack = sooner(stage.slack, host.slack);
    }
    for (outlet_index i = 0; i < site_.outlets.size(); ++i) {
      const auto& outlet = made_.outlets[i];
      if (outlet.why != vote::reason::shed_load) continue;
      widen(made_.stages[*plan_.outlets[i].shed_in], outlet.off, outlet.off, outlet.off);
    }
  }

  const site& site_;
  const plan& plan_;
  const std::vector<supply_outlook>& supplies_;
  const timetable_assumptions& assumed_;
  std::vector<std::optional<outlook>> outlooks_;  ///< By domain.
  std::vector<host_index> order_;
  std::vector<moment> settled_;  ///< By host: nobody waits for it any longer.
  timetable made_;
};

}  // namespace

bool timetable::crashes() const {
  return std::any_of(hosts.begin(), hosts.end(), [](const host_times& host) {
    return host.threatened && host.ends && (!host.slack || *host.slack < duration::zero());
  });
}

timetable make_timetable(const site& about, const plan& timing,
                         const std::vector<supply_outlook>& supplies,
                         const timetable_assumptions& assumed) {
  expects(supplies.size() == about.upses.size());
  return draft{about, timing, supplies, assumed}.write();
}

}  // namespace holdover::policy
