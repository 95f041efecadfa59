#include "io/keys/signing.hpp"

#include "core/expects.hpp"
#include "io/keys/sodium_ready.hpp"

#include <sodium.h>

#include <algorithm>
#include <utility>

namespace holdover::keys {

namespace {

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string with_domain(domain about, std::string_view bytes) {
  std::string whole{to_string(about)};
  whole += bytes;
  return whole;
}

bool signature_holds(const signed_message& what, const member& by) {
  const auto whole = with_domain(what.about, what.bytes);
  return crypto_sign_verify_detached(octets(what.signature), octets(whole), whole.size(),
                                     by.sign_key.data())
         == 0;
}

}  // namespace

signer::signer(const key_pair& keys) : signer{keys.name, keys.sign} {}

signer::signer(std::string name, const sign_keys& keys)
    : name_{std::move(name)}, expanded_{secret::make(crypto_sign_SECRETKEYBYTES, [&](auto bytes) {
        std::array<std::uint8_t, key_bytes> public_key{};
        crypto_sign_seed_keypair(public_key.data(), bytes.data(), keys.seed.reveal().data());
      })} {}

signed_message signer::sign(domain about, std::string bytes) const {
  const auto whole = with_domain(about, bytes);
  expects(whole.size() > bytes.size());
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr, octets(whole),
                       whole.size(), expanded_.reveal().data());
  return {about, name_, std::move(bytes), std::move(signature)};
}

verifier::verifier(membership members) : members_{std::move(members)} {
  sodium_ready();
  for (const auto& m : members_.members)
    by_name_.emplace(m.name, &m);
}

verdict verifier::verify(const signed_message& what) const {
  if (to_string(what.about).empty()) return refusal{"a message without a domain"};
  if (what.signature.size() != crypto_sign_BYTES)
    return refusal{"a signature of " + std::to_string(what.signature.size())
                   + " bytes; it takes 64"};
  const auto by = by_name_.find(what.signer);
  if (by == by_name_.end())
    return refusal{"signed by somebody who is not in the membership document"};
  if (by->second->sign_key == decltype(member::sign_key){})
    return refusal{by->first + " has no signing key in the membership document"};
  if (!signature_holds(what, *by->second))
    return refusal{"the signature is not " + by->first + "'s, or the message was changed"};
  return by->second;
}

verdict require(verdict given, std::initializer_list<role> allowed) {
  const auto* by = std::get_if<const member*>(&given);
  if (by == nullptr || std::find(allowed.begin(), allowed.end(), (*by)->as) != allowed.end())
    return given;
  return refusal{(*by)->name + " may not say this as " + std::string{to_string((*by)->as)}};
}

}  // namespace holdover::keys
