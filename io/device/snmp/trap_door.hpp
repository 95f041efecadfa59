// Who may come in with a notification, and how often: before a byte of it is read.
//
// Strangers are turned away and counted; each is told once, and after some dozens nobody is told
// any more, as a forged sender costs nothing. A known device may come twenty times a second: a
// storm of traps must not become work for everybody else. What is turned away loses nothing but
// haste, since the device is polled as well. Pure.

#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace holdover::device::snmp {

class trap_door {
public:
  enum class verdict : std::uint8_t {
    come_in,
    stranger,
    new_stranger,  ///< To be told.
    storm,
    new_storm,  ///< To be told.
  };

  static constexpr std::size_t strangers_told = 32;
  static constexpr std::int64_t burst = 50;
  static constexpr duration refill = 50ms;  ///< For each more.

  /// `source` may come from this address; several may share one.
  void know(const std::string& address, std::size_t source);
  verdict knock(const std::string& address, time_point now);
  /// Empty for a stranger.
  const std::vector<std::size_t>& sources_at(const std::string& address) const;

private:
  struct visitor {
    std::vector<std::size_t> sources;
    std::int64_t left = burst;
    time_point filled_at{};
    bool storming = false;
  };
  std::map<std::string, visitor> known_;
  std::set<std::string> strangers_;
};

}  // namespace holdover::device::snmp
