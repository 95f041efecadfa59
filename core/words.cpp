#include "core/words.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace holdover {

namespace {

/// 1500 ms is "1.5": as many decimals as needed.
std::string seconds_with_decimals(duration time) {
  auto text = std::to_string(time / 1s);
  auto rest = std::to_string(time % 1s / 1ms);
  if (time % 1s == 0ms) return text;
  rest.insert(0, 3 - rest.size(), '0');
  rest.erase(rest.find_last_not_of('0') + 1);
  return text + '.' + rest;
}

}  // namespace

std::string in_words(duration time) {
  if (time < duration::zero()) return "-" + in_words(-time);
  std::string text;
  const auto add = [&](const std::string& part) {
    if (!text.empty()) text += ' ';
    text += part;
  };
  if (time >= 1h) add(std::to_string(time / 1h) + " h");
  if (time % 1h >= 1min) add(std::to_string(time % 1h / 1min) + " min");
  if (time % 1min != 0ms || text.empty()) add(seconds_with_decimals(time % 1min) + " s");
  return text;
}

std::string in_words(double number) {
  const auto rounded = std::round(number * 10) / 10;
  std::array<char, 400> digits{};  // The greatest double has 309 digits.
  const auto end = std::to_chars(digits.begin(), digits.end(), rounded == 0 ? 0 : rounded,
                                 std::chars_format::fixed);
  return {digits.begin(), end.ptr};
}

std::string spaced(std::string_view word) {
  std::string text(word);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

}  // namespace holdover
