#include "io/keys/sodium_ready.hpp"

#include "core/expects.hpp"

#include <sodium.h>

namespace holdover::keys {

void sodium_ready() {
  static const bool ready = sodium_init() >= 0;
  expects(ready);
}

}  // namespace holdover::keys
