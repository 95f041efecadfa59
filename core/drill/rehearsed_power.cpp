#include "core/drill/rehearsed_power.hpp"

#include <algorithm>
#include <utility>

namespace holdover::drill {

namespace {

constexpr duration unrated_runtime = 30min;  // Where neither story nor site says anything.
constexpr duration usual_recharge = 4h;
constexpr double usual_load = 50;

double share(duration part, duration whole) {
  return static_cast<double>(part.count()) / static_cast<double>(whole.count());
}

bool is_power(story_verb what) {
  switch (what) {
    case story_verb::mains_off:
    case story_verb::mains_on:
    case story_verb::card_silent:
    case story_verb::card_answers:
    case story_verb::set:
      return true;
    default:
      return false;
  }
}

}  // namespace

rehearsed_power::rehearsed_power(const site& about, story told)
    : story_(std::move(told)), sensors_(about.sensors.size()) {
  upses_.reserve(about.upses.size());
  for (ups_index i = 0; i < about.upses.size(); ++i)
    begin(about, i);
  for (std::size_t i = 0; i < sensors_.size(); ++i)
    sensors_[i] = about.sensors[i].kind == power::sensor_kind::contact ? 0.0 : 22.0;
}

// A runtime that the story gives is that at its load, charge and age.
void rehearsed_power::begin(const site& about, ups_index index) {
  story_values given;
  for (const auto& values : story_.upses)
    if (values.ups == index) given = values;
  const auto age = given.battery_age_years.value_or(0);
  const auto charge = given.charge_percent.value_or(100);
  const auto load = given.load_percent.value_or(usual_load);
  power::battery_facts facts;
  facts.rated_runtime = about.upses[index].rated_runtime.value_or(unrated_runtime);
  if (given.runtime && charge > 0) {
    const auto health = power::battery_health(age, facts.design_life_years);
    const auto full = static_cast<double>(given.runtime->count()) / (charge / 100) / health;
    facts.rated_runtime = duration{static_cast<duration::rep>(full)};
    facts.rated_load_percent = load;
  }
  supply made{.model = power::battery_model{facts, age},
              .says = {},
              .charge = charge,
              .load = load,
              .recharge = given.recharge.value_or(usual_recharge),
              .given = {}};
  made.says.state = power::belief::online;
  made.says.battery_low = given.battery_low.value_or(false);
  upses_.push_back(std::move(made));
}

std::vector<story_event> rehearsed_power::advance(duration to) {
  std::vector<story_event> others;
  while (played_ < story_.events.size() && story_.events[played_].at <= to) {
    const auto& event = story_.events[played_++];
    for (auto& ups : upses_)
      drain(ups, event.at - now_);
    now_ = std::max(now_, event.at);
    if (event.what == story_verb::sensor)
      for (const auto subject : event.subjects)
        sensors_[subject] = event.number;
    if (!is_power(event.what) && event.what != story_verb::sensor) others.push_back(event);
    if (is_power(event.what))
      for (const auto subject : event.subjects)
        happen(event, subject);
  }
  if (to <= now_) return others;
  for (auto& ups : upses_)
    drain(ups, to - now_);
  now_ = to;
  return others;
}

std::optional<duration> rehearsed_power::next() const {
  if (played_ == story_.events.size()) return std::nullopt;
  return story_.events[played_].at;
}

void rehearsed_power::drain(supply& of, duration time) {
  if (time <= duration::zero()) return;
  if (of.says.state == power::belief::on_battery) {
    const auto left = runtime(of);
    if (time >= left) {
      of.charge = 0;
      of.given = duration::zero();
      of.empty = true;
      return;
    }
    of.charge *= 1 - share(time, left);
    if (of.given) of.given = *of.given - time;
  } else if (power::carries(of.says.state)) {
    of.charge = std::min(100.0, of.charge + 100 * share(time, of.recharge));
  }
}

// What the story sets holds as it is set, shrinks while it runs out, and is forgotten with mains.
duration rehearsed_power::runtime(const supply& of) const {
  if (of.given) return *of.given;
  return of.model.runtime(of.charge, of.load).value_or(duration::zero());
}

void rehearsed_power::happen(const story_event& event, ups_index index) {
  auto& ups = upses_[index];
  switch (event.what) {
    case story_verb::mains_off:
      ups.says.state = power::belief::on_battery;
      break;
    case story_verb::mains_on:
      ups.says.state = power::belief::online;
      ups.says.battery_low = false;
      ups.given.reset();
      ups.empty = false;
      break;
    case story_verb::card_silent:
      ups.silent = true;
      break;
    case story_verb::card_answers:
      ups.silent = false;
      break;
    default:
      set(ups, event.values);
  }
}

void rehearsed_power::set(supply& of, const story_values& values) {
  if (values.load_percent) of.load = *values.load_percent;
  if (values.charge_percent) of.charge = *values.charge_percent;
  if (values.load_percent || values.charge_percent) of.given.reset();
  if (values.runtime) of.given = values.runtime;
  if (values.state) of.says.state = *values.state;
  if (values.battery_low) of.says.battery_low = *values.battery_low;
  if (values.overload) of.says.overload = *values.overload;
  if (of.says.state != power::belief::on_battery) of.empty = false;
}

std::optional<power::observation> rehearsed_power::ups(ups_index index) const {
  const auto& of = upses_[index];
  if (of.silent || of.empty) return std::nullopt;
  auto says = of.says;
  says.charge_percent = of.charge;
  says.load_percent = of.load;
  says.runtime_left = runtime(of);
  return says;
}

}  // namespace holdover::drill
