// Drivers for devices that speak SNMP.
//
// Address: `host` and `port` (161) of the agent; `version` "1", "2c" (default) or "3";
// `credentials` as access.hpp says; `unit` names the profile:
//
//   a UPS, whole   a family (families.hpp): "rfc1628", "apc-ups"; empty or "auto": what is found
//   outlet unit    a row of outlet_profiles.cpp: "generex-aux" (SiteSwitch 4), "apc-rpdu2";
//   likewise sensor         as a UPS; `channel` names the object as sensor_channel.hpp says, or the
//   sensor by
//                  its own name or label: "temperature.uio.1.1", "Rack 5 top"
//   interface      none
//
// Polls are as small as the device allows: which rows its tables have and which objects it lacks is
// remembered, and surveyed anew every 150 readings and whenever something does not fit any more.
// What decisions rest on is asked for every time, the rest in turns where it does not fit beside
// it.
//
// What is safe for the load: a reading of which a part stays unanswered is a failure as a whole. A
// UPS without its alarm table might look fine while its card has lost the contact to it.

#pragma once

#include "core/site.hpp"
#include "io/device/driver.hpp"

#include <memory>
#include <string>

namespace holdover::device {

/// Never fails: what is wrong with the address is the answer to each question. `channel` counts for
/// sensors alone.
std::unique_ptr<driver> make_snmp_driver(const device_address&, device_kind,
                                         const std::string& channel);

}  // namespace holdover::device
