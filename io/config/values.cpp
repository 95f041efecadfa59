#include "io/config/values.hpp"

#include "io/config/suggest.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace holdover::config {

namespace {

bool is_endpoint(std::string_view text) {
  constexpr std::string_view scheme = "tcp://";
  if (text.substr(0, scheme.size()) != scheme) return false;
  text.remove_prefix(scheme.size());
  const auto colon = text.find_last_of(':');
  if (colon == 0 || colon == std::string_view::npos) return false;
  const auto host = text.substr(0, colon);
  const bool bracketed = host.front() == '[' && host.back() == ']';
  if (host.find_first_of(" /") != std::string_view::npos) return false;
  if (!bracketed && host.find(':') != std::string_view::npos) return false;
  const auto digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return error == std::errc{} && end == digits.data() + digits.size() && port != 0;
}

constexpr std::size_t sign_key_digits = 64;

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<sign_key> to_sign_key(std::string_view text) {
  sign_key out{};
  if (text.size() != sign_key_digits) return std::nullopt;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = digit_of(text[2 * i]);
    const int low = digit_of(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return out == sign_key{} ? std::nullopt : std::optional{out};
}

void check_endpoint(const std::string& endpoint, const std::string& path, document& file) {
  if (endpoint.empty() || is_endpoint(endpoint)) return;
  file.error(path, in_quotes(endpoint) + " is no address; write tcp://HOST:PORT, such as "
                                      "tcp://10.0.0.1:7400 or tcp://[fd00::1]:7400");
}

std::string log_level(const std::string& in, const std::string& path, document& file) {
  static const std::vector<std::string> known{"debug", "info", "warning"};
  if (in.empty()) return "info";
  if (std::find(known.begin(), known.end(), in) == known.end())
    file.error(path, "must be " + choice(known) + ", not " + in_quotes(in));
  return in;
}

std::optional<std::array<std::uint8_t, 32>> admin_key(const std::string& in,
                                                      const std::string& path, document& file) {
  if (in.empty()) return std::nullopt;
  const auto key = to_sign_key(in);
  if (!key)
    file.error(path,
               "is no signing key: 64 hexadecimal digits, the last word of what `holdover "
               "keys show` prints of the administrator's key");
  return key;
}

std::string at(std::string_view list, int index) {
  return std::string{list} + '[' + std::to_string(index) + ']';
}

}  // namespace holdover::config
