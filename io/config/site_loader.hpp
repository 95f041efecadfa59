// The site file: YAML -> schema -> names resolved -> checked by core -> a site that may be run.
//
// A file with an error is never run, not even in part: a wrong plan is found at a desk, not in an
// outage. All errors are reported at once, each with its place in the file.

#pragma once

#include "core/site.hpp"
#include "core/site_assets.hpp"
#include "io/config/problem.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace holdover::config {

/// SHA-256 of the file's bytes: nodes compare it to know that they follow the same plan (E4).
using hash_function = std::function<std::array<std::uint8_t, 32>(std::string_view)>;

/// The site, or every problem of the file if one of them is an error.
std::variant<site, std::vector<problem>> load_site(const std::string& path,
                                                   const hash_function& hash);

/// As above; `warnings` receives what is unwise but can be run, and notes.
std::variant<site, std::vector<problem>> load_site(const std::string& path,
                                                   const hash_function& hash,
                                                   std::vector<problem>& warnings);

/// As above; `assets` receives what stands around the site: cabling, models.
std::variant<site, std::vector<problem>> load_site(const std::string& path,
                                                   const hash_function& hash,
                                                   std::vector<problem>& warnings,
                                                   site_assets& assets);

/// The same for a text that is at hand, such as one that somebody is still writing.
std::variant<site, std::vector<problem>> load_site_text(const std::string& name, std::string text,
                                                        const hash_function& hash,
                                                        std::vector<problem>& warnings,
                                                        site_assets& assets);

}  // namespace holdover::config
