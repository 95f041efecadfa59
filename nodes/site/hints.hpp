// Hints: datagrams that point at a device, which is then read at once.
//
// A hint saves the wait for the next poll and nothing else: it is no vote and no fact, only what
// the device then says itself counts. Each is an event with its sender, so that a forged one shows.
// RCCMD's come from senders that the site file names; traps and informs also from its SNMP devices.

#pragma once

#include "actors/directory.hpp"
#include "core/site.hpp"
#include "io/device/rccmd/listener.hpp"
#include "io/device/snmp/trap_listener.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace holdover::site_node {

struct hint_listeners {
  std::unique_ptr<device::rccmd::listener> rccmd;
  std::unique_ptr<device::snmp::trap_listener> traps;
  /// What does not work though it should: a node works without hints.
  std::vector<std::string> problems;
};

/// @param count_refusal counts what was not acted on, by reason; from any thread.
hint_listeners listen_for_hints(const site&, std::shared_ptr<actors::directory>,
                                std::function<void(const std::string& why)> count_refusal);

}  // namespace holdover::site_node
