// A device that is a file: for trying out a site, for drills and for tests.
//
// It plays NUT's .dev and .seq files (see script.hpp) and reads them through the same table as a
// NUT server's answers, so what it reports is what the recorded device would.

#pragma once

#include "core/site.hpp"
#include "io/device/driver.hpp"
#include "io/device/simulated/stage.hpp"

#include <memory>
#include <string>

namespace holdover::device {

/// The address' host is the path of the file; `channel` is the variable of a sensor.
std::unique_ptr<driver> make_simulated_driver(const device_address&, device_kind,
                                              const std::string& channel = {});

/// The same, playing by another clock.
std::unique_ptr<driver> make_simulated_driver(const device_address&, device_kind,
                                              const std::string& channel,
                                              const simulated::play_clock&);

}  // namespace holdover::device
