#include "io/device/words.hpp"

#include "core/utf8.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace holdover::device {

namespace {

constexpr std::size_t shown_characters_max = 40;

std::string shown(std::string_view text) {
  return '"' + utf8::cleaned(std::string(text), shown_characters_max, false) + '"';
}

std::string plain(double value) {
  std::array<char, 32> digits;
  auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc{} ? std::string(digits.data(), end) : "0";
}

}  // namespace

words::words(std::string_view line) {
  while (!line.empty()) {
    const auto end = line.find(' ');
    const auto one = line.substr(0, end);
    line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
    if (one.empty()) continue;
    const auto equals = one.find('=');
    if (equals == std::string_view::npos || equals == 0)
      complain("expected key=value, not " + shown(one));
    else if (!left_.emplace(one.substr(0, equals), one.substr(equals + 1)).second)
      complain(shown(one.substr(0, equals)) + " is given twice");
  }
}

std::optional<std::string> words::text(std::string_view key) {
  const auto found = left_.find(key);
  if (found == left_.end()) return std::nullopt;
  auto value = std::move(found->second);
  left_.erase(found);
  return value;
}

std::optional<double> words::number(std::string_view key, double least, double most) {
  const auto given = text(key);
  if (!given) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(given->data(), given->data() + given->size(), value);
  const bool sound = error == std::errc{} && end == given->data() + given->size()
                     && std::isfinite(value) && value >= least && value <= most;
  if (sound) return value;
  complain(std::string(key) + " must be a number from " + plain(least) + " to " + plain(most)
           + ", not " + shown(*given));
  return std::nullopt;
}

std::optional<std::uint32_t> words::whole(std::string_view key, std::uint32_t least,
                                          std::uint32_t most) {
  const auto value = number(key, least, most);
  if (!value) return std::nullopt;
  if (*value == std::floor(*value)) return static_cast<std::uint32_t>(*value);
  complain(std::string(key) + " must be a whole number");
  return std::nullopt;
}

void words::complain(std::string text) {
  if (problem_.empty()) problem_ = std::move(text);
}

std::string words::problem() const {
  if (!problem_.empty() || left_.empty()) return problem_;
  return "there is no setting " + shown(left_.begin()->first);
}

std::string word(std::string_view key, std::string_view value) {
  return ' ' + std::string(key) + '=' + std::string(value);
}

std::string word(std::string_view key, double value) {
  return word(key, plain(value));
}

}  // namespace holdover::device
