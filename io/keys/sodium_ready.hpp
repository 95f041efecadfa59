// libsodium wants one call before any other; every function here that uses it makes this one first.

#pragma once

namespace holdover::keys {

/// Ends the process if the system gives no randomness: keys or ids made without it would be
/// guessable, and there is no safe way to go on.
void sodium_ready();

}  // namespace holdover::keys
