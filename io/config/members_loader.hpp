// The membership document as a file: read by everybody, written by `holdover keys`.

#pragma once

#include "core/membership.hpp"
#include "io/config/problem.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace holdover::config {

/// Nodes, agents and operators need both keys; taps and hubs only listen and may lack a sign_key.
std::variant<membership, std::vector<problem>> load_members(const std::string& path);

/// Replaces the file at once and as a whole: readers see the old document or the new one, after a
/// power failure, too. Returns what went wrong, or nothing.
std::optional<std::string> save_members(const std::string& path, const membership&);

}  // namespace holdover::config
