// SHA-256: tells whether two nodes run the same policy (E4).

#pragma once

#include "io/keys/refusal.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <variant>

namespace holdover::keys {

using digest = std::array<std::uint8_t, 32>;

digest sha256(std::string_view bytes);

/// Of a file's content. Prefer sha256() of the text that was parsed, where it is at hand: the file
/// may have changed in between.
[[nodiscard]] std::variant<digest, refusal> sha256_of_file(const std::filesystem::path&);

}  // namespace holdover::keys
