// One conversation partner on the network, through net-snmp; with native and user_security the only
// place that calls the library.
//
// net-snmp encodes, signs, encrypts, repeats and matches replies to requests. What we keep for
// ourselves is the time: the library's blocking calls are never used, and what it would do behind
// one's back is switched off:
//   - It opens version 3 sessions by asking for the engine's identity and waiting for the answer.
//     We forbid that probe (the flag must be set again after opening, which clears it) and send our
//     own, discover(), like any other request.
//   - It reads configuration files, MIB files and a state directory, and logs to standard error.
//   - Its table of version 3 users is global, and an old entry wins over new passphrases. Ours is
//     replaced whenever a session learns its engine, so that corrected credentials count.
//   - Its sockets take replies from anywhere. Ours are connected, so that only the device answers.
//
// Everything here belongs to one thread, and at most one request is under way. The library calls us
// back while it works on its lists; therefore outcomes are only noted and fetched with take().

#pragma once

#include "io/device/snmp/access.hpp"
#include "io/device/snmp/exchange.hpp"
#include "io/device/snmp/identity.hpp"
#include "io/device/snmp/resolve.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <variant>

namespace holdover::device::snmp {

using clock = std::chrono::steady_clock;

/// Every attempt stayed without a reply.
struct silence {};
using outcome = std::variant<reply, silence, failure>;

class wire {
public:
  /// Before anything else, once or more often. Sets a variable of the environment.
  static void start_library();
  /// Who this program is to senders of version 3 informs, for as long as it runs. Once, before
  /// anything is sent or heard.
  static void be(const engine_identity&);

  /// Each request is sent `attempts` times, `patience` apart.
  static answer<std::unique_ptr<wire>> open(const session_parameters&, const endpoint&, user_keys&,
                                            int attempts, std::chrono::milliseconds patience);
  ~wire();
  wire(const wire&) = delete;
  wire& operator=(const wire&) = delete;

  int socket() const;
  /// How long the next requests wait for a reply before they are sent again.
  void be_patient(std::chrono::milliseconds patience);
  /// Version 3: whether the engine behind the address is known. Others need no introduction.
  bool introduced() const { return introduced_; }
  /// Whether the last request had to be sent more than once.
  bool resent() const { return resent_; }

  /// Asks the engine for its identity; a reply without bindings means that it is known.
  void discover();
  void send(const request&);

  /// To be called when the socket is readable, and when due() has passed.
  void receive();
  void expire();
  std::optional<clock::time_point> due() const { return due_; }

  /// What became of the request under way, once; afterwards the next may be sent.
  std::optional<outcome> take();

private:
  struct library;
  friend struct library;

  wire(const session_parameters&, endpoint, std::chrono::milliseconds patience);

  void conclude(outcome);
  void conclude_discovery();
  failure nobody_home() const;

  session_parameters access_;
  endpoint peer_;
  std::chrono::milliseconds patience_;
  void* session_ = nullptr;  // net-snmp's own
  bool introduced_ = true;
  bool discovering_ = false;
  bool port_closed_ = false;
  bool sending_ = false;
  bool resent_ = false;
  std::optional<outcome> outcome_;
  std::optional<clock::time_point> due_;
};

}  // namespace holdover::device::snmp
