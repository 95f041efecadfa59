// What a device actor does with what it hears: one role for each kind of device. No CAF in here.
//
// A device observes and carries out; it never decides. A reading becomes a fact for the policy,
// telemetry for the bus, and an event where something changed. A failed question becomes one
// "communication_lost", once; the policy hears nothing then, and its belief grows stale by itself.
// That an actor has ended is told at once, as its device may have got worse meanwhile.

#pragma once

#include "actors/directory.hpp"
#include "actors/messages.hpp"
#include "core/power/sensor_watch.hpp"
#include "core/power/ups_changes.hpp"
#include "core/power/ups_tracker.hpp"
#include "core/site.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace holdover::actors {

/// To whom a role speaks. Bound by the device actor; called on its thread only.
struct device_voice {
  std::function<void(severity, event_payload)> record;
  /// @param urgent it changes what is believed of the device.
  std::function<void(any_telemetry, bool urgent)> telemetry;
  std::function<void(policy::site_event)> fact;
  std::function<void(const power::outlet_unit_reading&)> to_executor;
  std::function<void(outlet_index, outlet_share)> to_outlet;
};

class device_role {
public:
  virtual ~device_role() = default;

  /// @param age since the device was asked.
  virtual void heard(const power::device_reading&, duration age, time_point now,
                     const device_voice&) = 0;
  virtual void lost(const device::failure&, const device_voice&) = 0;

  /// The last reading brought worse news than the one before: a decision wants it said twice (X8),
  /// so it is asked for again at once (D2).
  virtual bool wants_second_look() const { return false; }
};

/// A successor of a role that ended knows not what that one said last: it says how its device is,
/// good or bad, or what its predecessor began would never be over.
enum class life : std::uint8_t { first, later };

std::unique_ptr<device_role> make_ups_role(const site&, ups_index, time_point now,
                                           life = life::first);
/// A further way to see a UPS: a fact for the policy alone, as the UPS is told of under one name.
std::unique_ptr<device_role> make_ups_path_role(ups_index, std::uint32_t path);
std::unique_ptr<device_role> make_outlet_unit_role(const site&, outlet_unit_index);
std::unique_ptr<device_role> make_sensor_role(const site&, sensor_index, life = life::first);
/// The card or server in front of a device. @param behind name of the device behind it.
std::unique_ptr<device_role> make_interface_role(std::string behind, life = life::first);

/// Tells every ending of a device's actor to whom it concerns.
void tell_unattended(const directory&, const site&, policy::device_unattended);

}  // namespace holdover::actors
