// The place of a value in an agent, with holes: how the tables of families name whole columns.
//
//   1.3.6.1.4.1.534.1.2.1.0                  one object
//   1.3.6.1.4.1.534.1.3.4.1.2.#              a column; '#' becomes part of our variable's name
//   1.3.6.1.4.1.534.6.6.7.6.4.1.3.@.#        '@' is the unit of a chain: its later units are told
//                                            apart in front of the name
//   1.3.6.1.4.1.476.1.42.3.4.1.3.3.1.3.*     '*' is any arc, and no part of the name
//
// A ".0" behind a name is forgiven, too many or too few: cards differ.

#pragma once

#include "io/device/snmp/object_id.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace holdover::device::snmp {

class pattern {
public:
  /// For constants of ours: a misspelt one is a bug.
  explicit pattern(std::string_view text);
  /// The same, kept for all who ask again.
  static const pattern& of(std::string_view text);

  /// Whether there are no holes.
  bool fixed() const { return holes_.empty(); }
  /// What stands before the first hole: the column to walk; the name itself without holes.
  const object_id& before() const { return before_; }

  /// What a name has in the holes, in order; nothing if it is another name.
  std::optional<std::vector<std::uint32_t>> match(const object_id&) const;
  /// The name with these in the holes; needs as many as there are.
  std::optional<object_id> with(const std::vector<std::uint32_t>& arcs) const;

  /// The holes of one kind, out of those of a match.
  std::vector<std::uint32_t> only(char kind, const std::vector<std::uint32_t>& arcs) const;

private:
  std::vector<std::uint32_t> arcs_;  ///< Complete, with zeros in the holes.
  std::vector<std::size_t> holes_;   ///< Their places.
  std::vector<char> kinds_;
  object_id before_;
};

}  // namespace holdover::device::snmp
