// Users of SNMP version 3 in the library's own terms. Included by the sources that call net-snmp
// only.

#pragma once

#include "io/device/snmp/access.hpp"

// The configuration must come first.
// clang-format off
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
// clang-format on

#include <optional>
#include <string>

namespace holdover::device::snmp {

/// Describes the user to the library; a failure if it was built without one of the protocols. The
/// user must outlive the description.
std::optional<failure> describe_user(netsnmp_session&, const user_access&, user_keys&);

/// Registers the session's user for its engine, in place of any entry with older keys.
bool register_user(netsnmp_session&);

/// What an agent's report says about a request of ours.
failure report_meaning(netsnmp_pdu* report, const std::string& peer);

}  // namespace holdover::device::snmp
