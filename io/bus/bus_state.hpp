// What the bus thread shares with the threads that use the endpoint.

#pragma once

#include "io/bus/admission.hpp"
#include "io/bus/credit.hpp"
#include "io/bus/endpoint.hpp"
#include "io/bus/outbox.hpp"
#include "io/bus/paths.hpp"
#include "io/bus/wake_event.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace holdover::bus {

struct bus_state {
  explicit bus_state(const endpoint_config& config)
      : who{config.members},
        out{config.limits.outbox_controls, config.limits.outbox_events},
        controls{std::make_shared<credit>(config.limits.controls_in_flight)} {}

  admission who;
  paths ways;
  outbox out;
  const std::shared_ptr<credit> controls;
  const std::shared_ptr<wake_event> wake = std::make_shared<wake_event>();  ///< Slips wake, too.
  std::atomic<bool> events_paused{false};
  std::mutex fines_lock;
  std::vector<std::pair<std::string, lane>> fines;  ///< That the bus thread has yet to impose.
  std::atomic<bool> fined{false};
  std::atomic<bool> stop{false};
  std::atomic<bool> members_changed{false};
  std::atomic<bool> throw_out{false};

  std::atomic<std::uint64_t> rounds{0};
  std::atomic<std::uint64_t> controls_in{0};
  std::atomic<std::uint64_t> events_in{0};
  std::atomic<std::uint64_t> controls_out{0};
  std::atomic<std::uint64_t> events_out{0};
  std::atomic<std::uint64_t> controls_unsent{0};
  std::atomic<std::uint64_t> events_unsent{0};
  std::atomic<std::uint64_t> without_standing{0};
  std::atomic<std::uint64_t> malformed{0};
  std::atomic<std::uint64_t> flooding{0};
  std::atomic<std::uint64_t> times_thrown_out{0};
};

}  // namespace holdover::bus
