// Findings of what the journal tells.

#include "core/diagnosis/rules.hpp"
#include "core/power/battery_model.hpp"
#include "core/power/names.hpp"
#include "core/power/observation.hpp"
#include "core/words.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace holdover::diagnosis {

namespace {

using power::belief;

constexpr duration day = 24h;
constexpr duration recent = 30 * day;
constexpr std::size_t failed_tests_many = 2;
constexpr std::size_t losses_many = 3;
constexpr std::size_t restarts_many = 3;
constexpr duration trend_span = 14 * day;  // Between the older and the newer samples, at least.
constexpr std::size_t trend_samples = 6;
constexpr double full_percent = 95;
constexpr double usual_exponent = 1.15;  // Peukert's.
constexpr double usual_own_use_percent = 3;
constexpr double kept_least = 0.8;  // A battery that keeps less is worn, by every maker's word.
constexpr double drained_least_percent = 10;  // A shorter discharge teaches little.

template <class Event>
std::vector<std::pair<duration, const Event*>> all(const evidence& about) {
  std::vector<std::pair<duration, const Event*>> found;
  for (const auto& one : about.past)
    if (const auto* event = std::get_if<Event>(&one.what)) found.emplace_back(one.ago, event);
  return found;
}

/// What a runtime would be at half load.
double at_half_load(double seconds, double load_percent) {
  return seconds
         * std::pow((load_percent + usual_own_use_percent) / (50 + usual_own_use_percent),
                    usual_exponent);
}

/// A runtime that was told on mains with a full battery.
std::optional<double> full_runtime(const std::vector<power::measurement>& values, belief state) {
  const auto seconds = good(values, power::names::battery_runtime);
  const auto load = good(values, power::names::ups_load);
  const auto charge = good(values, power::names::battery_charge);
  if (!power::carries(state) || !seconds || *seconds <= 0 || !load || *load <= 0) return {};
  if (!charge || *charge < full_percent) return {};
  return at_half_load(*seconds, *load);
}

double middle(std::vector<double> values) {
  const auto half = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), half, values.end());
  return *half;
}

std::string percent(double part) {
  return in_words(std::round(100 * part)) + " %";
}

std::string minutes(double seconds) {
  return in_words(std::chrono::round<std::chrono::seconds>(std::chrono::duration<double>(seconds)));
}

}  // namespace

std::optional<double> good(const std::vector<power::measurement>& values, std::string_view name) {
  for (const auto& value : values)
    if (value.name == name && value.how == power::quality::good && std::isfinite(value.number))
      return value.number;
  return std::nullopt;
}

std::string coarse(duration time) {
  constexpr duration few = 3 * day;
  if (time < few) return in_words(std::chrono::floor<std::chrono::hours>(time));
  return std::to_string(time / day) + " days";
}

// A test that fails is told by whoever ordered it, or by the alarm that rises during it.
void self_tests(const evidence& about, findings& found) {
  std::vector<duration> failed;
  for (const auto& [ago, event] : all<operator_event>(about))
    if (event->subject == about.device && event->command.starts_with("test_")
        && event->command.ends_with("_failed"))
      failed.push_back(ago);
  std::optional<duration> testing;
  for (const auto& [ago, event] : all<ups_event>(about)) {
    if (event->state == belief::test && event->what != "test_ended") testing = ago;
    const bool bad =
        event->what == "replace_battery" || event->what == "low_battery" || event->what == "off";
    if (testing && bad) failed.push_back(ago);
    if (event->state != belief::test || bad) testing.reset();
  }
  if (failed.empty()) return;
  const auto last = *std::ranges::min_element(failed);
  const bool many = failed.size() >= failed_tests_many;
  found.push_back({"self_tests_fail", many ? weight::alarm : weight::warning,
                   std::to_string(failed.size())
                       + (many ? " battery tests failed, the last " : " battery test failed ")
                       + coarse(last) + " ago",
                   many ? "replace its batteries" : "repeat the test"});
}

void lost_contact(const evidence& about, findings& found) {
  std::size_t times = 0;
  for (const auto& [ago, event] : all<ups_event>(about))
    if (event->what == "communication_lost" && ago <= recent) ++times;
  if (times >= losses_many)
    found.push_back({"contact_lost", weight::warning,
                     "it was out of reach " + std::to_string(times) + " times in 30 days",
                     "look after its card, its cable and the switch between"});
}

void restarts(const evidence& about, findings& found) {
  std::size_t times = 0;
  for (const auto& [ago, event] : all<interface_event>(about))
    if (event->what == "restarted" && ago <= recent) ++times;
  if (times >= restarts_many)
    found.push_back({"card_restarts", weight::warning,
                     "its card restarted " + std::to_string(times) + " times in 30 days",
                     "look after its supply, and ask its maker for newer firmware"});
}

void firmware(const evidence& about, findings& found) {
  std::string before, last;
  duration changed{};
  for (const auto& [ago, event] : all<interface_event>(about)) {
    const auto& now = event->who.firmware;
    if (now.empty() || now == last) continue;
    before = std::exchange(last, now);
    changed = ago;
  }
  if (!before.empty() && changed <= recent)
    found.push_back({"firmware_changed", weight::note,
                     "the firmware of its card went from " + before + " to " + last + ' '
                         + coarse(changed) + " ago",
                     "see that every value is still told (`holdover device test`)"});
}

// The newer third of what it told against the older third, each at one load.
void shrinking_runtime(const evidence& about, findings& found) {
  std::vector<std::pair<duration, double>> told;
  for (const auto& [ago, event] : all<ups_event>(about))
    if (const auto seconds = full_runtime(event->values, event->state))
      told.emplace_back(ago, *seconds);
  const auto now = power::observe(about.now).state;
  if (const auto seconds = full_runtime(about.now.values, now)) told.emplace_back(0s, *seconds);
  if (told.size() < trend_samples) return;
  const auto third = told.size() / 3;
  if (told[third - 1].first - told[told.size() - third].first < trend_span) return;
  std::vector<double> older, newer;
  for (std::size_t i = 0; i < third; ++i) {
    older.push_back(told[i].second);
    newer.push_back(told[told.size() - 1 - i].second);
  }
  const auto kept = middle(newer) / middle(older);
  if (kept >= kept_least) return;
  found.push_back({"runtime_shrinks", weight::warning,
                   "its runtime, at one load, is " + percent(kept) + " of what it was "
                       + coarse(told.front().first) + " ago (" + minutes(middle(newer))
                       + " at half load, " + minutes(middle(older)) + " then)",
                   "test its battery, and plan to replace it"});
}

// From each event on battery to the next that carries: what was drained, and in what time.
void measured_runtime(const evidence& about, findings& found) {
  power::battery_model model{power::battery_facts{}};
  std::optional<std::pair<duration, const ups_event*>> begun;
  for (const auto& [ago, event] : all<ups_event>(about)) {
    if (begun && event->state != belief::unknown) {
      const auto from = good(begun->second->values, power::names::battery_charge);
      const auto to = good(event->values, power::names::battery_charge);
      const auto load = good(begun->second->values, power::names::ups_load);
      if (from && to && load && *from - *to >= drained_least_percent)
        model.learn({*from, *to, *load, begun->first - ago});
      if (power::carries(event->state)) model.end_discharge();
      begun.reset();
    }
    if (event->state == belief::on_battery) begun = {ago, event};
  }
  const auto promised = good(about.now.values, power::names::battery_runtime);
  const auto charge = good(about.now.values, power::names::battery_charge);
  const auto load = good(about.now.values, power::names::ups_load);
  if (model.discharges() == 0 || !promised || !charge || !load) return;
  const auto learned = model.runtime(*charge, *load);
  if (!learned) return;
  const auto seconds = std::chrono::duration<double>(*learned).count();
  if (*promised <= 0 || seconds / *promised >= kept_least) return;
  found.push_back(
      {"runtime_overstated", weight::warning,
       "it promises " + minutes(*promised) + ", but by " + std::to_string(model.discharges())
           + (model.discharges() == 1 ? " discharge" : " discharges") + " it lasts "
           + minutes(seconds),
       "calibrate it while nothing depends on it, and plan stages by the shorter time"});
}

}  // namespace holdover::diagnosis
