// The contract of every device driver: ask once, answer once.
//
// A driver is a postman between one device and the actor that owns it: it carries questions and
// answers and has no opinion. Whatever the wire (NUT, SNMP, a file), the actor sees the same few
// calls. Polling rhythm, staleness and supervision are the actor's; retries within one question,
// time limits and connection keeping are the driver's.
//
// Rules for drivers:
//   1. Calls return at once; they never block the caller.
//   2. Each call is answered exactly once, from a thread of the driver: within 8 s if the device
//   says
//      nothing, within 15 s whatever it says. The answer handler must be quick and must not throw.
//   3. After the destructor returns no handler is called any more; open questions are answered with
//      a failure from within it.
//   4. A failure says what to do in words an operator understands, and never contains a secret.
//   5. A device that cannot do a thing answers `unsupported`; that is not a loss of contact.

#pragma once

#include "core/power/command.hpp"
#include "core/power/reading.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace holdover::device {

/// What a driver is asked to read at its address; read() answers with the matching reading.
/// `whole`: everything that the device says, as a whole_reading.
enum class device_kind : std::uint8_t { ups, outlet_unit, sensor, interface, whole };
std::string_view to_string(device_kind);

enum class failure_kind : std::uint8_t {
  unreachable,   ///< No answer within the limit, or the connection was refused.
  refused,       ///< The device or server said no: credentials, access rights.
  unknown_unit,  ///< The server answers but does not know this device.
  nonsense,      ///< An answer that could not be understood.
  unsupported,
  stale,  ///< The server answers but says that its data is old.
};
std::string_view to_string(failure_kind);

struct failure {
  failure_kind kind = failure_kind::unreachable;
  std::string text;
};

template <class T>
using answer = std::variant<T, failure>;

using on_reading = std::function<void(answer<power::device_reading>)>;
/// Ok carries what the device said; it proves nothing: read back.
struct switched {
  std::string detail;
};
using on_switched = std::function<void(answer<switched>)>;

class driver {
public:
  virtual ~driver() = default;

  /// Reads the device once.
  virtual void read(on_reading done) = 0;

  /// Sets one outlet to an absolute state.
  virtual void switch_outlet(std::uint32_t number, bool on, on_switched done) = 0;

  /// Reads the card or server in front of the device, apart from the device itself.
  virtual void read_interface(on_reading done) = 0;

  /// Tells a UPS what to do. Ok means that the device took it, not that it is done.
  /// Families without commands answer at once, from the caller's thread.
  virtual void command(const power::ups_command&, on_switched done);

  /// Tells one outlet more than on and off; families that cannot answer as above.
  virtual void command_outlet(const power::outlet_command&, on_switched done);
};

}  // namespace holdover::device
