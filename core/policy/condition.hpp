// Whether a stage is due: one pass over a tree of conditions, in three values.
//
//          all        true if every child is
//          any        true if one child is              unknown is a third value: a condition is
//          at_least   true if so many children are      true only if it is so whatever the unknown
//          leaf       what its source says              ones turn out to be (Kleene's logic)
//
// Each node may have a hold ("for"): it is met only after it was true for so long, by facts that
// were confirmed at both ends. So every truth carries the time of the fact that it rests on, and a
// hold is measured between such times, never by the clock alone: a sensor that falls silent at the
// wrong moment lets nothing mature.
//
// Decisions worth knowing:
//   - Unknown never makes anything due, and it calls nothing off: what was met stays met until its
//     facts say otherwise, or nobody has known them for long; that second limit is the caller's.
//   - A gap begins the hold anew (O3), unless it was over already.
//   - What k of several facts say is as old as the k-th newest of them. A hold over it begins with
//     the newest, though: before that one was seen it was not so many.
//   - `authorised` is the answer to "would this be true without what UPSes say of their state?".
//     Only such a truth may stop hosts whose power is fine.
//
// Pure, and allocates nothing after it was made.

#pragma once

#include "core/site.hpp"
#include "core/time.hpp"
#include "core/vote/vote.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace holdover::policy {

enum class truth : std::uint8_t { no, unknown, yes };

/// What a source says of one leaf.
struct leaf_value {
  truth says = truth::unknown;
  time_point as_of{};  ///< When the fact behind it was last confirmed.
};

/// Answers for leaves. `was` is whether the leaf was true before: for the hysteresis.
class leaf_source {
public:
  virtual ~leaf_source() = default;
  virtual leaf_value ask(const condition_node& leaf, bool was) = 0;
};

struct verdict {
  truth met = truth::unknown;
  bool authorised = false;  ///< Met by facts of the environment, the calendar or an operator.
  vote::reason why = vote::reason::unspecified;  ///< The weightiest part.
  bool clearing = false;  ///< Its facts say no; it is met for as long as `clear_after`.
  /// When a hold could be over, if the facts stay as they are.
  std::optional<time_point> look_again;
};

/// The memory of one tree for one of those whom it judges.
class condition {
public:
  explicit condition(condition_tree tree);

  verdict judge(const std::vector<condition_node>& nodes, leaf_source&, time_point now);

private:
  struct grounds {
    bool authorised = false;
    vote::reason why = vote::reason::unspecified;
  };
  /// What the facts say now, before any hold.
  struct finding {
    truth says = truth::unknown;
    time_point as_of{};
    time_point newest{};    ///< Of the facts that it rests on.
    bool clearing = false;  ///< It rests on one that is met only until it is clear.
  };
  struct memory {
    truth met = truth::no;
    bool raw = false;  ///< True without hold, for the hysteresis of leaves.
    std::optional<time_point> since;
    std::optional<time_point> clear_since;
    time_point as_of{};
    time_point newest{};
    bool clearing = false;
    grounds because;  ///< As of the last pass in which it was true.
  };

  finding combine(const std::vector<condition_node>& nodes, std::size_t index, grounds&);
  void hold(const condition_node&, memory&, const finding&, time_point now);

  condition_tree tree_;
  std::vector<memory> memory_;     ///< By position in the tree.
  std::vector<time_point> times_;  ///< Scratch.
  std::optional<time_point> look_again_;
};

}  // namespace holdover::policy
