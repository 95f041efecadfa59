// A family's settings as one line of "key=value" words, as a device_address carries them.
//
// The site file's loader writes them from checked values; a driver reads them back. A word that
// nobody asked for is a mistake and is told, so that a setting is never silently lost.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace holdover::device {

class words {
public:
  /// Takes one line apart. A word without '=' or a key that comes twice is a problem.
  explicit words(std::string_view line);

  /// The value of a key, which then counts as asked for.
  std::optional<std::string> text(std::string_view key);
  /// A number within limits; what is none, or outside, is a problem.
  std::optional<double> number(std::string_view key, double least, double most);
  std::optional<std::uint32_t> whole(std::string_view key, std::uint32_t least, std::uint32_t most);

  void complain(std::string text);
  /// The first problem, or the first word that nobody asked for; empty if all is well.
  std::string problem() const;

private:
  std::map<std::string, std::string, std::less<>> left_;
  std::string problem_;
};

/// " key=value"
std::string word(std::string_view key, std::string_view value);
std::string word(std::string_view key, double value);

}  // namespace holdover::device
