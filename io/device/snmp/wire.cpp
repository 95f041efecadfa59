#include "io/device/snmp/wire.hpp"

#include "io/device/snmp/native.hpp"
#include "io/device/snmp/user_security.hpp"

#include <net-snmp/library/large_fd_set.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <sys/socket.h>
#include <utility>

namespace holdover::device::snmp {

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
        self.resent_ = true;
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
    self.resent_ = false;
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

void wire::be(const engine_identity& us) {
  start_library();
  const auto* bytes = reinterpret_cast<const u_char*>(us.bytes.data());
  set_exact_engineID(bytes, us.bytes.size());
  // It counts this start itself.
  auto boots = std::to_string(us.boots - 1);
  std::string word = "engineBoots";
  engineBoots_conf(word.c_str(), boots.data());
  set_enginetime(bytes, static_cast<u_int>(us.bytes.size()),
                 static_cast<u_int>(snmpv3_local_snmpEngineBoots()),
                 static_cast<u_int>(snmpv3_local_snmpEngineTime()), TRUE);
}

wire::wire(const session_parameters& access, endpoint peer, std::chrono::milliseconds patience)
    : access_(access),
      peer_(std::move(peer)),
      patience_(patience),
      introduced_(access.speaks != version::v3) {}

answer<std::unique_ptr<wire>> wire::open(const session_parameters& access, const endpoint& peer,
                                         user_keys& keys, int attempts,
                                         std::chrono::milliseconds patience) {
  std::unique_ptr<wire> opened(new wire(access, peer, patience));
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

void wire::be_patient(std::chrono::milliseconds patience) {
  patience_ = patience;
  library::session_of(session_).timeout = std::chrono::microseconds(patience).count();
}

void wire::discover() {
  auto* pdu = snmp_pdu_create(SNMP_MSG_GET);
  pdu->version = SNMP_VERSION_3;
  pdu->securityModel = SNMP_SEC_MODEL_USM;
  pdu->securityLevel = SNMP_SEC_LEVEL_NOAUTH;
  pdu->securityName = ::strdup("");
  pdu->securityNameLen = 0;
  discovering_ = true;
  library::transmit(*this, pdu);
}

void wire::send(const request& wanted) {
  const bool writes = wanted.how == request::verb::set;
  auto* pdu = to_native(wanted);
  if (writes && access_.speaks != version::v3 && access_.communities.write) {
    const auto& community = *access_.communities.write;
    pdu->community = reinterpret_cast<u_char*>(::strdup(community.c_str()));
    pdu->community_len = community.size();
  }
  discovering_ = false;
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
