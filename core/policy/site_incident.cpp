// The incident as this node sees it: when one begins, what it has come to, and when it is over. A
// label for people and a gate for restoring; no level of a host depends on it.

#include "core/policy/site_state.hpp"

#include <algorithm>

namespace holdover::policy {

void site_machine::state::follow_incident() {
  bool fails = false, on_battery = false;
  bool stopped = false, switched = false;
  each_ups([&](ups_index i) {
    if (!trackers_[i].fresh_failing(now_)) return;
    fails = true;
    on_battery = on_battery || trackers_[i].fresh_on_battery(now_);
    upses_[i].involved = true;
  });
  each_host([&](host_index i) { stopped = stopped || hosts_[i].stopped; });
  each_outlet([&](outlet_index i) { switched = switched || outlets_[i].ours; });
  const std::string_view what_fails = on_battery ? "on battery" : "an output is about to be cut";
  switch (incident_) {
    case incident_state::calm:
      if (stopped)
        move_incident(incident_state::committed, "a host has committed");
      else if (fails)
        move_incident(incident_state::open, std::string{what_fails});
      else if (anything_acts())
        move_incident(incident_state::open, acting_stages());
      return;
    case incident_state::open:
      if (stopped)
        move_incident(incident_state::committed, "a host has committed");
      else if (anything_acts())
        return;
      else if (mains_back() && switched)
        move_incident(incident_state::restoring, what_is_back());
      else if (!fails && (called_off_ || mains_back()) && episodes_over())
        move_incident(incident_state::calm, power_failed() ? "mains stays" : what_is_back());
      else if (called_off_ ? fails : mains_back())
        call_off(!called_off_, what_fails);
      return;
    case incident_state::committed:
      if (mains_back() && (anything_to_restore() || (!stopped && !switched)))
        move_incident(incident_state::restoring, what_is_back());
      return;
    case incident_state::restoring:
      if (fails)
        move_incident(stopped ? incident_state::committed : incident_state::open,
                      std::string{what_fails} + " again");
      else if (!stopped && !switched && episodes_over())
        move_incident(incident_state::calm, what_came_up());
      else if ((stopped || switched) && !anything_to_restore())
        move_incident(stopped ? incident_state::committed : incident_state::open,
                      "kept down: " + acting_stages());
      return;
  }
}

// Nothing was stopped and mains is back: the votes have fallen by themselves. Only the label waits
// for the episode to end, so that mains that flap are one incident to people.
void site_machine::state::call_off(bool off, std::string_view what_fails) {
  called_off_ = off;
  emit(incident_changed{incident_id_, incident_, incident_,
                        off ? "mains is back: called off" : std::string{what_fails} + " again"});
}

// X13: no UPS that carries again has been back for less than an episode's end. One that is out of
// sight keeps nothing open.
bool site_machine::state::episodes_over() const {
  return std::none_of(trackers_.begin(), trackers_.end(), [this](const power::ups_tracker& ups) {
    const auto seen = ups.fresh(now_);
    const bool in_sight = seen == power::freshness::fresh || seen == power::freshness::stale;
    return in_sight && power::carries(ups.state()) && ups.episode_open();
  });
}

bool site_machine::state::power_failed() const {
  return std::any_of(upses_.begin(), upses_.end(),
                     [](const ups_memory& ups) { return ups.involved; });
}

std::string site_machine::state::what_is_back() const {
  return power_failed() ? "mains is back" : "no stage acts any more";
}

std::string site_machine::state::what_came_up() const {
  std::string missing;
  for (host_index i = 0; i < hosts_.size(); ++i)
    if (hosts_[i].given_up) missing += (missing.empty() ? "" : ", ") + site_.hosts[i].name;
  return missing.empty() ? "everything that was stopped is up again" : "not back: " + missing;
}

// What a condition keeps down is not for now.
bool site_machine::state::anything_to_restore() const {
  for (host_index i = 0; i < hosts_.size(); ++i)
    if (hosts_[i].stopped && !held_down(i)) return true;
  for (outlet_index i = 0; i < outlets_.size(); ++i) {
    const auto& feeds = site_.outlets[i].feeds;
    const bool goes_with_host =
        std::any_of(feeds.begin(), feeds.end(), [&](host_index h) { return hosts_[h].stopped; });
    if (outlets_[i].ours && !held_off(i) && !goes_with_host) return true;
  }
  return false;
}

// A UPS that died in the outage must not keep the others' hosts down for ever: it is enough that
// one is back and none is known to be still on battery. Each host has a gate of its own for its
// supplies.
bool site_machine::state::mains_back() const {
  const bool any_involved =
      std::any_of(upses_.begin(), upses_.end(), [](const ups_memory& ups) { return ups.involved; });
  bool some_back = trackers_.empty();
  for (ups_index i = 0; i < trackers_.size(); ++i) {
    if (any_involved && !upses_[i].involved) continue;
    const auto& ups = trackers_[i];
    const auto seen = ups.fresh(now_);
    const bool in_sight = seen == power::freshness::fresh || seen == power::freshness::stale;
    if (in_sight && (ups.state() == power::belief::on_battery || ups.ending())) return false;
    some_back = some_back || ups.fresh_online(now_);
  }
  return some_back;
}

// The label is for people only (S1): ours is derived from a random seed and a counter.
void site_machine::state::move_incident(incident_state to, std::string why) {
  if (incident_ == incident_state::calm) {
    incident_since_ = now_;
    if (!incident_id_) {
      incident_id_ = seed_;
      ++incidents_;
      for (std::size_t i = 0; i < sizeof incidents_; ++i)
        incident_id_.bytes[i] ^= static_cast<std::uint8_t>(incidents_ >> (8 * i));
    }
  }
  emit(incident_changed{incident_id_, incident_, to, std::move(why)});
  incident_ = to;
  called_off_ = false;
  if (to != incident_state::calm) return;
  incident_id_ = {};
  incident_since_.reset();
  last_start_.reset();
  for (auto& ups : upses_)
    ups.involved = false;
}

}  // namespace holdover::policy
