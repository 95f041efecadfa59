#include "io/device/snmp/access.hpp"

#include "io/device/secret.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace holdover::device::snmp {

namespace {

constexpr std::uint16_t default_port = 161;
constexpr std::size_t passphrase_min = 8;  // RFC 3414, 11.2
constexpr std::size_t name_max = 32;       // RFC 3414: usmUserName
constexpr std::string_view blank = " \t\r";

constexpr std::array<std::string_view, 6> authentication_protocols{"MD5",     "SHA",     "SHA-224",
                                                                   "SHA-256", "SHA-384", "SHA-512"};
constexpr std::array<std::string_view, 4> privacy_protocols{"DES", "AES", "AES-192", "AES-256"};

failure refused(std::string text) {
  return {failure_kind::refused, std::move(text)};
}

std::vector<std::string> split(std::string_view text, std::string_view separators) {
  std::vector<std::string> words;
  while (true) {
    const auto first = text.find_first_not_of(separators);
    if (first == std::string_view::npos) return words;
    text.remove_prefix(first);
    const auto size = std::min(text.find_first_of(separators), text.size());
    const auto word = text.substr(0, size);
    if (const auto last = word.find_last_not_of(blank); last != std::string_view::npos)
      words.emplace_back(word.substr(0, last + 1));
    text.remove_prefix(size);
  }
}

std::vector<std::string> words_of(std::string_view credentials) {
  auto lines = split(credentials, "\n");
  return lines.size() == 1 ? split(lines.front(), blank) : lines;
}

std::string listed(auto& names) {
  std::string text;
  for (auto name : names)
    text += (text.empty() ? "" : ", ") + std::string(name);
  return text;
}

std::optional<version> parse_version(std::string_view text) {
  if (text == "1") return version::v1;
  if (text.empty() || text == "2c" || text == "2") return version::v2c;
  if (text == "3") return version::v3;
  return std::nullopt;
}

answer<community_access> parse_communities(std::vector<std::string> words) {
  if (words.size() > 2)
    return refused(
        "credentials: an SNMP community has one line, or two: for reading, then for writing");
  community_access access;
  if (!words.empty()) access.read = std::move(words[0]);
  if (words.size() > 1) access.write = std::move(words[1]);
  return access;
}

answer<user_access> parse_user(std::vector<std::string> words) {
  words.resize(std::max<std::size_t>(words.size(), 5));
  if (words.size() > 5 || words[0].empty() || words[0].size() > name_max)
    return refused(
        "credentials: SNMP version 3 needs a user, an authentication passphrase and a privacy "
        "passphrase");
  user_access user;
  user.name = std::move(words[0]);
  user.authentication = std::move(words[1]);
  user.privacy = std::move(words[2]);
  if (!words[3].empty()) user.authentication_protocol = std::move(words[3]);
  if (!words[4].empty()) user.privacy_protocol = std::move(words[4]);
  for (const auto* passphrase : {&user.authentication, &user.privacy})
    if (!passphrase->empty() && passphrase->size() < passphrase_min)
      return refused("credentials: an SNMP version 3 passphrase has at least 8 characters");
  if (std::ranges::find(authentication_protocols, user.authentication_protocol)
      == authentication_protocols.end())
    return refused("credentials: the fourth word names the authentication protocol, one of "
                   + listed(authentication_protocols));
  if (std::ranges::find(privacy_protocols, user.privacy_protocol) == privacy_protocols.end())
    return refused("credentials: the fifth word names the privacy protocol, one of "
                   + listed(privacy_protocols));
  return user;
}

}  // namespace

answer<session_parameters> parse_access(const device_address& address,
                                        std::string_view credentials) {
  session_parameters access;
  access.host = address.host;
  access.port = address.port != 0 ? address.port : default_port;
  const auto speaks = parse_version(address.version);
  if (!speaks)
    return failure{
        failure_kind::unsupported,
        "SNMP version \"" + address.version + "\" is not known; write \"1\", \"2c\" or \"3\""};
  access.speaks = *speaks;
  auto words = words_of(credentials);
  if (access.speaks == version::v3) {
    auto user = parse_user(std::move(words));
    if (auto* no = std::get_if<failure>(&user)) return std::move(*no);
    access.user = std::get<user_access>(std::move(user));
  } else {
    auto communities = parse_communities(std::move(words));
    if (auto* no = std::get_if<failure>(&communities)) return std::move(*no);
    access.communities = std::get<community_access>(std::move(communities));
  }
  return access;
}

answer<session_parameters> fetch_access(const device_address& address) {
  if (address.credentials.empty()) return parse_access(address, {});
  auto secret = fetch_secret(address.credentials);
  if (auto* no = std::get_if<failure>(&secret)) return std::move(*no);
  return parse_access(address, std::get<std::string>(secret));
}

}  // namespace holdover::device::snmp
