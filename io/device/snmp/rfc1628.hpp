// UPS-MIB of RFC 1628: what nearly every SNMP card of a UPS speaks beside its maker's own MIB, and
// the only thing that the Generex cards speak. Their extensions of the same subtree are included:
// they do not collide with the RFC, and other agents just do not have them.

#pragma once

#include "io/device/snmp/profile.hpp"

namespace holdover::device::snmp {

extern const ups_profile rfc1628;

}  // namespace holdover::device::snmp
