// Lines of the NUT network protocol (RFC 9271): words between blanks, quoted where they have any.
//
//   VAR rack "ups.model" "Smart-UPS \"750\""      <->      VAR, rack, ups.model, Smart-UPS "750"
//
// Pure. What arrives is not trusted: lines and words are limited in size and number, and what does
// not parse is absent, never guessed.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdover::device::nut {

/// upsd's own lines stay below 1 KiB.
inline constexpr std::size_t line_bytes_max = 4096;
inline constexpr std::size_t words_max = 32;

/// The words of one line without its line end. Absent if a quote is left open, a quoted word runs
/// into the next one, or there are too many words or bytes.
std::optional<std::vector<std::string>> split(std::string_view line);

/// A word as it travels; quoted only if it must be. Absent if it holds a control character, which
/// could end the line and begin another command.
std::optional<std::string> quote(std::string_view word);

/// A request with its line end; absent if a word cannot travel or the line is too long.
std::optional<std::string> request_line(const std::vector<std::string>& words);

/// Cuts a stream of bytes into lines.
class line_buffer {
public:
  /// False when the line that is arriving is too long: the stream is then of no more use.
  bool take(std::string_view bytes);

  /// The oldest complete line, without its line end.
  std::optional<std::string> next();

private:
  std::string bytes_;
  std::size_t begin_ = 0;  ///< Of the oldest line; what lies before it has been handed out.
};

}  // namespace holdover::device::nut
