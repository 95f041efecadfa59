// One node's mind: from what it sees of the power and hears from hosts to what it votes.
//
// Every node of a site runs this same function on its own facts and nobody negotiates (V3). What a
// node wants of a target is a level; what it says is a vote, a lease renewed each second while
// anything is wrong and every five seconds otherwise (V2). Receivers do what k of the nodes say.
//
//           on battery            a host is committed
//   calm -------------> open ---------------------------> committed
//    ^ ^   mains stays   |  mains back, outlets were shed     | mains back
//    | +-----------------+-------------------+                |
//    |                                       v                |
//    +----------------------------------- restoring <---------+
//      all that we stopped or switched is up and on again
//
// Before `committed` a return of mains calls everything off at once; after it the stopped hosts
// finish, are always power-cycled, and are started again when the gates of `restore` open (S5, S6,
// S7). An incident ends no sooner than the episode does, so mains that flap are one incident (X13).
//
// Decisions worth knowing:
//   - No level above WARN arises without a fresh on-battery belief, or without an output that is
//     seen about to be cut (X8), but for a stage whose condition the environment, the calendar or
//     an operator's switch meets: it acts on what it names, and as long as the condition holds. A
//     level once reached on a battery is kept while the belief is stale; only a fresh online, an
//     operator or blindness lowers it, a better runtime never (X1). A blind node votes `no_view`.
//   - A host is threatened only if fewer than `needed` of its supplies carry. Its time left is the
//     (m-n+1)-th smallest of its supplies'.
//   - Stage order is kept unless a host's own latest safe start is reached: deadline beats order,
//     and says so (S2). Silence after commit makes a host GONE: it frees the next stage, never the
//     interlock of its outlet (X6).
//   - An outlet is voted OFF only if every host behind it is down by its own signed last word, for
//     its live nonce, and the power-off delay has passed (P3, X6).
//   - A report counts only if it echoes a challenge of ours that is younger than the time to live
//     by our clock (X2).
//   - The journal informs, it never authorises (S3): after a restart everything is unknown until
//     observed; what was stopped is remembered so that it is started again.
//   - A device whose actor has ended is unknown at once, not after three polls. A UPS then counts
//   as
//     one that is silent (X1, X9): on battery its worst case runs on, on mains it is no outage. A
//     sensor that is unknown meets no condition and ends none. Outlets are shown as unknown; the
//     rules go by what they were, because a SET waits for a reading of its own all the same.
//   - An operator's hold outlives the restart of a node in its peers: k of them, or all where there
//     are fewer, restate it in the first minute. What is restated only ever gets shorter, so a hold
//     ends even if nodes restart in turn; where all restart at once, it is gone, which is safe.
//   - Nodes compare the site files that they run (E4). A difference alarms after a minute; votes
//     count together all the same, for a target counts effects, and two nodes that no longer count
//     together would protect nobody.
//
// Pure: no clock, no randomness but the ids it is given. Driver: actors/policy_actor, simulator.

#pragma once

#include "core/agent/beacon.hpp"
#include "core/event.hpp"
#include "core/identity.hpp"
#include "core/power/observation.hpp"
#include "core/power/ups_tracker.hpp"
#include "core/site.hpp"
#include "core/time.hpp"
#include "core/vote/ballot_box.hpp"
#include "core/vote/vote.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace holdover::policy {

// ---- What can happen ---------------------------------------------------------------------------

/// Our own device actor read a UPS. `age` is the time since the device was asked.
struct ups_observed {
  ups_index ups = 0;
  power::observation what;
  duration age{};
  std::uint32_t path = 0;  ///< Of the ways to see it: the UPS' own first, then its `paths`.
};
/// A peer's signed observation arrived. Informs: vouching after a restart, faster own polls (D2).
struct peer_observed {
  node_number peer = 0;
  ups_index ups = 0;
  power::observation what;
  duration age{};
  duration confirmed_on_battery{};
};
/// Our own device actor read an outlet unit.
struct outlets_observed {
  outlet_unit_index unit = 0;
  power::outlet_unit_reading what;
};
/// A beacon of a host's agent whose signature was verified against the membership document.
struct host_beacon_received {
  host_index host = 0;
  agent::host_beacon what;
  std::string evidence;                ///< The signed bytes; kept with what follows from them.
  std::optional<node_number> by = {};  ///< The node that passed it on, if one did (V6).
};
/// A beacon of the executor of a unit on some node, verified; from ourselves too.
struct executor_beacon_received {
  outlet_unit_index unit = 0;
  agent::executor_beacon what;
};
/// An operator's signed wish. A hold keeps a host below SHUTDOWN, never past its latest safe start
/// or a low battery, nor longer than a day.
struct operator_hold {
  host_index host = 0;
  duration lasts{};  ///< Zero releases.
  std::string by;
  std::string why;
};
/// Our own device actor read a sensor.
struct sensor_observed {
  sensor_index sensor = 0;
  power::sensor_reading what;
  duration age{};
};
/// An operator's signed wish: a named switch is on for a time.
struct operator_switched {
  switch_index which = 0;
  duration lasts{};  ///< Zero turns it off.
  std::string by;
  std::string why;
};
/// A battery test of a UPS was ordered at this node, just now; peers are told (X7).
struct test_ordered {
  ups_index ups = 0;
};
/// A job of this node wishes something of a host or outlet, or wishes it no more. Like a switch
/// that an operator sets: each node's own, and as good as its vote.
struct job_wished {
  wish_index which = 0;
  bool on = false;
  duration lasts{};  ///< Zero: until it is taken back.
  std::string by;    ///< The job, and why.
};
/// The wall clock of this node in the site's time zone, told each minute. Trusted only while it is
/// synchronised and has made no step (X19).
struct wall_clock_told {
  std::uint32_t weekday = 0;  ///< From Monday.
  std::uint32_t minute = 0;   ///< Of the day.
  bool synchronised = false;
};
/// What the journal remembers of an unfinished incident, once, at start.
struct journal_recalled {
  random_id incident;
  std::vector<host_index> stopped;         ///< Hosts that we know to have committed in it.
  std::vector<outlet_index> switched_off;  ///< Outlets that went off in it.
};
/// What a node says of itself to its peers: the site file that it runs, whom operators hold, and
/// which batteries they have it test.
struct node_word {
  struct hold {
    std::string host;
    duration lasts{};  ///< From now on.
    std::string by;
  };
  std::uint64_t policy_revision = 0;
  std::array<std::uint8_t, 32> policy_hash{};
  struct test {
    std::string ups;
    duration ago{};
  };
  std::vector<hold> holds;
  std::vector<test> tests;  ///< Of batteries, ordered at this node a moment ago.
};
/// A peer's signed word arrived.
struct peer_told {
  node_number peer = 0;
  node_word what;
  duration age{};
};
/// Some or all device actors are new: they poll calmly until they are told otherwise.
struct devices_started {};
enum class device_kind : std::uint8_t { ups, outlet_unit, sensor };
/// Whoever asks a device for us has ended: it is unknown until it is observed again.
struct device_unattended {
  device_kind kind{};
  std::uint32_t index = 0;  ///< Among its kind.
  std::string why;
};
struct tick {};

using site_event =
    std::variant<ups_observed, peer_observed, outlets_observed, host_beacon_received,
                 executor_beacon_received, operator_hold, sensor_observed, operator_switched,
                 test_ordered, job_wished, wall_clock_told, journal_recalled, peer_told,
                 devices_started, device_unattended, tick>;

// ---- What is asked for -------------------------------------------------------------------------

/// Sign and send. The driver adds nothing but the signature.
struct cast_vote {
  vote::vote what;
};
enum class incident_state : std::uint8_t { calm = 0, open, committed, restoring };
std::string_view to_string(incident_state);

/// A transition of the incident, to be journaled and published. From a state to itself it is news
/// within it: called off, or on battery again.
struct incident_changed {
  random_id incident;
  incident_state from{};
  incident_state to{};
  std::string why;
};
/// Our vote on a target changed, with the facts used: the answer to "why did my host go down?".
struct decided {
  target about;
  vote::level host_level = vote::level::no_view;
  vote::outlet_wish outlet = vote::outlet_wish::keep;
  vote::reason why{};
  std::string explanation;
};
/// A host's state changed in our eyes: threatened, warned, armed, committed, down, gone, booting…
struct host_changed {
  host_index host = 0;
  std::string from;
  std::string to;
  std::string why;
  std::string evidence;  ///< The signed beacon behind it, if one is.
};
/// A host's agent told a step of an action for the first time.
struct receipt_arrived {
  host_index host = 0;
  agent::action_report what;
  std::string evidence;
};
/// The belief about a UPS changed, for the journal and the bus.
struct ups_belief_changed {
  ups_index ups = 0;
  power::belief from{};
  power::belief to{};
  power::freshness fresh{};
};
enum class site_alarm : std::uint8_t {
  ups_stale,
  ups_blind,
  battery_low,
  replace_battery,
  overload,
  unprotected,        ///< Bypass.
  order_broken,       ///< A latest safe start beat the stage order.
  host_gone,          ///< Committed and then silent without a last word.
  host_not_back,      ///< Restored but not heard within twice its boot time.
  host_cannot_start,  ///< No outlet and no other way, or the interlock forbids the cycle.
  host_silent,        ///< Its agent is not heard while power is fine.
  outlet_unconfirmed,
  charge_unknown,   ///< S7: gate opened by time only.
  redundancy_lost,  ///< A supply that a host could spare certainly cannot carry it.
  load_step,        ///< More than is usual: before it is an overload.
  on_generator,
  start_postponed,     ///< More would be up than a rating or the generator allows.
  condition_unknown,   ///< A stage acted, and nobody knows any more whether it should.
  output_ending,       ///< A countdown or a forced shutdown, while the input may be good.
  policy_differs,      ///< A peer has run another site file for a minute (E4).
  evidence_unkept,     ///< A restart of a host's agent would forget an outage.
  redundancy_unknown,  ///< Nobody can tell of a supply that a host could spare.
  device_unknown,      ///< Nobody asks it: its actor has ended and has no successor that hears it.
  ups_disputed,        ///< Its paths contradict each other, and none of them has more voices (O5).
  path_dissents,       ///< A path says what the others do not.
  path_silent,         ///< One of several paths to a UPS says nothing.
};
std::string_view to_string(site_alarm);
struct raise_alarm {
  site_alarm what{};
  std::string subject;  ///< Name of the device or host.
  std::string text;
};
struct clear_alarm {
  site_alarm what{};
  std::string subject;
};
/// Instead of an alarm where one is about the spare supplies of a host.
struct redundancy_changed {
  redundancy_event what;
};
/// D2: something moved; read this UPS at once and at the alert period, or calmly again.
struct set_polling {
  ups_index ups = 0;
  bool alert = false;
};

/// Send a magic packet to the host's wake_address. No votes: a packet carries no signature, so
/// anybody on its network can wake it anyway; each node sends when its own gates are open, and more
/// do no harm.
struct wake_host {
  host_index host = 0;
};

/// Sign and send to every peer, now and then.
struct tell_peers {
  node_word what;
};

using site_action = std::variant<cast_vote, incident_changed, decided, host_changed,
                                 receipt_arrived, ups_belief_changed, raise_alarm, clear_alarm,
                                 redundancy_changed, set_polling, wake_host, tell_peers>;

struct site_decision {
  std::vector<site_action> actions;
  std::optional<time_point> wake_at;
};

// ---- What people may see -----------------------------------------------------------------------

struct ups_status {
  std::string name;
  power::belief state{};
  power::freshness fresh{};
  std::optional<duration> unknown_for;
  std::optional<duration> age;
  duration confirmed_on_battery{};
  std::optional<duration> left;
  std::optional<double> charge_percent;
  std::optional<double> load_percent;
  bool battery_low = false;
  bool test_expected = false;  ///< An order may still explain that it is on battery.
  duration test_rest{};        ///< For so long no further order would.
};
struct host_status {
  std::string name;
  std::string state;     ///< As in host_changed.
  vote::level wanted{};  ///< Our own vote.
  vote::reason why{};
  std::optional<duration> heard_ago;
  std::optional<duration> acts_in;
  std::optional<duration> left;
  std::optional<duration> held_for;
};
struct outlet_status {
  std::string name;
  power::outlet_state state{};
  vote::outlet_wish wanted{};
  vote::reason why{};
};
struct status {
  std::string site;
  bool lab = false;
  node_number node = 0;
  incident_state incident{};
  bool called_off = false;  ///< Open in name only: mains is back, the episode has yet to end.
  random_id incident_id;
  std::uint64_t policy_revision = 0;
  std::vector<ups_status> upses;
  std::vector<host_status> hosts;
  std::vector<outlet_status> outlets;
  std::vector<std::string> alarms;
};

class site_machine {
public:
  /// @pre validate(site) has no error. @param incarnation random, of this process.
  /// @param seed_for_labels random; incident labels are derived from it.
  site_machine(site about, node_number self, random_id incarnation, random_id seed_for_labels,
               time_point now);
  ~site_machine();
  site_machine(site_machine&&) noexcept;

  site_decision step(const site_event&, time_point now);

  /// Goes on under a changed site file. Who keeps a name keeps what is known of it: time on
  /// battery, levels, holds, what was stopped and what was said. Only hosts and outlets that the
  /// new file treats otherwise are judged afresh, by the same facts, in the next step; from here on
  /// indexes are those of the new file.
  /// @pre the new file is valid, of the same site, with the same nodes.
  void adopt(site changed, time_point now);

  /// Has the next step look at everybody. Steps leave out those of whom nothing new can come, so
  /// this changes nothing, and tests compare that.
  void look_at_everybody();

  status snapshot(time_point now) const;

private:
  class state;
  std::unique_ptr<state> state_;
};

}  // namespace holdover::policy
