// From readings of one UPS to a belief that a decision may rest on (rules O2, O3, O4, O6, X8, X13).
//
// A stopwatch with a strict referee: it runs only while somebody is looking. Time on battery is the
// sum of intervals between consecutive *fresh* on-battery observations, so an hour without news is
// an hour of not knowing, never an hour of outage. What was seen goes
//
//   fresh --3 periods--> stale --max(30 s, 5 periods)--> blind
//
// and a blind node has no view at all.
//
// Decisions worth knowing:
//   - A gap longer than the fresh limit starts a new episode, unless the device's own counter grew
//     by the gap, or peers vouch for it (O3, X13).
//   - An episode ends after `episode_end` of fresh online. Until then confirmed time adds up, so
//     mains that flap for ever cannot postpone a stage for ever. The device's counter restarts with
//     each return of mains, so it bounds each stretch on battery, not their sum. A counter of zero
//     on battery is a counter that the device does not keep, and bounds nothing.
//   - A counter found running by the very first observation speaks for the time before it, but only
//     after it was seen to keep time with us.
//   - An answer that arrives older than the fresh limit tells the state but credits nothing.
//   - A worse runtime counts after 2 samples, a better one after 3 (X8). On battery a single sample
//     is therefore no prediction: the first one after a gap or a restart waits for the second.
//   - left = min(reported, device's countdown, 60 s once battery low); without any runtime
//     reported, half of the rated one less the confirmed time on battery; and always less the time
//     since it was observed. Forced shutdown counts as battery low: the UPS's master is about to
//     cut the output. A blind tracker predicts nothing.
//   - An output can be about to end while the input is good: a countdown goes on, and so does what
//     a forced shutdown has set going, when mains return. Such a supply is *ending*: it fails, in
//     what is left of the countdown. A countdown is believed when it is seen to run, on battery
//     too, because some devices show a number that stands still or jitters, such as a delay that is
//     set in them; a forced shutdown when it was seen to begin and only for `forced_lasts`, because
//     servers keep the flag until they are started anew. Both end after three looks without them.
//   - When nobody asks the device any more it is stale at once, whatever its age, and runs on from
//     what was known like any silent device, until it is observed anew. So a level that was reached
//     stays, nothing matures, and a supply that was seen carrying is no outage.
//   - What is disputed credits no time on battery: its paths contradict each other (O5).
//   - While a test window explains "on battery", the answers say "test", which carries. Beneath
//     them everything is counted as ever, so that it all stands if the window shuts (X7).
//
// Pure. One per UPS in each node's site_machine.

#pragma once

#include "core/power/observation.hpp"
#include "core/power/settled.hpp"
#include "core/power/test_window.hpp"
#include "core/site.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace holdover::power {

enum class freshness : std::uint8_t { never, fresh, stale, blind };
std::string_view to_string(freshness);

class ups_tracker {
public:
  ups_tracker(duration poll_period, std::optional<duration> rated_runtime,
              const observation_config& rules, time_point now);

  /// Other settings from now on, out of a changed site file; what was seen stays seen.
  void retune(duration poll_period, std::optional<duration> rated_runtime,
              const observation_config& rules) {
    poll_period_ = poll_period;
    rated_runtime_ = rated_runtime;
    rules_ = rules;
  }

  /// Takes an observation that is `age` old. Unknown ones are no observations of power: they only
  /// fail to refresh.
  void observe(const observation&, duration age, time_point now);
  /// What is believed to be online now has been so since then: a contradiction has been settled.
  void online_since(time_point);

  /// Whoever asked the device has ended: what is known keeps its age, but is fresh no more.
  void lose(time_point now);
  bool lost() const { return lost_.has_value(); }

  /// Peers' fresh, signed word that the episode has lasted `confirmed` already; given after a
  /// restart by at least k-1 of them, the least of theirs counts (O3).
  void vouch(duration confirmed, time_point now);

  /// A battery test was ordered so long ago. Only one that is seen to carry, or that has been on
  /// battery for no longer than that, is believed to begin a test.
  void expect_test(duration ago, time_point now);
  /// Something speaks against a test: what is seen on battery counts, from when it began.
  void doubt_test() { test_.shut(); }
  /// Brings the window up to now; call before asking. A supply that is not fresh any more is in no
  /// known test.
  void advance(time_point now);
  const test_window& test() const { return test_; }
  /// On battery, explained by a test.
  bool testing() const { return test_.open() && last_.state == belief::on_battery; }

  freshness fresh(time_point now) const;
  /// For how long there has been no fresh belief; absent while fresh. For "unknown, since 40 s".
  std::optional<duration> unknown_for(time_point now) const;

  /// The last belief that was observed, whatever its age.
  belief state() const { return testing() ? belief::test : last_.state; }
  bool fresh_on_battery(time_point now) const;
  /// On battery, as one side of its paths says and another denies (O5).
  bool disputed() const { return last_.disputed; }
  /// Carries still, but its output was last seen about to be cut.
  bool ending() const { return carries(last_.state) && (runs_down_ || forced_); }
  /// Carries and says forced shutdown, which counts for nothing: nobody saw it begin, or long ago.
  bool forced_left_over() const;
  /// Fresh on battery or ending: the only ground on which a level may rise above WARN (X8).
  bool fresh_failing(time_point now) const;
  bool fresh_online(time_point now) const;  ///< Fresh, carrying and not ending.

  /// Zero outside an episode.
  duration confirmed_on_battery() const { return banked_ + stretch_.credit; }
  bool episode_open() const { return episode_open_; }
  /// How long it has been fresh and carrying without a break; absent if it is not.
  std::optional<duration> online_for(time_point now) const;

  /// Until empty if it stays on battery; while it carries, for how long it would last if its input
  /// failed now. Absent if nothing is known.
  std::optional<duration> left(time_point now) const;
  /// What was last known of left(), run on for however long nothing was heard: the worst case of a
  /// silent device.
  std::optional<duration> last_known_left(time_point now) const;
  std::optional<double> charge_percent() const { return last_.charge_percent; }
  /// Battery low or forced shutdown, as two samples in a row have said and three not taken back.
  bool battery_low() const { return battery_low_ && !testing(); }
  const observation& last() const { return last_; }
  std::optional<duration> age(time_point now) const;

  /// The next moment at which the freshness changes by time alone. left() and the durations run
  /// evenly until then.
  std::optional<time_point> next_change(time_point now) const;

private:
  /// How an observation follows the one before it.
  enum class link : std::uint8_t { first, next, bridged, broken };

  /// On battery without a break, as far as we saw.
  struct stretch {
    duration own{};                   ///< By our clock.
    duration credit{};                ///< What of it the device's counter agrees to.
    std::optional<duration> counter;  ///< As last given.
  };

  duration fresh_limit() const;
  duration blind_limit() const;
  link follows(const observation&, duration elapsed, bool in_time) const;
  void forget();
  void forget_low();
  void watch_countdown(const observation&, time_point taken);
  bool proven(duration told) const;
  void forget_countdown();
  void stands_still(duration at);
  void watch_forced(const observation&, time_point taken);
  void account_on_battery(const observation&, link, time_point taken, duration elapsed,
                          bool credited);
  void account_dispute(const observation&, time_point taken);
  duration worst_on_battery() const;
  void account_off_battery(const observation&, time_point taken, bool in_time);
  void extend_stretch(const observation&, duration elapsed);
  void end_stretch();
  void end_episode();
  void settle_claim();
  void raise_confirmed(duration to);
  void predict(const observation&, time_point taken, duration elapsed);
  bool forced_counts(time_point at) const;
  duration left_until_cut(time_point now) const;

  duration poll_period_;
  std::optional<duration> rated_runtime_;
  observation_config rules_;
  time_point started_;
  observation last_;
  std::optional<time_point> taken_;  ///< When the last usable observation was taken.
  bool last_in_time_ = false;        ///< It was fresh when it arrived.
  std::optional<time_point> lost_;   ///< Since when nobody asks.

  bool episode_open_ = false;
  duration banked_{};  ///< Of the episode's earlier stretches, and vouched for.
  stretch stretch_;
  std::optional<duration> claim_;  ///< The counter at the first observation, not yet proven.
  std::optional<time_point> online_since_;
  std::optional<time_point> disputed_since_;  ///< On battery, by one side of two.
  std::optional<time_point> battery_since_;   ///< Of the present or last stretch, confirmed or not.

  settled runtime_;
  settled cut_;                         ///< Battery low, or no end in sight.
  std::optional<duration> low_budget_;  ///< What is left of the 60 s since battery low.
  std::uint32_t low_samples_ = 0;
  std::uint32_t not_low_samples_ = 0;
  bool battery_low_ = false;

  /// A countdown as it was last seen to begin or to fall.
  struct countdown_mark {
    duration left{};
    time_point at{};
    time_point seen{};  ///< The same number was seen again.
  };
  std::optional<countdown_mark> countdown_;
  std::uint32_t looks_without_countdown_ = 0;  ///< Or, while it runs, in which it rose.
  std::uint32_t falls_ = 0;                    ///< Of the countdown, one after the other.
  duration fell_from_{};
  /// The least that was seen of a number that did not run: a countdown falls below it.
  std::optional<duration> stood_at_;
  bool runs_down_ = false;
  std::optional<time_point> forced_since_;  ///< Seen to begin.
  std::uint32_t looks_forced_ = 0;
  std::uint32_t looks_not_forced_ = 0;
  bool forced_ = false;
  test_window test_;
};

}  // namespace holdover::power
