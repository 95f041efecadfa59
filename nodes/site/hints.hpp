// Hints: datagrams that point at a UPS, which is then read at once.
//
// A hint saves the wait for the next poll and nothing else: it is no vote and no fact, only what
// the device then says itself counts. Each is an event with its sender, so that a forged one shows.

#pragma once

#include "actors/directory.hpp"
#include "core/site.hpp"
#include "io/device/rccmd/listener.hpp"

#include <memory>
#include <string>

namespace holdover::site_node {

struct hint_listeners {
  std::unique_ptr<device::rccmd::listener> rccmd;
  std::string problem;  ///< Why it does not listen though it should: a node works without hints.
};

hint_listeners listen_for_hints(const site&, std::shared_ptr<actors::directory>);

}  // namespace holdover::site_node
