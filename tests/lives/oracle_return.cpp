// What may be started, and when.

#include "tests/lives/oracle.hpp"
#include "tests/lives/player.hpp"

#include <algorithm>
#include <utility>

namespace holdover::lives {

namespace {

constexpr ms beat = 1000;
constexpr ms carried_out = 15'000;  // A wish that was right when it was said lives so long.
constexpr ms told_apart = 2'000;
constexpr ms one_start = 120'000;  // What is switched for one host within this is one start.

}  // namespace

bool oracle::gate_may_be_open(const player& at, const std::vector<supply_config>& supplies,
                              std::uint32_t needed, ms reserve) const {
  std::uint32_t good = 0;
  for (const auto& supply : supplies) {
    if (supply.ups == no_ups) {
      ++good;
      continue;
    }
    const auto& ups = at.is().ups(supply.ups);
    // Wished before mains failed, or flickered.
    if (!ups.mains && at.now() - ups.failed_at > carried_out) continue;
    const bool moment = !ups.mains || ups.returned_at - ups.failed_at <= carried_out;
    const bool held =
        ups.returned_at == 0
        || at.now() - ups.returned_at >= site_.restore.mains_stable.count() - told_apart;
    const bool charged = 100 * ups.charge >= site_.restore.charge_minimum_percent - 1;
    const auto said =
        static_cast<double>(at.is().left(supply.ups)) * (1 + of_.batteries[supply.ups].error);
    const bool lasts = said >= static_cast<double>(reserve) * 0.9 - 2000;
    if (moment || (held && charged && lasts)) ++good;
  }
  return good >= needed;
}

void oracle::judge_switching_on(const player& at, outlet_index index) {
  const auto& config = site_.outlets[index];
  const auto& notes = outlets_[index];
  if (at.now() - notes.off_since < config.minimum_off.count() - told_apart)
    breaks(at, "gate", config.name + " was off for too short");
  if (const auto feed = site_.units[config.unit].feed; feed && config.feeds.empty())
    if (!gate_may_be_open(at, {{*feed, {}}}, 1, 0))
      breaks(at, "gate", config.name + " is switched on before its feed is fit for it");
  if (config.feeds.empty()) judge_capacity(at, config.load_watts, config.name);
  const auto limit = unit_limit_watts(site_, config.unit);
  if (!limit) return;
  auto watts = declared_watts(site_, index);
  for (outlet_index i = 0; i < outlets_.size(); ++i) {
    if (i == index || site_.outlets[i].unit != config.unit || !at.is().outlet_on(i)) continue;
    const bool known = at.now() - at.is().watts_moved_at(i) > carried_out
                       && at.now() - outlets_[i].on_since > carried_out;
    watts += std::max(declared_watts(site_, i), known ? at.is().outlet_watts(i).value_or(0) : 0);
  }
  if (watts > *limit + 1) breaks(at, "gate", config.name + " is switched on beyond the rating");
}

// Power that comes back by itself asks nobody.
void oracle::judge_start(const player& at, host_index index, bool by_power) {
  const auto& config = site_.hosts[index];
  const bool by_outlet =
      std::any_of(config.supplies.begin(), config.supplies.end(), [&](const supply_config& supply) {
        return supply.outlet && outlets_[*supply.outlet].on_since == at.now();
      });
  if (by_power && !by_outlet) return;
  const auto reserve = config.boot_time + config.shutdown_time + site_.observing.runtime_margin;
  if (!gate_may_be_open(at, config.supplies, config.needed, reserve.count()))
    breaks(at, "gate", config.name + " is started before its supplies are fit for it");
  judge_capacity(at, config.load_watts, config.name);
}

void oracle::judge_capacity(const player& at, double more, const std::string& name) {
  if (!site_.generator || !site_.generator->capacity_watts) return;
  if (generator_on_since_ < 0 || at.now() - generator_on_since_ < carried_out) return;
  auto watts = more;
  for (host_index i = 0; i < hosts_.size(); ++i)
    if (at.host(i).is == host_is::up && at.now() - hosts_[i].up_since > carried_out)
      watts += site_.hosts[i].load_watts;
  for (outlet_index i = 0; i < outlets_.size(); ++i)
    if (at.is().outlet_on(i) && at.now() - outlets_[i].on_since > carried_out)
      watts += site_.outlets[i].load_watts;
  if (watts > *site_.generator->capacity_watts + 1)
    breaks(at, "gate", name + " is started beyond what the generator carries");
}

void oracle::note_wishes(const player& at) {
  if (at.wants().incident == policy::incident_state::calm) started_at_ = -1'000'000;
  if (site_.generator) {
    const bool runs = at.is().sensor(*site_.generator->contact).value > 0.5;
    if (runs != (generator_on_since_ >= 0)) generator_moved_at_ = at.now();
    if (runs && generator_on_since_ < 0) generator_on_since_ = at.now();
    if (!runs) generator_on_since_ = -1;
  }
  if (at.wants().incident != policy::incident_state::restoring)
    for (auto& notes : hosts_)
      notes.packet_at = -1'000'000;  // The next return of mains begins anew.
  for (outlet_index i = 0; i < outlets_.size(); ++i) {
    const auto& config = site_.outlets[i];
    const auto before = std::exchange(outlets_[i].wish, at.wants().wishes[i]);
    if (at.alarmed(policy::site_alarm::start_postponed, config.name)) note_postponed(i);
    for (const auto host : config.feeds)
      if (at.alarmed(policy::site_alarm::start_postponed, site_.hosts[host].name))
        note_postponed(i);
    if (outlets_[i].wish != vote::outlet_wish::on || before == vote::outlet_wish::on) continue;
    bool goes_on = false;
    for (const auto host : config.feeds) {
      auto& begun = hosts_[host].start_begun_at;
      goes_on = at.now() - begun < one_start;
      if (!goes_on) begun = at.now();
    }
    if (goes_on) continue;
    const auto pause = at.now() - started_at_;
    if (pause > 0 && pause < site_.restore.stagger.count() - beat)
      breaks(at, "gate", config.name + " is switched on too soon after another one");
    started_at_ = at.now();
  }
}

void oracle::note_postponed(outlet_index index) {
  const bool rated = unit_limit_watts(site_, site_.outlets[index].unit).has_value();
  seen_.note(generator_on_since_ >= 0 ? sometimes::waited_for_capacity
             : rated                  ? sometimes::waited_for_rating
                                      : sometimes::waited_for_capacity);
}

}  // namespace holdover::lives
