// `holdover diagnose`: what a person should do about a UPS.
//
// Reads the device once, with the nodes' own driver, and the journal of one node if it is given;
// core/diagnosis judges. Exit status 0: nothing to do, 1: findings, 2: usage; 3 to 5 if the device
// could not be read.

#pragma once

#include "core/diagnosis/diagnosis.hpp"
#include "tools/holdover/client.hpp"
#include "tools/holdover/device.hpp"
#include "tools/holdover/exit_status.hpp"
#include "tools/holdover/past.hpp"

#include <functional>
#include <string>
#include <vector>

namespace holdover::tool {

struct diagnosis_wish {
  device_test device;
  std::string journal;  ///< A journal's file, or
  std::string node;     ///< a node to ask.
};

exit_status diagnose_device(const diagnosis_wish&, const access&);

/// Of one node, whoever tells most of this device: three that saw the same are one patient.
std::vector<diagnosis::past_event> events_about(const past&, const std::string& device,
                                                std::int64_t now_milliseconds);
std::string findings_text(const std::string& device, const std::vector<diagnosis::finding>&);
std::string findings_json(const std::string& device, const std::vector<diagnosis::finding>&);

}  // namespace holdover::tool
