// Why the bus could not do what was asked, in words that an operator can act on.

#pragma once

#include <string>

namespace holdover::bus {

struct refusal {
  std::string reason;
};

}  // namespace holdover::bus
