// Which word of core is which word of the wire: one table for each enumeration.
//
// Pairs are spelled out, not computed, so that reordering an enumeration in core cannot change what
// is sent. A core word without a row is sent as "unspecified" and refused by the receiver.

#pragma once

#include "core/message.hpp"

#include "holdover/v1/envelope.pb.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

namespace holdover::wire {

template <class Core, class Wire>
struct word {
  Core core;
  Wire wire;
};

template <class Core, class Wire, std::size_t size>
using words = std::array<word<Core, Wire>, size>;

template <class Core, class Wire, std::size_t size>
Wire to_wire(const words<Core, Wire, size>& table, Core value) {
  const auto at =
      std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.core == value; });
  return at == table.end() ? Wire{} : at->wire;
}

template <class Core, class Wire, std::size_t size>
std::optional<Core> to_core(const words<Core, Wire, size>& table, Wire value) {
  const auto at =
      std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.wire == value; });
  if (at == table.end()) return std::nullopt;
  return at->core;
}

inline constexpr words<target_kind, v1::Target::Kind, 2> target_kinds{{
    {target_kind::host, v1::Target::KIND_HOST},
    {target_kind::outlet, v1::Target::KIND_OUTLET},
}};

inline constexpr words<vote::level, v1::HostLevel, 6> host_levels{{
    {vote::level::no_view, v1::HOST_LEVEL_NO_VIEW},
    {vote::level::run, v1::HOST_LEVEL_RUN},
    {vote::level::warn, v1::HOST_LEVEL_WARN},
    {vote::level::shed, v1::HOST_LEVEL_SHED},
    {vote::level::shutdown, v1::HOST_LEVEL_SHUTDOWN},
    {vote::level::power_off, v1::HOST_LEVEL_POWER_OFF},
}};

inline constexpr words<vote::outlet_wish, v1::OutletWish, 3> outlet_wishes{{
    {vote::outlet_wish::keep, v1::OUTLET_WISH_KEEP},
    {vote::outlet_wish::on, v1::OUTLET_WISH_ON},
    {vote::outlet_wish::off, v1::OUTLET_WISH_OFF},
}};

inline constexpr words<power::belief, v1::Belief, 6> beliefs{{
    {power::belief::unknown, v1::BELIEF_UNKNOWN},
    {power::belief::online, v1::BELIEF_ONLINE},
    {power::belief::on_battery, v1::BELIEF_ON_BATTERY},
    {power::belief::test, v1::BELIEF_TEST},
    {power::belief::bypass, v1::BELIEF_BYPASS},
    {power::belief::off, v1::BELIEF_OFF},
}};

inline constexpr words<power::freshness, v1::Freshness, 4> freshnesses{{
    {power::freshness::never, v1::FRESHNESS_NEVER},
    {power::freshness::fresh, v1::FRESHNESS_FRESH},
    {power::freshness::stale, v1::FRESHNESS_STALE},
    {power::freshness::blind, v1::FRESHNESS_BLIND},
}};

inline constexpr words<vote::reason, v1::Reason, 20> reasons{{
    {vote::reason::power_fine, v1::REASON_POWER_FINE},
    {vote::reason::on_battery, v1::REASON_ON_BATTERY},
    {vote::reason::time_on_battery, v1::REASON_TIME_ON_BATTERY},
    {vote::reason::runtime_below, v1::REASON_RUNTIME_BELOW},
    {vote::reason::charge_below, v1::REASON_CHARGE_BELOW},
    {vote::reason::battery_low, v1::REASON_BATTERY_LOW},
    {vote::reason::latest_safe_start, v1::REASON_LATEST_SAFE_START},
    {vote::reason::stage_order, v1::REASON_STAGE_ORDER},
    {vote::reason::host_is_down, v1::REASON_HOST_IS_DOWN},
    {vote::reason::shed_load, v1::REASON_SHED_LOAD},
    {vote::reason::restore, v1::REASON_RESTORE},
    {vote::reason::power_cycle, v1::REASON_POWER_CYCLE},
    {vote::reason::held_by_operator, v1::REASON_HELD_BY_OPERATOR},
    {vote::reason::no_view, v1::REASON_NO_VIEW},
    {vote::reason::kept_while_stale, v1::REASON_KEPT_WHILE_STALE},
    {vote::reason::ups_state, v1::REASON_UPS_STATE},
    {vote::reason::environment, v1::REASON_ENVIRONMENT},
    {vote::reason::schedule, v1::REASON_SCHEDULE},
    {vote::reason::operator_wish, v1::REASON_OPERATOR_WISH},
    {vote::reason::job, v1::REASON_JOB},
}};

inline constexpr words<power::outlet_state, v1::OutletState, 3> outlet_states{{
    {power::outlet_state::unknown, v1::OUTLET_STATE_UNKNOWN},
    {power::outlet_state::on, v1::OUTLET_STATE_ON},
    {power::outlet_state::off, v1::OUTLET_STATE_OFF},
}};

inline constexpr words<agent::host_state, v1::HostBeacon::State, 4> host_states{{
    {agent::host_state::running, v1::HostBeacon::STATE_RUNNING},
    {agent::host_state::armed, v1::HostBeacon::STATE_ARMED},
    {agent::host_state::committed, v1::HostBeacon::STATE_COMMITTED},
    {agent::host_state::down, v1::HostBeacon::STATE_DOWN},
}};

inline constexpr words<agent::action_state, v1::ActionReport::State, 5> action_states{{
    {agent::action_state::received, v1::ActionReport::STATE_RECEIVED},
    {agent::action_state::refused, v1::ActionReport::STATE_REFUSED},
    {agent::action_state::started, v1::ActionReport::STATE_STARTED},
    {agent::action_state::done, v1::ActionReport::STATE_DONE},
    {agent::action_state::failed, v1::ActionReport::STATE_FAILED},
}};

inline constexpr words<power::quality, v1::Measurement::Quality, 4> qualities{{
    {power::quality::good, v1::Measurement::QUALITY_GOOD},
    {power::quality::stale, v1::Measurement::QUALITY_STALE},
    {power::quality::suspect, v1::Measurement::QUALITY_SUSPECT},
    {power::quality::absent, v1::Measurement::QUALITY_ABSENT},
}};

inline constexpr words<power::sensor_kind, v1::SensorEvent::Kind, 3> sensor_kinds{{
    {power::sensor_kind::temperature_celsius, v1::SensorEvent::KIND_TEMPERATURE_CELSIUS},
    {power::sensor_kind::humidity_percent, v1::SensorEvent::KIND_HUMIDITY_PERCENT},
    {power::sensor_kind::contact, v1::SensorEvent::KIND_CONTACT},
}};

inline constexpr words<severity, v1::Severity, 4> severities{{
    {severity::debug, v1::SEVERITY_DEBUG},
    {severity::info, v1::SEVERITY_INFO},
    {severity::warning, v1::SEVERITY_WARNING},
    {severity::alarm, v1::SEVERITY_ALARM},
}};

inline constexpr words<domain, v1::Domain, 5> domains{{
    {domain::vote, v1::DOMAIN_VOTE},
    {domain::beacon, v1::DOMAIN_BEACON},
    {domain::bus, v1::DOMAIN_BUS},
    {domain::operator_, v1::DOMAIN_OPERATOR},
    {domain::drill, v1::DOMAIN_DRILL},
}};

}  // namespace holdover::wire
