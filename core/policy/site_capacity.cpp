// What may be up at the same time: a generator carries less than mains, an outlet unit what its
// rating says. And for how long a generator that is taking over holds the stages that are due by
// time on battery alone; runtime, charge and the latest safe start are never held.

#include "core/policy/site_state.hpp"

#include <algorithm>

namespace holdover::policy {

bool site_machine::state::generator_seen() const {
  const auto& config = *site_.generator;
  if (config.contact) {
    const auto& contact = sensors_[*config.contact];
    const auto limit = fresh_limit(site_.sensors[*config.contact].poll_period);
    if (contact.taken && now_ - *contact.taken <= limit && contact.number > 0.5
        && attended(device_kind::sensor, *config.contact))
      return true;
  }
  return config.ups_says
         && std::any_of(trackers_.begin(), trackers_.end(), [&](const power::ups_tracker& ups) {
              return ups.fresh(now_) == power::freshness::fresh && ups.last().on_generator;
            });
}

// A contact that bounces, or a generator that stalls and starts again, is one run: it must not
// begin the bounded time anew for ever.
void site_machine::state::watch_generator() {
  generator_holds_ = false;
  if (!site_.generator) return;
  if (generator_seen()) {
    if (!generator_since_) generator_since_ = now_;
    generator_seen_at_ = now_;
  } else if (generator_since_ && reached(*generator_seen_at_ + site_.observing.episode_end)) {
    generator_since_.reset();
  }
  generator_holds_ = generator_since_ && !reached(*generator_since_ + site_.generator->hold);
}

/// By what was declared: hosts that are up or coming up, and what else is switched on.
double site_machine::state::watts_up() const {
  double watts = 0;
  for (host_index i = 0; i < hosts_.size(); ++i)
    if (!hosts_[i].stopped || hosts_[i].start_wished) watts += site_.hosts[i].load_watts;
  for (outlet_index i = 0; i < outlets_.size(); ++i)
    if (outlets_[i].state != power::outlet_state::off || outlets_[i].wish == vote::outlet_wish::on)
      watts += site_.outlets[i].load_watts;
  return watts;
}

// With what is measured where that is more than what was declared: somebody may have plugged in a
// stove.
bool site_machine::state::rating_allows(outlet_index index) const {
  const auto& config = site_.outlets[index];
  const auto own = declared_watts(site_, index);
  if (const auto limit = outlet_limit_watts(site_, index); limit && own > *limit) return false;
  const auto limit = unit_limit_watts(site_, config.unit);
  if (!limit) return true;
  auto watts = own;
  for (outlet_index i = 0; i < outlets_.size(); ++i) {
    if (i == index || site_.outlets[i].unit != config.unit) continue;
    const auto& other = outlets_[i];
    if (other.state == power::outlet_state::off && other.wish != vote::outlet_wish::on) continue;
    watts += std::max(declared_watts(site_, i), other.load_watts.value_or(0));
  }
  return watts <= *limit;
}

std::string_view site_machine::state::postponement(const std::vector<outlet_index>& outlets,
                                                   double watts) const {
  if (generator_since_ && site_.generator->capacity_watts
      && watts_up() + watts > *site_.generator->capacity_watts)
    return "the generator would carry more than its capacity: it waits for mains, or for less load";
  if (!std::all_of(outlets.begin(), outlets.end(),
                   [&](outlet_index index) { return rating_allows(index); }))
    return "its outlet or unit would carry more than its rating: it waits for less load";
  return {};
}

}  // namespace holdover::policy
