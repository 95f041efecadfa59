// An outage of the past as a story for `holdover simulate`: what devices, nodes and operators did,
// not what was decided, so that it can be played again against another policy.

#pragma once

#include "tools/holdover/past.hpp"

#include <string>

namespace holdover::tool {

/// YAML, as io/config/story_loader reads it.
std::string story_of(const past&, const outage&);

}  // namespace holdover::tool
