// The keys of one principal of a site: one pair to talk with (CURVE), one pair to sign with.
//
// The two are separate values because they may live in separate processes: the part of an agent
// that talks to the network holds the CURVE pair alone and can therefore withhold, but not sign.
// Public halves go into the membership document; private halves never leave the machine on which
// they were made, and are never printed.

#pragma once

#include "io/keys/secret.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace holdover::keys {

constexpr std::size_t key_bytes = 32;  ///< Of either kind, private or public.

/// Curve25519, as ZeroMQ uses it.
struct curve_keys {
  std::string public_key;  ///< 40 characters of Z85, as in core::member.
  secret private_key;      ///< 32 bytes.
};

/// Ed25519.
struct sign_keys {
  std::array<std::uint8_t, key_bytes> public_key{};
  secret seed;  ///< 32 bytes, from which the pair is computed.
};

struct key_pair {
  std::string name;  ///< As in the membership document.
  curve_keys curve;
  sign_keys sign;
};

key_pair make_key_pair(std::string name);

/// The whole pair from its private half; nothing if that has the wrong size.
std::optional<curve_keys> curve_keys_from(std::span<const std::uint8_t> private_key);
std::optional<sign_keys> sign_keys_from(std::span<const std::uint8_t> seed);

/// 1 to 64 of letters, digits, '.', '-' and '_': what a name may be in a key file.
bool is_principal_name(std::string_view);

}  // namespace holdover::keys
