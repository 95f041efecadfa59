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

}  // namespace

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

std::string at(std::string_view list, int index) {
  return std::string{list} + '[' + std::to_string(index) + ']';
}

}  // namespace holdover::config
