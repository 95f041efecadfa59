// Readings on their way to the bus: what has to wait travels together, under one signature.
//
// Like a lift: whoever comes alone goes up at once, and those who come while it is under way go up
// together next time. Nobody waits for company. The recorder puts each reading here and asks itself
// to send; that request stands in its mailbox behind whatever had come before, and goes to its end
// again, a few times at most, if it met new readings on its way. So a batch is what had queued up
// anyway, and on a quiet site every batch is a single reading, sent as such.
//
// A reading that changes what is believed of its device does not even wait for those: the recorder
// sends it alone, and older ones of the same device are dropped here, as it replaces them.
//
// Kinds are not mixed, so that whoever wants one kind is sent one kind (see io/wire/topic.hpp).

#pragma once

#include "core/message.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <variant>
#include <vector>

namespace holdover::actors {

/// Sizes of a batch. A receiver works through a full one in well under a millisecond.
inline constexpr std::size_t batch_readings_max = 128;
inline constexpr std::size_t batch_bytes_max = 64 * 1024;
/// How often the request to send lets others go first: each time is one pass of a busy mailbox.
inline constexpr int rounds_max = 4;

/// About how many bytes a reading takes on the wire; an honest upper bound for names of ASCII.
std::size_t weight(const any_telemetry&);

class telemetry_queue {
public:
  /// What goes out as one message.
  struct parcel {
    message_payload what;  ///< A lone reading as itself, several as a telemetry_batch.
    duration age{};        ///< Of a lone one: what it waited.
  };

  /// True if no more fits beside it: time to take.
  [[nodiscard]] bool add(any_telemetry, time_point told_at);
  /// Forgets what waits of the same device.
  void overtaken_by(const any_telemetry&);

  std::size_t size() const;
  /// All that waits, a parcel for each kind.
  std::vector<parcel> take(time_point now);

private:
  struct waiting {
    any_telemetry what;
    time_point told_at{};
  };
  struct line {
    std::vector<waiting> readings;
    std::size_t bytes = 0;
  };

  std::array<line, std::variant_size_v<any_telemetry>> lines_;
};

}  // namespace holdover::actors
