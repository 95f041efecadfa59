// How the tools print: colour only on a terminal and only if nobody minds, columns aligned, times
// as people read them.

#pragma once

#include "core/event.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace holdover::tool {

enum class output { table, json, jsonl };
std::optional<output> output_named(const std::string&);

/// Whether standard output is a terminal and NO_COLOR is not set.
bool colour_wanted();
/// Width of the terminal; 100 where there is none.
std::size_t terminal_columns();
/// The text in the colour of its severity, or plain.
std::string painted(const std::string& text, severity how, bool colour);

/// "14:03:22.418" in local time.
std::string clock_text(std::int64_t wall_milliseconds);
/// "2026-03-01 14:03:22.418" in local time.
std::string date_text(std::int64_t wall_milliseconds);
/// "1m 30s", "450 ms"; "-" if absent.
std::string duration_text(std::optional<duration>);

/// Rows of cells, each column as wide as its widest cell. The first row is the heading.
void print_table(std::ostream&, const std::vector<std::vector<std::string>>& rows);

}  // namespace holdover::tool
