// The part that a simulated device plays: a file in the format of NUT's dummy-ups.
//
//   ups.status: OL                 a .dev file is one tableau;
//   battery.charge: 100
//   TIMER 15                       with TIMER lines (a .seq file) it is a play: after 15 seconds
//   ups.status: OB DISCHRG         these values change and the others stay,
//   TIMER 3600                     and after the last scene it begins again.
//
// Text after a blank and '#' is a comment; a value may stand in quotes. Thousands of dumps of real
// devices in this format exist, made by `upsc`, so any of them can be put on stage.
//
// Pure: time is an argument.

#pragma once

#include "core/time.hpp"
#include "io/device/nut/answer.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace holdover::device::simulated {

struct scene {
  nut::variables changes;
  duration lasts{};
};

class script {
public:
  script() = default;
  explicit script(std::vector<scene> scenes);

  /// All values that hold when the play has been running for a time; never negative.
  nut::variables at(duration running) const;

  const std::vector<scene>& scenes() const { return scenes_; }

private:
  std::vector<scene> scenes_;
  duration length_{};
};

/// Why a text is no script, with the number of the first line that is wrong.
struct script_problem {
  std::string text;
};

std::variant<script, script_problem> parse_script(std::string_view text);

/// Sets one variable in a list, adding it if need be.
void set(nut::variables&, std::string_view name, std::string_view value);

}  // namespace holdover::device::simulated
