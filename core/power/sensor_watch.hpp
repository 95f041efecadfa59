// From readings of one sensor to events: thresholds with hysteresis, contacts, silence.
//
//            >= alarm_high                <= alarm_low
//   normal ----------------> alarm_high  (and likewise low)
//      ^                          |
//      +---- < alarm_high - hysteresis
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
  explicit sensor_watch(const sensor_config&);

  std::vector<sensor_change> read(const sensor_reading&);
  std::vector<sensor_change> lost();

private:
  enum class zone : std::uint8_t { unknown, normal, high, low, active, inactive };

  zone place(double value) const;
  static std::string_view word(zone);

  std::string device_;
  sensor_kind kind_;
  std::optional<double> alarm_low_;
  std::optional<double> alarm_high_;
  double hysteresis_;
  zone zone_ = zone::unknown;
  bool reachable_ = true;
  sensor_reading last_;
};

}  // namespace holdover::power
