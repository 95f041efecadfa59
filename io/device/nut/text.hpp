// Makes text from a device fit to be shown, logged and sent on, and takes its blanks away.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace holdover::device::nut {

/// The text without surrounding blanks.
std::string_view trimmed(std::string_view text);

/// One line of a limited length that a terminal can show; devices answer in Latin-1, with control
/// characters and without limits.
std::string printable(std::string_view text, std::size_t characters_max);

}  // namespace holdover::device::nut
