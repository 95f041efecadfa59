// Numbers and times as people write them, in one form everywhere: "1 min 30 s", "40.5", "12 %".
//
// For texts that people read; never parsed again.

#pragma once

#include "core/time.hpp"

#include <string>
#include <string_view>

namespace holdover {

/// "2 h 5 min", "45 s", "1.5 s", "0 s".
std::string in_words(duration);

/// With one decimal at most: "230", "49.9".
std::string in_words(double);

/// A word of ours as prose: "on_battery" becomes "on battery".
std::string spaced(std::string_view word);

}  // namespace holdover
