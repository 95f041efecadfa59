// Writes lines to a descriptor that may be blocked, without anybody having to wait for it.
//
// A terminal that was stopped, a full pipe that nobody reads or a journal that hangs must not hold
// up who has something to say: the safety thread says things, too. So lines go into a bounded queue
// and a thread of their own brings them out. When the queue is full the oldest line goes, and how
// many went is told in their place, once there is room again.
//
// The thread asks before each write whether there is room, and writes no more than the system takes
// at once (PIPE_BUF); so it can be told to stop while nobody reads. Should it be caught in a write
// all the same, it is left behind: what it needs is its own.
//
// spdlog's asynchronous logger does the same but for this: its destructor waits for its thread, and
// that one for the reader, so that a process with a blocked log could not even end.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

namespace holdover::log_output {

class line_writer {
public:
  static constexpr std::size_t lines_max = 4096;
  static constexpr std::size_t line_bytes_max = 16 * 1024;  ///< What is longer is cut.
  static constexpr std::chrono::milliseconds goodbye{500};

  /// @param descriptor is duplicated; @param program stands in front of a line of its own.
  line_writer(int descriptor, std::string program, std::size_t lines = lines_max);
  /// Gives what waits a moment to get out.
  ~line_writer();
  line_writer(const line_writer&) = delete;
  line_writer& operator=(const line_writer&) = delete;

  /// Never waits for the descriptor. @param line with its end.
  void put(std::string line);
  std::uint64_t dropped() const;

  /// Waits until all is out, or for the bound: false. Also for a handler of signals.
  bool drain(std::chrono::milliseconds bound) const noexcept;

private:
  struct desk;
  std::shared_ptr<desk> desk_;
  std::thread thread_;
};

}  // namespace holdover::log_output
