// Asks a driver and waits: for tools, which have nothing else to do meanwhile.

#pragma once

#include "io/device/driver.hpp"

namespace holdover::tool {

/// A reading; a device with large tables answers slowly at first and is asked again for a while.
device::answer<power::device_reading> read_until_known(device::driver&);

}  // namespace holdover::tool
