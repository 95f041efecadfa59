// Who somebody is, as values: numbers of nodes, names of targets, and the random words that tell
// one life of a process from the next.

#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>

namespace holdover {

/// 128 random bits, made once per process start. An agent's is its nonce (rule X18), a node's its
/// incarnation for votes (E3). All zero means "none".
struct random_id {
  std::array<std::uint8_t, 16> bytes{};

  auto operator<=>(const random_id&) const = default;
  explicit operator bool() const { return bytes != decltype(bytes){}; }
};

/// 32 hexadecimal digits.
std::string to_string(const random_id&);

/// The number of a site node in the membership document, 0 to 31.
using node_number = std::uint32_t;
constexpr node_number node_number_limit = 32;

/// What a vote is about.
enum class target_kind : std::uint8_t { host, outlet };

/// One receiver of votes. A host is served by one agent. An outlet is served by one executor on
/// each node, and each of them has its own nonce and ticks, so the executor is part of the address.
struct target {
  target_kind kind = target_kind::host;
  std::string name;          ///< The host's or the outlet's name in the site file.
  node_number executor = 0;  ///< Outlets only: the node whose executor is meant. 0 for hosts.

  auto operator<=>(const target&) const = default;
};

/// "host web1", "outlet rack1.3 at node 2": for logs and people.
std::string to_string(const target&);

/// The identity of an event everywhere: dense per publisher and incarnation, from 1.
struct event_id {
  std::string site;
  std::string publisher;          ///< Name of a node or agent in the membership document.
  std::uint64_t incarnation = 0;  ///< Persisted, +1 per start of the publisher's log.
  std::uint64_t sequence = 0;

  auto operator<=>(const event_id&) const = default;
};

}  // namespace holdover
