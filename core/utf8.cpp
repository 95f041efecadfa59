#include "core/utf8.hpp"

#include <algorithm>

namespace holdover::utf8 {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

unsigned byte(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

/// Length, bits of the first byte and least code of the form that a first byte begins.
struct form {
  std::size_t bytes = 0;
  char32_t bits = 0;
  char32_t least = 0;
};

form form_of(unsigned lead) {
  if (lead < 0x80) return {1, lead, 0};
  if ((lead & 0xE0u) == 0xC0u) return {2, lead & 0x1Fu, 0x80};
  if ((lead & 0xF0u) == 0xE0u) return {3, lead & 0x0Fu, 0x800};
  if ((lead & 0xF8u) == 0xF0u) return {4, lead & 0x07u, 0x10000};
  return {};
}

/// Nearly every name and text is of these alone: letters, digits and signs of ASCII.
bool plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

}  // namespace

character first(std::string_view text) {
  const auto shape = form_of(byte(text, 0));
  if (shape.bytes == 0 || shape.bytes > text.size()) return {};
  char32_t code = shape.bits;
  for (std::size_t i = 1; i < shape.bytes; ++i) {
    if ((byte(text, i) & 0xC0u) != 0x80u) return {};
    code = (code << 6) | (byte(text, i) & 0x3Fu);
  }
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < shape.least || code > 0x10FFFF || surrogate) return {};
  return {code, shape.bytes, true};
}

bool valid(std::string_view text) {
  while (!text.empty()) {
    const auto c = first(text);
    if (!c.valid) return false;
    text.remove_prefix(c.bytes);
  }
  return true;
}

bool printable(char32_t code) {
  if (code < 0x20 || (code >= 0x7F && code < 0xA0)) return false;
  if (code >= 0x200B && code <= 0x200F) return false;  // invisible, or changes the direction
  if (code >= 0x2028 && code <= 0x202E) return false;  // line separators, direction overrides
  if (code >= 0x2060 && code <= 0x206F) return false;
  return code != 0xFEFF && (code & 0xFFFE) != 0xFFFE;
}

bool printable(std::string_view text) {
  if (plain(text)) return true;
  while (!text.empty()) {
    const auto c = first(text);
    if (!c.valid || !printable(c.code)) return false;
    text.remove_prefix(c.bytes);
  }
  return true;
}

std::size_t length(std::string_view text) {
  if (plain(text)) return text.size();
  std::size_t count = 0;
  for (; !text.empty(); ++count)
    text.remove_prefix(first(text).bytes);
  return count;
}

std::string cleaned(std::string_view text, std::size_t characters_max, bool lines) {
  if (plain(text)) return std::string{text.substr(0, characters_max)};
  std::string out;
  out.reserve(text.size());
  for (std::size_t count = 0; !text.empty() && count < characters_max; ++count) {
    const auto c = first(text);
    const bool keeps_layout = lines && (c.code == '\n' || c.code == '\t');
    if (!c.valid)
      out += replacement;
    else if (printable(c.code) || keeps_layout)
      out += text.substr(0, c.bytes);
    else
      out += ' ';
    text.remove_prefix(c.bytes);
  }
  return out;
}

}  // namespace holdover::utf8
