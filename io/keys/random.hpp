// Random words that nobody can guess or meet again: nonces, incarnations, request ids.

#pragma once

#include "core/identity.hpp"

namespace holdover::keys {

random_id make_random_id();

}  // namespace holdover::keys
