// A changed site file in the middle of life. See site_machine::adopt.
//
// Names are what both files have in common; indexes are not. Whatever is known of a name goes over
// as it is: the stopwatch of a UPS, the record of a host, the state of an outlet, the incident, our
// challenges and sequence numbers, so that no receiver notices but by the votes themselves.
//
// A level, once reached, is kept (X1), and a changed rule must still be able to lower it: that is
// why somebody edits a file in an outage. So a host that the new file treats otherwise, by its plan
// in words, is set back to WARN and judged again in the next step, before anything is said. It is
// so only on a fresh view; on a stale one the level stays until something is seen.

#include "core/policy/difference.hpp"
#include "core/policy/site_state.hpp"

#include <algorithm>

namespace holdover::policy {

namespace {

template <class Things>
std::map<std::string, std::uint32_t> positions(const Things& things) {
  std::map<std::string, std::uint32_t> out;
  for (std::uint32_t i = 0; i < things.size(); ++i)
    out.emplace(things[i].name, i);
  return out;
}

/// The same stage in the new file, or nothing.
std::optional<stage_index> same_stage(std::optional<stage_index> old_stage, const site& old_site,
                                      const site& new_site) {
  if (!old_stage) return std::nullopt;
  for (stage_index i = 0; i < new_site.stages.size(); ++i)
    if (new_site.stages[i].name == old_site.stages[*old_stage].name) return i;
  return std::nullopt;
}

}  // namespace

void site_machine::adopt(site changed, time_point now) {
  state_ = state_->successor(std::move(changed), now);
}

std::unique_ptr<site_machine::state> site_machine::state::successor(site changed, time_point now) {
  auto next = std::make_unique<state>(std::move(changed), self_, challenges_.nonce(), seed_, now);
  next->inherit(*this);
  return next;
}

void site_machine::state::inherit(state& old) {
  started_ = old.started_;
  challenges_ = std::move(old.challenges_);
  challenges_.remember(2 * site_.votes.time_to_live);
  incident_ = old.incident_;
  called_off_ = old.called_off_;
  incident_id_ = old.incident_id_;
  incidents_ = old.incidents_;
  incident_since_ = old.incident_since_;
  last_start_ = old.last_start_;
  charge_unknown_ = old.charge_unknown_;
  peers_ = std::move(old.peers_);
  for (auto& [number, peer] : peers_)
    compare_policy(peer);
  expected_ = std::move(old.expected_);
  raised_ = std::move(old.raised_);
  const auto units = positions(site_.units);
  for (auto& [key, lives] : old.executors_)
    if (const auto found = units.find(old.site_.units[key.first].name); found != units.end())
      executors_[{found->second, key.second}] = std::move(lives);
  inherit_facts(old);
  inherit_conditions(old);
  inherit_upses(old);
  inherit_hosts(old);
  inherit_outlets(old);
}

void site_machine::state::inherit_facts(state& old) {
  const auto sensors = positions(old.site_.sensors);
  for (sensor_index i = 0; i < site_.sensors.size(); ++i)
    if (const auto found = sensors.find(site_.sensors[i].name); found != sensors.end())
      sensors_[i] = old.sensors_[found->second];
  inherit_unattended(old);
  const auto switches = positions(old.site_.switches);
  for (switch_index i = 0; i < site_.switches.size(); ++i)
    if (const auto found = switches.find(site_.switches[i].name); found != switches.end())
      switches_[i] = std::move(old.switches_[found->second]);
  const auto wishes = positions(old.site_.wishes);
  for (wish_index i = 0; i < site_.wishes.size(); ++i)
    if (const auto found = wishes.find(site_.wishes[i].name); found != wishes.end())
      wishes_[i] = std::move(old.wishes_[found->second]);
  clock_ = old.clock_;
  if (!site_.generator) return;
  generator_since_ = old.generator_since_;
  generator_seen_at_ = old.generator_seen_at_;
}

// The new file has new actors, and until they hear their devices those are as unknown as before.
void site_machine::state::inherit_unattended(state& old) {
  const auto follow = [&](device_kind kind, const auto& before, const auto& after) {
    const auto found = positions(after);
    for (auto& [device, why] : old.unattended_)
      if (device.first == kind)
        if (const auto now_is = found.find(before[device.second].name); now_is != found.end())
          unattended_[{kind, now_is->second}] = std::move(why);
  };
  follow(device_kind::ups, old.site_.upses, site_.upses);
  follow(device_kind::outlet_unit, old.site_.units, site_.units);
  follow(device_kind::sensor, old.site_.sensors, site_.sensors);
}

// A tree goes on with its holds if it says the same of the same things. Otherwise it begins anew,
// and what it kept down is judged by its first answer.
void site_machine::state::inherit_conditions(state& old) {
  const bool same_things = positions(site_.upses) == positions(old.site_.upses)
                           && positions(site_.units) == positions(old.site_.units)
                           && positions(site_.outlets) == positions(old.site_.outlets)
                           && positions(site_.sensors) == positions(old.site_.sensors)
                           && positions(site_.switches) == positions(old.site_.switches)
                           && site_.wishes == old.site_.wishes
                           && positions(site_.stages) == positions(old.site_.stages);
  const bool same_words = site_.conditions == old.site_.conditions
                          && site_.windows == old.site_.windows
                          && plan_.domains == old.plan_.domains;
  if (!same_things || !same_words) return;
  for (stage_index i = 0; i < conditions_.size(); ++i)
    if (site_.stages[i].condition == old.site_.stages[i].condition)
      conditions_[i] = std::move(old.conditions_[i]);
}

void site_machine::state::inherit_upses(state& old) {
  const auto known = positions(old.site_.upses);
  for (ups_index i = 0; i < site_.upses.size(); ++i) {
    const auto found = known.find(site_.upses[i].name);
    if (found == known.end()) continue;
    trackers_[i] = std::move(old.trackers_[found->second]);
    panels_[i].inherit(old.panels_[found->second]);
    trackers_[i].retune(site_.upses[i].poll_period, site_.upses[i].rated_runtime, site_.observing);
    upses_[i] = std::move(old.upses_[found->second]);
  }
}

void site_machine::state::inherit_hosts(state& old) {
  const auto known = positions(old.site_.hosts);
  const auto before = treatment_of_hosts(old.site_);
  const auto after = treatment_of_hosts(site_);
  for (host_index i = 0; i < site_.hosts.size(); ++i) {
    const auto& name = site_.hosts[i].name;
    const auto found = known.find(name);
    if (found == known.end()) continue;
    hosts_[i] = std::move(old.hosts_[found->second]);
    hosts_[i].due = same_stage(hosts_[i].due, old.site_, site_);
    if (before.at(name) != after.at(name)) judge_afresh(i);
  }
}

void site_machine::state::judge_afresh(host_index index) {
  auto& host = hosts_[index];
  const auto& config = site_.hosts[index];
  const auto view = look_at(config.supplies, config.needed, trackers_, now_);
  if (!view.fresh || host.record.committed_since()) return;
  host.forget_order();
  if (host.level > vote::level::warn) host.level = vote::level::warn;
}

// An outlet is its place, not its name alone: moved to another socket it is another one.
void site_machine::state::inherit_outlets(state& old) {
  const auto known = positions(old.site_.outlets);
  const auto before = treatment_of_outlets(old.site_);
  const auto after = treatment_of_outlets(site_);
  for (outlet_index i = 0; i < site_.outlets.size(); ++i) {
    const auto& config = site_.outlets[i];
    const auto found = known.find(config.name);
    if (found == known.end()) continue;
    const auto& was = old.site_.outlets[found->second];
    if (was.number != config.number
        || old.site_.units[was.unit].name != site_.units[config.unit].name)
      continue;
    outlets_[i] = std::move(old.outlets_[found->second]);
    outlets_[i].due = same_stage(outlets_[i].due, old.site_, site_);
    if (before.at(config.name) != after.at(config.name)) outlets_[i].due.reset();
  }
}

}  // namespace holdover::policy
