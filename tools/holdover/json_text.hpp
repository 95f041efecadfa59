// JSON for the tools' own documents: written in order, never read.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace holdover::tool {

/// A text in quotes, escaped. Bytes that are no UTF-8 become U+FFFD.
std::string json_string(std::string_view);

/// A group of fields in the order in which they were added.
class json_object {
public:
  json_object& text(std::string_view key, std::string_view value);
  json_object& number(std::string_view key, std::size_t value);
  json_object& flag(std::string_view key, bool value);
  /// A value that is JSON already.
  json_object& raw(std::string_view key, std::string_view json);
  std::string done() const { return '{' + fields_ + '}'; }

private:
  std::string fields_;
};

/// Values that are JSON already, one per line.
std::string json_list(const std::vector<std::string>& values);

}  // namespace holdover::tool
