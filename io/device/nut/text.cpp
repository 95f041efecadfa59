#include "io/device/nut/text.hpp"

#include "core/utf8.hpp"

namespace holdover::device::nut {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  auto first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::string printable(std::string_view text, std::size_t characters_max) {
  // Cleaning may leave blanks where there were control characters.
  return std::string(trimmed(utf8::cleaned(trimmed(text), characters_max, false)));
}

}  // namespace holdover::device::nut
