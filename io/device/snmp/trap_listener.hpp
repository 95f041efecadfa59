// Listens for traps and informs of the devices of a site.
//
// A porter at one door for all devices: looks who knocks (trap_door), has the letter read
// (notification_reader), and tells whose it is. What a letter says is not asked about: whoever is
// told reads the device itself.
//
// Who is a device is told by its address alone, which can be forged: so whatever is heard here is a
// hint. With version 3 it must be said by the user with whom a device at that address is read, at
// least as well protected.
//
// Names of hosts are looked up at the start, and again when a stranger comes, once a minute at
// most.

#pragma once

#include "core/site.hpp"
#include "io/device/snmp/notification.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace holdover::device::snmp {

class trap_listener {
public:
  /// Called from the engine's thread; quick, and without throwing.
  struct handlers {
    /// @param sources indexes of the devices at the sender's address.
    std::function<void(const notification&, const std::vector<std::size_t>& sources)> heard;
    /// Something was not let in or not believed. `first`: of this sender for this reason, so that
    /// people may be told; otherwise to be counted only.
    std::function<void(const std::string& sender, const std::string& why, bool first)> refused;
  };

  /// Listens at "ADDRESS:PORT" or "[ADDRESS]:PORT", or says why it cannot. A device that is not
  /// read by SNMP counts by its host alone.
  static std::variant<std::unique_ptr<trap_listener>, std::string> open(
      const std::string& endpoint, const std::vector<device_address>& devices, handlers);
  /// No handler is called any more. Not to be called from one.
  ~trap_listener();
  trap_listener(const trap_listener&) = delete;
  trap_listener& operator=(const trap_listener&) = delete;

  std::uint16_t port() const;
  /// What does not work of it, though it listens.
  const std::vector<std::string>& notes() const { return notes_; }

private:
  class porter;
  trap_listener(int socket, std::shared_ptr<porter>, std::vector<std::string> notes);

  int socket_;
  std::shared_ptr<porter> porter_;
  std::uint64_t number_ = 0;
  std::vector<std::string> notes_;
};

}  // namespace holdover::device::snmp
