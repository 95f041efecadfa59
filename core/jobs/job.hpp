// What a site file says of its jobs: when one is due, and what is then done.
//
// A job hangs either on an event (raised, later over) or on the calendar. Its actions are of two
// kinds, and the difference is who may do them:
//
//   tell      log, mail, program      one node does it, or each of those that are named
//   wish      shut_down, switch_off   nobody does it: each node's policy takes it into its votes,
//   and
//             start, switch_on        k of them must agree, as with everything that acts
//             command
//
// Plain values, made by io/config. Read next: machine.hpp.

#pragma once

#include "core/identity.hpp"
#include "core/time.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdover::jobs {

enum class origin : std::uint8_t { ups, sensor, outlet, host, alarm, node, incident };
std::string_view to_string(origin);

/// The event that a job hangs on.
struct event_source {
  origin from = origin::ups;
  std::string subject;  ///< Empty: of any; each of them by itself.
  std::string what;     ///< As in signals.hpp: "on_battery".
};

/// When it is due within the event. At most one of the last two.
struct timing {
  duration after{};                                ///< Dropped if the event is over sooner.
  std::optional<duration> every;                   ///< And then again, as long as the event lasts.
  std::optional<duration> on_battery_for;          ///< Confirmed time on battery of `ups`.
  std::optional<duration> runtime_below;           ///< Predicted by `ups`, while on battery.
  std::optional<std::uint32_t> ups;                ///< Absent: the one that the event is about.
  duration over_after = std::chrono::seconds{10};  ///< So long it must be gone to be over.
};

/// A minute of the calendar, in the site's time zone.
struct schedule {
  std::array<bool, 7> days{};        ///< From Monday.
  bool special_days = false;         ///< On those of the site; where only week days are named, not.
  std::optional<std::int64_t> date;  ///< One-off: days since 1970-01-01.
  std::uint32_t minute = 0;          ///< Of the day.
  bool run_missed = false;           ///< One that was missed is done late, or left out.
  duration missed_within = std::chrono::hours{24};
};

enum class action_kind : std::uint8_t {
  log,
  mail,
  program,
  // By votes.
  command,
  shut_down,
  start,
  switch_off,
  switch_on,
};
std::string_view to_string(action_kind);
constexpr bool goes_by_votes(action_kind kind) {
  return kind >= action_kind::command;
}

struct action_config {
  action_kind kind = action_kind::log;
  std::string text;                ///< With {placeholders}: see placeholders() in machine.hpp.
  std::string subject;             ///< Of a mail.
  std::vector<std::string> to;     ///< Of a mail.
  std::string program;             ///< By its name in the node's own file.
  std::vector<node_number> nodes;  ///< Of a program: each of these runs it; empty: one node does.
  std::vector<std::uint32_t> wishes;  ///< By votes: positions in site::wishes that it sets or ends.
};

struct job_config {
  std::string name;
  std::optional<event_source> on;
  timing when;
  std::optional<schedule> at;
  std::vector<action_config> actions;
  std::vector<action_config> when_over;  ///< Counter-actions; only if the job did anything.
};

/// What jobs may wish of the site. The policy has one condition for each.
enum class wish_kind : std::uint8_t {
  host_down,
  host_down_in_outage,  ///< Only while too few of its supplies carry: the event was about power.
  outlet_off,
  output_on,  ///< A lamp, a siren: on while it is wished, off otherwise.
  command,
};

struct wish_config {
  wish_kind kind = wish_kind::outlet_off;
  std::uint32_t subject = 0;  ///< Host or outlet.
  std::string action;         ///< Of a command.
  std::string text;
  std::string name;  ///< For people: "web1 down".

  bool operator==(const wish_config&) const = default;
};

/// Where mails go. Secrets are references.
struct mail_config {
  std::string host;
  std::uint16_t port = 587;
  std::string tls = "starttls";  ///< starttls, tls or none.
  std::string from;
  std::vector<std::string> to;  ///< Where an action names nobody.
  std::string credentials;      ///< "file:PATH" or "env:NAME": user:password; empty: no login.
  std::string ca_file;          ///< Who vouches for the server; empty: whom the system trusts.
  std::uint32_t per_hour = 60;  ///< More is left out, and told.
};

/// So long a command rides on votes; an agent does each once.
inline constexpr duration command_lasts = std::chrono::seconds{30};

}  // namespace holdover::jobs
