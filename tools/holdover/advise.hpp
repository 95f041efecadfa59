// `holdover advise`: the selection diagram of the product guide.

#pragma once

#include "core/catalogue.hpp"
#include "tools/holdover/exit_status.hpp"

namespace holdover::tool {

/// Prints which solution fits, and why.
exit_status advise(const catalogue::needs&, bool json);

}  // namespace holdover::tool
