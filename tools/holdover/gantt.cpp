#include "tools/holdover/gantt.hpp"

#include "core/words.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace holdover::tool {

namespace {

constexpr std::array<const char*, 4> plain{".", "-", "=", " "};
constexpr std::array<const char*, 4> blocks{"░", "▒", "█", " "};
constexpr std::array<const char*, 4> colours{"#8fbf8f", "#e0b050", "#c05040", "none"};

/// A round step that leaves a handful of marks on the axis.
duration axis_step(duration span, std::size_t marks) {
  constexpr std::array steps{1s,   5s,    10s,   30s,   60s,   120s,  300s,
                             600s, 1200s, 1800s, 3600s, 7200s, 14400s};
  for (const auto step : steps)
    if (span / step <= static_cast<long>(marks)) return step;
  return 86400s;
}

std::size_t widest_label(const gantt_chart& chart) {
  std::size_t width = 0;
  for (const auto& row : chart.rows)
    width = std::max(width, row.label.size());
  return width;
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text)
    out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '"' ? "&quot;" : std::string(1, c);
  return out;
}

std::string axis(const gantt_chart& chart, std::size_t width, std::size_t indent) {
  std::string line(indent + width + 1, ' ');
  const auto step = axis_step(chart.spans, std::max<std::size_t>(width / 12, 1));
  for (duration at{}; at <= chart.spans; at += step) {
    const auto column =
        indent + static_cast<std::size_t>(at * static_cast<long>(width) / chart.spans);
    const auto mark = '|' + in_words(at);
    if (column + mark.size() > line.size()) line.resize(column + mark.size(), ' ');
    line.replace(column, mark.size(), mark);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

std::string to_text(const gantt_chart& chart, std::size_t columns, bool unicode) {
  const auto indent = widest_label(chart) + 2;
  const auto width = std::max<std::size_t>(columns > indent + 3 ? columns - indent - 3 : 0, 20);
  const auto& glyphs = unicode ? blocks : plain;
  std::string out;
  for (const auto& row : chart.rows) {
    out += row.label + std::string(indent - row.label.size(), ' ');
    std::string line;
    const auto last = static_cast<std::size_t>(chart.ends * static_cast<long>(width) / chart.spans);
    for (std::size_t column = 0; column <= width; ++column) {
      // What happens at the middle of the column; short bars get at least one.
      const auto from = chart.spans * static_cast<long>(column) / static_cast<long>(width);
      const auto to = chart.spans * static_cast<long>(column + 1) / static_cast<long>(width);
      const char* glyph = column == last ? (unicode ? "┃" : "|") : " ";
      for (const auto& bar : row.bars)
        if (bar.from < to && bar.to > from && bar.how != gantt_bar::kind::remains)
          glyph = glyphs[static_cast<std::size_t>(bar.how)];
      line += glyph;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  out += axis(chart, width, indent) + '\n';
  out += unicode ? "░ runs on battery  ▒ hold  █ goes down  ┃ batteries empty\n"
                 : ". runs on battery  - hold  = goes down  | batteries empty\n";
  return out;
}

std::string to_svg(const gantt_chart& chart) {
  constexpr int row_height = 20, top = 40, chart_width = 800;
  const int left = 20 + 8 * static_cast<int>(widest_label(chart));
  const int bottom = top + row_height * static_cast<int>(chart.rows.size());
  const auto x = [&](duration at) {
    return left + static_cast<int>(at * chart_width / chart.spans);
  };
  std::string out;
  char line[512];
  const auto add = [&](const char* form, auto... values) {
    std::snprintf(line, sizeof line, form, values...);
    out += line;
  };
  add("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" "
      "font-size=\"12\" fill=\"#777\">\n",
      left + chart_width + 60, bottom + 40);
  out += "<title>" + escaped(chart.title) + "</title>\n";
  out += "<text x=\"10\" y=\"20\" font-size=\"14\">" + escaped(chart.title) + "</text>\n";
  const auto step = axis_step(chart.spans, 10);
  for (duration at{}; at <= chart.spans; at += step)
    add("<path d=\"M%d %dV%d\" stroke=\"#999\" stroke-opacity=\".4\"/><text x=\"%d\" y=\"%d\">%s"
        "</text>\n",
        x(at), top, bottom, x(at), bottom + 16, in_words(at).c_str());
  int y = top;
  for (const auto& row : chart.rows) {
    out +=
        "<text x=\"10\" y=\"" + std::to_string(y + 14) + "\">" + escaped(row.label) + "</text>\n";
    for (const auto& bar : row.bars)
      if (bar.how != gantt_bar::kind::remains)
        add("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"><title>%s to "
            "%s</title></rect>\n",
            x(bar.from), y + 3, std::max(x(bar.to) - x(bar.from), 1), row_height - 6,
            colours[static_cast<std::size_t>(bar.how)], in_words(bar.from).c_str(),
            in_words(bar.to).c_str());
    y += row_height;
  }
  add("<path d=\"M%d %dV%d\" stroke=\"#c00\" stroke-width=\"2\"/>\n", x(chart.ends), top, bottom);
  return out + "</svg>\n";
}

}  // namespace holdover::tool
