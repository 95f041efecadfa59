// Random lives of a UPS and of the way to it: mains that come and go, polls that are lost, answers
// that come late, cards that say nothing sensible. Whatever happens, the referee may not be fooled.

#include "core/power/ups_tracker.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace holdover::power {
namespace {

constexpr duration period = 2s;
constexpr duration fresh_limit = 6s;
constexpr duration never_shorter = 9s;  // A phase of mains cannot hide within the fresh limit.
constexpr std::uint64_t lives = 1000;
constexpr time_point start{5000s};

class dice {
public:
  explicit dice(std::uint64_t seed) : bits_(seed) {}
  duration between(duration least, duration most) {
    return duration{
        std::uniform_int_distribution<duration::rep>(least.count(), most.count())(bits_)};
  }
  bool chance(double probability) { return std::bernoulli_distribution(probability)(bits_); }

private:
  std::mt19937_64 bits_;
};

/// When mains are there: phases that alternate, each longer than the fresh limit.
class mains {
public:
  mains(dice& luck, duration length) {
    on_battery_first_ = luck.chance(0.5);
    for (auto at = start; at < start + length; at += luck.between(never_shorter, 120s))
      changes_.push_back(at);
  }
  bool on_battery(time_point when) const { return phase(when) % 2 == (on_battery_first_ ? 0 : 1); }
  /// For how long it has been on battery; zero if it is not.
  duration on_battery_for(time_point when) const {
    return on_battery(when) ? when - changes_[phase(when)] : duration::zero();
  }
  duration on_battery_in_all(time_point until) const {
    duration sum{};
    for (std::size_t i = 0; i < changes_.size() && changes_[i] < until; ++i) {
      const auto end = i + 1 < changes_.size() ? std::min(changes_[i + 1], until) : until;
      if (i % 2 == (on_battery_first_ ? 0u : 1u)) sum += end - changes_[i];
    }
    return sum;
  }

private:
  std::size_t phase(time_point when) const {
    const auto after = std::upper_bound(changes_.begin(), changes_.end(), when);
    return static_cast<std::size_t>(after - changes_.begin()) - 1;
  }
  std::vector<time_point> changes_;
  bool on_battery_first_ = false;
};

struct world {
  double loss = 0;      ///< Of single polls.
  double silence = 0;   ///< Of the card falling silent for a while, at any poll.
  double late = 0;      ///< Of an answer taking seconds.
  bool counts = false;  ///< The device keeps a truthful counter.
};

struct look {
  observation what;
  duration age{};
  time_point arrived;
  time_point taken() const { return arrived - age; }
};

std::vector<look> life(dice& luck, const mains& power, const world& odds, duration length) {
  std::vector<look> looks;
  for (auto now = start + 1ms; now < start + length; now += period) {
    if (luck.chance(odds.silence)) now += luck.between(4s, 90s);
    if (luck.chance(odds.loss)) continue;
    if (now >= start + length) break;
    const auto age = luck.chance(odds.late) ? luck.between(0s, 9s) : luck.between(0ms, 200ms);
    look one{.what = {}, .age = std::min(age, now - start), .arrived = now};
    one.what.state = power.on_battery(one.taken()) ? belief::on_battery : belief::online;
    if (luck.chance(0.02)) one.what.state = belief::unknown;
    if (odds.counts)
      one.what.counter_on_battery =
          std::chrono::floor<std::chrono::seconds>(power.on_battery_for(one.taken()));
    if (luck.chance(0.8)) one.what.runtime_left = luck.between(0s, 900s);
    looks.push_back(one);
  }
  return looks;
}

world random_world(dice& luck, bool counts) {
  return {.loss = luck.chance(0.5) ? 0.3 : 0.0,
          .silence = luck.chance(0.5) ? 0.05 : 0.0,
          .late = luck.chance(0.5) ? 0.3 : 0.0,
          .counts = counts};
}

/// Calls `check(tracker before the look, look, tracker after it)` for each look of many lives.
template <class Check>
void in_many_lives(bool counts, Check check) {
  for (std::uint64_t seed = 1; seed <= lives; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    dice luck(seed);
    const mains power(luck, 10min);
    const auto looks = life(luck, power, random_world(luck, counts), 10min);
    ups_tracker ups(period, std::nullopt, {}, start);
    for (const auto& one : looks) {
      const auto before = ups;
      ups.observe(one.what, one.age, one.arrived);
      check(before, one, ups, power);
      if (testing::Test::HasFailure()) return;
    }
  }
}

/// When the newest observation that the tracker took was made: an overtaken answer is not it.
time_point last_look(const ups_tracker& ups, const look& one) {
  return one.arrived - ups.age(one.arrived).value_or(one.arrived - start);
}

TEST(TrackerProperty, ConfirmedTimeNeverExceedsTheTimeReallyOnBattery) {
  in_many_lives(false, [](const auto&, const look& one, const auto& after, const mains& power) {
    EXPECT_LE(after.confirmed_on_battery(), power.on_battery_in_all(last_look(after, one)));
  });
}

TEST(TrackerProperty, NorDoesItWithACounterThatBridgesGapsAndSpeaksForARestart) {
  in_many_lives(true, [](const auto&, const look& one, const auto& after, const mains& power) {
    EXPECT_LE(after.confirmed_on_battery(), power.on_battery_in_all(last_look(after, one)));
  });
}

TEST(TrackerProperty, ConfirmedTimeGrowsOnlyBetweenTwoFreshOnBatteryObservations) {
  in_many_lives(false, [](const auto& before, const look& one, const auto& after, const mains&) {
    const auto grown = after.confirmed_on_battery() - before.confirmed_on_battery();
    if (grown <= 0s) return;
    EXPECT_EQ(before.state(), belief::on_battery);
    EXPECT_EQ(one.what.state, belief::on_battery);
    EXPECT_LE(one.age, fresh_limit);
    const auto elapsed = one.taken() - last_look(before, one);
    EXPECT_LE(elapsed, fresh_limit);
    EXPECT_LE(grown, elapsed);
  });
}

TEST(TrackerProperty, NothingMaturesAcrossAGap) {
  in_many_lives(false, [](const auto& before, const look& one, const auto& after, const mains&) {
    if (one.what.state == belief::unknown || !before.age(one.arrived)) return;
    if (one.taken() - last_look(before, one) > fresh_limit) {
      EXPECT_EQ(after.confirmed_on_battery(), 0s);
    }
  });
}

TEST(TrackerProperty, OutsideAnEpisodeNothingIsConfirmed) {
  in_many_lives(true, [](const auto&, const look&, const auto& after, const mains&) {
    if (!after.episode_open()) {
      EXPECT_EQ(after.confirmed_on_battery(), 0s);
    }
  });
}

TEST(TrackerProperty, AFreshAnswerNeverRestsOnAnOldObservation) {
  in_many_lives(true, [](const auto& before, const look& one, const auto& after, const mains&) {
    for (const auto* ups : {&before, &after}) {
      const bool young = ups->age(one.arrived) && *ups->age(one.arrived) <= fresh_limit;
      EXPECT_EQ(ups->fresh(one.arrived) == freshness::fresh, young);
      if (young) continue;
      EXPECT_FALSE(ups->fresh_on_battery(one.arrived));
      EXPECT_FALSE(ups->fresh_online(one.arrived));
      EXPECT_EQ(ups->online_for(one.arrived), std::nullopt);
    }
  });
}

TEST(TrackerProperty, TimeLeftOnlyRunsDownWithoutNews) {
  in_many_lives(false, [](const auto&, const look& one, const auto& after, const mains&) {
    const auto now = after.left(one.arrived);
    const auto later = after.left(one.arrived + 5s);
    if (!now) {
      EXPECT_EQ(later, std::nullopt);
    } else if (later) {
      EXPECT_EQ(*later, std::max(*now - 5s, duration::zero()));
    }
  });
}

TEST(TrackerProperty, OneSampleNeverEndsAProjection) {
  // X8: whatever a single sample says, the time left falls by no more than the time that passed,
  // unless the sample before it was as bad.
  in_many_lives(false, [](const auto& before, const look& one, const auto& after, const mains&) {
    if (one.what.state != belief::on_battery || before.state() != belief::on_battery) return;
    const auto was = before.left(one.arrived);
    const auto is = after.left(one.arrived);
    if (!was || !is || !before.last().runtime_left) return;
    const auto elapsed = one.taken() - last_look(before, one);
    const auto previous_sample = *before.last().runtime_left - elapsed - one.age;
    EXPECT_GE(*is, std::max(std::min(*was, previous_sample), duration::zero()));
  });
}

TEST(TrackerProperty, TheNextChangeIsAChangeOfFreshness) {
  in_many_lives(true, [](const auto&, const look& one, const auto& after, const mains&) {
    const auto next = after.next_change(one.arrived);
    if (!next) return;
    EXPECT_GT(*next, one.arrived);
    EXPECT_EQ(after.fresh(*next - 1ms), after.fresh(one.arrived));
    EXPECT_NE(after.fresh(*next), after.fresh(one.arrived));
  });
}

}  // namespace
}  // namespace holdover::power
