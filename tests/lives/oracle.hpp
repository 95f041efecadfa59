// What must hold in every life, judged by the truth and the site file alone: nothing of core/policy
// decides here.
//
//   fine    nobody commits whose supplies are fine, unless the environment, the calendar or an
//           operator may just have asked for it; no outlet is shed without such a cause
//   crash   whoever is told in time is down before its battery ends
//   order   nobody commits before those that go before it, but at its latest safe start
//   cut     no outlet opens under a host that is not down
//   twice   nobody goes down, or is started, more often than there was cause
//   due     what is asked for beyond doubt is done
//   back    at the end whatever was stopped or shed is back, and nothing else was started
//   same    facts of one instant lead to the same wishes in whatever order they arrive
//
// What a condition comes to is known between two bounds: it may be true, or it must be; the noise
// of sensors, polls and the time to react lie between them.

#pragma once

#include "core/vote/vote.hpp"
#include "tests/lives/coverage.hpp"
#include "tests/lives/life.hpp"

#include <optional>
#include <string>
#include <vector>

namespace holdover::lives {

class player;
class truth;

/// Between which bounds a tree of conditions is true, and since when.
class condition_bounds {
public:
  condition_bounds(const life&, stage_index);

  void look(const truth&, ms now);
  /// Whether it may have been true at any moment of the last `window`.
  bool may_be_true(ms now, ms window) const;
  /// Since when it must be true, holds included.
  std::optional<ms> surely_since() const { return nodes_.back().sure_from; }
  std::uint32_t onsets() const { return onsets_; }

private:
  struct bounds {
    bool may = false;
    bool sure = false;
    std::optional<ms> sure_from;  ///< With its hold.
    std::optional<ms> sure_since;
    ms last_may = -1'000'000;
  };
  void look_at_leaf(std::size_t, const truth&, ms now);
  void combine(std::size_t);

  const life& of_;
  condition_tree tree_;
  std::vector<bounds> nodes_;  ///< By position in the tree.
  std::uint32_t onsets_ = 0;
  bool was_ = false;
  ms clear_after_ = 0;
};

class oracle {
public:
  oracle(const life&, coverage&);

  void look(const player&);
  void committed(const player&, host_index);
  void lost_power(const player&, host_index);
  void started(const player&, host_index, std::string_view how);
  void switched(const player&, outlet_index, bool on);
  void end(const player&);

  bool broken() const { return !violation_.empty(); }
  const std::string& violation() const { return violation_; }

private:
  struct host_notes {
    std::uint32_t commits = 0, starts = 0, causes = 0;
    bool threatened = false;
    ms threatened_since = 0, fine_since = 0;
    ms last_threat = -1'000'000;
    std::optional<ms> ordered_at;
    ms up_since = 0;
  };

  void note_hosts(const player&);
  void compare_minds(const player&);
  void what_is_due(const player&);
  bool asked_for(const player&, host_index) const;
  bool shed_asked_for(const player&, outlet_index) const;
  bool named_by_a_stage(outlet_index) const;
  std::optional<std::string> crash_excuse(const player&, host_index) const;
  ms left_of(const player&, host_index) const;
  void breaks(const player&, const std::string& rule, const std::string& text);

  const life& of_;
  const site& site_;
  coverage& seen_;
  std::vector<std::optional<condition_bounds>> bounds_;  ///< By stage.
  std::vector<bool> environmental_;
  std::vector<host_notes> hosts_;
  std::vector<bool> ours_;  ///< Outlets that were switched off.
  std::optional<ms> differs_since_;
  std::string violation_;
};

}  // namespace holdover::lives
