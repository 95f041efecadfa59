// What can go wrong with storage, as a value: which kind, so that code can choose, and one sentence
// with a remedy, so that a person can act.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace holdover::store {

enum class trouble : std::uint8_t {
  no_place,  ///< The path names a folder, or its folder is missing or closed to us.
  read_only,
  full,
  damaged,
  not_ours,     ///< Not a database, or one of another program, node or newer version.
  in_use,       ///< Another process holds it.
  io,           ///< The disk or the file system failed.
  unavailable,  ///< Not now: too much is asked at once, or storage is closed after a failure.
};

struct failure {
  trouble kind = trouble::io;
  std::string text;
};

/// Absent: it went well.
using fault = std::optional<failure>;

inline bool is_full(const fault& f) {
  return f && f->kind == trouble::full;
}

template <class T>
using result = std::variant<T, failure>;

template <class T>
fault fault_of(const result<T>& r) {
  if (const auto* failed = std::get_if<failure>(&r)) return *failed;
  return std::nullopt;
}

}  // namespace holdover::store
