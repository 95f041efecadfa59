// The oracle: what must hold in every world, checked against the truth.
//
// It shares no code with what it judges: it sees the ground truth and a neutral trace (who said
// what to whom, when, and what happened), never the state of a machine under test. So a rule that
// is wrong in the product is not wrong here in the same way.
//
// Safety holds always. Liveness is owed only where the environment allowed it: enough honest nodes
// that could see, be heard and answer, for long enough. Tolerances stand next to their rule with
// their reason; every host that crashes is counted with its cause, excused or not.
//
//   I-FALSE     nothing goes down by vote whose power was fine; no honest vote without cause
//   I-FALSE-F1  nothing goes down by fallback without an outage, or with k able nodes in touch
//   I-AUTH      no effect without k distinct keys, freshly, for this target and this life
//   I-CUT-OFF   nothing goes down for want of a carrier that had one, and whoever has none goes
//   (F2) I-ONCE      one commit per boot; an outlet is not switched twice for one cause I-ORDER an
//   earlier stage first, unless a latest safe start beats it I-OUTLET    no outlet opens under a
//   running machine; off is never shorter than its minimum I-PNR       from commit there is no way
//   back, and the machine really goes down L-MISSED    whoever could be told went down before the
//   battery was empty L-CANCEL    mains back: called off, and what was stopped runs again
//
// checker.cpp keeps the truth, _sight what nodes may believe of it; _votes, _commits, _power and
// _owed judge.

#pragma once

#include "tests/sim/ground_truth.hpp"
#include "tests/sim/random.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace holdover::sim {

/// What the site makes of a supply that has fallen silent beside another on battery.
enum class silence : std::uint8_t { ignored, as_last_seen, as_lost };

/// What the site's file says, in numbers only.
struct facts {
  struct ups {
    ms poll = 2000;
    std::optional<ms> rated = {};
    bool gives_runtime = true;
  };
  struct host {
    std::vector<supply_truth> supplies = {};
    std::size_t needed = 1;
    ms shutdown_time = 0;
    ms boot_time = 0;
    ms hold = 0;
    std::optional<std::size_t> stage = {};
    bool wakes = false;                       ///< On a magic packet.
    bool erratic_programs = false;            ///< Its shutdown programs may hang.
    std::optional<ms> no_carrier_after = {};  ///< So long without one it goes by itself (F2).
  };
  struct stage {
    std::optional<ms> on_battery_for = {};
    std::optional<ms> runtime_below = {};
    std::optional<double> charge_below = {};
    bool battery_low = false;
    ms timeout = 0;
    std::vector<std::size_t> hosts = {};
  };
  struct outlet {
    std::size_t ups = 0;
    ms minimum_off = 0;
    std::vector<std::size_t> hosts = {};
  };
  /// While two memberships have a say (E2), the older one does not count this node's new key.
  struct key_change {
    std::size_t node = 0;
    ms from = 0, to = 0;
  };
  std::size_t nodes = 1;
  std::size_t threshold = 1;
  std::vector<bool> honest = {};
  std::optional<key_change> keys = {};
  ms time_to_live = 10'000;
  ms fresh_periods = 3;
  ms blind_periods = 5;
  ms blind_floor = 30'000;
  ms late_cancel = 10'000;
  ms episode_end = 60'000;
  ms runtime_margin = 30'000;
  silence silent_supply = silence::as_last_seen;
  ms network_delay = 0;  ///< The longest that a message may travel.
  std::vector<ups> upses = {};
  std::vector<host> hosts = {};
  std::vector<stage> stages = {};
  std::vector<outlet> outlets = {};
};

enum class commit_cause : std::uint8_t { vote, fallback, cut_off };
enum class agent_mood : std::uint8_t { running, armed, committed, down };

/// Why a machine lost power under its feet, most telling cause first.
enum class crash_cause : std::uint8_t {
  program_hung,
  battery_collapsed,
  not_in_plan,
  while_booting,
  too_short,
  faulty_node,
  agent_restarted,
  out_of_touch,
  unexplained,
};
constexpr std::size_t crash_cause_count = 9;
const char* to_string(crash_cause);

/// Why nobody could owe that a machine or an outlet is on again.
enum class restore_excuse : std::uint8_t {
  still_stopping,  ///< Its shutdown program hangs, and its agent lost both record and memory of it.
  no_outlet,       ///< Nothing switchable feeds it.
  last_word_lost,  ///< Fewer than k honest nodes can know that it is down.
  forgotten,       ///< Fewer than k honest nodes can know that they switched it off.
  cut_off,         ///< It went down by itself, where nobody could hear it: people start it again.
  not_woken,       ///< Every magic packet was lost in the time that it was tried: watch the number.
};
constexpr std::size_t restore_excuse_count = 6;
const char* to_string(restore_excuse);

struct violation {
  ms at = 0;
  std::string invariant;
  std::string text;
};

class checker {
public:
  checker(facts what, const ground_truth& truth);

  // ---- What the world tells
  // ----------------------------------------------------------------------

  void mains(std::size_t ups, bool on, ms now);
  void host_phase(std::size_t host, phase from, phase to, bool battery_collapsed, ms now);
  void outlet(std::size_t outlet, bool closed, std::size_t executor, ms now);

  struct reading {
    std::size_t node = 0, ups = 0;
    ms sampled = 0;
    bool truthful = true;
    bool on_battery = false;
    bool low = false;
    std::optional<double> left_seconds = {};
    std::optional<double> charge_percent = {};
  };
  void node_read(const reading&, ms now);
  /// By one of several paths it was told what is not, while another one told it the truth.
  void node_misled(const reading&, ms now);
  void node_started(std::size_t node, ms now);
  void node_stopped(std::size_t node, ms now);
  /// A beacon of a host's agent reached a node, first-hand.
  void node_heard(std::size_t node, std::size_t host, bool last_word, ms now);

  struct host_vote {
    std::size_t node = 0, host = 0;
    ms made = 0;
    bool demands = false;     ///< SHUTDOWN or worse.
    bool clear_view = false;  ///< It did not say "no view".
    bool usable = false;      ///< Genuine, for this target and life, and fresh by the true time.
  };
  /// A node made up its mind about a host: demands that it goes down, or not.
  void decided(std::size_t node, std::size_t host, bool demands, ms now);
  void vote_cast(const host_vote&, ms now);
  void vote_reached(const host_vote&, ms now);

  struct outlet_vote {
    std::size_t node = 0, outlet = 0, executor = 0;
    ms made = 0;
    bool closes = false;
    bool usable = false;
  };
  void outlet_vote_reached(const outlet_vote&, ms now);

  /// A node wants an outlet off, or no longer.
  void outlet_decided(std::size_t node, std::size_t outlet, bool opens, ms now);

  /// A node thinks that everything is over: it may forget what is on again, and only that.
  void incident_over(std::size_t node, ms now);

  void agent_started(std::size_t host, ms now);
  void agent_stopped(std::size_t host, ms now);
  void agent_paused(std::size_t host, ms until);
  /// It was stopped for a while and runs again.
  void agent_resumed(std::size_t host, ms now);
  void agent_said(std::size_t host, agent_mood, bool quiet, ms now);
  void committed(std::size_t host, commit_cause, ms now);
  void commit_durable(std::size_t host, ms now);
  /// All ports of a host lost their carrier, or one has it again.
  void carrier(std::size_t host, bool has, ms now);
  void shutdown_begun(std::size_t host, ms now);

  /// Once a second: what is owed by now.
  void look_around(ms now);
  void finish(ms now);

  const std::vector<violation>& violations() const { return violations_; }
  const std::array<std::uint64_t, crash_cause_count>& crashes() const { return crashes_; }
  const std::array<std::uint64_t, restore_excuse_count>& restores_excused() const {
    return restores_excused_;
  }
  std::uint64_t fallback_by_liar() const { return fallback_by_liar_; }
  /// Fallbacks while k honest nodes were in touch with the host and saw one of its supplies on
  /// battery: the votes could have decided.
  std::uint64_t fallback_in_sight() const { return fallback_in_sight_; }
  std::uint64_t presumed_commits() const { return presumed_commits_; }

private:
  struct span {
    ms from = 0;
    std::optional<ms> to;
  };
  struct seen {  // What one node knows of one UPS.
    std::deque<reading> recent;
    std::optional<ms> last_sampled;
    bool on_battery = false;
    std::optional<ms> battery_sampled;
    std::optional<ms> misled;             // By a path that denied what is.
    std::optional<ms> misled_to_battery;  // … and said that it is on battery.
    std::optional<ms> online_since;       // Delivery of the first online reading after battery.
  };
  struct cast {  // A vote that reached its target.
    ms made = 0, reached = 0;
    bool demands = false;
  };
  struct contact {  // One node with one agent.
    std::optional<ms> able, good, heard;
    std::optional<ms> challenged;  // When the newest vote that reached the agent was made.
    bool last_word = false;
    bool demanding = false;
    std::set<std::size_t> absent_then;  // Hosts unheard when it began to demand.
  };
  struct machine {
    ms booted = 0;
    bool agent = false;
    bool durable = false;  // In this boot.
    /// A hung disk wrote the record of an agent that was gone by then, and the next had read none.
    bool durable_later = false;
    bool committed_in_life = false;
    std::optional<ms> committed_at;
    std::optional<ms> undisturbed_since;  // Of the agent after its commit.
    bool begun = false;
    bool cut_off = false;  // It committed for want of a carrier.
    std::optional<ms> no_carrier_since;
    std::optional<ms> watches_cables_since;  // Its agent, without a break.
    bool agent_restarted = false;  // During this outage: it has forgotten what it was told.
    bool ever_committed = false;
    agent_mood mood = agent_mood::running;
    bool quiet = true;
    ms said = 0;
    std::vector<span> insufficient;
    std::optional<ms> good_since, last_proven_good;
    std::vector<span> in_touch_quorum, in_touch_one;
    std::optional<ms> liar_alone_since;  ///< Only the faulty node was heard, from then on.
    std::optional<ms> talked_out;        ///< When it last had been heard alone for long enough.
    std::map<std::size_t, std::deque<cast>> votes;
  };
  struct switched {
    bool closed = true;
    ms at = 0;
    bool ever = false;
    std::set<std::size_t> remembered_by;  ///< Honest nodes that wanted it off.
    std::map<std::pair<std::size_t, std::size_t>, std::deque<cast>> votes;  // executor, signer
  };

  void fail(ms now, std::string invariant, std::string text);
  bool honest(std::size_t node) const { return what_.honest[node]; }
  bool all_honest() const;
  std::size_t honest_count() const;
  bool sufficient(std::size_t host) const;
  std::optional<ms> last_insufficient(std::size_t host, ms now) const;
  bool outage_within(std::size_t ups, ms from, ms to) const;
  std::size_t failed_since(std::size_t host, ms since, ms now) const;
  bool misled(const seen&, std::size_t ups, ms now) const;
  bool kept_in_dispute(const seen&, std::size_t ups, ms now) const;
  ms blind_limit(std::size_t ups) const;
  ms fresh_limit(std::size_t ups) const;
  ms battery_time(std::size_t ups, ms now, int& flickers) const;
  ms later_stages(std::size_t host) const;
  bool latest_safe_start_may_have_passed(std::size_t host, std::optional<std::size_t> node,
                                         ms now) const;
  bool trigger_may_have_matured(std::size_t node, std::size_t host, ms now) const;
  bool met(const facts::stage& when, std::size_t node, std::size_t ups, ms now) const;
  ms claimed_left(const seen&, std::size_t ups, ms now) const;
  bool presumed_lost(std::size_t node, std::size_t ups, ms now) const;
  bool lately_presumed_lost(std::size_t node, std::size_t ups, ms since, ms now) const;
  bool presumption_may_shut_down(std::size_t node, std::size_t host, ms now) const;
  bool presumed_commit(std::size_t host, ms since, ms now) const;
  bool presumed_until_silence(std::size_t host, ms since, ms now) const;
  bool could_have_been_voted(std::size_t host, ms now) const;
  void judge_rise(std::size_t node, std::size_t host, ms now);
  void judge_vote_commit(std::size_t host, ms now);
  void judge_fallback_commit(std::size_t host, ms now);
  void judge_cut_off(std::size_t host, ms now);
  void owed_cut_off(std::size_t host, ms now);
  bool share_power(std::size_t a, std::size_t b) const;
  void judge_order(std::size_t host, ms now);
  void judge_crash(std::size_t host, phase was, bool collapsed, ms now);
  void judge_opening(std::size_t outlet, ms now);
  bool owed(const std::vector<span>& in_touch, std::size_t host, ms empty, ms not_before = 0) const;
  std::optional<restore_excuse> excuse(std::size_t host) const;
  void update_touch(std::size_t host, ms now);
  void update_liar_alone(std::size_t host, bool one_able, ms now);
  void owed_cancel(std::size_t host, ms now);
  void owed_going_down(std::size_t host, ms now);

  facts what_;
  const ground_truth& truth_;
  std::vector<std::vector<span>> on_battery_;   // Per UPS.
  std::vector<std::vector<seen>> seen_;         // Per node and UPS.
  std::vector<std::vector<contact>> contacts_;  // Per host and node.
  std::vector<machine> machines_;
  std::vector<switched> outlets_;
  std::vector<std::optional<ms>> node_since_;
  std::vector<std::optional<ms>> first_demand_;  // Per stage, in this outage.
  std::vector<violation> violations_;
  std::array<std::uint64_t, crash_cause_count> crashes_{};
  std::array<std::uint64_t, restore_excuse_count> restores_excused_{};
  std::uint64_t fallback_by_liar_ = 0;
  std::uint64_t fallback_in_sight_ = 0;
  std::uint64_t presumed_commits_ = 0;
};

}  // namespace holdover::sim
