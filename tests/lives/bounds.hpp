// Between which bounds a condition is true: it may be, or it must be. The noise of sensors, polls
// and the time to react lie between the two.
//
// Reckoned from the truth and the site file alone, holds and hysteresis included: nothing of
// core/policy decides here.

#pragma once

#include "tests/lives/life.hpp"
#include "tests/lives/truth.hpp"

#include <optional>
#include <vector>

namespace holdover::lives {

struct answer {
  bool may = false;
  bool sure = false;
};

/// What batteries may be seen to say, by whomever they feed.
class battery_bounds {
public:
  explicit battery_bounds(const life&);

  void look(const truth&, ms now);

  struct question {
    condition_kind kind{};
    ms time = 0;  ///< Of `latest_safe` what its hosts need.
    double percent = 0;
    double hysteresis = 0;
  };
  answer ask(const question&, const std::vector<supply_config>&, std::uint32_t needed) const;
  /// What is left for whoever hangs on these, at the least that a node may reckon with.
  ms least_left(const std::vector<supply_config>&, std::uint32_t needed) const;
  /// A supply was out of sight a moment ago: nothing is sure.
  bool out_of_sight(const std::vector<supply_config>&, ms within) const;
  /// Out of sight for so long that nothing new may rest on it.
  bool stale(ups_index) const;
  ms silent_for(ups_index i) const { return upses_[i].silent_for; }

private:
  struct ups_notes {
    ms up_to = 0;     ///< On battery in this episode, at the most that may have been counted.
    ms at_least = 0;  ///< Likewise of this stretch, at the least.
    ms mains_for = 0;
    ms silent_for = 0;
    ms loaded_anew_at = -1'000'000;
  };
  bool fails(ups_index, bool surely) const;
  bool generator_surely_holds() const;

  const life& of_;
  const truth* is_ = nullptr;
  ms now_ = 0;
  std::vector<ups_notes> upses_;
  std::optional<ms> generator_first_;  ///< When this run of it was first seen.
  ms generator_on_for_ = 0, generator_off_for_ = 0;
  bool generator_unclear_ = false;
};

/// Who asks: somebody on these supplies, or nobody in particular.
struct perspective {
  std::vector<supply_config> supplies;
  std::uint32_t needed = 1;
  ms latest_safe = 0;
};

/// The tree of a stage as somebody asks it.
class condition_bounds {
public:
  condition_bounds(const life&, stage_index, perspective = {});

  void look(const truth&, const battery_bounds&, ms now);
  /// Whether it may have been true at any moment of the last `window`.
  bool may_be_true(ms now, ms window) const { return now - nodes_.back().last_may <= window; }
  /// Since when it must be true, holds included.
  std::optional<ms> surely_since() const {
    return nodes_.back().sure ? nodes_.back().sure_from : std::nullopt;
  }
  std::uint32_t onsets() const { return onsets_; }

private:
  struct bounds {
    bool raw_may = false;  ///< Without hold.
    bool may = false;
    bool sure = false;
    ms may_since = 0;
    ms last_raw_may = -1'000'000;
    ms last_met = -1'000'000;  ///< Not counting the time that it takes to be clear.
    ms last_may = -1'000'000;
    std::optional<ms> sure_from;  ///< With its hold.
    std::optional<ms> sure_since;
    ms last_raw_sure = -1'000'000;
    ms silent_for = 0;
  };
  answer look_at_leaf(std::size_t, const truth&, const battery_bounds&, ms now);
  answer look_at_sensor(std::size_t, const truth&, ms now);
  answer look_at_window(std::size_t, ms now) const;
  answer combine(std::size_t) const;
  std::optional<ms> children_sure_from(std::size_t) const;
  void hold(std::size_t, answer, ms now);

  const life& of_;
  condition_tree tree_;
  perspective seen_by_;
  std::vector<bounds> nodes_;  ///< By position in the tree.
  std::uint32_t onsets_ = 0;
  bool was_ = false;
};

}  // namespace holdover::lives
