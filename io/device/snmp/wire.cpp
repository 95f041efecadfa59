#include "io/device/snmp/wire.hpp"

#include "core/expects.hpp"

// The configuration must come first.
// clang-format off
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/library/large_fd_set.h>
// clang-format on

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string_view>
#include <sys/socket.h>
#include <utility>

namespace holdover::device::snmp {

namespace {

using native_name = std::vector<::oid>;

native_name to_native(const object_id& name) {
  return {name.arcs().begin(), name.arcs().end()};
}

object_id from_native(const ::oid* arcs, std::size_t count) {
  std::vector<std::uint32_t> ours;
  ours.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    ours.push_back(static_cast<std::uint32_t>(arcs[i]));
  return object_id(std::move(ours));
}

value from_native(const netsnmp_variable_list& given) {
  switch (given.type) {  // Exceptions carry no value; the library leaves their pointer empty.
    case SNMP_NOSUCHOBJECT:
      return absence::no_such_object;
    case SNMP_NOSUCHINSTANCE:
      return absence::no_such_instance;
    case SNMP_ENDOFMIBVIEW:
      return absence::end_of_view;
    default:
      break;
  }
  if (given.val.integer == nullptr) return absence::null;
  switch (given.type) {
    case ASN_INTEGER:
      return static_cast<std::int64_t>(*given.val.integer);
    case ASN_COUNTER:
    case ASN_GAUGE:
    case ASN_TIMETICKS:
    case ASN_UINTEGER:
      return static_cast<std::uint64_t>(static_cast<std::uint32_t>(*given.val.integer));
    case ASN_COUNTER64:
    case ASN_OPAQUE_U64:
      return (static_cast<std::uint64_t>(given.val.counter64->high) << 32)
             | (given.val.counter64->low & 0xffffffffu);
    case ASN_OPAQUE_FLOAT:
      return static_cast<double>(*given.val.floatVal);
    case ASN_OPAQUE_DOUBLE:
      return *given.val.doubleVal;
    case ASN_OCTET_STR:
      return std::string(reinterpret_cast<const char*>(given.val.string), given.val_len);
    case ASN_OBJECT_ID:
      return from_native(given.val.objid, given.val_len / sizeof(::oid));
    default:
      return absence::null;
  }
}

reply to_reply(const netsnmp_pdu& pdu) {
  reply got{pdu.errstat, pdu.errindex, {}};
  for (const auto* entry = pdu.variables; entry != nullptr; entry = entry->next_variable)
    got.bindings.push_back({from_native(entry->name, entry->name_length), from_native(*entry)});
  return got;
}

int native_verb(request::verb how) {
  switch (how) {
    case request::verb::get:
      return SNMP_MSG_GET;
    case request::verb::get_next:
      return SNMP_MSG_GETNEXT;
    case request::verb::get_bulk:
      return SNMP_MSG_GETBULK;
    case request::verb::set:
      return SNMP_MSG_SET;
  }
  return SNMP_MSG_GET;
}

void add(netsnmp_pdu& pdu, const binding& wanted, bool with_value) {
  const auto name = to_native(wanted.name);
  if (!with_value) {
    snmp_add_null_var(&pdu, name.data(), name.size());
    return;
  }
  if (const auto* integer = std::get_if<std::int64_t>(&wanted.what)) {
    const long native = *integer;
    snmp_pdu_add_variable(&pdu, name.data(), name.size(), ASN_INTEGER, &native, sizeof native);
  } else if (const auto* gauge = std::get_if<std::uint64_t>(&wanted.what)) {
    const unsigned long native = *gauge;
    snmp_pdu_add_variable(&pdu, name.data(), name.size(), ASN_GAUGE, &native, sizeof native);
  } else {
    const auto* bytes = std::get_if<std::string>(&wanted.what);
    expects(bytes != nullptr);
    snmp_pdu_add_variable(&pdu, name.data(), name.size(), ASN_OCTET_STR, bytes->data(),
                          bytes->size());
  }
}

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

/// Describes the user to the library; a failure if it was built without one of the protocols.
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

/// Registers the session's user for its engine, in place of any entry with older keys.
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

}  // namespace

/// What the library calls, and what needs its types.
struct wire::library {
  static int on_event(int operation, netsnmp_session*, int, netsnmp_pdu* pdu, void* self_pointer) {
    auto& self = *static_cast<wire*>(self_pointer);
    if (self.sending_) return 1;
    switch (operation) {
      case NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE:
        // What a report means for the request is decided by the library, which then calls again.
        if (pdu->command != SNMP_MSG_REPORT) self.conclude(to_reply(*pdu));
        break;
      case NETSNMP_CALLBACK_OP_RESEND:
        self.due_ = clock::now() + self.patience_;
        break;
      case NETSNMP_CALLBACK_OP_TIMED_OUT:
        self.conclude(silence{});
        break;
      case NETSNMP_CALLBACK_OP_SEC_ERROR:
        self.conclude(report_meaning(pdu, self.peer_.text));
        break;
      default:
        self.conclude(self.nobody_home());
    }
    return 1;
  }

  static netsnmp_session& session_of(void* handle) { return *snmp_sess_session(handle); }

  static void transmit(wire& self, netsnmp_pdu* pdu) {
    self.outcome_.reset();
    self.port_closed_ = false;
    self.sending_ = true;
    const int sent = snmp_sess_async_send(self.session_, pdu, &on_event, &self);
    self.sending_ = false;
    if (sent != 0) {
      self.due_ = clock::now() + self.patience_;
      return;
    }
    const auto& session = session_of(self.session_);
    // A socket reports with the next use that the last datagram was sent back.
    self.port_closed_ = session.s_errno == ECONNREFUSED;
    const bool network = session.s_snmp_errno == SNMPERR_BAD_SENDTO;
    snmp_free_pdu(pdu);
    self.conclude(
        network ? self.nobody_home()
                : failure{failure_kind::nonsense, std::string("cannot put the request into SNMP: ")
                                                      + snmp_api_errstring(session.s_snmp_errno)});
  }
};

void wire::start_library() {
  static std::once_flag once;
  std::call_once(once, [] {
    // The list of MIBs to load has no other switch than the environment.
    ::setenv("MIBS", "", 1);
    // Without a handler the library would log to standard error.
    netsnmp_register_loghandler(NETSNMP_LOGHANDLER_NONE, LOG_DEBUG);
    for (int off : {NETSNMP_DS_LIB_DONT_READ_CONFIGS, NETSNMP_DS_LIB_DONT_PERSIST_STATE,
                    NETSNMP_DS_LIB_DISABLE_PERSISTENT_LOAD, NETSNMP_DS_LIB_DISABLE_PERSISTENT_SAVE,
                    NETSNMP_DS_LIB_DONT_LOAD_HOST_FILES, NETSNMP_DS_LIB_ALARM_DONT_USE_SIG})
      netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, off, 1);
    // It makes folders for certificates even so; where none can be made, it does without.
    for (int folder :
         {NETSNMP_DS_LIB_PERSISTENT_DIR, NETSNMP_DS_LIB_CONFIGURATION_DIR, NETSNMP_DS_LIB_MIBDIRS})
      netsnmp_ds_set_string(NETSNMP_DS_LIBRARY_ID, folder, "/dev/null");
    init_snmp("holdover");
  });
}

wire::wire(const session_parameters& access, endpoint peer, int attempts,
           std::chrono::milliseconds patience)
    : access_(access),
      peer_(std::move(peer)),
      patience_(patience),
      attempts_(attempts),
      introduced_(access.speaks != version::v3) {}

answer<std::unique_ptr<wire>> wire::open(const session_parameters& access, const endpoint& peer,
                                         user_keys& keys, int attempts,
                                         std::chrono::milliseconds patience) {
  std::unique_ptr<wire> opened(new wire(access, peer, attempts, patience));
  netsnmp_session wanted;
  snmp_sess_init(&wanted);
  auto name = (peer.address.ss_family == AF_INET6 ? "udp6:" : "udp:") + peer.text;
  wanted.peername = name.data();
  wanted.retries = attempts - 1;
  wanted.timeout = std::chrono::microseconds(patience).count();
  auto community = access.communities.read;
  switch (access.speaks) {
    case version::v1:
      wanted.version = SNMP_VERSION_1;
      break;
    case version::v2c:
      wanted.version = SNMP_VERSION_2c;
      break;
    case version::v3:
      wanted.version = SNMP_VERSION_3;
      break;
  }
  if (access.speaks == version::v3) {
    wanted.flags |= SNMP_FLAGS_DONT_PROBE;
    if (auto no = describe_user(wanted, access.user, keys)) return *std::move(no);
  } else {
    wanted.community = reinterpret_cast<u_char*>(community.data());
    wanted.community_len = community.size();
  }
  opened->session_ = snmp_sess_open(&wanted);
  if (opened->session_ == nullptr)
    return failure{failure_kind::unreachable, "cannot open a socket to " + peer.text + ": "
                                                  + snmp_api_errstring(wanted.s_snmp_errno)};
  library::session_of(opened->session_).flags |= SNMP_FLAGS_DONT_PROBE;
  if (::connect(opened->socket(), reinterpret_cast<const sockaddr*>(&peer.address), peer.size) != 0)
    return failure{failure_kind::unreachable,
                   "cannot reach " + peer.text + ": " + std::strerror(errno)};
  return opened;
}

wire::~wire() {
  if (session_ == nullptr) return;
  sending_ = true;  // Nobody waits for what is under way.
  const auto& session = library::session_of(session_);
  // A device that was replaced or reset has other clocks; what we believe of them would lock it
  // out.
  if (access_.speaks == version::v3 && session.securityEngineIDLen != 0)
    free_enginetime(session.securityEngineID, session.securityEngineIDLen);
  snmp_sess_close(session_);
}

int wire::socket() const {
  return snmp_sess_transport(session_)->sock;
}

void wire::discover() {
  auto* pdu = snmp_pdu_create(SNMP_MSG_GET);
  pdu->version = SNMP_VERSION_3;
  pdu->securityModel = SNMP_SEC_MODEL_USM;
  pdu->securityLevel = SNMP_SEC_LEVEL_NOAUTH;
  pdu->securityName = ::strdup("");
  pdu->securityNameLen = 0;
  discovering_ = true;
  writing_ = false;
  library::transmit(*this, pdu);
}

void wire::send(const request& wanted) {
  const bool writes = wanted.how == request::verb::set;
  auto* pdu = snmp_pdu_create(native_verb(wanted.how));
  if (wanted.how == request::verb::get_bulk) {
    pdu->non_repeaters = 0;
    pdu->max_repetitions = wanted.repetitions;
  }
  for (const auto& one : wanted.bindings)
    add(*pdu, one, writes);
  if (writes && access_.speaks != version::v3 && access_.communities.write) {
    const auto& community = *access_.communities.write;
    pdu->community = reinterpret_cast<u_char*>(::strdup(community.c_str()));
    pdu->community_len = community.size();
  }
  discovering_ = false;
  writing_ = writes;
  library::transmit(*this, pdu);
}

void wire::receive() {
  netsnmp_large_fd_set readable;
  const int descriptor = socket();
  netsnmp_large_fd_set_init(&readable, descriptor + 1);
  NETSNMP_LARGE_FD_SET(descriptor, &readable);
  const int result = snmp_sess_read2(session_, &readable);
  const bool sent_back = result == -1 && library::session_of(session_).s_errno == ECONNREFUSED;
  netsnmp_large_fd_set_cleanup(&readable);
  if (sent_back) port_closed_ = true;
  if (discovering_ && outcome_) conclude_discovery();
}

/// The library has taken the identity out of the report, whatever else the report complains about.
void wire::conclude_discovery() {
  discovering_ = false;
  auto& session = library::session_of(session_);
  if (session.securityEngineIDLen == 0) return;
  if (register_user(session)) {
    introduced_ = true;
    outcome_ = reply{};
  } else {
    outcome_ = failure{failure_kind::refused,
                       "the credentials do not make an SNMP version 3 user; check them"};
  }
}

void wire::expire() {
  if (!due_ || clock::now() < *due_) return;
  const auto before = *due_;
  snmp_sess_timeout(session_);
  // The library measures with its own clock and may find that it is a moment too early.
  if (!outcome_ && due_ == before) due_ = clock::now() + std::chrono::milliseconds(2);
}

void wire::conclude(outcome what) {
  if (outcome_) return;
  if (std::holds_alternative<silence>(what) && port_closed_) what = nobody_home();
  outcome_ = std::move(what);
  due_.reset();
}

failure wire::nobody_home() const {
  if (port_closed_)
    return {failure_kind::unreachable,
            "no SNMP agent at " + peer_.text + " (port closed); is it switched on in the device?"};
  return {failure_kind::unreachable, "cannot send to " + peer_.text + "; check the network"};
}

std::optional<outcome> wire::take() {
  return std::exchange(outcome_, std::nullopt);
}

}  // namespace holdover::device::snmp
