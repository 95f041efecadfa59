// This host's own eyes: whether any of its ports has a carrier, and whether a sensor of its own
// sees good mains (F2).
//
// A carrier is what the kernel says under /sys/class/net/PORT/carrier. A sensor is any file that
// begins with 1 while the host's input is good: /sys/class/power_supply/ACAD/online of the kernel,
// or one that a script of the host's writes, from IPMI for example. What cannot be read is no
// carrier and no good mains.
//
// Looks on a thread of its own, as such a file may hang; then nothing is told, and whoever listens
// finds the looks missing. Nobody waits for that thread at the end either: a host that goes down
// has no time for a file that hangs.

#pragma once

#include "core/agent/isolation.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace holdover::host {

struct ports_to_watch {
  std::vector<std::string> names;
  std::string mains_file;                 ///< Empty: there is no sensor.
  std::string folder = "/sys/class/net";  ///< Another one in labs and tests.
  std::chrono::milliseconds period = std::chrono::seconds{1};
};

agent::ports_seen look_at_ports(const ports_to_watch&);

class port_watch {
public:
  /// @param tell called on the thread of the watch, at once and then with each period; never after
  /// the watch has ended.
  port_watch(ports_to_watch what, std::function<void(const agent::ports_seen&)> tell);
  ~port_watch();
  port_watch(const port_watch&) = delete;
  port_watch& operator=(const port_watch&) = delete;

private:
  struct shared;
  std::shared_ptr<shared> shared_;
};

}  // namespace holdover::host
