// "load=+20%,battery-age=4y": what `holdover simulate` is to change about a story.

#pragma once

#include "tools/rehearsal/story_player.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace holdover::tool {

/// Or what is wrong with it, and how to write it. "load" and "charge" take "80%" for a value and
/// "+20%", "-20%" for a change; "battery-age" takes years.
std::variant<rehearsal::what_if, std::string> read_what_if(std::string_view);

}  // namespace holdover::tool
