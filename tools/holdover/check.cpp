#include "tools/holdover/check.hpp"

#include "io/config/site_loader.hpp"
#include "io/keys/digest.hpp"

#include <algorithm>
#include <iostream>

namespace holdover::tool {

namespace {

bool is_error(const config::problem& p) {
  return p.how == site_problem::weight::error;
}

std::string count(std::size_t n, const std::string& what) {
  return std::to_string(n) + ' ' + what + (n == 1 ? "" : what.ends_with('S') ? "es" : "s");
}

}  // namespace

exit_status check(const std::vector<std::string>& files) {
  bool findings = false;
  for (const auto& file : files) {
    std::vector<config::problem> problems;
    const auto loaded = config::load_site(file, keys::sha256, problems);
    if (const auto* bad = std::get_if<std::vector<config::problem>>(&loaded)) problems = *bad;
    std::cout << config::to_string(problems);
    const auto errors =
        static_cast<std::size_t>(std::count_if(problems.begin(), problems.end(), is_error));
    std::cout << file << ": ";
    if (problems.empty()) {
      const auto& s = std::get<site>(loaded);
      std::cout << "fine: site " << s.name << (s.lab ? " (LAB)" : "") << ", "
                << count(s.nodes.size(), "node") << ", threshold " << threshold(s) << ", "
                << count(s.upses.size(), "UPS") << ", " << count(s.hosts.size(), "host") << ", "
                << count(s.stages.size(), "stage") << '\n';
    } else {
      std::cout << count(errors, "error") << ", " << count(problems.size() - errors, "warning")
                << '\n';
      findings = true;
    }
  }
  return findings ? exit_status::failed : exit_status::fine;
}

}  // namespace holdover::tool
