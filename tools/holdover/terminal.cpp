#include "tools/holdover/terminal.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <ostream>
#include <sys/ioctl.h>
#include <unistd.h>

namespace holdover::tool {

std::optional<output> output_named(const std::string& word) {
  if (word == "table") return output::table;
  if (word == "json") return output::json;
  if (word == "jsonl") return output::jsonl;
  return std::nullopt;
}

bool colour_wanted() {
  return ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
}

std::size_t terminal_columns() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 100;
  return size.ws_col;
}

std::string painted(const std::string& text, severity how, bool colour) {
  if (!colour) return text;
  switch (how) {
    case severity::alarm:
      return "\033[1;31m" + text + "\033[0m";
    case severity::warning:
      return "\033[33m" + text + "\033[0m";
    case severity::debug:
      return "\033[2m" + text + "\033[0m";
    case severity::info:
      break;
  }
  return text;
}

std::string clock_text(std::int64_t wall_milliseconds) {
  const auto seconds = static_cast<std::time_t>(wall_milliseconds / 1000);
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  char text[32];
  std::snprintf(text, sizeof text, "%02d:%02d:%02d.%03d", parts.tm_hour, parts.tm_min, parts.tm_sec,
                static_cast<int>(wall_milliseconds % 1000));
  return text;
}

std::string date_text(std::int64_t wall_milliseconds) {
  const auto seconds = static_cast<std::time_t>(wall_milliseconds / 1000);
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d ", (parts.tm_year + 1900) % 10000,
                (parts.tm_mon + 1) % 100, parts.tm_mday % 100);
  return text + clock_text(wall_milliseconds);
}

std::string duration_text(std::optional<duration> d) {
  if (!d) return "-";
  const auto ms = d->count();
  if (ms < 1000) return std::to_string(ms) + " ms";
  const auto s = ms / 1000;
  if (s < 60) return std::to_string(s) + " s";
  if (s < 3600) return std::to_string(s / 60) + "m " + std::to_string(s % 60) + "s";
  return std::to_string(s / 3600) + "h " + std::to_string(s / 60 % 60) + "m";
}

void print_table(std::ostream& out, const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    if (widths.size() < row.size()) widths.resize(row.size());
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], row[i].size());
  }
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] + 2 - row[i].size(), ' ');
    }
    out << line << '\n';
  }
}

}  // namespace holdover::tool
