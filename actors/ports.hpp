// The outside, as actors see it: plain functions, bound to io by the assembly of a node.
//
// All of them may be called from any thread, return at once and never throw. Actors so depend on
// no socket, file or key, and a test binds them to what it likes.

#pragma once

#include "actors/messages.hpp"
#include "core/event.hpp"
#include "core/membership.hpp"
#include "core/message.hpp"
#include "core/site.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace holdover::actors {

struct ports {
  /// Sends an encoded signed_message to one member on its control connection.
  std::function<void(const std::string& member, std::string bytes)> send;
  /// Answers a control message.
  std::function<void(const way_back&, std::string bytes)> answer;
  /// To every other node.
  std::function<void(std::string bytes)> send_to_nodes;
  /// Publishes an encoded signed_message.
  std::function<void(std::string topic, std::string bytes)> publish;

  /// Signs encoded bytes with this process' key.
  std::function<signed_message(domain, std::string bytes)> sign;
  /// Who signed it, if the signature is right and the signer is enrolled; else the reason.
  std::function<std::variant<member, std::string>(const signed_message&)> verify;

  /// Unix time in milliseconds, for people.
  std::function<std::int64_t()> wall_milliseconds;
};

/// Wraps a payload of this node into a signed message. @param site, name of the sender.
std::string seal(const ports&, domain, const std::string& site, const std::string& name,
                 message_payload, duration age = duration::zero());

}  // namespace holdover::actors
