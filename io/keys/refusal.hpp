// Why keys, files or signatures were not taken: words that an operator can act on, never a secret.

#pragma once

#include <string>

namespace holdover::keys {

struct refusal {
  std::string reason;
};

}  // namespace holdover::keys
