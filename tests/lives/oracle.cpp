#include "tests/lives/oracle.hpp"

#include "tests/lives/player.hpp"

#include <algorithm>

namespace holdover::lives {

namespace {

// From a fact to a commit: polls, two looks, a vote that lives, the hold of a host.
constexpr ms reaction = 25'000;
// A node that is blind presumes what it cannot see (X9).
constexpr ms blindness = 45'000;
constexpr ms order_settles = 12'000;
constexpr ms minds_settle = 20'000;
constexpr ms a_few_polls = 3'000;
constexpr ms slack_of_charge = 25'000;
constexpr ms due_within = 45'000;
constexpr ms between_packets = 10'000;

/// Whether all that differs may be that one of them has a host wait for its turn.
bool only_the_order_differs(const site& about, const wanted& a, const wanted& b) {
  for (host_index i = 0; i < a.levels.size(); ++i)
    if (a.levels[i] != b.levels[i]
        && (std::min(a.levels[i], b.levels[i]) != vote::level::warn || before_it(about, i).empty()))
      return false;
  return a.wishes == b.wishes;
}

ms longest_timeout(const site& about) {
  ms longest = 0;
  for (const auto& stage : about.stages)
    longest = std::max<ms>(longest, stage.timeout.count());
  return longest;
}

bool runs(host_is is) {
  return is == host_is::up || is == host_is::armed || is == host_is::stopping;
}

}  // namespace

oracle::oracle(const life& of, coverage& seen)
    : of_(of),
      site_(of.about),
      seen_(seen),
      batteries_(of),
      bounds_(of.about.stages.size()),
      hosts_see_(of.about.stages.size()),
      feeds_see_(of.about.stages.size()),
      hosts_(of.about.hosts.size()),
      outlets_(of.about.outlets.size()) {
  for (stage_index i = 0; i < site_.stages.size(); ++i) {
    environmental_.push_back(is_environmental(site_, site_.stages[i]));
    if (!site_.stages[i].condition) continue;
    bounds_[i].emplace(of, i);
    if (environmental_[i]) continue;
    ms latest_safe = 0;
    for (const auto host : site_.stages[i].hosts)
      latest_safe = std::max(latest_safe, needs(site_, host));
    for (const auto& host : site_.hosts)
      hosts_see_[i].emplace_back(of, i, perspective{host.supplies, host.needed, latest_safe});
    for (ups_index ups = 0; ups < site_.upses.size(); ++ups)
      feeds_see_[i].emplace_back(of, i, perspective{{{ups, {}}}, 1, latest_safe});
  }
}

void oracle::breaks(const player& at, const std::string& rule, const std::string& text) {
  if (broken()) return;
  violation_ = rule + " at " + std::to_string(at.now() / 1000) + " s: " + text;
}

// ---- Each beat ---------------------------------------------------------------------------------

void oracle::look(const player& at) {
  batteries_.look(at.is(), at.now());
  for (auto& bounds : bounds_)
    if (bounds) bounds->look(at.is(), batteries_, at.now());
  for (auto* of_stages : {&hosts_see_, &feeds_see_})
    for (auto& of_stage : *of_stages)
      for (auto& bounds : of_stage)
        bounds.look(at.is(), batteries_, at.now());
  note_hosts(at);
  note_what_may_be_due(at);
  note_levels(at);
  note_wishes(at);
  if (at.two_minds()) compare_minds(at);
  what_is_due(at);
  if (site_.generator && at.alarmed(policy::site_alarm::on_generator, site_.name))
    seen_.note(sometimes::generator_held);
  for (ups_index i = 0; i < site_.upses.size(); ++i)
    if (at.is().ups(i).silent && !at.is().ups(i).mains)
      seen_.note(sometimes::silent_card_on_battery);
  for (sensor_index i = 0; i < site_.sensors.size(); ++i)
    if (at.is().sensor(i).silent && at.is().sensor(i).value > 40)
      seen_.note(sometimes::sensor_silent_while_hot);
}

void oracle::note_hosts(const player& at) {
  for (host_index i = 0; i < hosts_.size(); ++i) {
    auto& notes = hosts_[i];
    const bool threatened = !at.is().on_mains(i);
    if (threatened != notes.threatened) {
      (threatened ? notes.threatened_since : notes.fine_since) = at.now();
      if (threatened) ++notes.causes;
    }
    notes.threatened = threatened;
    if (threatened) notes.last_threat = at.now();
    if (!threatened && at.now() - notes.last_threat > reaction)
      notes.troubled_since = -1;
    else if (threatened && notes.troubled_since < 0)
      notes.troubled_since = at.now();
    const auto level = at.wants().levels[i];
    if (level < vote::level::shutdown)
      notes.ordered_at.reset();
    else if (!notes.ordered_at)
      notes.ordered_at = at.now();
    if (at.host(i).is != host_is::up) notes.up_since = at.now();
    if (at.host(i).hung && at.host(i).is == host_is::off) seen_.note(sometimes::forced_off);
    if (at.host(i).is == host_is::armed && level <= vote::level::warn)
      seen_.note(sometimes::cancelled_while_armed);
    if (at.wants().reasons[i] == vote::reason::stage_order) {
      seen_.note(sometimes::stage_order);
      if (site_.nodes[0].host == i) seen_.note(sometimes::node_waited_for_all);
      if (!site_.hosts[i].depends_on.empty() || !before_it(site_, i).empty())
        seen_.note(sometimes::waited_for_dependents);
    }
    if (threatened && at.wants().incident == policy::incident_state::restoring)
      seen_.note(sometimes::second_outage_while_restoring);
    if (at.alarmed(policy::site_alarm::order_broken, site_.hosts[i].name))
      seen_.note(sometimes::order_broken);
  }
}

void oracle::compare_minds(const player& at) {
  seen_.note(sometimes::minds_compared);
  const auto& a = at.wants(0);
  const auto& b = at.wants(1);
  // One that is on may be wished on for longer by the mind that began its start.
  bool alike = a.levels == b.levels;
  for (outlet_index i = 0; i < a.wishes.size(); ++i) {
    const auto off = vote::outlet_wish::off;
    const bool stays_on = at.is().outlet_on(i) && a.wishes[i] != off && b.wishes[i] != off;
    alike = alike && (a.wishes[i] == b.wishes[i] || stays_on);
  }
  if (alike) {
    differs_since_.reset();
    return;
  }
  seen_.note(sometimes::minds_differed_for_a_moment);
  if (!differs_since_) {
    differs_since_ = at.now();
    generator_between_ = at.now() - generator_moved_at_ <= a_few_polls;
  }
  if (at.now() - *differs_since_ < minds_settle) return;
  // Where one mind has just called off a start that the other had not come to begin, its host
  // counts as up for it: those that go after it wait for as long as its stage gives it, and no
  // longer.
  if (generator_came_between(a, b)) {
    differs_since_ = at.now();
    return;
  }
  const bool waits = only_the_order_differs(site_, a, b);
  if (waits && at.now() - *differs_since_ < minds_settle + longest_timeout(site_)) return;
  std::string what;
  for (host_index i = 0; i < a.levels.size(); ++i)
    if (a.levels[i] != b.levels[i])
      what += ' ' + site_.hosts[i].name + " " + std::string{to_string(a.levels[i])} + " or "
              + std::string{to_string(b.levels[i])};
  for (outlet_index i = 0; i < a.wishes.size(); ++i)
    if (a.wishes[i] != b.wishes[i])
      what += ' ' + site_.outlets[i].name + " " + std::string{to_string(a.wishes[i])} + " or "
              + std::string{to_string(b.wishes[i])};
  breaks(at, "same", "the same facts in another order lead to other wishes:" + what);
}

// A time on battery that is reached in the very second in which a generator comes: who hears the
// battery first gives an order and keeps it for as long as mains are away, the other one waits.
bool oracle::generator_came_between(const wanted& a, const wanted& b) const {
  if (!generator_between_ || a.wishes != b.wishes) return false;
  for (host_index i = 0; i < hosts_.size(); ++i)
    if (a.levels[i] != b.levels[i] && hosts_[i].troubled_since < 0) return false;
  return true;
}

// What must be true is done, where nothing else has a say.
void oracle::what_is_due(const player& at) {
  for (stage_index s = 0; s < site_.stages.size(); ++s) {
    if (!environmental_[s] || !bounds_[s]) continue;
    const auto since = bounds_[s]->surely_since();
    if (!since || at.now() - *since < due_within) continue;
    for (const auto outlet : site_.stages[s].shed) {
      const auto unit = site_.outlets[outlet].unit;
      const auto feed = site_.units[unit].feed;
      const bool seen = !feed || at.now() - at.is().ups(*feed).last_silent > due_within;
      if (!site_.outlets[outlet].feeds.empty() || !seen) continue;
      if (at.is().outlet_on(outlet))
        breaks(at, "due", site_.outlets[outlet].name + " should be off by " + site_.stages[s].name);
      seen_.note(sometimes::surely_due_and_done);
    }
    for (const auto host : site_.stages[s].hosts) {
      const auto& notes = hosts_[host];
      const bool free = before_it(site_, host).empty() && !notes.threatened
                        && at.now() - notes.fine_since > due_within
                        && at.now() - notes.up_since > due_within
                        && at.now() - notes.free_since > due_within;
      const bool heard = at.now() - *since > due_within && at.host(host).is == host_is::up;
      bool by_clock = false;
      const auto& tree = *site_.stages[s].condition;
      for (auto n = tree.first; n <= tree.root; ++n)
        by_clock = by_clock || site_.conditions[n].kind == condition_kind::time_window;
      if (free && heard && !by_clock)
        breaks(at, "due", site_.hosts[host].name + " should be down by " + site_.stages[s].name);
      if (free) seen_.note(sometimes::surely_due_and_done);
    }
  }
}

// ---- Hosts -------------------------------------------------------------------------------------

bool oracle::asked_for(const player& at, host_index index, ms within) const {
  for (stage_index s = 0; s < site_.stages.size(); ++s) {
    if (!environmental_[s] || !bounds_[s]) continue;
    const auto& hosts = site_.stages[s].hosts;
    if (std::count(hosts.begin(), hosts.end(), index) != 0
        && bounds_[s]->may_be_true(at.now(), within))
      return true;
  }
  return false;
}

ms oracle::left_of(const player& at, host_index index) const {
  std::vector<ms> left;
  for (const auto& supply : site_.hosts[index].supplies) {
    const bool fails = supply.ups != no_ups && !at.is().ups(supply.ups).mains;
    left.push_back(fails ? at.is().left(supply.ups) : ms{1} << 40);
  }
  std::sort(left.begin(), left.end());
  return left[left.size() - site_.hosts[index].needed];
}

void oracle::committed(const player& at, host_index index) {
  auto& notes = hosts_[index];
  const auto& name = site_.hosts[index].name;
  const auto why = at.host(index).why;
  const bool asked = asked_for(at, index, reaction);
  const bool threat = at.now() - notes.last_threat <= reaction;
  bool blind = false;
  for (const auto& supply : site_.hosts[index].supplies)
    blind = blind
            || (supply.ups != no_ups && at.is().ups(supply.ups).last_silent >= 0
                && at.now() - at.is().ups(supply.ups).last_silent <= blindness);
  if (!asked && !threat && !blind)
    breaks(at, "fine",
           name + " goes down though its supplies are fine: " + std::string{to_string(why)});
  ++notes.commits;
  std::uint32_t causes = notes.causes;
  for (stage_index s = 0; s < site_.stages.size(); ++s)
    if (environmental_[s] && bounds_[s]) causes += bounds_[s]->onsets();
  if (notes.commits > causes + (blind ? 1u : 0u))
    breaks(at, "twice",
           name + " goes down for the " + std::to_string(notes.commits) + ". time, with cause for "
               + std::to_string(causes));
  if (asked && threat) seen_.note(sometimes::environment_and_outage);
  switch (why) {
    case vote::reason::time_on_battery:
      seen_.note(sometimes::time_on_battery);
      break;
    case vote::reason::runtime_below:
      seen_.note(sometimes::runtime_below);
      break;
    case vote::reason::charge_below:
      seen_.note(sometimes::charge_below);
      break;
    case vote::reason::battery_low:
      seen_.note(sometimes::battery_low);
      break;
    case vote::reason::latest_safe_start:
      seen_.note(sometimes::latest_safe_start);
      break;
    case vote::reason::environment:
      seen_.note(sometimes::environment);
      break;
    case vote::reason::schedule:
      seen_.note(sometimes::schedule);
      break;
    case vote::reason::operator_wish:
      seen_.note(sometimes::operator_wish);
      break;
    default:
      break;
  }
  if (blind) seen_.note(sometimes::on_presumption);
  if (site_.hosts[index].stands_by) seen_.note(sometimes::stood_by);
  // A supply that came back while it was armed says nothing of the moment of the order.
  const auto& supplies = site_.hosts[index].supplies;
  const bool changed = std::any_of(supplies.begin(), supplies.end(), [&](const auto& supply) {
    return supply.ups != no_ups && at.is().ups(supply.ups).mains
           && at.is().ups(supply.ups).returned_at > 0
           && at.now() - at.is().ups(supply.ups).returned_at <= reaction;
  });
  if (asked || blind || changed || !notes.threatened) return;
  if (left_of(at, index) <= needs(site_, index) + slack_of_charge) return;
  for (const auto before : before_it(site_, index)) {
    const auto& other = hosts_[before];
    const auto& config = site_.hosts[before];
    const auto step = config.stage;
    const bool waits = at.host(before).is == host_is::up && other.threatened && !held(at, before)
                       && at.now() - other.threatened_since > order_settles
                       && at.now() - other.up_since > order_settles && step
                       && !environmental_[*step];
    const bool patience =
        other.ordered_at && step
        && at.now() - *other.ordered_at >= site_.stages[*step].timeout.count() - 2000;
    bool seen = true;
    for (const auto& supply : config.supplies)
      seen =
          seen
          && (supply.ups == no_ups || at.now() - at.is().ups(supply.ups).last_silent > blindness);
    if (waits && !patience && seen && at.wants().levels[before] < vote::level::shutdown)
      breaks(at, "order",
             name + " goes down before " + config.name + ", with "
                 + std::to_string(left_of(at, index) / 1000) + " s left");
  }
}

std::optional<std::string> oracle::crash_excuse(const player& at, host_index index) const {
  const auto need = needs(site_, index) + slack_of_charge;
  const auto& notes = hosts_[index];
  for (const auto& supply : site_.hosts[index].supplies) {
    if (supply.ups == no_ups) continue;
    const auto& ups = at.is().ups(supply.ups);
    const auto since = ups.failed_at;
    if (ups.mains) continue;
    // Its own silence after its end does not count.
    if (ups.silent || (ups.last_silent > since && ups.last_silent < ups.last_ended))
      return "unseen";
    if (ups.left_at_failure < need) return "short";
    if (ups.load_moved_at > since) return "short";
    if (notes.up_since > since && at.now() - notes.up_since < need + 60'000) return "short";
  }
  return std::nullopt;
}

void oracle::lost_power(const player& at, host_index index) {
  const auto& host = at.host(index);
  if (!runs(host.is)) return;
  bool cut = false;
  for (const auto& supply : site_.hosts[index].supplies)
    cut = cut || (supply.outlet && !at.is().outlet_on(*supply.outlet));
  const auto excuse = crash_excuse(at, index);
  if (!excuse && !cut) {
    breaks(
        at, "crash",
        site_.hosts[index].name + " loses its power while it " + std::string{to_string(host.is)});
    return;
  }
  if (excuse == "unseen") seen_.note(sometimes::crash_unseen);
  if (excuse == "short") seen_.note(sometimes::crash_too_short);
}

void oracle::started(const player& at, host_index index, std::string_view how) {
  auto& notes = hosts_[index];
  ++notes.starts;
  judge_start(at, index, how == "by power");
  if (how == "woken") seen_.note(sometimes::woken);
  if (how == "by word") seen_.note(sometimes::rebooted_by_word);
  if (how == "by power") {
    bool behind_outlet = false;
    for (const auto& supply : site_.hosts[index].supplies)
      behind_outlet = behind_outlet || supply.outlet.has_value();
    seen_.note(behind_outlet ? sometimes::started_by_outlet : sometimes::started_by_power);
  } else if (notes.commits == 0) {
    breaks(at, "back", site_.hosts[index].name + " is started though nobody stopped it");
  }
  if (of_.hosts[index].off_at_start)
    breaks(at, "back", site_.hosts[index].name + " is started, but was off from the beginning");
}

void oracle::packet_sent(const player& at, host_index index) {
  auto& notes = hosts_[index];
  if (at.now() - notes.packet_at < between_packets)
    breaks(at, "twice", site_.hosts[index].name + " is sent one packet after the other");
  notes.packet_at = at.now();
}

// ---- Outlets -----------------------------------------------------------------------------------

bool oracle::shed_asked_for(const player& at, outlet_index index) const {
  const auto feed = site_.units[site_.outlets[index].unit].feed;
  for (stage_index s = 0; s < site_.stages.size(); ++s) {
    const auto& shed = site_.stages[s].shed;
    if (std::count(shed.begin(), shed.end(), index) == 0) continue;
    if (environmental_[s]) {
      const auto& tree = *site_.stages[s].condition;
      bool by_load = false;
      for (auto n = tree.first; n <= tree.root; ++n)
        by_load = by_load || site_.conditions[n].kind == condition_kind::load_above
                  || site_.conditions[n].kind == condition_kind::overload;
      const bool loaded = feed && by_load;
      if (loaded || bounds_[s]->may_be_true(at.now(), reaction)) return true;
    } else if (outlets_[index].may_be_due_at >= 0) {
      return true;
    }
  }
  return false;
}

void oracle::switched(const player& at, outlet_index index, bool on) {
  const auto& config = site_.outlets[index];
  auto& notes = outlets_[index];
  if (on) {
    judge_switching_on(at, index);
    notes.on_since = at.now();
    // One that a stage would shed and that was off before is switched on with the others: nodes
    // that come late could not tell it from one that the others have just shed.
    if (!notes.ours && !named_by_a_stage(index))
      breaks(at, "back", config.name + " is switched on, but nobody had switched it off");
    seen_.note(sometimes::outlet_restored);
    return;
  }
  notes.ours = true;
  notes.off_since = at.now();
  for (const auto host : config.feeds)
    if (at.host(host).is != host_is::off && at.host(host).is != host_is::dark
        && !(at.host(host).is == host_is::down && at.host(host).stands))
      breaks(at, "cut",
             config.name + " opens, but " + site_.hosts[host].name + ' '
                 + std::string{to_string(at.host(host).is)});
  if (!config.feeds.empty()) return;
  if (!shed_asked_for(at, index)) breaks(at, "fine", config.name + " is shed without cause");
  const auto feed = site_.units[config.unit].feed;
  if (feed && !at.is().ups(*feed).mains)
    seen_.note(sometimes::shed_in_outage);
  else if (feed && (at.is().ups(*feed).overload || at.is().ups(*feed).load > 1))
    seen_.note(sometimes::shed_by_load);
  else
    seen_.note(sometimes::shed_by_environment);
  if (feed && (at.is().ups(*feed).overload || at.is().ups(*feed).load > 1))
    seen_.note(sometimes::ups_state);
}

bool oracle::named_by_a_stage(outlet_index index) const {
  return std::any_of(site_.stages.begin(), site_.stages.end(), [&](const stage_config& stage) {
    return std::count(stage.shed.begin(), stage.shed.end(), index) != 0;
  });
}

// ---- The end -----------------------------------------------------------------------------------

void oracle::end(const player& at) {
  for (outlet_index i = 0; i < site_.outlets.size(); ++i) {
    const bool hangs =
        std::any_of(site_.outlets[i].feeds.begin(), site_.outlets[i].feeds.end(),
                    [&](host_index h) { return at.host(h).hung || at.host(h).is == host_is::off; });
    if (of_.outlets_on[i] && !at.is().outlet_on(i) && !hangs)
      breaks(at, "back", site_.outlets[i].name + " is still off");
  }
  for (host_index i = 0; i < hosts_.size(); ++i) {
    const auto& host = at.host(i);
    const auto& config = site_.hosts[i];
    if (of_.hosts[i].off_at_start || host.is == host_is::up) continue;
    bool hung = false;
    for (host_index other = 0; other < hosts_.size(); ++other)
      hung = hung || at.host(other).hung;
    const bool cycled = std::all_of(config.supplies.begin(), config.supplies.end(),
                                    [](const supply_config& s) { return s.outlet.has_value(); });
    // Where its outlet alone does not end its power, only the network can start it.
    const bool by_hand = !cycled && !config.wake_address;
    // One whose supply was out of sight after its last word may have come up unseen: it must not be
    // cut, and a person is asked to look (P3).
    bool doubted = false;
    for (const auto& supply : config.supplies)
      doubted =
          doubted
          || (supply.ups != no_ups && at.is().ups(supply.ups).last_silent >= host.last_word_at);
    doubted = doubted && at.alarmed(policy::site_alarm::host_not_back, config.name);
    if (hung || (host.is == host_is::off && (by_hand || doubted))) continue;
    breaks(at, "back", config.name + " is not up again: it " + std::string{to_string(host.is)});
  }
}

}  // namespace holdover::lives
