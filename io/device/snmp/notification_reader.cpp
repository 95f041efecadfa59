#include "io/device/snmp/notification_reader.hpp"

#include "core/expects.hpp"
#include "io/device/snmp/native.hpp"
#include "io/device/snmp/user_security.hpp"

#include <net-snmp/library/large_fd_set.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace holdover::device::snmp {

namespace {

constexpr std::size_t datagram_max = 65507;

const object_id& trap_object() {
  static const auto name = object_id::known("1.3.6.1.6.3.1.1.4.1.0");  // snmpTrapOID.0
  return name;
}

/// snmpTrapOID stands second in a notification of version 2 and 3 (RFC 3416, 4.2.6).
object_id name_of(const netsnmp_pdu& pdu) {
  for (const auto& [name, what] : to_reply(pdu).bindings)
    if (name == trap_object())
      if (const auto* id = std::get_if<object_id>(&what)) return *id;
  return {};
}

version version_of(const netsnmp_pdu& pdu) {
  if (pdu.version == SNMP_VERSION_1) return version::v1;
  return pdu.version == SNMP_VERSION_3 ? version::v3 : version::v2c;
}

protection protection_of(const netsnmp_pdu& pdu) {
  if (pdu.securityLevel == SNMP_SEC_LEVEL_AUTHPRIV) return protection::encrypted;
  if (pdu.securityLevel == SNMP_SEC_LEVEL_AUTHNOPRIV) return protection::authenticated;
  return protection::none;
}

/// What the library counts about messages of version 3: its only word about what was wrong with
/// one.
constexpr std::array counted{STAT_USMSTATSUNKNOWNENGINEIDS, STAT_USMSTATSNOTINTIMEWINDOWS,
                             STAT_USMSTATSUNKNOWNUSERNAMES, STAT_USMSTATSWRONGDIGESTS,
                             STAT_USMSTATSDECRYPTIONERRORS, STAT_USMSTATSUNSUPPORTEDSECLEVELS};
constexpr std::array<std::string_view, counted.size()> meanings{
    "its engine is not known; it is once the device has been read by version 3",
    "its time is wrong",
    "its user is not known",
    "its authentication is wrong",
    "it cannot be decrypted",
    "its user has no keys for such protection"};
// The first two are how engines get to know each other, if the sender asked to be told.
constexpr std::size_t introductions = 2;

using counts = std::array<u_int, counted.size()>;

counts count_now() {
  counts now{};
  std::ranges::transform(counted, now.begin(), [](int which) { return snmp_get_statistic(which); });
  return now;
}

}  // namespace

struct notification_reader::library {
  static notification_reader& of(netsnmp_transport* transport) {
    notification_reader* self = nullptr;
    std::memcpy(&self, transport->data, sizeof self);
    return *self;
  }

  static int receive(netsnmp_transport* transport, void* into, int room, void**, int*) {
    auto& self = of(transport);
    const auto size = std::min(self.bytes_.size(), static_cast<std::size_t>(std::max(room, 0)));
    std::memcpy(into, self.bytes_.data(), size);
    return static_cast<int>(size);
  }

  static int send(netsnmp_transport* transport, const void* bytes, int size, void**, int*) {
    of(transport).answered_ = true;
    of(transport).send_({static_cast<const char*>(bytes), static_cast<std::size_t>(size)});
    return size;
  }

  static int close(netsnmp_transport*) { return 0; }

  static char* format(netsnmp_transport*, const void*, int) { return ::strdup("notification"); }

  // The library frees both the transport and its data.
  static netsnmp_transport* make_transport(int socket, notification_reader* self) {
    auto* made = static_cast<netsnmp_transport*>(std::calloc(1, sizeof(netsnmp_transport)));
    auto* data = std::malloc(sizeof self);
    expects(made != nullptr && data != nullptr);
    std::memcpy(data, &self, sizeof self);
    made->data = data;
    made->data_length = sizeof self;
    made->domain = netsnmpUDPDomain;
    made->domain_length = static_cast<int>(netsnmpUDPDomain_len);
    made->sock = socket;
    made->msgMaxSize = datagram_max;
    made->f_recv = &receive;
    made->f_send = &send;
    made->f_close = &close;
    made->f_fmtaddr = &format;
    return made;
  }

  static void acknowledge(notification_reader& self, netsnmp_pdu& inform) {
    auto* answer = snmp_clone_pdu(&inform);
    if (answer == nullptr) return;
    answer->command = SNMP_MSG_RESPONSE;
    answer->errstat = 0;
    answer->errindex = 0;
    if (snmp_sess_send(self.session_, answer) == 0) snmp_free_pdu(answer);
  }

  static int on_event(int operation, netsnmp_session*, int, netsnmp_pdu* pdu, void* self_pointer) {
    auto& self = *static_cast<notification_reader*>(self_pointer);
    if (operation != NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE) return 1;
    if (pdu->command != SNMP_MSG_TRAP && pdu->command != SNMP_MSG_TRAP2
        && pdu->command != SNMP_MSG_INFORM)
      return 1;
    notification said;
    said.sender = self.from_;
    said.speaks = version_of(*pdu);
    said.wants_answer = pdu->command == SNMP_MSG_INFORM;
    said.how = protection_of(*pdu);
    if (said.speaks == version::v3 && pdu->securityName != nullptr)
      said.user.assign(pdu->securityName, pdu->securityNameLen);
    if (pdu->command == SNMP_MSG_TRAP)
      said.name = trap_name(pdu->trap_type, pdu->specific_type,
                            object_id_from(pdu->enterprise, pdu->enterprise_length));
    else
      said.name = name_of(*pdu);
    if (!self.believes_(said)) {
      self.outcome_ = refusal("no device at this address is read by this user, so protected");
      return 1;
    }
    if (said.wants_answer) acknowledge(self, *pdu);
    self.outcome_ = std::move(said);
    return 1;
  }
};

notification_reader::notification_reader(int socket, sender send, judge believes)
    : send_(std::move(send)), believes_(std::move(believes)) {
  netsnmp_session wanted;
  snmp_sess_init(&wanted);
  wanted.version = SNMP_DEFAULT_VERSION;
  wanted.community_len = SNMP_DEFAULT_COMMUNITY_LEN;
  wanted.isAuthoritative = SNMP_SESS_UNKNOWNAUTH;
  wanted.callback = &library::on_event;
  wanted.callback_magic = this;
  session_ = snmp_sess_add(&wanted, library::make_transport(socket, this), nullptr, nullptr);
  expects(session_ != nullptr);
}

notification_reader::~notification_reader() {
  snmp_sess_close(session_);
}

bool notification_reader::admit(const user_access& user) {
  netsnmp_session about;
  snmp_sess_init(&about);
  about.version = SNMP_VERSION_3;
  user_keys keys;
  if (describe_user(about, user, keys)) return false;
  std::array<u_char, SNMP_MAXBUF_SMALL> engine{};
  about.securityEngineIDLen = snmpv3_get_engineID(engine.data(), engine.size());
  about.securityEngineID = engine.data();
  return register_user(about);
}

notification_reader::outcome notification_reader::read(std::string_view bytes,
                                                       const std::string& from) {
  bytes_ = bytes;
  from_ = from;
  outcome_ = nothing{};
  answered_ = false;
  const auto before = count_now();
  auto& session = *snmp_sess_session(session_);
  session.s_snmp_errno = 0;
  netsnmp_large_fd_set readable;
  const int descriptor = snmp_sess_transport(session_)->sock;
  netsnmp_large_fd_set_init(&readable, descriptor + 1);
  NETSNMP_LARGE_FD_SET(descriptor, &readable);
  snmp_sess_read2(session_, &readable);
  netsnmp_large_fd_set_cleanup(&readable);
  bytes_ = {};
  if (!std::holds_alternative<nothing>(outcome_) || session.s_snmp_errno == 0)
    return std::exchange(outcome_, nothing{});
  const auto after = count_now();
  for (std::size_t i = 0; i < counted.size(); ++i) {
    if (after[i] == before[i]) continue;
    if (i < introductions && answered_) return nothing{};
    return refusal(meanings[i]);
  }
  return refusal("it is not understood");
}

}  // namespace holdover::device::snmp
