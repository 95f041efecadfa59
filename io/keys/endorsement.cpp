#include "io/keys/endorsement.hpp"

#include "io/keys/sodium_ready.hpp"

#include <sodium.h>

#include <string_view>

namespace holdover::keys {

namespace {

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

void append(std::string& whole, std::string_view part) {
  whole += std::to_string(part.size());
  whole += ':';
  whole += part;
}

std::string meaning_of(const membership& members) {
  std::string whole = "holdover-members-v1";
  append(whole, members.site);
  append(whole, std::to_string(members.epoch));
  append(whole, std::to_string(members.members.size()));
  for (const auto& one : members.members) {
    append(whole, one.name);
    append(whole, to_string(one.as));
    append(whole, one.as == role::node ? std::to_string(one.number) : "");
    append(whole, one.curve_key);
    append(whole, {reinterpret_cast<const char*>(one.sign_key.data()), one.sign_key.size()});
  }
  return whole;
}

constexpr std::string_view digits = "0123456789abcdef";

std::optional<std::string> bytes_of(std::string_view text) {
  std::string bytes;
  if (text.size() != 2 * crypto_sign_BYTES) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto high = digits.find(text[i]), low = digits.find(text[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

}  // namespace

std::string endorse(const membership& members, const sign_keys& administrator) {
  sodium_ready();
  std::array<std::uint8_t, key_bytes> public_key{};
  const auto expanded = secret::make(crypto_sign_SECRETKEYBYTES, [&](auto bytes) {
    crypto_sign_seed_keypair(public_key.data(), bytes.data(), administrator.seed.reveal().data());
  });
  const auto whole = meaning_of(members);
  std::array<unsigned char, crypto_sign_BYTES> signature{};
  crypto_sign_detached(signature.data(), nullptr, octets(whole), whole.size(),
                       expanded.reveal().data());
  std::string text;
  for (const auto byte : signature) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::optional<refusal> check_endorsement(const membership& members, const admin_key& by) {
  sodium_ready();
  const auto remedy = ": have it signed by `holdover keys sign`, with the key of the administrator";
  if (members.admin_signature.empty())
    return refusal{std::string{"the membership document carries no signature"} + remedy};
  const auto signature = bytes_of(members.admin_signature);
  if (!signature)
    return refusal{std::string{"the signature of the membership document is no signature: it takes "
                               "128 hexadecimal digits"}
                   + remedy};
  const auto whole = meaning_of(members);
  if (crypto_sign_verify_detached(octets(*signature), octets(whole), whole.size(), by.data()) == 0)
    return std::nullopt;
  return refusal{std::string{"the membership document was changed after it was signed, or another "
                             "key has signed it"}
                 + remedy};
}

}  // namespace holdover::keys
