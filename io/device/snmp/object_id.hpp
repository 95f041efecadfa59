// The name of one object of an SNMP agent: a path of numbers, compared arc by arc.
//
// Tables of profiles are written with dotted text, because that is what MIB files, vendors' papers
// and snmpwalk show; known() turns a row of such a table into a value and treats a misspelt one as
// the bug that it is. Text from a site file goes through parse().
//
// Copies share their numbers, which never change: a site with thousands of cards knows each name
// once, and a request is made of what is there already.

#pragma once

#include <compare>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdover::device::snmp {

class object_id {
public:
  using arc_view = std::span<const std::uint32_t>;

  object_id() = default;
  explicit object_id(arc_view arcs);
  explicit object_id(const std::vector<std::uint32_t>& arcs) : object_id(arc_view(arcs)) {}

  /// "1.3.6.1" or ".1.3.6.1"; nothing if SNMP could not carry it.
  static std::optional<object_id> parse(std::string_view dotted);
  /// For constants of ours.
  static object_id known(std::string_view dotted);

  arc_view arcs() const { return {arcs_.get(), size_}; }
  std::size_t size() const { return size_; }
  bool starts_with(const object_id& prefix) const;
  /// This name with more arcs behind it.
  object_id with(std::uint32_t arc) const;
  /// Whether nobody else shares its numbers.
  bool is_alone() const { return arcs_.use_count() == 1; }

  std::strong_ordering operator<=>(const object_id&) const;
  bool operator==(const object_id&) const;

private:
  std::shared_ptr<const std::uint32_t[]> arcs_;
  std::size_t size_ = 0;
};

std::string to_string(const object_id&);

}  // namespace holdover::device::snmp
