// The protected host's side: counts the votes, holds, commits once, goes down in good order.
//
//             level >= SHUTDOWN            held for `hold`                last word
//   running ---------------------> armed ------------------> committed -----------> down
//      ^                             |      point of no return: votes are ignored from here
//      +-----------------------------+
//        level fell (cancel)                 or: the fallback deadline passed (F1)
//
// WARN and SHED are side states of `running`: entering one runs its action, leaving it runs the
// counter action. With too few able controllers the agent is *degraded* and follows fallback.hpp;
// where its file asks for that, one without a carrier on any port follows isolation.hpp (F2).
//
// Decisions worth knowing:
//   - Votes carry no command text. They name actions of the agent's own configuration (A3).
//   - The commit record is written before the action, but if it cannot be written within its limit
//     the agent acts all the same and says so (A2, X5): a full disk must not crash a host.
//   - After committing, each rung of the ladder has a limit; when it is overrun the next rung
//     starts: commit record, shutdown program, forced power off, last resort (X5).
//     The last rung starts 20 s before the power ends, if that is known and earlier.
//   - Evidence about supplies observed before this boot counts for nothing: being up proves power
//     (A4). A vote that shows nothing newer counts as WARN at most.
//   - Side states are left when k controllers say so, or when nothing is known to be wrong; not
//     because everybody fell silent in the middle of an outage.
//   - "down" is said only when it is true: a told stop after the commit record, or a shutdown
//     program that waits for everything and ended well. An agent that is merely stopped or upgraded
//     says "running" and goes; one stopped before it can know goes without a last word.
//   - A machine that was paused was deaf, not deserted: after a step that comes a time to live too
//     late the controllers get as long to be heard before a passed deadline acts.
//   - What it knows of an outage is kept while one lasts, a few seconds old at most, so that an
//   agent
//     which ends, by itself or by accident, and is started again has its deadline still (F1, X18).
//     The controllers then get as long to be heard as after a pause, but once: lives that follow
//     each other within a minute share that time, and cannot push a deadline for ever.
//   - A host that stands by (X3) is one that nobody could start again, or that runs a node. Its
//     ladder begins with stopping what it serves and making its disks read-only. Then it is down in
//     everybody's eyes, as its power may go, but it goes on sending beacons, and reboots when k
//     controllers say RUN and have said so for `hold`. What fails on the way ends in powering off.
//   - Where it cannot be kept, on a disk that is full or has become read-only, the host is
//   protected
//     as ever, by votes and by the local rule; only a restart of the agent would forget. It says so
//     once, and its beacons tell the nodes until it can be kept again.
//   - A newer membership takes over while the agent runs. For ten minutes both electorates must
//     reach their k; where one of them cannot any more, the local rule counts the one of which more
//     are able (E2, X20). What was armed stays so, as far as its voters keep their keys.
//   - At most one commit per boot. A restarted agent process that finds a commit record of this
//     boot resumes as committed (X18).
//   - When its own past is in doubt (a clock ran on without it, or a controller knows a tick that
//     it never gave, as after the return to a snapshot), it takes a new nonce: every vote from
//     before is void, and the controllers get as long to be heard as after a pause. What it knows
//     of the supplies stays, since forgetting an outage would be worse than asking twice. A
//     controller that invents ticks can cause this seldom, so that one liar cannot void the others'
//     votes for long.
//
// Driver: actors/agent_actor and the simulator. Feed events with non-decreasing times, carry out
// the actions in order, deliver a tick at or after wake_at; early ticks change nothing.

#pragma once

#include "core/agent/action_board.hpp"
#include "core/agent/beacon.hpp"
#include "core/agent/command_log.hpp"
#include "core/agent/fallback.hpp"
#include "core/agent/isolation.hpp"
#include "core/time.hpp"
#include "core/vote/ballot_box.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace holdover::agent {

/// When the last word may be said.
enum class final_word : std::uint8_t {
  on_stop,         ///< When the agent itself is told to stop, late in the host's shutdown.
  on_program_end,  ///< When the shutdown program has ended well: it waits for everything itself.
  never,           ///< It stands for another host and cannot know: silence opens no outlet.
};

struct agent_config {
  std::string site;
  std::string host;
  std::uint64_t epoch = 1;
  std::vector<node_number> electorate;
  std::uint32_t threshold = 1;
  duration hold = 5s;  ///< 2.4; 0 acts on the first k votes.
  duration beacon_period = 1s;
  duration time_to_live = 10s;
  duration commit_record_limit = 1s;  ///< X5
  duration shutdown_limit = 120s;     ///< X5: declared time of the shutdown program.
  duration forced_limit = 20s;        ///< X5: of "forced_off", and between two last resorts.
  duration action_limit = 60s;        ///< Of every other action.
  duration up_for{};                  ///< How long the host had been up at the start (A4).
  final_word last_word = final_word::on_stop;
  bool stands_by = false;  ///< X3
  fallback_rules fallback;
  std::optional<duration> no_carrier_after{};  ///< F2; absent: the rule is off.
  duration switch_over = 10min;           ///< So long the electorate before has a say, too (E2).
  std::vector<std::string> unconfigured;  ///< Of "warn", "warn_over", "shed", "shed_over": those
                                          ///< that this host has no program for. Not reported.
  std::vector<std::string> actions;  ///< Ids that may be named by votes: the authorisation list.
};

// ---- What can happen ---------------------------------------------------------------------------

struct vote_received {
  vote::received_vote what;
};
struct commit_recorded {
  bool ok = false;
  std::string problem;
};
struct action_started {
  std::string id;
};
struct action_ended {
  std::string id;
  bool ok = false;
  std::string detail;
};
/// The agent process is told to stop (SIGTERM).
struct stop_requested {};
/// A committed record of this very boot was found at start (X18).
struct commit_recalled {};
/// What the agent of this very boot last asked to keep was found at start (X18).
struct evidence_recalled {
  std::string text;
};
/// Whether what is known of an outage can be kept has turned. The problem is told with its remedy.
struct evidence_kept {
  bool ok = false;
  std::string problem;
};
/// Votes that were cast before this moment may be from another life: from now on under this nonce.
struct life_renewed {
  random_id nonce;
  std::string why;
};
/// The host's own eyes on its ports, about once a second where F2 is asked for.
struct ports_looked_at {
  ports_seen what;
};
/// A newer membership document was found good: it is in force from now on (E2).
struct membership_changed {
  std::uint64_t epoch = 1;
  std::vector<node_number> electorate;
  std::uint32_t threshold = 1;
  std::vector<node_number> same_keys;  ///< Of the electorate before: who kept number and key.
};
struct tick {};

using agent_event = std::variant<vote_received, commit_recorded, action_started, action_ended,
                                 stop_requested, commit_recalled, evidence_recalled, evidence_kept,
                                 life_renewed, ports_looked_at, membership_changed, tick>;

// ---- What is asked for -------------------------------------------------------------------------

struct send_beacon {
  host_beacon what;
};
/// Make durable that this boot is committed, with the evidence; answer with commit_recorded.
struct write_commit_record {
  std::string cause;                  ///< "2 of 3 votes" or "fallback: …".
  std::vector<std::string> evidence;  ///< Signed bytes of the votes behind it.
};
/// Start a named action; answer with action_started and action_ended. `limit` is for the driver to
/// kill it after.
struct run_action {
  std::string id;    ///< "stand_by", "read_only", "reboot", "shutdown", "forced_off",
                     ///< "last_resort", "warn", "warn_over", "shed", "shed_over" or one of
                     ///< agent_config::actions.
  std::string text;  ///< For people: a message to show. Passed as data, never to a shell.
  duration limit{};
};
/// Keep what is known of an outage for an agent that is started again in this boot; it need not
/// outlive the machine. Empty: forget it. May be answered with evidence_kept.
struct keep_evidence {
  std::string text;
};
enum class agent_alarm : std::uint8_t {
  degraded,           ///< Fewer than k able controllers: protected by the local rule only.
  silence,            ///< Nobody is heard while on line (F3).
  fallback_armed,     ///< F1 has set a deadline.
  no_carrier,         ///< F2 has set one.
  commit_unrecorded,  ///< The commit record could not be written.
  shutdown_overrun,   ///< A rung of the ladder overran.
  evidence_unkept,    ///< What is known of an outage would not outlive this process.
};
std::string_view to_string(agent_alarm);
struct raise_alarm {
  agent_alarm what{};
  std::string text;
};
struct clear_alarm {
  agent_alarm what{};
};
/// A change of state with its reason, for the log on the host and people on it.
struct note {
  std::string text;
};
/// The last word has been given to send_beacon just before: flush it and exit if asked to stop.
struct leave {};
/// Answer with life_renewed.
struct want_new_nonce {
  std::string why;
};

using agent_action =
    std::variant<send_beacon, write_commit_record, run_action, log_command, raise_alarm,
                 clear_alarm, note, leave, want_new_nonce, keep_evidence>;

struct agent_decision {
  std::vector<agent_action> actions;
  std::optional<time_point> wake_at;
};

class agent_machine {
public:
  /// @param nonce random, never used before; @param boot_id the kernel's boot id;
  /// @param now on the clock that all later steps use.
  agent_machine(agent_config config, random_id nonce, std::string boot_id, time_point now);

  agent_decision step(const agent_event&, time_point now);

  host_state state() const { return state_; }
  /// For metrics and for people on the host: the ballots and refusals, and the local rule.
  const vote::ballot_box& votes() const { return box_; }
  const fallback& local_rule() const { return fallback_; }
  std::uint64_t epoch() const { return config_.epoch; }
  /// Whether the electorate before has a say still.
  bool switching_over() const { return switch_over_ends_.has_value(); }

private:
  enum class rung : std::uint8_t {
    commit_record,
    stand_by,
    read_only,
    shutdown,
    forced_off,
    last_resort
  };

  // Events change these facts; decide() alone turns facts and time into actions.
  void learn(const vote_received&, agent_decision&);
  void learn(const commit_recorded&, agent_decision&);
  void learn(const action_started&, agent_decision&);
  void learn(const action_ended&, agent_decision&);
  void learn(const stop_requested&, agent_decision&);
  void learn(const commit_recalled&, agent_decision&);
  void learn(const evidence_recalled&, agent_decision&);
  void learn(const evidence_kept&, agent_decision&);
  void learn(const life_renewed&, agent_decision&);
  void learn(const ports_looked_at&, agent_decision&);
  void learn(const membership_changed&, agent_decision&);
  void learn(const tick&, agent_decision&);

  void doubt(const vote::vote&, agent_decision&);
  void lapse(agent_decision&);
  void end_switch_over(agent_decision&);
  void observe_named();
  void keep(agent_decision&);
  void decide(agent_decision&);

  bool undecided() const { return state_ == host_state::running || state_ == host_state::armed; }
  void watch(agent_decision&);
  template <class Text>
  void alarm(agent_alarm, bool wrong, agent_decision&, Text text);
  void move_sides(vote::level to, agent_decision&);
  void run_named(agent_decision&);
  std::string objection(const std::string& id) const;
  void arm(agent_decision&);
  void cancel(agent_decision&);
  bool hold_is_over() const;
  std::optional<time_point> deadline() const;

  void commit(const std::string& cause, const std::vector<std::string>& evidence, agent_decision&);
  void climb(agent_decision&);
  void enter(rung, agent_decision&);
  void overrun(const std::string& how, agent_decision&);
  void say_down(const std::string& why, agent_decision&);
  rung next(rung) const;
  bool standing_by() const;
  std::size_t saying_run() const;
  bool told_to_run() const;
  void await_mains(agent_decision&);
  static const char* id_of(rung);

  void run(const std::string& id, const std::string& text, duration limit, agent_decision&);
  vote::level side_level(vote::level voted) const;
  std::string votes_for(vote::level) const;
  std::vector<std::string> outage_evidence() const;
  std::optional<time_point> acts_at() const;
  host_state reported_state() const;
  host_beacon snapshot() const;
  std::vector<echo> echoes() const;
  void beacon(agent_decision&, bool at_once);
  std::optional<time_point> next_wake() const;

  agent_config config_;
  std::string boot_id_;
  vote::tick_clock ticks_;
  vote::ballot_box box_;
  fallback fallback_;
  isolation isolation_;
  command_log log_;
  action_board board_;
  time_point now_;
  time_point started_;
  std::optional<time_point> wake_;        ///< When we asked to be woken.
  std::optional<time_point> deaf_until_;  ///< After a pause.
  std::optional<time_point> switch_over_ends_;
  std::optional<time_point> doubted_;  ///< When a tick made us ask for a new nonce last.

  std::optional<time_point> kept_at_;  ///< When evidence was kept that stands.
  std::optional<time_point> kept_deadline_;
  bool kept_on_battery_ = false;
  bool kept_cut_off_ = false;

  host_state state_ = host_state::running;
  bool leaving_ = false;
  bool left_ = false;
  time_point armed_since_;                              ///< While armed.
  vote::level side_ = vote::level::run;                 ///< What warn and shed have been done for.
  vote::level acting_ = vote::level::run;               ///< What the beacon says that we act on.
  std::map<node_number, std::string> outage_evidence_;  ///< Last vote of each that shows battery.
  std::set<agent_alarm> raised_;

  rung rung_ = rung::commit_record;  ///< From commit on, as are the next three.
  time_point rung_ends_;
  std::optional<time_point> last_rung_at_;
  std::string cause_;
  std::optional<time_point> told_to_run_since_;  ///< While standing by.
  std::optional<time_point> rebooted_at_;        ///< When it was last tried.

  std::optional<host_beacon> said_;  ///< The last beacon.
  time_point next_beacon_;
};

}  // namespace holdover::agent
