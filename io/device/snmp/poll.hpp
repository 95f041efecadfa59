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
#include <string>
#include <utility>
#include <vector>

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
  /// How outlets are told what; null before it is known.
  virtual const outlet_profile* outlets() const { return nullptr; }
  /// The families that the device was found to speak, in order; empty before that.
  virtual std::vector<const family*> spoken_families() const { return {}; }
};

/// What is wanted of a device.
enum class poll_aim : std::uint8_t {
  ups,     ///< A ups_reading.
  sensor,  ///< One sensor_reading, by its name or label.
  whole,   ///< A whole_reading.
};
/// A device by its families: the given one, or all that are found; `sensor` counts for one alone.
std::shared_ptr<poll> make_device_poll(const family* given, poll_aim, std::string sensor = {});
/// Switched outlets: by the given profile, or by the first that fits.
std::shared_ptr<poll> make_outlet_poll(const outlet_profile* given);
std::shared_ptr<poll> make_sensor_poll(const sensor_channel&);
std::shared_ptr<poll> make_interface_poll();

}  // namespace holdover::device::snmp
