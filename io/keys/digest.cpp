#include "io/keys/digest.hpp"

#include "io/keys/sodium_ready.hpp"

#include <sodium.h>

#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>

namespace holdover::keys {

digest sha256(std::string_view bytes) {
  sodium_ready();
  digest result{};
  crypto_hash_sha256(result.data(), reinterpret_cast<const unsigned char*>(bytes.data()),
                     bytes.size());
  return result;
}

std::variant<digest, refusal> sha256_of_file(const std::filesystem::path& path) {
  sodium_ready();
  std::ifstream file{path, std::ios::binary};
  if (!file)
    return refusal{"cannot open " + path.string() + ": " + std::generic_category().message(errno)};
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  std::array<char, 16384> chunk{};
  while (file.read(chunk.data(), chunk.size()) || file.gcount() > 0)
    crypto_hash_sha256_update(&state, reinterpret_cast<const unsigned char*>(chunk.data()),
                              static_cast<unsigned long long>(file.gcount()));
  // A directory opens and then cannot be read.
  if (file.bad()) return refusal{"cannot read " + path.string() + "; is it a file?"};
  digest result{};
  crypto_hash_sha256_final(&state, result.data());
  return result;
}

}  // namespace holdover::keys
