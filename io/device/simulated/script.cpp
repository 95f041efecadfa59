#include "io/device/simulated/script.hpp"

#include "core/expects.hpp"
#include "io/device/nut/quantity.hpp"
#include "io/device/nut/text.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace holdover::device::simulated {

namespace {

constexpr double seconds_max = 7 * 86400;

std::string_view without_comment(std::string_view line) {
  for (auto at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1))
    if (at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t') return line.substr(0, at);
  return line;
}

/// A value that stands in quotes, with what they protect; absent if it does not, or not all of it.
std::optional<std::string> quoted(std::string_view value) {
  std::string result;
  for (std::size_t at = 1; value.starts_with('"') && at < value.size(); ++at) {
    if (value[at] == '"') {
      bool all = nut::trimmed(without_comment(value.substr(at + 1))).empty();
      return all ? std::optional(result) : std::nullopt;
    }
    if (value[at] == '\\' && at + 1 < value.size()) ++at;
    result += value[at];
  }
  return std::nullopt;
}

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.'
           || c == '_' || c == '-';
  });
}

std::optional<duration> timer(std::string_view text) {
  auto seconds = nut::number_in(text);
  if (!seconds || *seconds < 0 || *seconds > seconds_max) return std::nullopt;
  return duration(std::llround(*seconds * 1000));
}

std::string value_in(std::string_view text) {
  text = nut::trimmed(text);
  if (auto protected_value = quoted(text)) return *protected_value;
  return std::string(nut::trimmed(without_comment(text)));
}

/// Takes one line into the scenes; returns what is wrong with it.
std::optional<std::string> take_line(std::string_view line, std::vector<scene>& scenes) {
  constexpr std::string_view timer_word = "TIMER";
  line = nut::trimmed(line);
  auto plain = nut::trimmed(without_comment(line));
  if (plain.empty()) return std::nullopt;
  if (plain.starts_with(timer_word)) {
    auto lasts = timer(plain.substr(timer_word.size()));
    if (!lasts) return "TIMER needs a number of seconds, from 0 to a week";
    scenes.back().lasts = *lasts;
    scenes.emplace_back();
    return std::nullopt;
  }
  auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_name(nut::trimmed(line.substr(0, colon))))
    return "expected \"name: value\", \"TIMER seconds\" or a comment";
  set(scenes.back().changes, nut::trimmed(line.substr(0, colon)), value_in(line.substr(colon + 1)));
  return std::nullopt;
}

void apply(const scene& what, nut::variables& values) {
  for (const auto& change : what.changes)
    set(values, change.name, change.value);
}

}  // namespace

void set(nut::variables& list, std::string_view name, std::string_view value) {
  auto found = std::ranges::find(list, name, &nut::variable::name);
  if (found == list.end())
    list.push_back({std::string(name), std::string(value)});
  else
    found->value = value;
}

script::script(std::vector<scene> scenes) : scenes_(std::move(scenes)) {
  for (const auto& s : scenes_)
    length_ += s.lasts;
}

nut::variables script::at(duration running) const {
  expects(running >= duration::zero());
  nut::variables values;
  bool again = length_ > duration::zero() && running >= length_;
  if (again) {
    for (const auto& s : scenes_)
      apply(s, values);
    running %= length_;
  }
  duration begins{};
  for (const auto& s : scenes_) {
    if (begins > running) break;
    apply(s, values);
    begins += s.lasts;
  }
  return values;
}

std::variant<script, script_problem> parse_script(std::string_view text) {
  std::vector<scene> scenes(1);
  for (std::size_t number = 1; !text.empty(); ++number) {
    auto end = text.find('\n');
    auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (auto problem = take_line(line, scenes))
      return script_problem{"line " + std::to_string(number) + ": " + *problem};
  }
  return script(std::move(scenes));
}

}  // namespace holdover::device::simulated
