// A vote: what one node wants of one target, as a short lease (protocol rules V1 to V7).
//
// A vote is not a command. It says "as of your tick T, I want you at this level", proves by the
// echoed nonce and tick that it is fresh, and dies by itself. Cancelling is not renewing. Whoever
// receives votes acts on the k-th highest unexpired level of distinct controllers: see ballot_box.

#pragma once

#include "core/identity.hpp"
#include "core/power/observation.hpp"
#include "core/time.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdover::vote {

/// What a host should do. The order is the order of severity. `no_view` is the vote of a node that
/// cannot see the power: it is heard (its sender lives) but counts for nothing (X1).
enum class level : std::uint8_t { no_view = 0, run, warn, shed, shutdown, power_off };
std::string_view to_string(level);

/// What an outlet should be. `keep` is no wish.
enum class outlet_wish : std::uint8_t { keep = 0, on, off };
std::string_view to_string(outlet_wish);

/// Something to do once per incident: a pop-up, a program (E5). Ids name entries of the agent's own
/// configuration, so a vote never carries a command; `text` is for people to read, never executed.
struct named_action {
  std::string id;
  std::string text;

  bool operator==(const named_action&) const = default;
};

/// What the voter knows of one supply of the target, for the agent's fallback rule and for people.
struct supply_view {
  std::string ups;
  power::belief state = power::belief::unknown;
  bool blind = true;      ///< O2: the voter has not seen it for long, and presumes nothing (X9).
  bool disputed = false;  ///< O5: on battery, but as strong a side of its paths denies it.
  duration observation_age{};
  std::optional<duration> left;  ///< Until empty, the worse of all predictions (X8).
  duration confirmed_on_battery{};
  std::vector<std::string> groups;  ///< Independence groups behind the belief (O5).

  bool operator==(const supply_view&) const = default;
};

enum class reason : std::uint8_t {
  unspecified = 0,
  power_fine,
  on_battery,
  time_on_battery,
  runtime_below,
  charge_below,
  battery_low,
  latest_safe_start,
  stage_order,   ///< An earlier stage is still busy.
  host_is_down,  ///< Outlet: what it feeds is confirmed down.
  shed_load,
  restore,
  power_cycle,
  held_by_operator,
  no_view,
  kept_while_stale,  ///< X1
  ups_state,         ///< Load, bypass or a fault, the input being good: sheds, stops no host.
  environment,       ///< Sensors.
  schedule,
  operator_wish,  ///< A switch that an operator has set.
  job,            ///< A job of the site file.
};
std::string_view to_string(reason);

struct vote {
  std::string site;
  std::uint64_t epoch = 1;
  node_number controller = 0;
  random_id incarnation;             ///< Of the voter's process; its ticks below belong to it.
  std::uint64_t sequence = 0;        ///< Per incarnation and target, growing.
  std::uint64_t challenge_tick = 0;  ///< X2: to be echoed by the target's beacons.
  target to;
  random_id nonce;         ///< Of the target, echoed.
  std::uint64_t tick = 0;  ///< Of the target, echoed.

  level host_level = level::no_view;       ///< Hosts.
  outlet_wish outlet = outlet_wish::keep;  ///< Outlets.
  std::vector<named_action> actions;       ///< Hosts.

  std::uint64_t policy_revision = 0;
  std::array<std::uint8_t, 32> policy_hash{};
  random_id incident;  ///< A label for people (S1); correctness never depends on it.
  reason why = reason::unspecified;
  std::vector<supply_view> supplies;
  std::uint32_t needed_supplies = 1;
  duration shutdown_time{};  ///< Of the target, as the site knows it.
  duration before{};         ///< X4: seconds of earlier stages.
  duration after{};          ///< X4: seconds of later stages.
  std::string drill;         ///< Drill id; empty for real. A drill vote never counts as real.

  bool operator==(const vote&) const = default;
};

/// A vote as it came: parsed, with the verdict on its signature, and the bytes as evidence.
/// Signature checking is a port: io/keys does it for real, the simulator with a tag that its
/// attacker cannot make.
struct received_vote {
  vote content;
  bool signature_valid = false;
  std::string signed_bytes;   ///< Message and signature exactly as they came; evidence for audit.
  bool valid_before = false;  ///< By the membership before, while that still has a say (E2).
};

}  // namespace holdover::vote
