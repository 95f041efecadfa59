#include "io/device/nut/line.hpp"

#include <algorithm>
#include <utility>

namespace holdover::device::nut {

namespace {

bool blank(char c) {
  return c == ' ' || c == '\t';
}
bool control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

/// Reads a quoted word from the byte after its opening quote; leaves `at` after the closing one.
std::optional<std::string> quoted_word(std::string_view line, std::size_t& at) {
  std::string word;
  for (; at < line.size(); ++at) {
    if (line[at] == '"') {
      ++at;
      return word;
    }
    if (line[at] == '\\' && ++at == line.size()) return std::nullopt;
    word += line[at];
  }
  return std::nullopt;
}

std::optional<std::string> plain_word(std::string_view line, std::size_t& at) {
  std::string word;
  for (; at < line.size() && !blank(line[at]); ++at) {
    if (line[at] == '"') return std::nullopt;
    if (line[at] == '\\' && ++at == line.size()) return std::nullopt;
    word += line[at];
  }
  return word;
}

}  // namespace

std::optional<std::vector<std::string>> split(std::string_view line) {
  if (line.size() > line_bytes_max) return std::nullopt;
  std::vector<std::string> words;
  for (std::size_t at = 0; at < line.size();) {
    if (blank(line[at])) {
      ++at;
      continue;
    }
    bool is_quoted = line[at] == '"';
    auto word = is_quoted ? quoted_word(line, ++at) : plain_word(line, at);
    bool ends = at >= line.size() || blank(line[at]);
    if (!word || !ends || words.size() == words_max) return std::nullopt;
    words.push_back(std::move(*word));
  }
  return words;
}

std::optional<std::string> quote(std::string_view word) {
  if (std::ranges::any_of(word, control)) return std::nullopt;
  constexpr std::string_view special = " \"\\#=";
  if (!word.empty() && word.find_first_of(special) == std::string_view::npos)
    return std::string(word);
  std::string quoted = "\"";
  for (char c : word) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::optional<std::string> request_line(const std::vector<std::string>& words) {
  std::string line;
  for (const auto& word : words) {
    auto quoted = quote(word);
    if (!quoted) return std::nullopt;
    if (!line.empty()) line += ' ';
    line += *quoted;
  }
  if (line.empty() || line.size() >= line_bytes_max) return std::nullopt;
  return line + '\n';
}

bool line_buffer::take(std::string_view bytes) {
  bytes_.erase(0, std::exchange(begin_, 0));
  bytes_ += bytes;
  auto last_end = bytes_.rfind('\n');
  auto unfinished = last_end == std::string::npos ? bytes_.size() : bytes_.size() - last_end - 1;
  return unfinished <= line_bytes_max;
}

std::optional<std::string> line_buffer::next() {
  auto end = bytes_.find('\n', begin_);
  if (end == std::string::npos) return std::nullopt;
  auto line = bytes_.substr(begin_, end - begin_);
  begin_ = end + 1;
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

}  // namespace holdover::device::nut
