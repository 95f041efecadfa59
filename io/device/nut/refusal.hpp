// Says what upsd's error words mean for an operator and what to do about each.

#pragma once

#include "io/device/driver.hpp"

#include <string>
#include <string_view>

namespace holdover::device::nut {

/// What was asked, of whom; for the failure's text.
struct asked {
  std::string server;  ///< "HOST:PORT"
  std::string ups;
  std::string what;  ///< A variable or command, where the question was about one.
};

failure explain(std::string_view error_word, const asked&);

}  // namespace holdover::device::nut
