// Where a sensor's value is and how it becomes one in our unit, as a site file says it:
//
//   OBJECT                        1.3.6.1.2.1.33.1.15.1.0          the number as it is
//   OBJECT*FACTOR                 1.3.6.1.2.1.33.1.12.1.1.0*0.1    tenths
//   OBJECT/DIVISOR                1.3.6.1.2.1.33.1.12.1.1.0/10     the same
//   OBJECT*FACTOR+OFFSET          ...*0.5556-17.78                 degrees Fahrenheit to Celsius
//
// OBJECT is complete: a scalar ends in ".0". Blanks around the signs are allowed.

#pragma once

#include "io/device/driver.hpp"
#include "io/device/snmp/value.hpp"

#include <string_view>

namespace holdover::device::snmp {

struct sensor_channel {
  object_id object;
  double factor = 1;
  double offset = 0;

  bool operator==(const sensor_channel&) const = default;
};

/// A failure says what is wrong with the text.
answer<sensor_channel> parse_channel(std::string_view);

/// The reading. What agents say for "no sensor" (4294967295, 2147483647) is absent.
power::sensor_reading read_sensor(const sensor_channel&, const value&);

}  // namespace holdover::device::snmp
