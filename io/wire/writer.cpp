#include "io/wire/writer.hpp"

#include "core/utf8.hpp"
#include "io/wire/limits.hpp"

#include <algorithm>
#include <cmath>

namespace holdover::wire {

std::string name_of(std::string_view name) {
  return utf8::cleaned(name, name_characters_max, false);
}

std::string text_of(std::string_view text) {
  return utf8::cleaned(text, text_characters_max, true);
}

std::string report_of(std::string_view text) {
  return utf8::cleaned(text, report_characters_max, true);
}

std::string bytes_of(const random_id& id) {
  return id ? std::string{id.bytes.begin(), id.bytes.end()} : std::string{};
}

google::protobuf::Duration span_of(duration time) {
  const auto limited = std::clamp(time, -duration_max, duration_max);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limited);
  google::protobuf::Duration out;
  out.set_seconds(seconds.count());
  out.set_nanos(static_cast<std::int32_t>(std::chrono::nanoseconds{limited - seconds}.count()));
  return out;
}

google::protobuf::Duration age_of(duration time) {
  return span_of(std::max(time, duration::zero()));
}

std::optional<double> finite(std::optional<double> number) {
  return number && std::isfinite(*number) ? number : std::nullopt;
}

}  // namespace holdover::wire
