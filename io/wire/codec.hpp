// Between bytes and core values: the one door to the wire.
//
// Decoding is strict. A message is refused, with a reason that names the field, if it is too large,
// lacks its payload, has an enumeration word that we do not know, an id of the wrong length, a name
// that cannot be shown, a number that is none, or a duration beyond a century. So core sees only
// what it can reason about. Labels that decide nothing (a vote's reason) are the exception: there
// an unknown word is read as unspecified, because a host must not lose votes while its nodes are
// being upgraded. Unknown fields are skipped, for the same reason.
//
// Encoding is forgiving: it cleans and limits what devices and programs put into texts, so that no
// honest message is refused. What is signed is bytes: keep them, never encode a message again.

#pragma once

#include "core/message.hpp"
#include "io/wire/limits.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace holdover::wire {

/// Why bytes were refused, in words fit for a log line.
struct refusal {
  std::string reason;
};

/// The site, publisher and age of an event are sent as the message's; those in the event are
/// ignored.
std::string encode(const message&);
std::variant<message, refusal> decode(std::string_view bytes);

std::string encode(const signed_message&);
/// Splits the outer message; checks neither the signature nor what is inside.
std::variant<signed_message, refusal> decode_signed(std::string_view bytes);

/// A piece of evidence read back for people: who signed what. It is no proof before io/keys has
/// checked the signature.
struct evidence {
  signed_message envelope;
  message content;
};
std::variant<evidence, refusal> decode_evidence(std::string_view bytes);

}  // namespace holdover::wire
