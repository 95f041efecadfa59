// A serial line to one UPS: a question out, a line back, within a time.
//
// It opens itself when asked and closes when the cable or the converter is gone, and tries again at
// the next question. One program at a time: the line is locked while open.
//
// Not thread-safe.

#pragma once

#include "io/device/driver.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>

namespace holdover::device::megatec {

class serial_line {
public:
  serial_line(std::string path, std::uint32_t baud) : path_(std::move(path)), baud_(baud) {}
  ~serial_line() { close(); }
  serial_line(const serial_line&) = delete;
  serial_line& operator=(const serial_line&) = delete;

  /// Sends a question and returns the line that came, without its carriage return; empty if none
  /// came in time. What was on the line before is thrown away.
  std::variant<std::string, failure> ask(const std::string& question,
                                         std::chrono::milliseconds patience);

  bool is_open() const { return descriptor_ >= 0; }
  void close();
  const std::string& path() const { return path_; }

private:
  std::variant<std::string, failure> listen(std::chrono::milliseconds patience);
  failure open();
  bool configure() const;
  failure gone(int error);

  std::string path_;
  std::uint32_t baud_;
  int descriptor_ = -1;
};

}  // namespace holdover::device::megatec
