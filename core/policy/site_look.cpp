// From facts to a view of each host's power, and what may be presumed of a supply that is silent.

#include "core/policy/site_state.hpp"

#include <algorithm>

namespace holdover::policy {

namespace {

// A UPS that lost its output is not back, with its card answering, sooner than this.
constexpr duration shortest_failure = 5s;

}  // namespace

// X7: a test is an explanation only while nothing else fails, and while those who run on the supply
// could wait for the end of the window and still go down in time if it turned out to be none.
void site_machine::state::doubt_tests() {
  if (!tests_expected_) return;
  watch_all();  // Half a minute of looking at everybody is easier to be sure of.
  for (auto& tracker : trackers_)
    tracker.advance(now_);
  std::vector<ups_index> doubted;  // First all are asked: two tests must not explain each other.
  for (ups_index i = 0; i < trackers_.size(); ++i)
    if (trackers_[i].testing() && (fails_elsewhere(i) || !can_wait_for_end_of_test(i)))
      doubted.push_back(i);
  for (const auto index : doubted)
    trackers_[index].doubt_test();
  tests_expected_ =
      std::any_of(trackers_.begin(), trackers_.end(),
                  [](const power::ups_tracker& tracker) { return tracker.test().open(); });
}

bool site_machine::state::fails_elsewhere(ups_index tested) const {
  for (ups_index i = 0; i < trackers_.size(); ++i) {
    if (i == tested) continue;
    const auto& ups = trackers_[i];
    const bool on_battery = ups.last().state == power::belief::on_battery || ups.ending();
    if (ups.fresh(now_) == power::freshness::fresh && on_battery) return true;
    const auto limit = fresh_limit(site_.upses[i].poll_period);
    for (const auto& [number, peer] : upses_[i].peers)
      if (peer.what.state == power::belief::on_battery && now_ - peer.taken <= limit) return true;
  }
  return false;
}

bool site_machine::state::can_wait_for_end_of_test(ups_index tested) const {
  const auto& tracker = trackers_[tested];
  const auto& runtime = tracker.last().runtime_left;
  if (!runtime) return true;
  const auto wait = *tracker.test().until() - now_;
  for (host_index i = 0; i < site_.hosts.size(); ++i)
    for (const auto& supply : site_.hosts[i].supplies)
      if (supply.ups == tested
          && *runtime <= latest_safe_start(site_.hosts[i], plan_.hosts[i], site_.observing) + wait)
        return false;
  return true;
}

void site_machine::state::look() {
  each_ups([this](ups_index i) {
    const auto seen = trackers_[i].fresh(now_);
    const bool silent = seen == power::freshness::blind || seen == power::freshness::never;
    auto& since = upses_[i].blind_since;
    if (!silent)
      since.reset();
    else if (!since)
      since = now_;
    if (may_have_failed_since(i)) upses_[i].in_doubt_at = now_;
  });
  const auto look_at_domain = [this](domain_index i) {
    domain_views_[i] = look_at(plan_.domains[i].supplies, plan_.domains[i].needed, trackers_, now_);
  };
  if (watched_upses_.watches_all())
    for (domain_index i = 0; i < domain_views_.size(); ++i)
      look_at_domain(i);
  else
    each_ups([&](ups_index i) {
      for (const auto domain : reach_.domains_of_ups[i])
        look_at_domain(domain);
    });
  each_host([this](host_index i) {
    look_at_host(i);
    doubt_the_dead(i);
  });
}

void site_machine::state::look_at_host(host_index index) {
  auto& host = hosts_[index];
  const auto& config = site_.hosts[index];
  host.view = look_at(
      config.supplies, config.needed, trackers_, now_,
      [&](ups_index ups) { return presumed_left(ups, host); }, config.holds_in_dispute);
}

/// Since when a UPS may have failed without our seeing it; absent if it is known to have output.
std::optional<time_point> site_machine::state::may_have_failed_since(ups_index index) const {
  if (index == no_ups) return std::nullopt;  // Nobody could know.
  const auto& ups = trackers_[index];
  const auto seen = ups.fresh(now_);
  if (seen == power::freshness::never || ups.state() == power::belief::off || ups.last().output_off)
    return started_;
  const auto left = ups.left(now_);
  const bool fails = ups.state() == power::belief::on_battery || ups.ending();
  const bool ended = fails && left && *left <= duration::zero();
  if (seen == power::freshness::blind || (seen == power::freshness::stale && ended))
    return now_ - *ups.age(now_);
  return std::nullopt;
}

// X9: a UPS that ran empty takes its card with it, so silence after "on battery" most likely means
// what it looks like. But mains may have returned to it unseen: any peer that sees it carry ends
// the presumption, and so does a host that has come up since it was last seen, for that proves
// power.
std::optional<duration> site_machine::state::presumed_left(ups_index index,
                                                           const host_memory& host) const {
  const auto& ups = trackers_[index];
  const auto rule = site_.observing.silent_supply;
  const auto seen = ups.fresh(now_);
  const bool never =
      seen == power::freshness::never && now_ - started_ > site_.observing.blind_floor;
  if (rule == silent_supply_rule::ignore || (seen != power::freshness::blind && !never))
    return std::nullopt;
  if (const auto age = ups.age(now_); age && host.life_since && now_ - *age < *host.life_since)
    return std::nullopt;
  if (peer_sees_it_carry(index)) return std::nullopt;
  // Last seen carrying, or never: nothing tells how long it would last if mains failed there too.
  const bool fails = ups.state() == power::belief::on_battery || ups.ending();
  if (rule == silent_supply_rule::as_lost || !fails) return duration::zero();
  return ups.last_known_left(now_).value_or(duration::zero());
}

bool site_machine::state::peer_sees_it_carry(ups_index index) const {
  const auto& peers = upses_[index].peers;
  return std::any_of(peers.begin(), peers.end(), [&](const auto& entry) {
    const auto& peer = entry.second;
    return power::carries(peer.what.state) && now_ - peer.taken <= site_.votes.able_within;
  });
}

// A node that stood still finds everything blind; a card that lives answers it within a few polls.
bool site_machine::state::silence_is_sure(const host_config& host) {
  return std::all_of(host.supplies.begin(), host.supplies.end(), [&](const supply_config& supply) {
    if (supply.ups == no_ups) return true;
    const auto& since = upses_[supply.ups].blind_since;
    const auto patience = fresh_limit(site_.upses[supply.ups].poll_period);
    return !since || reached(*since + patience);
  });
}

// Whether at any moment since its last word fewer supplies than it needs were known to carry. Those
// that may have failed count together if the doubts in them overlap; so does a lead that is not
// known to be switched on.
bool site_machine::state::power_may_have_gone(host_index index) const {
  const auto& config = site_.hosts[index];
  const auto down = *hosts_[index].record.down_since();
  std::optional<time_point> earliest_doubt;
  for (const auto& supply : config.supplies) {
    const auto since = may_have_failed_since(supply.ups);
    if (since && now_ >= std::max(down, *since) + shortest_failure)
      earliest_doubt = earliest(earliest_doubt, std::max(down, *since));
  }
  if (!earliest_doubt) return false;
  const auto doubtful = static_cast<std::size_t>(
      std::count_if(config.supplies.begin(), config.supplies.end(), [&](const supply_config& s) {
        if (s.outlet && outlets_[*s.outlet].state != power::outlet_state::on) return true;
        return s.ups != no_ups && upses_[s.ups].in_doubt_at
               && *upses_[s.ups].in_doubt_at >= *earliest_doubt;
      }));
  return doubtful + config.needed > config.supplies.size();
}

// A host that is down comes up by itself if its power went away and returned. So its last word
// stops counting while that may be, and afterwards until its outlets have been read: off, then it
// is still down; on, then it is booting.
void site_machine::state::doubt_the_dead(host_index index) {
  auto& host = hosts_[index];
  const auto& config = site_.hosts[index];
  if (!host.record.down_since()) {
    host.doubt_at.reset();
    return;
  }
  for (const auto& supply : config.supplies) {
    const auto since = may_have_failed_since(supply.ups);
    if (since) reached(std::max(*host.record.down_since(), *since) + shortest_failure);
  }
  if (power_may_have_gone(index)) host.doubt_at = now_;
  if (!host.doubt_at || *host.doubt_at == now_) return;
  bool powered = false;
  for (const auto& supply : config.supplies) {
    if (!supply.outlet) {
      powered = true;
      continue;
    }
    const auto& outlet = outlets_[*supply.outlet];
    if (!outlet.read_at || *outlet.read_at <= *host.doubt_at) return;
    powered = powered || outlet.state == power::outlet_state::on;
  }
  host.doubt_at.reset();
  if (powered) host.record.powered(now_);
}

}  // namespace holdover::policy
