// Text that came from elsewhere: is it UTF-8, and can a terminal show it without being fooled?
//
// Names and explanations travel from devices, files and peers into logs and onto terminals. Control
// characters (escape sequences) and invisible direction marks could make a line say something that
// it does not, so they count as unprintable everywhere.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace holdover::utf8 {

/// The first character of a text.
struct character {
  char32_t code = 0;
  std::size_t bytes = 1;  ///< How many bytes it takes; 1 for a byte that belongs to no character.
  bool valid = false;
};

/// @pre the text is not empty.
character first(std::string_view text);

bool valid(std::string_view text);

/// Whether a character can be shown: no control, no direction mark, no line separator.
bool printable(char32_t code);

/// Valid, and every character printable.
bool printable(std::string_view text);

/// How many characters; each byte that belongs to none counts as one.
std::size_t length(std::string_view text);

/// The text with U+FFFD for what is not UTF-8 and a space for what is not printable, newline and
/// tab kept if `lines`; cut after `characters_max` characters.
std::string cleaned(std::string_view text, std::size_t characters_max, bool lines);

}  // namespace holdover::utf8
