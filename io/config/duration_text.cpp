#include "io/config/duration_text.hpp"

#include <array>
#include <cstdint>
#include <utility>

namespace holdover::config {

namespace {

// "ms" stands before "m" and "s", of which it would otherwise be read as one.
constexpr std::array<std::pair<std::string_view, std::int64_t>, 5> units{
    {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};

bool digit(char c) {
  return c >= '0' && c <= '9';
}

/// A number in thousandths, at most eight digits before the point and three after it.
std::optional<std::int64_t> take_number(std::string_view& text) {
  std::int64_t whole = 0;
  std::size_t at = 0;
  for (; at < text.size() && digit(text[at]); ++at) {
    if (at == 8) return std::nullopt;
    whole = whole * 10 + (text[at] - '0');
  }
  if (at == 0) return std::nullopt;
  std::int64_t thousandths = 0;
  if (at < text.size() && text[at] == '.') {
    ++at;
    std::int64_t weight = 100;
    for (; at < text.size() && digit(text[at]); ++at, weight /= 10) {
      if (weight == 0) return std::nullopt;
      thousandths += weight * (text[at] - '0');
    }
    if (weight == 100) return std::nullopt;
  }
  text.remove_prefix(at);
  return whole * 1000 + thousandths;
}

std::optional<std::int64_t> take_unit(std::string_view& text) {
  for (const auto& [word, milliseconds] : units) {
    if (text.substr(0, word.size()) != word) continue;
    text.remove_prefix(word.size());
    return milliseconds;
  }
  return std::nullopt;
}

}  // namespace

std::optional<duration> parse_duration(std::string_view text) {
  if (text == "0") return duration::zero();
  if (text.empty()) return std::nullopt;
  std::int64_t total_microseconds = 0;
  std::int64_t last_unit = units.back().second + 1;
  while (!text.empty()) {
    const auto thousandths = take_number(text);
    const auto unit = thousandths ? take_unit(text) : std::nullopt;
    if (!unit || *unit >= last_unit) return std::nullopt;
    last_unit = *unit;
    total_microseconds += *thousandths * *unit;
  }
  if (total_microseconds % 1000 != 0) return std::nullopt;
  return duration{total_microseconds / 1000};
}

}  // namespace holdover::config
