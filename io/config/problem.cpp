#include "io/config/problem.hpp"

#include "core/utf8.hpp"

#include <algorithm>

namespace holdover::config {

namespace {

constexpr std::size_t excerpt_characters_max = 160;

/// Blanks as wide as the text before the column; tabs stay tabs, whatever their width.
std::string indent_to(int column, std::string_view line) {
  std::string out;
  for (int at = 1; at < column && !line.empty(); ++at) {
    out += line.front() == '\t' ? '\t' : ' ';
    line.remove_prefix(utf8::first(line).bytes);
  }
  return out;
}

}  // namespace

std::string_view word_for(site_problem::weight how) {
  switch (how) {
    case site_problem::weight::error:
      return "error";
    case site_problem::weight::warning:
      return "warning";
    case site_problem::weight::note:
      return "note";
  }
  return "error";
}

std::string to_string(const problem& what) {
  std::string out = what.file;
  if (what.where.line > 0) {
    out += ':' + std::to_string(what.where.line);
    out += ':' + std::to_string(what.where.column);
  }
  out += ": " + std::string{word_for(what.how)} + ": ";
  out += what.text;
  if (!what.path.empty()) out += " [" + what.path + "]";
  out += '\n';
  if (what.where.line == 0 || what.source.empty()) return out;
  out += "    " + utf8::cleaned(what.source, excerpt_characters_max, true) + '\n';
  if (what.where.column <= static_cast<int>(excerpt_characters_max))
    out += "    " + indent_to(what.where.column, what.source) + "^\n";
  return out;
}

std::string to_string(const std::vector<problem>& all) {
  std::string out;
  for (const auto& one : all)
    out += to_string(one);
  return out;
}

bool has_error(const std::vector<problem>& all) {
  return std::any_of(all.begin(), all.end(),
                     [](const problem& one) { return one.how == site_problem::weight::error; });
}

}  // namespace holdover::config
