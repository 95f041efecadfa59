// Who we are to senders of version 3 informs: our engine's identity and how often it has started.
//
// A sender of informs learns our engine once and keeps it; cards do so for days. With a new
// identity after each start what they send is refused until they ask again, and with the old one
// and a count that did not grow, too. So both are kept in a file beside the journal: the identity
// as it was made, the count one higher at each start.
//
// A file that cannot be read or written is no reason not to start: the identity is then new, as it
// would be without the file, and it is said.

#pragma once

#include <cstdint>
#include <string>

namespace holdover::device::snmp {

struct engine_identity {
  std::string bytes;        ///< snmpEngineID (RFC 3411).
  std::uint32_t boots = 1;  ///< snmpEngineBoots: this start is counted already.
  std::string problem;      ///< What does not work of keeping it; empty if all does.
};

/// The identity of this start, made if there was none, and already kept for the next one.
engine_identity take_identity(const std::string& file);

}  // namespace holdover::device::snmp
