// Everything that one process of a site says to another, as core values.
//
// io/wire turns these into protobuf and back; nothing else sees the wire. A message names its site
// and publisher and carries ages. Those that grant something (votes, beacons, events, commands) are
// signed as bytes: see signed_message.

#pragma once

#include "core/agent/beacon.hpp"
#include "core/drill/drill.hpp"
#include "core/event.hpp"
#include "core/identity.hpp"
#include "core/log/sequence.hpp"
#include "core/policy/site_machine.hpp"
#include "core/power/command.hpp"
#include "core/power/observation.hpp"
#include "core/power/reading.hpp"
#include "core/power/ups_tracker.hpp"
#include "core/time.hpp"
#include "core/vote/vote.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace holdover {

/// A reading of a UPS, unlogged: the newest replaces all older ones.
struct ups_telemetry {
  std::uint64_t counter = 0;
  std::string device;
  power::observation what;
  duration observation_age{};
  duration confirmed_on_battery{};
  power::freshness fresh = power::freshness::never;
  power::ups_flags flags;
  std::vector<power::measurement> values;
};

struct outlet_telemetry {
  std::uint64_t counter = 0;
  std::string unit;
  std::vector<agent::outlet_status> outlets;
};

struct sensor_telemetry {
  std::uint64_t counter = 0;
  std::string device;
  power::sensor_reading reading;
  duration reading_age{};
};

using any_telemetry = std::variant<ups_telemetry, outlet_telemetry, sensor_telemetry>;
/// "ups", "outlets" or "sensor": the word in topics.
std::string_view kind(const any_telemetry&);
/// The name of what was read.
const std::string& subject(const any_telemetry&);

/// Readings of one kind that had to wait for each other: one message and one signature for all,
/// because a signature costs ten times what its reading does. Never empty.
struct telemetry_batch {
  struct entry {
    duration waited{};  ///< Between being told and being sent; to be added to its age.
    any_telemetry what;
  };
  std::vector<entry> readings;  ///< In the order in which they were told.
};

/// How far each log reaches at the sender (L2).
struct log_digest {
  struct log {
    std::string publisher;
    std::uint64_t incarnation = 0;
    std::uint64_t prefix = 0;
  };
  std::vector<log> logs;
};

struct range_request {
  std::string publisher;
  std::uint64_t incarnation = 0;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

/// Events exactly as they were published and signed.
struct event_range {
  std::string publisher;
  std::uint64_t incarnation = 0;
  std::vector<std::string> events;  ///< Encoded signed_message each.
  /// Numbers whose events the sender once had and has given up. Only the publisher of a log is
  /// believed here: what others lack, it may still have.
  std::vector<log::range> discarded{};
  bool more = false;  ///< Of a snapshot: further pages follow.
};

struct snapshot_request {
  std::uint64_t events_back = 0;
  std::int64_t since_wall_milliseconds = 0;
};

struct sensor_status {
  std::string name;
  power::measurement value;
  std::optional<duration> age;
};
struct interface_status {
  std::string name;
  bool reachable = false;
  duration since{};
  power::identity who;
};
struct peer_status {
  std::string name;
  std::string role;
  bool connected = false;
  std::optional<duration> heard_ago;
};
/// Messages from the bus that were not acted on, by reason, since the node started.
struct refusal_count {
  std::string why;
  std::uint64_t count = 0;
};

/// A node's whole picture for people and late joiners.
struct node_status {
  std::string name;
  policy::status policy;
  std::vector<sensor_status> sensors;
  std::vector<interface_status> interfaces;
  std::vector<peer_status> peers;
  std::vector<refusal_count> refusals{};
  std::string storage;     ///< "ok", or what is wrong.
  std::string scheduling;  ///< How the safety path runs, or why not better.
  duration up_for{};
};

struct hold_command {
  std::vector<std::string> hosts;  ///< Empty: every host.
  duration lasts{};                ///< Zero releases.
  std::string why;
};
/// A word to one UPS that leaves its output as it is. It goes to one node, which carries it out.
struct ups_order {
  std::string ups;
  power::ups_command::verb what{};
  std::string why;
};
struct status_command {};

/// An operator's signed wish. It echoes the incarnation and a tick of the node that it is meant
/// for, taken from an answer to a status_command, so that a recorded one is worthless.
struct operator_command {
  std::string by;
  random_id request;
  random_id node_incarnation;
  std::uint64_t node_tick = 0;
  std::variant<hold_command, status_command, ups_order, drill::order> what;
};
struct operator_answer {
  random_id request;
  bool ok = false;
  std::string text;
  random_id node_incarnation;
  std::uint64_t node_tick = 0;
  std::optional<node_status> status;
  std::optional<drill::report> drilled{};
};

using message_payload =
    std::variant<vote::vote, agent::host_beacon, agent::executor_beacon, event, ups_telemetry,
                 outlet_telemetry, sensor_telemetry, log_digest, range_request, event_range,
                 snapshot_request, node_status, operator_command, operator_answer, telemetry_batch,
                 policy::node_word, drill::call>;

struct message {
  std::string site;
  std::string publisher;
  duration age{};
  std::int64_t wall_milliseconds = 0;
  message_payload what;
};

/// A batch as the single messages that its readings would have been; every other message as it is.
std::vector<message> unpacked(message);

/// What a signature is for; part of what is signed, so that no kind can pass for another.
enum class domain : std::uint8_t { unspecified = 0, vote, beacon, bus, operator_, drill };
/// "holdover-vote-v1" and so on: signed in front of the bytes.
std::string_view to_string(domain);

struct signed_message {
  domain about = domain::unspecified;
  std::string signer;     ///< Name in the membership document.
  std::string bytes;      ///< Encoded message, exactly as signed; never encoded again on the way.
  std::string signature;  ///< 64 bytes.
};

}  // namespace holdover
