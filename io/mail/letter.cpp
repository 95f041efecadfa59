#include "io/mail/letter.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <ctime>

namespace holdover::mail {

namespace {

constexpr std::string_view digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t line_bytes = 57;  // 76 characters in base64.
constexpr std::size_t word_bytes = 42;  // An encoded word is 75 characters long at most.
constexpr std::size_t subject_bytes_max = 400;

std::string base64(std::string_view in) {
  std::string out;
  for (std::size_t i = 0; i < in.size(); i += 3) {
    std::uint32_t bits = 0;
    const auto count = std::min<std::size_t>(3, in.size() - i);
    for (std::size_t j = 0; j < 3; ++j)
      bits = bits << 8 | (j < count ? static_cast<unsigned char>(in[i + j]) : 0u);
    for (std::size_t j = 0; j < 4; ++j)
      out += j <= count ? digits[bits >> (18 - 6 * j) & 63] : '=';
  }
  return out;
}

std::string one_line(std::string_view text, std::size_t most) {
  std::string out{text.substr(0, most)};
  std::replace_if(
      out.begin(), out.end(), [](unsigned char c) { return c < ' ' || c == 127; }, ' ');
  return out;
}

bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// Words of base64, each of whole characters.
std::string encoded_words(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    auto length = std::min(word_bytes, text.size());
    while (length > 1 && length < text.size() && continues_character(text[length]))
      --length;
    out += (out.empty() ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?") + base64(text.substr(0, length)) + "?=";
    text.remove_prefix(length);
  }
  return out;
}

std::string header(std::string_view text) {
  const auto line = one_line(text, subject_bytes_max);
  const bool plain =
      line.size() < 60
      && std::all_of(line.begin(), line.end(), [](unsigned char c) { return c < 128; })
      && line.find("=?") == std::string::npos;
  return plain ? line : encoded_words(line);
}

std::string date_text(std::chrono::system_clock::time_point date) {
  const auto seconds = std::chrono::system_clock::to_time_t(date);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  std::array<char, 64> text{};
  // Day and month in English whatever the locale: a process that never calls setlocale() is in "C".
  const auto length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S +0000", &utc);
  return {text.data(), length};
}

std::string with_line_ends(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\r') continue;
    if (c == '\n') out += '\r';
    out += c;
  }
  return out + "\r\n";
}

}  // namespace

std::string compose(const letter& what, const std::string& from, std::string_view id,
                    std::chrono::system_clock::time_point date) {
  std::string to;
  for (const auto& one : what.to)
    to += (to.empty() ? "" : ",\r\n ") + one_line(one, subject_bytes_max);
  std::string out = "Date: " + date_text(date) + "\r\nFrom: " + one_line(from, subject_bytes_max)
                    + "\r\nTo: " + to + "\r\nSubject: " + header(what.subject)
                    + "\r\nMessage-ID: <";
  out += id;
  out +=
      ">\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
      "Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n";
  const auto body = with_line_ends(what.text);
  for (std::size_t i = 0; i < body.size(); i += line_bytes)
    out += base64(std::string_view{body}.substr(i, line_bytes)) + "\r\n";
  return out;
}

}  // namespace holdover::mail
