// The file that holds a principal's keys: text, mode 0600, made once and never overwritten.
//
//     holdover-key-v1
//     name node-a
//     curve-public <40 characters of Z85>
//     curve-secret <40 characters of Z85>
//     sign-public <64 hexadecimal digits>
//     sign-secret <64 hexadecimal digits>
//
// The public halves stand in the same notation as in the membership document, so that a person can
// compare; on reading they are computed again and a mismatch refuses the file. A file that others
// can read is refused: its key may already be theirs. No message quotes a line of the file.

#pragma once

#include "io/keys/key_pair.hpp"
#include "io/keys/refusal.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace holdover::keys {

/// Creates the file, on disk when this returns. Refuses if there already is one.
[[nodiscard]] std::optional<refusal> write_key_file(const key_pair&, const std::filesystem::path&);

[[nodiscard]] std::variant<key_pair, refusal> read_key_file(const std::filesystem::path&);

/// The notation of signing keys in files of ours: 64 lowercase hexadecimal digits.
std::string sign_key_text(const std::array<std::uint8_t, key_bytes>&);
std::optional<std::array<std::uint8_t, key_bytes>> parse_sign_key(std::string_view);

}  // namespace holdover::keys
