// A thread for one Modbus line: whoever shares the line stands in one queue.
//
// Modbus answers one question at a time, and libmodbus waits for the answer, so each host and each
// serial line has a thread of its own; a slow one delays nobody but its own.
//
// Thread-safe. A job must be quick apart from what it asks of the link.

#pragma once

#include "io/device/job_thread.hpp"
#include "io/device/modbus/link.hpp"

#include <functional>
#include <memory>
#include <string>

namespace holdover::device::modbus {

class line {
public:
  using job = std::function<void(link&)>;

  /// The line to a target, shared by all who use it now. Null if the serial line is in use with
  /// other settings.
  static std::shared_ptr<line> of(const target&);

  explicit line(const target&);

  void post(job, link::clock::time_point not_before = {});
  const target& where() const { return wire_->where(); }

private:
  std::shared_ptr<link> wire_;  ///< Shared with the jobs, which alone use it.
  job_thread thread_;
};

}  // namespace holdover::device::modbus
