// What a host does when its controllers are gone (protocol 2.5, rule F1 with X4, X12, X14, A4).
//
// Think of a diver whose line to the boat has gone slack: he keeps the last gauge reading that he
// can trust, works out how long it lasts, and surfaces in time, but he does not surface merely
// because it is quiet. So: silence while on line is an alarm and nothing more (F3); known on
// battery plus silence is a deadline, computed at arming from the last reports of *all* controllers
// of this episode, and shown.
//
// A controller is *able* to judge a supply while its vote is fresh (within `able_within`) and says
// whether the supply carries or is on battery. With k able that do not tie, their majority sets the
// supply's state: the quorum view. Otherwise the supply is degraded: a known on-battery stays; one
// witness may set it newly after `single_witness`, if nobody able says online; an able online with
// no able on-battery clears it after `clear_after`.
//
// In a tie, a witness whose own observation is older than `observed_within`, or disputed by another
// path of its own (O5), is not able: what a node saw before it lost its UPS keeps a state, but does
// not contradict one that looks at it now.
//
//   deadline = arming + max(floor, min(left/2 + before, left - shutdown_time - after - reserve))
//   floor    = clamp((left - shutdown_time)/4, floor_low, floor_high)
//
// `left` of a supply is the mid-value (the lower one of an even count) of the projected empty times
// in the last report of every controller of this episode, silent ones included. A host with m
// supplies that needs n is on battery when more than m-n of them are; its left is the (m-n+1)-th
// smallest, where a supply that carries lasts for ever.
//
// Decisions worth knowing:
//   - Controllers answer for a supply that is out of their sight beside one that is on battery, and
//     say that it is, with its true age (X9). On such a word alone, never seen with anybody's own
//     eyes, the deadline is the latest one and not at half of the time.
//   - Ages and predictions of a vote count from the issue of the tick that it echoes, the earliest
//     moment at which it can have been made, so a delayed vote never makes a battery last longer.
//   - The deadline moves earlier with worse reports, but later only after a quorum view that held
//     for `quorum_moves` (X14). Else a link that is up for a second now and then would postpone it
//     for ever, and so would one isolated liar.
//   - When one witness alone set the state, `left` is the last quorum view's and not the witness's
//     (X12): the one controller that is left gets to say that, not how fast.
//   - A controller that says "carries" ends its own report of the episode; a quorum view or the
//     clear rule end all of them. Otherwise yesterday's outage would set today's deadline.
//   - A supply is one that k controllers name (or all, while fewer were ever heard): a lone liar
//     can neither invent a dead supply nor hide one. One that nobody has seen since boot counts
//     neither way and never arms.
//
// While one membership takes over from another, a supply is judged by the electorate of which more
// are able (X20): a quorum view needs the k of that one. Else a host whose old nodes are gone, or
// whose new ones are not there yet, would be left to its last deadline by a change of documents.
//
// Pure helper of agent_machine: no output of its own, asked after every change.

#pragma once

#include "core/identity.hpp"
#include "core/time.hpp"
#include "core/vote/vote.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdover::agent {

struct fallback_rules {
  std::uint32_t threshold = 1;
  duration able_within = 15s;
  duration single_witness = 30s;
  duration clear_after = 15s;
  duration reserve = 60s;
  duration floor_low = 5s;
  duration floor_high = 30s;
  duration observed_within = 6s;  ///< A witness that looked longer ago contradicts nobody.
  duration quorum_moves =
      15s;  ///< X14: so long must a quorum view hold to move the deadline later.
};

/// For whom a controller speaks, while two electorates have a say.
struct standing_of_vote {
  bool counts = true;    ///< For the electorate.
  bool counted = false;  ///< For the earlier one.
};

class fallback {
public:
  /// @param boot evidence observed before this is ignored (A4): being up proves power.
  fallback(fallback_rules rules, time_point boot);

  /// Learns from a vote that passed every check of V4. `as_of` is when the tick that it echoes was
  /// issued.
  void learn(const vote::vote&, time_point as_of, time_point now, standing_of_vote = {});

  /// Another electorate from now on, of which `threshold` decide; the present one is asked as well.
  /// @param same_keys of the present one, those who belong to both.
  void begin_switch_over(std::uint32_t threshold, const std::vector<node_number>& same_keys,
                         time_point now);
  /// Who does not belong to the electorate is forgotten, with what he said.
  void end_switch_over(time_point now);

  /// Brings the view up to `now`; call before asking.
  void advance(time_point now);

  /// How many controllers can judge the supply that the fewest can judge.
  std::uint32_t able(time_point now) const;
  /// Whether some supply has no quorum view, or none was ever named.
  bool degraded(time_point now) const;
  /// Whether more supplies are known to be on battery than the host can spare.
  bool on_battery() const { return on_battery_; }
  bool heard_anybody(time_point now) const;

  /// Set while degraded and on battery: the moment to commit, and why, in words.
  const std::optional<time_point>& deadline() const { return deadline_; }
  const std::string& explanation() const { return explanation_; }

  /// While somebody able says that a supply known to be on battery carries, and nobody denies it:
  /// since when, and when that clears the supply.
  struct denial {
    time_point since;
    time_point settles;
  };
  std::optional<denial> denied() const;

  /// While on battery: when the host loses power, if any report of this episode predicts it.
  std::optional<time_point> empty() const;

  /// Whether a vote's whole evidence was observed before the boot (A4). A vote that shows no
  /// evidence at all is not judged.
  bool older_than_boot(const vote::vote&, time_point as_of) const;

  /// Whether something is known that would be needed again if this process ended now.
  bool worth_keeping() const;
  /// All that is known, as text, with times since the boot: for the same boot, whoever lives then.
  std::string remember() const;
  /// Takes over what another process of this boot has remembered; false and unchanged if the text
  /// cannot be read. For one that has learned nothing yet.
  bool recall(std::string_view text);

  /// Whether the host has run on for so long after all that is known would have ended its power,
  /// that its power must have come back.
  bool outlived(time_point now) const;

  /// The next moment at which an answer above can change by time alone.
  std::optional<time_point> next_change(time_point now) const;

private:
  enum class knowledge : std::uint8_t { nothing, carries, on_battery };

  /// What one controller said of one supply in its last vote. Supplies go by the name of their UPS;
  /// the second one of a host on the same UPS is "NAME#2".
  struct view {
    knowledge says = knowledge::nothing;
    std::optional<time_point> empty;
    bool stale = false;
  };
  struct controller {
    standing_of_vote standing;
    time_point as_of{};
    std::map<std::string, view> views;
    std::uint32_t needed_supplies = 1;
    duration shutdown_time{};
    duration before{};
    duration after{};
  };
  struct supply {
    bool counts = false;  ///< Named by enough controllers.
    knowledge state = knowledge::nothing;
    bool seen_on_battery = false;  ///< By somebody who looked just then, in this episode.
    std::map<node_number, std::optional<time_point>> reports;  ///< Projected empty, this episode.
    std::optional<duration> quorum_left;                       ///< As the last quorum view saw it.
    std::optional<time_point> empty_by_quorum;  ///< Set while one witness alone set the state.
    std::optional<time_point> witness_since;
    std::optional<time_point> clear_since;
  };
  struct tally {
    std::uint32_t on_battery = 0;
    std::uint32_t carries = 0;
    std::uint32_t threshold = 1;  ///< Of the electorate that was asked.

    std::uint32_t able() const { return on_battery + carries; }
  };

  view judge(const vote::supply_view&, time_point as_of) const;
  void report(supply&, node_number, const view&);

  bool fresh(const controller&, time_point now) const;
  tally count(const std::string& name, time_point now) const;
  tally count(const std::string& name, time_point now, bool earlier) const;
  tally count(const std::string& name, time_point now, bool earlier, bool stale_too) const;
  std::string who_judges(time_point now) const;
  bool quorum(const tally&) const;

  void advance_quorum(const std::string& name, supply&, const tally&, time_point now);
  void advance_degraded(supply&, const tally&, time_point now);
  bool recall_line(std::string_view line);
  void weigh_names();
  void arm(time_point now);
  void disarm();
  void set_deadline(time_point now);

  std::optional<duration> left_by_able(const std::string& name, time_point now) const;
  std::optional<time_point> projected_empty(const supply&) const;
  std::uint32_t spare() const;
  bool rests_on_presumption() const;
  template <class Field>
  Field middle(Field controller::*, bool upper) const;

  fallback_rules rules_;
  std::optional<std::uint32_t> earlier_threshold_;  ///< While the electorate before has a say.
  time_point boot_;
  std::map<node_number, controller> controllers_;
  std::map<std::string, supply> supplies_;
  bool on_battery_ = false;
  std::optional<time_point> armed_at_;      ///< Kept through short quorum views (X14).
  std::optional<time_point> earliest_yet_;  ///< The deadline of this arming.
  std::optional<time_point> quorum_since_;  ///< A quorum view while armed.
  std::optional<time_point> deadline_;
  std::string explanation_;
};

}  // namespace holdover::agent
