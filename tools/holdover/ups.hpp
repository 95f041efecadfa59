// `holdover ups`: an operator's word to a UPS: test the battery, stop that, silence the buzzer,
// call a countdown off. Nothing that ends an output: that takes the votes of k nodes.

#pragma once

#include "core/power/command.hpp"
#include "tools/holdover/client.hpp"
#include "tools/holdover/exit_status.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace holdover::tool {

struct ups_wish {
  std::string ups;
  std::string word;  ///< One of ups_words().
  std::string why;
  std::string node;  ///< Which is to do it; empty: the first that sees the UPS freshly.
};

/// "test" and so on, as operators write them.
const std::vector<std::string>& ups_words();

/// Has one node do it, and waits for what the UPS then shows.
exit_status send_ups_order(const access&, const ups_wish&, std::chrono::milliseconds patience);

}  // namespace holdover::tool
