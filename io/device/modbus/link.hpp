// One Modbus line, TCP or serial, asked and answered on the caller's thread: libmodbus with
// manners.
//
// It connects when first asked, closes what has gone wrong, and does not insist: after a failure
// the line, or the one unit that was silent, is left alone for a while, and whoever asks meanwhile
// is told at once what the last attempt met. So a dead unit costs its neighbours on the same line
// next to nothing.
//
// Decisions worth knowing:
//   - After a timeout a TCP connection is closed: a late answer must not be taken for the next one.
//     A serial line is emptied instead, as opening it again would reset some converters.
//   - libmodbus waits with select(), which cannot see descriptors from 1024 on; such a connection
//   is
//     refused with a reason instead of being tried.
//
// Not thread-safe: a line (line.hpp) gives it a thread.

#pragma once

#include "io/device/driver.hpp"
#include "io/device/modbus/block_plan.hpp"
#include "io/device/modbus/settings.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

struct _modbus;

namespace holdover::device::modbus {

struct target {
  std::string host;  ///< A path ("/dev/ttyUSB0") is a serial line.
  std::uint16_t port = 502;
  serial_settings serial;

  bool is_serial() const { return host.starts_with('/'); }
  std::string name() const;
};

/// Why there is no answer.
struct trouble {
  failure why;
  bool answered = false;         ///< The unit is there and said no.
  bool no_such_address = false;  ///< It said that it has no such register.
  bool out_of_time = false;      ///< Nobody was asked any more.
};

class link {
public:
  using clock = std::chrono::steady_clock;

  explicit link(target);
  ~link();
  link(const link&) = delete;
  link& operator=(const link&) = delete;

  /// The registers or bits of a block, in order.
  std::variant<std::vector<std::uint16_t>, trouble> read(std::uint8_t unit, const block&,
                                                         clock::time_point deadline);
  std::optional<trouble> write_coil(std::uint8_t unit, std::uint16_t address, bool on,
                                    clock::time_point deadline);

  const target& where() const { return where_; }

private:
  struct close_context {
    void operator()(_modbus*) const;
  };
  struct pause {
    std::chrono::milliseconds length{0};
    clock::time_point until{};
    failure why;
  };

  std::optional<trouble> prepare(std::uint8_t unit, clock::time_point deadline);
  std::optional<failure> open(clock::time_point deadline);
  void limit(clock::time_point deadline);
  trouble explain(int error, std::uint8_t unit);
  void rest(pause&, const failure&);

  const target where_;
  std::unique_ptr<_modbus, close_context> context_;
  pause line_pause_;
  std::map<std::uint8_t, pause> unit_pauses_;
};

}  // namespace holdover::device::modbus
