// Names of things of a site -> their positions.

#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace holdover::rehearsal {

/// Throws std::invalid_argument if nothing in the list has the name.
template <class List>
std::uint32_t index_of(const List& things, std::string_view name) {
  for (std::uint32_t i = 0; i < things.size(); ++i)
    if (things[i].name == name) return i;
  throw std::invalid_argument("nothing is called " + std::string{name});
}

}  // namespace holdover::rehearsal
