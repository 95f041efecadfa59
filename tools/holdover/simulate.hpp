// `holdover simulate`: a story played against a site's policy in virtual time.

#pragma once

#include "tools/holdover/exit_status.hpp"

#include <string>

namespace holdover::tool {

struct simulate_options {
  std::string site_file;
  std::string story_file;  ///< YAML; or a NUT .seq file for one UPS.
  std::string what_if;     ///< "load=+20%,battery-age=4y"
  std::string ups;         ///< Whose part a .seq file plays; may be left out if there is but one.
  bool explain = false;    ///< Tell the facts behind each decision, too.
  bool json = false;
};

/// Findings are hosts that crashed.
exit_status simulate(const simulate_options&);

}  // namespace holdover::tool
