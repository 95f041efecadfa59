// `holdover ups`: an operator's word to a UPS.
//
// What leaves its output alone (test the battery, stop that, silence the buzzer, call a countdown
// off) one node does. What ends the output, or brings it back, is a wish that every node is told:
// each takes it into its votes, and only k of them switch, by the unit of the site file that is the
// output of that UPS (`ups_output`).

#pragma once

#include "core/power/command.hpp"
#include "tools/holdover/client.hpp"
#include "tools/holdover/exit_status.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace holdover::tool {

struct ups_wish {
  std::string ups;
  std::string word;  ///< One of ups_words().
  std::string why;
  std::string node;  ///< Which is to do it; empty: the first that sees the UPS freshly.
  std::optional<std::chrono::milliseconds> lasts{};  ///< Of shutdown and reboot.
};

/// "test" and so on, as operators write them.
const std::vector<std::string>& ups_words();

/// Has one node do it, and waits for what the UPS then shows.
exit_status send_ups_order(const access&, const ups_wish&, std::chrono::milliseconds patience);

}  // namespace holdover::tool
