#include "core/power/sensor_watch.hpp"

#include <utility>

namespace holdover::power {

sensor_watch::sensor_watch(const sensor_config& config, bool successor)
    : device_(config.name),
      kind_(config.kind),
      alarm_low_(config.alarm_low),
      pre_alarm_low_(config.pre_alarm_low),
      pre_alarm_high_(config.pre_alarm_high),
      alarm_high_(config.alarm_high),
      hysteresis_(config.hysteresis),
      tells_all_(successor) {
  if (!successor) reachable_ = true;
}

sensor_watch::zone sensor_watch::place(double value) const {
  if (kind_ == sensor_kind::contact) return value > 0.5 ? zone::active : zone::inactive;
  const bool placed = zone_ >= zone::alarm_low && zone_ <= zone::alarm_high;
  const auto above = [&](const std::optional<double>& limit, zone entered) {
    return limit && value >= *limit - (placed && zone_ >= entered ? hysteresis_ : 0);
  };
  const auto below = [&](const std::optional<double>& limit, zone entered) {
    return limit && value <= *limit + (placed && zone_ <= entered ? hysteresis_ : 0);
  };
  if (above(alarm_high_, zone::alarm_high)) return zone::alarm_high;
  if (below(alarm_low_, zone::alarm_low)) return zone::alarm_low;
  if (above(pre_alarm_high_, zone::pre_alarm_high)) return zone::pre_alarm_high;
  if (below(pre_alarm_low_, zone::pre_alarm_low)) return zone::pre_alarm_low;
  return zone::normal;
}

std::string_view sensor_watch::word(zone where) {
  switch (where) {
    case zone::alarm_high:
      return "alarm_high";
    case zone::pre_alarm_high:
      return "pre_alarm_high";
    case zone::pre_alarm_low:
      return "pre_alarm_low";
    case zone::alarm_low:
      return "alarm_low";
    case zone::active:
      return "active";
    case zone::inactive:
      return "inactive";
    case zone::normal:
    case zone::unknown:
      break;
  }
  return "normal";
}

severity sensor_watch::weight(zone where) {
  if (where == zone::pre_alarm_low || where == zone::pre_alarm_high) return severity::warning;
  const bool bad = where == zone::alarm_low || where == zone::alarm_high || where == zone::active;
  return bad ? severity::alarm : severity::info;
}

std::vector<sensor_change> sensor_watch::read(const sensor_reading& reading) {
  if (reading.value.how != quality::good) return lost();
  last_ = reading;
  std::vector<sensor_change> news;
  if (std::exchange(reachable_, true) != true)
    news.push_back({severity::info, {device_, "communication_restored", reading}});
  const auto before = zone_;
  zone_ = place(reading.value.number);
  const bool quiet_start = !std::exchange(tells_all_, false) && before == zone::unknown
                           && (zone_ == zone::normal || zone_ == zone::inactive);
  if (zone_ == before || quiet_start) return news;
  news.push_back({weight(zone_), {device_, std::string{word(zone_)}, reading}});
  return news;
}

std::vector<sensor_change> sensor_watch::lost() {
  if (std::exchange(reachable_, false) == false) return {};
  return {{severity::warning, {device_, "communication_lost", last_}}};
}

}  // namespace holdover::power
