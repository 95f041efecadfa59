#include "io/device/snmp/value.hpp"

#include "core/overloaded.hpp"

#include <charconv>
#include <cmath>
#include <string_view>

namespace holdover::device::snmp {

namespace {

constexpr std::size_t text_bytes_max = 96;
constexpr std::size_t unit_bytes_max = 4;
constexpr std::string_view blank = " \t\r\n";

std::string_view trimmed(std::string_view raw) {
  // A zero byte ends the string on many cards, whatever the length says.
  raw = raw.substr(0, raw.find('\0'));
  const auto first = raw.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return raw.substr(first, raw.find_last_not_of(blank) - first + 1);
}

/// "C", "%", "V AC": what may stand behind a number. Digits there mean that it is no number but a
/// date, an address or a list.
bool is_unit(std::string_view rest) {
  if (rest.empty()) return true;
  const auto first = rest.find_first_not_of(blank);
  rest.remove_prefix(first == std::string_view::npos ? rest.size() : first);
  return rest.size() <= unit_bytes_max && rest.find_first_of("0123456789.,:/-+") == rest.npos;
}

std::optional<double> number_in(std::string_view raw) {
  raw = trimmed(raw);
  if (raw.starts_with('+')) raw.remove_prefix(1);
  double parsed = 0;
  const char* const end = raw.data() + raw.size();
  auto [rest, error] = std::from_chars(raw.data(), end, parsed, std::chars_format::fixed);
  if (error != std::errc{} || !std::isfinite(parsed)) return std::nullopt;
  if (!is_unit({rest, static_cast<std::size_t>(end - rest)})) return std::nullopt;
  return parsed;
}

/// How many bytes the UTF-8 character at the front has; 0 if it is none, or not printable.
std::size_t character_bytes(std::string_view raw) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(raw[i]); };
  if (byte(0) < 0x80) return byte(0) >= 0x20 && byte(0) != 0x7f ? 1 : 0;
  const std::size_t size = byte(0) >= 0xf0 ? 4 : byte(0) >= 0xe0 ? 3 : 2;
  if (byte(0) < 0xc2 || byte(0) > 0xf4 || raw.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((byte(i) & 0xc0) != 0x80) return 0;
  // Overlong forms, surrogates and what lies beyond Unicode.
  if (byte(0) == 0xe0 && byte(1) < 0xa0) return 0;
  if (byte(0) == 0xed && byte(1) > 0x9f) return 0;
  if (byte(0) == 0xf0 && byte(1) < 0x90) return 0;
  if (byte(0) == 0xf4 && byte(1) > 0x8f) return 0;
  return size;
}

std::string printable(std::string_view raw) {
  raw = trimmed(raw);
  std::size_t used = 0;
  while (used < raw.size()) {
    const auto size = character_bytes(raw.substr(used));
    if (size == 0 || used + size > text_bytes_max) break;
    used += size;
  }
  return std::string(trimmed(raw.substr(0, used)));
}

}  // namespace

std::optional<double> number(const value& what) {
  return std::visit(overloaded{
                        [](absence) { return std::optional<double>{}; },
                        [](std::int64_t n) { return std::optional(static_cast<double>(n)); },
                        [](std::uint64_t n) { return std::optional(static_cast<double>(n)); },
                        [](double n) { return std::isfinite(n) ? std::optional(n) : std::nullopt; },
                        [](const std::string& raw) { return number_in(raw); },
                        [](const object_id&) { return std::optional<double>{}; },
                    },
                    what);
}

std::optional<std::int64_t> whole_number(const value& what) {
  constexpr double exact_max = 9007199254740992.0;  // 2^53
  const auto n = number(what);
  if (!n || std::trunc(*n) != *n || std::abs(*n) > exact_max) return std::nullopt;
  return static_cast<std::int64_t>(*n);
}

std::string text(const value& what) {
  return std::visit(overloaded{
                        [](absence) { return std::string{}; },
                        [](std::int64_t n) { return std::to_string(n); },
                        [](std::uint64_t n) { return std::to_string(n); },
                        [](double n) { return std::to_string(n); },
                        [](const std::string& raw) { return printable(raw); },
                        [](const object_id& name) { return to_string(name); },
                    },
                    what);
}

const value* find(const snapshot& gathered, const object_id& name) {
  const auto found = gathered.find(name);
  return found != gathered.end() && present(found->second) ? &found->second : nullptr;
}

}  // namespace holdover::device::snmp
