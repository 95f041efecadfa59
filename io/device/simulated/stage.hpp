// Plays one file of a simulated device: what its variables are now, and its outlets' switches.
//
// The file is read again whenever it has changed, and the play then starts from its beginning: to
// let something happen, replace the file. A file that is gone is a device that does not answer.
// Outlets are switched in memory only; a changed file has the last word.
//
// Not thread-safe; a station gives it a thread.

#pragma once

#include "core/time.hpp"
#include "io/device/driver.hpp"
#include "io/device/nut/answer.hpp"
#include "io/device/simulated/script.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace holdover::device::simulated {

/// Tells the time to play by.
using play_clock = std::function<time_point()>;

struct snapshot {
  nut::variables values;
  duration running{};  ///< Since the file was read last.
};

class stage {
public:
  stage(std::string path, play_clock clock);

  answer<snapshot> look();
  answer<switched> switch_outlet(std::uint32_t number, bool on);

private:
  /// Enough of a file's attributes to notice that it was replaced or written to.
  struct edition {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t size = 0;
    std::int64_t modified_ns = 0;

    bool operator==(const edition&) const = default;
  };

  std::optional<failure> refresh();
  std::optional<failure> load(int file, const edition&);
  failure unreadable(int error) const;

  std::string path_;
  play_clock clock_;
  std::optional<edition> playing_;
  script script_;
  nut::variables switched_;
  time_point began_{};
};

}  // namespace holdover::device::simulated
