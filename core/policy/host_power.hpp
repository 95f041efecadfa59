// Is this host still fed? From the trackers of its supplies to one answer (rules X1, X7, X8, X9).
//
// A host with m supplies needs n of them. Each supply is, as far as this node knows, carrying,
// failing or unknown; then
//
//   carried       at least n carry
//   threatened    at least m-n+1 fail: whatever the unknown ones are, fewer than n are left
//   undetermined  the unknown ones decide: this node has no say
//
// A supply that has fallen silent may be *presumed* to fail (X9), but only beside another one that
// is seen on battery, and only if that settles the question. Such a view is `presumed`: short of
// the latest safe start nothing may mature on it.
//
// A supply whose paths contradict each other (O5) is *disputed*. If its battery is seen getting
// emptier, it fails as a presumed one does; else, or for a host that is to be left alone, nobody
// knows when it ends, so that nothing above a warning can come of it. What rests on disputed
// batteries whose numbers should fall and do not is *idle*: no level above a warning stays either.
//
// A supply whose output is about to be cut fails, however good its input is.
//
// A stale supply counts as last seen, but nothing that rests on it may mature. The host ends when
// the (m-n+1)-th of its supplies ends, and every number here is that supply's: one that is nearly
// empty says nothing about a host that another one carries. A supply whose output is off counts as
// failed, unless it is the only one: then the host would not be talking, so the device is not
// believed, unless it says that it is on battery too: then that is.

#pragma once

#include "core/power/ups_tracker.hpp"
#include "core/site.hpp"
#include "core/time.hpp"

#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace holdover::policy {

enum class feed : std::uint8_t { undetermined, carried, threatened };

struct host_power {
  feed how = feed::undetermined;
  bool fresh = false;               ///< Fresh supplies alone settle it.
  bool blind = false;               ///< Undetermined for so long that this node has no view.
  bool presumed = false;            ///< Threatened only if silent or disputed supplies are lost.
  bool silent_lost = false;         ///< … silent ones, that is, beside one seen on battery (X9).
  bool disputed = false;            ///< Of some supply the paths contradict each other.
  bool idle = false;                ///< It rests on batteries that, disputed, do not get emptier.
  bool all_carry = false;           ///< Every supply is fresh and carries.
  duration confirmed_on_battery{};  ///< How long it has been threatened, confirmed.
  std::optional<duration> left;     ///< Until fewer than n supplies carry, as far as what is fresh
                                    ///< settles it (O3); absent: unknown.
  std::optional<duration> left_at_worst;  ///< If stale supplies go on as projected.
  std::optional<double> charge_percent;   ///< The (m-n+1)-th lowest of the failing supplies.
  bool battery_low = false;               ///< Of at least m-n+1 failing supplies.
  std::optional<duration> online_for;     ///< Since when n supplies carry without a break.
};

/// How long a silent UPS is presumed to last; absent if nothing may be presumed of it.
using presumption = std::function<std::optional<duration>(ups_index)>;

host_power look_at(std::span<const supply_config> supplies, std::uint32_t needed,
                   const std::vector<power::ups_tracker>& upses, time_point now,
                   const presumption& presume = {}, bool holds_in_dispute = false);

}  // namespace holdover::policy
