#include "io/keys/key_pair.hpp"

#include "io/keys/sodium_ready.hpp"
#include "io/keys/z85.hpp"

#include <sodium.h>

#include <algorithm>
#include <utility>

namespace holdover::keys {

static_assert(crypto_box_PUBLICKEYBYTES == key_bytes && crypto_box_SECRETKEYBYTES == key_bytes);
static_assert(crypto_sign_PUBLICKEYBYTES == key_bytes && crypto_sign_SEEDBYTES == key_bytes);

namespace {

curve_keys curve_keys_of(secret private_key) {
  std::array<std::uint8_t, key_bytes> public_key{};
  crypto_scalarmult_base(public_key.data(), private_key.reveal().data());
  return {z85_encode(public_key), std::move(private_key)};
}

sign_keys sign_keys_of(secret seed) {
  std::array<std::uint8_t, key_bytes> public_key{};
  std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> expanded{};
  crypto_sign_seed_keypair(public_key.data(), expanded.data(), seed.reveal().data());
  wipe(expanded.data(), expanded.size());
  return {public_key, std::move(seed)};
}

secret random_secret() {
  return secret::make(key_bytes, [](auto bytes) { randombytes_buf(bytes.data(), bytes.size()); });
}

}  // namespace

key_pair make_key_pair(std::string name) {
  return {std::move(name), curve_keys_of(random_secret()), sign_keys_of(random_secret())};
}

std::optional<curve_keys> curve_keys_from(std::span<const std::uint8_t> private_key) {
  if (private_key.size() != key_bytes) return std::nullopt;
  return curve_keys_of(secret::copy_of(private_key));
}

std::optional<sign_keys> sign_keys_from(std::span<const std::uint8_t> seed) {
  if (seed.size() != key_bytes) return std::nullopt;
  return sign_keys_of(secret::copy_of(seed));
}

bool is_principal_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.'
           || c == '-' || c == '_';
  };
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), allowed);
}

}  // namespace holdover::keys
