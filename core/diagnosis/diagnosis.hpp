// What a person should do about a UPS, from what it says now and from what the journal tells of it.
//
// A doctor's round: one look at the patient, one at the chart. Nothing here decides about hosts or
// outlets; a finding is a sentence with its evidence and what to do, for whoever looks after the
// device.
//
//   now     alarms, flags, values and their quality, the clock of its card
//   chart   self-tests, losses of contact, restarts, discharges and the runtimes told before
//
// Decisions worth knowing:
//   - No finding rests on a number whose quality is not good, but that there are such numbers is
//   one.
//   - Runtimes are compared at one load, by the usual law of batteries, and only when told on mains
//     with a full battery: else a day with less load would look like a new battery.
//   - What a discharge really took is held against what the device promises now. A battery is due
//     when it keeps less than four fifths of either.
//   - Few samples give no trend. A finding that comes and goes is read by nobody.
//
// Pure. Driver: `holdover diagnose`.

#pragma once

#include "core/event.hpp"
#include "core/power/reading.hpp"
#include "core/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdover::diagnosis {

enum class weight : std::uint8_t { note, warning, alarm };
std::string_view to_string(weight);

struct finding {
  std::string code;  ///< "battery_due", for programs.
  weight how = weight::warning;
  std::string text;    ///< What is so, with the figures.
  std::string remedy;  ///< What to do.

  bool operator==(const finding&) const = default;
};

/// An event about the device, as one node journaled it.
struct past_event {
  duration ago{};
  event_payload what;
};

struct evidence {
  std::string device;
  power::ups_reading now;
  /// By how much the card's own clock is ahead of ours; absent where it tells none.
  std::optional<duration> card_clock_ahead;
  std::optional<duration> battery_age;
  duration battery_life = 5 * 365 * 24h;
  std::vector<past_event> past;  ///< Of one node, oldest first.
};

/// The gravest first. Empty: nothing to do.
std::vector<finding> diagnose(const evidence&);

}  // namespace holdover::diagnosis
