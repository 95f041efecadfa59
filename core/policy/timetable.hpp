// The timetable of an outage before it happens: when each stage, host and outlet goes, and how much
// time is left over.
//
// A railway timetable drawn from the same rules that the trains obey. Each UPS that fails counts
// down; conditions of stages mature as they would for the site machine, trees of them included, in
// which a sensor or a switch stays as it should be; a host starts to go when its stage is due and
// the hosts before it are done, or at its latest safe start, whichever is first; an outlet opens
// when everybody behind it is down. Nothing is guessed about people, silence or luck: every reading
// is fresh, every vote arrives, every host stops in its declared time.
//
//   fails        due              order    commit       down     off            end
//   |------------|-----------------|--------|------------|--------|----- slack ---|
//     conditions   hosts before it   hold    stop time    delay
//
// Decisions worth knowing:
//   - Two clocks per UPS: what it will *say* (decisions rest on it), and when it will *really* be
//     empty (hosts die by it). A plan with a margin makes the second earlier than the first.
//   - The load is taken to stay as it is: what is shed makes batteries last longer, and that is
//     left as reserve.
//   - `latest_start` is the last moment that still keeps the order: stop time of the host, of those
//     after it, and the margin, counted back from what the UPS says. `slack` is what remains
//     between power off and the real end; negative means that it crashes.
//
// A property test plays random sites with the production machines and compares.

#pragma once

#include "core/policy/plan.hpp"
#include "core/site.hpp"
#include "core/time.hpp"
#include "core/vote/vote.hpp"

#include <optional>
#include <vector>

namespace holdover::policy {

/// What one UPS does in the outage. Times count from the failure of its input.
struct supply_outlook {
  bool fails = false;
  std::optional<duration> says_left;     ///< What it reports at the beginning; counts down evenly.
  std::optional<double> charge_percent;  ///< At the beginning; falls in step with the time left.
  std::optional<double> low_at_percent;  ///< It says battery low from this charge on.
  std::optional<duration> ends_after;    ///< When it is really empty; absent: never.
};

struct timetable_assumptions {
  duration detection = 2s;        ///< From the failure to the first reading that shows it.
  duration reaction = 1s;         ///< From a decision to the hosts' agents.
  double stop_share = 1;          ///< How much of its declared stop time a host really takes.
  duration outlet_reaction = 1s;  ///< From the wish to the open outlet.
};

struct host_times {
  bool threatened = false;  ///< Too few of its supplies carry. Otherwise the rest stays empty.
  std::optional<duration> due;
  std::optional<duration> ordered;
  vote::reason why = vote::reason::unspecified;
  bool order_broken = false;  ///< Its latest safe start came before the hosts before it were done.
  std::optional<duration> committed;
  std::optional<duration> down;          ///< Its last word.
  std::optional<duration> off;           ///< Its power may go.
  std::optional<duration> latest_start;  ///< Of the order; before zero: it never was safe.
  std::optional<duration> ends;          ///< When its power really ends.
  /// Between `off` and `ends`. Negative: it crashes. Absent: its power does not end.
  std::optional<duration> slack;
};

struct stage_times {
  std::optional<duration> due;    ///< For the first host or outlet that it is due for.
  std::optional<duration> from;   ///< The first order or switching.
  std::optional<duration> to;     ///< The last host down and outlet off.
  std::optional<duration> slack;  ///< The least of its hosts'.
};

struct outlet_times {
  std::optional<duration> off;
  vote::reason why = vote::reason::unspecified;
};

struct timetable {
  std::vector<host_times> hosts;  ///< By index, as in the site.
  std::vector<outlet_times> outlets;
  std::vector<stage_times> stages;
  std::optional<duration> ends;  ///< The last battery.
  bool crashes() const;          ///< Whether a host has a negative slack.
};

/// @param supplies one for each UPS of the site.
timetable make_timetable(const site&, const plan&, const std::vector<supply_outlook>& supplies,
                         const timetable_assumptions&);

}  // namespace holdover::policy
