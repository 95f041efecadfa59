// Understands one datagram that may be a trap or an inform, through net-snmp.
//
// The library gets the bytes from here and not from a socket, and gives its answers back the same
// way: what to read, from whom and how often is decided before it sees a byte, and it can be fed
// with anything in a test. It answers informs, and tells senders of version 3 who we are and what
// our time is; to everything else that is sent to it, it says nothing.
//
// Our engine's identity is drawn anew with each start, as its number of starts is kept nowhere.
// Senders of informs then learn the new one as they learnt the old one.
//
// Version 3 takes the users that it is given. A trap is signed with a key for the sender's engine,
// which is known once the device has been polled by the same user; an inform with one for ours.
//
// Belongs to the engine's thread, as the library's tables of users are global.

#pragma once

#include "io/device/snmp/access.hpp"
#include "io/device/snmp/notification.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <variant>

namespace holdover::device::snmp {

class notification_reader {
public:
  /// Part of the library's own conversation, or nothing to anybody.
  struct nothing {};
  /// Why it is not believed.
  using refusal = std::string;
  using outcome = std::variant<notification, nothing, refusal>;

  /// Sends an answer back to where the datagram came from; before read() returns.
  using sender = std::function<void(std::string_view bytes)>;

  /// Whether what was understood is believed: only then an inform is answered.
  using judge = std::function<bool(const notification&)>;

  /// start_library() has been called. @param socket any open descriptor: it is not touched.
  notification_reader(int socket, sender, judge);
  ~notification_reader();
  notification_reader(const notification_reader&) = delete;
  notification_reader& operator=(const notification_reader&) = delete;

  /// Lets this user send informs, in place of another of the same name. False: its protocols are
  /// not among those that the library can do.
  static bool admit(const user_access&);

  outcome read(std::string_view bytes, const std::string& from);

private:
  struct library;
  friend struct library;

  sender send_;
  judge believes_;
  void* session_ = nullptr;  // net-snmp's own
  std::string_view bytes_;
  std::string from_;
  outcome outcome_;
  bool answered_ = false;
};

}  // namespace holdover::device::snmp
