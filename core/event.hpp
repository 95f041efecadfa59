// What happens, as the bus and the journal carry it: typed facts, past tense, plain values.
//
// An event is a change, never a mere reading: readings are telemetry, unlogged and replaceable. An
// event is identified by (site, publisher, incarnation, sequence), is numbered densely by its
// publisher's journal, and is never changed after that. Time in it is an *age*; the wall clock is
// there for people.

#pragma once

#include "core/agent/beacon.hpp"
#include "core/identity.hpp"
#include "core/power/observation.hpp"
#include "core/power/reading.hpp"
#include "core/time.hpp"
#include "core/vote/vote.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace holdover {

enum class severity : std::uint8_t { debug = 0, info, warning, alarm };
std::string_view to_string(severity);

/// A UPS changed state as one node sees it. `what` is a word of RFC 9271's notify types in lower
/// case where one exists: online, on_battery, low_battery, battery_ok, communication_lost,
/// communication_restored, replace_battery, overload, bypass, test_started, test_ended, off,
/// forced_shutdown.
struct ups_event {
  std::string device;
  std::string what;
  power::belief state{};
  power::ups_flags flags;
  std::vector<power::measurement> values;
};

/// The card or server in front of a device: reachable, unreachable, identified, restarted; and what
/// somebody said about it unasked, which decides nothing: hint, hint_over.
struct interface_event {
  std::string device;
  std::string what;
  power::identity who;
  std::string detail;
};

/// A sensor crossed a threshold or fell silent: alarm_high, pre_alarm_high, normal, pre_alarm_low,
/// alarm_low, active, inactive, communication_lost, communication_restored.
struct sensor_event {
  std::string device;
  std::string what;
  power::sensor_reading reading;
};

/// An outlet: on, off, unconfirmed, communication_lost, communication_restored, intent_on,
/// intent_off. `evidence` holds the k signed votes behind an intent.
struct outlet_event {
  std::string outlet;
  std::string what;
  std::string detail;
  std::vector<std::string> evidence;
};

/// A host as its agent reports it or as its silence shows: running, armed, committed, down, gone,
/// booting, back, silent. `evidence` holds the signed beacon behind it.
struct host_event {
  std::string host;
  std::string what;
  std::string from;
  std::string detail;
  std::string evidence;
};

/// A step of a named action on a host (receipt): received, refused, started, done, failed.
struct receipt_event {
  std::string host;
  agent::action_report report;
  std::string evidence;
};

/// The publisher's own vote on a target changed (renewals are not events).
struct vote_event {
  target about;
  vote::level host_level{};
  vote::outlet_wish outlet{};
  vote::reason why{};
  std::string explanation;
  random_id incident;
};

struct incident_event {
  random_id incident;
  std::string from;
  std::string to;
  std::string why;
};

/// A supply of a host, as it counts there.
struct supply_standing {
  std::string ups;                      ///< Empty: bare mains.
  std::string how;                      ///< carries, lost, unknown, not_seen_yet.
  std::optional<duration> unknown_for;  ///< It is not seen freshly.
  std::string rule;  ///< Of one that is not: ignore, as_last_seen, as_lost decided how it counts.

  bool operator==(const supply_standing&) const = default;
};

/// A host with more supplies than it needs has none to spare any more, though it is carried still:
/// `lost`, as one certainly cannot carry it; `unknown`, as nobody can tell of one. Both may be,
/// each begins and ends by itself, and is told again when the supplies change.
struct redundancy_event {
  std::string host;
  std::string what;
  bool raised = true;
  std::uint32_t needed = 1;
  std::vector<supply_standing> supplies;
};

struct alarm_event {
  std::string alarm;  ///< Name of the kind.
  std::string subject;
  bool raised = true;
  std::string text;
};

/// The publisher itself: started, stopping, deadline_missed, actor_restarted, storage_failing,
/// storage_restored, clock_stepped, peer_lost, peer_back, hints_unavailable.
struct node_event {
  std::string what;
  std::string detail;
};

struct operator_event {
  std::string by;
  /// hold, release; set, take_back of a switch; to a UPS test_quick and so on, then the same with
  /// _done or _failed, where `why` is the outcome.
  std::string command;
  std::string subject;
  std::string why;
};

/// A job of the site file: started, done, failed, retrying (it goes on trying, others may try,
/// too), wished, withdrawn (of the policy), missed, over (the event is, and with it what the job
/// did).
struct job_event {
  std::string job;
  std::string subject;  ///< What the event that called it is about.
  std::string what;
  std::string action;           ///< "mail 1": by its place in the job.
  std::uint32_t run = 0;        ///< Counted from 1 within one event.
  std::int64_t due_minute = 0;  ///< Of a schedule: minutes since 1970, in the site's time zone.
  std::string detail;
};

using event_payload =
    std::variant<ups_event, interface_event, sensor_event, outlet_event, host_event, receipt_event,
                 vote_event, incident_event, redundancy_event, alarm_event, node_event,
                 operator_event, job_event>;

struct event {
  event_id id;  ///< Given by the publisher's journal.
  severity how = severity::info;
  duration age{};                      ///< From happening to sending.
  std::int64_t wall_milliseconds = 0;  ///< Unix time at the publisher, for people.
  event_payload what;
};

/// "ups", "outlet", … : the kind, as filters and topics name it.
std::string_view kind(const event&);
/// The device, host, outlet or node that it is about.
std::string subject(const event&);
/// "needs 1 of 2: left lost, right carries".
std::string to_string(const redundancy_event&);
/// One human-readable line without time and identity.
std::string to_string(const event&);

}  // namespace holdover
