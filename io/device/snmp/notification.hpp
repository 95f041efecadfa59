// A trap or an inform: what a device says without having been asked.
//
// Only who says it and its name are kept. What else it carries is not read: the device is asked
// instead, as it then answers for itself.

#pragma once

#include "io/device/snmp/access.hpp"
#include "io/device/snmp/object_id.hpp"

#include <cstdint>
#include <string>

namespace holdover::device::snmp {

/// Of version 3; in the order of their strength.
enum class protection : std::uint8_t { none, authenticated, encrypted };

struct notification {
  std::string sender;  ///< Address, as device::canonical_address writes it.
  version speaks = version::v2c;
  bool wants_answer = false;  ///< An inform.
  object_id name;             ///< snmpTrapOID, also of version 1 (RFC 3584, 3.1).
  std::string user{};         ///< Version 3.
  protection how = protection::none;
};

/// How well the messages of this user are protected.
protection protection_of(const user_access&);

/// snmpTrapOID of a version 1 trap.
object_id trap_name(std::int64_t generic, std::int64_t specific, const object_id& enterprise);

/// "SNMP trap (2c) from 10.0.0.5: upsTrapOnBattery"; names that are not known here as numbers.
std::string to_string(const notification&);

}  // namespace holdover::device::snmp
