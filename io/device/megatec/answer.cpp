#include "io/device/megatec/answer.hpp"

#include "core/utf8.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace holdover::device::megatec {

namespace {

constexpr std::size_t line_characters_max = 80;
constexpr std::size_t text_characters_max = 32;

/// The words of a line that starts with its mark; empty if it does not.
std::vector<std::string_view> fields(std::string_view line, char mark) {
  std::vector<std::string_view> all;
  if (line.size() > line_characters_max || line.empty() || line.front() != mark) return all;
  line.remove_prefix(1);
  while (!line.empty()) {
    const auto end = line.find(' ');
    if (end != 0) all.push_back(line.substr(0, end));
    line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
  }
  return all;
}

/// Takes a number of digits with at most one dot; dashes are a number that is not there. False:
/// neither.
bool take(std::string_view text, std::optional<double>& out) {
  out.reset();
  const auto is_dash = [](char c) { return c == '-' || c == '.'; };
  if (text.starts_with('-') && std::ranges::all_of(text, is_dash)) return true;
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || c == '.'; };
  if (text.size() > 6 || !std::ranges::all_of(text, is_digit)) return false;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return false;
  out = value;
  return true;
}

std::optional<std::uint8_t> bits_in(std::string_view text) {
  if (text.size() != 8) return std::nullopt;
  unsigned value = 0;
  for (const char c : text) {
    if (c != '0' && c != '1') return std::nullopt;
    value = value * 2 + (c == '1' ? 1 : 0);
  }
  return static_cast<std::uint8_t>(value);
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  text = text.substr(first, text.find_last_not_of(' ') - first + 1);
  return utf8::cleaned(std::string(text), text_characters_max, false);
}

}  // namespace

std::optional<status> status_from(std::string_view line) {
  const auto parts = fields(line, '(');
  if (parts.size() != 8) return std::nullopt;
  status out;
  const auto bits = bits_in(parts[7]);
  const bool sound = bits && take(parts[0], out.input_voltage)
                     && take(parts[1], out.input_fault_voltage)
                     && take(parts[2], out.output_voltage) && take(parts[3], out.load_percent)
                     && take(parts[4], out.input_frequency) && take(parts[5], out.battery_voltage)
                     && take(parts[6], out.temperature);
  if (!sound) return std::nullopt;
  out.bits = *bits;
  return out;
}

std::optional<rating> rating_from(std::string_view line) {
  const auto parts = fields(line, '#');
  rating out;
  if (parts.size() != 4 || !take(parts[0], out.voltage) || !take(parts[1], out.current)
      || !take(parts[2], out.battery_voltage) || !take(parts[3], out.frequency))
    return std::nullopt;
  return out;
}

std::optional<maker> maker_from(std::string_view line) {
  constexpr std::size_t company_size = 15;
  constexpr std::size_t model_size = 10;
  if (!line.starts_with('#') || line.size() < company_size + 2 || line.size() > line_characters_max)
    return std::nullopt;
  line.remove_prefix(1);
  const auto part = [&](std::size_t from, std::size_t size) {
    return from < line.size() ? trimmed(line.substr(from, size)) : std::string{};
  };
  return maker{part(0, company_size), part(company_size + 1, model_size),
               part(company_size + model_size + 2, std::string_view::npos)};
}

}  // namespace holdover::device::megatec
