// Requests and replies in the library's own types. Included by the sources that call net-snmp only.

#pragma once

#include "io/device/snmp/exchange.hpp"

// The configuration must come first.
// clang-format off
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
// clang-format on

namespace holdover::device::snmp {

object_id object_id_from(const ::oid* arcs, std::size_t count);

/// What came back. Values of types that make no sense here are null.
reply to_reply(const netsnmp_pdu&);

/// A protocol data unit for a request; the caller's to send or free.
netsnmp_pdu* to_native(const request&);

}  // namespace holdover::device::snmp
