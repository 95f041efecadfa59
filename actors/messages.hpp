// Every type that travels between actors, in one place.
//
// CAF stays inside a process here; between processes only protobuf over ZeroMQ travels (io/wire).
// Actors therefore exchange core values directly, and "unsafe" below means no more than "CAF will
// never be asked to serialize this".

#pragma once

#include "core/drill/node_drill.hpp"
#include "core/event.hpp"
#include "core/jobs/machine.hpp"
#include "core/membership.hpp"
#include "core/message.hpp"
#include "core/policy/site_machine.hpp"
#include "io/device/driver.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/atom.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace holdover::actors {

/// Where a control message came from, so that it can be answered to exactly there.
struct way_back {
  std::string member;  ///< By its CURVE key.
  role as = role::unspecified;
  bool from_client = false;
  std::string route;
  std::string curve_key;
};

/// A message from the bus: who sent it and its bytes.
struct frame {
  way_back from;
  std::string bytes;
  std::shared_ptr<const void> held = {};  ///< Its sender's credit, until the last copy is gone.
};

/// A fact to be journaled, numbered and published.
struct record {
  severity how = severity::info;
  event_payload what;
};

/// A reading to be published and kept as the last value: never journaled.
struct telemetry {
  any_telemetry what;
  time_point told_at{};
  bool urgent = false;  ///< It changes what is believed of the device: nothing may hold it up.
};

/// A driver's answer to a read.
struct reading_arrived {
  device::answer<power::device_reading> what;
};
/// A driver's answer to a switching.
struct switching_answered {
  std::uint32_t number = 0;
  bool ok = false;
  std::string detail;
};
/// An executor asks its unit to set an outlet, or to read now.
struct switch_request {
  std::uint32_t number = 0;
  bool on = false;
};
/// One outlet's share of its unit's reading; absent state: the unit is lost.
struct outlet_share {
  power::outlet_reading reading;
  bool lost = false;
  std::string why;
};

/// Something for the policy. What it says about ages is as of `sent`: waiting in a queue is no part
/// of the order in which things were seen.
struct fact {
  policy::site_event what;
  time_point sent{};
};

/// An operator's verified command, with the way back to who asked.
struct operator_request {
  way_back from;
  operator_command what;
};

/// An operator's order to a UPS, for its device; answered to the policy.
struct ups_order_request {
  way_back from;
  random_id request;
  std::string by;
  ups_order what;
};
/// What the driver said of it.
struct ups_order_taken {
  ups_order_request order;
  device::answer<device::switched> said;
};
/// What became of it, for whoever asked.
struct ups_order_done {
  way_back from;
  random_id request;
  bool ok = false;
  std::string text;
};
/// An operator's word about drills: to be weighed by the policy first, but for a look at a report.
struct drill_request {
  way_back from;
  random_id request;
  std::string by;
  drill::order what;
};
/// A beacon or a call in the domain of drills, its signature checked.
struct drill_heard {
  drill::node_event what;
};
/// The journal's answer: when a drill was last done.
struct last_drill {
  std::optional<std::int64_t> wall_milliseconds;
};
/// What a peer journaled of a job.
struct peer_job {
  std::string by;
  job_event what;
};
/// What a battery says, for jobs that go by it.
struct battery_told {
  std::string device;
  bool on_battery = false;
  duration confirmed{};
  std::optional<duration> left;
};
/// A mail or a program of a job: over, or delayed.
struct job_news {
  std::uint64_t task = 0;
  bool over = true;
  bool ok = false;
  std::string detail;
};
/// An operator ends what a job wishes.
struct job_release {
  std::uint32_t job = 0;
  std::string by;
};
using recalled_ptr = std::shared_ptr<const jobs::recalled>;

using status_ptr = std::shared_ptr<const node_status>;

using wake_atom = caf::atom_constant<caf::atom("wake")>;
using clock_atom = caf::atom_constant<caf::atom("clock")>;
using read_atom = caf::atom_constant<caf::atom("read")>;
using hint_atom = caf::atom_constant<caf::atom("hint")>;
using flush_atom = caf::atom_constant<caf::atom("flush")>;
using alert_atom = caf::atom_constant<caf::atom("alert")>;
using status_atom = caf::atom_constant<caf::atom("status")>;
using alive_atom = caf::atom_constant<caf::atom("alive")>;
using unattended_atom = caf::atom_constant<caf::atom("unattended")>;
using restart_atom = caf::atom_constant<caf::atom("restart")>;

}  // namespace holdover::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::policy::status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::vote::received_vote)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::power::outlet_unit_reading)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::event)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::message)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::actors::fact)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::actors::frame)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::actors::record)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::actors::telemetry)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::actors::reading_arrived)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::actors::switching_answered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::actors::switch_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::actors::outlet_share)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::actors::operator_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::actors::ups_order_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::actors::ups_order_taken)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::actors::ups_order_done)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::actors::drill_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::actors::drill_heard)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::actors::last_drill)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::actors::peer_job)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::actors::battery_told)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::actors::job_news)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::actors::job_release)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::actors::recalled_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdover::actors::status_ptr)
