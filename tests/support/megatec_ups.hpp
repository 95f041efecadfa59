// A UPS with a serial line, for a test: a pseudo terminal that speaks Megatec's protocol.
//
// The path stays the same when the cable is pulled and plugged in again, as udev keeps it for a
// real one.

#pragma once

#include "core/site.hpp"
#include "tests/support/scratch.hpp"

#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace holdover::support {

class megatec_ups {
public:
  megatec_ups();
  ~megatec_ups();

  /// What it answers to a question; empty: nothing. Others than these are repeated, as they do.
  void answers(const std::string& question, const std::string& line);
  /// Every question so far, or since the last look.
  std::vector<std::string> heard();

  void pull();  ///< The cable is out: the line and its path are gone.
  void plug();

  device_address address() const;

private:
  void serve(int terminal, int until);

  scratch folder_;
  std::mutex mutex_;
  std::map<std::string, std::string> answers_;
  std::vector<std::string> heard_;
  int terminal_ = -1;
  int hand_ = -1;  ///< Closing it ends the thread.
  std::thread thread_;
};

}  // namespace holdover::support
