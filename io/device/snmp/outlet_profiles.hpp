// The families of switched-outlet units that can be driven: one row each.

#pragma once

#include "io/device/snmp/profile.hpp"

#include <span>

namespace holdover::device::snmp {

extern const std::span<const outlet_profile> outlet_profiles;

}  // namespace holdover::device::snmp
