// Asks a driver and waits for its answer, with a bound.

#pragma once

#include "io/device/driver.hpp"

#include <chrono>
#include <future>
#include <memory>
#include <utility>

namespace holdover::support {

/// Longer than any driver may take.
inline constexpr std::chrono::seconds answer_limit{20};

template <class T, class Ask>
device::answer<T> answer_of(Ask ask) {
  auto promise = std::make_shared<std::promise<device::answer<T>>>();
  auto answered = promise->get_future();
  ask([promise](device::answer<T> came) { promise->set_value(std::move(came)); });
  if (answered.wait_for(answer_limit) != std::future_status::ready)
    return device::failure{device::failure_kind::unreachable, "the driver never answered"};
  return answered.get();
}

inline device::answer<power::device_reading> read(device::driver& driver) {
  return answer_of<power::device_reading>([&](auto done) { driver.read(done); });
}

inline device::answer<power::device_reading> read_interface(device::driver& driver) {
  return answer_of<power::device_reading>([&](auto done) { driver.read_interface(done); });
}

inline device::answer<device::switched> switch_outlet(device::driver& driver, std::uint32_t number,
                                                      bool on) {
  return answer_of<device::switched>([&](auto done) { driver.switch_outlet(number, on, done); });
}

/// The reading of a kind, or null.
template <class Reading>
const Reading* reading_in(const device::answer<power::device_reading>& came) {
  const auto* any = std::get_if<power::device_reading>(&came);
  return any == nullptr ? nullptr : std::get_if<Reading>(any);
}

template <class T>
const device::failure* failure_in(const device::answer<T>& came) {
  return std::get_if<device::failure>(&came);
}

/// What came, for the message of a failed check.
template <class T>
std::string text_of(const device::answer<T>& came) {
  const auto* why = std::get_if<device::failure>(&came);
  return why == nullptr ? "an answer" : std::string(to_string(why->kind)) + ": " + why->text;
}

}  // namespace holdover::support
