#include "io/keys/secret.hpp"

#include "core/expects.hpp"
#include "io/keys/sodium_ready.hpp"

#include <sodium.h>

#include <algorithm>

namespace holdover::keys {

secret::secret(std::size_t size) : size_{size} {
  sodium_ready();
  auto* const memory = static_cast<std::uint8_t*>(sodium_malloc(size));
  expects(memory != nullptr);
  bytes_.reset(memory, sodium_free);  // sodium_free zeroes.
}

// Not every kernel allows it (a seccomp filter may not); the bytes are no less secret without.
void secret::seal() {
  sodium_mprotect_readonly(bytes_.get());
}

secret secret::copy_of(std::span<const std::uint8_t> from) {
  return make(from.size(), [&](auto to) { std::copy(from.begin(), from.end(), to.begin()); });
}

void wipe(void* data, std::size_t size) {
  sodium_memzero(data, size);
}

}  // namespace holdover::keys
