// Several ways to look at one UPS, and what to make of it when they do not agree (O5, X11).
//
// Think of two witnesses of one accident. If both say the same, good; if one is silent, the other
// is heard; if they contradict each other, nobody is sentenced before it cannot wait any longer.
// Paths that fail together, such as one card asked by two protocols, are one *group*, and a group
// has one voice: its newest word. Of the groups whose word is fresh
//
//   more than half agree     that is what the UPS is, the others are told of (`dissent`)
//   two sides are as strong  disputed: on battery as the one side says, but nothing matures by it
//
// Decisions worth knowing:
//   - Beneath all stands one fact: a battery in use gets emptier. A side that says "on battery" is
//     *discharging* while its charge or runtime has reached a new low lately. In a dispute a host
//     goes down at its latest safe start only by a side that shows it (X11): a flag that is stuck
//     or lied about stops nobody, a card that froze on "online" keeps nobody from stopping.
//     What got emptier before the contradiction began shows nothing: it may have been the end of an
//     outage, which one path has seen before the other.
//   - A side "on battery" whose numbers have all stood still for long, against one that moves, has
//     lost its voice: it is frozen, and mains are there. The other way round it is not so: an idle
//     battery on mains stands still for days.
//   - A lone word for "on battery" is disputed until every group has had the time to be heard, or a
//     node that starts would decide by whichever card answers first.
//   - Where several groups are of one mind, the numbers are their middle, of two the worse one.
//   - With a single path nothing of this happens, and what was seen passes through unchanged.
//
// Pure. One per UPS in each node's site_machine, before its ups_tracker.

#pragma once

#include "core/power/observation.hpp"
#include "core/site.hpp"
#include "core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace holdover::power {

class source_panel {
public:
  source_panel(const ups_config&, const observation_config& rules, time_point now);

  struct finding {
    observation what;
    duration age{};
    /// If it carries: by all who are believed, without a break.
    std::optional<time_point> carries_since;
  };
  /// Takes what one path saw `age` ago, and says what the UPS is by all of them.
  finding observe(std::uint32_t path, const observation&, duration age, time_point now);

  bool single() const { return sources_.size() == 1; }
  /// The groups whose fresh word is not what the UPS was last taken to be; empty if all agree.
  const std::vector<std::string>& dissent() const { return dissent_; }
  /// Groups that have said nothing for long, of a UPS with several.
  std::vector<std::string> silent(time_point now) const;
  /// When the next of them may be, if it says nothing until then.
  std::optional<time_point> next_silent(time_point now) const;
  /// The groups behind what the UPS was last taken to be.
  const std::vector<std::string>& voices() const { return voices_; }

  /// Takes over what was heard of the groups that go on under a changed site file.
  void inherit(const source_panel& old);

private:
  enum class side : std::uint8_t { carries, on_battery, off };

  /// Everything that is known of one group.
  struct source {
    std::string group;
    std::optional<time_point> taken;  ///< When its newest word was.
    observation said;
    std::optional<time_point> moved;          ///< When one of its numbers last was another one.
    std::optional<time_point> carries_since;  ///< While it says so without a break.
    // Since it says "on battery" without a break.
    std::optional<time_point> since;
    std::optional<double> least_charge;
    std::optional<duration> least_runtime;
    std::optional<time_point> fell;  ///< When one of both last was clearly less than ever.
  };

  static side side_of(belief);
  void hear(source&, const observation&, time_point taken);
  bool fresh(const source&, time_point now) const;
  bool has_numbers(const source&) const;
  duration patience(const source&) const;
  bool moves(const source&, time_point now) const;
  bool discharges(const source&, time_point now) const;
  bool stands_still(const source&, time_point now) const;
  std::vector<const source*> of(side, time_point now) const;
  observation merged(const std::vector<const source*>&, time_point now) const;
  observation judge(time_point now);
  std::optional<time_point> carries_since() const;
  void agree_on(const std::vector<const source*>& winners, time_point now);

  std::vector<std::size_t> group_of_path_;
  std::vector<source> sources_;  ///< By group.
  duration fresh_limit_;
  duration silent_limit_;
  duration movement_;  ///< What has not moved for so long does not move, at the least.
  time_point started_;
  std::optional<time_point> contradicted_;  ///< When the dispute began that is not long over.
  std::optional<time_point> disputed_at_;   ///< When it last was one.
  std::optional<time_point> told_;          ///< What was said last is from then.
  std::vector<std::string> dissent_, voices_;
};

}  // namespace holdover::power
