#include "io/config/suggest.hpp"

#include "core/utf8.hpp"

#include <algorithm>

namespace holdover::config {

namespace {

constexpr std::size_t word_characters_max = 64;
constexpr std::size_t listed_max = 16;

/// Two mistakes are plausible in a word, but in a short one they make any other.
std::size_t tolerance(std::string_view word) {
  return word.size() <= 3 ? 1 : 2;
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::vector<std::size_t> next(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    next[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t differs = a[i - 1] == b[j - 1] ? 0 : 1;
      next[j] = std::min({row[j] + 1, next[j - 1] + 1, row[j - 1] + differs});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        next[j] = std::min(next[j], before[j - 2] + 1);
    }
    before.swap(row);
    row.swap(next);
  }
  return row[b.size()];
}

std::string did_you_mean(std::string_view given, const std::vector<std::string>& known) {
  if (known.empty() || given.size() > word_characters_max) return {};
  const auto distance = [&](const std::string& word) { return edit_distance(given, word); };
  const auto nearest =
      std::min_element(known.begin(), known.end(),
                       [&](const auto& a, const auto& b) { return distance(a) < distance(b); });
  if (distance(*nearest) > tolerance(given)) return {};
  return "; did you mean " + in_quotes(*nearest) + "?";
}

std::string suggestion(std::string_view given, const std::vector<std::string>& known) {
  if (known.empty()) return {};
  if (auto near = did_you_mean(given, known); !near.empty()) return near;
  std::string list;
  for (std::size_t i = 0; i < known.size() && i < listed_max; ++i)
    list += (i == 0 ? "" : ", ") + known[i];
  if (known.size() > listed_max) list += ", …";
  return "; known here: " + list;
}

std::string choice(const std::vector<std::string>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
    out += words[i];
  }
  return out;
}

std::string in_quotes(std::string_view text) {
  auto shown = utf8::cleaned(text, word_characters_max, false);
  if (shown.size() < text.size()) shown += "…";
  return '"' + shown + '"';
}

}  // namespace holdover::config
