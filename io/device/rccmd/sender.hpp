// EXPERIMENTAL: sends a line to an RCCMD client, for hosts that can run nothing else.
//
// NOT AUTHENTICATED. The line is plain text, the client knows its senders by address alone, and an
// address can be forged: whoever is on that network can send the same. Nothing here makes that
// better; what is better is an agent on the host.
//
// Only the greeting was ever seen on a wire (see message.hpp). What a client takes for a shutdown
// is in no public document, so what follows the greeting is for the owner to say. Nobody answers:
// sent is all that is known. Datagrams are sent three times, as the network may lose some.

#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace holdover::device::rccmd {

inline constexpr std::uint16_t usual_port = 6003;

struct order {
  std::string address;  ///< Numeric, of either family.
  std::uint16_t port = usual_port;
  bool by_tcp = false;
  std::string say;  ///< What follows the greeting.

  bool operator==(const order&) const = default;
};

/// What is wrong with it, and the remedy; nothing if it may be sent.
std::optional<std::string> problem_with(const order&);

/// The bytes that go over the wire.
std::string bytes_of(const order&);

/// Sends, and takes no longer than the limit. Why it could not; nothing if it is out.
std::optional<std::string> send(const order&, duration limit);

}  // namespace holdover::device::rccmd
