// The site file's way from bytes to a plan: whatever the bytes, it ends with a site that may be run
// or with problems that each have a text; and what may be run can be planned, reviewed and
// compared.

#include "core/policy/difference.hpp"
#include "core/policy/plan.hpp"
#include "io/config/site_loader.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdover;
  std::vector<config::problem> warnings;
  site_assets assets;
  const auto loaded = config::load_site_text(
      "fuzzed.yaml", std::string{reinterpret_cast<const char*>(data), size},
      [](std::string_view) { return std::array<std::uint8_t, 32>{}; }, warnings, assets);
  if (const auto* problems = std::get_if<std::vector<config::problem>>(&loaded)) {
    if (!config::has_error(*problems)) std::abort();
    for (const auto& one : *problems)
      if (one.text.empty() || config::to_string(one).empty()) std::abort();
    return 0;
  }
  const auto& about = std::get<site>(loaded);
  if (policy::make_plan(about).hosts.size() != about.hosts.size()) std::abort();
  if (!policy::differences(about, about).empty()) std::abort();
  return 0;
}
