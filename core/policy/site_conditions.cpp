// What the trees of the stages come to: facts of this site for their leaves, and what follows for
// hosts and outlets. The logic itself is in condition.hpp.
//
// A battery that is not seen freshly meets no condition: whether a host that was due stays due is
// for the levels to say (X1, X15), and a sensor need not wait for a battery to be believed.

#include "core/policy/site_state.hpp"
#include "core/words.hpp"

#include <algorithm>

namespace holdover::policy {

namespace {

constexpr duration clock_good_for = 90s;  // It is told each minute.
constexpr std::uint32_t day_minutes = 24 * 60;

leaf_value known(bool says, time_point as_of) {
  return {says ? truth::yes : truth::no, as_of};
}

/// Any of several: one that is true makes it so, one that is not known leaves it open.
class either {
public:
  void add(const leaf_value& one) {
    if (one.says > sum_.says)
      sum_ = one;
    else if (one.says == sum_.says && one.as_of > sum_.as_of)
      sum_ = one;
  }
  leaf_value sum() const { return sum_; }

private:
  leaf_value sum_{truth::no, {}};
};

bool inside(const time_window& window, const wall_clock_told& clock) {
  const auto day = clock.weekday % 7;
  const auto yesterday = (day + 6) % 7;
  if (window.from_minute < window.to_minute)
    return window.days[day] && clock.minute >= window.from_minute
           && clock.minute < window.to_minute;
  return (window.days[day] && clock.minute >= window.from_minute)
         || (window.days[yesterday] && clock.minute < window.to_minute);
}

}  // namespace

class site_machine::state::leaves final : public leaf_source {
public:
  leaves(state& about, stage_index stage, std::optional<domain_index> domain)
      : s_(about), stage_(stage), domain_(domain) {}

  leaf_value ask(const condition_node& leaf, bool was) override {
    if (asks_battery(leaf.kind)) return battery(leaf, was);
    switch (leaf.kind) {
      case condition_kind::load_above:
      case condition_kind::overload:
      case condition_kind::bypass:
      case condition_kind::ups_fault:
        return ups_state(leaf, was);
      case condition_kind::outlet_load_above:
      case condition_kind::unit_load_above:
        return load(leaf, was);
      case condition_kind::time_window:
        if (!s_.clock_.at || !s_.clock_.says.synchronised
            || s_.now_ - *s_.clock_.at > clock_good_for)
          return {};
        return known(inside(s_.site_.windows[leaf.subject], s_.clock_.says), s_.now_);
      case condition_kind::operator_switch:
        return known(s_.switched_on(leaf.subject), s_.now_);
      case condition_kind::job_wish:
        return known(s_.wished(leaf.subject), s_.now_);
      default:
        return sensor(leaf, was);
    }
  }

private:
  time_point taken(ups_index ups) const {
    return s_.now_ - s_.trackers_[ups].age(s_.now_).value_or(duration::zero());
  }

  leaf_value battery(const condition_node& leaf, bool was) const {
    if (leaf.ups) {
      const supply_config named{*leaf.ups, std::nullopt};
      const auto view = look_at({&named, 1}, 1, s_.trackers_, s_.now_);
      return battery(leaf, was, view, taken(*leaf.ups));
    }
    auto as_of = s_.now_;
    for (const auto& supply : s_.plan_.domains[*domain_].supplies)
      if (supply.ups != no_ups && s_.trackers_[supply.ups].fresh_failing(s_.now_))
        as_of = std::min(as_of, taken(supply.ups));
    return battery(leaf, was, s_.domain_views_[*domain_], as_of);
  }

  leaf_value battery(const condition_node& leaf, bool was, const host_power& view,
                     time_point as_of) const {
    if (view.how != feed::threatened || !view.fresh || view.presumed) return known(false, as_of);
    switch (leaf.kind) {
      case condition_kind::on_battery_for:
        return known(!s_.generator_holds_ && view.confirmed_on_battery >= leaf.time, as_of);
      case condition_kind::runtime_below:
        return known(view.left && *view.left <= leaf.time, as_of);
      case condition_kind::charge_below:
        return known(
            view.charge_percent && *view.charge_percent <= leaf.limit + (was ? leaf.hysteresis : 0),
            as_of);
      case condition_kind::battery_low:
        return known(view.battery_low, as_of);
      default:
        return known(view.left && domain_ && *view.left <= s_.plan_.latest_safe[stage_][*domain_],
                     as_of);
    }
  }

  leaf_value ups_state(const condition_node& leaf, bool was) const {
    if (leaf.ups) return state_of(leaf, was, *leaf.ups);
    either all;
    for (const auto& supply : s_.plan_.domains[*domain_].supplies)
      if (supply.ups != no_ups) all.add(state_of(leaf, was, supply.ups));
    return all.sum();
  }

  leaf_value state_of(const condition_node& leaf, bool was, ups_index index) const {
    const auto& ups = s_.trackers_[index];
    if (ups.fresh(s_.now_) != power::freshness::fresh) return {};
    const auto& says = ups.last();
    switch (leaf.kind) {
      case condition_kind::overload:
        return known(says.overload, taken(index));
      case condition_kind::bypass:
        return known(says.state == power::belief::bypass, taken(index));
      case condition_kind::ups_fault:
        return known(says.fault, taken(index));
      default:
        if (!says.load_percent) return {};
        return known(*says.load_percent > leaf.limit - (was ? leaf.hysteresis : 0), taken(index));
    }
  }

  leaf_value load(const condition_node& leaf, bool was) const {
    const bool one = leaf.kind == condition_kind::outlet_load_above;
    double watts = 0;
    auto as_of = s_.now_;
    for (outlet_index i = 0; i < s_.outlets_.size(); ++i) {
      const auto& config = s_.site_.outlets[i];
      if (one ? i != leaf.subject : config.unit != leaf.subject) continue;
      const auto& outlet = s_.outlets_[i];
      const auto limit = s_.fresh_limit(s_.site_.units[config.unit].poll_period);
      if (!outlet.read_at || s_.now_ - *outlet.read_at > limit || !outlet.load_watts) return {};
      if (!s_.attended(device_kind::outlet_unit, config.unit)) return {};
      watts += *outlet.load_watts;
      as_of = std::min(as_of, *outlet.read_at);
    }
    return known(watts > leaf.limit - (was ? leaf.hysteresis : 0), as_of);
  }

  leaf_value sensor(const condition_node& leaf, bool was) const {
    const auto& says = s_.sensors_[leaf.subject];
    const auto limit = s_.fresh_limit(s_.site_.sensors[leaf.subject].poll_period);
    if (!says.taken || s_.now_ - *says.taken > limit) return {};
    if (!s_.attended(device_kind::sensor, leaf.subject)) return {};
    const double margin = was ? leaf.hysteresis : 0;
    switch (leaf.kind) {
      case condition_kind::sensor_above:
        return known(says.number > leaf.limit - margin, *says.taken);
      case condition_kind::sensor_below:
        return known(says.number < leaf.limit + margin, *says.taken);
      case condition_kind::sensor_active:
        return known(says.number > 0.5, *says.taken);
      default:
        return known(says.number <= 0.5, *says.taken);
    }
  }

  state& s_;
  stage_index stage_;
  std::optional<domain_index> domain_;
};

site_machine::state::stage_condition site_machine::state::make_condition(
    const stage_config& stage) const {
  stage_condition made;
  if (!stage.condition) return made;
  for (auto n = stage.condition->first; n <= stage.condition->root; ++n)
    made.relative = made.relative || is_relative(site_.conditions[n]);
  const auto count = made.relative ? plan_.domains.size() : std::size_t{1};
  made.rules.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    made.rules.push_back({condition{*stage.condition}, {}, false, false, false, 0, {}, {}});
  return made;
}

void site_machine::state::judge_conditions() {
  conditions_changed_ = false;
  for (stage_index i = 0; i < conditions_.size(); ++i) {
    auto& stage = conditions_[i];
    for (domain_index d = 0; d < stage.rules.size(); ++d) {
      leaves facts{*this, i, stage.relative ? std::optional{d} : std::nullopt};
      auto& memory = stage.rules[d];
      const auto before = memory.in_force();
      judge(memory, facts);
      conditions_changed_ = conditions_changed_ || memory.in_force() != before;
    }
  }
}

void site_machine::state::judge(condition_memory& memory, leaves& facts) {
  memory.now = memory.rule.judge(site_.conditions, facts, now_);
  if (memory.now.look_again) reached(*memory.now.look_again);
  if (memory.now.met == truth::unknown) {
    if (memory.acts && reached(*memory.known_at + site_.observing.blind_floor)) {
      memory.acts = false;
      memory.doubt = true;
    }
    return;
  }
  memory.known_at = now_;
  // What has ceased to act for want of facts does not act again because they say that it is over.
  if (memory.doubt && memory.now.clearing) return;
  if (memory.now.met == truth::yes && !memory.acts && !memory.doubt) ++memory.occurrence;
  memory.acts = memory.now.met == truth::yes;
  memory.doubt = false;
  if (!memory.acts) return;
  memory.authorised = memory.now.authorised;
  memory.why = memory.now.why;
}

bool site_machine::state::switched_on(switch_index index) {
  auto& known = switches_[index];
  if (known.until && reached(*known.until)) known = {};
  return known.until.has_value();
}

bool site_machine::state::wished(wish_index index) {
  auto& known = wishes_[index];
  if (known.until && reached(*known.until)) known = {};
  return known.on;
}

// What jobs wish because of the power holds only for whom too little carries, and begins only on a
// fresh view (X8); what has begun is kept on a stale one (X1).
bool site_machine::state::concerns(stage_index stage, host_index host) const {
  const auto& wish = site_.stages[stage].wish;
  if (!wish || site_.wishes[*wish].kind != jobs::wish_kind::host_down_in_outage) return true;
  const auto& known = hosts_[host];
  const auto& view = known.view;
  const bool begun = known.by_condition || known.stopped;
  return view.how == feed::threatened && !view.presumed && (view.fresh || begun);
}

const site_machine::state::condition_memory* site_machine::state::memory_of(
    stage_index stage, std::optional<domain_index> domain) const {
  const auto& known = conditions_[stage];
  if (known.rules.empty()) return nullptr;
  if (!known.relative) return &known.rules.front();
  return domain ? &known.rules[*domain] : nullptr;
}

// A stage whose condition holds acts on what it names and on nothing else.
std::optional<site_machine::state::condition_wish> site_machine::state::wish_for_host(
    host_index index) const {
  std::optional<condition_wish> wish;
  for (const auto i : plan_.hosts[index].conditional) {
    const auto* memory = memory_of(i, plan_.hosts[index].domain);
    if (!memory->acts || !memory->authorised || !concerns(i, index)) continue;
    const auto& host = hosts_[index];
    if (!host.stopped && host.served == std::pair{i, memory->occurrence}) continue;
    const auto& stage = site_.stages[i];
    const auto names = [&](const std::vector<host_index>& hosts) {
      return std::count(hosts.begin(), hosts.end(), index) != 0;
    };
    const auto level = names(stage.hosts)        ? vote::level::shutdown
                       : names(stage.shed_hosts) ? vote::level::shed
                                                 : vote::level::run;
    if (level > (wish ? wish->level : vote::level::run)) wish = {i, level, memory->why};
  }
  return wish;
}

// X19: whom a time window has stopped and somebody starts within it, that one goes on running.
void site_machine::state::note_commit(host_index index) {
  auto& host = hosts_[index];
  if (host.stopped) return;
  host.stopped = true;
  const auto wish = host.by_condition ? wish_for_host(index) : std::nullopt;
  if (wish && wish->why == vote::reason::schedule)
    host.served = {wish->stage, memory_of(wish->stage, plan_.hosts[index].domain)->occurrence};
}

void site_machine::state::welcome_back(host_index index) {
  const auto& host = hosts_[index];
  if (host.stopped && host.served && host.record.up() && held_down(index)) finish_start(index);
}

std::optional<stage_index> site_machine::state::shedding_stage(outlet_index index) const {
  for (const auto i : plan_.outlets[index].conditional) {
    const auto* memory = memory_of(i, plan_.outlets[index].domain);
    if (memory != nullptr && memory->acts) return i;
  }
  return std::nullopt;
}

bool site_machine::state::held_down(host_index index) const {
  const auto& stages = plan_.hosts[index].conditional;
  return std::any_of(stages.begin(), stages.end(), [&](stage_index i) {
    const auto* memory = memory_of(i, plan_.hosts[index].domain);
    const auto& hosts = site_.stages[i].hosts;
    return (memory->acts || memory->doubt) && memory->authorised && concerns(i, index)
           && std::count(hosts.begin(), hosts.end(), index) != 0;
  });
}

bool site_machine::state::held_off(outlet_index index) const {
  const auto& stages = plan_.outlets[index].conditional;
  return std::any_of(stages.begin(), stages.end(), [&](stage_index i) {
    const auto* memory = memory_of(i, plan_.outlets[index].domain);
    return memory != nullptr && (memory->acts || memory->doubt);
  });
}

bool site_machine::state::anything_acts() const {
  for (stage_index i = 0; i < conditions_.size(); ++i)
    if (!only_tells(i))
      for (const auto& memory : conditions_[i].rules)
        if (memory.acts) return true;
  return false;
}

// A pop-up that a job wishes is no incident; nor is its wish where it concerns nobody.
bool site_machine::state::only_tells(stage_index index) const {
  const auto& stage = site_.stages[index];
  if (!stage.wish) return false;
  return std::none_of(stage.hosts.begin(), stage.hosts.end(),
                      [&](host_index host) { return concerns(index, host); })
         && stage.shed.empty();
}

std::string site_machine::state::acting_stages() const {
  std::string text;
  for (stage_index i = 0; i < conditions_.size(); ++i)
    for (const auto& memory : conditions_[i].rules) {
      if (!memory.acts) continue;
      if (only_tells(i)) continue;
      text += (text.empty() ? "stage " : ", stage ") + site_.stages[i].name + ": "
              + spaced(to_string(memory.why));
      break;
    }
  return text;
}

std::string site_machine::state::describe(const condition_node& leaf) const {
  switch (leaf.kind) {
    case condition_kind::sensor_above:
    case condition_kind::sensor_below:
    case condition_kind::sensor_active:
    case condition_kind::sensor_inactive: {
      const auto& says = sensors_[leaf.subject];
      auto text = site_.sensors[leaf.subject].name + ' ';
      if (!says.taken) return text + "unknown";
      const auto age = std::chrono::floor<std::chrono::seconds>(now_ - *says.taken);
      return text + in_words(says.number) + " (seen " + in_words(age) + " ago)";
    }
    case condition_kind::time_window:
      return clock_.says.synchronised ? "the time of day" : "the time of day, not synchronised";
    case condition_kind::operator_switch: {
      const auto& known = switches_[leaf.subject];
      return "switch " + site_.switches[leaf.subject].name
             + (known.until ? " set by " + known.by : " not set");
    }
    case condition_kind::job_wish:
      return wishes_[leaf.subject].by;
    default:
      return {};
  }
}

/// "stage too_hot acts: rack1 41.5 (seen 1 s ago), rack2 42 (seen 1 s ago)".
std::string site_machine::state::describe(stage_index index) const {
  const auto& stage = site_.stages[index];
  std::string facts;
  for (auto n = stage.condition->first; n <= stage.condition->root; ++n) {
    const auto fact = describe(site_.conditions[n]);
    if (!fact.empty()) facts += (facts.empty() ? ": " : ", ") + fact;
  }
  return "stage " + stage.name + " acts" + facts;
}

}  // namespace holdover::policy
