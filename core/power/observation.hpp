// What a reading of a UPS means for those who depend on it.
//
// A reading has a hundred values; a decision needs one word and five numbers. observe() makes the
// one from the other and is the only place that interprets status flags (rule X7):
//
//   online       input carries the load
//   on_battery   the battery carries the load
//   test         input is good, a test or calibration discharges the battery: counts as online
//   bypass       input is good but nothing stands behind it: carries, unprotected
//   off          the output is off
//   unknown      the device does not say, or contradicts itself: never fine, never an outage
//
// An input that fails during a test or on bypass ends both at once.
//
// Decisions worth knowing:
//   - "Input is good" is what the device says (OL) or what it measures: a voltage above half of the
//     nominal one, above 80 V where no nominal is given. A measured zero beats OL only together
//     with OB, because cards that measure nothing also say zero.
//   - OL and OB at once, without a voltage that settles it, is unknown: guessed online it would
//     hide an outage, guessed on battery it would stop hosts whose power is fine. Unknown does
//     neither, and is alarmed.
//   - OFF beside OB is on battery with `output_off` said: whether its output is on is proven or
//     refuted by the hosts behind it, and a host that has no other supply and talks proves it.
//   - Only numbers of quality good count. An old or impossible one is absent, because an absent
//     runtime lets the last projection run on, while a wrong one would replace it.

#pragma once

#include "core/power/reading.hpp"
#include "core/time.hpp"

#include <optional>
#include <string_view>

namespace holdover::power {

enum class belief : std::uint8_t { unknown, online, on_battery, test, bypass, off };
std::string_view to_string(belief);

/// Whether a supply in this state carries its load without using up its battery.
constexpr bool carries(belief state) {
  return state == belief::online || state == belief::test || state == belief::bypass;
}

struct observation {
  belief state = belief::unknown;
  bool battery_low = false;
  bool overload = false;
  bool replace_battery = false;
  bool forced_shutdown = false;  ///< FSD: its master is about to have the output cut.
  bool output_off = false;       ///< It says OFF too, though on battery: a contradiction.
  bool input_lost = false;       ///< On battery, and it measures that its input is gone.
  bool fault = false;            ///< It reports a fault of its own.
  /// Of one that is off: whether mains are there, by which it would carry if it were on. For our
  /// own policy; it is told to nobody.
  std::optional<bool> input_good{};
  bool on_generator = false;  ///< It says that a generator feeds it.
  bool disputed = false;      ///< As strong a side of its paths says that it carries (O5).
  bool stands_still = false;  ///< … it has had the time to get emptier, and has not.
  bool discharging = false;   ///< Said with `disputed`: the battery is seen getting emptier (X11).
  std::optional<double> charge_percent;
  std::optional<double> load_percent;
  std::optional<duration> runtime_left;        ///< As the device predicts it, at its present load.
  std::optional<duration> countdown;           ///< Until the device itself cuts its output.
  std::optional<duration> counter_on_battery;  ///< The device's own time on battery.

  bool operator==(const observation&) const = default;
};

/// The meaning of one reading. A reading marked stale by its server is unknown.
observation observe(const ups_reading&);

}  // namespace holdover::power
