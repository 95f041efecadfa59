#include "core/policy/site_machine.hpp"

#include "core/expects.hpp"
#include "core/overloaded.hpp"
#include "core/policy/site_state.hpp"

#include <algorithm>
#include <utility>

namespace holdover::policy {

std::string_view to_string(incident_state state) {
  switch (state) {
    case incident_state::calm:
      return "calm";
    case incident_state::open:
      return "open";
    case incident_state::committed:
      return "committed";
    case incident_state::restoring:
      return "restoring";
  }
  return "calm";
}

std::string_view to_string(site_alarm what) {
  switch (what) {
    case site_alarm::ups_stale:
      return "ups_stale";
    case site_alarm::ups_blind:
      return "ups_blind";
    case site_alarm::battery_low:
      return "battery_low";
    case site_alarm::replace_battery:
      return "replace_battery";
    case site_alarm::overload:
      return "overload";
    case site_alarm::unprotected:
      return "unprotected";
    case site_alarm::order_broken:
      return "order_broken";
    case site_alarm::host_gone:
      return "host_gone";
    case site_alarm::host_not_back:
      return "host_not_back";
    case site_alarm::host_cannot_start:
      return "host_cannot_start";
    case site_alarm::host_silent:
      return "host_silent";
    case site_alarm::outlet_unconfirmed:
      return "outlet_unconfirmed";
    case site_alarm::charge_unknown:
      return "charge_unknown";
    case site_alarm::redundancy_lost:
      return "redundancy_lost";
    case site_alarm::load_step:
      return "load_step";
    case site_alarm::on_generator:
      return "on_generator";
    case site_alarm::start_postponed:
      return "start_postponed";
    case site_alarm::condition_unknown:
      return "condition_unknown";
    case site_alarm::output_ending:
      return "output_ending";
    case site_alarm::policy_differs:
      return "policy_differs";
    case site_alarm::evidence_unkept:
      return "evidence_unkept";
    case site_alarm::redundancy_unknown:
      return "redundancy_unknown";
    case site_alarm::device_unknown:
      return "device_unknown";
    case site_alarm::ups_disputed:
      return "ups_disputed";
    case site_alarm::path_dissents:
      return "path_dissents";
    case site_alarm::path_silent:
      return "path_silent";
  }
  return "unknown";
}

site_machine::site_machine(site about, node_number self, random_id incarnation,
                           random_id seed_for_labels, time_point now)
    : state_(std::make_unique<state>(std::move(about), self, incarnation, seed_for_labels, now)) {}

site_machine::~site_machine() = default;
site_machine::site_machine(site_machine&&) noexcept = default;

site_decision site_machine::step(const site_event& what, time_point now) {
  return state_->step(what, now);
}

void site_machine::look_at_everybody() {
  state_->look_at_everybody();
}

status site_machine::snapshot(time_point now) const {
  return state_->snapshot(now);
}

site_machine::state::state(site about, node_number self, random_id incarnation, random_id seed,
                           time_point now)
    : site_(std::move(about)),
      plan_(make_plan(site_)),
      reach_(find_reach(site_, plan_)),
      self_(self),
      started_(now),
      now_(now),
      upses_(site_.upses.size()),
      hosts_(site_.hosts.size()),
      outlets_(site_.outlets.size()),
      challenges_(incarnation, 2 * site_.votes.time_to_live),
      seed_(seed),
      watched_upses_(site_.upses.size()),
      watched_hosts_(site_.hosts.size()),
      watched_outlets_(site_.outlets.size()) {
  domain_views_.resize(plan_.domains.size());
  sensors_.resize(site_.sensors.size());
  switches_.resize(site_.switches.size());
  wishes_.resize(site_.wishes.size());
  for (const auto& stage : site_.stages) {
    conditions_.push_back(make_condition(stage));
    environmental_.push_back(is_environmental(site_, stage));
  }
  for (const auto& ups : site_.upses) {
    panels_.emplace_back(ups, site_.observing, now);
    trackers_.emplace_back(ups.poll_period, ups.rated_runtime, site_.observing, now);
  }
}

site_decision site_machine::state::step(const site_event& what, time_point now) {
  expects(now >= now_);
  now_ = now;
  out_ = {};
  attend(what);
  std::visit([this](const auto& event) { learn(event); }, what);
  doubt_tests();
  call_concerned();
  look();
  watch_generator();
  judge_conditions();
  follow_incident();
  call_all_on_common_change();
  find_due_stages();
  decide_hosts();
  decide_outlets();
  restore();
  cast_votes();
  tell_peers_now_and_then();
  report_changes();
  report_alarms();
  each_ups([this](ups_index i) {
    if (const auto at = trackers_[i].next_change(now_)) reached(*at);
  });
  settle_down();
  expects(!out_.wake_at || *out_.wake_at > now_);
  return std::exchange(out_, {});
}

bool site_machine::state::reached(time_point at) {
  if (at <= now_) return true;
  out_.wake_at = earliest(out_.wake_at, at);
  if (noting_.list != nullptr) noting_.list->note(noting_.index, at);
  return false;
}

host_phase site_machine::state::phase(const host_memory& memory, const host_config& host) const {
  return memory.record.phase(host.shutdown_time, site_.votes.able_within, now_);
}

status site_machine::state::snapshot(time_point now) const {
  status seen;
  seen.site = site_.name;
  seen.lab = site_.lab;
  seen.node = self_;
  seen.incident = incident_;
  seen.called_off = called_off_;
  seen.incident_id = incident_id_;
  seen.policy_revision = site_.revision;
  for (ups_index i = 0; i < trackers_.size(); ++i) {
    const auto& tracker = trackers_[i];
    seen.upses.push_back(
        {site_.upses[i].name, tracker.state(), tracker.fresh(now), tracker.unknown_for(now),
         tracker.age(now), tracker.confirmed_on_battery(), tracker.left(now),
         tracker.charge_percent(), tracker.last().load_percent, tracker.last().battery_low,
         tracker.test().open(), tracker.test().rests_for(now)});
  }
  for (host_index i = 0; i < hosts_.size(); ++i) {
    const auto& host = hosts_[i];
    host_status row{site_.hosts[i].name, host.said_phase, host.level, host.why, {}, {}, {}, {}};
    if (const auto at = host.record.last_heard()) row.heard_ago = now - *at;
    row.acts_in = host.record.acts_in(now);
    row.left = host.view.left;
    if (host.held_until && *host.held_until > now) row.held_for = *host.held_until - now;
    seen.hosts.push_back(std::move(row));
  }
  // What the unit said before it fell silent still counts for decisions, but is nothing to show.
  for (outlet_index i = 0; i < outlets_.size(); ++i) {
    const auto& outlet = outlets_[i];
    const auto& unit = site_.units[site_.outlets[i].unit];
    const auto limit =
        std::max(site_.observing.blind_floor, site_.observing.blind_periods * unit.poll_period);
    const bool in_sight = outlet.read_at && now - *outlet.read_at <= limit
                          && attended(device_kind::outlet_unit, site_.outlets[i].unit);
    seen.outlets.push_back({site_.outlets[i].name,
                            in_sight ? outlet.state : power::outlet_state::unknown, outlet.wish,
                            outlet.why});
  }
  for (const auto& [key, text] : raised_)
    seen.alarms.push_back(std::string{to_string(key.first)} + " " + key.second + ": " + text);
  return seen;
}

}  // namespace holdover::policy
