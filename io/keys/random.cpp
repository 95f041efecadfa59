#include "io/keys/random.hpp"

#include "io/keys/sodium_ready.hpp"

#include <sodium.h>

namespace holdover::keys {

random_id make_random_id() {
  sodium_ready();
  random_id id;
  randombytes_buf(id.bytes.data(), id.bytes.size());
  return id;
}

}  // namespace holdover::keys
