// What must hold in every life, judged by the truth and the site file alone: nothing of core/policy
// decides here.
//
//   fine    nobody commits whose supplies are fine, unless the environment, the calendar or an
//           operator may just have asked for it; no outlet is shed without such a cause
//   crash   whoever is told in time is down before its battery ends
//   order   nobody commits before those that go before it, but at its latest safe start
//   early   nobody is ordered down in an outage before a stage may ask for it or its latest safe
//           start is near, nor on what nobody has seen lately, nor while an operator holds it
//   kept    an order is not taken back while its battery discharges
//   cut     no outlet opens under a host that is not down
//   twice   nobody goes down more often than there was cause, nobody is woken in every step
//   due     what is asked for beyond doubt is done, and stays so
//   gate    nothing is started before mains have held and the battery has charged, while its outlet
//           was off for too short, too soon after another one, or beyond a rating or a generator
//   back    at the end whatever was stopped or shed is back, and nothing else was started
//   same    facts of one instant lead to the same wishes in whatever order they arrive
//
// What a condition comes to is known between two bounds: it may be true, or it must be; the noise
// of sensors, polls and the time to react lie between them.

#pragma once

#include "core/vote/vote.hpp"
#include "tests/lives/bounds.hpp"
#include "tests/lives/coverage.hpp"
#include "tests/lives/life.hpp"

#include <optional>
#include <string>
#include <vector>

namespace holdover::lives {

class player;
struct wanted;
class truth;

class oracle {
public:
  oracle(const life&, coverage&);

  void look(const player&);
  void committed(const player&, host_index);
  void lost_power(const player&, host_index);
  void started(const player&, host_index, std::string_view how);
  void packet_sent(const player&, host_index);
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
    ms troubled_since = -1;         ///< Threatened since, moments of mains left out; or not.
    ms may_be_due_at = -1'000'000;  ///< When a stage of an outage last may have asked for it.
    ms surely_due_since = -1;       ///< Since when its own stage must have, in this outage.
    bool was_ordered = false;
    ms held_since = -1, free_since = 0;
    ms start_begun_at = -1'000'000;
    ms packet_at = -1'000'000;
  };
  struct outlet_notes {
    bool ours = false;  ///< It was switched off.
    ms may_be_due_at = -1'000'000;
    ms off_since = -1'000'000, on_since = -1'000'000;
    vote::outlet_wish wish = vote::outlet_wish::keep;
  };

  void note_hosts(const player&);
  void note_levels(const player&);
  // What stages of an outage ask for: oracle_outage.cpp
  void note_what_may_be_due(const player&);
  answer stage_of_outage(stage_index, host_index, ms now) const;
  answer short_form(stage_index, const std::vector<supply_config>&, std::uint32_t needed) const;
  void judge_order(const player&, host_index);
  void judge_withdrawal(const player&, host_index);
  void judge_delay(const player&, host_index);
  bool latest_start_near(host_index) const;
  bool held(const player&, host_index) const;
  // What may be started: oracle_return.cpp
  void judge_switching_on(const player&, outlet_index);
  void judge_start(const player&, host_index, bool by_power);
  void note_wishes(const player&);
  void note_postponed(outlet_index);
  bool gate_may_be_open(const player&, const std::vector<supply_config>&, std::uint32_t needed,
                        ms reserve) const;
  void judge_capacity(const player&, double more, const std::string& name);
  void compare_minds(const player&);
  bool generator_came_between(const wanted&, const wanted&) const;
  void what_is_due(const player&);
  bool asked_for(const player&, host_index, ms within) const;
  bool shed_asked_for(const player&, outlet_index) const;
  bool named_by_a_stage(outlet_index) const;
  std::optional<std::string> crash_excuse(const player&, host_index) const;
  ms left_of(const player&, host_index) const;
  void breaks(const player&, const std::string& rule, const std::string& text);

  const life& of_;
  const site& site_;
  coverage& seen_;
  battery_bounds batteries_;
  std::vector<std::optional<condition_bounds>> bounds_;  ///< By stage.
  /// Trees of an outage by stage, as each host and each feed sees them.
  std::vector<std::vector<condition_bounds>> hosts_see_, feeds_see_;
  std::vector<bool> environmental_;
  std::vector<host_notes> hosts_;
  std::vector<outlet_notes> outlets_;
  ms generator_on_since_ = -1;
  ms generator_moved_at_ = -1'000'000;
  ms started_at_ = -1'000'000;  ///< The last wish for a start.
  std::optional<ms> differs_since_;
  bool generator_between_ = false;
  std::string violation_;
};

}  // namespace holdover::lives
