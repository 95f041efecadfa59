// How one reading of a device comes about: what to ask, in which order, and what to remember.
//
// A poll belongs to one device and to the engine's thread. It keeps what it has learnt about the
// device from one reading to the next, so that the usual reading is one request.

#pragma once

#include "io/device/questions.hpp"
#include "io/device/snmp/engine.hpp"
#include "io/device/snmp/profile.hpp"
#include "io/device/snmp/sensor_channel.hpp"

#include <chrono>
#include <memory>
#include <utility>

namespace holdover::device::snmp {

/// One reading on its way.
struct errand {
  std::shared_ptr<session> line;
  ticket<power::device_reading> reply;
  std::chrono::steady_clock::time_point deadline;

  errand(std::shared_ptr<session> to, ticket<power::device_reading> answered)
      : line(std::move(to)),
        reply(std::move(answered)),
        deadline(std::chrono::steady_clock::now() + session::limit_max) {}

  duration left() const {
    return std::chrono::floor<duration>(deadline - std::chrono::steady_clock::now());
  }
};

class poll {
public:
  virtual ~poll() = default;
  /// Ends with an answer to the errand.
  virtual void read(errand) = 0;
  /// Whether an outlet may be there: false once the device has shown that it is not.
  virtual bool may_have_outlet(std::uint32_t) const { return true; }
};

std::shared_ptr<poll> make_ups_poll(const ups_profile&);
std::shared_ptr<poll> make_outlet_poll(const outlet_profile&);
std::shared_ptr<poll> make_sensor_poll(const sensor_channel&);
std::shared_ptr<poll> make_interface_poll();

}  // namespace holdover::device::snmp
