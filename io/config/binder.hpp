// Binds YAML onto a protobuf message by reflection: the schema is the only description of a file.
//
// Think of a clerk who checks a form against its template: he reads to the end, writes one note for
// every mistake beside the place where it is, and does not stop at the first. YAML is read as text
// only and the schema says what each text means, so `country: no` stays the word "no".
//
// Decisions worth knowing:
//   - Keys are the field names of the schema; an unknown one is an error, with a suggestion.
//   - A oneof is a choice that must be made: none and two are errors.
//   - Only what the schema knows is walked, and no deeper than 32 groups, so cycles and floods of
//     aliases end; size and number of values are limited, too.
//   - What was given, and where, is kept: later checks of meaning point at the same places.

#pragma once

#include "io/config/problem.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace google::protobuf {
class Message;
}

namespace holdover::config {

inline constexpr std::size_t file_bytes_max = 4u << 20;

struct binding {
  /// Path of every value that was given -> where it is, the column in bytes: see in_characters().
  std::map<std::string, place> places;
  std::vector<problem> problems;  ///< Sorted by place.
};

/// @param file name for the messages. @param out is filled as far as the text is right.
binding bind_yaml(const std::string& file, std::string_view text, google::protobuf::Message& out);

/// The YAML library counts bytes, people count characters. Converted only for what is shown: a long
/// line has many values.
place in_characters(place, const std::vector<std::string_view>& lines);

/// The lines of a text, without their ends.
std::vector<std::string_view> lines_of(std::string_view text);

}  // namespace holdover::config
