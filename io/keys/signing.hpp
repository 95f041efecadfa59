// Signs what we say and checks what others say: Ed25519 over the domain and the bytes as sent.
//
// The domain ("holdover-vote-v1" ...) stands in front of what is signed, and no domain is the
// beginning of another, so a message of one kind can never pass for another. Nothing is encoded
// again on the way: the bytes that were signed are the bytes that travel, are stored and are shown
// as evidence. A valid signature says who spoke; whether that one may say such a thing is asked
// with require().

#pragma once

#include "core/membership.hpp"
#include "core/message.hpp"
#include "io/keys/key_pair.hpp"
#include "io/keys/refusal.hpp"

#include <initializer_list>
#include <string>
#include <unordered_map>
#include <variant>

namespace holdover::keys {

/// Usable from any thread.
class signer {
public:
  explicit signer(const key_pair&);
  signer(std::string name, const sign_keys&);

  const std::string& name() const { return name_; }
  /// The domain must not be `unspecified`.
  signed_message sign(domain, std::string bytes) const;

private:
  std::string name_;
  secret expanded_;
};

using verdict = std::variant<const member*, refusal>;

/// Knows the public keys of one state of the membership document; make a new one for a new state.
/// Usable from any thread. The members that it points to live as long as it does.
class verifier {
public:
  explicit verifier(membership);
  verifier(const verifier&) = delete;
  verifier& operator=(const verifier&) = delete;
  verifier(verifier&&) = default;
  verifier& operator=(verifier&&) = default;

  [[nodiscard]] verdict verify(const signed_message&) const;
  const membership& members() const { return members_; }

private:
  membership members_;
  std::unordered_map<std::string, const member*> by_name_;
};

/// Passes a verdict on only if the signer has one of these roles.
[[nodiscard]] verdict require(verdict, std::initializer_list<role>);

}  // namespace holdover::keys
