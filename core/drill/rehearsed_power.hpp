// The power of a story, at the pace of a clock: what each device would say now.
//
// Batteries run out at the rate that the battery model predicts from charge, load and age, and are
// charged while mains is on, as in a simulation. A UPS whose battery is empty says nothing more.

#pragma once

#include "core/drill/story.hpp"
#include "core/power/battery_model.hpp"
#include "core/power/observation.hpp"
#include "core/site.hpp"
#include "core/time.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace holdover::drill {

class rehearsed_power {
public:
  rehearsed_power(const site&, story);

  /// Up to a moment since the story began; those before it are its beginning. Returns what of the
  /// story happens now and is not about power: for its player. @pre never backwards
  std::vector<story_event> advance(duration);
  /// When something of the story happens next.
  std::optional<duration> next() const;

  /// Nothing: its card is silent, or it has no power left.
  std::optional<power::observation> ups(ups_index) const;
  /// Nothing: it is silent.
  std::optional<double> sensor(sensor_index index) const { return sensors_[index]; }
  /// Whether what hangs on it has power.
  bool carries(ups_index index) const { return !upses_[index].empty; }

private:
  struct supply {
    power::battery_model model;
    power::observation says;
    double charge = 100;
    double load = 50;
    duration recharge{};
    std::optional<duration> given;  ///< A runtime that the story sets, instead of the model's.
    bool silent = false;
    bool empty = false;
  };

  void begin(const site&, ups_index);
  void drain(supply&, duration time);
  void happen(const story_event&, ups_index);
  void set(supply&, const story_values&);
  duration runtime(const supply&) const;

  const story story_;
  std::vector<supply> upses_;
  std::vector<std::optional<double>> sensors_;
  std::size_t played_ = 0;
  duration now_{};
};

}  // namespace holdover::drill
