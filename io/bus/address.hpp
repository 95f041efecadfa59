// Where sockets listen and connect to, as text from a configuration file.
//
// "tcp://10.0.0.1:7400", "tcp://[fd00::1]:7400", "tcp://node-a.example:7400"; to listen also
// "tcp://*:7400" and port "*" for any free one; "ipc://" and a path on one machine. Addresses as
// numbers are better than names: a name needs a name server, which may go down with the power.

#pragma once

#include "io/bus/refusal.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace holdover::bus {

enum class address_use { listen, connect };

/// Nothing if it is one.
[[nodiscard]] std::optional<refusal> why_not_an_address(std::string_view, address_use);

/// What to tell people when an address cannot be listened on; `error` is ZeroMQ's or the system's.
refusal why_not_listening(const std::string& address, int error);

}  // namespace holdover::bus
