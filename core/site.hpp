// A site as the deciding code sees it: everything its file says, names resolved to indexes.
//
// The picture is a tree of power with people's wishes on it:
//
//   UPS --feeds--> outlet --feeds--> supply of a host --n of m--> host --belongs to--> stage
//
// io/config makes this value from the site file; nothing else does, so whatever holds one may rely
// on validate() having found nothing. Indexes are positions in the vectors of `site`.

#pragma once

#include "core/identity.hpp"
#include "core/jobs/job.hpp"
#include "core/power/reading.hpp"
#include "core/time.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace holdover {

using ups_index = std::uint32_t;
using outlet_index = std::uint32_t;
using outlet_unit_index = std::uint32_t;
using host_index = std::uint32_t;
using stage_index = std::uint32_t;
using sensor_index = std::uint32_t;
using window_index = std::uint32_t;
using switch_index = std::uint32_t;
using wish_index = std::uint32_t;
using condition_index = std::uint32_t;

/// How to reach a device. The same three lines for every family; io reads them, core does not.
struct device_address {
  std::string driver;  ///< "nut", "snmp", "simulated", "modbus", "megatec".
  std::string host;    ///< Name or address; a file for simulated devices, a serial line's path.
  std::uint16_t port = 0;
  std::string
      unit;  ///< NUT's UPS name; SNMP profile: "rfc1628", "generex-aux", "apc-rpdu", "apc-spdu".
  std::string
      credentials;      ///< Reference: "file:PATH" or "env:NAME"; empty for the family's default.
  std::string version;  ///< SNMP: "1", "2c" or "3".
  std::string settings{};  ///< Further words of the family's own, as its settings.hpp writes them.
};

/// A further way to see a UPS: another card, a serial line, a server of its own (O5).
struct ups_path_config {
  std::string group;  ///< What fails together has one name, and one voice.
  device_address address;
};

struct ups_config {
  std::string name;
  device_address address;
  duration poll_period = 2s;
  duration alert_poll_period = 1s;
  /// Runtime at the usual load when new: the last resort where a device predicts nothing (X8).
  std::optional<duration> rated_runtime;
  std::string independence_group;  ///< Paths that fail together share one; default: the name.
  // For people who look after it; nothing is decided by it.
  std::optional<std::int64_t> battery_since_day{};  ///< Days since 1970.
  duration battery_life = 5 * 365 * 24h;
  std::vector<ups_path_config> paths{};  ///< Besides `address`, which belongs to the group above.
};

/// A switched-outlet unit: SiteSwitch, PDU.
struct outlet_unit_config {
  std::string name;
  device_address address;
  duration poll_period = 2s;
  std::optional<ups_index> feed;  ///< The UPS behind the whole unit; absent: bare mains.
  std::uint32_t outlets = 4;
  double rating_amperes = 0;         ///< Of the unit's own feed; 0: not known.
  double outlet_rating_amperes = 0;  ///< Of each outlet.
  /// It is the output of this UPS: one outlet, and whatever hangs on the UPS hangs on it.
  std::optional<ups_index> output_of{};
  std::optional<switch_index> off_switch{};  ///< By which operators wish that output off.
  duration off_delay{};    ///< From the order to the moment that the output is off.
  bool stays_off = false;  ///< Mains that return do not switch it on.
};

struct outlet_config {
  std::string name;  ///< Default "UNIT.NUMBER".
  outlet_unit_index unit = 0;
  std::uint32_t number = 1;       ///< 1-based, as printed on the unit.
  std::vector<host_index> feeds;  ///< Hosts with a supply on it: derived from the supplies.
  duration minimum_off = 30s;     ///< X17; a power cycle is never shorter.
  double load_watts = 0;          ///< Declared, of what is no host of this site.
  std::uint32_t priority = 0;     ///< 1 goes first and returns last; 0: has none.
  bool output = false;  ///< A lamp, a siren, a relay: off at rest, switched by jobs alone.
  std::vector<host_index> beyond{};  ///< Output of a UPS: hosts that it carries by other ways.
};

struct sensor_config {
  std::string name;
  power::sensor_kind kind = power::sensor_kind::unspecified;
  device_address address;
  duration poll_period = 5s;
  std::string channel;  ///< OID or NUT variable on the device.
  std::optional<double> alarm_low;
  std::optional<double> pre_alarm_low;
  std::optional<double> pre_alarm_high;
  std::optional<double> alarm_high;
  double accuracy = 0;    ///< Half the width of its error band.
  double hysteresis = 1;  ///< Never below the accuracy.
};

/// Where the energy of a lead into bare mains comes from: nodes, switches and cards may have one,
/// and hosts of which nothing tells how long their power lasts: all of their supplies then do.
inline constexpr ups_index no_ups = static_cast<ups_index>(-1);

/// One power supply of a host: plugged into an outlet, or straight into a UPS.
struct supply_config {
  ups_index ups = 0;  ///< Where the energy comes from (of the outlet's unit).
  std::optional<outlet_index> outlet;

  bool operator==(const supply_config&) const = default;
};

struct host_config {
  std::string name;
  std::vector<supply_config> supplies;
  std::uint32_t needed = 1;       ///< n of m supplies must carry.
  duration shutdown_time = 120s;  ///< From commit to power off.
  duration boot_time = 180s;
  duration power_off_delay = 5s;     ///< From the last word to the moment that power may go (X6).
  duration hold = 5s;                ///< The agent's hold over the k-th level.
  std::optional<stage_index> stage;  ///< Absent: never shut down by the plan, only by battery.
  std::optional<std::string> wake_address;  ///< Hardware address for Wake-on-LAN.
  std::vector<host_index> depends_on;       ///< They go down after it, and start before it.
  double load_watts = 0;                    ///< Declared, over all its supplies; 0: not known.
  /// When it has stopped it does not power off: it waits, its disks read-only, and reboots on the
  /// word of k nodes (X3).
  bool stands_by = false;
  /// While the paths to its power contradict each other it is left alone, and may crash (X11).
  bool holds_in_dispute = false;
};

/// The short form of "when a stage is due": any one suffices; each matures on fresh data only.
struct trigger {
  std::optional<duration> on_battery_for;
  std::optional<duration> runtime_below;
  std::optional<double> charge_below_percent;
  bool battery_low = false;
};

/// Kinds of conditions: how to combine them, what a UPS says of whoever is judged, facts of the
/// site. Only the last group may stop a host whose power is fine.
enum class condition_kind : std::uint8_t {
  all,
  any,
  at_least,
  // The battery that carries whoever is judged, or a named one.
  on_battery_for,
  runtime_below,
  charge_below,
  battery_low,
  latest_safe,  ///< As late as is safe for the hosts of the stage.
  // The state of a UPS or outlet, also while the input is good.
  load_above,
  overload,
  bypass,
  ups_fault,
  outlet_load_above,
  unit_load_above,
  // The environment, the calendar, people.
  sensor_above,
  sensor_below,
  sensor_active,
  sensor_inactive,
  time_window,
  operator_switch,
  job_wish,
};

/// One node of a tree of conditions. All trees of a site stand in one vector, each node after its
/// children and the root last, so that one pass over a stretch of it judges a tree.
struct condition_node {
  condition_kind kind = condition_kind::any;
  condition_index parent = 0;    ///< Of a root: itself.
  std::uint32_t needed = 1;      ///< Of its children, for at_least.
  std::optional<ups_index> ups;  ///< Absent: the power of whoever is judged.
  std::uint32_t subject = 0;  ///< Sensor, outlet, unit, window, switch or wish, as the kind says.
  double limit = 0;
  double hysteresis = 0;
  duration time{};         ///< The limit of on_battery_for and runtime_below.
  duration hold{};         ///< "for": so long it must have been true, confirmed.
  duration clear_after{};  ///< So long it must have been false, confirmed.
  std::string path;        ///< Where in the file, for messages: "stages[1].when.all[0]".

  bool operator==(const condition_node&) const = default;
};

/// Where a tree stands in site::conditions.
struct condition_tree {
  condition_index first = 0;
  condition_index root = 0;

  bool operator==(const condition_tree&) const = default;
};

/// Times of a week in the site's time zone. `to` before `from` goes on into the next day.
struct time_window {
  std::array<bool, 7> days{true, true, true, true, true, true, true};  ///< From Monday.
  std::uint32_t from_minute = 0;                                       ///< Of the day.
  std::uint32_t to_minute = 24 * 60;

  bool operator==(const time_window&) const = default;
};

/// A named wish of operators that conditions may ask for; off until one sets it.
struct switch_config {
  std::string name;
};

/// Something to do on hosts when a stage fires, by the name that the agents know it by.
struct host_command {
  host_index host = 0;
  std::string action;  ///< Named action in the agent's own configuration; "message" shows `text`.
  std::string text;
};

struct stage_config {
  std::string name;
  trigger when;
  std::optional<condition_tree> condition;  ///< Besides `when`: either makes the stage due.
  std::vector<outlet_index> shed;           ///< Outlets to switch off.
  std::vector<host_index> shed_hosts;       ///< Hosts to tell SHED: they shed load of their own.
  std::vector<host_index> hosts;            ///< Hosts to shut down.
  std::vector<host_command> commands;
  duration timeout = 300s;  ///< After this the next stage waits no longer for this one.
  /// It stands for a wish of jobs and not in the file by itself.
  std::optional<wish_index> wish{};
  std::string path{};  ///< Of what it stands for, then.
};

struct restore_config {
  duration mains_stable = 60s;
  double charge_minimum_percent = 0;
  duration stagger = 5s;                  ///< Between two outlets or hosts.
  duration charge_unknown_after = 1800s;  ///< S7: gate opens with an alarm where charge is unknown.
};

/// What a generator changes: time on battery is no reason to stop while it takes over, and it
/// carries less than mains does.
struct generator_config {
  std::optional<sensor_index> contact;   ///< Active while it runs.
  bool ups_says = false;                 ///< A UPS tells it.
  duration hold = 600s;                  ///< So long stages wait that are due by time alone.
  std::optional<double> capacity_watts;  ///< Declared loads of what is started may reach this.
  duration stagger = 30s;                ///< Between two starts, while it runs.
};

struct node_config {
  node_number number = 0;
  std::string name;
  std::string control_endpoint;           ///< "tcp://10.0.0.1:7400": ROUTER.
  std::string events_endpoint;            ///< "tcp://10.0.0.1:7401": PUB.
  std::vector<supply_config> supplies{};  ///< What it hangs on itself; empty: not said.
  std::optional<host_index> host{};       ///< The host that it runs on: goes last (X16).
};

/// Rules of the vote; each has a floor, lowered by `lab`.
struct vote_config {
  std::uint32_t threshold = 0;         ///< k; 0 means the default for n.
  duration period_alert = 1s;          ///< V2
  duration period_calm = 5s;           ///< V2
  duration time_to_live = 10s;         ///< V4, V5
  duration able_within = 15s;          ///< 2.5
  duration single_witness = 30s;       ///< F1
  duration clear_after = 15s;          ///< F1
  duration fallback_reserve = 60s;     ///< F1: "left - shutdown_time - after - 60 s"
  duration fallback_floor_low = 5s;    ///< X4
  duration fallback_floor_high = 30s;  ///< X4
};

/// What a supply that has fallen silent counts for, where another supply of the host is on battery
/// and in sight (X9).
enum class silent_supply_rule : std::uint8_t {
  ignore,        ///< For nothing: the host is left to its own rule (F1).
  as_last_seen,  ///< Last seen on battery, it goes on discharging as predicted; else as ended.
  as_lost,       ///< As ended.
};

/// Rules of observation (O2, O3, X13).
struct observation_config {
  std::uint32_t fresh_periods = 3;
  std::uint32_t blind_periods = 5;
  duration blind_floor = 30s;
  duration episode_end = 60s;     ///< X13: this long online ends an episode.
  duration late_cancel = 10s;     ///< X13: past the latest safe start.
  duration runtime_margin = 30s;  ///< O4
  silent_supply_rule silent_supply = silent_supply_rule::as_last_seen;
};

/// Who may point at a UPS by a datagram; it is then read at once, and nothing is decided by it.
struct hint_sender_config {
  std::string address;  ///< Numeric.
  ups_index ups = 0;
};
struct hint_config {
  std::string rccmd;  ///< "0.0.0.0:6003"; empty: not listened for.
  std::string traps;  ///< Of SNMP: "0.0.0.0:162"; empty: not listened for.
  std::vector<hint_sender_config> senders;
};

struct site {
  std::string name;
  bool lab = false;         ///< Floors are lowered, and everything that people see says LAB.
  std::uint64_t epoch = 1;  ///< Of the membership document that goes with it.
  std::uint64_t revision = 1;
  std::array<std::uint8_t, 32> hash{};  ///< Of the file's bytes (E4).
  vote_config votes;
  observation_config observing;
  std::vector<node_config> nodes;  ///< In the order of their numbers.
  std::vector<ups_config> upses;
  std::vector<outlet_unit_config> units;
  std::vector<outlet_config> outlets;
  std::vector<sensor_config> sensors;
  std::vector<host_config> hosts;
  std::vector<stage_config> stages;
  std::vector<condition_node> conditions;
  std::vector<time_window> windows;
  std::vector<switch_config> switches;
  std::string time_zone = "UTC";  ///< Of the windows, as the system's database names it.
  restore_config restore;
  std::optional<generator_config> generator;
  double nominal_volts = 230;  ///< By which ratings in ampere become watts.
  hint_config hints;
  std::vector<jobs::job_config> jobs;
  std::vector<jobs::wish_config> wishes;   ///< What they may wish of hosts and outlets.
  std::vector<std::int64_t> special_days;  ///< Days since 1970-01-01, in order.
  std::optional<jobs::mail_config> mail;
};

constexpr bool combines(condition_kind kind) {
  return kind <= condition_kind::at_least;
}
constexpr bool asks_battery(condition_kind kind) {
  return kind >= condition_kind::on_battery_for && kind <= condition_kind::latest_safe;
}
/// Whether a fact of this kind may by itself stop hosts whose power is fine.
constexpr bool asks_environment(condition_kind kind) {
  return kind >= condition_kind::sensor_above;
}
/// Whether it is about the power of whoever is judged, so that each may get another answer.
constexpr bool is_relative(const condition_node& node) {
  const bool asks_ups =
      node.kind >= condition_kind::on_battery_for && node.kind <= condition_kind::ups_fault;
  return asks_ups && !node.ups;
}

/// The declared load on an outlet when all that it feeds is up: of a host, what each of its needed
/// supplies carries.
double declared_watts(const site&, outlet_index);
/// What an outlet, or all outlets of a unit together, may carry; nothing where it is not known.
std::optional<double> outlet_limit_watts(const site&, outlet_index);
std::optional<double> unit_limit_watts(const site&, outlet_unit_index);

/// Whether a stage rests on anything but batteries, so that it is no step in an outage's order.
bool is_environmental(const site&, const stage_config&);

/// Whether an outlet is the output of a UPS.
inline bool is_ups_output(const site& s, outlet_index index) {
  return s.units[s.outlets[index].unit].output_of.has_value();
}

/// Whether anything of a site goes by the calendar, so that a wall clock is needed.
inline bool asks_calendar(const site& s) {
  for (const auto& job : s.jobs)
    if (job.at) return true;
  return !s.windows.empty();
}

/// Whether no UPS stands behind a host, so that its power is what mains is.
inline bool on_bare_mains(const host_config& host) {
  for (const auto& supply : host.supplies)
    if (supply.ups != no_ups) return false;
  return !host.supplies.empty();
}

/// 1 of 1, 2 of 2, 2 of 3, 3 of 4 and 5.
constexpr std::uint32_t default_threshold(std::size_t nodes) {
  if (nodes <= 1) return 1;
  return nodes <= 3 ? 2u : static_cast<std::uint32_t>(nodes / 2 + 1);
}

inline std::uint32_t threshold(const site& s) {
  return s.votes.threshold != 0 ? s.votes.threshold : default_threshold(s.nodes.size());
}

/// A thing an operator should mend, in their words.
struct site_problem {
  enum class weight { error, warning, note };  ///< A note is worth knowing; nothing is wrong.
  weight how = weight::error;
  std::string path;  ///< Where in the file: "stages[1].when".
  std::string text;  ///< What is wrong, and the remedy.
};

/// Every problem at once; a site with an error is never run.
std::vector<site_problem> validate(const site&);

}  // namespace holdover
