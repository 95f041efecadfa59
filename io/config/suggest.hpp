// "Did you mean …?": the remedy for most mistakes in a hand-written file.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace holdover::config {

/// How many letters must be changed, added, removed or swapped with their neighbour.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// `; did you mean "name"?` if a known word is near, otherwise nothing.
std::string did_you_mean(std::string_view given, const std::vector<std::string>& known);

/// `; did you mean "name"?`, or `; known here: a, b, c`, or nothing if there is nothing to choose.
std::string suggestion(std::string_view given, const std::vector<std::string>& known);

/// "a", "a or b", "a, b or c".
std::string choice(const std::vector<std::string>& words);

/// The text in quotes, shortened and printable.
std::string in_quotes(std::string_view text);

}  // namespace holdover::config
