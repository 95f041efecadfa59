// A tree of conditions as prose: "at least 2 of (rack1 above 40, rack2 above 40) for 1 min".

#pragma once

#include "core/site.hpp"

#include <string>

namespace holdover::policy {

std::string words_of(const site&, const condition_tree&);

}  // namespace holdover::policy
