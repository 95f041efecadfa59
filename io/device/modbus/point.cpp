#include "io/device/modbus/point.hpp"

#include "io/device/words.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace holdover::device::modbus {

namespace {

constexpr std::size_t name_characters_max = 64;
constexpr double number_max = 1e12;

constexpr std::array<std::pair<std::string_view, space>, 4> spaces{{
    {"coil", space::coil},
    {"discrete", space::discrete},
    {"holding", space::holding},
    {"input", space::input},
}};
constexpr std::array<std::pair<std::string_view, shape>, 8> shapes{{
    {"u16", shape::u16},
    {"s16", shape::s16},
    {"u32", shape::u32},
    {"s32", shape::s32},
    {"f32", shape::f32},
    {"u32-low-first", shape::u32_low},
    {"s32-low-first", shape::s32_low},
    {"f32-low-first", shape::f32_low},
}};
constexpr std::array<std::pair<std::string_view, point::role>, 5> roles{{
    {"value", point::role::value},
    {"flag", point::role::flag},
    {"alarm", point::role::alarm},
    {"contact", point::role::contact},
    {"outlet", point::role::outlet},
}};

template <class Table, class T>
std::string_view word_of(const Table& table, T what) {
  for (const auto& [name, meaning] : table)
    if (meaning == what) return name;
  return "";
}

template <class T, std::size_t N>
std::optional<T> meaning_of(const std::array<std::pair<std::string_view, T>, N>& table,
                            std::string_view text) {
  for (const auto& [name, meaning] : table)
    if (name == text) return meaning;
  return std::nullopt;
}

bool is_name(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.'
           || c == '-' || c == '_';
  };
  return !text.empty() && text.size() <= name_characters_max && std::ranges::all_of(text, fits);
}

std::optional<std::uint16_t> at(const image& read, space where, std::uint32_t address) {
  if (address > 0xffff) return std::nullopt;
  const auto found = read.find({where, static_cast<std::uint16_t>(address)});
  return found == read.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::uint32_t> both_words(const point& p, const image& read) {
  auto high = at(read, p.where, p.address);
  auto low = at(read, p.where, p.address + 1u);
  if (!high || !low) return std::nullopt;
  if (p.as == shape::u32_low || p.as == shape::s32_low || p.as == shape::f32_low)
    std::swap(high, low);
  return (static_cast<std::uint32_t>(*high) << 16) | *low;
}

std::optional<limits> limits_in(words& given, const char* least, const char* most) {
  const auto low = given.number(least, -number_max, number_max);
  const auto high = given.number(most, -number_max, number_max);
  if (!low && !high) return std::nullopt;
  if (low && high && *low > *high)
    given.complain(std::string(least) + " is greater than " + most + "; exchange them");
  return limits{low.value_or(-number_max), high.value_or(number_max)};
}

template <class Table, class T>
void take_word(words& given, const char* key, const Table& table, T& out) {
  const auto text = given.text(key);
  if (!text) return;
  if (const auto found = meaning_of(table, *text)) {
    out = *found;
    return;
  }
  std::string known;
  for (const auto& row : table)
    known += (known.empty() ? "" : ", ") + std::string(row.first);
  given.complain(std::string(key) + " must be one of " + known);
}

}  // namespace

std::string_view to_string(space where) {
  return word_of(spaces, where);
}
std::optional<space> space_from(std::string_view text) {
  return meaning_of(spaces, text);
}
std::string_view to_string(shape as) {
  return word_of(shapes, as);
}
std::optional<shape> shape_from(std::string_view text) {
  return meaning_of(shapes, text);
}
std::string_view to_string(point::role what) {
  return word_of(roles, what);
}
std::optional<point::role> role_from(std::string_view text) {
  return meaning_of(roles, text);
}

std::optional<double> raw_number(const point& p, const image& read) {
  if (width(p.as) == 1 || of_bits(p.where)) {
    const auto word = at(read, p.where, p.address);
    if (!word) return std::nullopt;
    return p.as == shape::s16 ? static_cast<double>(static_cast<std::int16_t>(*word))
                              : static_cast<double>(*word);
  }
  const auto words = both_words(p, read);
  if (!words) return std::nullopt;
  switch (p.as) {
    case shape::s32:
    case shape::s32_low:
      return static_cast<std::int32_t>(*words);
    case shape::f32:
    case shape::f32_low: {
      const double number = std::bit_cast<float>(*words);
      return std::isfinite(number) ? std::optional(number) : std::nullopt;
    }
    default:
      return *words;
  }
}

std::optional<bool> holds(const point& p, const image& read) {
  const auto word = at(read, p.where, p.address);
  if (!word) return std::nullopt;
  return (*word & p.mask) == p.equals;
}

power::measurement measure(const point& p, const image& read) {
  power::measurement result{.name = p.name, .how = power::quality::absent, .source = source_of(p)};
  const bool there = at(read, p.where, p.address).has_value();
  const auto raw = raw_number(p, read);
  if (!there) return result;
  result.how = power::quality::suspect;
  if (!raw || (p.raw && !p.raw->hold(*raw)) || p.divisor == 0) return result;
  const auto number = *raw / p.divisor + p.offset;
  if (!std::isfinite(number) || (p.result && !p.result->hold(number))) return result;
  result.number = number;
  result.how = power::quality::good;
  return result;
}

std::string source_of(const point& p) {
  return std::string(to_string(p.where)) + ' ' + std::to_string(p.address);
}

std::string to_text(const point& p) {
  auto line = word(to_string(p.what), p.name) + word("table", to_string(p.where))
              + word("address", p.address);
  if (p.as != shape::u16) line += word("shape", to_string(p.as));
  if (p.mask != 0xffff) line += word("mask", p.mask);
  if (p.equals != 1) line += word("equals", p.equals);
  if (p.divisor != 1) line += word("divisor", p.divisor);
  if (p.offset != 0) line += word("offset", p.offset);
  if (p.raw) line += word("raw_least", p.raw->least) + word("raw_most", p.raw->most);
  if (p.result) line += word("least", p.result->least) + word("most", p.result->most);
  return line.substr(1);
}

std::pair<point, std::string> point_from(std::string_view line) {
  words given(line);
  point p;
  int named = 0;
  for (const auto& [key, role] : roles) {
    auto name = given.text(key);
    if (!name) continue;
    ++named;
    p.what = role;
    p.name = std::move(*name);
  }
  if (named != 1 || !is_name(p.name))
    given.complain("a point needs one name of letters, digits, dots and dashes");
  take_word(given, "table", spaces, p.where);
  take_word(given, "shape", shapes, p.as);
  const auto address = given.whole("address", 0, 0xffff);
  if (!address) given.complain("a point needs an address from 0 to 65535");
  p.address = static_cast<std::uint16_t>(address.value_or(0));
  p.mask = static_cast<std::uint16_t>(given.whole("mask", 1, 0xffff).value_or(p.mask));
  p.equals = static_cast<std::uint16_t>(given.whole("equals", 0, 0xffff).value_or(p.equals));
  p.divisor = given.number("divisor", -number_max, number_max).value_or(1);
  if (p.divisor == 0) given.complain("divisor must not be zero; 1 leaves the number as it is");
  p.offset = given.number("offset", -number_max, number_max).value_or(0);
  p.raw = limits_in(given, "raw_least", "raw_most");
  p.result = limits_in(given, "least", "most");
  if (of_bits(p.where) && p.as != shape::u16)
    given.complain("a coil or discrete input is one bit and has no shape");
  if (p.what != point::role::value && width(p.as) != 1)
    given.complain("a flag, alarm, contact or outlet is read from one register");
  if ((p.equals & ~p.mask) != 0)
    given.complain("equals has bits that mask takes away, so it can never hold");
  return {p, given.problem()};
}

}  // namespace holdover::device::modbus
