// How a service talks to systemd: ready, status, still alive, going. Does nothing where nobody
// listens, so that programs run the same by hand.

#pragma once

#include "core/time.hpp"

#include <optional>
#include <string>

namespace holdover::host {

void say_ready(const std::string& status);
void say_alive();
void say_status(const std::string& status);
void say_stopping();

/// For as long as this from now on the watchdog waits, instead of what it was told before.
void stretch_watchdog(duration);
/// How long it waits, if there is one.
std::optional<duration> watchdog_limit();

/// How often to say that we are alive: a third of what the watchdog allows.
std::optional<duration> watchdog_period();

}  // namespace holdover::host
