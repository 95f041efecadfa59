#include "io/device/snmp/user_security.hpp"

#include <array>
#include <cstring>
#include <string_view>

namespace holdover::device::snmp {

namespace {

struct named_protocol {
  std::string_view name;
  int number;
};

constexpr std::array authentications{
    named_protocol{"MD5", NETSNMP_USMAUTH_HMACMD5},
    named_protocol{"SHA", NETSNMP_USMAUTH_HMACSHA1},
    named_protocol{"SHA-224", NETSNMP_USMAUTH_HMAC128SHA224},
    named_protocol{"SHA-256", NETSNMP_USMAUTH_HMAC192SHA256},
    named_protocol{"SHA-384", NETSNMP_USMAUTH_HMAC256SHA384},
    named_protocol{"SHA-512", NETSNMP_USMAUTH_HMAC384SHA512},
};
constexpr std::array privacies{
    named_protocol{"DES", USM_CREATE_USER_PRIV_DES},
    named_protocol{"AES", USM_CREATE_USER_PRIV_AES},
    named_protocol{"AES-192", USM_CREATE_USER_PRIV_AES192},
    named_protocol{"AES-256", USM_CREATE_USER_PRIV_AES256},
};

int number_of(const auto& protocols, std::string_view name) {
  for (const auto& protocol : protocols)
    if (protocol.name == name) return protocol.number;
  return -1;
}

/// The key of a passphrase; false if the library can make none.
bool make_key(std::vector<unsigned char>& key, const ::oid* protocol, std::size_t protocol_size,
              const std::string& passphrase) {
  if (!key.empty()) return true;
  key.resize(USM_AUTH_KU_LEN);
  std::size_t size = key.size();
  const auto* bytes = reinterpret_cast<const u_char*>(passphrase.data());
  if (generate_Ku(protocol, static_cast<u_int>(protocol_size), bytes, passphrase.size(), key.data(),
                  &size)
      != SNMPERR_SUCCESS)
    size = 0;
  key.resize(size);
  return size != 0;
}

}  // namespace

std::optional<failure> describe_user(netsnmp_session& session, const user_access& user,
                                     user_keys& keys) {
  session.securityModel = SNMP_SEC_MODEL_USM;
  session.securityName = const_cast<char*>(user.name.c_str());
  session.securityNameLen = user.name.size();
  session.securityLevel = SNMP_SEC_LEVEL_NOAUTH;
  if (user.authentication.empty()) return std::nullopt;

  session.securityLevel = SNMP_SEC_LEVEL_AUTHNOPRIV;
  std::size_t size = 0;
  auto* protocol = sc_get_auth_oid(number_of(authentications, user.authentication_protocol), &size);
  if (protocol == nullptr || !make_key(keys.authentication, protocol, size, user.authentication))
    return failure{failure_kind::unsupported,
                   "the SNMP library cannot do " + user.authentication_protocol};
  session.securityAuthProto = protocol;
  session.securityAuthProtoLen = size;
  session.securityAuthKeyLen = keys.authentication.size();
  std::memcpy(session.securityAuthKey, keys.authentication.data(), keys.authentication.size());
  if (user.privacy.empty()) return std::nullopt;

  session.securityLevel = SNMP_SEC_LEVEL_AUTHPRIV;
  const auto* hash = session.securityAuthProto;
  const auto hash_size = size;
  protocol = sc_get_priv_oid(number_of(privacies, user.privacy_protocol), &size);
  if (protocol == nullptr || !make_key(keys.privacy, hash, hash_size, user.privacy))
    return failure{failure_kind::unsupported,
                   "the SNMP library cannot do " + user.privacy_protocol};
  session.securityPrivProto = protocol;
  session.securityPrivProtoLen = size;
  session.securityPrivKeyLen = keys.privacy.size();
  std::memcpy(session.securityPrivKey, keys.privacy.data(), keys.privacy.size());
  return std::nullopt;
}

bool register_user(netsnmp_session& session) {
  if (auto* old = usm_get_user(session.securityEngineID, session.securityEngineIDLen,
                               session.securityName)) {
    usm_remove_user(old);
    usm_free_user(old);
  }
  session.flags &= ~static_cast<u_long>(SNMP_FLAGS_USER_CREATED);
  return usm_create_user_from_session(&session) == SNMPERR_SUCCESS;
}

failure report_meaning(netsnmp_pdu* report, const std::string& peer) {
  switch (snmpv3_get_report_type(report)) {
    case SNMPERR_UNKNOWN_USER_NAME:
      return {failure_kind::refused, peer + " does not know this SNMP user; check the credentials"};
    case SNMPERR_AUTHENTICATION_FAILURE:
      return {failure_kind::refused, peer
                                         + " does not accept the authentication passphrase; check it"
                                           " and the authentication protocol"};
    case SNMPERR_DECRYPTION_ERR:
      return {failure_kind::refused, peer
                                         + " cannot decrypt what we say; check the privacy passphrase"
                                           " and the privacy protocol"};
    case SNMPERR_UNSUPPORTED_SEC_LEVEL:
      return {failure_kind::refused,
              peer + " does not allow this user at this level of security; check the credentials"};
    case SNMPERR_NOT_IN_TIME_WINDOW:
      return {failure_kind::refused,
              peer + " says again and again that our time is wrong; restart its SNMP agent"};
    case SNMPERR_UNKNOWN_ENG_ID:
      return {failure_kind::unreachable, peer + " has a new engine identity; trying again"};
    default:
      return {failure_kind::refused,
              peer + " refuses SNMP version 3 for a reason it does not give"};
  }
}

}  // namespace holdover::device::snmp
