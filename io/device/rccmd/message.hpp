// RCCMD's datagrams, as far as they are known: a line of text for people.
//
//   CONNECT TO RCCMD (SEND) MSG_EXECUTE MSG_TEXT Powerfail on SLC-20-CUBE3 (5): Autonomietime 7.00
//   min. CONNECT TO RCCMD (SEND) MSG_EXECUTE MSG_TEXT Powerfail on SLC-20-CUBE3 (5): restored.
//
// Only what was seen on the wire is taken apart; another text behind the same greeting is kept as
// it is. Carriage returns, line feeds and zeros at the end are tolerated, as senders differ.
//
// Pure. Nothing in here is believed: a datagram is a hint to look at a device.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace holdover::device::rccmd {

struct message {
  std::string event;   ///< "Powerfail"; empty if the text has another form.
  std::string device;  ///< "SLC-20-CUBE3 (5)", as the sender names it.
  std::string text;    ///< What follows, or all of it; printable, of limited length.
  bool over = false;   ///< "restored."
  std::optional<double> minutes_left;

  bool operator==(const message&) const = default;
};

/// Absent: no datagram of RCCMD's.
std::optional<message> message_from(std::string_view datagram);

}  // namespace holdover::device::rccmd
