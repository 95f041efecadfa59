// From facts to levels of hosts.

#include "core/policy/site_state.hpp"
#include "core/vote/vote.hpp"

#include <algorithm>

namespace holdover::policy {

namespace {

constexpr duration absent_before = 60s;  // X15

// Where nothing tells how long the battery lasts, no hold outlasts this charge.
constexpr double charge_ends_hold_percent = 20;

bool nearly_empty(const host_power& view) {
  return view.battery_low
         || (!view.left && view.charge_percent && *view.charge_percent <= charge_ends_hold_percent);
}

std::string seconds(duration d) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(d).count()) + " s";
}

}  // namespace

bool site_machine::state::trigger_met(const trigger& when, const host_power& view,
                                      vote::reason& why) const {
  const auto met = [&](bool condition, vote::reason reason) {
    if (condition) why = reason;
    return condition;
  };
  return met(when.battery_low && view.battery_low, vote::reason::battery_low)
         || met(when.runtime_below && view.left && *view.left <= *when.runtime_below,
                vote::reason::runtime_below)
         || met(when.charge_below_percent && view.charge_percent
                    && *view.charge_percent <= *when.charge_below_percent,
                vote::reason::charge_below)
         || met(when.on_battery_for && !generator_holds_
                    && view.confirmed_on_battery >= *when.on_battery_for,
                vote::reason::time_on_battery);
}

bool site_machine::state::stage_met(stage_index index, const host_power& view,
                                    std::optional<domain_index> domain, vote::reason& why) const {
  if (trigger_met(site_.stages[index].when, view, why)) return true;
  const auto* memory = memory_of(index, domain);
  if (memory == nullptr || memory->now.met != truth::yes) return false;
  why = memory->now.why;
  return true;
}

void site_machine::state::raise_due(host_memory& host, stage_index stage) {
  if (!host.due_since) host.due_since = now_;
  host.due = std::max(host.due.value_or(stage), stage);
}

// A stage that is due makes the earlier ones due, for the host itself and for those in earlier
// stages that share power with it. Only fresh views count (O3, X8); what was due stays so while the
// host is threatened (X15).
void site_machine::state::find_due_stages() {
  auto why = vote::reason::unspecified;
  each_host([&](host_index h) {
    auto& host = hosts_[h];
    const auto domain = plan_.hosts[h].domain;
    if (host.view.how != feed::threatened || !host.view.fresh || host.view.presumed) return;
    for (stage_index i = static_cast<stage_index>(site_.stages.size()); i-- > 0;) {
      if (host.due && *host.due >= i) break;
      if (!environmental_[i] && stage_met(i, host.view, domain, why)) raise_due(host, i);
    }
  });
  each_host([&](host_index i) {
    const auto own = plan_.hosts[i].step;
    if (!own || !hosts_[i].due || *hosts_[i].due < *own) return;
    for (const auto index : plan_.hosts[i].earlier) {
      auto& earlier = hosts_[index];
      if (!plan_.hosts[index].step) continue;
      const auto stage = *plan_.hosts[index].step;
      if (earlier.view.how == feed::threatened && earlier.view.fresh && !earlier.view.presumed
          && (!earlier.due || *earlier.due < stage))
        raise_due(earlier, stage);
    }
  });
  each_outlet([&](outlet_index i) {
    const auto ups = plan_.outlets[i].ups;
    if (!ups || !plan_.outlets[i].shed_in) return;
    const auto domain = *plan_.outlets[i].domain;
    const auto& view = domain_views_[domain];
    if (view.how != feed::threatened || !view.fresh || view.presumed) return;
    for (stage_index s = 0; s < site_.stages.size(); ++s)
      if (!environmental_[s] && stage_met(s, view, domain, why))
        outlets_[i].due = std::max(outlets_[i].due.value_or(s), s);
  });
}

void site_machine::state::decide_hosts() {
  each_host([this](host_index i) { decide_host(i); });
}

void site_machine::state::decide_host(host_index index) {
  auto& host = hosts_[index];
  const auto level_before = host.level;
  const auto why_before = host.why;
  welcome_back(index);
  const auto wish = wish_for_host(index);
  if (host.by_condition && !wish) {
    // Over before the host committed: called off, and what the battery asks for is asked anew.
    host.by_condition = false;
    host.level = vote::level::run;
    host.why = vote::reason::power_fine;
    host.ordered_at.reset();
  }
  if (!wish || host.view.how == feed::threatened) decide_by_power(index);
  if (wish) decide_by_condition(index, *wish);
  if (host.level == level_before && host.why == why_before) return;
  host.explanation = explain(index, host.why);
  if (wish && host.by_condition) host.explanation += "; " + describe(wish->stage);
  target about{target_kind::host, site_.hosts[index].name, 0};
  emit(decided{std::move(about), host.level, vote::outlet_wish::keep, host.why, host.explanation});
}

// What a battery asks for and what a condition asks for: the graver one counts. An operator's hold
// has no limit here, as no battery runs out.
void site_machine::state::decide_by_condition(host_index index, const condition_wish& wish) {
  auto& host = hosts_[index];
  auto level = wish.level;
  auto why = wish.why;
  if (level >= vote::level::shutdown && held(host)) {
    level = vote::level::warn;
    why = vote::reason::held_by_operator;
  } else if (level >= vote::level::shutdown && !earlier_done_by_condition(index)) {
    level = vote::level::warn;
    why = vote::reason::stage_order;
  }
  const bool threatened = host.view.how == feed::threatened;
  if (!threatened) host.forget_due();
  if (threatened && !host.by_condition && host.level >= level) return;
  if (threatened && host.level >= vote::level::shutdown && level < host.level) return;
  host.by_condition = true;
  host.level = level;
  host.why = why;
  if (level >= vote::level::shutdown && !host.ordered_at) host.ordered_at = now_;
}

void site_machine::state::decide_by_power(host_index index) {
  auto& host = hosts_[index];
  const auto& view = host.view;
  if (view.how == feed::undetermined) {
    // Blind: no view, and nothing learned before counts any more (X1). Merely undetermined cannot
    // happen without a supply that is blind or was never heard, and of which nothing is presumed.
    lower(host, vote::level::no_view, vote::reason::no_view);
  } else if (view.how == feed::carried) {
    // What carries was last seen to carry; a supply last seen failing is none of them, so this is
    // no level kept on a stale failure (X1). Past the latest safe start it must have held for a
    // while; but a presumption that a look refutes was never evidence.
    const bool late =
        host.past_latest_start && !host.late_by_presumption && host.level >= vote::level::shutdown;
    const bool cancelled =
        !late || (view.fresh && view.online_for && *view.online_for >= site_.observing.late_cancel);
    if (cancelled || host.level == vote::level::no_view)
      lower(host, vote::level::run, vote::reason::power_fine);
    else if (view.fresh && late && view.online_for)
      reached(now_ - *view.online_for + site_.observing.late_cancel);
  } else if (view.fresh) {
    auto why = vote::reason::on_battery;
    const auto level = wanted(index, why);
    const bool capped = held(host) && !host.past_latest_start && !nearly_empty(view);
    if (capped && std::max(level, host.level) >= vote::level::shutdown) {
      host.level = vote::level::warn;
      host.why = vote::reason::held_by_operator;
    } else if (view.idle && host.level > vote::level::warn) {
      lower(host, vote::level::warn, why);
    } else if (level > host.level || host.level == vote::level::no_view) {
      host.level = level;
      host.why = why;
    } else if (host.level < vote::level::shutdown || host.why == vote::reason::kept_while_stale) {
      host.why = why;
    }
    if (host.level >= vote::level::shutdown && !host.ordered_at) host.ordered_at = now_;
  } else if (host.level > vote::level::run) {
    host.why = vote::reason::kept_while_stale;
  } else if (host.level == vote::level::no_view) {
    host.level = vote::level::run;  // Stale on battery, nothing reached: the last fresh word.
    host.why = vote::reason::kept_while_stale;
  }
}

// What a fresh view of a threatened host asks for, and why.
vote::level site_machine::state::wanted(host_index index, vote::reason& why) {
  auto& host = hosts_[index];
  const auto& config = site_.hosts[index];
  const auto& view = host.view;
  const auto safe_start = latest_safe_start(config, plan_.hosts[index], site_.observing);
  const bool late = view.left_at_worst && *view.left_at_worst <= safe_start;
  const auto step = plan_.hosts[index].step;
  const bool stage_due = step && host.due && *host.due >= *step;
  if (late)
    host.late_by_presumption =
        view.presumed && (host.late_by_presumption || !host.past_latest_start);
  host.past_latest_start = host.past_latest_start || late;
  if (view.presumed && !(late && silence_is_sure(config))) {  // Nothing else matures on it.
    const bool kept = host.level >= vote::level::shutdown;
    why = kept ? vote::reason::kept_while_stale : vote::reason::on_battery;
    return vote::level::warn;
  }
  const bool in_order = earlier_stages_done(index);
  if (stage_due && in_order && !(late && held(host))) {
    why = vote::reason::on_battery;
    for (stage_index i = *step; i < site_.stages.size(); ++i)
      if (!environmental_[i] && stage_met(i, view, plan_.hosts[index].domain, why)) break;
    return vote::level::shutdown;
  }
  if (late) {
    why = vote::reason::latest_safe_start;
    host.order_broken = host.order_broken || !in_order;
    return vote::level::shutdown;
  }
  bool sheds = false;
  for (stage_index i = 0; host.due && i <= *host.due; ++i) {
    const auto& shed = site_.stages[i].shed_hosts;
    sheds = sheds || (!environmental_[i] && std::count(shed.begin(), shed.end(), index) != 0);
  }
  if (sheds) {
    why = vote::reason::shed_load;
    return vote::level::shed;
  }
  why = stage_due ? vote::reason::stage_order : vote::reason::on_battery;
  return vote::level::warn;
}

bool site_machine::state::earlier_stages_done(host_index index) {
  const auto& timing = plan_.hosts[index];
  const auto done = [&](host_index before) {
    return !plan_.hosts[before].step || settled(before, hosts_[index]);
  };
  return std::all_of(timing.earlier.begin(), timing.earlier.end(), done)
         && std::all_of(timing.outlived.begin(), timing.outlived.end(), done);
}

// Nobody waits for hosts that nothing asks to go.
bool site_machine::state::earlier_done_by_condition(host_index index) {
  const auto& timing = plan_.hosts[index];
  const auto done = [&](host_index before) {
    const auto wish = wish_for_host(before);
    const bool goes = hosts_[before].level >= vote::level::shutdown
                      || (wish && wish->level >= vote::level::shutdown);
    return !goes || settled(before, hosts_[index]);
  };
  return std::all_of(timing.earlier.begin(), timing.earlier.end(), done)
         && std::all_of(timing.outlived.begin(), timing.outlived.end(), done);
}

// Whether nobody needs to wait for this host any longer (S2, X6, X15).
bool site_machine::state::settled(host_index index, const host_memory& waiting) {
  auto& host = hosts_[index];
  const auto& config = site_.hosts[index];
  const auto now_is = phase(host, config);
  if (now_is == host_phase::down || now_is == host_phase::gone) return true;
  if (absent(host) || held(host) || without_power(index)) return true;
  if (!watched_hosts_.watches(index)) look_at_host(index);  // What it measures goes on.
  // Carried for a while: mains that return reach one reading earlier than the next. Not one that a
  // condition asks to go, be it that its own turn to be decided has not come in this step.
  if (host.view.how == feed::carried && !wish_for_host(index) && host.view.online_for
      && reached(now_ - *host.view.online_for + site_.observing.late_cancel))
    return true;
  const auto step = plan_.hosts[index].step;
  const auto timeout = step ? site_.stages[*step].timeout
                            : config.hold + config.shutdown_time + config.power_off_delay;
  if (host.ordered_at) return reached(*host.ordered_at + timeout);
  // It cannot be ordered by us: its power is out of our sight. Wait as long as it would be given.
  if ((host.view.how == feed::undetermined || host.view.presumed) && waiting.due_since)
    return reached(*waiting.due_since + timeout);
  return false;
}

// X15: unheard since a minute before the incident.
bool site_machine::state::absent(const host_memory& host) const {
  if (host.record.committed_since() || host.record.booting_since()) return false;
  const auto heard = host.record.last_heard();
  if (!incident_since_) return !heard;
  return !heard || *heard < *incident_since_ - absent_before;
}

// A start that was called off before any outlet was switched: the host counts as up from the wish
// on (X6), but all its leads are read off after the last vote for ON has expired.
bool site_machine::state::without_power(host_index index) const {
  const auto& host = hosts_[index];
  const auto begun = host.record.booting_since();
  if (!begun || host.start_wished) return false;
  const auto& supplies = site_.hosts[index].supplies;
  return std::all_of(supplies.begin(), supplies.end(), [&](const supply_config& supply) {
    if (!supply.outlet) return false;
    const auto& outlet = outlets_[*supply.outlet];
    const auto limit = fresh_limit(site_.units[site_.outlets[*supply.outlet].unit].poll_period);
    const auto expired =
        std::max(*begun, outlet.wish_since.value_or(*begun)) + site_.votes.time_to_live;
    return outlet.state == power::outlet_state::off && outlet.wish != vote::outlet_wish::on
           && outlet.read_at && *outlet.read_at > expired && now_ - *outlet.read_at <= limit;
  });
}

bool site_machine::state::held(const host_memory& host) {
  return host.held_until && !reached(*host.held_until);
}

void site_machine::state::lower(host_memory& host, vote::level level, vote::reason why) {
  host.level = level;
  host.why = why;
  host.forget_order();
}

std::vector<vote::named_action> site_machine::state::commands_for(host_index index) const {
  std::vector<vote::named_action> commands;
  const auto& host = hosts_[index];
  const bool by_battery = host.due && host.view.how == feed::threatened;
  for (stage_index i = 0; i < site_.stages.size(); ++i) {
    const auto* memory = memory_of(i, plan_.hosts[index].domain);
    if (!(by_battery && i <= *host.due && !environmental_[i]) && !(memory && memory->acts))
      continue;
    for (const auto& command : site_.stages[i].commands)
      if (command.host == index) commands.push_back({command.action, command.text});
  }
  return commands;
}

// One line that an operator can check against the meters: every fact used, with its value and age.
std::string site_machine::state::explain(host_index index, vote::reason why) const {
  const auto& host = hosts_[index];
  const auto& config = site_.hosts[index];
  std::string text{to_string(why)};
  text += ": needs " + std::to_string(config.needed) + " of "
          + std::to_string(config.supplies.size()) + " supplies";
  for (const auto& supply : config.supplies) {
    if (supply.ups == no_ups) {
      text += "; bare mains";
      continue;
    }
    const auto& tracker = trackers_[supply.ups];
    text += "; " + site_.upses[supply.ups].name + ' ';
    text += to_string(tracker.state());
    text += " (";
    text += to_string(tracker.fresh(now_));
    if (const auto age = tracker.age(now_)) text += ", seen " + seconds(*age) + " ago";
    if (tracker.ending()) text += ", its output is about to be cut";
    if (tracker.disputed())
      text += tracker.last().discharging ? ", disputed, but its battery is getting emptier"
                                         : ", disputed by another path";
    if (tracker.confirmed_on_battery() > duration::zero())
      text += ", on battery " + seconds(tracker.confirmed_on_battery()) + " confirmed";
    const auto presumed = host.view.silent_lost ? presumed_left(supply.ups, host) : std::nullopt;
    if (const auto left = tracker.left(now_)) text += ", " + seconds(*left) + " left";
    if (presumed) {
      text += site_.observing.silent_supply == silent_supply_rule::as_lost
                  ? ", silent_supply: as_lost"
                  : ", silent_supply: as_last_seen";
      text += ", presumed " + seconds(*presumed) + " left";
    }
    if (const auto charge = tracker.charge_percent())
      text += ", charge " + std::to_string(static_cast<int>(*charge)) + " %";
    text += ')';
  }
  if (const auto step = plan_.hosts[index].step) {
    text += "; stage " + site_.stages[*step].name;
    text += host.due && *host.due >= *step ? " due" : " not due";
  }
  text += "; latest safe start "
          + seconds(latest_safe_start(config, plan_.hosts[index], site_.observing))
          + " before empty";
  if (generator_holds_) text += "; a generator runs: time on battery does not count yet";
  if (host.held_until && *host.held_until > now_) text += "; held by " + host.held_by;
  return text;
}

}  // namespace holdover::policy
