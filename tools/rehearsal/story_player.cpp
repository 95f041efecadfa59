#include "tools/rehearsal/story_player.hpp"

#include "core/words.hpp"

#include <algorithm>

namespace holdover::rehearsal {

namespace {

constexpr duration settling = 20s;           // Everybody has heard everybody.
constexpr duration recharge_step = 10s;      // How often a charging battery is told anew.
constexpr duration unrated_runtime = 30min;  // Where neither story nor site says anything.
constexpr std::uint32_t day_minutes = 24 * 60;

std::map<node_number, std::string> names_of(const site& about) {
  std::map<node_number, std::string> names;
  for (const auto& node : about.nodes)
    names[node.number] = node.name;
  return names;
}

double scaled(std::optional<double> value, double usual, std::optional<double> instead,
              double factor, double most) {
  return std::clamp(instead.value_or(value.value_or(usual)) * factor, 0.0, most);
}

}  // namespace

story_player::story_player(site about, const config::story& told, const what_if& instead)
    : story_(told), instead_(instead), log_(names_of(about)), site_(std::move(about), log_) {
  for (ups_index i = 0; i < site_.about().upses.size(); ++i)
    begin(i);
}

// A runtime that the story gives is that at the story's load, charge and age: the other values of
// what-if start from there.
void story_player::begin(ups_index index) {
  config::story_values given;
  for (const auto& values : story_.upses)
    if (values.ups == index) given = values;
  const auto told_load = given.load_percent.value_or(50);
  const auto told_charge = given.charge_percent.value_or(100);
  const auto told_age = given.battery_age_years.value_or(0);
  power::battery_facts facts;
  facts.rated_runtime = site_.about().upses[index].rated_runtime.value_or(unrated_runtime);
  if (given.runtime && told_charge > 0) {
    const auto health = power::battery_health(told_age, facts.design_life_years);
    const auto full = static_cast<double>(given.runtime->count()) / (told_charge / 100) / health;
    facts.rated_runtime = duration{static_cast<duration::rep>(full)};
    facts.rated_load_percent = told_load;
  }
  batteries_.push_back({power::battery_model{facts, instead_.battery_age_years.value_or(told_age)},
                        scaled(told_load, 50, instead_.load_percent, instead_.load_factor, 300),
                        given.recharge.value_or(4h), true});
  const auto charge =
      scaled(told_charge, 100, instead_.charge_percent, instead_.charge_factor, 100);
  site_.ups_says(index, {power::belief::online, runtime(index, charge), charge, false});
}

duration story_player::runtime(ups_index index, double charge_percent) const {
  const auto& battery = batteries_[index];
  return *battery.model.runtime(charge_percent, battery.load_percent);
}

void story_player::play() {
  site_.pass(settling);
  log_.begin(site_.now());
  for (const auto& event : story_.events) {
    pass_until(event.at);
    log_.line('+' + holdover::in_words(event.at) + "  " + in_words(event));
    for (const auto subject : event.subjects)
      happen(event, subject);
    site_.pass(0s);
  }
  pass_until(story_.lasts);
  log_.line('+' + holdover::in_words(story_.lasts) + "  end");
}

void story_player::pass_until(duration moment) {
  while (passed_ < moment) {
    const auto step = std::min(recharge_step, moment - passed_);
    site_.pass(step);
    passed_ += step;
    recharge(step);
  }
}

void story_player::recharge(duration step) {
  for (ups_index i = 0; i < batteries_.size(); ++i) {
    const auto& battery = batteries_[i];
    auto says = site_.reading(i);
    if (!power::carries(says.state) || !battery.mains || !says.charge_percent
        || *says.charge_percent >= 100)
      continue;
    const auto gained =
        100.0 * static_cast<double>(step.count()) / static_cast<double>(battery.recharge.count());
    const auto charge = std::min(*says.charge_percent + gained, 100.0);
    whole_site::ups_statement told{says.state, runtime(i, charge), charge, says.battery_low};
    told.overload = says.overload;
    site_.ups_says(i, told);
  }
}

void story_player::happen(const config::story_event& event, std::uint32_t subject) {
  switch (event.what) {
    case config::story_verb::mains_off:
      return mains(subject, false);
    case config::story_verb::mains_on:
      return mains(subject, true);
    case config::story_verb::card_silent:
      return site_.ups_silent(subject, true);
    case config::story_verb::card_answers:
      return site_.ups_silent(subject, false);
    case config::story_verb::set:
      return set(event.values, subject);
    case config::story_verb::node_killed:
      return site_.kill_node(subject);
    case config::story_verb::node_started:
      return site_.start_node(subject);
    case config::story_verb::program_hangs:
      return site_.hang_program(subject);
    case config::story_verb::program_ends:
      return site_.end_program(subject);
    case config::story_verb::hold:
      return site_.hold(subject, event.lasts);
    case config::story_verb::release:
      return site_.hold(subject, 0s);
    case config::story_verb::sensor:
      return site_.sensor_says(subject, event.number);
    case config::story_verb::clock:
      return site_.set_clock(event.week_minute / day_minutes, event.week_minute % day_minutes,
                             event.good);
    case config::story_verb::switch_on:
      return site_.set_switch(subject, event.lasts);
    case config::story_verb::switch_off:
      return site_.set_switch(subject, 0s);
    case config::story_verb::acknowledge:
      return site_.release_job(subject);
    case config::story_verb::mail:
      return site_.mails_arrive(event.good);
    case config::story_verb::program:
      return site_.program_fails(event.named, !event.good);
    case config::story_verb::outlet:
      return site_.outlet_carries(subject, event.number.value_or(0));
  }
}

void story_player::mains(ups_index index, bool on) {
  batteries_[index].mains = on;
  const auto charge = site_.reading(index).charge_percent.value_or(100);
  site_.ups_says(index, {on ? power::belief::online : power::belief::on_battery,
                         runtime(index, charge), charge, false});
}

void story_player::set(const config::story_values& values, ups_index index) {
  auto says = site_.reading(index);
  if (values.load_percent)
    batteries_[index].load_percent = std::min(*values.load_percent * instead_.load_factor, 300.0);
  const auto charge = values.charge_percent.value_or(says.charge_percent.value_or(100));
  const auto left = values.runtime.value_or(runtime(index, charge));
  const auto state = values.state.value_or(says.state);
  batteries_[index].mains = state != power::belief::on_battery;
  whole_site::ups_statement told{state, left, charge,
                                 values.battery_low.value_or(says.battery_low)};
  told.load_percent = values.load_percent;
  told.overload = values.overload.value_or(says.overload);
  site_.ups_says(index, told);
}

std::string story_player::in_words(const config::story_event& event) const {
  auto text = std::string{to_string(event.what)} + ' ' + event.named;
  const auto add = [&](const std::string& name, const std::string& value) {
    text += ", " + name + ' ' + value;
  };
  if (event.lasts > 0s) text += " for " + holdover::in_words(event.lasts);
  if (event.what == config::story_verb::sensor) text += sensor_in_words(event);
  if (event.what == config::story_verb::outlet)
    add("watts", holdover::in_words(event.number.value_or(0)));
  if (event.what == config::story_verb::program) text += event.good ? " works" : " fails";
  const auto& values = event.values;
  if (values.state) add("state", spaced(to_string(*values.state)));
  if (values.load_percent) add("load", holdover::in_words(*values.load_percent) + " %");
  if (values.charge_percent) add("charge", holdover::in_words(*values.charge_percent) + " %");
  if (values.runtime) add("runtime", holdover::in_words(*values.runtime));
  if (values.overload) add("overload", *values.overload ? "yes" : "no");
  if (values.battery_low) add("battery low", *values.battery_low ? "yes" : "no");
  return text;
}

std::string story_player::sensor_in_words(const config::story_event& event) const {
  if (!event.number) return " silent";
  const auto& sensor = site_.about().sensors[event.subjects.front()];
  if (sensor.kind == power::sensor_kind::contact)
    return *event.number != 0 ? " active" : " inactive";
  return " says " + holdover::in_words(*event.number);
}

}  // namespace holdover::rehearsal
