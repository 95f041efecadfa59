// What an agent or an outlet executor says of itself, once a second and on every change.
//
// A beacon is a full snapshot, not a delta: a lost one costs nothing. It does two jobs. It carries
// the nonce and a new tick that votes must echo (V4), and it echoes the challenge of every node
// that it has heard, without which its report counts for nothing there (X2): a stolen node or a
// tape recorder cannot make a host look down.

#pragma once

#include "core/identity.hpp"
#include "core/power/reading.hpp"
#include "core/time.hpp"
#include "core/vote/vote.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdover::agent {

/// Proof that a node was heard lately: its incarnation and its newest challenge tick.
struct echo {
  node_number controller = 0;
  random_id incarnation;
  std::uint64_t challenge_tick = 0;

  bool operator==(const echo&) const = default;
};

/// The agent's state (2.4). `down` is the last word before the host goes.
enum class host_state : std::uint8_t { unspecified = 0, running, armed, committed, down };
std::string_view to_string(host_state);

enum class action_state : std::uint8_t {
  unspecified = 0,
  received,
  refused,
  started,
  done,
  failed
};
std::string_view to_string(action_state);

/// Reported like an action: failed while what is known of an outage cannot be kept on the host.
inline constexpr std::string_view evidence_id = "evidence";

/// How far a named action has got; "shutdown" is one of them.
struct action_report {
  std::string id;
  action_state state = action_state::unspecified;
  std::string detail;  ///< Why it failed or was refused.

  bool operator==(const action_report&) const = default;
};

struct host_beacon {
  std::string site;
  std::string host;
  random_id nonce;
  std::uint64_t tick = 0;
  std::string boot_id;  ///< The kernel's; "boot" means this (X18).
  host_state state = host_state::unspecified;
  vote::level effective = vote::level::run;  ///< What the host acts on now.
  std::optional<duration> acts_in;           ///< Armed: until commit. Fallback: until its deadline.
  bool degraded = false;                     ///< Fewer than k able controllers (2.5).
  std::uint64_t epoch = 0;                   ///< Of its membership; 0: it does not say.
  std::vector<echo> echoes;
  std::vector<action_report> actions;  ///< Bounded: the last report of each id.

  bool operator==(const host_beacon&) const = default;
};

struct outlet_status {
  std::string outlet;
  power::outlet_state state = power::outlet_state::unknown;
  duration reading_age{};
  vote::outlet_wish effective = vote::outlet_wish::keep;
  action_state switching = action_state::unspecified;  ///< Of the last switching, if any.
  std::string detail;

  bool operator==(const outlet_status&) const = default;
};

/// The executor of one outlet unit on one node.
struct executor_beacon {
  std::string site;
  std::string unit;
  node_number node = 0;
  random_id nonce;
  std::uint64_t tick = 0;
  std::vector<echo> echoes;
  std::vector<outlet_status> outlets;
  std::uint64_t epoch = 0;  ///< Of its membership; 0: it does not say.

  bool operator==(const executor_beacon&) const = default;
};

}  // namespace holdover::agent
