// Whom a step concerns. A site has thousands of hosts and a step mostly one piece of news, so those
// of whom nothing new can come are left out.
//
// Somebody is *quiet* if, with the facts as they are, looking at him would change nothing and say
// nothing until the earliest of the times that came up when he was last looked at. What his rules
// go by is known from the site file, so he is called again
//
//   - by an event about him, or about a UPS, outlet or host that his rules ask for,
//   - when that earliest time has come,
//   - together with all others when a fact changes that concerns everybody: the incident, whether
//     anything is wrong, a generator, a condition; and by every event that is rare.
//
// Quiet is defined narrowly: everything is fine and nothing is going on. Whoever has a supply that
// is not seen fresh and carrying, a level, a stage that is due, an order, a hold, an unfinished
// restart, stays watched, and his rules run in each step. So an outage is judged as if nobody were
// ever left out, and the one thing that must be right is that bad news calls those it concerns: a
// reading calls the hosts and outlets of its UPS, and the end of its freshness does, too.
//
// Rules that look at others (who goes before me, who hangs on my outlet) ask for their facts, which
// are always kept; of what is worked out from them only the view of a host has numbers that run on,
// and whoever asks for such a number looks anew.
//
// Besides, everybody is looked at every ten seconds: an error of this file would last no longer.

#include "core/overloaded.hpp"
#include "core/policy/site_state.hpp"

#include <algorithm>

namespace holdover::policy {

namespace {

constexpr duration all_watched_every = 10s;

}  // namespace

site_machine::state::reach site_machine::state::find_reach(const site& s, const plan& p) {
  reach found;
  found.hosts_of_ups.resize(s.upses.size());
  found.outlets_of_ups.resize(s.upses.size());
  found.domains_of_ups.resize(s.upses.size());
  found.outlets_of_host.resize(s.hosts.size());
  found.outlets_of_unit.resize(s.units.size());
  for (host_index i = 0; i < s.hosts.size(); ++i)
    for (const auto& supply : s.hosts[i].supplies)
      if (supply.ups != no_ups) found.hosts_of_ups[supply.ups].push_back(i);
  for (outlet_index i = 0; i < s.outlets.size(); ++i) {
    found.outlets_of_unit[s.outlets[i].unit].push_back(i);
    if (const auto ups = p.outlets[i].ups) found.outlets_of_ups[*ups].push_back(i);
    for (const auto* hosts : {&s.outlets[i].feeds, &s.outlets[i].beyond})
      for (const auto host : *hosts)
        found.outlets_of_host[host].push_back(i);
  }
  for (domain_index i = 0; i < p.domains.size(); ++i)
    for (const auto& supply : p.domains[i].supplies)
      if (supply.ups != no_ups) found.domains_of_ups[supply.ups].push_back(i);
  return found;
}

// What is not named here is rare, and concerns everybody for all we know.
void site_machine::state::attend(const site_event& what) {
  std::visit(overloaded{
                 [](const tick&) {},
                 [](const sensor_observed&) {},  // Conditions and the generator: in each step.
                 [this](const ups_observed& seen) { watched_upses_.touch(seen.ups); },
                 [this](const peer_observed& heard) { watched_upses_.touch(heard.ups); },
                 [this](const host_beacon_received& heard) { watched_hosts_.touch(heard.host); },
                 [this](const outlets_observed& seen) {
                   for (const auto outlet : reach_.outlets_of_unit[seen.unit]) {
                     watched_outlets_.touch(outlet);
                     const auto& config = site_.outlets[outlet];
                     for (const auto* hosts : {&config.feeds, &config.beyond})
                       for (const auto host : *hosts)
                         watched_hosts_.touch(host);
                   }
                 },
                 [this](const executor_beacon_received& heard) {
                   for (const auto outlet : reach_.outlets_of_unit[heard.unit])
                     watched_outlets_.touch(outlet);
                 },
                 [this](const auto&) { watch_all(); },
             },
             what);
}

void site_machine::state::call_concerned() {
  if (!all_watched_at_ || now_ - *all_watched_at_ >= all_watched_every) watch_all();
  // Those who have left and whose time has come; then whom the watched concern.
  watched_upses_.call_due(now_);
  watched_hosts_.call_due(now_);
  watched_outlets_.call_due(now_);
  each_ups([this](ups_index i) {
    for (const auto host : reach_.hosts_of_ups[i])
      watched_hosts_.touch(host);
    for (const auto outlet : reach_.outlets_of_ups[i])
      watched_outlets_.touch(outlet);
  });
  each_host([this](host_index i) {
    for (const auto outlet : reach_.outlets_of_host[i])
      watched_outlets_.touch(outlet);
  });
}

// Whoever has left carries, is not failing and was not stopped: the watched alone tell.
void site_machine::state::call_all_on_common_change() {
  common_facts facts{incident_, incident_ != incident_state::calm, generator_holds_};
  each_ups([&](ups_index i) { facts.wrong = facts.wrong || !trackers_[i].fresh_online(now_); });
  if (facts == common_ && !conditions_changed_) return;
  common_ = facts;
  watch_all();
  look();
}

void site_machine::state::watch_all() {
  watched_upses_.touch_all();
  watched_hosts_.touch_all();
  watched_outlets_.touch_all();
  all_watched_at_ = now_;
}

void site_machine::state::settle_down() {
  watched_upses_.settle([this](ups_index i) { return is_quiet_ups(i); });
  watched_hosts_.settle([this](host_index i) { return is_quiet_host(i); });
  watched_outlets_.settle([this](outlet_index i) { return is_quiet_outlet(i); });
  for (const auto* list : {&watched_upses_, &watched_hosts_, &watched_outlets_})
    out_.wake_at = earliest(out_.wake_at, list->next());
}

bool site_machine::state::knows_power_fine(ups_index index) const {
  return trackers_[index].fresh_online(now_);
}

bool site_machine::state::is_quiet_ups(ups_index index) const {
  return knows_power_fine(index) && !peer_worried(upses_[index]);
}

bool site_machine::state::no_condition_acts(const std::vector<stage_index>& stages,
                                            std::optional<domain_index> domain) const {
  return std::none_of(stages.begin(), stages.end(), [&](stage_index i) {
    const auto* memory = memory_of(i, domain);
    return memory != nullptr && (memory->acts || memory->doubt);
  });
}

bool site_machine::state::is_quiet_host(host_index index) const {
  const auto& host = hosts_[index];
  const auto& record = host.record;
  if (host.level != vote::level::run || host.why != vote::reason::power_fine) return false;
  if (host.due || host.due_since || host.ordered_at || host.by_condition) return false;
  if (host.past_latest_start || host.late_by_presumption || host.order_broken) return false;
  if (host.held_until && *host.held_until > now_) return false;
  if (host.doubt_at || host.stopped || host.recalled || host.start_wished || host.given_up)
    return false;
  if (host.woken_at || host.stuck_since || !host.postponed.empty()) return false;
  if (record.down_since() || record.committed_since() || record.booting_since()) return false;
  const auto& supplies = site_.hosts[index].supplies;
  const bool fine = std::all_of(supplies.begin(), supplies.end(), [this](const supply_config& s) {
    return s.ups == no_ups || knows_power_fine(s.ups);
  });
  if (!fine || !no_condition_acts(plan_.hosts[index].conditional, plan_.hosts[index].domain))
    return false;
  // Whoever would be silent by the time of the next vote to him is watched falling silent.
  const auto audience_until = record.audience_until(site_.votes.time_to_live);
  if (!audience_until || *audience_until < now_) return true;
  const auto period = common_.wrong ? site_.votes.period_alert : site_.votes.period_calm;
  return host.last.at && *host.last.at + period <= *audience_until;
}

bool site_machine::state::is_quiet_outlet(outlet_index index) const {
  const auto& outlet = outlets_[index];
  const auto& config = site_.outlets[index];
  const auto& timing = plan_.outlets[index];
  if (config.output || outlet.wish != vote::outlet_wish::keep) return false;
  if (outlet.wish_since && now_ <= *outlet.wish_since + site_.votes.time_to_live) return false;
  if (outlet.due || outlet.ours || !outlet.postponed.empty()) return false;
  if (timing.ups && !knows_power_fine(*timing.ups)) return false;
  return no_condition_acts(timing.conditional, timing.domain);
}

}  // namespace holdover::policy
