// The administrator's signature over a membership document (E2): who may take part, and in which
// epoch, is said by whoever holds that key, and by nobody who can merely write a file.
//
// Signed is the meaning of the document and not its bytes: name, role, number and keys of each
// member in the order of the document, behind the site and the epoch, each with its length in
// front, so that no two documents read alike. The key belongs on no machine of the site.

#pragma once

#include "core/membership.hpp"
#include "io/keys/key_pair.hpp"
#include "io/keys/refusal.hpp"

#include <array>
#include <optional>
#include <string>

namespace holdover::keys {

using admin_key = std::array<std::uint8_t, key_bytes>;

/// 128 hexadecimal digits.
std::string endorse(const membership&, const sign_keys& administrator);

/// Why the document is not the administrator's; nothing if it is.
[[nodiscard]] std::optional<refusal> check_endorsement(const membership&, const admin_key&);

}  // namespace holdover::keys
