// Always-on checks for programmer errors.
//
// Use expects() for facts that only a bug can break (argument order, monotonic time, an index in
// range). Bad input from a wire, a file or an operator is not a bug: report it as a value. The
// check stays on in release builds because a power controller that has lost track of its own state
// is more dangerous than one that its supervisor restarts within a second.

#pragma once

#include <cstdio>
#include <cstdlib>

namespace holdover {

// The builtins do what std::source_location does, and clang-tidy 14 on Debian 12 understands them.
inline void expects(bool holds, const char* file = __builtin_FILE(), int line = __builtin_LINE(),
                    const char* function = __builtin_FUNCTION()) {
  if (holds) return;
  std::fprintf(stderr, "%s:%d: %s: check failed\n", file, line, function);
  std::abort();
}

}  // namespace holdover
