#include "io/keys/z85.hpp"

#include "core/expects.hpp"

#include <array>
#include <cstddef>

namespace holdover::keys {

namespace {

constexpr std::string_view z85_alphabet =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
constexpr std::uint32_t z85_base = 85;

std::optional<std::uint32_t> z85_group(std::string_view five) {
  std::uint64_t value = 0;
  for (const char c : five) {
    const auto digit = z85_alphabet.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    value = value * z85_base + digit;
  }
  if (value > 0xffff'ffffU) return std::nullopt;
  return static_cast<std::uint32_t>(value);
}

}  // namespace

std::string z85_encode(std::span<const std::uint8_t> bytes) {
  expects(bytes.size() % 4 == 0);
  std::string text;
  text.reserve(bytes.size() / 4 * 5);
  for (std::size_t i = 0; i < bytes.size(); i += 4) {
    auto value = std::uint32_t{bytes[i]} << 24 | std::uint32_t{bytes[i + 1]} << 16
                 | std::uint32_t{bytes[i + 2]} << 8 | std::uint32_t{bytes[i + 3]};
    std::array<char, 5> five{};
    for (auto digit = five.rbegin(); digit != five.rend(); ++digit) {
      *digit = z85_alphabet[value % z85_base];
      value /= z85_base;
    }
    text.append(five.data(), five.size());
  }
  return text;
}

std::optional<std::vector<std::uint8_t>> z85_decode(std::string_view text) {
  if (text.size() % 5 != 0) return std::nullopt;
  std::vector<std::uint8_t> bytes;
  bytes.reserve(text.size() / 5 * 4);
  for (std::size_t i = 0; i < text.size(); i += 5) {
    const auto value = z85_group(text.substr(i, 5));
    if (!value) return std::nullopt;
    for (const unsigned shift : {24U, 16U, 8U, 0U})
      bytes.push_back(static_cast<std::uint8_t>(*value >> shift));
  }
  return bytes;
}

}  // namespace holdover::keys
