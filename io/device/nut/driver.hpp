// Devices behind a NUT server (upsd): UPSes, switched outlets and sensors of every maker that NUT
// has a driver for.
//
// Thin: the client talks to the server, reading.hpp makes sense of its answer. All devices behind
// one server share one client, whatever their kind.

#pragma once

#include "core/site.hpp"
#include "io/device/driver.hpp"

#include <memory>
#include <string>

namespace holdover::device {

/// `channel` is the variable of a sensor, such as "ambient.1.humidity". Port 0 means NUT's 3493.
std::unique_ptr<driver> make_nut_driver(const device_address&, device_kind,
                                        const std::string& channel = {});

}  // namespace holdover::device
