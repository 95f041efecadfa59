#include "actors/telemetry_queue.hpp"

#include "core/overloaded.hpp"

#include <utility>

namespace holdover::actors {

namespace {

// Tags, lengths, numbers and times: what a message, a value and an outlet take beside their texts.
constexpr std::size_t bytes_of_reading = 160;
constexpr std::size_t bytes_of_value = 24;
constexpr std::size_t bytes_of_outlet = 48;

std::size_t weight_of(const power::measurement& value) {
  return bytes_of_value + value.name.size() + value.source.size();
}

message_payload as_payload(any_telemetry&& told) {
  return std::visit([](auto&& one) { return message_payload{std::move(one)}; }, std::move(told));
}

}  // namespace

std::size_t weight(const any_telemetry& told) {
  std::size_t sum = bytes_of_reading + subject(told).size();
  std::visit(overloaded{
                 [&](const ups_telemetry& t) {
                   for (const auto& value : t.values)
                     sum += weight_of(value);
                 },
                 [&](const outlet_telemetry& t) {
                   for (const auto& one : t.outlets)
                     sum += bytes_of_outlet + one.outlet.size() + one.detail.size();
                 },
                 [&](const sensor_telemetry& t) { sum += weight_of(t.reading.value); },
             },
             told);
  return sum;
}

bool telemetry_queue::add(any_telemetry told, time_point told_at) {
  auto& own = lines_[told.index()];
  own.bytes += weight(told);
  own.readings.push_back({std::move(told), told_at});
  return own.readings.size() >= batch_readings_max || own.bytes >= batch_bytes_max;
}

void telemetry_queue::overtaken_by(const any_telemetry& told) {
  auto& own = lines_[told.index()];
  std::erase_if(own.readings, [&](const waiting& one) {
    const bool same = subject(one.what) == subject(told);
    if (same) own.bytes -= weight(one.what);
    return same;
  });
}

std::size_t telemetry_queue::size() const {
  std::size_t sum = 0;
  for (const auto& own : lines_)
    sum += own.readings.size();
  return sum;
}

std::vector<telemetry_queue::parcel> telemetry_queue::take(time_point now) {
  std::vector<parcel> parcels;
  for (auto& own : lines_) {
    auto readings = std::exchange(own.readings, {});
    own.bytes = 0;
    if (readings.empty()) continue;
    if (readings.size() == 1) {
      parcels.push_back(
          {as_payload(std::move(readings.front().what)), now - readings.front().told_at});
      continue;
    }
    telemetry_batch batch;
    batch.readings.reserve(readings.size());
    for (auto& one : readings)
      batch.readings.push_back({now - one.told_at, std::move(one.what)});
    parcels.push_back({std::move(batch), duration::zero()});
  }
  return parcels;
}

}  // namespace holdover::actors
