// Notices that time went on without this process: its host slept, was paused, or was set back to a
// snapshot and told the time since.
//
// Three clocks of the kernel are laid side by side at each look. Monotonic time stands still while
// the host sleeps, the time since boot does not, and wall time is corrected by whoever knows better
// once a paused guest runs again. If one has outrun the other since the last look by as much as the
// life of a vote, votes from before that moment may be of another life. A wall clock that somebody
// sets looks the same, which costs a beacon and no more.
//
// What this kernel cannot tell is a guest that was set back and whose wall clock nobody corrects;
// there a controller that knows a later beacon tells (see agent_machine).

#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace holdover::host {

struct clock_readings {
  std::chrono::milliseconds monotonic{};
  std::chrono::milliseconds since_boot{};
  std::chrono::milliseconds wall{};
};
clock_readings read_clocks();

class clock_watch {
public:
  explicit clock_watch(std::chrono::milliseconds limit, clock_readings now = read_clocks())
      : limit_(limit), last_(now) {}

  /// What has happened since the last look, in words, if it matters.
  std::optional<std::string> look(clock_readings now);

private:
  std::chrono::milliseconds limit_;
  clock_readings last_;
};

}  // namespace holdover::host
