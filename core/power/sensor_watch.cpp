#include "core/power/sensor_watch.hpp"

#include <utility>

namespace holdover::power {

sensor_watch::sensor_watch(const sensor_config& config)
    : device_(config.name),
      kind_(config.kind),
      alarm_low_(config.alarm_low),
      alarm_high_(config.alarm_high),
      hysteresis_(config.hysteresis) {}

sensor_watch::zone sensor_watch::place(double value) const {
  if (kind_ == sensor_kind::contact) return value > 0.5 ? zone::active : zone::inactive;
  const double high_edge = zone_ == zone::high ? hysteresis_ : 0;
  const double low_edge = zone_ == zone::low ? hysteresis_ : 0;
  if (alarm_high_ && value >= *alarm_high_ - high_edge) return zone::high;
  if (alarm_low_ && value <= *alarm_low_ + low_edge) return zone::low;
  return zone::normal;
}

std::string_view sensor_watch::word(zone where) {
  switch (where) {
    case zone::high:
      return "alarm_high";
    case zone::low:
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

std::vector<sensor_change> sensor_watch::read(const sensor_reading& reading) {
  if (reading.value.how != quality::good) return lost();
  last_ = reading;
  std::vector<sensor_change> news;
  if (!std::exchange(reachable_, true))
    news.push_back({severity::info, {device_, "communication_restored", reading}});
  const auto before = zone_;
  zone_ = place(reading.value.number);
  const bool quiet_start =
      before == zone::unknown && (zone_ == zone::normal || zone_ == zone::inactive);
  if (zone_ == before || quiet_start) return news;
  const bool bad = zone_ == zone::high || zone_ == zone::low || zone_ == zone::active;
  news.push_back(
      {bad ? severity::alarm : severity::info, {device_, std::string{word(zone_)}, reading}});
  return news;
}

std::vector<sensor_change> sensor_watch::lost() {
  if (!std::exchange(reachable_, false)) return {};
  return {{severity::warning, {device_, "communication_lost", last_}}};
}

}  // namespace holdover::power
