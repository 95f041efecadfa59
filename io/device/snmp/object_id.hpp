// The name of one object of an SNMP agent: a path of numbers, compared arc by arc.
//
// Tables of profiles are written with dotted text, because that is what MIB files, vendors' papers
// and snmpwalk show; known() turns a row of such a table into a value and treats a misspelt one as
// the bug that it is. Text from a site file goes through parse().

#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdover::device::snmp {

class object_id {
public:
  object_id() = default;
  explicit object_id(std::vector<std::uint32_t> arcs) : arcs_(std::move(arcs)) {}

  /// "1.3.6.1" or ".1.3.6.1"; nothing if SNMP could not carry it.
  static std::optional<object_id> parse(std::string_view dotted);
  /// For constants of ours.
  static object_id known(std::string_view dotted);

  const std::vector<std::uint32_t>& arcs() const { return arcs_; }
  std::size_t size() const { return arcs_.size(); }
  bool starts_with(const object_id& prefix) const;
  /// This name with more arcs behind it.
  object_id with(std::uint32_t arc) const;

  auto operator<=>(const object_id&) const = default;

private:
  std::vector<std::uint32_t> arcs_;
};

std::string to_string(const object_id&);

}  // namespace holdover::device::snmp
