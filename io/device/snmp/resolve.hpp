// Turns a host's name into an address without ever waiting in the caller.
//
// Name servers are down when the power is: a lookup may take half a minute. Addresses are taken as
// they are; each name is looked up on a thread of its own that nobody waits for, so a name that
// hangs delays only the device that bears it.

#pragma once

#include "io/device/driver.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <sys/socket.h>

namespace holdover::device::snmp {

struct endpoint {
  sockaddr_storage address{};
  socklen_t size = 0;
  std::string text;  ///< "192.0.2.7:161" or "[2001:db8::7]:161".
};

/// Calls `found` once: at once for an address, later and from another thread for a name.
void resolve(const std::string& host, std::uint16_t port,
             std::function<void(answer<endpoint>)> found);

}  // namespace holdover::device::snmp
