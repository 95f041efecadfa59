// Findings of one look at a device.

#include "core/diagnosis/rules.hpp"
#include "core/power/names.hpp"
#include "core/power/observation.hpp"
#include "core/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace holdover::diagnosis {

namespace {

using power::ups_flag;

constexpr double load_near_percent = 80;
constexpr double load_at_limit_percent = 95;
constexpr double battery_warm_celsius = 30;  // Each ten degrees more halve its life.
constexpr double battery_hot_celsius = 40;
constexpr duration clock_tolerance = 2min;
constexpr double nearly_worn = 0.9;  ///< Of its life.

struct alarm_word {
  std::string_view alarm;  ///< Of RFC 1628, without "upsAlarm".
  std::string_view code;
  weight how;
  std::string_view remedy;
};

constexpr std::array known_alarms{
    alarm_word{"BatteryBad", "battery_due", weight::alarm, "replace its batteries"},
    alarm_word{"DepletedBattery", "battery_empty", weight::alarm,
               "its battery cannot carry the load now: see that it charges"},
    alarm_word{"ChargerFailed", "charger_failed", weight::alarm, "have its charger repaired"},
    alarm_word{
        "DiagnosticTestFailed", "self_test_failed", weight::alarm,
        "repeat the test (`holdover ups UPS test`); if it fails again, replace the batteries"},
    alarm_word{"TempBad", "too_warm", weight::warning, "see that air passes through it"},
    alarm_word{"FanFailure", "fan_failed", weight::warning, "have its fan replaced"},
    alarm_word{"FuseFailure", "fuse_failed", weight::warning, "have its fuse replaced"},
    alarm_word{"GeneralFault", "fault", weight::warning, "read its own display or event log"},
    alarm_word{"OutputBad", "output_bad", weight::warning, "measure its output"},
    alarm_word{"InputBad", "input_bad", weight::note, "see what feeds it"},
};

void add(findings& found, std::string_view code, weight how, std::string text,
         std::string_view remedy) {
  if (std::ranges::any_of(found, [&](const finding& one) { return one.code == code; })) return;
  found.push_back({std::string{code}, how, std::move(text), std::string{remedy}});
}

std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t most = 6;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), most); ++i)
    text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > most) text += " and " + std::to_string(names.size() - most) + " more";
  return text;
}

}  // namespace

void alarms(const evidence& about, findings& found) {
  for (const auto& word : known_alarms)
    if (std::ranges::find(about.now.alarms, word.alarm) != about.now.alarms.end())
      add(found, word.code, word.how, "it reports the alarm " + std::string{word.alarm},
          word.remedy);
  if (about.now.flags.has(ups_flag::replace_battery))
    add(found, "battery_due", weight::alarm, "it asks for a new battery", "replace its batteries");
}

void protection(const evidence& about, findings& found) {
  if (about.now.stale) {
    add(found, "no_data", weight::alarm, "its server says that what it knows of the UPS is old",
        "see that the server's driver runs and reaches the UPS");
    return;
  }
  switch (power::observe(about.now).state) {
    case power::belief::bypass:
      add(found, "bypass", weight::alarm, "it is on bypass: nothing stands behind its input",
          "end the bypass, or have the cause repaired");
      break;
    case power::belief::off:
      add(found, "off", weight::alarm, "its output is off", "switch it on");
      break;
    case power::belief::unknown:
      add(found, "state_unknown", weight::alarm, "it does not say whether it is on mains",
          "see the values with `holdover device test`; its profile may be the wrong one");
      break;
    case power::belief::on_battery:
      add(found, "on_battery", weight::note, "it is on battery now",
          "ask again on mains: much is not judged on battery");
      break;
    case power::belief::online:
    case power::belief::test:
      break;
  }
}

void load(const evidence& about, findings& found) {
  const auto now = good(about.now.values, power::names::ups_load);
  const bool at_limit = now && *now >= load_at_limit_percent;
  const bool says_so = about.now.flags.has(ups_flag::overload);
  if (says_so && now && !at_limit)
    add(found, "load_at_limit", weight::alarm,
        "it reports an overload, while " + in_words(*now)
            + " % of its rating is what it carries in all: one phase or group may be over",
        "see the load of each phase and outlet group, and take some off");
  else if (says_so || at_limit)
    add(found, "load_at_limit", weight::alarm,
        now ? "it carries " + in_words(*now) + " % of its rating" : "it says overload",
        "take load off: one more device may end all");
  else if (now && *now >= load_near_percent)
    add(found, "load_near_limit", weight::warning,
        "it carries " + in_words(*now) + " % of its rating",
        "plan for a larger one, or take load off: runtimes are short and starts need room");
}

void temperature(const evidence& about, findings& found) {
  const auto celsius = good(about.now.values, power::names::battery_temperature);
  if (!celsius || *celsius < battery_warm_celsius) return;
  add(found, "battery_warm", *celsius >= battery_hot_celsius ? weight::alarm : weight::warning,
      "its battery is at " + in_words(*celsius) + " degrees Celsius",
      "cool the room: each ten degrees above 20 halve the life of a battery");
}

void quality(const evidence& about, findings& found) {
  std::vector<std::string> old, odd;
  for (const auto& value : about.now.values) {
    if (value.how == power::quality::stale) old.push_back(value.name);
    if (value.how == power::quality::suspect) odd.push_back(value.name);
  }
  if (!old.empty())
    add(found, "stale_values", weight::warning, "it no longer answers for " + listed(old),
        "see whether its card is overloaded, or restart the card");
  if (!odd.empty())
    add(found, "suspect_values", weight::warning, "what it tells is impossible: " + listed(odd),
        "decisions do without these; ask its maker for newer firmware of the card");
}

void card_clock(const evidence& about, findings& found) {
  if (!about.card_clock_ahead) return;
  const auto off = *about.card_clock_ahead;
  if (off <= clock_tolerance && off >= -clock_tolerance) return;
  add(found, "card_clock_wrong", weight::note,
      "its card's clock is " + in_words(off < duration::zero() ? -off : off)
          + (off < duration::zero() ? " behind" : " ahead"),
      "give the card a time server: its own log and schedules go by that clock");
}

void battery_age(const evidence& about, findings& found) {
  if (!about.battery_age) return;
  const auto text = "its batteries are " + coarse(*about.battery_age) + " old, made for "
                    + coarse(about.battery_life);
  if (*about.battery_age >= about.battery_life)
    add(found, "battery_due", weight::warning, text, "replace its batteries");
  else if (*about.battery_age
           >= std::chrono::duration_cast<duration>(nearly_worn * about.battery_life))
    add(found, "battery_due_soon", weight::note, text, "order batteries");
}

}  // namespace holdover::diagnosis
