// How to reach an agent and as whom.
//
// What a credentials reference may point to:
//
//   version 1, 2c   the community for reading, then (optional) the one for writing
//   version 3       user, authentication passphrase, privacy passphrase, then (optional) the names
//                   of the authentication and privacy protocols; SHA and AES unless named
//
// Words are separated by blanks; if there are several lines, each line is one word and may contain
// blanks. Fewer words of version 3 mean less protection: a user alone is neither authenticated nor
// encrypted, a user with one passphrase is authenticated only.
//
// Without credentials, versions 1 and 2c read as "public", which is what nearly every card comes
// with. No community is ever assumed for writing: a device that anybody can switch off because of a
// default is worse than one that has to be configured.

#pragma once

#include "core/site.hpp"
#include "io/device/driver.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdover::device::snmp {

enum class version : std::uint8_t { v1, v2c, v3 };

struct community_access {
  std::string read = "public";
  std::optional<std::string> write;

  bool operator==(const community_access&) const = default;
};

struct user_access {
  std::string name;
  std::string authentication;  ///< Passphrase; empty: not authenticated.
  std::string privacy;         ///< Passphrase; empty: not encrypted.
  std::string authentication_protocol = "SHA";
  std::string privacy_protocol = "AES";

  bool operator==(const user_access&) const = default;
};

/// Keys made from passphrases: a million bytes are hashed for each, so they are made once.
struct user_keys {
  std::vector<unsigned char> authentication;
  std::vector<unsigned char> privacy;
};

struct session_parameters {
  std::string host;
  std::uint16_t port = 161;
  version speaks = version::v2c;
  community_access communities;  ///< Versions 1 and 2c.
  user_access user;              ///< Version 3.

  bool can_write() const { return speaks == version::v3 || communities.write.has_value(); }
  bool operator==(const session_parameters&) const = default;
};

/// The parameters that an address and the text of its credentials give.
answer<session_parameters> parse_access(const device_address&, std::string_view credentials);

/// The same, with the credentials fetched from where the address points to.
answer<session_parameters> fetch_access(const device_address&);

}  // namespace holdover::device::snmp
