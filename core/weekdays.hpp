// Days of the week as people read them, from Monday.

#pragma once

#include <array>
#include <string>

namespace holdover {

/// "Mon Tue Sun"; empty where there is none.
std::string weekdays_in_words(const std::array<bool, 7>&);

}  // namespace holdover
