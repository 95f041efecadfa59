// Replaces a file as a whole.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace holdover::config {

/// Writes beside the file, makes it durable, then renames it over the old one and makes that
/// durable. Returns nothing, or what went wrong: the old file is then untouched, unless the text
/// says that the new one is in place.
std::optional<std::string> write_atomically(const std::string& path, std::string_view content);

}  // namespace holdover::config
