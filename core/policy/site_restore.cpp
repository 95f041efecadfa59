// Outlets, and the return of power: what is switched off, when it may be, and how it comes back.

#include "core/policy/site_state.hpp"
#include "core/vote/vote.hpp"

#include <algorithm>

namespace holdover::policy {

namespace {

// An executor retries within its own deadline; after this a person should look.
constexpr duration outlet_patience = 60s;

// A network card needs no more than one magic packet, but the network may lose some.
constexpr duration wake_again_after = 15s;

/// Of the hosts on an outlet and, if it is a UPS' output, of all others that the UPS carries.
template <class Question>
bool all_behind(const outlet_config& outlet, const Question& ask) {
  return std::all_of(outlet.feeds.begin(), outlet.feeds.end(), ask)
         && std::all_of(outlet.beyond.begin(), outlet.beyond.end(), ask);
}
template <class Question>
bool any_behind(const outlet_config& outlet, const Question& ask) {
  return std::any_of(outlet.feeds.begin(), outlet.feeds.end(), ask)
         || std::any_of(outlet.beyond.begin(), outlet.beyond.end(), ask);
}

}  // namespace

void site_machine::state::wish(outlet_index index, vote::outlet_wish what, vote::reason why,
                               std::string explanation) {
  auto& outlet = outlets_[index];
  if (outlet.wish == what) return;
  outlet.wish = what;
  outlet.why = why;
  outlet.explanation = std::move(explanation);
  outlet.wish_since = now_;
  for (auto& [node, last] : outlet.last)
    last.at.reset();
  target about{target_kind::outlet, site_.outlets[index].name, self_};
  emit(decided{std::move(about), vote::level::no_view, what, why, outlet.explanation});
}

void site_machine::state::decide_outlets() {
  each_outlet([this](outlet_index i) {
    auto& outlet = outlets_[i];
    if (site_.outlets[i].output) {
      decide_output(i);
      return;
    }
    if (const auto ups = plan_.outlets[i].ups;
        ups
        && (trackers_[*ups].fresh_online(now_)
            || trackers_[*ups].fresh(now_) == power::freshness::blind))
      outlet.due.reset();
    auto why = vote::reason::unspecified;
    if (wants_off(i, why)) {
      outlet.ours = true;
      // Said until it is read, and no longer: a vote for OFF must not outlive the one for ON.
      if (outlet.state == power::outlet_state::off) {
        wish(i, vote::outlet_wish::keep, vote::reason::unspecified, "is off");
        return;
      }
      const auto stage = shedding_stage(i);
      wish(i, vote::outlet_wish::off, why,
           why == vote::reason::host_is_down ? "every host behind it is down by its own last word"
           : stage                           ? describe(*stage)
                   : "load shed in stage " + site_.stages[*plan_.outlets[i].shed_in].name);
    } else if (outlet.wish == vote::outlet_wish::off
               || (outlet.wish == vote::outlet_wish::on
                   && incident_ != incident_state::restoring)) {
      // Off stays as it is until the restore wishes it on. An outage during the restore leaves what
      // is not on yet off (S7).
      wish(i, vote::outlet_wish::keep, vote::reason::unspecified, "no wish any more");
    }
  });
}

// Nothing hangs on a lamp: it is what jobs wish, and off otherwise. Votes for either end once it is
// read to be so.
void site_machine::state::decide_output(outlet_index index) {
  const auto& outlet = outlets_[index];
  std::string by;
  for (wish_index w = 0; w < wishes_.size(); ++w)
    if (site_.wishes[w].kind == jobs::wish_kind::output_on && site_.wishes[w].subject == index
        && wished(w))
      by = wishes_[w].by;
  const auto asked = by.empty() ? vote::outlet_wish::off : vote::outlet_wish::on;
  const auto wanted = by.empty() ? power::outlet_state::off : power::outlet_state::on;
  if (outlet.state == wanted || outlet.state == power::outlet_state::unknown)
    wish(index, vote::outlet_wish::keep, vote::reason::unspecified, "is as it should be");
  else
    wish(index, asked, vote::reason::job, by.empty() ? "no job wishes it on" : by);
}

bool site_machine::state::wants_off(outlet_index index, vote::reason& why) {
  if (incident_ == incident_state::calm) return false;
  const auto& config = site_.outlets[index];
  const auto& timing = plan_.outlets[index];
  const auto starting = [&](host_index h) { return hosts_[h].start_wished; };
  // Who stands by reboots on our word, and may be one of those who vote: nothing is cut (X3, X17).
  const auto stopped = [&](host_index h) { return hosts_[h].stopped && !site_.hosts[h].stands_by; };
  // A UPS' output that is on its way back is not cut again for those that it is to start.
  const bool returns = is_ups_output(site_, index) && outlets_[index].wish == vote::outlet_wish::on;
  const bool cut = !config.feeds.empty() && !returns && all_behind(config, stopped)
                   && !any_behind(config, starting);
  const auto seen = timing.ups ? trackers_[*timing.ups].fresh(now_) : power::freshness::never;
  const bool shed = incident_ != incident_state::restoring && timing.shed_in && outlets_[index].due
                    && *outlets_[index].due >= *timing.shed_in
                    && (seen == power::freshness::fresh || seen == power::freshness::stale);
  const auto stage = shedding_stage(index);
  if (!cut && !shed && !stage) return false;
  why = cut ? vote::reason::host_is_down : vote::reason::shed_load;
  if (stage && !cut) why = memory_of(*stage, timing.domain)->why;
  return hosts_behind_are_down(config);
}

// P3: by each host's own signed last word in its live life, and the power-off delay. Silence is not
// enough, nor is the journal. Nothing is cut while a supply is out of sight: it may bring the host
// up at any moment.
bool site_machine::state::hosts_behind_are_down(const outlet_config& outlet) {
  return all_behind(outlet, [&](host_index index) {
    const auto& record = hosts_[index].record;
    const auto& supplies = site_.hosts[index].supplies;
    const bool in_sight = std::none_of(supplies.begin(), supplies.end(), [&](const auto& supply) {
      return may_have_failed_since(supply.ups).has_value();
    });
    return in_sight && !hosts_[index].doubt_at && record.surely_down(site_.votes.time_to_live, now_)
           && reached(*record.down_since() + site_.hosts[index].power_off_delay);
  });
}

// In reverse: what went last comes first; an earlier stage starts when the later ones are up.
void site_machine::state::restore() {
  charge_unknown_ = false;
  each_host([this](host_index i) { hosts_[i].postponed = {}; });
  each_outlet([this](outlet_index i) { outlets_[i].postponed = {}; });
  if (incident_ != incident_state::restoring) {
    each_host([this](host_index i) {
      hosts_[i].start_wished = false;
      hosts_[i].stuck_since.reset();
      hosts_[i].woken_at.reset();
    });
    return;
  }
  // A start that has begun goes on, whatever has come to stand before it since.
  each_host([this](host_index i) {
    if (hosts_[i].start_wished) finish_start(i);
  });
  if (!restore_ups_outputs()) return;
  if (!restore_stage(std::nullopt)) return;
  for (stage_index i = static_cast<stage_index>(site_.stages.size()); i-- > 0;)
    if (!restore_stage(i)) return;
}

// Nothing can start on a UPS without an output, so these come first, each by the same gates. One
// that is still to be cut is waited for by the hosts that hang on it.
bool site_machine::state::restore_ups_outputs() {
  bool done = true;
  for (const auto i : plan_.return_order) {
    const auto& outlet = outlets_[i];
    const bool to_be_cut = outlet.wish == vote::outlet_wish::off;
    if (is_ups_output(site_, i) && outlet.ours && !to_be_cut && !held_off(i))
      done = restore_outlet(i) && done;
  }
  return done;
}

bool site_machine::state::ups_output_held_off(host_index host) const {
  for (outlet_index i = 0; i < outlets_.size(); ++i)
    if (is_ups_output(site_, i) && held_off(i)
        && any_behind(site_.outlets[i], [&](host_index other) { return other == host; }))
      return true;
  return false;
}

bool site_machine::state::restore_stage(std::optional<stage_index> stage) {
  bool done = true;
  for (const auto i : plan_.start_order)
    if (hosts_[i].stopped && site_.hosts[i].stage == stage)
      done = (dependencies_up(i) ? restore_host(i) : waits_for_later_start(i)) && done;
  for (const auto i : plan_.return_order) {
    const auto& feeds = site_.outlets[i].feeds;
    const bool of_stopped =
        std::any_of(feeds.begin(), feeds.end(), [&](host_index h) { return hosts_[h].stopped; });
    if (outlets_[i].ours && !of_stopped && !held_off(i) && plan_.outlets[i].restored_in == stage)
      done = restore_outlet(i) && done;
  }
  return done;
}

// A host that was started already goes on. Nobody waits for a dependency that only a hand could
// start.
bool site_machine::state::dependencies_up(host_index index) const {
  const auto& host = hosts_[index];
  if (host.record.up() || host.start_wished) return true;
  const auto& needed = site_.hosts[index].depends_on;
  return std::all_of(needed.begin(), needed.end(), [&](host_index other) {
    const auto& dependency = hosts_[other];
    return !dependency.stopped || dependency.stuck_since || held_down(other);
  });
}

// One that waits for what it depends on keeps the earlier stages waiting, too, unless it stands in
// none, or that is to start in one of them: conditions of surroundings have stages in no order.
bool site_machine::state::waits_for_later_start(host_index index) const {
  const auto& stage = site_.hosts[index].stage;
  if (!stage) return true;
  const auto& needed = site_.hosts[index].depends_on;
  return std::any_of(needed.begin(), needed.end(), [&](host_index other) {
    const auto& others = site_.hosts[other].stage;
    if (hosts_[other].stopped && others && *others < *stage) return true;
    return !dependencies_up(other) && waits_for_later_start(other);
  });
}

// Whether nobody needs to wait for this host any more.
bool site_machine::state::restore_host(host_index index) {
  auto& host = hosts_[index];
  const auto& config = site_.hosts[index];
  const auto& outlets = plan_.hosts[index].outlets;
  if (host.record.up() || host.start_wished) return finish_start(index);
  // Nobody waits for what a condition keeps down, nor for what has no output to start on.
  if (held_down(index) || ups_output_held_off(index)) return true;
  if (phase(host, config) == host_phase::committed) return false;  // Finishes first (S6).
  if (stands_by(index)) return start(index);
  const bool all_off =
      !outlets.empty() && std::all_of(outlets.begin(), outlets.end(), [&](outlet_index o) {
        return outlets_[o].state == power::outlet_state::off;
      });
  if (!all_off) {
    // Power may start it by itself, or what interrupted its start took all its time: then it is
    // started like any other. A packet does no harm to one that is coming up.
    if (const auto since = host.record.booting_since()) {
      const bool never_woken = config.wake_address && !host.woken_at;
      const bool had_its_time = outlets.empty() || reached(*since + 2 * config.boot_time);
      return never_woken && had_its_time ? start(index) : finish_start(index);
    }
    if (outlets.empty() && config.wake_address) return start(index);
    if (is_being_looked_up(index)) return false;
    return being_cut(index) ? false : wait_for_hand(index);
  }
  return start(index);
}

// Whether nobody needs to wait for it any more. Its own power may not be back: it waits for that,
// and nobody waits for it.
bool site_machine::state::start(host_index index) {
  auto& host = hosts_[index];
  if (host.view.how != feed::carried) {
    if (!host.stuck_since) host.stuck_since = now_;
    return true;
  }
  host.stuck_since.reset();
  const auto outlets = stands_by(index) ? std::vector<outlet_index>{} : plan_.hosts[index].outlets;
  host.postponed = postponement(outlets, site_.hosts[index].load_watts);
  if (!host.postponed.empty()) return true;  // A smaller one may fit.
  if (!may_start(index)) return false;
  // From the wish on it counts as up (X6): whatever it said before is over.
  host.start_wished = true;
  host.record.powered(now_);
  last_start_ = now_;
  return finish_start(index);
}

bool site_machine::state::may_start(host_index index) {
  const auto& config = site_.hosts[index];
  for (const auto o : plan_.hosts[index].outlets)
    if (!stands_by(index) && outlets_[o].state == power::outlet_state::off && !off_long_enough(o))
      return false;
  const auto reserve = config.boot_time + config.shutdown_time + site_.observing.runtime_margin;
  return gate_open(config.supplies, config.needed, reserve) && stagger_over();
}

// X3: it said its last word and has power, or will have it: a level of RUN is what it waits for.
bool site_machine::state::stands_by(host_index index) const {
  return site_.hosts[index].stands_by && hosts_[index].record.down_since();
}

void site_machine::state::wake(host_index index) {
  auto& woken = hosts_[index].woken_at;
  if (woken && !reached(*woken + wake_again_after)) return;
  woken = now_;
  reached(now_ + wake_again_after);
  emit(wake_host{index});
}

// Its power may have been away and is back: the next reading of its outlets tells whether it is
// down or coming up. Who starts after it waits for that, as long as such a reading may take.
bool site_machine::state::is_being_looked_up(host_index index) {
  const auto& host = hosts_[index];
  if (!host.doubt_at || power_may_have_gone(index)) return false;
  duration patience{};
  for (const auto o : plan_.hosts[index].outlets)
    patience = std::max(patience, fresh_limit(site_.units[site_.outlets[o].unit].poll_period));
  return !reached(*host.doubt_at + patience);
}

// Whether its outlets are about to be opened so that it can be cycled: it is surely down, or the
// votes for that are out and have had no more than their time.
bool site_machine::state::being_cut(host_index index) {
  const auto& host = hosts_[index];
  const auto& outlets = plan_.hosts[index].outlets;
  if (outlets.empty()) return false;
  for (const auto o : outlets)
    if (outlets_[o].wish == vote::outlet_wish::off)
      return !reached(*outlets_[o].wish_since + outlet_patience);
  return !host.doubt_at && host.record.surely_down(site_.votes.time_to_live, now_);
}

bool site_machine::state::finish_start(host_index index) {
  auto& host = hosts_[index];
  const auto& config = site_.hosts[index];
  for (const auto o : plan_.hosts[index].outlets) {
    auto& outlet = outlets_[o];
    if (outlet.state == power::outlet_state::on) {
      outlet.ours = false;
      wish(o, vote::outlet_wish::keep, vote::reason::unspecified, "is on");
    } else if (host.start_wished && !host.record.up()) {
      wish(o, vote::outlet_wish::on, vote::reason::restore, "start " + config.name + " again");
    }
  }
  if (host.record.up()) {
    host.stopped = host.recalled = host.start_wished = false;
    host.stuck_since.reset();
    host.woken_at.reset();
    return true;
  }
  const bool by_power = !plan_.hosts[index].outlets.empty();
  const bool over = reached(start_ends(index));
  if (over)
    give_up(index);
  else if (config.wake_address && host.start_wished
           && (!by_power || reached(*host.record.booting_since() + 2 * config.boot_time)))
    wake(index);
  return over;
}

// Each method has as long as two boots: power first, then the network, then a person.
time_point site_machine::state::start_ends(host_index index) const {
  const auto& config = site_.hosts[index];
  const bool both = config.wake_address && !plan_.hosts[index].outlets.empty();
  return *hosts_[index].record.booting_since() + (both ? 4 : 2) * config.boot_time;
}

// Nothing that we do starts it just now: an alarm asks for a hand, and nobody waits for it. While
// its last word holds, the wish to cycle it stays, in case it is only the others that are out of
// reach; otherwise the ledger keeps it for as long as a boot may take, in case it is only slow to
// be heard.
bool site_machine::state::wait_for_hand(host_index index) {
  auto& host = hosts_[index];
  if (!host.stuck_since) host.stuck_since = now_;
  const bool down = !host.doubt_at && host.record.surely_down(site_.votes.time_to_live, now_);
  const bool may_be_cycled = down && !plan_.hosts[index].outlets.empty();
  if (!may_be_cycled && reached(*host.stuck_since + 2 * site_.hosts[index].boot_time))
    give_up(index);
  return true;
}

void site_machine::state::give_up(host_index index) {
  auto& host = hosts_[index];
  host.given_up = true;
  host.woken_at.reset();
  host.stopped = host.recalled = host.start_wished = false;
  host.stuck_since.reset();
}

bool site_machine::state::restore_outlet(outlet_index index) {
  auto& outlet = outlets_[index];
  if (outlet.wish == vote::outlet_wish::on || outlet.state == power::outlet_state::off) {
    if (outlet.state == power::outlet_state::on) {
      outlet.ours = false;
      wish(index, vote::outlet_wish::keep, vote::reason::unspecified, "is on");
      return true;
    }
    if (outlet.wish == vote::outlet_wish::on)
      return outlet.wish_since && reached(*outlet.wish_since + outlet_patience);
    outlet.postponed = postponement({index}, declared_watts(site_, index));
    if (!outlet.postponed.empty()) return true;
    std::vector<supply_config> feeds;
    if (const auto ups = plan_.outlets[index].ups) feeds.push_back({*ups, std::nullopt});
    if (!off_long_enough(index)
        || !gate_open(feeds, static_cast<std::uint32_t>(feeds.size()), duration::zero())
        || !stagger_over())
      return false;
    last_start_ = now_;
    wish(index, vote::outlet_wish::on, vote::reason::restore, "restored after shedding");
    return false;
  }
  // It is on, or cannot be read: a late switching may still take effect, so look for a while.
  if (outlet.wish_since && !reached(*outlet.wish_since + site_.votes.time_to_live)) return false;
  if (outlet.state == power::outlet_state::on) outlet.ours = false;
  return true;
}

bool site_machine::state::off_long_enough(outlet_index index) {
  const auto& outlet = outlets_[index];
  return outlet.state == power::outlet_state::off
         && reached(*outlet.state_since + site_.outlets[index].minimum_off);
}

// S7: as many supplies as are needed have been online for long enough, hold enough charge, and
// would last for a boot and an orderly stop.
bool site_machine::state::gate_open(const std::vector<supply_config>& supplies,
                                    std::uint32_t needed, duration reserve) {
  std::uint32_t good = 0;
  for (const auto& supply : supplies) {
    if (supply.ups == no_ups) {
      ++good;
      continue;
    }
    const auto& ups = trackers_[supply.ups];
    const auto online = ups.online_for(now_);
    if (!online || !reached(now_ - *online + site_.restore.mains_stable)) continue;
    const auto left = ups.left(now_);
    if (left && *left < reserve) continue;
    if (const auto charge = ups.charge_percent()) {
      if (*charge < site_.restore.charge_minimum_percent) continue;
    } else {
      if (!reached(now_ - *online + site_.restore.charge_unknown_after)) continue;
      charge_unknown_ = true;
    }
    ++good;
  }
  return good >= needed;
}

bool site_machine::state::stagger_over() {
  const auto pause = generator_since_ ? std::max(site_.restore.stagger, site_.generator->stagger)
                                      : site_.restore.stagger;
  return !last_start_ || reached(*last_start_ + pause);
}

}  // namespace holdover::policy
