// Names of one list of a site file -> positions in it, with help for those who mistype one.

#pragma once

#include "io/config/document.hpp"

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace holdover::config {

class index {
public:
  /// What a name that nobody has resolves to: core's checks treat it as out of range.
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

  /// @param list path of the list in the file, @param thing what its entries are called.
  index(std::string list, std::string thing) : list_(std::move(list)), thing_(std::move(thing)) {}

  /// Entries in order. Of two with the same name the first wins; core's checks report the second.
  void add(const std::string& name);

  /// A mistake in the list leaves open what its entries are called.
  void doubt() { doubtful_ = true; }

  bool knows(const std::string& name) const { return positions_.contains(name); }

  /// The position of a name, or `none` and an error at `path`; in doubt nothing is said, because
  /// the name may well be right.
  std::uint32_t find(const std::string& name, const std::string& path, document& file) const;

private:
  std::string list_;
  std::string thing_;
  bool doubtful_ = false;
  std::vector<std::string> names_;
  std::map<std::string, std::uint32_t> positions_;
};

}  // namespace holdover::config
