// Z85, the text form of ZeroMQ's keys: 4 bytes as 5 printable characters, 32 bytes as 40.
//
// Our own few lines rather than ZeroMQ's functions, so that the parts that hold keys need not link
// a network library. A test holds the two against each other.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdover::keys {

/// The number of bytes must be a multiple of 4.
std::string z85_encode(std::span<const std::uint8_t> bytes);

/// Nothing if the text is no Z85: wrong length, a foreign character, a group beyond 32 bits.
std::optional<std::vector<std::uint8_t>> z85_decode(std::string_view text);

}  // namespace holdover::keys
