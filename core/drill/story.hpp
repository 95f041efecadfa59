// What happens to a site, and when: for a simulation in virtual time and for a drill in real time.
//
// io/config reads stories from files; names are indexes of the site that it was read against.

#pragma once

#include "core/power/observation.hpp"
#include "core/site.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdover::drill {

/// A UPS as the story begins, or what of it is set later. What is absent stays as it is.
struct story_values {
  ups_index ups = 0;
  std::optional<double> load_percent{};
  std::optional<double> charge_percent{};
  std::optional<duration> runtime{};
  std::optional<double> battery_age_years{};
  std::optional<duration> recharge{};
  std::optional<bool> battery_low{};
  std::optional<power::belief> state{};
  std::optional<bool> overload{};
};

enum class story_verb : std::uint8_t {
  mains_off,
  mains_on,
  card_silent,
  card_answers,
  set,
  node_killed,
  node_started,
  program_hangs,
  program_ends,
  hold,
  release,
  sensor,
  clock,
  switch_on,
  switch_off,
  acknowledge,
  mail,
  program,
  outlet,
};
std::string_view to_string(story_verb);

struct story_event {
  duration at{};
  story_verb what{};
  std::vector<std::uint32_t> subjects;  ///< UPSes, a node, a host, a sensor … as the verb says.
  std::string named;                    ///< The subject as it was written.
  story_values values;                  ///< Of `set`.
  duration lasts{};                     ///< Of `hold` and `switch_on`.
  std::optional<double> number;         ///< A sensor's, or an outlet's watts; absent: silent.
  std::uint32_t week_minute = 0;        ///< Of `clock`, from Monday.
  bool good = true;  ///< The clock is synchronised, mails arrive, the program ends well.
};

struct story {
  std::string about;
  std::vector<story_values> upses;
  std::vector<story_event> events;  ///< In order of time.
  duration lasts{};
};

}  // namespace holdover::drill
