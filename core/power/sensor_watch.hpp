// From readings of one sensor to events: thresholds with hysteresis, contacts, silence.
//
//   alarm_low < pre_alarm_low < normal < pre_alarm_high < alarm_high
//
// A zone is entered at its limit and left, towards normal, only beyond the hysteresis, which is at
// least as wide as the error of the sensor: its own noise neither raises nor clears an alarm.
//
// Pure. One per sensor in its actor.

#pragma once

#include "core/event.hpp"
#include "core/site.hpp"

#include <optional>
#include <string>
#include <vector>

namespace holdover::power {

struct sensor_change {
  severity how = severity::info;
  sensor_event what;
};

class sensor_watch {
public:
  /// @param successor somebody else told of it before, and nobody knows what: the first reading
  /// tells how it is, good or bad.
  explicit sensor_watch(const sensor_config&, bool successor = false);

  std::vector<sensor_change> read(const sensor_reading&);
  std::vector<sensor_change> lost();

private:
  /// From the lowest to the highest; a contact has the last two.
  enum class zone : std::uint8_t {
    unknown,
    alarm_low,
    pre_alarm_low,
    normal,
    pre_alarm_high,
    alarm_high,
    inactive,
    active
  };

  zone place(double value) const;
  static std::string_view word(zone);
  static severity weight(zone);

  std::string device_;
  sensor_kind kind_;
  std::optional<double> alarm_low_;
  std::optional<double> pre_alarm_low_;
  std::optional<double> pre_alarm_high_;
  std::optional<double> alarm_high_;
  double hysteresis_;
  zone zone_ = zone::unknown;
  bool tells_all_;  ///< With the next reading.
  std::optional<bool> reachable_;
  sensor_reading last_;
};

}  // namespace holdover::power
