// Stages against time: those that come never, at the first blip, or too late for the battery.

#include "core/review/rules.hpp"
#include "core/words.hpp"

#include <optional>
#include <set>

namespace holdover::review_rules {

namespace {

constexpr duration blip = 5s;      // Mains come back from most failures within this.
constexpr duration reserve = 90s;  // Beyond twice the plan: polls, votes, and one host that drags.

// What a NUT server or a network card answers is what it saw itself some time ago: for so long,
// where nothing else is known, it says the same again (pollinterval of NUT's drivers).
constexpr duration usual_refresh = 2s;

bool answers_from_memory(const ups_config& ups) {
  return ups.address.driver == "nut" || ups.address.driver == "snmp";
}

/// When a stage is due by itself.
struct due {
  std::optional<duration> after;  ///< So long on battery.
  std::optional<duration> runtime_below;
  std::optional<double> charge_below;
  bool low = false;

  /// Whether it comes at the latest when the battery runs down.
  bool comes_with_discharge() const {
    return runtime_below || low || (charge_below && *charge_below > 0);
  }
};

due due_of(const stage_config& stage) {
  const auto& when = stage.when;
  return {when.on_battery_for, when.runtime_below, when.charge_below_percent, when.battery_low};
}

/// Whether `later` is due before `earlier` by every condition that the earlier one has.
bool always_first(const due& later, const due& earlier) {
  bool strictly = false;
  const auto beats = [&](const auto& mine, const auto& theirs, auto sooner) {
    if (!theirs) return true;
    if (!mine || sooner(*theirs, *mine)) return false;
    strictly = strictly || sooner(*mine, *theirs);
    return true;
  };
  const auto less = [](auto a, auto b) { return a < b; };
  const auto more = [](auto a, auto b) { return a > b; };
  return beats(later.after, earlier.after, less)
         && beats(later.runtime_below, earlier.runtime_below, more)
         && beats(later.charge_below, earlier.charge_below, more) && (!earlier.low || later.low)
         && strictly;
}

/// The UPSes whose outage makes a stage do something.
std::set<ups_index> upses_of(const site& s, const stage_config& stage) {
  std::set<ups_index> found;
  const auto add_host = [&](host_index host) {
    for (const auto& supply : s.hosts[host].supplies)
      if (supply.ups != no_ups) found.insert(supply.ups);
  };
  for (const auto host : stage.hosts)
    add_host(host);
  for (const auto host : stage.shed_hosts)
    add_host(host);
  for (const auto& command : stage.commands)
    add_host(command.host);
  for (const auto outlet : stage.shed)
    if (const auto feed = s.units[s.outlets[outlet].unit].feed) found.insert(*feed);
  return found;
}

/// The longest of their runtimes; nothing if one of them is not known.
std::optional<duration> longest_runtime(const site& s, const site_assets& assets,
                                        const std::set<ups_index>& upses) {
  std::optional<duration> longest;
  for (const auto ups : upses) {
    const auto runtime = runtime_of(s, assets, ups);
    if (!runtime) return std::nullopt;
    longest = std::max(longest.value_or(duration::zero()), *runtime);
  }
  return longest;
}

duration needed_by(const host_config& host) {
  return host.hold + host.shutdown_time + host.power_off_delay;
}

/// What one outage of each UPS takes: its stages one after the other, the slowest host of each.
std::vector<duration> plan_times(const site& s) {
  std::vector<duration> total(s.upses.size());
  for (const auto& stage : s.stages) {
    std::vector<duration> slowest(s.upses.size());
    for (const auto host : stage.hosts)
      for (const auto& supply : s.hosts[host].supplies)
        slowest[supply.ups] = std::max(slowest[supply.ups], needed_by(s.hosts[host]));
    for (std::size_t i = 0; i < total.size(); ++i)
      total[i] += slowest[i];
  }
  return total;
}

}  // namespace

void stages_that_never_come(const site& s, const site_assets& assets, findings& found) {
  for (std::size_t j = 0; j < s.stages.size(); ++j) {
    if (s.stages[j].condition) continue;  // There are other ways to it.
    const auto when = due_of(s.stages[j]);
    const auto path = at("stages", j) + ".when";
    if (when.charge_below && *when.charge_below <= 0 && !when.after && !when.runtime_below
        && !when.low) {
      found.warning(
          path + ".charge_below",
          "is 0 %: the battery is empty then, so the stage never comes in time; raise it");
      continue;
    }
    const auto upses = upses_of(s, s.stages[j]);
    const auto longest = longest_runtime(s, assets, upses);
    if (when.after && !when.comes_with_discharge() && longest && *when.after >= *longest) {
      found.warning(path + ".on_battery_for",
                    "is " + in_words(*when.after) + ", but the battery is empty after "
                        + in_words(*longest)
                        + ": the stage is never reached; shorten it, or add runtime_below");
      continue;
    }
    for (std::size_t i = j + 1; i < s.stages.size(); ++i) {
      if (!always_first(due_of(s.stages[i]), when)) continue;
      found.warning(path, "is never reached: stage " + quoted(s.stages[i].name)
                              + ", which comes after it, is always due before it and takes it "
                                "along; swap the two, or make this one due earlier");
      break;
    }
  }
}

void stages_that_come_at_once(const site& s, const site_assets& assets, findings& found) {
  if (s.lab) return;
  // A stage that is due makes those before it due, for hosts that have stages before it.
  std::vector<std::vector<std::string>> fallen(s.stages.size());
  for (const auto& host : s.hosts) {
    if (!host.stage) continue;
    std::optional<std::size_t> first;
    for (std::size_t i = *host.stage; i < s.stages.size(); ++i) {
      const auto after = due_of(s.stages[i]).after;
      if (after && (!first || *after < *due_of(s.stages[*first]).after)) first = i;
    }
    if (first && *due_of(s.stages[*first]).after + host.hold <= blip)
      fallen[*first].push_back(host.name);
  }
  for (std::size_t j = 0; j < s.stages.size(); ++j) {
    const auto when = due_of(s.stages[j]);
    const auto path = at("stages", j) + ".when";
    if (!fallen[j].empty())
      found.warning(path + ".on_battery_for",
                    "is " + in_words(*when.after) + ": any blip of " + in_words(blip)
                        + " takes down " + some(fallen[j])
                        + "; raise it to 30 s at least, or lengthen the hold of the host");
    if (!when.runtime_below || s.stages[j].hosts.empty()) continue;
    const auto longest = longest_runtime(s, assets, upses_of(s, s.stages[j]));
    if (longest && *when.runtime_below >= *longest)
      found.warning(path + ".runtime_below",
                    "is " + in_words(*when.runtime_below) + ", but a full battery lasts "
                        + in_words(*longest)
                        + ": the stage is due as soon as mains fails; lower it, or correct the "
                          "runtime of the UPS");
  }
}

void plans_longer_than_batteries(const site& s, const site_assets& assets, findings& found) {
  const auto times = plan_times(s);
  for (ups_index i = 0; i < s.upses.size(); ++i) {
    const auto runtime = runtime_of(s, assets, i);
    if (!runtime || times[i] == duration::zero()) continue;
    const bool full = assets.upses[i].full_load_runtime.has_value();
    const auto path = at("ups", i) + (full ? ".full_load_runtime" : ".rated_runtime");
    const auto wanted = times[i] * 2 + (s.lab ? duration::zero() : reserve);
    if (times[i] > *runtime)
      found.warning(path, "is " + in_words(*runtime) + ", but the stages on " + quoted(s.upses[i].name)
                              + " take " + in_words(times[i])
                              + " one after the other: hosts would crash; put hosts into one stage, "
                                "or fit a larger battery");
    else if (!s.lab && *runtime < wanted)
      found.warning(path, "is " + in_words(*runtime) + ", less than twice the "
                              + in_words(times[i]) + " that the stages on " + quoted(s.upses[i].name)
                              + " take, plus " + in_words(reserve) + " (" + in_words(wanted)
                              + "): an old battery or a slow host leaves no way out; shorten the "
                                "plan, or fit a larger battery");
  }
}

// X8 asks for two looks, but a source that answers from memory may give one value twice. Then it is
// the hold that the next value must come in time for.
void holds_shorter_than_a_look(const site& s, const site_assets&, findings& found) {
  if (s.lab) return;
  for (std::size_t i = 0; i < s.hosts.size(); ++i) {
    const auto& host = s.hosts[i];
    if (host.hold == 0s) continue;  // validate() has said what there is to say.
    duration needed{};
    const ups_config* slowest = nullptr;
    for (const auto& supply : host.supplies) {
      if (supply.ups >= s.upses.size() || !answers_from_memory(s.upses[supply.ups])) continue;
      const auto look = usual_refresh + s.upses[supply.ups].alert_poll_period;
      if (look > needed) slowest = &s.upses[supply.ups];
      needed = std::max(needed, look);
    }
    if (slowest != nullptr && host.hold < needed)
      found.warning(at("hosts", i) + ".hold",
                    "is " + in_words(host.hold) + ", but " + quoted(slowest->name)
                        + " may repeat one value for " + in_words(usual_refresh)
                        + ", and is asked again " + in_words(slowest->alert_poll_period)
                        + " later: a single wrong value would stop the host; give "
                        + in_words(needed) + " at least");
  }
}

}  // namespace holdover::review_rules
