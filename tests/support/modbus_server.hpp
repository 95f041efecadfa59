// A Modbus device that is not ours, for a test: pymodbus on a free port of the loopback, or behind
// a pair of pseudo terminals made by socat. Its unit is number 3; see tools/lab/modbus_device.py.

#pragma once

#include "core/site.hpp"
#include "tests/support/process.hpp"
#include "tests/support/scratch.hpp"

#include <string>

namespace holdover::support {

class modbus_server {
public:
  enum class wire { tcp, tcp_version_six, rtu };

  /// Whether pymodbus, and for RTU socat, are here; a test that needs them is skipped otherwise.
  static bool installed(wire);
  static constexpr const char* not_installed =
      "pymodbus or socat is missing; run: apt-get install python3-pymodbus python3-serial socat";

  /// Returns when it listens. Throws if that takes too long.
  modbus_server(wire, const std::string& state);

  /// Replaces its registers and how it behaves.
  void set(const std::string& state) const { folder_.write("state", state, 0644); }
  std::string state() const;

  void stop();  ///< It is gone, for RTU with its line; start() brings it back where it was.
  void start();

  device_address address(const std::string& settings) const;

private:
  void await(const std::string& file);

  wire how_;
  scratch folder_;
  process cable_;
  process server_;
  std::uint16_t port_ = 0;
};

}  // namespace holdover::support
