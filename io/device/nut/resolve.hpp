// Finds the addresses behind a name without making anybody wait for a name server.
//
// The system's resolver blocks for as long as it likes, so it runs on a thread of its own, which
// may outlive everybody who was interested. An address in digits needs no such detour.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <sys/socket.h>
#include <vector>

namespace holdover::device::nut {

struct address {
  sockaddr_storage bytes{};
  socklen_t size = 0;
};

struct resolution {
  std::vector<address> addresses;
  std::string problem;  ///< Why there are none.
};

/// Calls `done` once: at once for an address in digits, else later from another thread. `done` must
/// not depend on anything that it does not own.
void resolve(const std::string& host, std::uint16_t port, std::function<void(resolution)> done);

}  // namespace holdover::device::nut
