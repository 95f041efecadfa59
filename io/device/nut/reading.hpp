// From the variables of a NUT device to a reading: the table that makes NUT one family among
// others.
//
// Our own names for values are NUT's, so measurements pass through under their names and only what
// is not a number needs translating: status words to flags, alarm texts to the words of RFC 1628,
// outlets and sensors to their shapes. The simulated family reads its files through this same
// table.
//
// Pure. What a device leaves out stays out: no default is invented for it.

#pragma once

#include "core/power/reading.hpp"
#include "io/device/driver.hpp"
#include "io/device/nut/answer.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace holdover::device::nut {

/// What to read from a device; `channel` is the variable of a sensor.
struct subject {
  device_kind kind = device_kind::ups;
  std::string channel;
  std::string name;  ///< "rack on 10.0.0.5:3493", for failure texts.
};

/// A reading of the wanted kind, or why there is none: the driver has no data yet, or the device
/// has no such channel.
answer<power::device_reading> read(const variables&, const subject&);

power::ups_reading read_ups(const variables&);
power::outlet_unit_reading read_outlets(const variables&);
answer<power::device_reading> read_sensor(const variables&, const subject&);

/// Flags from the words of ups.status; words that decide nothing are passed over.
power::ups_flags flags_from(std::string_view status);

/// The alarms in ups.alarm: RFC 1628 words for texts that NUT's drivers share, others as they are.
std::vector<std::string> alarms_from(std::string_view text);

/// Whether the server waits for the first data of a driver: nothing it lists now is a fact. A
/// driver that never gives a status, because its device is no UPS, has given data when it gives
/// anything.
bool waiting_for_data(const variables&, device_kind);

}  // namespace holdover::device::nut
