#include "io/store/record.hpp"

#include <algorithm>

namespace holdover::store {

namespace {

// What devices and processes say all day. Everything else is a decision, an effect or its evidence.
constexpr std::array<std::string_view, 4> routine_kinds{"ups", "interface", "sensor", "node"};

}  // namespace

worth worth_of(severity how, std::string_view kind) {
  if (how == severity::alarm) return worth::alarm;
  if (how == severity::warning) return worth::warning;
  if (std::find(routine_kinds.begin(), routine_kinds.end(), kind) == routine_kinds.end()) {
    return worth::lasting;
  }
  return how == severity::info ? worth::routine : worth::routine_debug;
}

record record_of(const event& e, std::string bytes) {
  return {.id = e.id,
          .how = e.how,
          .kind = std::string(kind(e)),
          .subject = subject(e),
          .wall_milliseconds = e.wall_milliseconds,
          .text = to_string(e),
          .bytes = std::move(bytes)};
}

}  // namespace holdover::store
