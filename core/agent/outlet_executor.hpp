// Drives one switched-outlet unit, and only on k signed votes (rules P1, P2, X2, X17).
//
// Every node has an executor for every unit; each has its own nonce and ticks, counts votes like an
// agent does, and holds the device's credentials. Nobody's own wish moves anything: a node's vote
// for its own executor is one vote. Which executor goes first is a matter of load only: the one of
// rank 0 at once, the next after `take_over` if the read-back shows no effect. Absolute states make
// duplicates harmless.
//
//            k votes          rank's turn, votes      SET answered, read-back
//   idle ------------> wanted ------------------> sent ---------------------> confirmed
//     ^                   |   checked again           | read-back differs after settle time
//     +-------------------+   just before             +--------> failed: alarm, retried
//       votes gone                                                until `wanted` ends
//
// Decisions worth knowing:
//   - The intent is recorded before the SET, the result after the read-back (P1). An ambiguous
//     answer leads to a read-back only; no blind retry within the settle time.
//   - When whoever asks the unit has ended, what was read is not fresh any more: a SET waits for a
//     reading by the successor.
//   - A SET goes out only if the last reading is fresh enough to know that it is needed. An
//   executor
//     of a later rank wants a reading of its own turn: its predecessor's SET may just have worked.
//   - A failed attempt is repeated with growing pauses, from `settle` up to `switch_deadline`, for
//   as
//     long as k votes want it.
//   - Off is never shorter than the outlet's minimum (X17): an early ON waits.
//   - Interlocks between outlets and hosts are the voters' business (P3): each node votes OFF only
//     when its own evidence says that the hosts behind are down. So no single executor or node can
//     open an outlet under a running host.
//   - The output of a UPS goes off after the device's own countdown. When votes for OFF end before
//     it has run out, it is called off, again and again until it cannot be running any more: what
//     hangs on it may have been started meanwhile. Executors that waited for their turn do so, too:
//     the one that told it may have died since.

#pragma once

#include "core/agent/beacon.hpp"
#include "core/identity.hpp"
#include "core/power/reading.hpp"
#include "core/time.hpp"
#include "core/vote/ballot_box.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace holdover::agent {

struct executor_outlet {
  std::string name;
  std::uint32_t number = 1;
  duration minimum_off = 30s;
  duration countdown{};  ///< Of a UPS: from the order to the moment that it is off.
};

struct executor_config {
  std::string site;
  std::string unit;
  node_number node = 0;
  std::uint64_t epoch = 1;
  std::vector<node_number> electorate;
  std::uint32_t threshold = 1;
  /// The electorate before this one, which has a say until `switch_over` after the start (E2).
  std::optional<vote::earlier_electorate> earlier{};
  duration switch_over = 10min;
  duration time_to_live = 10s;
  duration beacon_period = 1s;
  std::uint32_t rank = 0;   ///< Rendezvous rank of this node for this unit; see rank_of().
  duration take_over = 5s;  ///< P2
  duration settle = 3s;     ///< P1
  duration reading_fresh = 6s;
  duration switch_deadline = 30s;  ///< After this an unconfirmed switching is an alarm.
  std::vector<executor_outlet> outlets;
};

/// Highest-random-weight rank of `self` among `nodes` for a unit (D1): 0 goes first.
std::uint32_t rank_of(node_number self, const std::vector<node_number>& nodes,
                      const std::string& unit);

struct outlet_vote_received {
  vote::received_vote what;
};
/// The unit answered a poll.
struct outlets_read {
  power::outlet_unit_reading what;
};
/// The driver's answer to a switch_outlet action. Not ok: refused or not answered; only a read-back
/// tells what became of it.
struct switch_answered {
  std::uint32_t number = 0;
  bool ok = false;
  std::string detail;
};
/// Whoever asks the unit for us has ended: what was read is known no more.
struct unit_unattended {};
struct executor_tick {};

using executor_event = std::variant<outlet_vote_received, outlets_read, switch_answered,
                                    unit_unattended, executor_tick>;

struct send_executor_beacon {
  executor_beacon what;
};
/// Record before acting: what, and the k votes behind it.
struct record_intent {
  std::string outlet;
  vote::outlet_wish wish = vote::outlet_wish::keep;
  std::vector<std::string> evidence;
};
/// Set an outlet to an absolute state; answer with switch_answered. On also calls off what counts
/// down to its end.
struct switch_outlet {
  std::uint32_t number = 0;
  bool on = false;
};
/// Read the unit now.
struct read_outlets {};
struct record_result {
  std::string outlet;
  vote::outlet_wish wish = vote::outlet_wish::keep;
  bool confirmed = false;
  std::string detail;
};
struct outlet_alarm {
  std::string outlet;
  bool raised = true;
  std::string text;
};

using executor_action = std::variant<send_executor_beacon, record_intent, switch_outlet,
                                     read_outlets, record_result, outlet_alarm>;

struct executor_decision {
  std::vector<executor_action> actions;
  std::optional<time_point> wake_at;
};

class outlet_executor {
public:
  outlet_executor(executor_config config, random_id nonce, time_point now);

  executor_decision step(const executor_event&, time_point now);

  /// For metrics and people: the ballots about an outlet; null if it is none of this unit's.
  const vote::ballot_box* votes(const std::string& outlet) const;

private:
  enum class phase : std::uint8_t { idle, wanted, sent };

  /// What we know of one outlet and are about to do with it.
  struct line {
    line(executor_outlet what, vote::ballot_rules rules);

    executor_outlet outlet;
    vote::ballot_box votes;

    power::outlet_state seen = power::outlet_state::unknown;
    std::optional<time_point> read_at;
    bool unknown = false;                 ///< Nobody asks the unit since it was read.
    std::optional<time_point> off_since;  ///< The first reading of the present "off".

    phase at = phase::idle;
    vote::outlet_wish wish =
        vote::outlet_wish::keep;  ///< Of the want, the SET or the last success.
    time_point wanted_since;
    time_point sent_at;
    time_point retry_at;         ///< After failed attempts.
    std::uint32_t attempts = 0;  ///< Failed ones of this want.
    // Of a countdown that was begun: since when nobody wants it, and when it was last called off.
    std::optional<time_point> unwanted_since, called_off_at;
    bool alarmed = false;
    std::string refused;  ///< The answer to the last SET, if that was a failure.

    action_state switching = action_state::unspecified;
    std::string detail;
  };

  void learn(const outlet_vote_received&, executor_decision&);
  void learn(const outlets_read&, executor_decision&);
  void learn(const switch_answered&, executor_decision&);
  void learn(const unit_unattended&, executor_decision&);
  void learn(const executor_tick&, executor_decision&);

  void tend(line&, executor_decision&);
  void await_effect(line&, executor_decision&);
  bool unwanted_countdown(const line&) const;
  void call_off(line&, executor_decision&);
  bool another_may_count_down(const line&) const;
  void adopt_countdown(line&, executor_decision&);
  void want(line&, vote::outlet_wish);
  void withdraw(line&, executor_decision&);
  void satisfied(line&, executor_decision&);
  void send(line&, executor_decision&);
  void conclude(line&, bool confirmed, std::string detail, executor_decision&);
  void set_alarm(line&, bool raised, const std::string& text, executor_decision&);
  void ask_reading(executor_decision&);

  bool fresh(const line&) const;
  time_point allowed_at(const line&) const;
  time_point turn(const line&) const;
  time_point settled_at(const line&) const;
  time_point alarm_at(const line&) const;
  bool read_for_turn(const line&) const;

  executor_beacon snapshot() const;
  std::vector<echo> echoes() const;
  void beacon(executor_decision&);
  std::optional<time_point> next_wake() const;

  executor_config config_;
  vote::tick_clock ticks_;
  std::vector<line> lines_;
  time_point now_;
  std::optional<time_point> switch_over_ends_;
  std::optional<time_point> asked_at_;  ///< When a reading was last asked for.
  std::optional<executor_beacon> said_;
  time_point next_beacon_;
};

}  // namespace holdover::agent
