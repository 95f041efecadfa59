// What review() is made of: one function for each way in which a plan goes wrong.

#pragma once

#include "core/site.hpp"
#include "core/site_assets.hpp"
#include "core/site_checks.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace holdover::review_rules {

using checks::at;
using checks::findings;
using checks::quoted;

// Time: review_time.cpp
void stages_that_never_come(const site&, const site_assets&, findings&);
void stages_that_come_at_once(const site&, const site_assets&, findings&);
void plans_longer_than_batteries(const site&, const site_assets&, findings&);
void holds_shorter_than_a_look(const site&, const site_assets&, findings&);

// Power of the watchers themselves: review_power.cpp
void nodes_stopped_too_early(const site&, const site_assets&, findings&);
void nodes_that_all_power_off(const site&, const site_assets&, findings&);
void watchers_without_power(const site&, const site_assets&, findings&);
void quorums_on_one_ups(const site&, const site_assets&, findings&);

// Ways from nodes to hosts and UPSes: review_network.cpp
void switches_that_matter(const site&, const site_assets&, findings&);
void wake_ups_that_nobody_sends(const site&, const site_assets&, findings&);

// The product family: review_catalogue.cpp
void names_of_assets(const site&, const site_assets&, findings&);
void interfaces(const site&, const site_assets&, findings&);
void units(const site&, const site_assets&, findings&);
void sensors(const site&, const site_assets&, findings&);

/// With new batteries and everything switched on: the best that can be known before an outage.
inline std::optional<duration> runtime_of(const site& s, const site_assets& assets, ups_index ups) {
  const auto& full = assets.upses[ups].full_load_runtime;
  return full ? full : s.upses[ups].rated_runtime;
}

/// "web1, web2, db1 and 12 more".
inline std::string some(const std::vector<std::string>& names, std::size_t shown = 3) {
  std::string out;
  for (std::size_t i = 0; i < names.size() && i < shown; ++i) {
    const bool last = i > 0 && i + 1 == names.size();
    out += (i == 0 ? "" : last ? " and " : ", ") + quoted(names[i]);
  }
  if (names.size() > shown) out += " and " + std::to_string(names.size() - shown) + " more";
  return out;
}

inline bool hangs_on(const std::vector<supply_config>& leads, ups_index ups) {
  return std::any_of(leads.begin(), leads.end(),
                     [&](const supply_config& lead) { return lead.ups == ups; });
}

inline bool hangs_only_on(const std::vector<supply_config>& leads, ups_index ups) {
  return !leads.empty() && std::all_of(leads.begin(), leads.end(), [&](const supply_config& lead) {
    return lead.ups == ups;
  });
}

}  // namespace holdover::review_rules
