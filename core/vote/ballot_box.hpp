// Counts votes for one target: which are fresh, and what the k-th highest says.
//
// Picture a room with n members who must each keep an arm up. Only arms that went up within the
// last ten seconds by *our* clock count, nobody has two arms, and we do what k of them agree on.
// "By our clock" is the trick: every beacon we send carries our own nonce and a new tick, a vote
// must echo both, and its lease ends time_to_live after that tick was *issued* (V5), so a delayed,
// queued or replayed vote is dead by construction and no wall clock is involved.
//
// While one membership takes over from another (E2), both have a say: whatever is to happen needs k
// of the new electorate and k of the old one. A vote counts for each in whose document its key
// stands, whichever of both epochs it names, so members that stay count for both.
//
// Two classes: tick_clock remembers when each recent tick was issued; ballot_box judges and keeps.
// Used alike by the agent (hosts) and by the outlet executors (X2: they are agents for V4).

#pragma once

#include "core/time.hpp"
#include "core/vote/vote.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdover::vote {

/// A nonce and the ticks issued under it. Bounded: ticks older than `remember` are forgotten, and a
/// forgotten tick counts as expired. Ticks go on counting when the nonce changes, so no tick is
/// ever issued twice.
class tick_clock {
public:
  tick_clock(random_id nonce, duration remember);

  const random_id& nonce() const { return nonce_; }

  /// Begins a new life: every outstanding tick is void. The replaced nonce never returns (X2).
  void renew(random_id nonce);

  /// From now on, ticks are kept for so long.
  void remember(duration remember) { remember_ = remember; }

  std::uint64_t issue(time_point now);
  std::uint64_t last() const { return last_; }

  /// When a tick was issued; absent if it was never issued or is forgotten.
  std::optional<time_point> issued(std::uint64_t tick) const;

private:
  struct entry {
    std::uint64_t tick;
    time_point at;
  };

  random_id nonce_;
  duration remember_;
  std::uint64_t last_ = 0;
  std::deque<entry> recent_;
};

/// Why a vote did not count. The order is the order of the checks; cheap ones come first.
enum class refusal : std::uint8_t {
  wrong_site,
  wrong_target,
  wrong_epoch,
  drill,
  unknown_controller,
  bad_signature,
  wrong_nonce,
  future_tick,
  expired_tick,
  replaced_incarnation,  ///< E3
  old_sequence,          ///< Or an incarnation new to us whose tick is older than what we have.
};
constexpr std::size_t refusal_count = 11;
std::string_view to_string(refusal);

/// Who voted before, and how many of them had to agree.
struct earlier_electorate {
  std::uint64_t epoch = 0;
  std::vector<node_number> electorate;
  std::uint32_t threshold = 1;
};

struct ballot_rules {
  std::string site;
  target self;
  std::uint64_t epoch = 1;
  std::vector<node_number> electorate;  ///< The configured controllers, never "those alive".
  std::uint32_t threshold = 1;          ///< k
  duration time_to_live = 10s;          ///< A tick of exactly this age is expired.
  std::optional<earlier_electorate> earlier{};  ///< While that has a say.
};

class ballot_box {
public:
  explicit ballot_box(ballot_rules rules);

  /// Takes a vote or says why not. Accepting replaces the controller's previous vote.
  std::optional<refusal> accept(const received_vote&, const tick_clock&, time_point now);

  /// Another membership is in force from now on, and the present one has a say until
  /// end_switch_over().
  /// @param same_keys of the present electorate, those whom the new document knows by the same key:
  /// what they have said counts on for both.
  void begin_switch_over(std::uint64_t epoch, std::vector<node_number> electorate,
                         std::uint32_t threshold, const std::vector<node_number>& same_keys);
  void end_switch_over();

  /// V7: the k-th highest unexpired level; a vote without a view is no vote. `run` if there are
  /// fewer than k.
  level effective_level(time_point now) const;

  /// The wish that k unexpired votes share; `keep` if none has k, or if both have.
  outlet_wish effective_wish(time_point now) const;

  /// Actions that k unexpired votes name, text included, so that no single voter chooses what
  /// people read. In the order of the lowest-numbered voter that names them.
  std::vector<named_action> effective_actions(time_point now) const;

  /// The last accepted vote of a controller, expired or not.
  struct ballot {
    received_vote what;
    time_point accepted{};
    time_point expires{};
    bool counts = true;    ///< For the electorate.
    bool counted = false;  ///< For the earlier one.
  };
  const ballot* of(node_number) const;
  bool unexpired(node_number, time_point now) const;
  std::vector<const ballot*> unexpired(time_point now) const;

  /// Whether k controllers speak at all: unexpired votes that have a view. Without them the
  /// effective level is `run` for want of voices, which is not the same as being told to run.
  bool quorate(time_point now) const;
  /// Whether k of them say just this.
  bool agreed_on(level, time_point now) const;

  /// The unexpired ballots at or above a level, or with a wish: the evidence behind an effect.
  std::vector<const ballot*> behind(level, time_point now) const;
  std::vector<const ballot*> behind(outlet_wish, time_point now) const;
  /// Those that name an action with this text.
  std::vector<const ballot*> behind(const named_action&, time_point now) const;

  /// The next moment at which a count can change without a new vote.
  std::optional<time_point> next_expiry(time_point now) const;

  /// Forgets every ballot: the target began a new life. Replaced incarnations stay replaced.
  void clear();

  const ballot_rules& rules() const { return rules_; }
  /// How many votes each refusal has met.
  const std::array<std::uint64_t, refusal_count>& refused() const { return refused_; }

private:
  struct seat {
    std::optional<ballot> last;
    std::deque<random_id> replaced;  ///< Incarnations that may not return, the latest ones.
  };

  std::optional<refusal> judge(const received_vote&, const tick_clock&, time_point now) const;
  std::optional<refusal> judge_order(const vote&, const seat&) const;
  bool seated(node_number) const;
  bool was_seated(node_number) const;
  /// Whether k ballots of each electorate that has a say meet a condition.
  template <class Condition>
  bool enough(time_point now, Condition) const;
  level kth_highest(time_point now, bool earlier) const;

  /// The unexpired ballots that meet a condition, by number of their controllers.
  template <class Condition>
  std::vector<const ballot*> select(time_point now, Condition) const;

  ballot_rules rules_;
  std::array<std::optional<seat>, node_number_limit> seats_;  ///< Absent: of no electorate.
  std::array<std::uint64_t, refusal_count> refused_{};
};

}  // namespace holdover::vote
